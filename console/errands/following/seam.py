"""Going on where one left off: which bytes of a new connection are new.

A connection begins a number of bytes before the end of the log, so that it overlaps with what came before. Where the
new bytes begin is reckoned from the offsets in the frames. Nomad writes the offset of a frame before it adds to it
what the file grew by in the same fifth of a second, so the reckoning can be wrong by that: it is checked against the
last bytes that came, and these are looked for where it fails.
"""

from __future__ import annotations

from typing import NamedTuple

from console.errands.following.frames import Frame

KEPT = 512  # bytes by which the place is known again
LEAST = 16  # so many at least: fewer are found everywhere
TRUNCATED = "file truncated"


class Place(NamedTuple):
    """How far a log was read: in which of its rotated files, up to which byte, and the last bytes before that."""

    number: int
    end: int
    last: bytes


class GapError(Exception):
    """More lies between two connections than is read again."""


class Seam:
    """What is new in the frames of one connection after another."""

    def __init__(self) -> None:
        self.place: Place | None = None
        self._old: Place | None = None  # where the connection before had got to, until that is passed
        self._at: tuple[int, int] | None = None  # file and byte that the next frame of this connection begins at
        self._strict = False
        self.missed = 0  # bytes that no connection brought; -1: nobody knows how many

    def connected(self, *, strict: bool = False) -> None:
        """A new connection: its frames may repeat what came before. ``strict``: a gap is not accepted."""
        self._old, self._at, self.missed, self._strict = self.place, None, 0, strict

    @property
    def starts_inside(self) -> bool:
        """Whether the next frame is the first there is of a log."""
        return self.place is None

    def new(self, frame: Frame) -> bytes:
        """The new bytes of a frame of this connection. Raises GapError, and then it stands where it stood."""
        if frame.event == TRUNCATED:
            self._old, self._at = None, (frame.number, 0)
        if not frame.data:
            return b""
        start = self._start(frame)
        self._at = (frame.number, start + len(frame.data))
        data = self._unseen(frame, start)
        if data:
            before = self.place.last if self.place is not None and self.place.number == frame.number else b""
            self.place = Place(frame.number, start + len(frame.data), (before + data)[-KEPT:])
        return data

    def _start(self, frame: Frame) -> int:
        if self._at is None:
            return max(0, frame.offset - len(frame.data))
        number, end = self._at
        return end if number == frame.number else 0

    def _unseen(self, frame: Frame, start: int) -> bytes:
        old = self._old
        if old is None:
            return frame.data
        if frame.number < old.number:
            return b""
        if frame.number > old.number:
            if start or frame.number > old.number + 1:
                self._gap(-1)
            self._old = None
            return frame.data
        skip = self._overlap(frame.data, old, old.end - start)
        if skip > len(frame.data):
            return b""
        if skip < 0:
            self._gap(-skip)
        self._old = None
        return frame.data[max(0, skip) :]

    def _gap(self, missed: int) -> None:
        if self._strict:
            raise GapError
        self.missed = missed

    def _overlap(self, data: bytes, old: Place, reckoned: int) -> int:
        """How many bytes at the beginning are known; negative: so many are missing before it."""
        at = reckoned
        while LEAST <= at <= len(data):
            if data.endswith(old.last[-at:], 0, at):
                return at
            at = data.rfind(old.last[-LEAST:], 0, at - 1) + LEAST if len(old.last) >= LEAST else 0
            if at == LEAST - 1:
                break  # nowhere
        return reckoned
