"""Episodes: from a signal's departure to its recovery, with hysteresis, so that a sporadic fault of twenty seconds is
an incident's heartbeat and a signal that trembles at its limit is one episode, not fifty.

An episode begins when two of three neighbouring samples lie beyond ``ENTER`` scales, or one lies beyond ``SHOUT``, or
six in a row lie beyond ``LASTING`` on the whole; it ends when two in a row are back within ``LEAVE``. What was not seen
neither begins nor ends one: an episode lasts through a short hole, no further.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from console.analysis.moves import Episode
from console.analysis.scene import Flags, Floats, Slots

ENTER = 4.5
SHOUT = 9.0
LASTING = 3.2
LEAVE = 2.0
_RUN = 6
_ROUNDING = 1e-6
_HOLE = 4  # slots without a sample through which an episode is held


def beyond(departure: Floats) -> Flags:
    """Slots that belong to an episode. ``departure``: signals x slots in scales, positive beyond; NaN not seen."""
    flags = np.zeros(departure.shape, np.bool_)
    rows = _may(departure)
    if len(rows):
        flags[rows] = _beyond(departure[rows])
    return flags


def _may(departure: Floats) -> Slots:
    """Rows in which an episode can begin at all, by what begins one: hardly any row of noise does, and the rest of
    the work is for these only. A sample beyond ``LASTING`` is part of every beginning; holes count as the worst."""
    slots = departure.shape[1]
    with np.errstate(invalid="ignore"):
        high = np.flatnonzero(departure.ravel() >= LASTING - _ROUNDING)
    if not len(high):
        return high
    row, at = np.divmod(high, slots)
    near = departure[row[:, None], np.clip(at[:, None] + np.arange(1 - _RUN, _RUN), 0, slots - 1)]
    near = np.clip(np.nan_to_num(near, nan=np.inf), -2 * LASTING, 2 * LASTING)
    total = np.cumsum(near, axis=1)
    total[:, _RUN:] -= total[:, :-_RUN].copy()
    most = total[:, _RUN - 1 :].max(axis=1)
    twice = (near[:, _RUN - 3 : _RUN + 2] >= ENTER).sum(axis=1) >= 2
    may = (departure[row, at] >= SHOUT) | twice | (most >= LASTING * _RUN - _ROUNDING)
    return np.unique(row[may])


def _beyond(departure: Floats) -> Flags:
    slots = departure.shape[1]
    seen = np.isfinite(departure)
    carried = _carry(departure, seen)
    with np.errstate(invalid="ignore"):
        high = carried >= ENTER
        calm = carried < LEAVE
        began = (carried >= SHOUT) & seen
    near = _shift(high, 1) | _shift(high, 2)
    began |= high & near & seen
    began |= _lasting(carried) & seen & ~calm
    ended = calm & _shift(calm, 1)
    ended |= np.isnan(carried)
    slot = np.arange(slots)
    last_on = np.maximum.accumulate(np.where(began, slot, -1), axis=1)
    last_off = np.maximum.accumulate(np.where(ended & ~began, slot, -1), axis=1)
    held = last_on > last_off
    # Back to where the run began: from the trigger through all that is no longer calm.
    risen = carried >= LEAVE * 1.25
    back = np.flip(np.maximum.accumulate(np.flip(np.where(held, slots - slot, -1), 1), axis=1), 1)
    fell = np.flip(np.maximum.accumulate(np.flip(np.where(~risen, slots - slot, -1), 1), axis=1), 1)
    held |= risen & (back > fell) & (back > 0)
    held &= ~(calm & held & _shift(calm, 1))
    return held & ~_tail(held, calm)


def _carry(departure: Floats, seen: Flags) -> Floats:
    """Each hole filled with the sample before it, for at most ``_HOLE`` slots; beyond that NaN."""
    slots = departure.shape[1]
    slot = np.arange(slots)
    last = np.maximum.accumulate(np.where(seen, slot, -1), axis=1)
    near = (last >= 0) & (slot - last <= _HOLE)
    filled = np.take_along_axis(departure, np.maximum(last, 0), axis=1)
    return np.where(near, filled, np.nan)


def _lasting(carried: Floats) -> Flags:
    """Slots that end a run of six whose departures, none counted for more than twice ``LASTING``, average beyond it."""
    limited = np.clip(np.nan_to_num(carried, nan=0.0), -2 * LASTING, 2 * LASTING)
    total = np.cumsum(limited, axis=1)
    found = np.zeros(carried.shape, np.bool_)
    if carried.shape[1] > _RUN:
        found[:, _RUN:] = total[:, _RUN:] - total[:, :-_RUN] >= LASTING * _RUN
    return found


def _shift(flags: Flags, by: int) -> Flags:
    """Flags of the slots ``by`` before."""
    moved = np.zeros_like(flags)
    moved[:, by:] = flags[:, :-by]
    return moved


def _tail(held: Flags, calm: Flags) -> Flags:
    """The first calm slot after an episode: it was held only until a second one confirmed it."""
    after = np.zeros_like(held)
    after[:, :-1] = ~held[:, 1:]
    return held & calm & after


def episodes_of(flags: npt.NDArray[np.bool_], from_slot: int = 0) -> list[Episode]:
    """The episodes of one row of ``beyond``, those that reach into the time from ``from_slot`` on."""
    slots = len(flags)
    if slots == 0:
        return []
    edges = (np.flatnonzero(flags[1:] != flags[:-1]) + 1).tolist()
    if flags[0]:
        edges.insert(0, 0)
    if flags[-1]:
        edges.append(slots)
    return [
        Episode(first, after - 1, after == slots)
        for first, after in zip(edges[::2], edges[1::2], strict=True)
        if after > from_slot
    ]
