"""The live window: the last stretch of every signal as one numpy matrix. The only module of the tape with numpy."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt

from console.signals import Signal
from console.tape.shapes import Part
from console.tape.store import Store

_ROOM = 64  # rows made at a time when new signals appear


class Window:
    """Signals x slots of ``step_ms``.

    Slot ``k`` holds the newest value seen in ``(times_ms[k] - step_ms, times_ms[k]]``, NaN where nothing was seen: a
    slot never knows anything later than its time. Slot times are multiples of the step. ``ids`` and ``signals`` name
    the rows.
    """

    def __init__(self, last_ms: int, slots: int, step_ms: int) -> None:
        if slots < 1 or step_ms < 1:
            raise ValueError("a window has at least one slot of at least one millisecond")
        self.step_ms = step_ms
        self.ids: list[int] = []
        self.signals: list[Signal] = []
        self._rows: dict[int, int] = {}
        self._last = -(-last_ms // step_ms)  # the newest slot, in steps; rounded up so that it covers last_ms
        self._values = np.full((0, slots), np.nan)
        self._stamps = np.full((0, slots), np.iinfo(np.int64).min)  # when the value in each slot was seen
        self._until_ms = last_ms
        self._seq = 0

    @classmethod
    def load(cls, store: Store, from_ms: int, to_ms: int, step_ms: int) -> Self:
        """What was seen with ``from_ms < at_ms <= to_ms``, of all signals of the tape."""
        first, last = -(-(from_ms + 1) // step_ms), -(-to_ms // step_ms)
        window = cls(to_ms, max(1, last - first + 1), step_ms)
        with store.reading():
            window._seq = store.last_seq()
            window._name(store)
            found = store.samples(window.ids, from_ms, to_ms)
        for signal_id, series in found.items():
            window._put(window._rows[signal_id], np.asarray(series.times_ms), np.asarray(series.values))
        return window

    @property
    def matrix(self) -> npt.NDArray[np.float64]:
        """Signals x slots, oldest slot first. A view: copy what you keep over an ``extend``."""
        return self._values[: len(self.ids)]

    @property
    def times_ms(self) -> npt.NDArray[np.int64]:
        """The end of each slot."""
        slots = self._values.shape[1]
        return np.arange(self._last - slots + 1, self._last + 1, dtype=np.int64) * self.step_ms

    def row(self, signal_id: int) -> npt.NDArray[np.float64]:
        """The slots of one signal. KeyError for one that the window does not know."""
        values: npt.NDArray[np.float64] = self._values[self._rows[signal_id]]
        return values

    def extend(self, store: Store, to_ms: int | None = None) -> bool:
        """Take in what was added to the tape since; True when anything changed.

        The window moves with the newest sample, or up to ``to_ms`` and not beyond where that is given; what is later
        stays out for good, so give times that rise.
        """
        before = self._seq, self._last
        while True:
            changes = store.changes_after(self._seq)
            self._name(store)
            newest = max((block.to_ms for block in changes.blocks), default=self._until_ms)
            self._advance(max(self._until_ms, newest) if to_ms is None else max(self._until_ms, to_ms))
            for block in changes.blocks:
                for part in block.parts:
                    self._take(part)
            self._seq = changes.last_seq
            if not changes.more:
                return before != (self._seq, self._last)

    def _advance(self, to_ms: int) -> None:
        self._until_ms = to_ms
        last = -(-to_ms // self.step_ms)
        by = last - self._last
        if by <= 0:
            return
        slots = self._values.shape[1]
        for grid, empty in ((self._values, np.nan), (self._stamps, np.iinfo(np.int64).min)):
            if by < slots:
                grid[:, :-by] = grid[:, by:].copy()
            grid[:, -min(by, slots) :] = empty
        self._last = last

    def _name(self, store: Store) -> None:
        for signal_id, signal in store.signals(after_id=self.ids[-1] if self.ids else 0).items():
            self._rows[signal_id] = len(self.ids)
            self.ids.append(signal_id)
            self.signals.append(signal)
        missing = len(self.ids) - len(self._values)
        if missing > 0:
            room = (max(missing, _ROOM), self._values.shape[1])
            self._values = np.vstack([self._values, np.full(room, np.nan)])
            self._stamps = np.vstack([self._stamps, np.full(room, np.iinfo(np.int64).min)])

    def _take(self, part: Part) -> None:
        times = np.asarray(part.times_ms)
        values = np.asarray(part.values).reshape(len(part.signal_ids), len(times))
        rows = np.array([self._rows[signal_id] for signal_id in part.signal_ids])
        for at, at_ms in enumerate(part.times_ms):
            slot = -(-at_ms // self.step_ms) - self._last + self._values.shape[1] - 1
            if slot < 0 or at_ms > self._until_ms:
                continue
            newer = self._stamps[rows, slot] <= at_ms
            self._values[rows[newer], slot] = values[newer, at]
            self._stamps[rows[newer], slot] = at_ms

    def _put(self, row: int, times: npt.NDArray[np.int64], values: npt.NDArray[np.float64]) -> None:
        slots = -(-times // self.step_ms) - self._last + self._values.shape[1] - 1
        # Times rise, so of several samples in a slot the last assignment, the newest, stays.
        self._values[row, slots] = values
        self._stamps[row, slots] = times
