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


def moves_of(grid: Grid, signals: Sequence[Signal], known: Baseline | None = None) -> Moves:
    """Moves of all signals of a grid (signals x slots); ``known`` is a baseline that was taken before.

    A move in the bad direction counts before one in the good direction: the latter is told only of signals that did
    not move in the bad one. Infinite values count as not seen. O(signals x slots).
    """
    with np.errstate(invalid="ignore"):
        values = np.where(np.abs(grid.values) < LARGEST, grid.values, np.nan)
    normal = baseline(grid._replace(values=values), signals) if known is None else known
    z = departures(values, normal)
    sign = np.array([-1.0 if signal.bad is Bad.DOWN else 1.0 for signal in signals])
    either = np.array([signal.bad is Bad.EITHER for signal in signals], np.bool_)
    toward = z * sign[:, None]
    toward[either] = np.abs(z[either])
    flags = beyond(toward) & ~_from_the_start(toward)
    way = sign.astype(np.int8)
    _other_way(z, toward, flags, way, either, grid.first)
    peak = _peaks(toward, flags, grid.first)
    onset, earliest, latest = first_onsets(toward, flags, peak, grid, signals)
    went = _way_of(z, flags, way, grid.first)
    bad = np.where(either[:, None], z * np.where(went < 0, -1, 1)[:, None], z * sign[:, None])
    unmoved = onset < 0
    went[unmoved] = 0
    scale = np.where(went < 0, normal.down, normal.up)
    return Moves(normal.centre, scale, normal.usable, z, bad, flags, onset, earliest, latest, went, peak)


def departures(values: Floats, normal: Baseline) -> Floats:
    """How far out each value lies, in scales of its own way; NaN where nothing was seen or nothing can be said."""
    apart = values - normal.centre[:, None]
    scale = np.where(apart > 0, normal.up[:, None], normal.down[:, None])
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        z = apart / scale
    z[~normal.usable] = np.nan
    return np.clip(z, -FAR, FAR)


def _other_way(z: Floats, toward: Floats, flags: Flags, way: npt.NDArray[np.int8], either: Flags, first: int) -> None:
    """Where a signal moved in its good direction only, tell that."""
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(~either & ~flags[:, first:].any(axis=1) & (toward[:, first:] <= -ENTER).any(axis=1))
    if not len(rows):
        return
    good = -toward[rows]
    found = beyond(good) & ~_from_the_start(good)
    moved = found[:, first:].any(axis=1)
    rows = rows[moved]
    flags[rows] = found[moved]
    toward[rows] = good[moved]
    way[rows] = -way[rows]


def _from_the_start(toward: Floats) -> Flags:
    """Slots before the first calm one: what was out when it was first seen did not move, or nobody saw it move."""
    with np.errstate(invalid="ignore"):
        calm = np.abs(toward) < LEAVE
    return np.asarray(np.cumsum(calm, axis=1) == 0)


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
