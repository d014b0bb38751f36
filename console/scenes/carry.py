"""How long a sample stands: for its signal's own step, and between two samples that are no further apart than that.

A signal that is seen less often than the grid has slots (every 60 s on a grid of 5 s) is not in a gap between two of
its samples. A value is carried forward for one own step after it was seen, and up to the next sample where that came
within ``GAP_STEPS`` own steps; beyond that nothing was seen, and nothing is said. The own step of a signal is the
median spacing of the slots in which it was seen. Nowhere else is a value put into a slot in which it was not seen.
"""

from __future__ import annotations

import numpy as np

from console.analysis.scene import Floats, Slots

GAP_STEPS = 2.5
_AT_ONCE = 250_000  # cells worked on at a time, which bounds the memory that this takes


def carry(values: Floats) -> None:
    """Carry values forward in place. ``values`` is signals x slots, NaN where nothing was seen. O(cells)."""
    count, slots = values.shape
    rows = max(1, _AT_ONCE // max(1, slots))
    for start in range(0, count, rows):
        _carry(values[start : start + rows])


def _carry(values: Floats) -> None:
    unseen = np.isnan(values)
    row, slot = np.nonzero(unseen)
    if not len(row):
        return
    begins = np.ones(len(row), np.bool_)
    begins[1:] = (row[1:] != row[:-1]) | (slot[1:] != slot[:-1] + 1)
    of, begin = row[begins], slot[begins]  # of each run of holes its row and its first slot
    run = np.cumsum(begins) - 1
    length = np.bincount(run)
    slots = values.shape[1]
    own = _own_steps(slots - np.bincount(row, minlength=len(values)), of, begin, length, slots)[of]
    bridged = (begin + length < slots) & (length + 1 <= GAP_STEPS * own)
    filled = np.where(begin == 0, 0, np.where(bridged, length, np.minimum(length, own)))
    chosen = np.flatnonzero(slot - begin[run] < filled[run])
    values[row[chosen], slot[chosen]] = values[row[chosen], begin[run[chosen]] - 1]


def _own_steps(seen: Slots, of: Slots, begin: Slots, length: Slots, slots: int) -> Slots:
    """The median spacing of the slots in which each row was seen, in slots; 1 where it was seen once.

    ``seen`` counts those slots; the rest are runs of holes, each with the row ``of`` which it is.
    """
    within = (begin > 0) & (begin + length < slots)
    of, apart = of[within], length[within] + 1
    order = np.lexsort((apart, of))
    apart = apart[order]
    wide = np.bincount(of, minlength=len(seen))  # spacings wider than one slot
    middle = (seen - 2) // 2 - (seen - 1 - wide)  # place of the median among those, negative: it is one slot
    own = np.ones(len(seen), np.int64)
    some = (middle >= 0) & (wide > 0)
    own[some] = apart[(np.cumsum(wide) - wide + middle)[some]]
    return own
