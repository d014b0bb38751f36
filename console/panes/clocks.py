"""How the clocks of the sources stand to ours, as their feeds said it over time. Pure."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple, TypeGuard

from console.signals import EntityKind, Record, RecordKind

UNKNOWN_MS = 1_000  # nothing is known of a clock: most are kept by NTP and agree within this
GRAIN_MS = 1_000  # a time in whole seconds may be up to this much later


class Clock(NamedTuple):
    """One clock: how far it is ahead of ours (negative: behind), and how far that may be wrong, all in ms.

    ``skew_ms`` is 0 where nothing is known for certain; ``known`` tells whether anything is.
    """

    skew_ms: int = 0
    error_ms: int = UNKNOWN_MS
    known: bool = False


OURS = Clock(0, 0, True)
UNKNOWN = Clock()


class Clocks:
    """What feeds said of the clocks of their sources. A clock that is set anew has another skew from then on.

    ``version`` moves with everything that is learned.
    """

    def __init__(self) -> None:
        self._heard: dict[str, list[tuple[int, Clock]]] = {}
        self.version = 0

    def hear(self, record: Record) -> None:
        """Take in the health of a feed; any other record changes nothing."""
        if record.kind is not RecordKind.STATE or record.entity.kind is not EntityKind.FEED:
            return
        skew, error = record.body.get("skew_ms"), record.body.get("skew_error_ms")
        if not _is_number(skew):
            return
        heard = self._heard.setdefault(record.entity.id, [])
        told = (record.at_ms, _clock(int(skew), int(error) if _is_number(error) else UNKNOWN_MS))
        if told not in heard:
            heard.append(told)
            heard.sort()
            self.version += 1

    def of(self, source: str, at_ms: int, seen_ms: int) -> Clock:
        """The clock behind a time that a source gave, seen then. A time that is when it was seen is by our clock."""
        if at_ms == seen_ms:
            return OURS
        heard = self._heard.get(source)
        if heard is None:
            return UNKNOWN
        if len(heard) == 1:
            return heard[0][1]
        return heard[max(0, bisect_right(heard, seen_ms, key=lambda one: one[0]) - 1)][1]

    @property
    def most_ahead_ms(self) -> int:
        """By how much the clock that is furthest ahead is; 0 when none is."""
        return max((one.skew_ms for heard in self._heard.values() for _, one in heard), default=0)


def _clock(skew_ms: int, error_ms: int) -> Clock:
    """A skew within its error may be none at all: then times stay as they are, with more doubt."""
    error_ms = abs(error_ms)
    if abs(skew_ms) > error_ms:
        return Clock(skew_ms, error_ms, True)
    return Clock(0, abs(skew_ms) + error_ms, True)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value and abs(value) < 1e15
