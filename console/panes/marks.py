"""What the time strip shows: events that matter, and times in which a source was not seen."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable

from console.panes.inputs import GapLike
from console.panes.rows import EventMark
from console.panes.world import text_of
from console.signals import EntityKind, Health, Record, RecordKind

MOST = 4_000
_LOUD = ("bad", "critical", "error", "page", "fatal", "high")
_WARN = ("warn", "warning", "medium")
# Of these only trouble is marked, and what somebody did: with two hundred of them a second the strip would be one bar.
_BUSY = (EntityKind.ALLOCATION, EntityKind.TASK, EntityKind.EVALUATION)


def mark(record: Record) -> EventMark | None:
    """An event as a mark, None where it would only fill the strip."""
    if record.kind is not RecordKind.EVENT or record.minor:
        return None
    severity = text_of(record.body.get("severity")).casefold()
    health = Health.BAD if severity in _LOUD else Health.WARN if severity in _WARN else Health.OK
    if health is Health.OK and record.entity.kind in _BUSY and record.body.get("change") is not True:
        return None
    text = text_of(record.body.get("text")) or record.name
    return EventMark(record.at_ms, health, text, record.source, record.entity, record.name)


def gap_mark(gap: GapLike, now_ms: int) -> EventMark:
    """A gap as a mark; one that lasts ends now."""
    why = gap.why or f"{gap.source} was not seen"
    to_ms = now_ms if gap.to_ms is None else gap.to_ms
    return EventMark(gap.from_ms, Health.STALE, why, gap.source, name="gap", to_ms=to_ms)


class Marks:
    """Events in order of time, the newest of them at most ``MOST``."""

    __slots__ = ("_keys", "_marks", "_untold")

    def __init__(self) -> None:
        self._keys: list[tuple[int, str, str, str]] = []
        self._marks: dict[tuple[int, str, str, str], EventMark] = {}
        self._untold: list[Record] = []

    def take(self, records: Iterable[Record]) -> None:
        """Take events; one that is known already, or is none, changes nothing. Looked at once somebody asks."""
        self._untold += [one for one in records if one.kind is RecordKind.EVENT and not one.minor]
        if len(self._untold) > MOST:
            self._look()

    def _look(self) -> None:
        records, self._untold = self._untold, []
        for record in records:
            found = mark(record)
            if found is None:
                continue
            key = (found.at_ms, str(found.entity), found.name, found.text)
            if key not in self._marks:
                self._marks[key] = found
                insort(self._keys, key)
        for key in self._keys[: max(0, len(self._keys) - MOST)]:
            del self._marks[key]
        del self._keys[: max(0, len(self._keys) - MOST)]

    def between(self, from_ms: int, to_ms: int) -> list[EventMark]:
        """Events from one time to another, both included."""
        self._look()
        first = bisect_left(self._keys, (from_ms,))
        last = bisect_right(self._keys, (to_ms + 1,))
        return [self._marks[key] for key in self._keys[first:last]]
