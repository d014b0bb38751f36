"""How each signal moved: departures from its own baseline, episodes, and when the first of the window began."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from console.analysis.baseline import Baseline, baseline
from console.analysis.episodes import ENTER, LEAVE, beyond
from console.analysis.moves import Moves
from console.analysis.onset import first_onsets
from console.analysis.scene import Flags, Floats, Grid
from console.signals import Bad, Signal

FAR = 1000.0  # scales: what is farther out is as far out as can be
LARGEST = 1e18  # beyond that a value is a mark for something else, and squares no longer fit single precision
_CELLS = 250_000  # looked at in one go


def moves_of(grid: Grid, signals: Sequence[Signal], known: Baseline | None = None) -> Moves:
    """Moves of all signals of a grid (signals x slots); ``known`` is a baseline that was taken before.

    A move in the bad direction counts before one in the good direction: the latter is told only of signals that did
    not move in the bad one. Infinite values count as not seen. O(signals x slots); worked through a few hundred rows at
    a time, so that it needs little more memory than what it gives back.
    """
    count, slots = grid.values.shape
    chunk = max(1, _CELLS // max(slots, 1))
    if count <= chunk:
        return _moves_of(grid, signals, known)
    whole: list[np.ndarray] = []
    for first in range(0, count, chunk):
        rows = slice(first, first + chunk)
        normal = None if known is None else Baseline._make(each[rows] for each in known)
        part: list[np.ndarray] = [*_moves_of(grid._replace(values=grid.values[rows]), signals[rows], normal)]
        whole = whole or [np.empty((count, *each.shape[1:]), each.dtype) for each in part]
        for into, each in zip(whole, part, strict=True):
            into[rows] = each
    return Moves._make(whole)


def _moves_of(grid: Grid, signals: Sequence[Signal], known: Baseline | None) -> Moves:
    with np.errstate(invalid="ignore"):
        values = np.where(np.abs(grid.values) < LARGEST, grid.values, np.nan)
    normal = baseline(grid._replace(values=values), signals) if known is None else known
    z = departures(values, normal)
    sign = np.array([-1.0 if signal.bad is Bad.DOWN else 1.0 for signal in signals])
    either = np.array([signal.bad is Bad.EITHER for signal in signals], np.bool_)
    toward = z * sign[:, None]
    toward[either] = np.abs(z[either])
    flags = _episodes(toward)
    way = sign.astype(np.int8)
    _other_way(toward, flags, way, either, grid.first)
    moved = np.flatnonzero(flags[:, grid.first :].any(axis=1))
    peak = np.zeros(len(z))
    peak[moved] = _peaks(toward[moved], flags[moved], grid.first)
    onset, earliest, latest = first_onsets(toward, flags, peak, grid, signals)
    went = way.copy()
    went[moved] = _way_of(z[moved], flags[moved], way[moved], grid.first)
    bad = np.multiply(z, np.where(either, np.where(went < 0, -1.0, 1.0), sign)[:, None], out=toward)
    unmoved = onset < 0
    went[unmoved] = 0
    scale = np.where(went < 0, normal.down, normal.up)
    return Moves(normal.centre, scale, normal.usable, z, bad, flags, onset, earliest, latest, went, peak)


def departures(values: Floats, normal: Baseline) -> Floats:
    """How far out each value lies, in scales of its own way; NaN where nothing was seen or nothing can be said."""
    z: Floats = values - normal.centre[:, None]
    scale = np.where(z > 0, normal.up[:, None], normal.down[:, None])
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        np.divide(z, scale, out=z)
    z[~normal.usable] = np.nan
    return np.clip(z, -FAR, FAR, out=z)


def _episodes(toward: Floats) -> Flags:
    """Slots that belong to an episode that was seen to begin."""
    flags = beyond(toward)
    rows = np.flatnonzero(flags.any(axis=1))
    flags[rows] &= ~_from_the_start(toward[rows])
    return flags


def _other_way(toward: Floats, flags: Flags, way: npt.NDArray[np.int8], either: Flags, first: int) -> None:
    """Where a signal moved in its good direction only, tell that."""
    with np.errstate(invalid="ignore"):
        lowest = np.fmin.reduce(toward[:, first:], axis=1, initial=np.inf)
    rows = np.flatnonzero(~either & (lowest <= -ENTER))
    rows = rows[~flags[rows, first:].any(axis=1)]
    if not len(rows):
        return
    good = -toward[rows]
    found = _episodes(good)
    moved = found[:, first:].any(axis=1)
    rows = rows[moved]
    flags[rows] = found[moved]
    toward[rows] = good[moved]
    way[rows] = -way[rows]


def _from_the_start(toward: Floats) -> Flags:
    """Slots before the first calm one: what was out when it was first seen did not move, or nobody saw it move."""
    with np.errstate(invalid="ignore"):
        calm = np.abs(toward) < LEAVE
    return np.asarray(~np.logical_or.accumulate(calm, axis=1))


def _peaks(toward: Floats, flags: Flags, first: int) -> Floats:
    inside = np.where(flags[:, first:] & np.isfinite(toward[:, first:]), toward[:, first:], 0.0)
    peaks: Floats = inside.max(axis=1, initial=0.0)
    return peaks


def _way_of(z: Floats, flags: Flags, way: npt.NDArray[np.int8], first: int) -> npt.NDArray[np.int8]:
    """The way a move went: for a signal with a good and a bad way the one its episodes were looked for in, for others
    that of their first episode."""
    inside = np.where(flags[:, first:] & np.isfinite(z[:, first:]), z[:, first:], 0.0)
    if inside.shape[1] == 0:
        return way.copy()
    at = np.argmax(inside != 0, axis=1)
    sign = np.sign(inside[np.arange(len(z)), at]).astype(np.int8)
    return np.where(sign == 0, way, sign).astype(np.int8)
