"""Trying everything at once, each within its own time."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from console.config import NomadSettings, Settings, shown_address
from console.doctor.section import Section
from console.doctor.setup import check_setup
from console.doctor.tape import check_tape
from console.doctor.terminal import Facts, check_terminal
from console.feeds import alertmanager
from console.feeds.catalog.roots import shelf_of
from console.feeds.check import Finding
from console.feeds.ownership.check import check as check_declared
from console.naming import source_of

ASK_S = 4.0  # one question to one system
MOST_S = 8.0  # everything about one system

Check = Callable[[], Awaitable[Sequence[Finding]]]
NomadCheck = Callable[[NomadSettings], Awaitable[Sequence[Finding]]]


async def examine(settings: Settings, nomad: NomadCheck) -> list[Section]:
    """Try all systems; ends within about ten seconds whatever they do. ``nomad`` tries one Nomad."""
    now_ms = time.time_ns() // 1_000_000
    nomads = asyncio.gather(*(_nomad(settings, one, nomad) for one in settings.nomads))
    sections = await asyncio.gather(
        _system(settings, "prometheus", "prometheus_url", settings.prometheus_url, _prometheus(settings)),
        _system(settings, "alertmanager", "alertmanager_url", settings.alertmanager_url, _alertmanager(settings)),
        _registry(settings),
        _system(settings, "lineage", "lineage_url", settings.lineage_url, _lineage(settings), "MARQUEZ_URL"),
        _files(settings),
        _kpis(settings),
        try_oncall(settings),
        _in_thread("tape", lambda: check_tape(settings.tape, now_ms, bundled=settings.is_demo)),
        _in_thread("settings", lambda: check_setup(settings, os.environ)),
    )
    *systems, tape, setup = sections
    tape = replace(tape, address=shown_address(settings.tape), origin=str(settings.origin("tape")))
    terminal = Section("terminal", tuple(check_terminal(terminal_facts())))
    return [*await nomads, *systems, tape, setup, terminal]


async def in_time(name: str, check: Check, limit_s: float = MOST_S) -> Section:
    """The findings of a check, or one that says that it took too long."""
    try:
        async with asyncio.timeout(limit_s):
            return Section(name, tuple(await check()))
    except TimeoutError:
        what, todo = f"no answer within {limit_s:g} s", "check the network and whether it is overloaded"
        return Section(name, (Finding(name, "bad", what, todo, "unreachable"),), late=True)


async def _system(
    settings: Settings, name: str, setting: str, address: str | None, check: Check, variable: str = ""
) -> Section:
    if address is None:
        todo = f"set {variable or setting.upper()} if there is one"
        return Section(name, (Finding(name, "unknown", "not configured", todo),), configured=False)
    section = await in_time(name, check)
    return replace(section, address=shown_address(address), origin=str(settings.origin(setting)))


async def _nomad(settings: Settings, nomad: NomadSettings, check: NomadCheck) -> Section:
    """Nomad has a default address: when nobody set one and nothing answers there, it is not configured."""
    setting = f"clusters.{nomad.profile}.address" if nomad.profile else "nomad.address"
    address, origin = shown_address(nomad.address), str(settings.origin(setting))
    if nomad.name and nomad.region:
        address = f"{address}, region {nomad.region}"
    section = await in_time(source_of(nomad.name), lambda: check(nomad))
    away = any(finding.cause == "unreachable" for finding in section.findings)
    if away and not settings.names_nomad:
        what = f"not configured, and nothing answers at the usual {address}"
        return replace(section, findings=(Finding("nomad", "unknown", what, "set NOMAD_ADDR"),), configured=False)
    return replace(section, address=address, origin=origin)


def _prometheus(settings: Settings) -> Check:
    async def check() -> Sequence[Finding]:
        from console.feeds.prometheus.check import check as try_prometheus

        auth = settings.prometheus_auth.reveal() if settings.prometheus_auth else None
        return await try_prometheus(
            settings.prometheus_url or "",
            auth,
            pack_dirs=[path for path in settings.pack_dirs if path.is_dir()],
            timeout_s=ASK_S,
            backfill_s=settings.backfill_s,
        )

    return check


def _lineage(settings: Settings) -> Check:
    async def check() -> Sequence[Finding]:
        from console.feeds.lineage.check import check as try_marquez

        return await try_marquez(settings.lineage_url or "", settings.lineage_auth, settings.lineage_key, ASK_S)

    return check


def _alertmanager(settings: Settings) -> Check:
    return lambda: alertmanager.check(settings.alertmanager_url or "", settings.alertmanager_auth, ASK_S)


async def _registry(settings: Settings) -> Section:
    address, over = settings.mlflow_tracking_uri, settings.mlflow_passed_over
    section = await _system(settings, "mlflow", "mlflow_tracking_uri", address, _mlflow(settings))
    if not over:
        return section
    if address is None:
        todo = "if there is a server, name it with mlflow_tracking_uri in config.toml"
        return replace(section, findings=(Finding("mlflow", "unknown", f"{over}, so no registry is asked", todo),))
    told = Finding("mlflow", "ok", f"{over}, so {settings.origin('mlflow_tracking_uri')} counts")
    return replace(section, findings=(told, *section.findings))


def _mlflow(settings: Settings) -> Check:
    async def check() -> Sequence[Finding]:
        from console.feeds.models.access import MlflowAccess
        from console.feeds.models.check import check as try_mlflow

        access = MlflowAccess(settings.mlflow_tracking_uri or "", settings.mlflow_auth, settings.mlflow_token)
        return await try_mlflow(access, ASK_S)

    return check


async def _files(settings: Settings) -> Section:
    section = await _in_thread("ownership", lambda: check_declared(shelf_of(settings)))
    given = [name for name in ("flows", "catalog") if settings.given(name)]
    places = [path for path in (*settings.flows, *settings.declaring, *settings.catalog) if path.exists()]
    address = ", ".join(str(path) for path in places or settings.flows)
    if not section.findings and not given:
        what = "no flows.toml and no catalogue; owners are read from the meta of Nomad jobs only"
        todo = f"write {address}, or name yours with --catalog"
        return Section("ownership", (Finding("ownership", "unknown", what, todo),), configured=False)
    if not section.findings:
        what = "nothing is declared there"
        section = replace(section, findings=(Finding("ownership", "warn", what, "see --catalog and --flows"),))
    return replace(section, address=address, origin=str(settings.origin(given[0] if given else "flows")))


async def _kpis(settings: Settings) -> Section:
    async def check() -> Sequence[Finding]:
        from console.feeds.kpis.check import check as try_kpis

        shelf, auth = shelf_of(settings), settings.prometheus_auth
        await asyncio.to_thread(shelf.look)
        files = [one.contents for one in shelf.files]
        return await try_kpis(files, settings.prometheus_url, auth.reveal() if auth else None, timeout_s=ASK_S)

    section = await in_time("kpis", check)
    return replace(section, configured=any(finding.verdict != "unknown" for finding in section.findings))


async def try_oncall(settings: Settings) -> Section:
    """Try each service that knows who is on call; one that fails does not hide the others."""
    if not settings.oncall:
        what, todo = "not configured", "set PAGERDUTY_TOKEN or that of another service, or write rota.toml"
        return Section("on call", (Finding("on call", "unknown", what, todo),), configured=False)

    async def check() -> Sequence[Finding]:
        from console.feeds.oncall.check import check as try_services

        return await try_services(settings.oncall, ASK_S)

    section = await in_time("on call", check)
    address = ", ".join(shown_address(one.address) for one in settings.oncall if one.address)
    origins = dict.fromkeys(one.token.where for one in settings.oncall if one.token.where)
    return replace(section, address=address, origin=", ".join(origins))


async def _in_thread(name: str, check: Callable[[], Sequence[Finding]]) -> Section:
    async def run() -> Sequence[Finding]:
        return await asyncio.to_thread(check)

    return await in_time(name, run)


def terminal_facts() -> Facts:
    """What this process knows of its terminal."""
    size = None
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        try:
            size = tuple(os.get_terminal_size(stream.fileno()))
            break
        except (OSError, ValueError):
            continue
    return Facts((size[0], size[1]) if size else None, sys.stdout.encoding or "", os.environ)
