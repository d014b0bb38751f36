"""How much of each log is read: its end, its beginning, or so many minutes of it."""

from __future__ import annotations

from typing import NamedTuple

KIB = 1024


class LogWindow(NamedTuple):
    """What is read of each log. ``since_s`` is how far back (0: whatever there is in ``tail`` bytes)."""

    name: str
    tail: int
    head: int = 0
    since_s: int = 0

    def more(self) -> LogWindow:
        """Four times as much of it."""
        return self._replace(tail=min(MOST, self.tail * 4))


MOST = 8 * KIB * KIB
WINDOWS: tuple[LogWindow, ...] = (
    LogWindow("tail", 64 * KIB),
    LogWindow("head", 0, head=256 * KIB),
    LogWindow("1m", 256 * KIB, since_s=60),
    LogWindow("5m", 512 * KIB, since_s=300),
    LogWindow("15m", 1024 * KIB, since_s=900),
    LogWindow("30m", 2048 * KIB, since_s=1800),
    LogWindow("1h", 4096 * KIB, since_s=3600),
)
"""By the digit of its key."""
