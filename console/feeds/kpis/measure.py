"""One KPI held against its window: what was read of it is kept, and only what is new is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.feeds.kpis.plan import SEEN, TOTAL, Plan, plan_of
from console.feeds.prometheus.ask import Ask
from console.feeds.prometheus.batch import ask_all
from console.feeds.prometheus.client import PromClient, Row
from console.feeds.prometheus.faults import PromError
from console.governance.calendars import calendar_of, rolling, window_at
from console.governance.kpis import Tally, Window, measured
from console.governance.shapes import KpiDoc, MeasuredDoc
from console.plain import plain
from console.signals import Pane

BEHIND_MS = 2_000
"""How far behind now a stretch ends, so that the scrapes of it are in."""
WIDER_S = (120, 300)
"""Ranges of ``increase`` for counters of which a stretch or slice shows nothing: they are scraped once a minute, or
more seldom. The first one that shows something is taken; slices are then as smooth as that."""
_LEAST_OPEN_S = 60
_EVERY_S, _MOST_EVERY_S = 60.0, 900.0

Answers = dict[str, dict[int, float]]


class Measure:
    """Reads one KPI. Raises UnreadableError on making where its definition says nothing that can be asked."""

    def __init__(self, name: str, kpi: KpiDoc) -> None:
        self.name = name
        self.plan: Plan = plan_of(kpi)
        self._kpi = kpi
        self._calendar = calendar_of(kpi["calendar"]) if "calendar" in kpi else None
        self._held: dict[int, Tally] = {}
        self._read_ms = 0  # the end of the last stretch that was read
        self._open: list[Tally] = []
        self._present = False

    @property
    def every_s(self) -> float:
        """How often it is to be measured: what moves in hours need not be looked at each minute."""
        return min(_MOST_EVERY_S, max(_EVERY_S, self.plan.stretch_s / 12))

    async def measure(self, client: PromClient, now_ms: int) -> MeasuredDoc:
        """What it comes to now. Raises PromError; of kind ``query`` where a query of it is refused, with its line."""
        window = self._window(now_ms)
        if window is None:
            return nothing(now_ms, now_ms, "its first window has not begun")
        await self._read(client, window)
        if not self._held and not self.plan.reach_s and self._kpi["indicator"].get("counter"):
            await self._read_wider(client, window)
        return self._told(window, now_ms)

    async def _read_wider(self, client: PromClient, window: Window) -> None:
        """Counters whose growth cannot be seen within a stretch may show it in a wider range."""
        narrow = self.plan
        for reach_s in WIDER_S:
            if (narrow.slice_s or narrow.stretch_s) < reach_s:
                self.plan, self._read_ms = plan_of(self._kpi, reach_s), 0
                await self._read(client, window)
                if self._held:
                    return
        self.plan = narrow

    def _window(self, now_ms: int) -> Window | None:
        if self._calendar is None:
            return rolling(now_ms, self._kpi["window_s"])
        return window_at(self._calendar, now_ms)

    async def _read(self, client: PromClient, window: Window) -> None:
        step_ms = self.plan.stretch_s * 1000
        last = (window.to_ms - BEHIND_MS) // step_ms * step_ms
        first = -(-window.from_ms // step_ms) * step_ms + step_ms
        if self._read_ms > last:  # the clock was set back
            self._held, self._read_ms = {}, 0
        # The last one again: a scrape may have come late.
        begin = max(first, self._read_ms)
        if begin <= last:
            times = range(begin, last + 1, step_ms)
            answers = await self._ask(client, self.plan.stretch_s, times)
            for at in times:
                self._held.pop(at, None)
            self._held.update((one.to_ms, one) for one in self.plan.tallies(answers, times, self.plan.stretch_s))
            self._present = self._present or self.plan.present(answers)
            self._read_ms = last
        self._held = {at: one for at, one in self._held.items() if first <= at <= last}
        self._open = await self._read_open(client, max(last, window.from_ms), window.to_ms)

    async def _read_open(self, client: PromClient, from_ms: int, to_ms: int) -> list[Tally]:
        """The stretch that is not over yet."""
        to_ms = (to_ms - BEHIND_MS) // 1000 * 1000
        seconds = (to_ms - from_ms) // 1000
        if not self.plan.open or seconds < max(_LEAST_OPEN_S, self.plan.slice_s):
            return []
        times = range(to_ms, to_ms + 1, 1000)
        answers = await self._ask(client, seconds, times)
        self._present = self._present or self.plan.present(answers)
        return self.plan.tallies(answers, times, seconds)

    async def _ask(self, client: PromClient, seconds: int, times_ms: range) -> Answers:
        keys = self.plan.expressions(seconds)
        asks = [Ask(key, "", key, expr, Pane.OWNERSHIP) for key, expr in keys.items()]

        async def query(expr: str) -> list[Row]:
            return await client.range(expr, times_ms.start, times_ms[-1], max(1, times_ms.step // 1000))

        answers, refused = await ask_all(list(enumerate(asks)), client.most_chars, query)
        for number, why in refused.items():
            raise await self._refused(client, asks[number].key, why, times_ms[-1])
        return {asks[number].key: _by_time(rows) for number, rows in answers.items()}

    async def _refused(self, client: PromClient, key: str, why: str, at_ms: int) -> PromError:
        """What is wrong, with the query's file and line; in the server's words about the query as it is declared,
        which say where in it the fault is."""
        indicator = self._kpi["indicator"]
        part = "good" if "good" in indicator else "bad"
        query = "value" if indicator["kind"] == "threshold" else "total" if key in (TOTAL, SEEN) else part
        try:
            await client.instant(str(indicator.get(query)), at_ms)
        except PromError as fault:
            if fault.kind == "query":
                why = fault.text
        where = plain(indicator.get("origins", {}).get(query) or self._kpi["origin"])
        return PromError("query", f"the {query} query in {where}: {why}")

    def _told(self, window: Window, now_ms: int) -> MeasuredDoc:
        tallies = [*(self._held[at] for at in sorted(self._held)), *self._open]
        doc = measured(tallies, self._looked_at(window), self._kpi["target"], by_time=bool(self.plan.slice_s))
        doc["at_ms"] = now_ms
        if not tallies:
            doc["why"] = "its queries found nothing in its window"
        elif not self._present and doc["attainment"] is not None:
            if "good" in self._kpi["indicator"]:
                return nothing(now_ms, doc["from_ms"], _NO_GOOD, doc["coverage"])
            doc["why"] = "its bad query found nothing, which is taken for none"
        return doc

    def _looked_at(self, window: Window) -> Window:
        """The window in whole stretches, up to the last that is over or was asked for."""
        step_ms = self.plan.stretch_s * 1000
        first = -(-window.from_ms // step_ms) * step_ms
        last = max(self._open[0].to_ms if self._open else 0, self._read_ms)
        return Window(first, last, last if self._calendar is None else window.ends_ms)


_NO_GOOD = "its good query finds nothing, while its total does"


def nothing(at_ms: int, from_ms: int, why: str, coverage: float = 0.0) -> MeasuredDoc:
    """What stands for a KPI that could not be measured."""
    return {
        "at_ms": at_ms,
        "from_ms": from_ms,
        "attainment": None,
        "budget_left": None,
        "burn": None,
        "coverage": coverage,
        "why": why,
    }


def _by_time(rows: Sequence[Row]) -> dict[int, float]:
    """All is added up by the server, so there is one series at most."""
    found: dict[int, float] = {}
    for row in rows[:1]:
        found.update((at, value) for at, value in zip(row.times_ms, row.values, strict=True) if value == value)
    return found


def definition(kpi: KpiDoc) -> Mapping[str, object]:
    """What of a KPI decides how it is measured; as long as that is the same what was read holds."""
    kept = ("target", "window_s", "calendar", "method", "slice_target", "slice_s", "indicator")
    return {key: kpi.get(key) for key in kept}
