"""What was seen and is not on the tape yet, in order and bounded."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from console.signals import Block, EntityKind, EntityRef, Record, RecordKind

MOST_VALUES = 1_000_000  # some 32 MB, as floats in lists
MOST_RECORDS = 60_000  # some 60 MB of documents


@dataclass(slots=True)
class Batch:
    """What is committed together."""

    records: list[Record] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    pulses: dict[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.records or self.blocks or self.pulses)

    @property
    def values(self) -> int:
        """How many sample slots the blocks hold."""
        return sum(len(block.signals) * len(block.times_ms) for block in self.blocks)


class HeldBatches:
    """Batches waiting for the tape, oldest first.

    Over the bound the oldest batches are let go, and the span of what each source lost is kept: it goes on the tape
    as a gap once the tape can be written again. What was lost is said, never hidden.
    """

    def __init__(self, most_values: int = MOST_VALUES, most_records: int = MOST_RECORDS) -> None:
        self._most_values = most_values
        self._most_records = most_records
        self._batches: deque[Batch] = deque()
        self._lost: dict[str, tuple[int, int]] = {}
        self.values = 0
        self.records = 0

    def __bool__(self) -> bool:
        return bool(self._batches)

    def push(self, batch: Batch) -> None:
        """Add the newest batch; the newest is never let go."""
        self._batches.append(batch)
        self.values += batch.values
        self.records += len(batch.records)
        while len(self._batches) > 1 and (self.values > self._most_values or self.records > self._most_records):
            self._let_go(self.drop_oldest())

    def oldest(self) -> Batch:
        return self._batches[0]

    def drop_oldest(self) -> Batch:
        """Take the oldest batch out: it is on the tape, or let go."""
        batch = self._batches.popleft()
        self.values -= batch.values
        self.records -= len(batch.records)
        return batch

    def split_oldest(self) -> None:
        """Part the oldest batch, in which something cannot be written, in two; a single thing is let go."""
        batch = self.drop_oldest()
        if len(batch.records) + len(batch.blocks) <= 1:
            self._let_go(batch)
            return
        records, blocks = -(-len(batch.records) // 2), len(batch.blocks) // 2
        # The heartbeats come last: they say that all before them is on the tape.
        later = Batch(batch.records[records:], batch.blocks[blocks:], batch.pulses)
        for half in (later, Batch(batch.records[:records], batch.blocks[:blocks])):
            self._batches.appendleft(half)
            self.values += half.values
            self.records += len(half.records)

    def take_lost(self, now_ms: int) -> list[Record]:
        """Gap records for what was let go since the last call."""
        lost, self._lost = self._lost, {}
        return [
            gap_record(source, from_ms, to_ms, "what was seen could not be put on the tape", now_ms)
            for source, (from_ms, to_ms) in sorted(lost.items())
        ]

    def _let_go(self, batch: Batch) -> None:
        for record in batch.records:
            self._widen(record.source, record.seen_ms, record.seen_ms + 1)
        for block in batch.blocks:
            if block.times_ms:
                self._widen(block.source, block.times_ms[0], block.times_ms[-1] + 1)

    def _widen(self, source: str, from_ms: int, to_ms: int) -> None:
        old_from, old_to = self._lost.get(source, (from_ms, to_ms))
        self._lost[source] = (min(old_from, from_ms), max(old_to, to_ms))


def gap_record(source: str, from_ms: int, to_ms: int, why: str, now_ms: int) -> Record:
    """A source was not seen from one time to another (unix ms)."""
    body = {"from_ms": from_ms, "to_ms": to_ms, "why": why}
    return Record(RecordKind.GAP, source, EntityRef(EntityKind.FEED, source), "gap", from_ms, now_ms, body)
