"""The configuration, as doctor tells it: each value that somebody set, and who did."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from console.config import NomadSettings, OnCallSettings, Settings, log_file, shown_address
from console.feeds.check import Finding
from console.plain import plain
from console.settings.errors import ConfigError

_SECRET = frozenset({"token", "http_auth", "token_command", "password", "lineage_key"})


class Shown(NamedTuple):
    """One setting fit to be shown."""

    name: str
    value: str
    origin: str


def settings_set(settings: Settings) -> list[Shown]:
    """What somebody set, without anything secret."""
    values: dict[str, object] = {
        **{name: value for nomad in settings.nomads for name, value in _of_nomad(nomad).items()},
        "nomad.regions": settings.places,
        "cluster": settings.places,
        "prometheus_url": settings.prometheus_url,
        "alertmanager_url": settings.alertmanager_url,
        "alertmanager_interval": settings.alertmanager_interval_s,
        "mlflow_tracking_uri": settings.mlflow_tracking_uri,
        "mlflow.token_file": settings.mlflow_token.path or "",
        "mlflow.username": settings.mlflow_auth.reveal().partition(":")[0] if settings.mlflow_auth else "",
        "tape": shown_address(settings.tape),
        "lineage_url": settings.lineage_url,
        **{f"{one.service.table}.{key}": value for one in settings.oncall for key, value in _of_oncall(one).items()},
        "flows": settings.flows,
        "catalog": settings.catalog,
        "packs": settings.pack_dirs,
        "theme": settings.theme,
        "step": settings.step_s,
        "backfill": settings.backfill_s,
        "linger": settings.linger_s,
        "retention_days": settings.retention_days,
    }
    names = sorted(name for name in settings.origins if settings.given(name))
    return [Shown(name, _shown(name, values.get(name, "")), str(settings.origin(name))) for name in names]


def _of_nomad(nomad: NomadSettings) -> dict[str, object]:
    """What was set of one Nomad, by the names of settings."""
    table = f"clusters.{nomad.profile}" if nomad.profile else "nomad"
    told: dict[str, object] = {**nomad._asdict(), **nomad.tls._asdict(), "token_file": nomad.token.path or ""}
    return {f"{table}.{key}": value for key, value in told.items()}


def _of_oncall(one: OnCallSettings) -> dict[str, object]:
    return {"url": one.address or "", "token_file": one.token.path or ""}


def _shown(name: str, value: object) -> str:
    if name.rpartition(".")[2] in _SECRET:
        return "(set, not shown)"
    if isinstance(value, tuple):
        return plain(", ".join(str(item) for item in value), 200)
    return plain(f"{value:g}" if isinstance(value, float) else str(value), 200)


def check_setup(settings: Settings, env: Mapping[str, str]) -> list[Finding]:
    """Where the configuration comes from, and what it names that is not there. Reads tokens: up to 10 s each."""
    file = f"read from {settings.config_file}" if settings.config_file else "no file; environment and flags only"
    findings = [Finding("configuration", "ok", file), Finding("log", "ok", str(log_file(env)))]
    unwatched = [name for name in settings.profiles if all(nomad.profile != name for nomad in settings.nomads)]
    if unwatched:
        why = settings.origin("cluster" if settings.given("cluster") else "nomad.address")
        what = f"{', '.join(unwatched)} of the file are not watched ({why})"
        findings.append(Finding("clusters", "unknown", what, f"--cluster {','.join(settings.profiles)} watches all"))
    for nomad in {nomad.profile: nomad for nomad in settings.nomads}.values():
        findings += _check_tls(settings, nomad)
    for path in settings.flows if settings.given("flows") else ():
        if not path.exists():
            findings.append(_wrong(f"flows: there is no {path} ({settings.origin('flows')})", "correct the path"))
    for path in settings.catalog if settings.given("catalog") else ():
        if not path.exists():
            findings.append(_wrong(f"catalog: there is no {path} ({settings.origin('catalog')})", "correct the path"))
    for path in settings.pack_dirs if settings.given("packs") else ():
        if not path.is_dir():
            findings.append(_wrong(f"packs: {path} is no directory ({settings.origin('packs')})", "correct the path"))
    return findings + [_token(nomad) for nomad in {nomad.profile: nomad for nomad in settings.nomads}.values()]


def _check_tls(settings: Settings, nomad: NomadSettings) -> list[Finding]:
    table = f"clusters.{nomad.profile}" if nomad.profile else "nomad"
    found = []
    for name in ("cacert", "capath", "client_cert", "client_key"):
        path: Path | None = getattr(nomad.tls, name)
        if path is not None and not path.exists():
            where = str(settings.origin(f"{table}.{name}"))
            found.append(_wrong(f"{table}.{name}: there is no {path} ({where})", "correct the path"))
    if nomad.tls.skip_verify:
        whose = f"Nomad {nomad.profile}" if nomad.profile else "Nomad"
        what = f"certificates of {whose} are not verified ({settings.origin(f'{table}.skip_verify')})"
        instead = f"cacert in [{table}]" if nomad.profile else "NOMAD_CACERT"
        found.append(Finding("tls", "warn", what, f"name its CA with {instead} instead"))
    return found


def _token(nomad: NomadSettings) -> Finding:
    """Where the token comes from; reads it."""
    name = f"token {nomad.profile}".rstrip()
    try:
        token = nomad.token.read()
    except ConfigError as problem:
        return _wrong(f"{problem.what} ({problem.where})", problem.todo)
    source = "none: Nomad is asked as anonymous" if token is None else f"a Nomad token from {nomad.token}"
    return Finding(name, "ok", source)


def _wrong(what: str, todo: str) -> Finding:
    return Finding("configuration", "bad", plain(what), todo, "configuration")
