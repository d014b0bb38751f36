"""An outlet that keeps in memory what a feed says, and a feed that runs for the length of a test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from console.documents import FeedDoc
from console.feeds.outlet import Clock, Feed
from console.signals import Block, EntityKind, Record, RecordKind


class RealClock:
    """The time of the machine."""

    def now_ms(self) -> int:
        return int(time.time() * 1000)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class MemoryOutlet:
    """Keeps everything, in order. ``once`` keys are honoured as a tape does."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or RealClock()
        self.kept: list[Record] = []
        self.blocks: list[Block] = []
        self.feeds: dict[str, FeedDoc] = {}
        self.healths: list[tuple[str, FeedDoc]] = []
        self.gaps: list[tuple[str, int, int, str]] = []
        self.pulses: dict[str, int] = {}
        self.repeated = 0
        self._once: set[str] = set()

    @property
    def clock(self) -> Clock:
        return self._clock

    async def records(self, records: Sequence[Record]) -> None:
        for record in records:
            if record.once is not None and record.once in self._once:
                self.repeated += 1
                continue
            if record.once is not None:
                self._once.add(record.once)
            self.kept.append(record)

    async def samples(self, block: Block) -> None:
        self.blocks.append(block)

    async def health(self, feed: str, doc: FeedDoc) -> None:
        if self.feeds.get(feed) != doc:
            self.feeds[feed] = doc
            self.healths.append((feed, doc))

    async def gap(self, feed: str, from_ms: int, to_ms: int, why: str) -> None:
        self.gaps.append((feed, from_ms, to_ms, why))

    def seen(self, feed: str) -> None:
        self.pulses[feed] = self._clock.now_ms()

    # What tests ask

    def events(self, name: str = "") -> list[Record]:
        """Events in the order in which they were put."""
        return [r for r in self.kept if r.kind is RecordKind.EVENT and name in ("", r.name)]

    def texts(self) -> list[str]:
        return [str(r.body["text"]) for r in self.events()]

    def state(self, kind: EntityKind, key: str) -> dict[str, Any] | None:
        """The document in force: the newest by source time, later puts winning."""
        found = [r for r in self.kept if r.kind is RecordKind.STATE and r.entity == (kind, key)]
        return dict(max(enumerate(found), key=lambda pair: (pair[1].at_ms, pair[0]))[1].body) if found else None

    def states(self, kind: EntityKind) -> dict[str, dict[str, Any]]:
        keys = {r.entity.id for r in self.kept if r.kind is RecordKind.STATE and r.entity.kind is kind}
        return {key: self.state(kind, key) or {} for key in keys}


class QuickClock(RealClock):
    """The machine's time; sleeps are cut to ``longest_s`` so that tests need not wait for a poll."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, self._longest_s))


class QuickOutlet(MemoryOutlet):
    """An outlet on a quick clock, for tests of one feed."""

    def __init__(self, longest_s: float = 0.05) -> None:
        super().__init__(QuickClock(longest_s))

    def doc(self) -> FeedDoc:
        """The feed's health as last stated."""
        started: FeedDoc = {"state": "off", "why": "", "todo": "", "address": ""}
        return self.healths[-1][1] if self.healths else started


@asynccontextmanager
async def running(feed: Feed, out: MemoryOutlet) -> AsyncIterator[None]:
    """Run a feed for as long as the block lasts."""
    task = asyncio.create_task(feed.run(out))
    try:
        yield
        assert not task.done(), "the feed ended by itself"
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(condition: Callable[[], Any], seconds: float = 10.0, what: str = "") -> None:
    """Wait until something holds; fail with what was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or condition}")
        await asyncio.sleep(0.01)
