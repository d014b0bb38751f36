"""Numbers that only ever grow, as rates."""

from __future__ import annotations

import numpy as np

from console.analysis.scene import Floats, Slots

_MOST_FALLS = 0.05  # share of the steps: what falls more often is no counter, whatever it is called
_LEAST_GROWN = 3  # steps in which something that may be a counter by its name grew


def is_counter(values: Floats) -> bool:
    """Whether values that were seen one after the other (no NaN) never fall but to begin again from near zero."""
    steps = np.diff(values)
    if not len(steps) or values.min() < 0 or int((steps > 0).sum()) < min(_LEAST_GROWN, len(steps)):
        return False
    falls = np.flatnonzero(steps < 0)
    return len(falls) <= max(1, _MOST_FALLS * len(steps)) and bool((values[falls + 1] <= values[falls] / 2).all())


def rates(times_ms: Slots, values: Floats) -> tuple[Floats, int]:
    """Growth per second up to each time, and how often the counter began again. NaN at the first value, where a value
    is NaN, and where it began again: how much it had grown before that was not seen.

    ``times_ms`` rise strictly; ``values`` has the same length.
    """
    result = np.full(len(values), np.nan)
    seen = np.flatnonzero(~np.isnan(values))
    grown = np.diff(values[seen])
    result[seen[1:]] = np.where(grown >= 0, grown / (np.diff(times_ms[seen]) / 1000), np.nan)
    return result, int((grown < 0).sum())
