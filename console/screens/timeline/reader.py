"""What the timeline shows, read from the tape page by page in the reader's thread, the newest first.

At most ``MOST`` moments are kept, those that end at the place in time: what lies before them is reached by going back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from console.panes.clocks import Clocks
from console.panes.moments import Moment, gap_moments, health_moment, moment
from console.panes.said import Said
from console.panes.sieve import Sieve
from console.panes.timeline import Entry, Placed, fold, is_later, merge, place
from console.screens.frame import Place
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import Store
from console.tape.verdicts import ANALYSIS, doc_of, is_verdict

MOST = 10_000
READ_ON_S = 0.05
_FIRST_PAGE, _LARGEST_PAGE = 250, 1_000
_FINDINGS_PAGE = 20
_MOST_FINDINGS = 1_000
_MOST_HEALTHS = 200  # of one feed
_MOST_GAPS = 1_000
_FORWARD_MS = 60_000  # a step on in time up to this reads only what came
_MOST_AHEAD_MS = 600_000  # a clock that is wrong by more than this is not made up for while going back
_HINDSIGHT_MS = 2_400_000  # a verdict speaks of onsets in the window before it
_FOREVER_MS = 2**62
_EVER_MS = -(2**62)
_REST = 10.0  # live and while reading, making lines takes at most a tenth of the time ...
_CHEAP_S = 0.005  # ... unless it takes as good as none
_TOLD = (RecordKind.EVENT, RecordKind.JOURNAL)


class Story(NamedTuple):
    """The lines of the timeline at a place in time, in order.

    ``shown`` of ``total`` moments went through the ``sieve``. ``reading``: earlier ones are being read. ``from_ms`` is
    where it begins when what is earlier is left on the tape, else None. ``systems`` are all that told something.
    ``mover_ms`` is when the first mover left its range.
    """

    entries: Sequence[Entry]
    total: int
    shown: int
    sieve: Sieve
    reading: bool = False
    from_ms: int | None = None
    systems: tuple[str, ...] = ()
    mover_ms: int | None = None


class _Pages:
    """Records of some kinds before a time, read a page at a time, the newest first."""

    def __init__(self, kinds: Sequence[RecordKind], sources: Sequence[str], until_ms: int, page: int, largest: int,
                 most: int) -> None:  # fmt: skip
        self._kinds = kinds
        self._sources = sources
        self._unread_ms: int | None = until_ms
        self._page, self._largest, self._left = page, largest, most
        self.reached_ms = until_ms  # all that is later has been read

    @property
    def more(self) -> bool:
        return self._unread_ms is not None

    def read(self, store: Store) -> list[Record]:
        if self._unread_ms is None:
            return []
        limit = self._page
        found = store.records_between(_EVER_MS, self._unread_ms, self._kinds, self._sources, limit=limit,
                                      newest_first=True)  # fmt: skip
        self._left -= sum(not one.minor for one in found)
        if len(found) < limit:
            self._unread_ms, self.reached_ms = None, _EVER_MS
            return found
        oldest_ms = found[-1].at_ms  # others of the same time may be left; what is taken twice counts once
        self.reached_ms = oldest_ms + 1
        if self._left <= 0:
            self._unread_ms = None
        elif found[0].at_ms == oldest_ms:
            self._page *= 2  # all are of one time: what comes before is behind a larger page only
        else:
            self._unread_ms, self._page = oldest_ms, min(self._page * 2, self._largest)
        return found


class TimelineReader:
    """Keeps the lines up to a place in time. Made by the screen, used by the reader's thread alone."""

    def __init__(self, sieve: Sieve = Sieve(), now_s: Callable[[], float] = time.monotonic) -> None:  # noqa: B008
        self._sieve = sieve
        self._now_s = now_s
        self._store: Store | None = None
        self._live = False
        self._at_ms = _EVER_MS
        self._feeds: list[EntityRef] = []
        self._begin(_FOREVER_MS)

    def _begin(self, until_ms: int) -> None:
        self._until_ms = until_ms
        self._clocks = Clocks()
        self._moments: dict[str, Moment] = {}
        self._healths: dict[str, dict[tuple[int, int], Record]] = {}
        self._said = Said()
        self._events = _Pages(_TOLD, (), until_ms, _FIRST_PAGE, _LARGEST_PAGE, MOST)
        later_ms = until_ms if until_ms == _FOREVER_MS else until_ms + _HINDSIGHT_MS
        self._findings = _Pages((RecordKind.FINDING,), (ANALYSIS,), later_ms, _FINDINGS_PAGE, _FINDINGS_PAGE,
                                _MOST_FINDINGS)  # fmt: skip
        self._trimmed_ms = _EVER_MS
        self._merged: list[Placed] | None = None
        self._story: Story | None = None
        self._rest_until_s = 0.0
        self._dirty = True

    # -- what is asked for -------------------------------------------------------------------------------------------

    def sift(self, sieve: Sieve) -> None:
        """Show other lines."""
        if sieve != self._sieve:
            self._sieve, self._dirty, self._rest_until_s = sieve, True, 0.0

    @property
    def more(self) -> bool:
        """Whether earlier ones are still to be read."""
        return self._store is None or self._events.more or self._findings.more

    def due_s(self) -> float | None:
        """Seconds until `story` has something to do although nothing was added; None: never."""
        if self.more:
            return READ_ON_S
        return max(READ_ON_S, self._rest_until_s - self._now_s()) if self._dirty else None

    def add(self, records: Iterable[Record]) -> None:
        """Take in what was added to a tape that is followed live."""
        if not self._live:
            return
        for record in records:
            self._take(record)
        if len(self._moments) > MOST + MOST // 10:
            kept = sorted(self._moments.values(), key=lambda one: one.order)[-MOST:]
            self._moments = {one.key: one for one in kept}
            self._trimmed_ms = kept[0].at_ms
            self._said.forget(self._trimmed_ms)

    def story(self, store: Store, at: Place) -> Story:
        """The lines at a place in time, as far as they were read."""
        self._aim(store, at)
        if self._events.more or self._findings.more:
            for record in (*self._events.read(store), *self._findings.read(store)):
                self._take(record)
            self._dirty = True
            if not self.more:
                self._rest_until_s = 0.0
        rests = (at.live or self.more) and self._now_s() < self._rest_until_s
        if self._story is None or (self._dirty and not rests):
            began_s = time.thread_time()
            self._story = self._make(store)
            took_s = time.thread_time() - began_s
            self._rest_until_s = self._now_s() + (_REST * took_s if took_s > _CHEAP_S else 0.0)
            self._dirty = False
        return self._story

    # -- reading -----------------------------------------------------------------------------------------------------

    def _aim(self, store: Store, at: Place) -> None:
        on_ms = at.at_ms - self._at_ms
        same = store is self._store and at.live is self._live
        self._at_ms = at.at_ms
        if same and (at.live or on_ms == 0):
            return
        if same and 0 < on_ms <= _FORWARD_MS:
            self._read_forward(store, on_ms)
        else:
            self._store, self._live = store, at.live
            self._read_anew(store, _FOREVER_MS if at.live else at.at_ms)

    def _read_anew(self, store: Store, until_ms: int) -> None:
        self._feeds = [record.entity for record in store.states_at(None, (EntityKind.FEED,))]
        healths = self._read_healths(store, _EVER_MS, until_ms)
        clocks = Clocks()
        for record in healths:
            clocks.hear(record)
        ahead_ms = min(_MOST_AHEAD_MS, max(0, clocks.most_ahead_ms))
        self._begin(until_ms if until_ms == _FOREVER_MS else until_ms + ahead_ms)
        for record in healths:
            self._take(record)

    def _read_forward(self, store: Store, on_ms: int) -> None:
        from_ms, self._until_ms = self._until_ms, self._until_ms + on_ms
        for record in store.records_between(from_ms, self._until_ms, _TOLD):
            self._take(record)
        for record in store.records_between(from_ms + _HINDSIGHT_MS, self._until_ms + _HINDSIGHT_MS,
                                            (RecordKind.FINDING,), (ANALYSIS,)):  # fmt: skip
            self._take(record)
        for record in self._read_healths(store, from_ms, self._until_ms):
            self._take(record)
        self._merged, self._dirty = None, True

    def _read_healths(self, store: Store, from_ms: int, until_ms: int) -> list[Record]:
        kinds = (RecordKind.STATE,)
        return [
            record
            for feed in self._feeds
            for record in store.records_between(from_ms, until_ms, kinds, entity=feed, limit=_MOST_HEALTHS,
                                                newest_first=True)
        ]  # fmt: skip

    def _take(self, record: Record) -> None:
        found = moment(record)
        if found is not None:
            self._moments[found.key] = found
        elif is_verdict(record):
            doc = doc_of(record)
            if doc is not None:
                self._said.take(record, doc)
        elif record.kind is RecordKind.STATE and record.entity.kind is EntityKind.FEED:
            self._healths.setdefault(record.entity.id, {})[(record.at_ms, record.seq)] = record
            self._clocks.hear(record)
        elif record.kind is not RecordKind.GAP:
            return
        self._merged, self._dirty = None, True

    # -- lines -------------------------------------------------------------------------------------------------------

    def _make(self, store: Store) -> Story:
        begins_ms = max(self._events.reached_ms, self._trimmed_ms)
        if self._merged is None or self._events.more or self._findings.more:
            self._merged = self._all(store, begins_ms)
        merged = self._merged
        entries = fold(merged, self._sieve)
        earlier = begins_ms > _EVER_MS
        reading = self._events.more or self._findings.more
        return Story(
            entries=entries,
            total=sum(len(one.told) for one in merged),
            shown=sum(len(one.told) for one in entries),
            sieve=self._sieve,
            reading=reading,
            from_ms=begins_ms if earlier and not reading else None,
            systems=tuple(sorted({one.system for placed in merged for one in placed.told})),
            mover_ms=self._said.first_mover_ms(self._seen_to_ms),
        )

    @property
    def _seen_to_ms(self) -> int:
        return _FOREVER_MS if self._live else self._at_ms

    def _all(self, store: Store, begins_ms: int) -> list[Placed]:
        """Everything from a time on and not later than the place, what belongs together together, in order."""
        moments = [*self._moments.values(), *self._said.onsets(), *self._health_changes(), *self._gaps(store)]
        to_ms, clocks = self._seen_to_ms, self._clocks
        seen = [one for one in moments if one.at_ms >= begins_ms and not is_later(one, clocks, to_ms)]
        verdicts = [place(told, clocks) for told in self._said.verdicts(to_ms) if told[0].at_ms >= begins_ms]
        return sorted([*merge(seen, clocks), *verdicts], key=lambda one: one.order)

    def _health_changes(self) -> list[Moment]:
        found = []
        for records in self._healths.values():
            before: Record | None = None
            for key in sorted(records):
                change = health_moment(records[key], before)
                before = records[key]
                if change is not None:
                    found.append(change)
        return found

    def _gaps(self, store: Store) -> list[Moment]:
        gaps = sorted(store.gaps(_EVER_MS, self._seen_to_ms), key=lambda gap: gap.from_ms)[-_MOST_GAPS:]
        to_ms = self._seen_to_ms
        known = [gap._replace(to_ms=None) if gap.to_ms is not None and gap.to_ms > to_ms else gap for gap in gaps]
        return [one for gap in known for one in gap_moments(gap)]
