"""One feed of all that know who is on call, each asked in its own time: one that is away stops none of the others."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from console.config import OnCallSettings
from console.declared.shapes import Shelf
from console.documents import FeedDoc, FeedState
from console.feeds.backoff import Backoff
from console.feeds.http import TIMEOUT_S, SourceError
from console.feeds.oncall.goalert import GoAlert
from console.feeds.oncall.grafana import GrafanaOnCall
from console.feeds.oncall.ledger import REPEAT_MS, SOURCE, Ledger
from console.feeds.oncall.opsgenie import Opsgenie
from console.feeds.oncall.pagerduty import PagerDuty
from console.feeds.oncall.provider import Provider, Roster
from console.feeds.oncall.rotas import NAME as ROTA
from console.feeds.oncall.rotas import change_after, schedules_of, twice
from console.feeds.outlet import Outlet
from console.governance.shapes import OnCallDoc
from console.plain import plain

log = logging.getLogger(__name__)

INTERVAL_S = 60.0
ROUND_S = 120.0  # for all questions to one provider together
_LEAST_S = 5.0
_AFTER_S = 1.0  # how long after a hand-over it is asked for: a server's clock may be a little behind
_WORST: tuple[FeedState, ...] = ("denied", "down", "degraded", "connecting", "ok")

_OFF: FeedDoc = {
    "state": "off",
    "why": "nobody is asked who is on call",
    "todo": "set PAGERDUTY_TOKEN or that of another service, or write rota.toml",
    "address": "",
}

PROVIDERS: Mapping[str, type[Provider]] = {
    PagerDuty.name: PagerDuty,
    Opsgenie.name: Opsgenie,
    GrafanaOnCall.name: GrafanaOnCall,
    GoAlert.name: GoAlert,
}


class OnCallFeed:
    """Asks each service every ``interval_s`` seconds, and when a turn ends; reckons the rotas of ``shelf``.

    ``known`` are the schedules that earlier runs left on the tape.
    """

    def __init__(
        self,
        services: Sequence[OnCallSettings],
        shelf: Shelf | None = None,
        known: Mapping[str, OnCallDoc] | None = None,
        interval_s: float = INTERVAL_S,
    ) -> None:
        self._services = tuple(services)
        self._shelf = shelf
        self._ledger = Ledger(known or {})
        self._interval_s = interval_s
        self._problems: dict[str, SourceError | None] = {}
        self._addresses: dict[str, str] = {}

    @property
    def name(self) -> str:
        return SOURCE

    async def run(self, out: Outlet) -> None:
        """Ask until cancelled."""
        providers = [PROVIDERS[one.service.provider](one, TIMEOUT_S, out.clock.now_ms) for one in self._services]
        for provider in providers:
            self._addresses[provider.name] = provider.address or provider.title
            self._problems[provider.name] = SourceError("connecting", "", "")
        asked = {provider.name for provider in providers} | ({ROTA} if self._shelf is not None else set())
        gone = self._ledger.dropped(asked, out.clock.now_ms())
        if gone:
            await out.records(gone)
        await self._say(out)
        tasks = [asyncio.create_task(self._watch(provider, out), name=provider.name) for provider in providers]
        if self._shelf is not None:
            tasks.append(asyncio.create_task(self._reckon(self._shelf, out), name=ROTA))
        try:
            await asyncio.gather(*tasks)
            await asyncio.Event().wait()  # nobody is asked
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for provider in providers:
                await provider.close()

    async def _watch(self, provider: Provider, out: Outlet) -> None:
        """Ask one service until cancelled; whatever it does is told and survived."""
        backoff = Backoff(most_s=max(300.0, self._interval_s), first_s=2.0)
        while True:
            problem = await self._ask(provider, out)
            if problem is None:
                backoff.reset()
                await out.clock.sleep(self._pause_s(provider.name, out.clock.now_ms()))
            elif problem.wait_s:
                await out.clock.sleep(problem.wait_s + random.uniform(0, _LEAST_S))
            else:
                await backoff.wait(out.clock)

    async def _ask(self, provider: Provider, out: Outlet) -> SourceError | None:
        """One round of questions; what kept it from being answered."""
        try:
            async with asyncio.timeout(ROUND_S):
                told = await provider.ask(out.clock.now_ms())
        except SourceError as error:
            return await self._away(provider, error, out)
        except TimeoutError:
            why = f"{provider.title} at {provider.address} did not answer all questions within {ROUND_S:g} s"
            return await self._away(provider, SourceError("down", why, "check whether it is overloaded"), out)
        except Exception:
            log.exception("an answer of %s could not be read", provider.title)
            why = f"an answer of {provider.title} at {provider.address} could not be read"
            return await self._away(provider, SourceError("degraded", why, "see the log of the console"), out)
        records = self._ledger.told(provider.name, told, out.clock.now_ms())
        if records:
            await out.records(records)
        out.seen(SOURCE)
        self._problems[provider.name] = told.partial
        await self._say(out)
        return None

    async def _away(self, provider: Provider, problem: SourceError, out: Outlet) -> SourceError:
        records = self._ledger.away(provider.name, plain(problem.why, 300), out.clock.now_ms())
        if records:
            await out.records(records)
        self._problems[provider.name] = problem
        await self._say(out)
        return problem

    async def _reckon(self, shelf: Shelf, out: Outlet) -> None:
        """Tell who is on call by the files: when they change, when a turn ends, and every quarter of an hour."""
        version = await shelf.changed(0) if not shelf.version else shelf.version
        while True:
            until_ms = out.clock.now_ms() + REPEAT_MS
            try:
                until_ms = await self._reckon_once(shelf, out)
            except Exception:
                log.exception("the rotas could not be reckoned")
                why = "the rotas could not be reckoned"
                self._problems[ROTA] = SourceError("degraded", why, "see the log of the console")
                await self._say(out)
            pause_s = (until_ms - out.clock.now_ms()) / 1000
            await _either(shelf.changed(version), out.clock.sleep(max(0.05, pause_s)))
            version = shelf.version

    async def _reckon_once(self, shelf: Shelf, out: Outlet) -> int:
        """Tell who is on call by the files as they are; until when that holds (unix ms)."""
        now_ms = out.clock.now_ms()
        schedules = await asyncio.to_thread(schedules_of, shelf.files, now_ms)
        records = self._ledger.told(ROTA, Roster(schedules, whole=True), now_ms)
        if records:
            await out.records(records)
        self._told_of_files(shelf, bool(schedules))
        if schedules:
            out.seen(SOURCE)
        await self._say(out)
        change_ms = await asyncio.to_thread(change_after, shelf.files, now_ms)
        return min(now_ms + REPEAT_MS, change_ms) if change_ms is not None else now_ms + REPEAT_MS

    def _told_of_files(self, shelf: Shelf, any_rota: bool) -> None:
        if not any_rota:
            self._problems.pop(ROTA, None)
            self._addresses.pop(ROTA, None)
            return
        said = twice(shelf.files)
        self._problems[ROTA] = SourceError("degraded", said, "keep one of them") if said else None
        self._addresses[ROTA] = ", ".join(str(file.path) for file in shelf.files if file.contents.rotas)

    def _pause_s(self, provider: str, now_ms: int) -> float:
        """Until it is asked again: the interval, a little more or less, or until just after a hand-over."""
        bounds = [
            bound
            for doc in self._ledger.of(provider).values()
            for bound in (*(one.get("until_ms", 0) for one in doc["now"]), *_begins(doc))
            if bound > now_ms
        ]
        usual_s = self._interval_s * random.uniform(0.9, 1.1)
        soonest_s = (min(bounds) - now_ms) / 1000 + _AFTER_S if bounds else usual_s
        return max(min(_LEAST_S, usual_s), min(usual_s, soonest_s))

    async def _say(self, out: Outlet) -> None:
        """State the health of all of them together."""
        if not self._problems:
            if self._shelf is None or self._shelf.version:
                await out.health(SOURCE, _OFF)
            return
        faults = {name: problem for name, problem in self._problems.items() if problem is not None}
        states = [problem.state for problem in faults.values()]
        doc: FeedDoc = {
            "state": next((state for state in _WORST if state in states), "ok"),
            "why": "; ".join(problem.why for problem in faults.values() if problem.why),
            "todo": "; ".join(dict.fromkeys(problem.todo for problem in faults.values() if problem.todo)),
            "address": ", ".join(self._addresses[name] for name in self._problems),
        }
        if faults and len(faults) < len(self._problems) and doc["state"] != "connecting":
            doc["state"] = "degraded"
        await out.health(SOURCE, doc)


def _begins(doc: OnCallDoc) -> list[int]:
    return [one.get("from_ms", 0) for one in doc.get("next") or []]


async def _either(*waits: Coroutine[Any, Any, object]) -> None:
    """Wait for the first of several, and let go of the others."""
    tasks = [asyncio.ensure_future(one) for one in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
