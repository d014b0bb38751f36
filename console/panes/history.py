"""What is remembered of one signal: its newest two samples, and the worst value of every ten seconds of an hour.

Bins are aligned to absolute time, so a sparkline does not shift with each sample, and the same samples give the same
bins in whatever order they come: a late backfill, a reload and a live stream end in one picture.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

from console.signals import Bad, Signal

BIN_MS = 10_000
BINS = 360
_NAN = float("nan")
_EMPTY = array("f", [_NAN]) * BINS


class Cells:
    """The cells of a sparkline: how many, and how long each (a multiple of the bins of a history)."""

    __slots__ = ("bins", "count", "ms")

    def __init__(self, count: int, seconds: float) -> None:
        self.count = max(1, count)
        self.bins = max(1, round(seconds * 1000 / BIN_MS))
        self.ms = self.bins * BIN_MS

    @property
    def span_ms(self) -> int:
        """How long a sparkline is."""
        return self.count * self.ms


def slots_of(times_ms: Sequence[int]) -> list[int]:
    """The slots of a history's bins for the last of some times, those that an hour holds."""
    if not len(times_ms):
        return []
    oldest_ms = (times_ms[-1] // BIN_MS - BINS + 1) * BIN_MS
    return [at_ms // BIN_MS % BINS for at_ms in times_ms if at_ms >= oldest_ms]


class History:
    """The past of one signal, in about 1.5 kB.

    ``sealed`` is the last bin that somebody has drawn a conclusion from; ``version`` changes when a bin up to there
    does, for what was concluded is then to be looked at again. ``changes`` changes with whatever is taken. One that is
    not ``deep`` remembers nothing but its newest samples.
    """

    __slots__ = (
        "before",
        "before_ms",
        "bins",
        "changes",
        "deep",
        "head",
        "newest",
        "newest_ms",
        "rising",
        "sealed",
        "version",
    )

    def __init__(self, signal: Signal, deep: bool = True) -> None:
        self.rising = signal.bad is not Bad.DOWN
        self.deep = deep
        self.bins: array[float] | None = None
        self.head = -1
        self.newest_ms = self.before_ms = -1
        self.newest = self.before = _NAN
        self.sealed = -1
        self.version = 0
        self.changes = 0

    def fill(self, times_ms: Sequence[int], values: Sequence[float], slots: Sequence[int]) -> bool:
        """Take a whole past at once, as `extend` would: times that rise, with the slots that `slots_of` gives them.

        False, and nothing is taken, when there is a past already or a value is not finite; `extend` knows what to do.
        """
        if self.newest_ms >= 0 or len(values) < 2 or not math.isfinite(sum(values)):
            return False
        if self.deep:
            bins = [_NAN] * BINS
            first = len(values) - len(slots)
            if self.rising:
                for slot, value in zip(slots, values[first:], strict=True):
                    if not bins[slot] >= value:
                        bins[slot] = value
            else:
                for slot, value in zip(slots, values[first:], strict=True):
                    if not bins[slot] <= value:
                        bins[slot] = value
            self.bins = array("f", bins)
            self.head = times_ms[-1] // BIN_MS
        self.newest_ms, self.newest = times_ms[-1], values[-1]
        self.before_ms, self.before = times_ms[-2], values[-2]
        self.changes += 1
        return True

    def extend(self, times_ms: Sequence[int], values: Sequence[float]) -> bool:
        """Take samples, in any order; NaN is no sample. True when anything was new."""
        rising = self.rising
        bin_at = -1
        bin_value = _NAN
        newest_ms, before_ms = self.newest_ms, self.before_ms
        for at_ms, value in zip(times_ms, values, strict=False):
            if value != value:
                continue
            if at_ms > newest_ms:
                self.before, before_ms = self.newest, newest_ms
                self.newest, newest_ms = value, at_ms
            elif before_ms < at_ms < newest_ms:
                self.before, before_ms = value, at_ms
            number = at_ms // BIN_MS
            if number != bin_at:
                if bin_at >= 0:
                    self._put(bin_at, bin_value)
                bin_at, bin_value = number, value
            elif (value > bin_value) is rising and value != bin_value:
                bin_value = value
        if bin_at < 0:
            return False
        self.newest_ms, self.before_ms = newest_ms, before_ms
        self._put(bin_at, bin_value)
        self.changes += 1
        return True

    def _put(self, number: int, value: float) -> None:
        if not self.deep:
            return
        bins = self.bins
        if bins is None:
            bins = self.bins = _EMPTY[:]
            self.head = number
        elif number > self.head:
            for skipped in range(max(self.head + 1, number - BINS + 1), number + 1):
                bins[skipped % BINS] = _NAN
            self.head = number
        elif number <= self.head - BINS:
            return
        if number <= self.sealed:
            self.version += 1
        slot = number % BINS
        held = bins[slot]
        if held != held or ((value > held) is self.rising):
            bins[slot] = value

    def window(self, first: int, last: int) -> list[float]:
        """The values of the bins numbered first to last; NaN where nothing was seen."""
        bins = self.bins
        if bins is None:
            return [_NAN] * (last - first + 1)
        oldest = self.head - BINS + 1
        inside = range(max(first, oldest), min(last, self.head) + 1)
        if not inside:
            return [_NAN] * (last - first + 1)
        start, end = inside.start % BINS, (inside.stop - 1) % BINS + 1
        seen = bins[start:end] if start < end else bins[start:] + bins[:end]
        return [_NAN] * (inside.start - first) + seen.tolist() + [_NAN] * (last - inside.stop + 1)
