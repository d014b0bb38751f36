"""Signals of one row as numbers, sparkline and health: how a departure is said in a narrow column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from console import format as fmt
from console.panes.history import BIN_MS, Cells
from console.panes.normal import Verdict
from console.panes.rows import SEVERITY, Number, worst
from console.panes.world import Tracked
from console.signals import Bad, Health, Signal

MOST_NUMBERS = 5
_SILENT_BEHIND = 30  # ranks
_DEPARTED = (Health.BAD, Health.WARN)


class Told(NamedTuple):
    """What the signals of a row say. ``notes`` are short texts, the most telling first."""

    health: Health
    word: str
    numbers: tuple[Number, ...]
    spark: tuple[float | None, ...]
    spark_range: tuple[float, float] | None
    notes: tuple[str, ...]
    keys: tuple[str, ...]
    until_ms: float


def tell(judged: Sequence[tuple[Tracked, Verdict]], cells: Cells, now_ms: int) -> Told:
    """Fold signals, in order of rank, with how each stands.

    Signals that ended a while ago are left out while others go on. The first is the lead: when it departs it has the
    word, and without it nothing is ok. First among the numbers stands what departs, then what was bad a moment ago,
    and the sparkline is that of the first number.
    """
    alive = [pair for pair in judged if not pair[1].gone] or list(judged)
    lead = alive[0]
    shown = _one_a_name(alive)
    departed = [pair for pair in shown if pair[1].health in _DEPARTED]
    rest = [pair for pair in shown if pair[1].health not in _DEPARTED]
    rest.sort(key=lambda pair: (pair[1].bad_ms is None, _weight(pair[0])))
    departed.sort(key=lambda pair: (pair[0] is not lead[0], SEVERITY[pair[1].health]))
    ordered = [*departed, *rest]
    health, word = _standing(departed, lead[1])
    notes = _notes(ordered[0], alive)
    if lead[1].health is Health.STALE and health is not Health.STALE:
        notes.append(f"{lead[0].signal.name} not seen for {fmt.age(lead[1].age_ms / 1000)}")
    drawn = ordered[0][0]
    cells_drawn = spark(drawn, cells, now_ms)
    until = min(verdict.until_ms for _, verdict in judged)
    for _, verdict in alive:
        if verdict.health is Health.STALE or verdict.bad_ms is not None:
            until = min(until, now_ms + _next_s(verdict) * 1000)
    until = min(until, (now_ms // BIN_MS + 1) * BIN_MS) if any(cell is not None for cell in cells_drawn) else until
    return Told(
        health,
        word,
        tuple(as_number(tracked, verdict) for tracked, verdict in ordered[:MOST_NUMBERS]),
        cells_drawn,
        spark_range(drawn, cells_drawn),
        tuple(notes),
        tuple(one.signal.key for one in (drawn, *(tracked for tracked, _ in alive if tracked is not drawn))),
        until,
    )


def _weight(tracked: Tracked) -> int:
    """The rank; a rate or share that never was anything but zero steps behind what tells something."""
    silent = tracked.judge.silent and tracked.signal.unit in ("/s", "1", "%")
    return tracked.signal.rank + (_SILENT_BEHIND if silent else 0)


def _notes(first: tuple[Tracked, Verdict], alive: Sequence[tuple[Tracked, Verdict]]) -> list[str]:
    """What was bad within the sparkline and is over: of the first number if it was, else of what was so last."""
    bad = [
        (one is not first[0], verdict.bad_ms, one.signal.name) for one, verdict in alive if verdict.bad_ms is not None
    ]
    trace = min(bad, default=None)
    return [] if trace is None else [f"{trace[2]} bad {_ago(trace[1])}"]


def _ago(age_ms: int) -> str:
    return f"{fmt.age(age_ms / 1000)} ago" if age_ms else "just now"


def _next_s(verdict: Verdict) -> float:
    """Seconds until an age in the row's text turns."""
    waits = [fmt.next_age_s(ms / 1000) - ms / 1000 for ms in (verdict.age_ms, verdict.bad_ms) if ms is not None]
    return max(0.001, min(waits))


def _one_a_name(judged: Sequence[tuple[Tracked, Verdict]]) -> list[tuple[Tracked, Verdict]]:
    """Of several signals with one name (one for each source, each reason) the one that stands worst."""
    chosen: dict[str, tuple[Tracked, Verdict]] = {}
    for pair in judged:
        held = chosen.get(pair[0].signal.name)
        if held is None or SEVERITY[pair[1].health] < SEVERITY[held[1].health]:
            chosen[pair[0].signal.name] = pair
    return list(chosen.values())


def _standing(departed: Sequence[tuple[Tracked, Verdict]], lead: Verdict) -> tuple[Health, str]:
    if departed:
        tracked, verdict = departed[0]
        return worst(
            one.health for _, one in departed
        ), f"{tracked.signal.name} {value_text(tracked.signal, verdict.value)}"
    if lead.health is Health.STALE:
        return Health.STALE, f"{'gone' if lead.gone else 'stale'} {fmt.age(lead.age_ms / 1000)}"
    if lead.health is Health.UNKNOWN:
        return Health.UNKNOWN, "no data" if math.isnan(lead.value) else "no past yet"
    return lead.health, ""


def as_number(tracked: Tracked, verdict: Verdict) -> Number:
    """One signal as a number of a row."""
    signal = tracked.signal
    return Number(signal.name, value_text(signal, verdict.value), verdict.health, signal.key)


def value_text(signal: Signal, value: float) -> str:
    """A value in its signal's unit; a ratio that is bad when it rises (errors, use) in percent."""
    return fmt.number(value, signal.unit, percent=signal.bad is not Bad.DOWN)


def spark(tracked: Tracked, cells: Cells, now_ms: int) -> tuple[float | None, ...]:
    """The cells up to now, on absolute time. Each has the worst of its time, so that a short episode is not averaged
    away; where both directions are bad, the middle. A signal with long steps fills the cells up to its next sample;
    all else that was not seen is a hole.
    """
    signal, history = tracked.signal, tracked.history
    last = now_ms // cells.ms
    first = last - cells.count + 1
    carry = int(signal.step_s * 1500 // cells.ms)
    window = history.window((first - carry) * cells.bins, (last + 1) * cells.bins - 1)
    found: list[float | None] = []
    held, since = None, 0
    for at in range(0, len(window), cells.bins):
        seen = [value for value in window[at : at + cells.bins] if value == value]
        cell = _cell(seen, signal.bad) if seen else None
        if cell is not None:
            held, since = cell, 0
        else:
            since += 1
            cell = held if since <= carry else None
        found.append(cell)
    return tuple(_bounded(found[carry:]))


def _cell(seen: Sequence[float], bad: Bad) -> float:
    return max(seen) if bad is Bad.UP else min(seen) if bad is Bad.DOWN else sum(seen) / len(seen)


def _bounded(found: Sequence[float | None]) -> list[float | None]:
    """Infinite values at the edge of the finite ones: a sparkline has no place for them, and a hole would lie."""
    if all(value is None or math.isfinite(value) for value in found):
        return list(found)
    finite = [value for value in found if value is not None and math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=1.0)
    return [
        value if value is None or math.isfinite(value) else high if value > 0 or math.isnan(value) else low
        for value in found
    ]


def spark_range(tracked: Tracked, found: Sequence[float | None]) -> tuple[float, float] | None:
    """From what to what the sparkline goes: from nothing up to where the signal would be called unwell, at least, so
    that the breath of a healthy signal is not drawn as a storm. A share (0 to 1) goes over all of that.
    """
    values = [value for value in found if value is not None]
    if not values:
        return None
    low, high = min(0.0, *values), max(values)
    if tracked.signal.unit == "1" and tracked.signal.bad is Bad.DOWN:
        return low, max(1.0, high)
    edge = tracked.judge.edge()
    if edge is not None and edge > high:
        high = edge
    return (low, high) if high > low else (low, low + 1.0)
