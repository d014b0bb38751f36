"""The configuration, as doctor tells it: each value that somebody set, and who did."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from console.config import Settings, log_file, shown_address
from console.feeds.check import Finding
from console.plain import plain
from console.settings.errors import ConfigError

_SECRET = frozenset({"nomad.token", "nomad.http_auth", "nomad.token_command"})


class Shown(NamedTuple):
    """One setting fit to be shown."""

    name: str
    value: str
    origin: str


def settings_set(settings: Settings) -> list[Shown]:
    """What somebody set, without anything secret."""
    values: dict[str, object] = {
        **{f"nomad.{key}": value for key, value in settings.nomad._asdict().items()},
        **{f"nomad.{key}": value for key, value in settings.nomad.tls._asdict().items()},
        "prometheus_url": settings.prometheus_url,
        "alertmanager_url": settings.alertmanager_url,
        "alertmanager_interval": settings.alertmanager_interval_s,
        "mlflow_tracking_uri": settings.mlflow_tracking_uri,
        "tape": shown_address(settings.tape),
        "flows": settings.flows,
        "packs": settings.pack_dirs,
        "theme": settings.theme,
        "step": settings.step_s,
        "backfill": settings.backfill_s,
        "linger": settings.linger_s,
        "retention_days": settings.retention_days,
    }
    names = sorted(name for name in settings.origins if settings.given(name))
    return [Shown(name, _shown(name, values.get(name, "")), str(settings.origin(name))) for name in names]


def _shown(name: str, value: object) -> str:
    if name in _SECRET:
        return "(set, not shown)"
    if isinstance(value, tuple):
        return plain(", ".join(str(item) for item in value), 200)
    return plain(f"{value:g}" if isinstance(value, float) else str(value), 200)


def check_setup(settings: Settings, env: Mapping[str, str]) -> list[Finding]:
    """Where the configuration comes from, and what it names that is not there. Reads the token: up to 10 s."""
    file = f"read from {settings.config_file}" if settings.config_file else "no file; environment and flags only"
    findings = [Finding("configuration", "ok", file), Finding("log", "ok", str(log_file(env)))]
    tls = settings.nomad.tls
    for name in ("cacert", "capath", "client_cert", "client_key"):
        path: Path | None = getattr(tls, name)
        if path is not None and not path.exists():
            where = str(settings.origin(f"nomad.{name}"))
            findings.append(_wrong(f"nomad.{name}: there is no {path} ({where})", "correct the path"))
    if tls.skip_verify:
        what = f"certificates of Nomad are not verified ({settings.origin('nomad.skip_verify')})"
        findings.append(Finding("tls", "warn", what, "name its CA with NOMAD_CACERT instead"))
    for path in settings.flows if settings.given("flows") else ():
        if not path.exists():
            findings.append(_wrong(f"flows: there is no {path} ({settings.origin('flows')})", "correct the path"))
    for path in settings.pack_dirs if settings.given("packs") else ():
        if not path.is_dir():
            findings.append(_wrong(f"packs: {path} is no directory ({settings.origin('packs')})", "correct the path"))
    try:
        token = settings.nomad.token.read()
    except ConfigError as problem:
        return [*findings, _wrong(f"{problem.what} ({problem.where})", problem.todo)]
    source = "none: Nomad is asked as anonymous" if token is None else f"a Nomad token from {settings.nomad.token}"
    return [*findings, Finding("token", "ok", source)]


def _wrong(what: str, todo: str) -> Finding:
    return Finding("configuration", "bad", plain(what), todo, "configuration")
