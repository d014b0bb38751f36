"""The lines of logs that are held: so many and no more, in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

MOST_LINES = 50_000
MOST_BYTES = 16 * 1024 * 1024
MARK = 0  # the source of lines that a person put between
_OVERHEAD = 240  # bytes that a line takes beside its text


class LogLine(NamedTuple):
    """One line. ``at_ms`` is the time that it says, or when it came where it says none (``told`` is False then).

    ``left_out`` counts the bytes that were cut from its end. ``severity`` is ``bad``, ``warn`` or nothing.
    """

    source: int
    at_ms: int
    told: bool
    severity: str
    text: str
    left_out: int = 0


class Held:
    """Lines by number: the first that ever came has 0. ``first`` is the number of the oldest that is still held."""

    def __init__(self, most_lines: int = MOST_LINES, most_bytes: int = MOST_BYTES) -> None:
        self._most_lines, self._most_bytes = most_lines, most_bytes
        self._lines: list[LogLine] = []
        self._bytes = 0
        self.first = 0

    def __len__(self) -> int:
        return len(self._lines)

    @property
    def end(self) -> int:
        """The number that the next line gets."""
        return self.first + len(self._lines)

    @property
    def dropped(self) -> int:
        """Lines that were held once."""
        return self.first

    @property
    def size(self) -> int:
        """Bytes that the lines take, about."""
        return self._bytes

    def add(self, lines: Iterable[LogLine]) -> None:
        """Take lines in; the oldest go where there are too many."""
        before = len(self._lines)
        self._lines += lines
        self._bytes += sum(_size(line) for line in self._lines[before:])
        over = max(0, len(self._lines) - self._most_lines)
        self._bytes -= sum(_size(line) for line in self._lines[:over])
        while over < len(self._lines) and self._bytes > self._most_bytes:
            self._bytes -= _size(self._lines[over])
            over += 1
        if over:
            del self._lines[:over]
            self.first += over

    def __getitem__(self, number: int) -> LogLine:
        if not self.first <= number < self.end:
            raise IndexError(number)
        return self._lines[number - self.first]

    def since(self, number: int) -> Sequence[LogLine]:
        """The lines from that number on, as far as they are held."""
        return self._lines[max(0, number - self.first) :]

    def nearest(self, at_ms: int) -> int | None:
        """The number of the line whose time is nearest; None where there is none."""
        if not self._lines:
            return None
        at = min(range(len(self._lines)), key=lambda place: abs(self._lines[place].at_ms - at_ms))
        return self.first + at

    def span(self) -> tuple[int, int] | None:
        """The earliest and the latest time of what is held."""
        if not self._lines:
            return None
        return min(line.at_ms for line in self._lines), max(line.at_ms for line in self._lines)

    def clear(self) -> None:
        """Begin anew."""
        self._lines, self._bytes, self.first = [], 0, 0


def _size(line: LogLine) -> int:
    return len(line.text) + _OVERHEAD
