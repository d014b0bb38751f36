"""How much came in a time, from rates and counts that were seen with holes. Pure.

A rate is integrated over what was seen and never across a gap: each sample stands for the time since the one before,
and for one step where that is too far back. What was not seen is None, not 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from console.signals import Signal

MOST_STEPS = 2.5
"""Samples that are further apart than so many steps have a gap between them."""
RELATIVE_ERROR = 0.01
"""What a server's extrapolation of a rate to the edges of its window comes to, as a share."""

Span = tuple[int, int]
"""A time from, to, in unix ms."""


class Counted(NamedTuple):
    """The samples of a signal: rising times (unix ms) and values, without what was not seen. ``shared`` marks one that
    counts other data flows as well."""

    signal: Signal
    times_ms: Sequence[int]
    values: Sequence[float]
    shared: bool = False


class Amount(NamedTuple):
    """So much came, give or take ``bound``, in ``seen_s`` seconds that were seen."""

    things: float
    bound: float
    seen_s: float


def spans_of(series: Counted, from_ms: int, to_ms: int) -> list[Span]:
    """The time within from..to for which there are samples, as spans that do not touch."""
    found: list[Span] = []
    for begin, end, _ in _pieces(series, from_ms, to_ms):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


def both(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """The time that is in both."""
    found = []
    i = j = 0
    while i < len(one) and j < len(other):
        begin, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if begin < end:
            found.append((begin, end))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return found


def without(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """The time that is in the first and not in the second."""
    found = []
    for begin, end in one:
        for a, b in other:
            if a < end and b > begin:
                if begin < a:
                    found.append((begin, a))
                begin = max(begin, b)
        if begin < end:
            found.append((begin, end))
    return found


def length_s(spans: Iterable[Span]) -> float:
    """How long spans are together, in seconds."""
    return sum(end - begin for begin, end in spans) / 1000


def common(series: Sequence[Counted], from_ms: int, to_ms: int) -> list[Span]:
    """The time for which there are samples of all of them; nothing where there are none."""
    if not series:
        return []
    spans = spans_of(series[0], from_ms, to_ms)
    for more in series[1:]:
        spans = both(spans, spans_of(more, from_ms, to_ms))
    return spans


def amount(series: Sequence[Counted], spans: Sequence[Span]) -> Amount | None:
    """How much came by signals that add up, in spans that all of them were seen in; None where there are none.

    The bound is what a rate's window may have smeared over the ends of each span: as much as the rate changed there,
    over the window and a step; and the server's own error. A steady rate smears nothing.
    """
    if not series or not spans:
        return None
    count = edges = 0.0
    for one in series:
        step = step_ms(one)
        wide_ms = max(1000 * one.signal.window_s, step)
        pieces = _pieces(one, spans[0][0], spans[-1][1])
        for begin, end in spans:
            inside = [(max(a, begin), min(b, end), v) for a, b, v in pieces if a < end and b > begin]
            count += sum(v * (b - a) / 1000 for a, b, v in inside)
            for near in (
                [v for a, _, v in inside if a < begin + wide_ms],
                [v for _, b, v in inside if b > end - wide_ms],
            ):
                if near:
                    edges += (max(near) - min(near)) * (wide_ms + step) / 1000
    return Amount(count, edges + RELATIVE_ERROR * count, length_s(spans))


def risen(series: Counted, from_ms: int, to_ms: int) -> float | None:
    """By how much a level rose in a time, all its rises together: at least so many were added. None where fewer than
    two neighbouring samples were seen."""
    most_ms = MOST_STEPS * step_ms(series)
    total, seen = 0.0, False
    for (before, low), (at, high) in pairwise(zip(series.times_ms, series.values, strict=True)):
        if before >= from_ms and at <= to_ms and at - before <= most_ms and math.isfinite(high - low):
            total, seen = total + max(0.0, high - low), True
    return total if seen else None


def step_ms(series: Counted) -> float:
    """How far apart samples stand: as the signal says, else as most of them do."""
    if series.signal.step_s > 0:
        return series.signal.step_s * 1000
    apart = sorted(after - at for at, after in pairwise(series.times_ms))
    return float(apart[len(apart) // 2]) if apart else 0.0


def _pieces(series: Counted, from_ms: int, to_ms: int) -> list[tuple[int, int, float]]:
    """Each sample with the time that it stands for, within from..to."""
    step = step_ms(series)
    found = []
    before: int | None = None
    for at, value in zip(series.times_ms, series.values, strict=True):
        if not math.isfinite(value) or value < 0:
            continue
        near = before is not None and at - before <= MOST_STEPS * step
        begin, end = before if near and before is not None else round(at - step), at
        before = at
        begin, end = max(begin, from_ms), min(end, to_ms)
        if begin < end:
            found.append((begin, end, value))
    return found
