"""What the screens ask a tape beyond rows: which events lie around a time, and where recording began."""

from __future__ import annotations

from collections.abc import Iterable

from console.panes.marks import gap_mark, mark
from console.panes.rows import EventMark
from console.signals import Record, RecordKind
from console.tape.store import Store

MOST_EVENTS = 4_000
_FIRST_STRETCH_MS = 30_000
_LONGEST_STRETCH_MS = 3_600_000
_PAGE = 500


def recording_start(store: Store, span: tuple[int, int]) -> int:
    """Where to begin to look: where the tape says so, or where its recorder saw its first thing. Before is backfill."""
    said = store.meta().get("begin_ms", "")
    first = store.records_after(0, limit=1)
    begins = int(said) if said.isdecimal() else first[0].seen_ms if first else span[0]
    return begins if span[0] <= begins <= span[1] else span[0]


class StripMarks:
    """The events and gaps of one stretch of a tape, kept up with what is added."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._from_ms = self._to_ms = 0
        self._marks: list[EventMark] = []

    def between(self, from_ms: int, to_ms: int) -> tuple[EventMark, ...]:
        """Events and gaps from one time to another, in order."""
        if not (self._from_ms <= from_ms and to_ms <= self._to_ms):
            self._load(from_ms - _LONGEST_STRETCH_MS // 2, to_ms)
        gaps = [gap_mark(gap, to_ms) for gap in self._store.gaps(from_ms, to_ms)]
        events = [one for one in self._marks if from_ms <= one.at_ms <= to_ms]
        return tuple(sorted([*gaps, *events], key=lambda one: one.at_ms))

    def add(self, records: Iterable[Record], now_ms: int) -> None:
        """Take in what was added to the tape."""
        self._marks += [one for record in records if (one := mark(record)) is not None]
        self._to_ms = max(self._to_ms, now_ms)
        del self._marks[: max(0, len(self._marks) - MOST_EVENTS)]

    def _load(self, from_ms: int, to_ms: int) -> None:
        self._from_ms, self._to_ms = from_ms, to_ms
        self._marks = recent_marks(self._store, from_ms, to_ms)


def recent_marks(store: Store, from_ms: int, to_ms: int, most: int = MOST_EVENTS) -> list[EventMark]:
    """The newest events of a stretch, in order; read backwards, so that a busy tape is not read whole."""
    found: list[EventMark] = []
    read = 0
    end, stretch = to_ms, _FIRST_STRETCH_MS
    while end > from_ms and read < most:
        begin = max(from_ms, end - stretch)
        records = store.records_between(begin, end, kinds=(RecordKind.EVENT,))
        found = [one for record in records if (one := mark(record)) is not None] + found
        read += len(records)
        end, stretch = begin, stretch * 2
    return found


def next_mark(store: Store, after_ms: int, until_ms: int) -> EventMark | None:
    """The first event later than a time."""
    while after_ms < until_ms:
        records = store.records_between(after_ms, until_ms, kinds=(RecordKind.EVENT,), limit=_PAGE)
        for record in records:
            found = mark(record)
            if found is not None:
                return found
        if len(records) < _PAGE:
            return None
        after_ms = records[-1].at_ms
    return None


def previous_mark(store: Store, before_ms: int, from_ms: int) -> EventMark | None:
    """The last event earlier than a time."""
    end, stretch = before_ms - 1, _FIRST_STRETCH_MS
    while end >= from_ms:
        for record in reversed(store.records_between(end - stretch, end, kinds=(RecordKind.EVENT,))):
            found = mark(record)
            if found is not None:
                return found
        end, stretch = end - stretch, min(stretch * 2, _LONGEST_STRETCH_MS)
    return None
