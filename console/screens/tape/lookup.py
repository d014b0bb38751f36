"""What the screens ask a tape beyond rows: which events lie around a time, and where recording began."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.panes.marks import gap_mark, mark
from console.panes.rows import EventMark, FeedView
from console.panes.world import needs_past
from console.screens.actions.registry import RefusedError
from console.screens.frame import Place
from console.signals import Health, Record, RecordKind, Signal
from console.tape.shapes import Series
from console.tape.store import Store

PAST_MS = 3_600_000  # what rows are judged by and sparklines show
LATEST_MS = 900_000  # a signal without a past that was not seen for so long is gone from its row
SHORT_SPAN_MS = 2 * 3_600_000  # a tape up to this long fits on the time strip as a whole
MOST_EVENTS = 4_000
_FIRST_STRETCH_MS = 30_000
_LONGEST_STRETCH_MS = 3_600_000
_PAGE = 500
_FIRST_PAGE = 250
_STEPS = 720  # into which a strip is cut; no screen has more cells
_MOST_KEPT = 4 * _STEPS
_FOREVER_MS = 2**62

_Step = tuple[int, Health]


def recording_start(store: Store, span: tuple[int, int]) -> int:
    """Where to begin to look: where the tape says so, or where its recorder saw its first thing. Before is backfill."""
    said = store.meta().get("begin_ms", "")
    first = store.records_after(0, limit=1)
    begins = int(said) if said.isdecimal() else first[0].seen_ms if first else span[0]
    return begins if span[0] <= begins <= span[1] else span[0]


def samples_of(store: Store, signals: Mapping[int, Signal], at_ms: int) -> dict[int, Series]:
    """The past that signals are judged by; of those that are told by their newest alone no more than shows that."""
    deep = [one for one, signal in signals.items() if needs_past(signal)]
    found = store.samples(deep, at_ms - PAST_MS, at_ms)
    flat = [one for one, signal in signals.items() if not needs_past(signal)]
    if flat:
        latest_ms = max(LATEST_MS, round(max(signals[one].step_s for one in flat) * 4000))
        found |= store.samples(flat, at_ms - latest_ms, at_ms)
    return found


def strip_window(place: Place) -> tuple[int, int]:
    """The times between which the time strip lies: all of a short tape, else the hour around the place.

    Away from live the hour moves in halves, so that the strip stands still while one steps along it.
    """
    first, last = place.span
    if last - first <= SHORT_SPAN_MS and not place.live:
        return first, max(last, first + 60_000)
    if place.live:
        return place.at_ms - PAST_MS, place.at_ms
    half = PAST_MS // 2
    start = (place.at_ms - half // 2) // half * half
    return start, start + PAST_MS


class StripMarks:
    """The events and gaps of one stretch of a tape, kept up with what is added.

    Of events of one health that no screen could tell apart only the first is kept, and always the newest of all. The
    newest are read first, the others page by page with `read_on`, so that a busy tape makes nobody wait.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._from_ms, self._to_ms, self._step_ms = 0, -1, 1
        self._kept: dict[_Step, EventMark] = {}
        self._newest: EventMark | None = None
        self._ordered: list[EventMark] | None = None
        self._unread_ms: int | None = None
        self._left = 0

    @property
    def more(self) -> bool:
        """Whether earlier events are still to be read."""
        return self._unread_ms is not None

    def aim(self, from_ms: int, to_ms: int, *, live: bool = False, anew: bool = False) -> None:
        """Be about a stretch of time; live, it is kept up by `add`. ``anew``: forget what was read before."""
        step_ms = max(1, (to_ms - from_ms) // _STEPS)
        if not anew and self._from_ms <= from_ms and to_ms <= self._to_ms and step_ms == self._step_ms:
            return
        self._step_ms = step_ms
        self._from_ms = from_ms if live else from_ms - _LONGEST_STRETCH_MS // 2
        self._to_ms = _FOREVER_MS if live else to_ms
        self._kept, self._newest, self._ordered = {}, None, None
        self._unread_ms, self._left = self._to_ms, MOST_EVENTS
        self._read(_FIRST_PAGE)

    def between(self, from_ms: int, to_ms: int) -> tuple[EventMark, ...]:
        """Events and gaps from one time to another, in order, as far as they were read."""
        self.aim(from_ms, to_ms)
        if self._ordered is None:
            newest = () if self._newest is None else (self._newest,)
            self._ordered = sorted({*self._kept.values(), *newest}, key=_in_time)
        gaps = [gap_mark(gap, to_ms) for gap in self._store.gaps(from_ms, to_ms)]
        events = [one for one in self._ordered if from_ms <= one.at_ms <= to_ms]
        return tuple(sorted([*gaps, *events], key=lambda one: one.at_ms))

    def add(self, records: Iterable[Record]) -> None:
        """Take in what was added to the tape."""
        for record in records:
            self._take(record)
        if len(self._kept) > _MOST_KEPT:
            for place in sorted(self._kept)[: len(self._kept) - _MOST_KEPT // 2]:
                del self._kept[place]

    def read_on(self) -> None:
        """Read another page of earlier events."""
        self._read(_PAGE)

    def _read(self, limit: int) -> None:
        if self._unread_ms is None:
            return
        kinds = (RecordKind.EVENT,)
        records = self._store.records_between(self._from_ms - 1, self._unread_ms, kinds, limit=limit, newest_first=True)
        for record in records:
            self._take(record)
        self._left -= sum(not one.minor for one in records)
        if len(records) < limit or self._left <= 0:
            self._unread_ms = None
            return
        oldest_ms = records[-1].at_ms  # others of the same time may be left; what is taken twice counts once
        self._unread_ms = oldest_ms if oldest_ms < self._unread_ms else oldest_ms - 1

    def _take(self, record: Record) -> None:
        found = mark(record)
        if found is None or found.at_ms < self._from_ms:
            return
        place = (found.at_ms // self._step_ms, found.health)
        held = self._kept.get(place)
        if held is None or _in_time(found) < _in_time(held):
            self._kept[place] = found
            self._ordered = None
        if self._newest is None or _in_time(found) > _in_time(self._newest):
            self._newest = found
            self._ordered = None


def _in_time(one: EventMark) -> tuple[int, str, str]:
    return (one.at_ms, one.name, one.text)


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


def stop(store: Store, at_ms: int, span: tuple[int, int], direction: int) -> tuple[int, str] | None:
    """Time and text of the nearest event or onset after a time, or with -1 before it."""
    from console.screens.verdict.onsets import next_onset, previous_onset

    first, last = span
    if direction > 0:
        event = next_mark(store, at_ms, last)
        onset = next_onset(store, at_ms, event.at_ms if event is not None else last + 1)
    else:
        event = previous_mark(store, at_ms, first)
        onset = previous_onset(store, at_ms, event.at_ms if event is not None else first - 1)
    if onset is not None:
        first_of_all = ", before all others" if onset.first else ""
        return onset.at_ms, f"onset: {onset.name} left its normal range{first_of_all}"
    return None if event is None else (event.at_ms, event.text)


def coarse(feed: FeedView) -> FeedView:
    """With an age that moves only when a person should see it move: in tens of seconds, once a source is late."""
    late = feed.health is not Health.OK and feed.age_s is not None
    return feed._replace(age_s=float(int(feed.age_s or 0) // 10 * 10) if late else None)


def typed_time(text: str, span: tuple[int, int]) -> int:
    """A time (unix ms) as people type it, on a tape of that span. Raises RefusedError."""
    from console.times import TimeTextError, parse_time

    try:
        return parse_time(text, reference_ms=span[1], start_ms=span[0])
    except TimeTextError as error:
        raise RefusedError(f"{error}.") from None
