"""The next minutes of a tape that is being played, read from it once and handed out tick by tick."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from console.signals import Record, Signal
from console.tape.shapes import Part, Series, StoredBlock
from console.tape.store import Store


class Ahead:
    """Records and samples between two times of a tape, in order.

    ``until_ms`` is how far they reach; beyond that another one is read.
    """

    def __init__(self, store: Store, signals: Mapping[int, Signal], from_ms: int, until_ms: int) -> None:
        self.from_ms = from_ms
        self.until_ms = until_ms
        with store.reading():
            self._records = store.records_between(from_ms, until_ms)
            self._series = store.samples(list(signals), from_ms, until_ms)
        self._times = [record.at_ms for record in self._records]
        self._sources = {signal_id: signal.source for signal_id, signal in signals.items()}

    def covers(self, from_ms: int, to_ms: int) -> bool:
        return self.from_ms <= from_ms and to_ms <= self.until_ms

    def records(self, from_ms: int, to_ms: int) -> list[Record]:
        """Records with ``from_ms < at_ms <= to_ms``."""
        return self._records[bisect_right(self._times, from_ms) : bisect_right(self._times, to_ms)]

    def blocks(self, from_ms: int, to_ms: int) -> list[StoredBlock]:
        """Samples with ``from_ms < at_ms <= to_ms``, a block a source."""
        parts: dict[str, list[Part]] = {}
        for signal_id, series in self._series.items():
            part = _cut(signal_id, series, from_ms, to_ms)
            if part is not None:
                parts.setdefault(self._sources[signal_id], []).append(part)
        return [_block(source, found) for source, found in parts.items()]


def _cut(signal_id: int, series: Series, from_ms: int, to_ms: int) -> Part | None:
    first = bisect_right(series.times_ms, from_ms)
    last = bisect_right(series.times_ms, to_ms, first)
    if first == last:
        return None
    return Part(series.times_ms[first:last], array("q", (signal_id,)), series.values[first:last])


def _block(source: str, parts: Sequence[Part]) -> StoredBlock:
    first = min(part.times_ms[0] for part in parts)
    last = max(part.times_ms[-1] for part in parts)
    return StoredBlock(0, source, first, last, tuple(parts))
