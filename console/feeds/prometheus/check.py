"""Trying a Prometheus for ``doctor``: is it there, is it one, what can be read from it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from console.feeds.check import Cause, Finding
from console.feeds.prometheus.choose import spelled
from console.feeds.prometheus.client import PromClient
from console.feeds.prometheus.faults import PromError
from console.feeds.prometheus.packs import load_packs
from console.feeds.prometheus.survey import Survey

MOST_SKEW_MS = 2_000


async def check(
    address: str,
    auth: str | None = None,
    *,
    pack_dirs: Sequence[Path] = (),
    timeout_s: float = 5.0,
    now_ms: int | None = None,
    backfill_s: float = 7200.0,
) -> list[Finding]:
    """Findings about one server, most basic first; ends early where the rest cannot be known. Seconds, unix ms."""
    client = PromClient(address, auth, timeout_s)
    packs, errors = load_packs(pack_dirs)
    findings = [Finding("pack", "bad", str(error), "Correct the file.", "configuration") for error in errors]
    now_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    survey = Survey(packs)
    try:
        version = await client.version()
        choice = await survey.look(client, now_ms - round(backfill_s * 1000), now_ms)
        alerts = len(await client.alerts())
    except PromError as fault:
        cause: Cause = "denied" if fault.kind == "denied" else "unreachable"
        return [Finding("prometheus", "bad", fault.text, fault.todo, cause), *findings]
    finally:
        await asyncio.to_thread(client.close)
    said = f"version {version}" if version else "of unknown version (a compatible server)"
    findings.insert(0, Finding("prometheus", "ok", f"{client.address} answers, {said}"))
    findings.append(_skew(client))
    if choice is None:
        what = f"holds {len(survey.names)} metric names, but scraped nothing in the last {backfill_s / 3600:g} h"
        if not survey.names:
            what = f"has no series of the last {backfill_s / 3600:g} h"
        todo = "Check that it scrapes something: its page /targets lists it."
        return [*findings, Finding("series", "bad", f"{client.address} {what}", todo)]
    guessed = sum(ask.guessed for ask in choice.asks)
    every = f", scraped every {survey.interval_s:g} s" if survey.interval_s else ""
    what = (
        f"{len(survey.names)} metric names{every}; {len(choice.asks)} expressions are asked, {guessed} of them for "
        "series of unknown producers, placed by their names"
    )
    findings.append(Finding("series", "ok" if choice.asks else "warn", what))
    findings.append(Finding("alerts", "ok", f"{alerts} alerts pending or firing"))
    for pack in packs:
        findings.append(_pack_finding(pack.name, pack.title, pack.signature, choice.matched, survey.names))
    findings += [Finding("series", "warn", text) for text in choice.left_out]
    return findings


def _pack_finding(
    name: str, title: str, signature: Sequence[str], matched: Sequence[str], names: frozenset[str]
) -> Finding:
    if name in matched:
        return Finding(f"pack {name}", "ok", f"{title} is read")
    if signature and not any(spelled(metric, names) for metric in signature):
        return Finding(f"pack {name}", "unknown", f"{title} is not there: no metric {' or '.join(signature)}")
    return Finding(f"pack {name}", "warn", f"{title} is there, but none of the metrics that its pack reads")


def _skew(client: PromClient) -> Finding:
    skew = client.skew
    if skew.ms is None:
        return Finding("prometheus clock", "unknown", f"{client.address} does not say what time it has")
    if abs(skew.ms) <= max(MOST_SKEW_MS, skew.error_ms):
        return Finding("prometheus clock", "ok", f"within {max(abs(skew.ms), skew.error_ms) / 1000:.1f} s of ours")
    way = "ahead of" if skew.ms > 0 else "behind"
    what = f"{abs(skew.ms) / 1000:.1f} s {way} ours (±{skew.error_ms / 1000:.1f} s)"
    return Finding("prometheus clock", "warn", what, "Let both machines keep time by NTP, or read times with care.")
