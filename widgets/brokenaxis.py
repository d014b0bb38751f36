"""An axis for times that lie months apart and minutes apart: stretches, each true to scale, with what is cut between
them said in words. Arithmetic only.

A gap is cut where it is many times as long as all else that it would stand beside on one scale: then what is beside it
would fall into one cell. Two stretches therefore have two scales, so each says when it begins and ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

_TIMES = 4  # as long as all else: then a gap is cut
_LEAST = 2  # cells of a stretch of more than one time


class Stretch(NamedTuple):
    """A part of the axis that is true to scale: its times (unix ms, both shown) and its cells."""

    from_ms: int
    to_ms: int
    at: int
    cells: int

    def cell(self, at_ms: int) -> int:
        """The cell of the axis that a time within it falls into."""
        span = self.to_ms - self.from_ms
        return self.at + (0 if span <= 0 else round((at_ms - self.from_ms) * (self.cells - 1) / span))


class Cut(NamedTuple):
    """What is left out between two stretches: how long it is, and the cells that stand for it."""

    cut_ms: int
    at: int
    cells: int


class BrokenAxis(NamedTuple):
    """Stretches in order of time, and a cut between each two of them."""

    stretches: tuple[Stretch, ...] = ()
    cuts: tuple[Cut, ...] = ()

    def cell(self, at_ms: int) -> int | None:
        """The cell of a time; None where it is cut out or lies outside."""
        return next((one.cell(at_ms) for one in self.stretches if one.from_ms <= at_ms <= one.to_ms), None)

    def cells_between(self, from_ms: int, to_ms: int) -> range:
        """The cells that a time from one moment to another touches, what is cut out included."""
        first = next((one.cell(max(from_ms, one.from_ms)) for one in self.stretches if one.to_ms >= from_ms), None)
        last = next((one.cell(min(to_ms, one.to_ms)) for one in reversed(self.stretches) if one.from_ms <= to_ms), None)
        return range(0) if first is None or last is None or last < first else range(first, last + 1)


def broken_axis(
    times_ms: Iterable[int],
    width: int,
    label_cells: Callable[[int, int], int],
    cut_cells: Callable[[int], int],
) -> BrokenAxis:
    """An axis of ``width`` cells on which all of these times are.

    ``label_cells(from_ms, to_ms)`` is the room that a stretch needs for what says when it is, ``cut_cells(ms)`` that
    of a cut. Where there is no room for all cuts, those go first that are least needed.
    """
    times = sorted(set(times_ms))
    if not times or width < 1:
        return BrokenAxis()
    wanted = [(at, weight) for at, weight in enumerate(_weights(times)) if weight > _TIMES]
    wanted.sort(key=lambda one: -one[1])
    while True:
        parts = _parts(times, sorted(at for at, _ in wanted))
        needs = [_need(part, label_cells) for part in parts]
        gaps = [later[0] - earlier[-1] for earlier, later in pairwise(parts)]
        spare = width - sum(needs) - sum(map(cut_cells, gaps))
        if spare >= 0 or not wanted:
            return _placed(parts, needs, [cut_cells(gap) for gap in gaps], max(0, spare), width)
        wanted.pop()


def _need(part: Sequence[int], label_cells: Callable[[int, int], int]) -> int:
    least = 1 if len(part) == 1 else _LEAST
    return max(least, len(part), label_cells(part[0], part[-1]))


def _weights(times: Sequence[int]) -> list[float]:
    """For each gap how many times as long it is as all else on its side of longer gaps; 0 where nothing else is."""
    weights = [0.0] * (len(times) - 1)
    open_parts = [(0, len(times) - 1)]  # first and last time of a stretch
    while open_parts:
        first, last = open_parts.pop()
        if last - first < 2:
            continue
        at = max(range(first, last), key=lambda one: times[one + 1] - times[one])
        gap = times[at + 1] - times[at]
        weights[at] = gap / max(1, times[last] - times[first] - gap)
        if weights[at] > _TIMES:
            open_parts += [(first, at), (at + 1, last)]
    return weights


def _parts(times: Sequence[int], cuts: Sequence[int]) -> list[Sequence[int]]:
    starts = [0, *(at + 1 for at in cuts)]
    return [times[first:after] for first, after in zip(starts, [*starts[1:], len(times)], strict=True)]


def _placed(
    parts: Sequence[Sequence[int]], needs: Sequence[int], cuts: Sequence[int], spare: int, width: int
) -> BrokenAxis:
    """Put them one after the other; what is spare goes to those with more than one time, by how many they have."""
    weights = [len(part) - 1 for part in parts]
    total = sum(weights)
    stretches: list[Stretch] = []
    placed_cuts: list[Cut] = []
    at, given, passed = 0, 0, 0
    for number, (part, need) in enumerate(zip(parts, needs, strict=True)):
        passed += weights[number]
        extra = (spare * passed // total if total else 0) - given
        given += extra
        cells = min(need + extra, max(1, width - at))
        stretches.append(Stretch(part[0], part[-1], at, cells))
        at += cells
        if number < len(cuts):
            placed_cuts.append(Cut(parts[number + 1][0] - part[-1], at, cuts[number]))
            at += cuts[number]
    return BrokenAxis(tuple(stretches), tuple(placed_cuts))
