"""The recorder's side of every feed: gathers what they see and commits it in batches.

Feeds run in the event loop, the tape is written in one thread of its own. Between them stands a bounded queue: when
the disk is slower than the sources, feeds wait. When the tape cannot be written at all (a full disk, an I/O error),
what was seen is held in memory in order and written when the tape is back; if even that bound is reached, the oldest
goes first and the hole is recorded as a gap. What no tape can hold (a fault of ours) is logged, left out, and told as
a gap as well: one bad record must not stop all that comes after it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from console.documents import FeedDoc
from console.feeds.outlet import Clock
from console.recorder.held import Batch, HeldBatches, gap_record
from console.signals import Block, EntityKind, EntityRef, Record, RecordKind
from console.tape.audits import AUDIT
from console.tape.errors import TapeError, TapeUnfit
from console.tape.verdicts import ANALYSIS

log = logging.getLogger(__name__)

GATHER_S = 0.02  # long enough to make one commit of a burst, short against the 400 ms from event to screen
RETRY_S = 2.0  # how often a tape that cannot be written is tried again
ROOM = 5_000  # records waiting before feeds have to wait
ROOM_VALUES = 300_000  # the same for samples


_OURS = frozenset((ANALYSIS, AUDIT))  # they tell of what others gave: no source
SKEW_NOISE_MS = 250  # a clock's skew is known no better from one answer to the next


class TapeWriter(Protocol):
    """What the intake needs of a tape."""

    def append(
        self, records: Sequence[Record] = (), blocks: Sequence[Block] = (), pulses: Mapping[str, int] = ...
    ) -> int: ...


class Trouble(Protocol):
    """Told when writing fails and when it works again; ``text`` is empty when all is well."""

    def __call__(self, text: str, held_records: int) -> None: ...


def _nobody(records: Sequence[Record]) -> None:
    return None


class Intake:
    """The Outlet of all feeds of one recorder.

    ``added`` and ``heard`` count what sources gave and how often one of them was there, what is ours left out;
    ``listener`` is told of records before they are written.
    """

    def __init__(self, tape: TapeWriter, writer: ThreadPoolExecutor, clock: Clock, trouble: Trouble) -> None:
        self._tape = tape
        self._writer = writer
        self._clock = clock
        self._trouble = trouble
        self._batch = Batch()
        self._held = HeldBatches()
        self._failing = False
        self._flushing = asyncio.Lock()
        self._values = 0
        self.added = 0
        self.heard = 0
        self.listener: Callable[[Sequence[Record]], None] = _nobody
        self._health: dict[str, FeedDoc] = {}
        self._dirty = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    @property
    def clock(self) -> Clock:
        return self._clock

    @property
    def held_records(self) -> int:
        """Records that wait in memory because the tape could not be written."""
        return self._held.records

    async def records(self, records: Sequence[Record]) -> None:
        await self._room.wait()
        self._batch.records.extend(records)
        self.added += sum(record.source not in _OURS for record in records)
        self.listener(records)
        for record in records:
            if record.kind is not RecordKind.GAP:
                # Of the past that a feed reads back, the tape holds so much: who ends half way goes on from there.
                until_ms = min(record.at_ms, record.seen_ms)
                self._batch.pulses[record.source] = max(self._batch.pulses.get(record.source, 0), until_ms)
        self._wake()

    async def samples(self, block: Block) -> None:
        await self._room.wait()
        self._batch.blocks.append(block)
        self.added += 1
        self._values += len(block.signals) * len(block.times_ms)
        if block.times_ms:
            self._batch.pulses[block.source] = max(self._batch.pulses.get(block.source, 0), block.times_ms[-1])
        self._wake()

    async def health(self, feed: str, doc: FeedDoc) -> None:
        known = self._health.get(feed)
        if known is not None and says_the_same(known, doc):
            return
        self._health[feed] = doc
        now_ms = self._clock.now_ms()
        about = EntityRef(EntityKind.FEED, feed)
        await self._room.wait()
        self.added += feed not in _OURS
        self._batch.records.append(Record(RecordKind.STATE, feed, about, "health", now_ms, now_ms, dict(doc)))
        self._wake()

    async def gap(self, feed: str, from_ms: int, to_ms: int, why: str) -> None:
        if to_ms > from_ms:
            await self.records([gap_record(feed, from_ms, to_ms, why, self._clock.now_ms())])

    def seen(self, feed: str) -> None:
        self._batch.pulses[feed] = self._clock.now_ms()
        self.heard += feed not in _OURS
        # A heartbeat alone is not worth a commit of its own: it travels with the next one or with the lease.

    def take_pulses(self) -> dict[str, int]:
        """The heartbeats not yet written, for whoever writes next.

        None while anything seen before them is not on the tape: they would say that nothing is missing.
        """
        if self._held or self._batch.records or self._batch.blocks:
            return {}
        pulses, self._batch.pulses = self._batch.pulses, {}
        return pulses

    async def flush_forever(self) -> None:
        """Commit what gathers, until cancelled; then commit the rest once more."""
        try:
            while True:
                await self._dirty.wait()
                await asyncio.sleep(GATHER_S)
                self._dirty.clear()
                # Shielded: a write that is cancelled half way would be taken for one that failed, and done twice.
                await asyncio.shield(self.flush())
                if self._held:
                    self._dirty.set()
                    await asyncio.sleep(RETRY_S)
        finally:
            await asyncio.shield(self._last_flush())

    async def _last_flush(self) -> None:
        await self.flush()
        if self._batch.records and not self._failing:  # gaps for what could not be kept
            await self.flush()

    async def flush(self) -> None:
        """Commit everything gathered so far, oldest first."""
        async with self._flushing:
            await self._flush()

    async def _flush(self) -> None:
        if self._batch:
            self._held.push(self._batch)
            self._batch, self._values = Batch(), 0
        loop = asyncio.get_running_loop()
        while self._held:
            batch = self._held.oldest()
            try:
                await loop.run_in_executor(self._writer, self._append, batch)
            except Exception as error:
                if not isinstance(error, TapeError) or isinstance(error, TapeUnfit):
                    # A fault of ours: without what is at fault the rest can be written.
                    log.exception("something seen cannot be put on the tape")
                    self._held.split_oldest()
                    continue
                log.warning("the tape could not be written: %s", error)
                self._failing = True
                self._trouble(str(error), self._held.records)
                break
            # While it was written nothing but this coroutine takes batches out, so the oldest is still this one.
            self._held.drop_oldest()
        if not self._held:
            self._batch.records.extend(self._held.take_lost(self._clock.now_ms()))
            if self._failing:
                self._failing = False
                self._trouble("", 0)
            if self._batch.records:
                self._dirty.set()
        # A tape that cannot be written must not stop the feeds: what they see is held, within the bound.
        if self._failing or not self._held:
            self._room.set()

    def _append(self, batch: Batch) -> None:
        self._tape.append(batch.records, batch.blocks, batch.pulses)

    def _wake(self) -> None:
        self._dirty.set()
        full = len(self._batch.records) >= ROOM or self._values >= ROOM_VALUES
        if full and not self._failing:
            self._room.clear()


def says_the_same(known: FeedDoc, doc: FeedDoc) -> bool:
    """Whether a health document tells nothing new; a skew that moved within its own error is nothing new."""
    skews = [known.get("skew_ms"), doc.get("skew_ms")]
    errors = [known.get("skew_error_ms", 0), doc.get("skew_error_ms", 0)]
    if any(skew is None for skew in skews):
        same_skew = skews[0] is skews[1]
    else:
        same_skew = abs((skews[0] or 0) - (skews[1] or 0)) <= max(SKEW_NOISE_MS, *errors)
    return same_skew and _without_skew(known) == _without_skew(doc)


def _without_skew(doc: FeedDoc) -> dict[str, object]:
    return {name: value for name, value in doc.items() if not name.startswith("skew")}
