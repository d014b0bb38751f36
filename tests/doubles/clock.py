"""A clock that shows recorded time: at any offset, at any speed, or frozen until a test moves it."""

from __future__ import annotations

import asyncio
import threading
import time


class RecordedClock:
    """Recorded time in unix milliseconds. Also serves as the clock that feeds are given, and may be read by threads."""

    def __init__(self, at_ms: int, speed: float = 1.0, frozen: bool = False) -> None:
        self._lock = threading.Lock()
        self._base_ms = float(at_ms)
        self._since = time.monotonic()
        self._speed = speed
        self._frozen = frozen
        self.sleeping = 0
        """How many wait for it: a frozen clock that is moved before somebody sleeps does not wake them."""

    @property
    def speed(self) -> float:
        """Recorded seconds per real second (kept while frozen)."""
        return self._speed

    @property
    def frozen(self) -> bool:
        return self._frozen

    def now_ms(self) -> int:
        with self._lock:
            return int(self._now())

    def _now(self) -> float:
        if self._frozen:
            return self._base_ms
        return self._base_ms + (time.monotonic() - self._since) * 1000 * self._speed

    def _rebase(self, at_ms: float) -> None:
        self._base_ms, self._since = at_ms, time.monotonic()

    def set(self, at_ms: int) -> None:
        with self._lock:
            self._rebase(at_ms)

    def step(self, milliseconds: float) -> None:
        with self._lock:
            self._rebase(self._now() + milliseconds)

    def freeze(self) -> None:
        with self._lock:
            self._rebase(self._now())
            self._frozen = True

    def run(self, speed: float | None = None) -> None:
        with self._lock:
            self._rebase(self._now())
            self._frozen = False
            self._speed = self._speed if speed is None else speed

    async def sleep(self, seconds: float) -> None:
        """Wait in recorded time; while frozen, until somebody moves the clock far enough."""
        until = self.now_ms() + seconds * 1000
        self.sleeping += 1
        try:
            while (left_ms := until - self.now_ms()) > 0:
                await asyncio.sleep(0.02 if self._frozen else min(0.05, left_ms / 1000 / self._speed + 0.001))
        finally:
            self.sleeping -= 1
