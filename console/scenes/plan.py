"""How fine a grid is, and how far back it goes.

The step is that of the sources: the finest at which at least a tenth of the signals is seen, so that a handful of odd
ones neither multiplies the slots nor blurs the rest. It is made coarser only where the window alone would have more
than ``WINDOW_SLOTS`` (40 min at less than 3 s, or windows of hours): an onset keeps the precision of its source. What
is bounded instead is the past, which serves as baseline: it is halved until all signals fit into ``MOST_CELLS``, and
is never shorter than the window. 500 signals every 5 s have a past of 3 h in 11 MB, 5,000 one of 45 min in 41 MB.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from console.analysis.scene import Slots

WINDOW_SLOTS = 800
MOST_CELLS = 1_500_000
_TENTH = 0.1
_SECOND_MS = 1000
_UNKNOWN_MS = 5000


class Plan(NamedTuple):
    """``begin_ms`` is the beginning of the past, a multiple of the step."""

    step_ms: int
    begin_ms: int

    def covers(self, other: Plan) -> bool:
        """Whether a grid made by this plan holds all that another would."""
        return self.step_ms == other.step_ms and self.begin_ms <= other.begin_ms


def plan(
    at_ms: int, window_ms: int, past_ms: int, times: Mapping[str, Slots], signals: Mapping[str, int]
) -> Plan:  # fmt: skip
    """The grid for what was seen in the window: of each source the times (unix ms, in any order, repeated or not) at
    which it was, and how many signals it told of.
    """
    step_ms = _step(times, signals)
    step_ms = max(step_ms, -(-window_ms // WINDOW_SLOTS // _SECOND_MS) * _SECOND_MS)
    count = sum(signals.values())
    while past_ms > window_ms and count * ((window_ms + past_ms) // step_ms) > MOST_CELLS:
        past_ms = max(window_ms, past_ms // 2)
    return Plan(step_ms, (at_ms - window_ms - past_ms) // step_ms * step_ms)


def _step(times: Mapping[str, Slots], signals: Mapping[str, int]) -> int:
    """In whole seconds: a source that stamps its signals milliseconds apart sees them once, all the same."""
    found = []
    for source, stamps in times.items():
        seconds = np.unique(np.asarray(stamps, np.int64) // _SECOND_MS)
        if len(seconds) > 1:
            found.append((int(np.median(np.diff(seconds))), max(1, signals.get(source, 0))))
    least = _TENTH * sum(count for _, count in found)
    seen = 0
    for step_s, count in sorted(found):
        seen += count
        if seen >= least:
            return max(1, step_s) * _SECOND_MS
    return _UNKNOWN_MS
