"""The samples that the audit looks at: what says how far data is behind, and what counts it, around a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np

from console.analysis.scene import Grid, Slots
from console.governance.flowwords import is_age, meaning
from console.metricnames.words import BACKLOG, FRESHNESS, words_of
from console.scenes.carry import carry
from console.scenes.plan import Plan, plan
from console.signals import Bad, EntityKind, Pane, Signal
from console.tape.shapes import Series
from console.tape.store import Store

WINDOW_MS = 2 * 3_600_000  # in which a backlog is looked for
PAST_MS = 4 * 3_600_000  # before it, to know what is usual
LATELY_MS = 600_000  # a signal that was seen in it is still there
KEPT_MS = 24 * 3_600_000  # while its source is away a flow that only signals know is remembered for so long


class Levels(NamedTuple):
    """``signals`` are all that were seen in the window, ``lately`` the keys of those seen in the last minutes.

    ``behind`` are those of the grid's rows. ``remembered`` are flows that were seen before and whose signals nobody
    could see in the window, since their source was away: nobody can say that they are gone. ``series`` holds the
    samples of the window of what counts data or says how old it is, by key.
    """

    signals: Sequence[Signal]
    lately: frozenset[str]
    behind: Sequence[Signal]
    grid: Grid
    series: Mapping[str, Series]
    newest_ms: int | None
    remembered: frozenset[str] = frozenset()


def says_behind(signal: Signal) -> bool:
    """Whether more of it means that data waits or is old: a backlog, a lag, an age."""
    if signal.pane is not Pane.INGESTION or signal.bad is not Bad.UP or signal.unit not in ("", "s", "ms"):
        return False
    return bool((BACKLOG | FRESHNESS) & {*words_of(signal.key.partition("{")[0]), *words_of(signal.name)})


def counts(signal: Signal) -> bool:
    """Whether it counts what goes through a flow, or says how old it is."""
    return signal.pane is Pane.INGESTION and (meaning(signal) is not None or is_age(signal))


def levels_at(store: Store, at_ms: int) -> Levels:
    """Read them. Call it within ``store.reading()``. Nothing later than ``at_ms`` is looked at."""
    from_ms = at_ms - WINDOW_MS
    known = store.signals()
    times: dict[str, list[Slots]] = {}
    last: dict[int, int] = {}
    for block in store.blocks_between(from_ms, at_ms):
        for part in block.parts:
            stamps = np.frombuffer(part.times_ms, np.int64)
            stamps = stamps[(stamps > from_ms) & (stamps <= at_ms)]
            if len(stamps):
                times.setdefault(block.source, []).append(stamps)
                newest = int(stamps[-1])
                last |= {one: newest for one in part.signal_ids if last.get(one, 0) < newest}
    behind = {one: known[one] for one in last if says_behind(known[one])}
    counted = [one for one in last if one not in behind and counts(known[one])]
    of_source = {source: np.concatenate(several) for source, several in times.items()}
    sources = [signal.source for signal in behind.values()]
    suited = plan(at_ms, WINDOW_MS, PAST_MS, {one: of_source[one] for one in dict.fromkeys(sources)},
                  {one: sources.count(one) for one in dict.fromkeys(sources)})  # fmt: skip
    long = store.samples(list(behind), suited.begin_ms, at_ms)
    short = {**long, **store.samples(counted, from_ms, at_ms)}
    return Levels(
        [known[one] for one in sorted(last)],
        frozenset(known[one].key for one, seen_ms in last.items() if seen_ms > at_ms - LATELY_MS),
        list(behind.values()),
        _grid(suited, [long[one] for one in behind], from_ms, at_ms),
        {known[one].key: _since(series, from_ms) for one, series in short.items()},
        max(last.values(), default=None),
        _remembered(store, known, {known[one].source for one in last}, at_ms),
    )


def _remembered(store: Store, known: Mapping[int, Signal], there: Set[str], at_ms: int) -> frozenset[str]:
    """One signal of each flow is looked for: those of a flow come and go with their source."""
    ids = {signal.entity.id: one for one, signal in known.items()
           if signal.entity.kind is EntityKind.FLOW and signal.source not in there}  # fmt: skip
    seen = store.samples(list(ids.values()), at_ms - KEPT_MS, at_ms) if ids else {}
    return frozenset(flow for flow, one in ids.items() if len(seen[one].times_ms))


def _grid(suited: Plan, series: Sequence[Series], from_ms: int, at_ms: int) -> Grid:
    """Slots end at even steps, the last one at ``at_ms``; each holds the newest value seen in it."""
    step_ms = suited.step_ms
    seen_ms = min((one.times_ms[0] for one in series if len(one.times_ms)), default=at_ms)
    first = max(suited.begin_ms, seen_ms - step_ms) // step_ms
    slots = -(-at_ms // step_ms) - first
    values = np.full((len(series), slots), np.nan)
    for row, one in enumerate(series):
        stamps = np.frombuffer(one.times_ms, np.int64)
        values[row, -(-stamps // step_ms) - 1 - first] = np.frombuffer(one.values)  # of several in a slot the last
    values[np.isinf(values)] = np.nan
    carry(values)
    times = (np.arange(slots, dtype=np.int64) + first + 1) * step_ms
    if slots:
        times[-1] = at_ms
    return Grid(times, step_ms, values, int(np.searchsorted(times, from_ms, side="right")))


def _since(series: Series, from_ms: int) -> Series:
    at = bisect_left(series.times_ms, from_ms + 1)
    return Series(series.times_ms[at:], series.values[at:]) if at else series
