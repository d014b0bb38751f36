"""The events and the journal that a scene is made of; of a tape that grows only what is new is read again."""

from __future__ import annotations

from bisect import bisect_right, insort
from operator import attrgetter

from console.analysis.telling import tells
from console.signals import EntityKind, Record, RecordKind
from console.tape.store import Store

_KINDS = (RecordKind.EVENT, RecordKind.JOURNAL)
_NO_STATES = tuple(EntityKind)
_PAGE = 2000
_in_time = attrgetter("at_ms", "seq")


def told_between(store: Store, from_ms: int, to_ms: int) -> list[Record]:
    """What is told of a time, in order. Call it within ``store.reading()``."""
    found = [one for kind in _KINDS for one in store.each_between(from_ms, to_ms, kind) if tells(one)]
    return sorted(found, key=_in_time)


class Told:
    """What a tape has told since a time, kept up as it grows. What has a time to come waits for it."""

    def __init__(self, store: Store, from_ms: int) -> None:
        self._store = store
        self._seq = store.last_seq()
        self._kept = told_between(store, from_ms, 2**62)

    def until(self, from_ms: int, at_ms: int) -> list[Record]:
        """What is told of ``from_ms < t <= at_ms``, in order; what lies before is let go. Times rise.

        Call it within ``store.reading()``.
        """
        while new := self._store.records_after(self._seq, _PAGE, _NO_STATES):
            self._seq = new[-1].seq
            for one in new:
                if one.kind in _KINDS and tells(one):
                    insort(self._kept, one, key=_in_time)
        self._seq = self._store.last_seq()  # what lies between were states
        del self._kept[: bisect_right(self._kept, from_ms, key=attrgetter("at_ms"))]
        return self._kept[: bisect_right(self._kept, at_ms, key=attrgetter("at_ms"))]
