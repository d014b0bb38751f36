"""The samples around a time as one numpy matrix that moves with the time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from console.analysis.scene import Floats, Slots
from console.scenes.plan import Plan
from console.signals import Signal
from console.tape.shapes import Part, StoredBlock

_ROOM = 64  # rows made at a time when new signals appear
_AHEAD = 64  # empty slots kept for what comes, so that the matrix is moved once in so many steps
_NEVER = np.iinfo(np.int64).min


class Window:
    """Signals x slots of the plan's step, from the plan's beginning up to ``until_ms``.

    Slot ``k`` holds the newest of what was seen in the step that ends with it, NaN where nothing was. Slots end at
    multiples of the step, the last one at ``until_ms``: it may be shorter, so that nothing is lost or from later.
    Samples that are later than ``until_ms`` are kept aside until the window reaches them.
    """

    def __init__(self, plan: Plan, until_ms: int) -> None:
        self.plan = plan
        self.until_ms = until_ms
        self._length_ms = until_ms - plan.begin_ms
        self.signals: dict[int, Signal] = {}
        self._rows: dict[int, int] = {}
        self._row_of: Slots = np.zeros(0, np.int64)  # the same, by id
        self._first = plan.begin_ms // plan.step_ms  # the first slot, in steps: it ends one step later
        self._used = self._slot(until_ms) + 1
        self._values: Floats = np.full((0, self._used + _AHEAD), np.nan)
        # Where in its slot each value was seen (1 to step), 0 where none was: the newest one counts.
        self._places = np.zeros(self._values.shape, np.int32)
        self._latest: Slots = np.full(0, _NEVER)
        self._times: dict[str, list[Slots]] = defaultdict(list)
        self._later: list[tuple[str, Part]] = []

    def name(self, signals: Mapping[int, Signal]) -> None:
        """Know signals by their ids; one that is known already may have changed."""
        if not signals:
            return
        self.signals |= signals
        for signal_id in signals:
            self._rows.setdefault(signal_id, len(self._rows))
        self._row_of = np.full(max(self._rows, default=0) + 1, -1)
        self._row_of[list(self._rows)] = list(self._rows.values())
        missing = len(self._rows) - len(self._values)
        if missing > 0:
            more = max(missing, _ROOM)
            self._values = np.pad(self._values, ((0, more), (0, 0)), constant_values=np.nan)
            self._places = np.pad(self._places, ((0, more), (0, 0)))
            self._latest = np.pad(self._latest, (0, more), constant_values=_NEVER)

    def move(self, until_ms: int) -> None:
        """Go on to a later time; the beginning follows. What was kept aside is taken in as far as it goes."""
        step_ms = self.plan.step_ms
        self.until_ms = until_ms
        self.plan = Plan(step_ms, max(self.plan.begin_ms, (until_ms - self._length_ms) // step_ms * step_ms))
        self._used = self._slot(until_ms) + 1
        width = self._values.shape[1]
        if self._used > width:
            self._shift()
        waiting, self._later = self._later, []
        for source, part in waiting:
            self.take(source, part)

    def take(self, source: str, part: Part, after_ms: int = _NEVER) -> None:
        """Take in samples of known signals, those later than ``after_ms``. The same ones again change nothing."""
        times: Slots = np.frombuffer(part.times_ms, np.int64)
        if len(times) and times[-1] > self.until_ms:
            self._later.append((source, part))
        chosen = np.flatnonzero((times > max(after_ms, self._first * self.plan.step_ms)) & (times <= self.until_ms))
        if not len(chosen):
            return
        self._times[source].append(times[chosen])
        rows = self._row_of[np.asarray(part.signal_ids)]
        slots = -(-times[chosen] // self.plan.step_ms) - 1 - self._first
        newest = np.append(slots[1:] != slots[:-1], True)  # times rise: the last one in each slot
        chosen, slots = chosen[newest], slots[newest]
        values = np.frombuffer(part.values).reshape(len(rows), len(times))[:, chosen]
        places = (times[chosen] - (slots + self._first) * self.plan.step_ms).astype(np.int32)
        where = np.ix_(rows, slots)
        newer = self._places[where] <= places
        if newer.all():
            self._values[where] = values
            self._places[where] = places
        else:
            self._values[where] = np.where(newer, values, self._values[where])
            self._places[where] = np.where(newer, places, self._places[where])
        self._latest[rows] = np.maximum(self._latest[rows], times[chosen[-1]])

    def take_all(self, blocks: Iterable[StoredBlock], after_ms: int = _NEVER) -> None:
        """Take in blocks, in the tape's order."""
        for block in blocks:
            for part in block.parts:
                self.take(block.source, part, after_ms)

    def seen_in(self, from_ms: int) -> tuple[dict[str, Slots], dict[str, int]]:
        """Of each source the times after ``from_ms`` at which it was seen, and how many of its signals were."""
        for source, several in self._times.items():
            stamps = np.unique(np.concatenate(several))
            self._times[source] = [stamps[stamps > from_ms]]
        counts: dict[str, int] = defaultdict(int)
        for signal_id, row in self._rows.items():
            if self._latest[row] > from_ms:
                counts[self.signals[signal_id].source] += 1
        return {source: several[0] for source, several in self._times.items()}, counts

    def cut(self, begin_ms: int, from_ms: int) -> tuple[Slots, Floats, list[Signal], list[Signal]]:
        """What was seen after ``begin_ms``: the ends of the slots, a copy of their values, the signals, and those that
        were seen, but not after ``from_ms``, and are left out. Slots before anything was seen are left out, too.
        """
        step_ms = self.plan.step_ms
        left = max(0, begin_ms // step_ms - self._first)
        held = {signal_id: row for signal_id, row in self._rows.items() if self._latest[row] > begin_ms}
        ids = sorted(signal_id for signal_id, row in held.items() if self._latest[row] > from_ms)
        rows = [held[signal_id] for signal_id in ids]
        seen = self._places[: len(self._rows), left : self._used].any(axis=0)
        left += int(seen.argmax()) if seen.any() else seen.size
        every = rows == list(range(len(rows)))  # then copying needs no look-up
        values: Floats = self._values[slice(len(rows)) if every else rows, left : self._used].copy()
        times = (np.arange(left, self._used, dtype=np.int64) + self._first + 1) * step_ms
        if len(times):
            times[-1] = self.until_ms
        others = sorted(held.keys() - set(ids))
        return times, values, [self.signals[one] for one in ids], [self.signals[one] for one in others]

    def _slot(self, at_ms: int) -> int:
        return int(-(-at_ms // self.plan.step_ms) - 1 - self._first)

    def _shift(self) -> None:
        """Let go of the slots before the plan's beginning."""
        by = self.plan.begin_ms // self.plan.step_ms - self._first
        self._first += by
        self._used -= by
        width = self._values.shape[1]
        kept = max(0, width - by)
        for matrix, empty in ((self._values, np.nan), (self._places, 0)):
            for start in range(0, len(matrix), _ROOM):
                rows = matrix[start : start + _ROOM]
                rows[:, :kept] = rows[:, width - kept :].copy()
            matrix[:, kept:] = empty
