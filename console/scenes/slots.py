"""Rows of a table on a grid of even steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from console.analysis.scene import Floats, Omission, Slots
from console.findings import GapDoc
from console.format import duration
from console.times import format_time

_LONE_MS = 60_000  # the step where there is a single row
_GAP_STEPS = 3
_TREMBLE = 0.25  # of a step
_MOST_SLOTS = 50_000
_MOST_CELLS = 40_000_000  # 320 MB


def in_order(path: Path, times_ms: Slots, values: Floats, omitted: list[Omission]) -> tuple[Slots, Floats]:
    """Rows in the order of time, the last of those that say the same time; what had to be done is said."""
    back = int((np.diff(times_ms) < 0).sum())
    if back:
        omitted.append(Omission(f"order of {path.name}", f"{back} row{'s' if back > 1 else ''} came before the time of "
                                                         "the row above; all were put in order"))  # fmt: skip
    order = np.argsort(times_ms, kind="stable")
    times_ms, values = times_ms[order], values[order]
    last = np.append(np.diff(times_ms) > 0, True)
    again = int((~last).sum())
    if again:
        omitted.append(Omission(f"{again} row{'s' if again > 1 else ''} of {path.name}",
                                "a row further down has the same time, and counts"))  # fmt: skip
        times_ms, values = times_ms[last], values[last]
    return times_ms, values


def slots_of(times_ms: Slots, at_ms: int, signals: int, omitted: list[Omission]) -> tuple[Slots, int, Slots]:
    """The ends of all slots (the last not after ``at_ms``), the step, and the slot of each row.

    A slot ends at the last of the rows: so rows that are even fall on slots one by one, and rows that tremble fall on
    the slot that is nearest.
    """
    step_ms = _step(times_ms)
    end_ms, begin_ms = int(times_ms[-1]), int(times_ms[0])
    most = max(100, min(_MOST_SLOTS, _MOST_CELLS // max(1, signals)))
    coarse_ms = -(-(at_ms - begin_ms) // most)
    if coarse_ms > step_ms:
        why = f"the rows span too long a time for them; read in steps of {duration(coarse_ms / 1000)}"
        omitted.append(Omission(f"steps of {duration(step_ms / 1000)}", why))
        step_ms = coarse_ms
    place: Slots = np.floor((times_ms - end_ms) / step_ms + 0.5).astype(np.int64)
    before = int(place[0])
    after = (at_ms - end_ms) // step_ms
    slot_ms = end_ms + step_ms * np.arange(before, after + 1, dtype=np.int64)
    together = len(place) - len(np.unique(place))
    if together:
        omitted.append(Omission(f"{together} row{'s' if together > 1 else ''}",
                                f"another row came later in the same step of {duration(step_ms / 1000)}"))  # fmt: skip
    return slot_ms, step_ms, place - before


def _step(times_ms: Slots) -> int:
    """The median spacing; of rows that tremble around even steps the mean of those steps, which does not drift away."""
    if len(times_ms) < 2:
        return _LONE_MS
    apart = np.diff(times_ms)
    middle = float(np.median(apart))
    steps = np.rint(apart / middle)
    if (steps >= 1).all() and (np.abs(apart / middle - steps) < _TREMBLE).all():
        middle = float(times_ms[-1] - times_ms[0]) / float(steps.sum())
    return max(1, round(middle))


def gaps_of(path: Path, times_ms: Slots, step_ms: int, at_ms: int) -> list[GapDoc]:
    """Where the file has no rows for more than a few steps."""
    ends = np.append(times_ms[1:], at_ms)
    long = np.flatnonzero(ends - times_ms > _GAP_STEPS * step_ms)
    return [
        GapDoc(
            {
                "source": path.name,
                "from": format_time(int(times_ms[at])),
                "to": format_time(int(ends[at])),
                "why": "the file has no rows",
            }
        )
        for at in long.tolist()
    ]
