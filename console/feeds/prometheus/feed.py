"""The Prometheus feed: backfill, live polling, holes filled after an outage, past and present alarms.

There is one way to read: the aligned instants after the last one read, up to the newest whose scrapes are in. At start
that is the backfill, a step later one instant, after an outage the hole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from console.feeds.backoff import Backoff
from console.feeds.outlet import Outlet
from console.feeds.prometheus import grid
from console.feeds.prometheus.alarms import QUERY, Alarms
from console.feeds.prometheus.ask import Ask
from console.feeds.prometheus.batch import Marked, ask_all
from console.feeds.prometheus.choose import Choice
from console.feeds.prometheus.client import PromClient
from console.feeds.prometheus.entity import job_id
from console.feeds.prometheus.faults import PromError
from console.feeds.prometheus.matrix import Rows, Table, blank, born_at_zero, scraped
from console.feeds.prometheus.packs import load_packs
from console.feeds.prometheus.promql import kept_apart
from console.feeds.prometheus.state import Sight
from console.feeds.prometheus.survey import Survey
from console.signals import Block, Pane, Signal

LOOK_EVERY_MS = 60_000
CATCH_UP_MS = 15 * 60_000
"""How far back a signal is read that was found after the start."""
NOTES_EVERY_MS = 30_000
LONG_POINTS, LONG_CHARS = 60, 4_000
"""Questions over many instants are asked in smaller batches, so that none comes near the timeout."""

_SEEN, _ALERTS, _FIRST = 0, 1, 2
_AGE = Ask("seen", "up", "seen", "time() - max(timestamp(up))", Pane.SCHEDULING)
_ALARMS = Ask("alerts", "ALERTS", "alerts", QUERY, Pane.SCHEDULING)


class PrometheusFeed:
    """Signals and alarms of one Prometheus.

    ``address`` holds no credentials, ``auth`` is ``user:password``. ``step_s`` 0: the scrape interval, at least 5 s.
    ``backfill_s`` is how far back the first reading goes; ``since_ms`` (the end of the samples that a tape already
    holds, unix ms) shortens it, and what lies between where that is further back is a gap. ``apart`` are labels by
    which series are never summed up, those that tell clusters apart.
    """

    def __init__(
        self,
        address: str,
        auth: str | None = None,
        *,
        name: str = "prometheus",
        pack_dirs: Sequence[Path] = (),
        step_s: float = 0.0,
        backfill_s: float = 7200.0,
        since_ms: int | None = None,
        timeout_s: float = 10.0,
        apart: Sequence[str] = (),
    ) -> None:
        self._name = name
        self._apart = apart
        self._client = PromClient(address, auth, timeout_s)
        packs, errors = load_packs(pack_dirs)
        self._survey = Survey(packs)
        self._sight = Sight(self._client.address, [str(error) for error in errors])
        self._wanted_s, self._backfill_ms, self._since_ms = step_s, round(backfill_s * 1000), since_ms
        self._choice: Choice | None = None
        self._looked_ms = self._noted_ms = -LOOK_EVERY_MS
        self._step_s = grid.LEAST_STEP_S
        self._last_ms: int | None = None
        self._rows: Rows | None = None
        self._alarms = Alarms(name)
        self._presence: dict[str, deque[int]] = {}
        self._zeroed: set[str] = set()
        self._ever_seen = False

    @property
    def name(self) -> str:
        return self._name

    async def run(self, out: Outlet) -> None:
        """Read until cancelled."""
        backoff = Backoff()
        try:
            while True:
                try:
                    wait_s = await self._round(out)
                    backoff.reset()
                    await out.clock.sleep(wait_s)
                except PromError as fault:
                    if fault.kind == "timeout":
                        self._client.most_chars = max(2_000, self._client.most_chars // 2)
                    await out.health(self._name, self._sight.failed(fault))
                    await backoff.wait(out.clock)
        finally:
            self._client.close()

    async def _round(self, out: Outlet) -> float:
        """Look around when due, read what is new; seconds until the next round."""
        now_ms = out.clock.now_ms()
        if now_ms - self._looked_ms >= LOOK_EVERY_MS or self._choice is None:
            await self._look(out, now_ms)
        if self._choice is None or self._rows is None:
            await out.health(self._name, self._sight.empty(bool(self._survey.names)))
            return float(grid.LEAST_STEP_S)
        newest = grid.newest(out.clock.now_ms(), self._step_s)
        oldest = newest - self._backfill_ms
        if self._last_ms is None:
            self._last_ms = oldest if self._since_ms is None else self._since_ms
        if self._last_ms < oldest:
            await out.gap(self._name, self._last_ms, oldest, "away for longer than the backfill reaches")
            self._last_ms = oldest
        for first, last in grid.portions(self._last_ms, newest, self._step_s):
            await self._read(out, self._marked(self._choice.asks), first, last)
            self._last_ms = last
        if not self._sight.stalled:
            out.seen(self._name)
        await out.health(self._name, self._sight.fine(self._choice, self._rows.left_out, self._client.skew))
        due_ms = self._last_ms + self._step_s * 1000 + grid.BEHIND_MS
        return max(0.05, (due_ms - out.clock.now_ms()) / 1000)

    async def _look(self, out: Outlet, now_ms: int) -> None:
        """Detect names and choose; what is found only now is read back for a while."""
        from_ms = now_ms - self._backfill_ms
        choice = await self._survey.look(self._client, from_ms, now_ms)
        self._looked_ms = now_ms
        if choice is None:
            return
        if self._apart:
            asks = tuple(replace(ask, expr=kept_apart(ask.expr, self._apart)) for ask in choice.asks)
            choice = replace(choice, asks=asks)
        if self._rows is None:
            self._sight.version = await self._client.version()
            self._alarms.external = await self._client.external_labels()
            self._step_s = grid.step_for(self._survey.interval_s or 0, self._wanted_s)
            self._rows = Rows(self._name, self._step_s)
        before = {(ask.key, ask.expr) for ask in self._choice.asks} if self._choice else set()
        self._choice = choice
        self._sight.look_again()
        new = [ask for ask in choice.asks if (ask.key, ask.expr) not in before]
        if before and new and self._last_ms is not None:
            reach = max(self._last_ms - CATCH_UP_MS, from_ms)
            for first, last in grid.portions(reach, self._last_ms, self._step_s):
                await self._read(out, self._marked(new), first, last, catching_up=True)

    def _marked(self, asks: Sequence[Ask]) -> list[Marked]:
        return [(n, ask) for n, ask in enumerate(asks, start=_FIRST) if ask.key not in self._sight.refused]

    async def _read(
        self, out: Outlet, asks: Sequence[Marked], first: int, last: int, *, catching_up: bool = False
    ) -> None:
        """Read a portion of instants and put it on record: samples, alarms, and a gap where nothing was scraped."""
        assert self._rows is not None and self._choice is not None
        times = range(first, last + 1, self._step_s * 1000)
        more: list[Marked] = [(_ALERTS, _ALARMS)] if not catching_up else []
        if "up" in self._survey.names:
            more.append((_SEEN, _AGE))
        answers, refused = await ask_all(
            [*more, *asks],
            min(self._client.most_chars, LONG_CHARS) if len(times) > LONG_POINTS else self._client.most_chars,
            lambda expr: self._client.range(expr, first, last, self._step_s),
        )
        by_number = dict(asks)
        self._sight.refused.update({by_number[n].key: why for n, why in refused.items() if n in by_number})
        ages = answers.pop(_SEEN, None)
        alarms = answers.pop(_ALERTS, [])
        seen = [True] * len(times)
        if "up" in self._survey.names:
            fresh_s = max(30.0, 4 * (self._survey.interval_s or 0))
            fresh = {
                at for row in ages or () for at, age in zip(row.times_ms, row.values, strict=True) if age <= fresh_s
            }
            seen = [at in fresh for at in times]
        self._sight.stalled = not seen[-1]
        table = self._rows.table(by_number, answers, times)
        blank(table, seen)
        self._place_zeros(table, times, learn=not catching_up)
        await self._put(out, list(table.values()), times)
        await self._zeros_before(out, table, times)
        if catching_up:
            return
        await self._gaps(out, times, seen)
        if alarms and out.clock.now_ms() - self._noted_ms >= NOTES_EVERY_MS:
            self._noted_ms = out.clock.now_ms()
            self._alarms.remember(await self._client.alerts())
        records = self._alarms.follow(alarms, times, seen, out.clock.now_ms())
        if records:
            await out.records(records)

    async def _put(self, out: Outlet, lines: Sequence[tuple[Signal, list[float]]], times: Sequence[int]) -> None:
        kept = [(signal, values) for signal, values in lines if any(value == value for value in values)]
        if kept:
            signals, values = [signal for signal, _ in kept], [line for _, line in kept]
            await out.samples(Block(self._name, signals, list(times), values))

    def _place_zeros(self, table: Table, times: range, *, learn: bool) -> None:
        """Zeros of failure counters at these instants. ``learn``: all signals were asked, so that the table says which
        jobs were scraped; else what was learnt before says it."""
        assert self._rows is not None
        counters = self._rows.counters()
        if learn:
            jobs = scraped(table, len(times))
            most = max(1, self._backfill_ms // times.step)
            for job, line in jobs.items():
                known = self._presence.setdefault(job, deque(maxlen=most))
                last = known[-1] if known else 0  # a portion that broke off is read again
                known.extend(at for at, there in zip(times, line, strict=True) if there and at > last)
        else:
            present = {job: set(known) for job, known in self._presence.items()}
            jobs = {job: [at in known for at in times] for job, known in present.items()}
            counters = [signal for signal in counters if signal.key in table]
        born_at_zero(table, counters, jobs, len(times))

    async def _zeros_before(self, out: Outlet, table: Table, times: range) -> None:
        """A failure counter that turns up now: before, while its job was scraped, nothing had failed."""
        assert self._rows is not None
        for signal in self._rows.counters():
            if signal.key in self._zeroed or signal.key not in table:
                continue
            self._zeroed.add(signal.key)
            present = self._presence.get(job_id(signal.labels) or "", ())
            before = [at for at in present if at < times.start]
            await self._put(out, [(signal, [0.0] * len(before))], before)

    async def _gaps(self, out: Outlet, times: range, seen: list[bool]) -> None:
        step = times.step
        for first, last in grid.runs(times, seen):
            if self._ever_seen or any(seen[: times.index(first)]):
                await out.gap(self._name, first - step, last, "Prometheus scraped nothing")
        self._ever_seen = self._ever_seen or any(seen)
