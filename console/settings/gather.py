"""The values that were given, each with its origin: flags over environment over TOML file over defaults."""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from console.settings.errors import ConfigError, nearest
from console.settings.kinds import Context, Value, WrongValueError, not_http
from console.settings.options import BY_NAME, OPTIONS, Option
from console.settings.origin import Origin
from console.settings.paths import config_dir

if TYPE_CHECKING:
    from console.tomlfile import TomlFile

PROFILES = "clusters"
_SECRETS: Mapping[str, str] = {
    "nomad.token": "use nomad.token_file, nomad.token_command or NOMAD_TOKEN",
    "nomad.http_auth": "use NOMAD_HTTP_AUTH",
    "lineage_key": "use MARQUEZ_API_KEY",
    "mlflow.token": "use mlflow.token_file, mlflow.token_command or MLFLOW_TRACKING_TOKEN",
    "mlflow.password": "use MLFLOW_TRACKING_PASSWORD",
    "pagerduty.token": "use pagerduty.token_file, pagerduty.token_command or PAGERDUTY_TOKEN",
    "opsgenie.token": "use opsgenie.token_file, opsgenie.token_command or OPSGENIE_API_KEY",
    "grafana_oncall.token": "use grafana_oncall.token_file, grafana_oncall.token_command or GRAFANA_ONCALL_TOKEN",
    "goalert.token": "use goalert.token_file, goalert.token_command or GOALERT_TOKEN",
}
"""Settings that are never read from the file, and what to use instead."""


class FoundValue(NamedTuple):
    """A value and where it comes from."""

    value: Value
    origin: Origin


Values = Mapping[str, FoundValue]


class Found(NamedTuple):
    """All values, defaults included, and the file that was read.

    ``profiles`` are the values of each ``[clusters.NAME]``, keyed as the options of ``[nomad]`` are. ``passed_over``
    says by option what its variable holds that is of no use here (``MLFLOW_TRACKING_URI is sqlite: and not http``).
    """

    values: dict[str, FoundValue]
    file: Path | None
    profiles: Mapping[str, Values]
    passed_over: Mapping[str, str]

    def value(self, name: str) -> Value | None:
        """The value of an option, None when nobody gave one and it has no default."""
        found = self.values.get(name)
        return None if found is None else found.value


def gather(flags: Mapping[str, object], env: Mapping[str, str]) -> Found:
    """Collect the value of each option. Raises ConfigError."""
    home = Path(env["HOME"]) if env.get("HOME", "").startswith("/") else Path.home()
    here = Context(Path.cwd(), home)
    file = _file(flags, env, here)
    values = {o.name: FoundValue(o.default, Origin("default", "default")) for o in OPTIONS if o.default is not None}
    profiles: Mapping[str, Values] = {}
    if file is not None:
        beside = Context(file.path.parent, home)
        for name, raw in _flat(file):
            values[name] = _read(BY_NAME[name], raw, _in_file(file, name), beside, name)
        if PROFILES in file.data:
            from console.settings.profiles import profiles_of  # only who has several clusters pays for it

            profiles = profiles_of(
                file, lambda name, raw, origin, said: _read(BY_NAME[name], raw, origin, beside, said)
            )
    passed_over: dict[str, str] = {}
    for option in OPTIONS:
        said = env.get(option.env, "") if option.env else ""
        if said.strip() and option.env_of_others and (what := not_http(said)):
            passed_over[option.name] = f"{option.env} is {what}"
        elif said.strip():
            values[option.name] = _read(option, said, Origin("env", option.env), here)
        if flags.get(option.name) is not None:
            values[option.name] = _read(option, flags[option.name], Origin("flag", option.flags[0]), here)
    return Found(values, None if file is None else file.path, profiles, passed_over)


def _read(option: Option, raw: object, origin: Origin, context: Context, said: str = "the value") -> FoundValue:
    try:
        return FoundValue(option.reader(raw, context), origin)
    except WrongValueError as wrong:
        raise ConfigError(f"{said} {wrong.what}", origin.where, wrong.todo) from None


def _file(flags: Mapping[str, object], env: Mapping[str, str], here: Context) -> "TomlFile | None":
    """The TOML file: a named one must be there, the usual one may be missing."""
    flag, variable = flags.get("config"), env.get("FOURTHSIGNAL_CONFIG", "")
    named = str(flag) if flag is not None else variable
    path = here.base / Path(named).expanduser() if named else config_dir(env) / "config.toml"
    if not named and not path.exists():
        return None
    from console.tomlfile import TomlError, read_toml  # a start without any file must not pay for it

    try:
        return read_toml(path)
    except TomlError as problem:
        by = " (named by --config)" if flag is not None else " (named by FOURTHSIGNAL_CONFIG)" if named else ""
        raise ConfigError(problem.what, problem.where + by, "correct the file or name another") from None


def _in_file(file: "TomlFile", name: str) -> Origin:
    line = file.line_of(*name.split("."))
    return Origin("file", f"{file.path}, line {line}" if line else str(file.path))


def _flat(file: "TomlFile") -> Iterator[tuple[str, object]]:
    """The settings of a file by name; refuses what is no setting, and secrets."""
    tables = {name.partition(".")[0] for name in BY_NAME if "." in name}
    for key, value in file.data.items():
        if key == PROFILES:
            continue
        if key in tables and isinstance(value, dict):
            for inner, item in value.items():
                yield _known(file, f"{key}.{inner}"), item
        elif key in tables:
            raise ConfigError(f"{key} must be a table", _in_file(file, key).where, f"write [{key}]")
        else:
            yield _known(file, key), value


def _known(file: "TomlFile", name: str) -> str:
    where = _in_file(file, name).where
    if name in _SECRETS:
        raise ConfigError(f"{name} is a secret and does not belong in this file", where, _SECRETS[name])
    if name not in BY_NAME or not BY_NAME[name].in_file:
        known = [o.name for o in OPTIONS if o.in_file] + [PROFILES]
        near = nearest(name, known)
        todo = f"did you mean {near}?" if near else f"known are {', '.join(known)}"
        raise ConfigError(f"{name!r} is not a setting", where, todo)
    return name
