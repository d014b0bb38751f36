"""How long a sample stands: for its signal's own step, and between two samples that are no further apart than that.

A signal that is seen less often than the grid has slots (every 60 s on a grid of 5 s) is not in a gap between two of
its samples. A value is carried forward for one own step after it was seen, and up to the next sample where that came
within ``GAP_STEPS`` own steps; beyond that nothing was seen, and nothing is said. The own step of a signal is the
median spacing of the slots in which it was seen. Nowhere else is a value put into a slot in which it was not seen.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from console.analysis.scene import Floats

GAP_STEPS = 2.5
_AT_ONCE = 1_000_000  # cells worked on at a time, which bounds the memory that this takes


def carry(values: Floats) -> None:
    """Carry values forward in place. ``values`` is signals x slots, NaN where nothing was seen. O(cells)."""
    count, slots = values.shape
    rows = max(1, _AT_ONCE // max(1, slots))
    for start in range(0, count, rows):
        _carry(values[start : start + rows])


def _carry(values: Floats) -> None:
    seen = ~np.isnan(values)
    holed = np.flatnonzero(~seen.all(axis=1) & seen.any(axis=1))
    if not len(holed):
        return
    seen = seen[holed]
    own = _own_steps(seen)
    slots = seen.shape[1]
    places = np.arange(slots, dtype=np.int32)
    last = np.maximum.accumulate(np.where(seen, places, np.int32(-1)), axis=1)
    following = np.where(seen, places, np.int32(4 * slots))[:, ::-1]
    following = np.minimum.accumulate(following, axis=1)[:, ::-1]
    stands = (places - last <= own[:, None]) | (following - last <= GAP_STEPS * own[:, None])
    row, slot = np.nonzero(stands & ~seen & (last >= 0))
    values[holed[row], slot] = values[holed[row], last[row, slot]]


def _own_steps(seen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """The median spacing of the slots in which each row was seen, in slots; 1 where it was seen once."""
    row, slot = np.nonzero(seen)
    own = np.ones(len(seen), np.int32)
    same = row[1:] == row[:-1]
    of, spacing = row[1:][same], np.diff(slot)[same]
    order = np.lexsort((spacing, of))
    spacing = spacing[order]
    counts = np.bincount(of, minlength=len(seen))
    some = counts > 0
    middle = (np.cumsum(counts) - counts + (counts - 1) // 2)[some]
    own[some] = spacing[middle]
    return own
