"""How much came in a time, from rates and counts that were seen with holes. Pure.

A rate is integrated over what was seen and never across a gap: each sample stands for the time since the one before,
and for one step where that is too far back. What was not seen is None, not 0.

A server's ``rate(x[w])`` is how much a counter grew in the last ``w`` seconds, by ``w``. Its integral from a to b is
the counter's mean over [b - w, b] less that over [a - w, a]: of what came in the last ``w`` half is not in it yet, and
of what came in ``w`` before a half is. So half of ``w`` times the rate is added at the end and taken off at the begin,
which is right where the counter grew evenly, and never wrong by more than just that.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import mul, sub
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


class _Line(NamedTuple):
    """A rate as stretches of time, each with its value, one after the other; and the spans that they make."""

    begins: list[int]
    ends: list[int]
    values: list[float]
    spans: list[Span]


class Count:
    """Counts within one time, from_ms to to_ms (unix ms). Keeps what it worked out of each signal."""

    def __init__(self, from_ms: int, to_ms: int) -> None:
        self.from_ms = from_ms
        self.to_ms = to_ms
        self._lines: dict[str, _Line] = {}

    def spans(self, series: Sequence[Counted]) -> list[Span]:
        """The time for which there are samples of all of them, as spans that do not touch; nothing of no series."""
        if not series:
            return []
        found = self._line(series[0]).spans
        for more in series[1:]:
            found = both(found, self._line(more).spans)
        return found

    def amount(self, series: Sequence[Counted], spans: Sequence[Span]) -> Amount | None:
        """How much came by signals that add up, in spans that all of them were seen in; None where there are none.

        The bound is how uneven the counter may have grown within a rate's window at the ends of each span: as much as
        the rate changed there, over the window and a step, and at most half of what it says came in that window; and
        the server's own error.
        """
        if not series or not spans:
            return None
        things = edges = 0.0
        for one in series:
            step = step_ms(one)
            wide_ms = max(1000 * one.signal.window_s, step)
            line = self._line(one)
            half_s = one.signal.window_s / 2
            born = {begin for begin, _ in line.spans if begin > self.from_ms}
            for begin, end in spans:
                first, last = bisect_right(line.ends, begin), bisect_left(line.begins, end)
                if first >= last:
                    continue
                late, early = half_s * line.values[last - 1], half_s * line.values[first]
                # A series that begins here has no window before it that could reach into this span.
                things += max(0.0, _area(line, first, last, begin, end) + late - (0.0 if begin in born else early))
                for near, most in (
                    (line.values[first : bisect_left(line.begins, begin + wide_ms, first, last)], early),
                    (line.values[bisect_right(line.ends, end - wide_ms, first, last) : last], late),
                ):
                    changed = (max(near, default=0.0) - min(near, default=0.0)) * (wide_ms + step) / 1000
                    edges += min(changed, most + max(near, default=0.0) * step / 1000) if half_s else changed
        return Amount(things, edges + RELATIVE_ERROR * things, length_s(spans))

    def _line(self, series: Counted) -> _Line:
        line = self._lines.get(series.signal.key)
        if line is None:
            line = self._lines[series.signal.key] = _line_of(series, self.from_ms, self.to_ms)
        return line


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


def _area(line: _Line, first: int, last: int, begin: int, end: int) -> float:
    """The integral from begin to end over stretches first..last, of which only the outer two can reach beyond."""
    begins, ends, values = line.begins, line.ends, line.values
    found: float = sum(map(mul, values[first:last], map(sub, ends[first:last], begins[first:last])))
    found -= values[first] * max(0, begin - begins[first]) + values[last - 1] * max(0, ends[last - 1] - end)
    return max(0.0, found / 1000)


def _line_of(series: Counted, from_ms: int, to_ms: int) -> _Line:
    """Each sample with the time that it stands for, within from..to."""
    times, values, step = series.times_ms, series.values, round(step_ms(series))
    most_ms = MOST_STEPS * step
    if not times or not _whole(times, values, most_ms):
        return _broken_line(series, from_ms, to_ms)
    first, last = bisect_right(times, from_ms), bisect_left(times, to_ms) + 1
    ends = list(times[first:last])
    if from_ms >= to_ms or not ends or (first == 0 and times[0] - step >= to_ms):
        return _Line([], [], [], [])
    begins = [times[first - 1] if first else times[0] - step, *ends[:-1]]
    begins[0], ends[-1] = max(begins[0], from_ms), min(ends[-1], to_ms)
    return _Line(begins, ends, list(values[first:last]), [(begins[0], ends[-1])])


def _whole(times: Sequence[int], values: Sequence[float], most_ms: float) -> bool:
    """Whether there is no hole in it, as is mostly so: all at once, since an audit counts thousands of signals."""
    total = sum(values)
    return total < math.inf and min(values) >= 0 and max(map(sub, times[1:], times), default=0) <= most_ms


def _broken_line(series: Counted, from_ms: int, to_ms: int) -> _Line:
    step = round(step_ms(series))
    most_ms = MOST_STEPS * step
    line = _Line([], [], [], [])
    spans = line.spans
    before = -math.inf
    for at, value in zip(series.times_ms, series.values, strict=True):
        if not 0 <= value < math.inf:
            continue
        begin, end = (int(before) if at - before <= most_ms else at - step), at
        before = at
        begin, end = max(begin, from_ms), min(end, to_ms)
        if begin >= end:
            continue
        line.begins.append(begin)
        line.ends.append(end)
        line.values.append(value)
        if spans and begin <= spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return line
