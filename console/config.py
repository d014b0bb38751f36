"""One Settings object from flags, environment, TOML file and defaults, in this order; each value knows its origin."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

from console.settings.address import bare_address
from console.settings.errors import ConfigError, nearest
from console.settings.gather import Found, gather
from console.settings.mlflow import mlflow_login
from console.settings.nomads import NomadSettings, TlsSettings, nomads_of
from console.settings.oncall import OnCallSettings, oncall_of
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
from console.settings.secret import Secret, TokenSource

__all__ = [
    "DEMO_TAPE",
    "ConfigError",
    "NomadSettings",
    "OnCallSettings",
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


PLAIN_THEME = "mono"
DECLARING = ("models.toml", "kpis.toml", "rota.toml", "waivers.toml")


class Settings(NamedTuple):
    """Everything that can be set. Addresses hold no credentials: these are in the ``*_auth`` beside them.

    ``nomads`` are all that are watched, in order and never none. Where there are several each has a name.
    """

    nomads: tuple[NomadSettings, ...]
    profiles: tuple[str, ...]  # of the file, watched or not
    prometheus_url: str | None
    prometheus_auth: Secret | None
    alertmanager_url: str | None
    alertmanager_auth: Secret | None
    alertmanager_interval_s: float
    mlflow_tracking_uri: str | None
    mlflow_auth: Secret | None
    mlflow_token: TokenSource
    mlflow_passed_over: (
        str  # why what the environment names as MLflow is not asked; empty where nothing was passed over
    )
    tape: str  # path or database URL, which may hold credentials: show it with shown_address
    lineage_url: str | None
    lineage_auth: Secret | None
    lineage_key: Secret | None
    oncall: tuple[OnCallSettings, ...]  # the services that are asked who is on call
    flows: tuple[Path, ...]
    declaring: tuple[Path, ...]  # files of usual names beside config.toml; any of them may be missing
    catalog: tuple[Path, ...]
    pack_dirs: tuple[Path, ...]
    theme: str | None
    color: bool
    clipboard: str  # auto, tmux, osc52, file or off
    terminal: str  # fast or plain
    step_s: float
    backfill_s: float
    linger_s: float
    retention_days: int
    config_file: Path | None
    state_dir: Path
    origins: Mapping[str, Origin]

    @property
    def nomad(self) -> NomadSettings:
        """The one Nomad, or the first of several."""
        return self.nomads[0]

    @property
    def places(self) -> tuple[str, ...]:
        """The names of the Nomads, as ids of jobs hold them; empty where there is one without a name."""
        return tuple(one.name for one in self.nomads if one.name)

    @property
    def names_nomad(self) -> bool:
        """Whether somebody said where Nomad is; its address has a default."""
        return self.given("nomad.address") or any(one.profile for one in self.nomads)

    def nomad_at(self, place: str) -> NomadSettings | None:
        """The Nomad of a place; the first where none is named, None where that one is not watched."""
        return next((one for one in self.nomads if not place or one.name == place), None)

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
    nomads, of_nomads = nomads_of(found, env)
    origins.update(of_nomads)
    prometheus, prometheus_auth = _address(found, "prometheus_url")
    alertmanager, alertmanager_auth = _address(found, "alertmanager_url")
    mlflow, in_address = _address(found, "mlflow_tracking_uri")
    mlflow_auth, mlflow_token = mlflow_login(found, in_address, origins)
    lineage, lineage_auth = _address(found, "lineage_url")
    lineage_key = cast("str | None", found.value("lineage_key"))
    tape = cast("str | None", found.value("tape"))
    if tape == "demo":
        tape = str(DEMO_TAPE)
    if tape is None:
        tape = str(default_tape(env, (*_whereabouts(nomads), prometheus, alertmanager, mlflow)))
    configs = config_dir(env)
    color = not env.get("NO_COLOR") and not flags.get("no_color")
    # A theme named for this once wins over what is wanted always.
    named = "theme" in origins and origins["theme"].kind == "flag"
    return Settings(
        nomads=nomads,
        profiles=tuple(found.profiles),
        prometheus_url=prometheus,
        prometheus_auth=prometheus_auth,
        alertmanager_url=alertmanager,
        alertmanager_auth=alertmanager_auth,
        alertmanager_interval_s=cast(float, found.value("alertmanager_interval")),
        mlflow_tracking_uri=mlflow,
        mlflow_auth=mlflow_auth,
        mlflow_token=mlflow_token,
        mlflow_passed_over=found.passed_over.get("mlflow_tracking_uri", ""),
        tape=tape,
        lineage_url=lineage,
        lineage_auth=lineage_auth,
        lineage_key=Secret(lineage_key) if lineage_key else None,
        oncall=oncall_of(found, origins),
        flows=cast("tuple[Path, ...] | None", found.value("flows")) or (configs / "flows.toml",),
        declaring=tuple(configs / name for name in DECLARING),
        catalog=cast("tuple[Path, ...] | None", found.value("catalog")) or (configs / "catalog",),
        pack_dirs=cast("tuple[Path, ...] | None", found.value("packs")) or (configs / "packs",),
        theme=cast("str | None", found.value("theme")) if color or named else PLAIN_THEME,
        color=color,
        clipboard=cast(str, found.value("clipboard")),
        terminal=cast(str, found.value("terminal")),
        step_s=cast(float, found.value("step")),
        backfill_s=cast(float, found.value("backfill")),
        linger_s=cast(float, found.value("linger")),
        retention_days=cast(int, found.value("retention_days")),
        config_file=found.file,
        state_dir=state_dir(env),
        origins=origins,
    )


def _address(found: Found, name: str) -> tuple[str | None, Secret | None]:
    return bare_address(name, found.values.get(name), found.file)


def _whereabouts(nomads: tuple[NomadSettings, ...]) -> tuple[str | None, ...]:
    """What tells one installation's Nomads from another's. Several are called by their names."""
    first = nomads[0]
    if not first.name:
        return (first.address, first.region, first.namespace)
    called = "//" + "-".join(one.name for one in nomads)
    return (called, *(f"{one.name} {one.address} {one.region} {one.namespace}" for one in nomads))


def with_credentials(address: str, auth: Secret | None) -> str:
    """An address with its credentials in it again, for a client that wants them there. Never to be shown."""
    from urllib.parse import quote, urlsplit, urlunsplit

    if auth is None:
        return address
    user, colon, password = auth.reveal().partition(":")
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=f"{quote(user, '')}{colon}{quote(password, '')}@{parts.netloc}"))
