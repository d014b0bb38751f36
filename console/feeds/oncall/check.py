"""Trying each service that knows who is on call, for ``doctor``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from console.config import OnCallSettings
from console.feeds.check import Cause, Finding
from console.feeds.http import SourceError
from console.feeds.oncall.feed import PROVIDERS
from console.plain import plain

SECTION = "on call"
_CAUSES: dict[str, Cause] = {"denied": "denied"}
_SHOWN = 3


async def check(services: Sequence[OnCallSettings], timeout_s: float = 5.0) -> list[Finding]:
    """One finding for each service, and one more for what its token may not read. They are tried side by side."""
    found = await asyncio.gather(*(_try(one, timeout_s) for one in services))
    return [finding for findings in found for finding in findings]


async def _try(settings: OnCallSettings, timeout_s: float) -> list[Finding]:
    service = settings.service
    if settings.lacks:
        what, _, todo = settings.lacks.partition("; ")
        return [Finding(SECTION, "bad", what, todo, "configuration")]
    now_ms = time.time_ns() // 1_000_000
    provider = PROVIDERS[service.provider](settings, timeout_s, None)
    try:
        told = await provider.ask(now_ms)
    except SourceError as problem:
        return [_bad(problem)]
    finally:
        await provider.close()
    covered = [doc for doc in told.schedules.values() if doc["now"]]
    people = [f"{plain(doc['now'][0]['who'], 60)} for {plain(doc['name'], 60)}" for doc in covered[:_SHOWN]]
    more = f" and {len(covered) - _SHOWN} more" if len(covered) > _SHOWN else ""
    said = f"; on call: {', '.join(people)}{more}" if people else "; nobody is on call"
    schedules = "schedule" if len(told.schedules) == 1 else "schedules"
    what = f"{service.title} at {provider.address}: {len(told.schedules)} {schedules}{said}"
    findings = [Finding(SECTION, "ok" if told.schedules else "warn", what)]
    if told.partial is not None:
        findings.append(Finding(SECTION, "warn", told.partial.why, told.partial.todo))
    return findings


def _bad(problem: SourceError) -> Finding:
    return Finding(SECTION, "bad", problem.why, problem.todo, _CAUSES.get(problem.state, "unreachable"))
