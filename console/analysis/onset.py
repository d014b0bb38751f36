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
    nothing = np.full(count, -1, np.int64)
    if slots == 0:
        return nothing, nothing.copy(), nothing.copy()
    in_window = flags[:, grid.first :]
    has = in_window.any(axis=1)
    first = np.where(has, np.argmax(in_window, axis=1) + grid.first, -1)
    start = np.where(has, run_start(flags, np.maximum(first, 0)), -1)
    return interval(toward, start, behind(signals, peaks, grid.step_ms))


def behind(signals: Sequence[Signal], peaks: Floats, step_ms: int) -> Floats:
    """By how many slots a value over a rate window trails what it measures, when it goes as far as ``peaks`` scales."""
    window = np.array([signal.window_s for signal in signals], np.float64) * 1000.0 / step_ms
    late: Floats = window * np.minimum(0.5, ENTER / np.maximum(peaks, ENTER))
    return late


def run_start(flags: Flags, at: Slots) -> Slots:
    """The first slot of the run of flags that covers a slot, for each row."""
    slot = np.arange(flags.shape[1])
    last_off = np.maximum.accumulate(np.where(~flags, slot, -1), axis=1)
    begin: Slots = last_off[np.arange(len(flags)), at] + 1
    return begin


def interval(toward: Floats, start: Slots, late: Floats) -> tuple[Slots, Slots, Slots]:
    """Likeliest, earliest and latest slot of a move whose episode starts at ``start`` (-1: none), for each row.

    ``late`` is by how many slots its values trail (``behind``).
    """
    count, slots = toward.shape
    slot = np.arange(slots)
    with np.errstate(invalid="ignore"):
        calm = np.abs(toward) <= _CALM
    last_calm = np.maximum.accumulate(np.where(calm, slot, -1), axis=1)
    last_seen = np.maximum.accumulate(np.where(np.isfinite(toward), slot, -1), axis=1)
    rows, before = np.arange(count), np.maximum(start - 1, 0)
    seen_before = last_seen[rows, before]
    bound = np.maximum(last_calm[rows, before], seen_before - _WALK)
    off = np.round(late).astype(np.int64)
    moved = start >= 0
    likeliest = np.where(moved, np.maximum(start - off, 0), -1)
    earliest = np.where(moved, np.maximum(np.minimum(bound + 1, start) - 2 * off, 0), -1)
    earliest = np.where(moved & (seen_before < start - 1), np.minimum(earliest, seen_before + 1), earliest)
    return likeliest, np.minimum(earliest, likeliest), start


_WALK = 6  # slots back from an episode in which a slow beginning may hide
