"""One signal over the window of a drill-down: newest value, how far it went, where it is well, sparkline. Pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from console.panes.normal import fresh_ms, limits, past_range
from console.panes.numbers import value_text
from console.panes.world import needs_past
from console.screens.drill.text import owner
from console.screens.frame import Trace
from console.signals import Bad, EntityRef, Health, Signal
from console.tape.shapes import Series

WINDOW_MS = 1_800_000
PAST_MS = 3_600_000  # what a signal's normal range is taken from
JUDGED_MS = 60_000  # the newest minute is what is judged, not what it is judged by
CELLS = 60


def trace(signal: Signal, series: Series, at_ms: int, judged: Health | None, of: EntityRef) -> Trace:
    """One signal over the window: its newest value, its extremes, where it is well, and a sparkline with holes where
    nothing was seen."""
    first = bisect_right(series.times_ms, at_ms - WINDOW_MS)
    recent = Series(series.times_ms[first:], series.values[first:])
    values = recent.values
    extremes = f"{value_text(signal, min(values))} to {value_text(signal, max(values))}" if values else "not seen"
    past = series.values[: bisect_right(series.times_ms, at_ms - JUDGED_MS)]
    fresh = bool(values) and at_ms - recent.times_ms[-1] <= fresh_ms(signal)
    health = judged if judged is not None else _health(signal, values, past) if fresh else Health.STALE
    return Trace(
        name=signal.name,
        value=value_text(signal, values[-1] if values else math.nan),
        health=health,
        spark=bins(recent, at_ms - WINDOW_MS, WINDOW_MS // CELLS, CELLS, rising=signal.bad is not Bad.DOWN),
        range=(min(values), max(values)) if values else None,
        extremes=extremes,
        normal=normal_text(signal, past),
        of="" if signal.entity == of else owner(signal.entity),
        expr=" ".join(signal.expr.split()),
        source=signal.source,
        guessed=signal.guessed,
        key=signal.key,
    )


def normal_text(signal: Signal, past: Sequence[float]) -> str:
    """Where a signal is well: by its limits where it has any, else by its own past hour; empty where nobody can say."""
    known = limits(signal)
    if known is not None:
        said = [(signal.warn_at, "warns"), (signal.bad_at, "bad")]
        way = "down to" if signal.bad is Bad.DOWN else "from"
        return "by its limits: " + ", ".join(
            f"{what} {way} {value_text(signal, at)}" for at, what in said if at is not None
        )
    by_past = past_range(signal, past) if needs_past(signal) else None
    if by_past is None:
        return ""
    low, high = by_past.warn_low, by_past.warn_high
    if math.isinf(low):
        return f"by its past hour: below {value_text(signal, high)}"
    if math.isinf(high):
        return f"by its past hour: above {value_text(signal, low)}"
    return f"by its past hour: {value_text(signal, low)} to {value_text(signal, high)}"


def _health(signal: Signal, values: Sequence[float], past: Sequence[float]) -> Health:
    """How the newest value of a signal that is no number of the row stands, while it is fresh."""
    known = limits(signal)
    if known is None and not needs_past(signal):
        return Health.OK  # a job that works hard is not unwell
    known = known or past_range(signal, past)
    return Health.UNKNOWN if known is None else known.health(values[-1])


def bins(series: Series, from_ms: int, bin_ms: int, count: int, *, rising: bool) -> tuple[float | None, ...]:
    """The worst value of each bin (the greatest if ``rising``), None where nothing was seen."""
    worst: list[float | None] = [None] * count
    for at_ms, value in zip(series.times_ms, series.values, strict=True):
        place = min((at_ms - from_ms) // bin_ms, count - 1)
        held = worst[place]
        if held is None or (value > held) is rising:
            worst[place] = value
    return tuple(worst)
