"""Nomad's objects for whoever looks at a list or at an object's parts, read from the tape when they are first wanted.

Nothing is read while nobody looks. What was read is kept up for a minute after the last look, then let go.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from console.panes.world import KEPT
from console.screens.actions.registry import RefusedError
from console.screens.drill.keys import GOVERNED, entity_of
from console.screens.frame import Detail, Place
from console.screens.governed.reader import GovernedReader
from console.signals import EntityKind, EntityRef, Record, Signal
from console.tape.store import Store

if TYPE_CHECKING:
    from console.inventory.book import Book
    from console.inventory.query import Query
    from console.inventory.shapes import Sheet, Table
    from console.inventory.table import Listing
    from console.panes.board import BoardModel
    from console.screens.drill.watched import Watched

UNSEEN = tuple(kind for kind in EntityKind if kind not in KEPT)  # their states are rolled up in others
KEPT_MS = 60_000
_DRAWN_MS = 100  # within which the beginning of a list is on the screen, if nobody else needs the processor
_NOMADS = (EntityKind.JOB, EntityKind.ALLOCATION, EntityKind.NODE, EntityKind.DEPLOYMENT, EntityKind.EVALUATION,
           EntityKind.SERVICE)  # fmt: skip
_UNREAD = tuple(kind for kind in UNSEEN if kind not in _NOMADS)


class InventoryReader:
    """The objects at the reader's place in time, the list that is looked at, and sheets. Used by one thread."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._store: Store | None = None
        self._at_ms: int | None = None  # the place in time; None: live
        self._book: Book | None = None
        self._query: Query | None = None
        self._listing: Listing | None = None
        self._changed: set[EntityRef] = set()  # what the list has not heard of
        self._wants_sheet = False
        self._just_asked = False
        self._first: Table | None = None  # the beginning of the list, until all of it has been read
        self._load_from_ms = 0
        self._idle_since_ms: int | None = None
        self._sheet: tuple[EntityRef, int, int, Sheet | None] | None = None
        self.governed = GovernedReader(now_ms)

    # -- who looks -----------------------------------------------------------------------------------------------------

    def show(self, query: Query | None) -> None:
        """The list that goes with every frame; None: nobody looks at one."""
        if query != self._query:
            self._query, self._listing, self._first = query, None, None
        self._looked()

    def watch(self, entity: EntityRef | None) -> None:
        """What is looked into with its parts; None: nothing is."""
        declared = entity is not None and entity.kind in GOVERNED
        self.governed.want_sheet(declared or (entity is not None and entity.kind is EntityKind.JOB))
        self.want_sheet(entity is not None and not declared)

    def want_sheet(self, wanted: bool) -> None:
        """Whether an object with its parts is looked at."""
        self._wants_sheet = wanted
        self._looked()

    def _looked(self) -> None:
        looked_at = self._query is not None or self._wants_sheet
        self._just_asked = looked_at and self._book is None
        self._idle_since_ms = None if looked_at else self._now_ms()

    @property
    def unread(self) -> Sequence[EntityKind]:
        """Of which kinds no states need to be read to keep this up."""
        unread = UNSEEN if self._book is None else _UNREAD
        wanted = self.governed.kinds
        return [kind for kind in unread if kind not in wanted] if wanted else unread

    @property
    def _more(self) -> bool:
        """Whether something is wanted that has not been read."""
        return self._book is None and (self._query is not None or self._wants_sheet)

    def due_s(self) -> float | None:
        """Seconds until `poll` has something to do; None: never."""
        due_s = self.governed.due_s()
        if self._more:
            return max(0.0, (self._load_from_ms - self._now_ms()) / 1000)
        if self._book is None or self._idle_since_ms is None:
            return due_s
        own_s = max(0.0, (self._idle_since_ms + KEPT_MS - self._now_ms()) / 1000)
        return own_s if due_s is None else min(own_s, due_s)

    # -- reading -------------------------------------------------------------------------------------------------------

    def poll(self) -> None:
        """Read what is wanted and not there yet, let go of what nobody has looked at for a while.

        What was wanted just now is read the next time: first the screen that it is for is drawn, if that can be with
        the beginning of the list.
        """
        self.governed.poll()
        if self._just_asked:
            self._just_asked = False
            self._glance()
        elif self._more:
            if self._now_ms() >= self._load_from_ms:
                self._load()
        elif self._idle_since_ms is not None and self._now_ms() - self._idle_since_ms >= KEPT_MS:
            self._book = self._listing = self._sheet = self._idle_since_ms = None

    def finish(self) -> None:
        """Have the next `poll` read all that is wanted."""
        self._just_asked = False
        self._load_from_ms = 0

    def moved(self, store: Store, at_ms: int | None) -> None:
        """The place in time is another (None: live), or the tape was opened anew: what is looked at is read anew."""
        self._store, self._at_ms = store, at_ms
        self._book = self._listing = self._sheet = self._first = None
        self.governed.moved(store, at_ms)
        if self._more:
            self._load()

    def _glance(self) -> None:
        self._load_from_ms = 0
        if self._query is None or self._book is not None or self._store is None or self._at_ms is not None:
            return
        from console.screens.lists.glance import glance

        self._first = glance(self._store, self._query, self._now_ms())
        if self._first is not None:
            self._load_from_ms = self._now_ms() + _DRAWN_MS

    def _load(self) -> Book:
        from console.inventory.book import Book

        assert self._store is not None
        book, self._listing, self._sheet, self._first = Book(), None, None, None
        gc.disable()  # ten thousand objects come, none of them in a circle, and each look for circles goes over all
        try:
            with self._store.reading():
                book.load(self._store.each_state(self._at_ms, _NOMADS))
        finally:
            gc.enable()
        self._book = book
        return book

    def take(self, records: Sequence[Record]) -> None:
        """Take in what was added."""
        self.governed.take(records)
        if self._book is not None:
            changed = self._book.take(records)
            if self._listing is not None:
                self._changed |= changed

    def find(self, typed: str) -> EntityRef:
        """The object that is meant by the beginning of an id, or by a name; something declared by its kind and name.

        Raises RefusedError with the candidates where it can be several, or none.
        """
        entity = entity_of(typed.strip())
        if entity is not None and entity.kind in GOVERNED:
            if not self.governed.knows(entity):
                near = self.governed.like(entity)
                hint = f"; did you mean {near}?" if near else "."
                raise RefusedError(f"Nothing is known of {entity.kind.value} '{entity.id}' at this time{hint}")
            return entity
        from console.inventory.find import find, unclear

        book = self._book or self._load()
        self._looked()
        found = find(book, typed)
        if len(found) != 1:
            raise RefusedError(unclear(book, typed, found))
        return found[0]

    # -- what goes with a frame ----------------------------------------------------------------------------------------

    def table(self, at_ms: int) -> Table | None:
        """The list that is looked at; None where none is, or it has not been read yet."""
        if self._query is None or self._book is None:
            return self._first
        if self._listing is None:
            from console.inventory.table import Listing

            self._listing = Listing(self._book, self._query, at_ms)
        elif self._changed:
            self._listing.take(self._changed, at_ms)
        self._changed = set()
        return self._listing.table(at_ms)

    def detail(
        self, watched: Watched | None, model: BoardModel, signals: Mapping[int, Signal], place: Place
    ) -> Detail | None:
        """What is watched, with its sheet once that has been read."""
        if watched is None or self._store is None:
            return None
        entity = watched.entity
        if entity is not None and entity.kind in GOVERNED:
            looked = self.governed.look(entity, signals, place.at_ms)
            found = watched.detail(self._store, model, signals, place, looked.sheet)
            return found._replace(life=looked.life, integrity=looked.integrity, at_ms=place.at_ms)
        sheet = self._sheet_of(entity, place.at_ms) if entity is not None else None
        if sheet is not None and sheet.entity.kind is EntityKind.JOB:
            answers = self.governed.answers(sheet.entity.id, signals, place.at_ms)
            sheet = sheet._replace(facts=(*sheet.facts, *answers))
        return watched.detail(self._store, model, signals, place, sheet)

    def _sheet_of(self, entity: EntityRef, at_ms: int) -> Sheet | None:
        book, held = self._book, self._sheet
        if book is None:
            return None
        if held is None or held[:3] != (entity, at_ms, book.version):
            from console.inventory.sheet import sheet

            held = self._sheet = (entity, at_ms, book.version, sheet(book, entity, at_ms))
        return held[3]
