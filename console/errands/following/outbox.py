"""What waits to be sent to the viewer: bounded, in the order in which it came, at most five times a second."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import NamedTuple

from console.errands.errand import Errand

MOST_LINES = 20_000
MOST_BYTES = 8 * 1024 * 1024
PART_LINES = 4_000
PART_BYTES = 1024 * 1024
FIRST_S = 0.03  # what comes together is sent together
PACE_S = 0.2


class Line(NamedTuple):
    """A line of source ``source``. ``at_ms`` is the time that it says, ``left_out`` the bytes cut from it."""

    source: int
    came_ms: int
    at_ms: int | None
    severity: str
    text: str
    left_out: int


class Outbox:
    """Lines and states of several sources on their way. Of lines that nobody could read the oldest are dropped."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque()
        self._bytes = 0
        self._dropped: Counter[int] = Counter()
        self._states: dict[int, list[object]] = {}
        self._something = asyncio.Event()

    def put(self, line: Line) -> None:
        """One more line."""
        self._lines.append(line)
        self._bytes += len(line.text)
        while len(self._lines) > MOST_LINES or self._bytes > MOST_BYTES:
            self._dropped[self._shift().source] += 1
        self._something.set()

    def lost(self, source: int, lines: int) -> None:
        """So many lines of a source never came."""
        self._dropped[source] += lines
        self._something.set()

    def state(self, source: int, *told: object) -> None:
        """A source stands otherwise; only the newest is told."""
        self._states[source] = [source, *told]
        self._something.set()

    def _shift(self) -> Line:
        line = self._lines.popleft()
        self._bytes -= len(line.text)
        return line

    @property
    def is_empty(self) -> bool:
        return not (self._lines or self._states or self._dropped)

    async def send(self, errand: Errand) -> None:
        """Send for ever; who is slow to take it is waited for."""
        while True:
            await self._something.wait()
            await asyncio.sleep(FIRST_S)
            while not self.is_empty:
                await errand.part(**self.part())
                await asyncio.sleep(PACE_S)
            self._something.clear()

    def part(self) -> dict[str, object]:
        """What is sent next: states first, so that lines have a source."""
        lines: list[Line] = []
        size = 0
        while self._lines and len(lines) < PART_LINES and size < PART_BYTES:
            lines.append(self._shift())
            size += len(lines[-1].text)
        part = {"states": list(self._states.values()), "lines": lines, "dropped": list(self._dropped.items())}
        self._states, self._dropped = {}, Counter()
        return {name: value for name, value in part.items() if value}
