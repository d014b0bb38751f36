"""By whom MLflow is asked: a token, or a user and a password, as MLflow's own client takes them, or by our settings."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from typing import NamedTuple, cast

from console.settings.errors import ConfigError
from console.settings.gather import Found
from console.settings.origin import Origin
from console.settings.secret import Secret, TokenSource
from console.settings.tokens import KEYS, token_of, winner

TABLE = "mlflow"


class MlflowLogin(NamedTuple):
    """``auth`` is ``user:password``. A token counts more than these."""

    auth: Secret | None
    token: TokenSource


def mlflow_login(found: Found, in_address: Secret | None, origins: dict[str, Origin]) -> MlflowLogin:
    """The login that somebody gave; notes where a token comes from. Raises ConfigError.

    A user and password of their own count more than those in the address. Without an address nothing is asked, so then
    nothing of it can be wrong.
    """
    values = found.values
    if "mlflow_tracking_uri" not in values:
        return MlflowLogin(None, TokenSource())
    token = token_of(TABLE, TABLE, values)
    if any(f"{TABLE}.{key}" in values for key in KEYS):
        origins[f"{TABLE}.token"] = values[f"{TABLE}.{winner(TABLE, values)}"].origin
    user, password = values.get(f"{TABLE}.username"), values.get(f"{TABLE}.password")
    if user is None and password is None:
        return MlflowLogin(in_address, token)
    if user is None or password is None:
        given, other = ("username", "password") if password is None else ("password", "username")
        where = values[f"{TABLE}.{given}"].origin.where
        todo = f"set MLFLOW_TRACKING_{other.upper()} as well, or neither"
        raise ConfigError(f"{TABLE}.{given} is given without {TABLE}.{other}", where, todo)
    if ":" in cast(str, user.value):
        raise ConfigError(f"{TABLE}.username has a colon, which no user name has", user.origin.where, "leave it out")
    alone = Secret(cast(str, password.value))  # so that a log hides it on its own too
    return MlflowLogin(Secret(f"{user.value}:{alone.reveal()}"), token)
