"""The one time cursor that every screen obeys: live, at a moment, or playing. Pure: it is told what time it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Self

Mode = Literal["live", "at", "playing"]


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a cursor can go, in unix ms. ``grows``: the tape is being recorded, and its end is now."""

    first_ms: int
    last_ms: int
    grows: bool

    @classmethod
    def of(cls, span: tuple[int, int] | None, now_ms: int, grows: bool) -> Self:
        """The reach of a tape with this span. A tape that grows reaches up to now, whatever was seen last."""
        first_ms, last_ms = span or (now_ms, now_ms)
        end_ms = now_ms if grows else last_ms
        return cls(min(first_ms, end_ms), end_ms, grows)

    def clip(self, at_ms: int) -> int:
        return max(self.first_ms, min(self.last_ms, at_ms))


@dataclass(frozen=True, slots=True)
class TimeCursor:
    """A place in time.

    ``at_ms`` is where it stands, or stood at ``since_ms`` (by the clock on the wall) when playing at ``speed``: tape
    seconds for each second. A live cursor is at the end of the tape, and stays there. Moving past the end of a tape
    that grows is going live; a tape that does not grow holds the cursor at its last moment.
    """

    mode: Mode = "live"
    at_ms: int = 0
    since_ms: int = 0
    speed: float = 1.0

    @property
    def is_live(self) -> bool:
        """Whether what is shown is what is; every screen says so loudly when it is not."""
        return self.mode == "live"

    @property
    def is_playing(self) -> bool:
        return self.mode == "playing"

    def position(self, now_ms: int, reach: Reach) -> int:
        """The moment to show."""
        if self.mode == "live":
            return reach.last_ms
        if self.mode == "at":
            return reach.clip(self.at_ms)
        return reach.clip(self.at_ms + round((now_ms - self.since_ms) * self.speed))

    def settled(self, now_ms: int, reach: Reach) -> Self:
        """The same cursor, but one that has played up to the end stands there, or is live where the tape grows."""
        if self.mode == "playing":
            there = self.position(now_ms, reach)
            if there == (reach.last_ms if self.speed > 0 else reach.first_ms):
                return self.jump(there, now_ms, reach)
        return self

    def live(self) -> Self:
        """At the end of the tape."""
        return replace(self, mode="live", at_ms=0, since_ms=0)

    def jump(self, at_ms: int, now_ms: int, reach: Reach) -> Self:
        """Stand at a moment."""
        if at_ms >= reach.last_ms and reach.grows:
            return self.live()
        return replace(self, mode="at", at_ms=reach.clip(at_ms), since_ms=now_ms)

    def step(self, by_ms: int, now_ms: int, reach: Reach) -> Self:
        """Move by so much; a playing cursor goes on playing from there."""
        to_ms = self.position(now_ms, reach) + by_ms
        if self.mode == "live" and by_ms >= 0:
            return self
        moved = self.jump(to_ms, now_ms, reach)
        if self.mode == "playing" and moved.mode == "at":
            return replace(moved, mode="playing")
        return moved

    def play(self, now_ms: int, reach: Reach, speed: float = 1.0) -> Self:
        """Go on from here at so many tape seconds for each second."""
        here = self.position(now_ms, reach)
        if here >= reach.last_ms and reach.grows and speed > 0:
            return replace(self.live(), speed=speed)
        return replace(self, mode="playing", at_ms=here, since_ms=now_ms, speed=speed)

    def pause(self, now_ms: int, reach: Reach) -> Self:
        """Stand still here."""
        return replace(self, mode="at", at_ms=self.position(now_ms, reach), since_ms=now_ms)
