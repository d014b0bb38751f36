"""Writing under the lease: who has slept through its end must ask again before another word goes on the tape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.feeds.outlet import Clock
from console.signals import Block, Record
from console.tape.errors import TapeError
from console.tape.shapes import Holder
from console.tape.store import Store

LEASE_MS = 6_000  # a dead recorder is replaced within this and one look of a viewer


class LeaseLostError(TapeError):
    """Another recorder writes this tape now."""


class LeasedTape:
    """A tape for the holder of its lease. Used in the thread that writes it.

    A process that was suspended wakes with work due: before its timers notice that the lease is another's, what it
    gathered would already be written. So a lease that ran out is renewed first, and a lost one refuses.
    """

    def __init__(self, store: Store, holder: Holder, clock: Clock) -> None:
        self._store = store
        self._holder = holder
        self._clock = clock
        self._until_ms = 0

    def take(self) -> bool:
        """Take the lease if it is free; whether it is ours now. Raises TapeError."""
        now_ms = self._clock.now_ms()
        return self._ours(self._store.take_lease(self._holder, now_ms, LEASE_MS), now_ms)

    def renew(self) -> bool:
        """Keep the lease; whether it is still ours. Raises TapeError."""
        now_ms = self._clock.now_ms()
        return self._ours(self._store.renew_lease(self._holder, now_ms, LEASE_MS), now_ms)

    def append(
        self, records: Sequence[Record] = (), blocks: Sequence[Block] = (), pulses: Mapping[str, int] | None = None
    ) -> int:
        """As the store's. Raises LeaseLostError when another recorder has taken over."""
        if self._clock.now_ms() >= self._until_ms and not self.renew():
            raise LeaseLostError("another recorder took over", self._store.path)
        return self._store.append(records, blocks, pulses or {})

    def _ours(self, held: bool, now_ms: int) -> bool:
        self._until_ms = now_ms + LEASE_MS if held else 0
        return held
