"""When a move began, as an interval, never finer than what was seen allows.

The episode's first sample beyond is at most one sampling step after the move; the last calm sample before it bounds it
from below. A value over a rate window of ``window_s`` rises through that window: it is beyond the sooner the farther it
goes, so that share of the window is taken off, half of it at most, and the interval is as much wider. Where nothing was
seen before the episode, the interval reaches back to the last sample that was.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from console.analysis.episodes import ENTER, LEAVE
from console.analysis.scene import Flags, Floats, Grid, Slots
from console.signals import Signal

_CALM = LEAVE / 2  # scales: within that a sample says nothing of a move


def first_onsets(
    toward: Floats, flags: Flags, peaks: Floats, grid: Grid, signals: Sequence[Signal]
) -> tuple[Slots, Slots, Slots]:
    """Likeliest, earliest and latest slot at which the first episode of the window began; -1 where there is none.

    An episode that was under way when the window began is told with its true beginning.
    """
    count, slots = toward.shape
    likeliest, earliest, latest = (np.full(count, -1, np.int64) for _ in range(3))
    rows = np.flatnonzero(flags[:, grid.first :].any(axis=1)) if slots else np.zeros(0, np.int64)
    if len(rows):
        own = flags[rows]
        start = run_start(own, np.argmax(own[:, grid.first :], axis=1) + grid.first)
        late = behind([signals[row] for row in rows.tolist()], peaks[rows], grid.step_ms)
        likeliest[rows], earliest[rows], latest[rows] = interval(toward[rows], start, late)
    return likeliest, earliest, latest


def behind(signals: Sequence[Signal], peaks: Floats, step_ms: int) -> Floats:
    """By how many slots a value over a rate window trails what it measures, when it goes as far as ``peaks`` scales."""
    window = np.array([signal.window_s for signal in signals], np.float64) * 1000.0 / step_ms
    late: Floats = window * np.minimum(0.5, ENTER / np.maximum(peaks, ENTER))
    return late


def run_start(flags: Flags, at: Slots) -> Slots:
    """The first slot of the run of flags that covers a slot, for each row."""
    slot = np.arange(flags.shape[1])
    off = ~flags & (slot <= at[:, None])
    begin: Slots = np.where(off, slot, -1).max(axis=1, initial=-1) + 1
    return begin


def interval(toward: Floats, start: Slots, late: Floats) -> tuple[Slots, Slots, Slots]:
    """Likeliest, earliest and latest slot of a move whose episode starts at ``start`` (-1: none), for each row.

    ``late`` is by how many slots its values trail (``behind``).
    """
    moved = start >= 0
    last_calm, seen_before = (np.full(len(start), -1, np.int64) for _ in range(2))
    last_calm[moved], seen_before[moved] = _before(toward[moved], np.maximum(start[moved] - 1, 0))
    bound = np.maximum(last_calm, seen_before - _WALK)
    off = np.round(late).astype(np.int64)
    likeliest = np.where(moved, np.maximum(start - off, 0), -1)
    earliest = np.where(moved, np.maximum(np.minimum(bound + 1, start) - 2 * off, 0), -1)
    earliest = np.where(moved & (seen_before < start - 1), np.minimum(earliest, seen_before + 1), earliest)
    return likeliest, np.minimum(earliest, likeliest), start


def _before(toward: Floats, until: Slots) -> tuple[Slots, Slots]:
    """The last calm slot and the last seen one up to a slot, for each row; -1 where there is none."""
    slot = np.arange(toward.shape[1])
    near = slot <= until[:, None]
    with np.errstate(invalid="ignore"):
        calm = np.where(near & (np.abs(toward) <= _CALM), slot, -1)
    seen = np.where(near & np.isfinite(toward), slot, -1)
    return calm.max(axis=1, initial=-1), seen.max(axis=1, initial=-1)


_WALK = 6  # slots back from an episode in which a slow beginning may hide
