"""The KPI feed: what files promise goes onto the tape, and what came of it as Prometheus has it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, NamedTuple

from console.declared.objectives import resolved
from console.declared.shapes import Contents, Shelf
from console.documents import FeedDoc
from console.feeds.backoff import Backoff
from console.feeds.kpis import telling
from console.feeds.kpis.amounts import UnreadableError
from console.feeds.kpis.measure import Measure, definition, nothing
from console.feeds.kpis.telling import SOURCE
from console.feeds.outlet import Outlet
from console.feeds.prometheus.client import PromClient
from console.feeds.prometheus.faults import PromError
from console.governance.shapes import KpiDoc, MeasuredDoc
from console.plain import plain
from console.signals import Record

TICK_S = 5.0
REFUSED_EVERY_S = 300.0
"""How often a KPI is tried again whose query the server refuses."""
NO_PROMETHEUS = "no Prometheus is configured, so nobody measures it"
_MOST_MISSING = 20
_ONE_OF_THEM = frozenset(("query", "timeout"))
"""Faults that may lie with one KPI's queries; the others are asked all the same."""


class _Held(NamedTuple):
    """A KPI as it stands on the tape, and how it is measured. ``over``: its budget counts as used up."""

    kpi: KpiDoc
    measure: Measure | None
    due_ms: int
    over: bool | None
    broken: str = ""


class KpiFeed:
    """Measures all KPIs of the shelf, each when it is due.

    ``address`` None: there is no Prometheus, so all are told but none is measured. ``known`` are the documents that
    earlier runs left on the tape. What was declared at start holds from the time its file was written, but at most
    ``horizon_s`` before the start.
    """

    def __init__(
        self,
        shelf: Shelf,
        address: str | None,
        auth: str | None = None,
        *,
        known: Mapping[str, KpiDoc] | None = None,
        horizon_s: float = 7200.0,
        timeout_s: float = 10.0,
    ) -> None:
        self._shelf = shelf
        self._client = PromClient(address, auth, timeout_s) if address else None
        self._known = {name: doc for name, doc in (known or {}).items() if not doc.get("removed")}
        self._horizon_ms = round(horizon_s * 1000)
        self._held: dict[str, _Held] = {}
        self._first = True
        self._fault: PromError | None = None

    @property
    def name(self) -> str:
        return SOURCE

    async def run(self, out: Outlet) -> None:
        """Follow the shelf and measure until cancelled."""
        backoff = Backoff()
        version = await self._shelf.changed(0)
        waiting = asyncio.ensure_future(self._shelf.changed(version))
        try:
            await self._take(out)
            while True:
                if waiting.done():
                    waiting = asyncio.ensure_future(self._shelf.changed(waiting.result()))
                    await self._take(out)
                self._fault = await self._round(out)
                await out.health(SOURCE, self._health())
                if self._fault is None:
                    backoff.reset()
                    out.seen(SOURCE)
                    await _either(waiting, out.clock.sleep(TICK_S))
                else:
                    await _either(waiting, out.clock.sleep(backoff.next_s()))
        finally:
            waiting.cancel()
            if self._client is not None:
                self._client.close()

    async def _take(self, out: Outlet) -> None:
        """Take over what the shelf says now."""
        now_ms = out.clock.now_ms()
        files = self._shelf.files
        current = resolved([declared.contents for declared in files])
        written = {name: one.written_ms for one in reversed(files) for name in _names(one.contents)}
        records: list[Record] = []
        for name, doc in current.items():
            held = self._held.get(name)
            before = held.kpi if held else self._known.get(name)
            if before is not None and _said(before) == _said(doc):
                if held is None:
                    self._held[name] = _begun(name, before)
                continue
            same = before is not None and definition(before) == definition(doc)
            if same and before is not None and "measured" in before:
                doc = {**doc, "measured": before["measured"]}
            new = before is None and self._first
            at_ms = min(now_ms, max(written.get(name, now_ms), now_ms - self._horizon_ms)) if new else now_ms
            if not new:
                records += telling.defined(name, before, doc, now_ms)
            records.append(telling.state(name, doc, at_ms, now_ms))
            self._held[name] = held._replace(kpi=doc, due_ms=0) if held and same else _begun(name, doc)
        broken = any(one.problem is not None and not one.written_ms for one in files)
        for name in [*(self._held.keys() | self._known.keys())] if not broken else []:
            if name not in current:
                gone = self._held.pop(name, None)
                records += telling.removed(name, gone.kpi if gone else self._known[name], now_ms)
        self._known, self._first = {}, False
        if records:
            await out.records(records)

    async def _round(self, out: Outlet) -> PromError | None:
        """Measure what is due; the fault that concerns all of them, if there is one."""
        answered, late = False, None
        for name in list(self._held):
            held = self._held[name]
            now_ms = out.clock.now_ms()
            # A clock that was set back must not leave it waiting.
            if now_ms < held.due_ms <= now_ms + 1000 * max(REFUSED_EVERY_S, _every_s(held)):
                continue
            if held.measure is None or self._client is None:
                why = held.kpi["indicator"].get("unread") or held.broken or NO_PROMETHEUS
                await self._put(out, name, nothing(now_ms, now_ms, plain(why)), REFUSED_EVERY_S)
                continue
            try:
                found = await held.measure.measure(self._client, now_ms)
                answered = True
                self._held[name] = held._replace(broken="")
                await self._put(out, name, found, _every_s(held))
            except PromError as fault:
                if fault.kind not in _ONE_OF_THEM:
                    await self._lost(out, fault)
                    return fault
                late = fault if fault.kind == "timeout" else late
                answered = answered or fault.kind == "query"
                self._held[name] = held._replace(broken=plain(fault.text))
                await self._put(out, name, nothing(now_ms, now_ms, plain(fault.text)), REFUSED_EVERY_S)
        return None if answered else late

    async def _put(self, out: Outlet, name: str, found: MeasuredDoc, every_s: float) -> None:
        """Keep it, and put it on record where a reader would see a change."""
        held = self._held[name]
        over, records = telling.crossing(name, held.kpi, found, held.over)
        kpi = held.kpi
        if telling.worth_telling(kpi.get("measured"), found):
            kpi = {**kpi, "measured": found}
            records.append(telling.state(name, kpi, found["at_ms"], out.clock.now_ms()))
        self._held[name] = held._replace(kpi=kpi, over=over, due_ms=found["at_ms"] + round(every_s * 1000))
        if records:
            await out.records(records)

    async def _lost(self, out: Outlet, fault: PromError) -> None:
        """Prometheus is away: a number that is too old to stand is taken back."""
        now_ms = out.clock.now_ms()
        for name, held in list(self._held.items()):
            measured = held.kpi.get("measured")
            if measured is None or now_ms - measured["at_ms"] >= telling.TELL_EVERY_MS:
                await self._put(out, name, nothing(now_ms, now_ms, plain(fault.text)), 0.0)

    def _health(self) -> FeedDoc:
        address = self._client.address if self._client else ""
        doc: FeedDoc = {"state": "ok", "why": "", "todo": "", "address": address}
        unread = [name for name, held in self._held.items() if held.broken or held.kpi["indicator"].get("unread")]
        if not self._held:
            doc["state"], doc["why"] = "off", "no file declares a KPI"
            doc["todo"] = "write kpis.toml, or put OpenSLO files into the catalogue"
        elif self._client is None:
            doc["state"], doc["why"] = "off", f"{len(self._held)} KPIs are declared, but no Prometheus is configured"
            doc["todo"] = "set PROMETHEUS_URL"
        elif self._fault is not None:
            doc["state"], doc["why"], doc["todo"] = self._fault.state, self._fault.text, self._fault.todo
        elif unread:
            first = self._held[unread[0]]
            why = first.broken or first.kpi["indicator"].get("unread", "")
            doc["state"] = "degraded"
            doc["why"] = f"{len(unread)} of {len(self._held)} KPIs cannot be measured, as {plain(unread[0], 80)}: {why}"
            doc["todo"] = f"correct it in {plain(first.kpi['origin'])}"
            doc["missing"] = [plain(name, 80) for name in unread[:_MOST_MISSING]]
        return doc


def _begun(name: str, kpi: KpiDoc) -> _Held:
    """A KPI that is yet to be measured here. What an earlier run told of its budget is not told again."""
    measured = kpi.get("measured")
    left = measured["budget_left"] if measured else None
    over = None if left is None else left <= 0
    try:
        return _Held(kpi, Measure(name, kpi), 0, over)
    except (UnreadableError, ValueError) as problem:
        return _Held(kpi, None, 0, over, plain(str(problem)))


def _every_s(held: _Held) -> float:
    return held.measure.every_s if held.measure else REFUSED_EVERY_S


def _said(kpi: KpiDoc) -> dict[str, object]:
    """What its files say of it."""
    return {key: value for key, value in kpi.items() if key not in ("measured", "removed")}


def _names(contents: Contents) -> list[str]:
    return [*contents.kpis, *(one.name for one in contents.slo.objectives)]


async def _either(waiting: asyncio.Future[int], sleeping: Coroutine[Any, Any, None]) -> None:
    """Wait for whichever comes first."""
    sleep = asyncio.ensure_future(sleeping)
    both: set[asyncio.Future[Any]] = {waiting, sleep}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sleep.cancel()
