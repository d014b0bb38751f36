"""Where a token is read from: the environment, a file that nobody else can read, or a command."""

# No postponed annotations here: they would be compiled at every start.
from pathlib import Path
from typing import cast

from console.settings.errors import ConfigError
from console.settings.gather import Values
from console.settings.secret import Secret, TokenSource, read_token_file

KEYS = ("token", "token_file", "token_command")


def token_of(table: str, said: str, values: Values) -> TokenSource:
    """The source of a table's token that ranks highest, of ``<table>.token``, ``.token_file`` and ``.token_command``.

    ``said`` is how the table is called in errors. Two of one rank would be a guess. Raises ConfigError.
    """
    given = [key for key in KEYS if f"{table}.{key}" in values]
    if not given:
        return TokenSource()
    key = winner(table, values)
    value, origin = values[f"{table}.{key}"]
    rivals = [other for other in given if other != key and values[f"{table}.{other}"].origin.rank == origin.rank]
    if rivals:
        raise ConfigError(f"{said}.{key} and {said}.{rivals[0]} are both given", origin.where, "keep one of them")
    if key == "token_file":
        path = cast(Path, value)
        read_token_file(path, origin.where)
        return TokenSource("file", path=path, where=origin.where)
    if key == "token_command":
        return TokenSource("command", command=cast("tuple[str, ...]", value), where=origin.where)
    return TokenSource("value", Secret(cast(str, value)), where=origin.where)


def winner(table: str, values: Values) -> str:
    """The key of the source that counts; call it only where there is one."""
    return min(
        (key for key in KEYS if f"{table}.{key}" in values), key=lambda key: values[f"{table}.{key}"].origin.rank
    )
