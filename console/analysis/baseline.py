"""What is normal for a signal: where it lay, and how far it strays, before anything happened to it.

The baseline of a signal is what lies before its first departure. It is found by growing: it starts with the past before
the window (or the beginning of the window where there is hardly any past) and takes in block after block for as long as
nothing in the next block lies outside. Everything works on blocks of neighbouring slots, so growing costs next to
nothing: a sort of the whole grid, once, and then medians over a few dozen numbers a signal.

Three kinds of straying make the scale of a signal, each way by itself: the noise within blocks; its tail (a signal that
is zero but for a one now and then); and its wander, which is how far blocks lay from what their own past would have
said, at the distance at which the window is judged. So a trend, a daily rhythm or a slow sway widens the scale instead
of ringing. Robust statistics throughout (median and quantiles): the incident itself must not move its own measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from console.analysis.quantiles import Values, at_share, from_end, from_start, median, sort_rows
from console.analysis.scene import Flags, Floats, Grid
from console.signals import Bad, Signal

FEWEST = 10  # baseline points below which nothing is said of a signal
DEPARTED = 5.0  # scales: what ends the growing of a baseline
_APART = 3.0  # scales by which the middle of a block lies apart
_MOST_BLOCKS = 96
_LEAST_SLOTS = 5
_SHORTEST_PAST = 0.2  # of the whole row: with less past than that, the window's beginning serves too
_RECENT = 0.34  # share of the baseline that says where the signal lies now; all of it says how far it strays

# The least spread taken for a signal's own: an amount in its unit and a share of its level. A signal that never moved
# has no spread of its own, and "anything above zero" would make noise of rounding.
_AMOUNT = {"s": 0.002, "1": 0.004, "%": 0.4, "/s": 0.02, "By": 65536.0, "By/s": 1024.0, "ms": 2.0}
_COUNT = 0.1
_SHARE = 0.02
# A good share (availability, quality) has a whole to fall short of: what counts is how far it falls short.
_BOUND = {"1": 1.0, "%": 100.0}
_SHORT = 0.001
_LOAD = 0.06  # of a load, a count, a rate: more or less of it is no trouble by itself


class Baseline(NamedTuple):
    """Of each signal, in its unit: where it lies, how far it strays ``up`` and ``down`` (one standard deviation of a
    normal signal), and ``until``, the slot at which its baseline ends. ``usable`` is False where fewer than ``FEWEST``
    points were seen.
    """

    centre: Floats
    up: Floats
    down: Floats
    until: npt.NDArray[np.int64]
    usable: Flags


class _Blocks(NamedTuple):
    length: int
    middle: Values
    high: Values  # 0.85 quantile
    low: Values
    top: Values  # second highest: one outlier ends no baseline
    bottom: Values
    peak: Values
    trough: Values
    seen: npt.NDArray[np.int64]


def baseline(grid: Grid, signals: Sequence[Signal]) -> Baseline:
    """The baseline of every signal of the grid; O(signals x slots)."""
    count, slots = grid.values.shape
    offset = _first_seen(grid.values)
    blocks = _blocks(np.asarray(grid.values - offset[:, None], np.float32), _length(slots))
    width = blocks.middle.shape[1]
    first = _start(grid, blocks)
    floor = _floor(signals, offset, blocks)
    centre, up, down = _measure(blocks, np.full(count, first), floor, first, width)
    until = np.full(count, first)
    growing = np.ones(count, np.bool_)
    so_far = np.cumsum(blocks.seen, axis=1)
    least = np.maximum(FEWEST * 2, blocks.seen.sum(axis=1) * _SHORTEST_PAST / 2)
    reach = first
    while reach < width:
        to = min(width, max(reach + 1, round(reach * 1.3)))
        chunk = slice(reach, to)
        growing &= ~(_departed(blocks, chunk, centre, up, down) & (so_far[:, reach - 1] >= least))
        until[growing] = to
        if not growing.any():
            break
        found = _measure(_some(blocks, growing), until[growing], floor[growing], first, width)
        centre[growing], up[growing], down[growing] = found
        reach = to
    seen = so_far[np.arange(count), until - 1] if width else np.zeros(count, np.int64)
    usable = (seen >= FEWEST) & np.isfinite(centre)
    return Baseline(centre.astype(np.float64) + offset, up.astype(np.float64), down.astype(np.float64),
                    np.minimum(until * blocks.length, slots), usable)  # fmt: skip


def _departed(blocks: _Blocks, chunk: slice, centre: Values, up: Values, down: Values) -> Flags:
    """Whether a signal left its baseline in these blocks: far out in one of them, out in two neighbouring ones, or
    lying apart as a whole in two."""
    with np.errstate(invalid="ignore", divide="ignore"):
        above = (blocks.top[:, chunk] - centre[:, None]) / up[:, None]
        below = (centre[:, None] - blocks.bottom[:, chunk]) / down[:, None]
        apart = blocks.middle[:, chunk] - centre[:, None]
        apart = np.fmax(apart / up[:, None], -apart / down[:, None])
    out = (np.fmax(above, below) > DEPARTED) | (apart > _APART)
    twice = (out[:, 1:] & out[:, :-1]).any(axis=1)
    return np.asarray(twice | (np.fmax(above, below) > 2 * DEPARTED).any(axis=1))


def _first_seen(values: Floats) -> Floats:
    """The first value seen of each row, 0 where nothing was: taken off, so that single precision is enough."""
    if values.shape[1] == 0:
        return np.zeros(len(values))
    place = np.argmax(np.isfinite(values), axis=1)
    found = values[np.arange(len(values)), place]
    return np.where(np.isfinite(found), found, 0.0)


def _length(slots: int) -> int:
    return max(_LEAST_SLOTS, -(-slots // _MOST_BLOCKS))


def _start(grid: Grid, blocks: _Blocks) -> int:
    """How many blocks the baseline begins with: the past, and of the window what a short past lacks."""
    slots, width = grid.values.shape[1], blocks.middle.shape[1]
    least = max(-(-FEWEST // blocks.length), round(width * _SHORTEST_PAST))
    return int(min(width, max(least, grid.first * width // max(slots, 1))))


def _blocks(values: npt.NDArray[np.float32], length: int) -> _Blocks:
    count, slots = values.shape
    width = -(-slots // length)
    padded = np.full((count, width * length), np.nan, np.float32)
    padded[:, :slots] = values
    ordered, seen = sort_rows(padded.reshape(count, width, length))
    return _Blocks(
        length,
        at_share(ordered, seen, 0.5),
        at_share(ordered, seen, 0.85),
        at_share(ordered, seen, 0.15),
        from_end(ordered, seen, 1),
        from_start(ordered, seen, 1),
        from_end(ordered, seen, 0),
        from_start(ordered, seen, 0),
        seen,
    )


def _some(blocks: _Blocks, rows: Flags) -> _Blocks:
    middle, high, low, top, bottom, peak, trough = (np.asarray(part)[rows] for part in blocks[1:-1])
    return _Blocks(blocks.length, middle, high, low, top, bottom, peak, trough, blocks.seen[rows])


def _measure(
    blocks: _Blocks, until: npt.NDArray[np.int64], floor: Values, first: int, width: int
) -> tuple[Values, Values, Values]:
    """Centre and scales from the first ``until`` blocks of each signal. All of one call have the same ``until``."""
    if len(until) == 0 or width == 0:
        empty = np.zeros(len(until), np.float32)
        return empty, empty.copy(), empty.copy()
    end = int(until[0])
    middle = blocks.middle[:, :end]
    recent = max(1, round(end * _RECENT), min(end, 3))
    centre = median(middle[:, end - recent :])
    overall = median(middle)
    centre = np.where(np.isnan(centre), overall, centre)
    wander = _wander(middle, recent, max(1, min(end // 4, (width - first) // 2)))
    expected = 1.54 if blocks.length >= 8 else 1.16  # largest of ten, or of five, normal values
    scales = []
    for edge, tail, sign in ((blocks.high, blocks.peak, 1), (blocks.low, blocks.trough, -1)):
        noise = median((edge[:, :end] - middle) * sign) / np.float32(1.036)
        ordered, seen = sort_rows((tail[:, :end] - middle) * sign)
        rare = at_share(ordered, seen, 0.8) / np.float32(expected * 1.25)
        widest = np.fmax(noise, rare)
        scales.append(np.fmax(np.sqrt(np.nan_to_num(widest) ** 2 + wander**2), floor))
    return centre, scales[0], scales[1]


def _wander(middle: Values, recent: int, ahead: int) -> Values:
    """How far blocks lay from the median of the ``recent`` blocks that ended ``ahead`` blocks before, as one standard
    deviation; where there are too few blocks for that, from the median of all."""
    end = middle.shape[1]
    if end - recent - ahead + 1 >= 4:
        windows = np.lib.stride_tricks.sliding_window_view(middle, recent, axis=1)
        said = median(windows[:, : end - recent - ahead + 1])
        strayed = np.abs(middle[:, recent + ahead - 1 :] - said)
    else:
        strayed = np.abs(middle - median(middle)[:, None])
    ordered, seen = sort_rows(strayed)
    return np.nan_to_num(at_share(ordered, seen, 0.75)) / np.float32(1.15)


def _floor(signals: Sequence[Signal], offset: Floats, blocks: _Blocks) -> Values:
    amount = np.array([_AMOUNT.get(signal.unit, _COUNT) for signal in signals], np.float32)
    level = np.abs(np.nan_to_num(median(blocks.middle)) + offset.astype(np.float32))
    bound = np.array([_BOUND.get(signal.unit, np.nan) if signal.bad is Bad.DOWN else np.nan for signal in signals])
    short = bound - level
    near = (short >= 0) & (short <= bound)
    share = np.array([_LOAD if signal.bad is Bad.EITHER else _SHARE for signal in signals], np.float32)
    floor = np.maximum(amount, level * share)
    return np.where(near, np.fmax(bound * _SHORT, short * 0.1), floor).astype(np.float32)
