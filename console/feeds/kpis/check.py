"""Trying the KPIs for ``doctor``: which are declared, and what each can be read as just now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping

from console.declared.objectives import resolved
from console.declared.shapes import Contents
from console.feeds.check import Finding
from console.feeds.kpis.amounts import UnreadableError
from console.feeds.kpis.measure import Measure
from console.feeds.kpis.telling import percent
from console.feeds.prometheus.client import PromClient
from console.feeds.prometheus.faults import PromError
from console.governance.shapes import KpiDoc, MeasuredDoc
from console.plain import plain

MOST_TRIED = 20


async def check(
    files: Iterable[Contents], address: str | None, auth: str | None = None, *, timeout_s: float = 4.0
) -> list[Finding]:
    """Findings about all KPIs that files declare; the first ``MOST_TRIED`` are measured once."""
    kpis = resolved(files)
    if not kpis:
        todo = "write kpis.toml, or put OpenSLO files into the catalogue"
        return [Finding("kpis", "unknown", "no file declares a KPI", todo)]
    findings = [Finding("kpis", "ok", f"{len(kpis)} KPIs are declared")]
    doubted = [(name, doubt) for name, kpi in kpis.items() for doubt in kpi.get("doubts", ())]
    if doubted:
        name, doubt = doubted[0]
        what = f"{len(doubted)} things are in doubt, as of {plain(name, 60)}: {plain(doubt['why'])}"
        findings.append(Finding("kpis", "warn", what, f"see {plain(doubt['origin'])}"))
    if address is None:
        return [*findings, Finding("kpis", "warn", "no Prometheus is configured to measure them", "set PROMETHEUS_URL")]
    client = PromClient(address, auth, timeout_s)
    try:
        findings += await _tried(client, dict(list(kpis.items())[:MOST_TRIED]), timeout_s)
    finally:
        await asyncio.to_thread(client.close)
    if len(kpis) > MOST_TRIED:
        findings.append(Finding("kpis", "ok", f"{len(kpis) - MOST_TRIED} more were not tried"))
    return findings


async def _tried(client: PromClient, kpis: Mapping[str, KpiDoc], most_s: float) -> list[Finding]:
    findings: list[Finding] = []
    until = time.monotonic() + most_s
    for name, kpi in kpis.items():
        if time.monotonic() > until:
            findings.append(Finding("kpis", "warn", "Prometheus took too long to try the others", "look at its load"))
            break
        what = f"kpi {plain(name, 60)}"
        try:
            measured = await Measure(name, kpi).measure(client, time.time_ns() // 1_000_000)
        except (UnreadableError, ValueError) as problem:
            findings.append(Finding(what, "warn", plain(str(problem)), f"see {plain(kpi['origin'])}"))
        except PromError as fault:
            if fault.kind != "query":
                return [*findings, Finding("kpis", "bad", plain(fault.text), fault.todo, "unreachable")]
            findings.append(Finding(what, "bad", plain(fault.text), "correct the query", "configuration"))
        else:
            findings.append(_said(what, kpi, measured))
    return findings


def _said(what: str, kpi: KpiDoc, measured: MeasuredDoc) -> Finding:
    share = measured["attainment"]
    if share is None:
        return Finding(what, "warn", plain(measured["why"]), f"see {plain(kpi['origin'])}")
    told = f"{percent(share)} of {percent(kpi['target'])}, {measured['coverage']:.0%} of its window seen"
    return Finding(what, "ok", told)
