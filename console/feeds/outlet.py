"""What a feed is given to speak through, and what a feed is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from console.documents import FeedDoc
from console.signals import Block, Record


class Clock(Protocol):
    """The time as the installation has it; a recording replayed in its own time has a clock of its own."""

    def now_ms(self) -> int:
        """Unix milliseconds, UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that long on this clock."""
        ...


class Outlet(Protocol):
    """Where a feed puts what it sees. Calls wait when the recorder is behind, so that memory stays bounded."""

    @property
    def clock(self) -> Clock: ...

    async def records(self, records: Sequence[Record]) -> None:
        """Put records, in the order in which they are to stand on the tape."""
        ...

    async def samples(self, block: Block) -> None:
        """Put a block of samples."""
        ...

    async def health(self, feed: str, doc: FeedDoc) -> None:
        """State the health of a feed; the same document again costs nothing."""
        ...

    async def gap(self, feed: str, from_ms: int, to_ms: int, why: str) -> None:
        """Say that a source was not seen from one time to another."""
        ...

    def seen(self, feed: str) -> None:
        """Say that the source answered just now (a heartbeat, an unchanged list): its data is fresh."""
        ...


class Feed(Protocol):
    """One source. ``run`` returns only when it is cancelled; whatever happens to the source is its own business."""

    @property
    def name(self) -> str: ...

    async def run(self, out: Outlet) -> None: ...
