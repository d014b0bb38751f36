"""One Settings object from flags, environment, TOML file and defaults, in this order; each value knows its origin."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

from console.settings.errors import ConfigError, nearest
from console.settings.gather import Found, gather
from console.settings.origin import Origin
from console.settings.paths import (
    DEMO_TAPE,
    config_dir,
    default_tape,
    log_file,
    shown_address,
    split_credentials,
    state_dir,
)
from console.settings.secret import Secret, TokenSource, is_private, read_token_file

__all__ = [
    "DEMO_TAPE",
    "ConfigError",
    "NomadSettings",
    "Origin",
    "Secret",
    "Settings",
    "TlsSettings",
    "TokenSource",
    "config_dir",
    "load_settings",
    "log_file",
    "nearest",
    "shown_address",
    "split_credentials",
    "state_dir",
    "with_credentials",
]


class TlsSettings(NamedTuple):
    """How the server is known to be the right one, and how we show who we are. Paths are as files."""

    cacert: Path | None = None
    capath: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    tls_server_name: str | None = None
    skip_verify: bool = False


class NomadSettings(NamedTuple):
    """How to reach Nomad. ``address`` holds no credentials; ``http_auth`` is ``user:password``."""

    address: str
    region: str | None = None
    namespace: str = "*"
    token: TokenSource = TokenSource()
    http_auth: Secret | None = None
    tls: TlsSettings = TlsSettings()


PLAIN_THEME = "mono"


class Settings(NamedTuple):
    """Everything that can be set. Addresses hold no credentials: these are in the ``*_auth`` beside them."""

    nomad: NomadSettings
    prometheus_url: str | None
    prometheus_auth: Secret | None
    alertmanager_url: str | None
    alertmanager_auth: Secret | None
    alertmanager_interval_s: float
    mlflow_tracking_uri: str | None
    mlflow_auth: Secret | None
    tape: str  # path or database URL, which may hold credentials: show it with shown_address
    flows: tuple[Path, ...]
    pack_dirs: tuple[Path, ...]
    theme: str | None
    color: bool
    step_s: float
    backfill_s: float
    linger_s: float
    retention_days: int
    config_file: Path | None
    state_dir: Path
    origins: Mapping[str, Origin]

    @property
    def is_demo(self) -> bool:
        """Whether the tape is the bundled one, which nobody records to."""
        return self.tape == str(DEMO_TAPE)

    def origin(self, name: str) -> Origin:
        """Where the value of a setting comes from; ``name`` as in the TOML file (``nomad.address``, ``tape``)."""
        return self.origins.get(name, Origin("default", "default"))

    def given(self, name: str) -> bool:
        """Whether somebody set it, rather than a default."""
        return self.origin(name).kind != "default"


def load_settings(flags: Mapping[str, object], env: Mapping[str, str]) -> Settings:
    """Read all settings. ``flags`` is keyed by option name (None: not given), plus ``config`` and ``no_color``.

    Raises ConfigError; reads no token command and no network.
    """
    found = gather(flags, env)
    origins = {name: item.origin for name, item in found.values.items()}
    nomad = _nomad(found, origins)
    prometheus, prometheus_auth = _address(found, "prometheus_url")
    alertmanager, alertmanager_auth = _address(found, "alertmanager_url")
    mlflow, mlflow_auth = _address(found, "mlflow_tracking_uri")
    tape = cast("str | None", found.value("tape"))
    if tape == "demo":
        tape = str(DEMO_TAPE)
    if tape is None:
        where = (nomad.address, nomad.region, nomad.namespace, prometheus, alertmanager, mlflow)
        tape = str(default_tape(env, where))
    configs = config_dir(env)
    color = not env.get("NO_COLOR") and not flags.get("no_color")
    # A theme named for this once wins over what is wanted always.
    named = "theme" in origins and origins["theme"].kind == "flag"
    return Settings(
        nomad=nomad,
        prometheus_url=prometheus,
        prometheus_auth=prometheus_auth,
        alertmanager_url=alertmanager,
        alertmanager_auth=alertmanager_auth,
        alertmanager_interval_s=cast(float, found.value("alertmanager_interval")),
        mlflow_tracking_uri=mlflow,
        mlflow_auth=mlflow_auth,
        tape=tape,
        flows=cast("tuple[Path, ...] | None", found.value("flows")) or (configs / "flows.toml",),
        pack_dirs=cast("tuple[Path, ...] | None", found.value("packs")) or (configs / "packs",),
        theme=cast("str | None", found.value("theme")) if color or named else PLAIN_THEME,
        color=color,
        step_s=cast(float, found.value("step")),
        backfill_s=cast(float, found.value("backfill")),
        linger_s=cast(float, found.value("linger")),
        retention_days=cast(int, found.value("retention_days")),
        config_file=found.file,
        state_dir=state_dir(env),
        origins=origins,
    )


def with_credentials(address: str, auth: Secret | None) -> str:
    """An address with its credentials in it again, for a client that wants them there. Never to be shown."""
    from urllib.parse import quote, urlsplit, urlunsplit

    if auth is None:
        return address
    user, colon, password = auth.reveal().partition(":")
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=f"{quote(user, '')}{colon}{quote(password, '')}@{parts.netloc}"))


def _address(found: Found, name: str) -> tuple[str | None, Secret | None]:
    value = cast("str | None", found.value(name))
    if value is None:
        return None, None
    bare, auth = split_credentials(value)
    origin = found.values[name].origin
    if auth and origin.kind == "file" and found.file is not None and not is_private(found.file):
        todo = f"run chmod 600 {found.file}, or give the address by the environment"
        raise ConfigError(f"{name} holds a password and others can read the file", origin.where, todo)
    return bare, auth


def _nomad(found: Found, origins: dict[str, Origin]) -> NomadSettings:
    address, in_address = _address(found, "nomad.address")
    basic = cast("str | None", found.value("nomad.http_auth"))
    tls = TlsSettings(
        cacert=cast("Path | None", found.value("nomad.cacert")),
        capath=cast("Path | None", found.value("nomad.capath")),
        client_cert=cast("Path | None", found.value("nomad.client_cert")),
        client_key=cast("Path | None", found.value("nomad.client_key")),
        tls_server_name=cast("str | None", found.value("nomad.tls_server_name")),
        skip_verify=bool(found.value("nomad.skip_verify")),
    )
    if (tls.client_cert is None) != (tls.client_key is None):
        name = "nomad.client_cert" if tls.client_key is None else "nomad.client_key"
        other = "nomad.client_key" if tls.client_key is None else "nomad.client_cert"
        raise ConfigError(f"{name} is given without {other}", origins[name].where, "give both or neither")
    token = _token(found)
    if token.kind != "none":
        origins["nomad.token"] = found.values[_winner(found)].origin
    return NomadSettings(
        address=cast(str, address),
        region=cast("str | None", found.value("nomad.region")),
        namespace=cast(str, found.value("nomad.namespace")),
        token=token,
        http_auth=Secret(basic) if basic else in_address,
        tls=tls,
    )


_TOKENS = ("nomad.token", "nomad.token_file", "nomad.token_command")


def _winner(found: Found) -> str:
    return min((name for name in _TOKENS if name in found.values), key=lambda name: found.values[name].origin.rank)


def _token(found: Found) -> TokenSource:
    """The token's source of the highest rank; two of one rank would be a guess."""
    given = [name for name in _TOKENS if name in found.values]
    if not given:
        return TokenSource()
    name = _winner(found)
    value, origin = found.values[name]
    rivals = [other for other in given if other != name and found.values[other].origin.rank == origin.rank]
    if rivals:
        raise ConfigError(f"{name} and {rivals[0]} are both given", origin.where, "keep one of them")
    if name == "nomad.token_file":
        path = cast(Path, value)
        read_token_file(path, origin.where)
        return TokenSource("file", path=path, where=origin.where)
    if name == "nomad.token_command":
        return TokenSource("command", command=cast("tuple[str, ...]", value), where=origin.where)
    return TokenSource("value", Secret(cast(str, value)), where=origin.where)
