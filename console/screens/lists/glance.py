"""The first picture of a long list: what stands first in it is known before all of it has been read."""

from __future__ import annotations

from console.inventory.book import Book
from console.inventory.query import WORST_FIRST, Query, Within
from console.inventory.shapes import Table
from console.inventory.table import Listing
from console.signals import EntityKind
from console.tape.store import Store

LEAST = 64  # lines that fill a screen; fewer are no picture of the list

# How the state of an allocation that is well is written: who lacks the first, or has the second, is looked at first.
_WELL = '"desired":"run","status":"running","healthy":true,'
_RESTARTS = '"state":"pending"'


def glance(store: Store, query: Query, now_ms: int) -> Table | None:
    """The beginning of a list at the newest end of a tape; None where that is as long in coming as the whole list.

    It lacks lines, not counts: what is well is counted without being read. What is written otherwise than we write it
    is read, and where that misleads the whole list, which follows at once, has it right.
    """
    if query != Query(EntityKind.ALLOCATION, sorted_by=WORST_FIRST, within=Within()):
        return None
    with store.reading():
        book = Book()
        book.load(store.newest_unlike(query.kind, _WELL, _RESTARTS))
        total = store.count_newest(query.kind)
    if not LEAST <= len(book.allocations) < total:
        return None
    return Listing(book, query, now_ms).table(now_ms)._replace(total=total, whole=False)
