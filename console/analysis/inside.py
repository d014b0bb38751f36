"""How a model's episodes lie to an ingestion's: which fell inside one or right after it, and after which lag."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.episodes import SHOUT, episodes_of
from console.analysis.moves import Episode, Moves
from console.analysis.scene import Floats, Grid
from console.signals import Pane, Signal

_TELLING = 0.35  # of the size of a signal's largest episode, softly limited
_MOST_ROWS = 50  # of each pane, those that moved farthest


class Side(NamedTuple):
    """One pane's candidates: rows, their episodes since the trouble began, half their rate windows in slots."""

    rows: list[int]
    episodes: list[list[Episode]]
    half: list[float]


class Met(NamedTuple):
    """How a model's episodes lie to an ingestion's."""

    episodes: list[tuple[Episode, bool]]
    lag: int
    doubt: float
    share: float  # of the model's episodes, those that fell within
    followed: float  # of the ingestion's, those that the model's trouble followed
    steady: float  # 1: each time after the same lag


def side(grid: Grid, signals: Sequence[Signal], moves: Moves, pane: Pane, since: int) -> Side:
    moved = np.flatnonzero(moves.beyond[:, since:].any(axis=1) & moves.usable)
    hurt = (moves.beyond[moved, since:] & (moves.bad[moved, since:] > 0)).any(axis=1)
    rows = [row for row in moved[hurt].tolist() if signals[row].pane is pane]
    rows = sorted(sorted(rows, key=lambda row: -moves.peak[row])[:_MOST_ROWS])
    half = [signals[row].window_s * 500.0 / grid.step_ms for row in rows]
    return Side(rows, [_telling(moves, row, since) for row in rows], half)


def _telling(moves: Moves, row: int, since: int) -> list[Episode]:
    """A row's episodes without those that are small beside its largest: they begin or end no trouble."""
    own = episodes_of(moves.beyond[row], since)
    sizes = [_size(moves.bad[row, one.first : one.last + 1]) for one in own]
    least = _TELLING * max(sizes, default=0.0)
    return [one for one, size in zip(own, sizes, strict=True) if size >= least]


def _size(part: Floats) -> float:
    """How far an episode went, softly limited: a backlog of a thousand scales does not belittle one of a hundred."""
    far = float(np.fmax.reduce(np.abs(part)))
    return 0.0 if math.isnan(far) else math.asinh(far / SHOUT)


def moved(own: Sequence[Episode], start: int) -> list[Episode]:
    return [Episode(max(first - start, 0), last - start, still) for first, last, still in own]


def meet(model: Side, ingestion: Side, a: int, b: int, lags: int) -> Met | None:
    """How a model's episodes lie to an ingestion's; None where the model moved first, or none meet. (Plain lists:
    there are a handful of episodes, and arrays of that size cost more than they save.)"""
    own, others = model.episodes[a], ingestion.episodes[b]
    doubt, offset = 1.0 + model.half[a] + ingestion.half[b], model.half[a] - ingestion.half[b]
    begun = [one.first - offset for one in own]
    firsts = [one.first for one in others]
    apart = [_nearest(at, firsts) for at in begun]
    close = [each for each in apart if abs(each) <= lags]
    if (close and _median(close) < -doubt) or begun[0] < others[0].first - doubt - lags:
        return None
    ahead = [each for each in close if each >= -doubt]
    lag = max(0.0, _median(ahead)) if ahead else 0.0
    late = lag + doubt
    spans = [(one.first - doubt, one.last + late) for one in others]
    inside = [_within(at, at, spans) for at in begun]
    if not any(inside):
        return None
    troubles = [(at, one.last - offset) for at, one in zip(begun, own, strict=True)]
    reached = [
        _within(begin, end, troubles)
        for one, (begin, end) in zip(others, spans, strict=True)
        if not one.open or one.last - one.first > late  # one that the tape ends in may yet be followed
    ]
    spread = _median([abs(each - lag) for each in ahead]) if ahead else float(lags)
    steady = 1 / (1 + max(0.0, spread - doubt) / max(lag, 2 * doubt))
    followed = sum(reached) / len(reached) if reached else 1.0
    return Met(list(zip(own, inside, strict=True)), round(lag), doubt, sum(inside) / len(own), followed, steady)


def _nearest(at: float, firsts: Sequence[int]) -> float:
    """How long after the nearest of them (in rising order) a time is; of two as near, after the earlier."""
    place = bisect_right(firsts, at)
    if place == 0:
        return at - firsts[0]
    if place == len(firsts) or at - firsts[place - 1] <= firsts[place] - at:
        return at - firsts[place - 1]
    return at - firsts[place]


def _within(begin: float, end: float, spans: Sequence[tuple[float, float]]) -> bool:
    """Whether any of the spans (both ends within) has a part in common with this one."""
    for first, last in spans:  # noqa: SIM110 - most of the time goes into this
        if first <= end and begin <= last:
            return True
    return False


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
