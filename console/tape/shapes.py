"""What a tape gives and takes besides the records and signals of the vocabulary.

Named tuples rather than dataclasses: these are made before the console's first picture, and a dataclass costs a
millisecond to define.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

from console.signals import Record


class Series(NamedTuple):
    """Samples of one signal: times in unix ms (``array('q')``), rising, and their values (``array('d')``).

    What was not seen has no sample; a NaN is never in here.
    """

    times_ms: array[int]
    values: array[float]


class Part(NamedTuple):
    """Signals that were seen at the same times. ``values`` holds one signal after the other."""

    times_ms: array[int]
    signal_ids: array[int]
    values: array[float]

    def rows(self) -> Iterator[tuple[int, array[float]]]:
        """Each signal id with its values, one for each of ``times_ms``."""
        width = len(self.times_ms)
        for at, signal_id in enumerate(self.signal_ids):
            yield signal_id, self.values[at * width : (at + 1) * width]


class StoredBlock(NamedTuple):
    """A block as it is on the tape: samples of one source. ``from_ms`` and ``to_ms`` are its first and last time."""

    seq: int
    source: str
    from_ms: int
    to_ms: int
    parts: tuple[Part, ...]

    def latest(self) -> dict[int, tuple[int, float]]:
        """Signal id -> time and value of its last sample in this block."""
        found: dict[int, tuple[int, float]] = {}
        for part in self.parts:
            width, at_ms = len(part.times_ms), part.times_ms[-1]
            for at, signal_id in enumerate(part.signal_ids):
                if signal_id not in found or found[signal_id][0] <= at_ms:
                    found[signal_id] = (at_ms, part.values[(at + 1) * width - 1])
        return found


class Gap(NamedTuple):
    """A time in which a source was not seen; ``to_ms`` is None while it lasts."""

    source: str
    from_ms: int
    to_ms: int | None
    why: str


class Changes(NamedTuple):
    """All that came after a seq, up to and including ``last_seq``; ``more`` when the limit cut it short."""

    records: list[Record]
    blocks: list[StoredBlock]
    last_seq: int
    more: bool


class Holder(NamedTuple):
    """Who can hold the recorder's lease. ``id`` is unique to one run of a process."""

    id: str
    pid: int
    host: str
    user: str = ""


class Lease(NamedTuple):
    """The right to record, held by one recorder at a time until ``expires_ms`` unless renewed."""

    holder: Holder
    since_ms: int
    expires_ms: int


class Viewer(NamedTuple):
    """Somebody who looks at this tape. ``id`` is unique to one run of a viewer; times are set by the tape."""

    id: str
    user: str
    host: str
    pid: int
    since_ms: int = 0
    seen_ms: int = 0


class PruneResult(NamedTuple):
    """What retention did: records and blocks deleted, small blocks merged away."""

    records: int
    blocks: int
    merged: int
