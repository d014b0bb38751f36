"""All objects of a kind in order, kept up as they change: what did not change is not looked at again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any

from console.inventory.book import Book
from console.inventory.kinds import KINDS_OF
from console.inventory.lines import AT, Lines, Placed
from console.inventory.objects.standing import needs_a_look
from console.inventory.query import WORST_FIRST, Query, Where, Within
from console.inventory.shapes import Section, Table
from console.inventory.standings import NO_LIMIT_MS, STANDINGS, next_change_ms
from console.signals import EntityKind, EntityRef

_REBUILD_FROM = 400  # changes at once; fewer are put in one by one
_NAMES = 1_000  # of so many objects the names are measured
NAME = "Name"
STATUS = "Status"
_Key = tuple[Any, ...]


class _Falling(str):
    """A text in the order from Z to A."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)


class Listing:
    """A query's answer from a book, which it follows. ``take`` says what has changed in the book."""

    def __init__(self, book: Book, query: Query, now_ms: int) -> None:
        self.query = query
        self._book = book
        self._kind = KINDS_OF[query.kind]
        self._field = next((one for one in self._kind.fields if one.column.title == query.sorted_by), None)
        self._stand = STANDINGS[query.kind]
        self._limited = query.within != Within()
        self._table: Table | None = None
        self._shown_ms = now_ms
        self._from_ms = self._until_ms = now_ms  # between these nothing changes but by what is told
        self._build(now_ms)

    # -- keeping up ----------------------------------------------------------------------------------------------------

    def take(self, changed: Iterable[EntityRef], now_ms: int) -> None:
        """Take over what changed, or what time alone has changed."""
        touched = _touched(self._book, self.query.kind, changed)
        if now_ms >= self._until_ms or now_ms < self._from_ms or len(touched) > _REBUILD_FROM:
            self._build(now_ms)
            return
        for known in touched:
            self._drop(known)
            self._put(known, now_ms)
        if touched:
            self._table = None
            self._until_ms = min(self._until_ms, self._next_ms((self._objects[one] for one in touched), now_ms))

    def _build(self, now_ms: int) -> None:
        self._table = None
        self._from_ms = now_ms
        self._objects = self._book.of(self.query.kind)
        self._keys: dict[str, _Key] = {}  # of those that are shown
        self._unwell: set[str] = set()
        self._within: set[str] = set()
        self._wheres: set[Where] = set()
        found = [pair for known in self._objects if (pair := self._judge(known, now_ms)) is not None]
        found.sort(key=lambda pair: pair[0])
        self._order = [key for key, _ in found]
        self._placed = [placed for _, placed in found]
        self._until_ms = self._next_ms(self._objects.values(), now_ms)
        names = list(self._objects.values())[:_NAMES]
        self._name_cells = max((len(self._kind.name(one)) for one in names), default=0)

    def _next_ms(self, objects: Iterable[Any], now_ms: int) -> int:
        at_ms = next_change_ms(self.query.kind, objects, now_ms)
        return at_ms if at_ms == NO_LIMIT_MS else at_ms + 1

    def _judge(self, known: str, now_ms: int) -> tuple[_Key, Placed] | None:
        """Where an object stands in the list; None where it is not shown. Counts it either way."""
        one = self._objects[known]
        where = self._kind.where(one)
        self._wheres.add(where)
        if self._limited:
            if not self.query.within.lets(where):
                return None
            self._within.add(known)
        stands = self._stand(one, self._book, now_ms)
        if needs_a_look(stands):
            self._unwell.add(known)
        if self.query.filter and not self.query.lets(f"{self._kind.text(one)} {stands.word} {stands.health.value}"):
            return None
        placed = Placed(one, stands)
        key = self._keys[known] = self._key(placed)
        return key, placed

    def _key(self, placed: Placed) -> _Key:
        one, tie = placed.object, self._kind.tie(placed.object)
        title, inverted = self.query.sorted_by, self.query.inverted
        if title == NAME:
            return (_text_order(self._kind.name(one), inverted), tie)
        if title == STATUS:
            return (_text_order(placed.standing.word, inverted), tie)
        if self._field is None:
            turn = int(placed.standing.turn)
            return (-turn if inverted else turn, tie)
        order = self._field.order(one)
        if order is None:
            return (1, 0, tie)
        if isinstance(order, str):
            return (0, _text_order(order, self._field.falling is not inverted), tie)
        return (0, -order if self._field.falling is not inverted else order, tie)

    def _drop(self, known: str) -> None:
        self._unwell.discard(known)
        self._within.discard(known)
        key = self._keys.pop(known, None)
        if key is not None:
            at = bisect_left(self._order, key)
            del self._order[at], self._placed[at]

    def _put(self, known: str, now_ms: int) -> None:
        found = self._judge(known, now_ms)
        if found is not None:
            at = bisect_left(self._order, found[0])
            self._order.insert(at, found[0])
            self._placed.insert(at, found[1])

    # -- what it tells -------------------------------------------------------------------------------------------------

    def table(self, now_ms: int) -> Table:
        """The list at a time; the same object as before while nothing has changed and no time has passed."""
        self.take((), now_ms)
        if self._table is None or self._shown_ms != now_ms:
            self._shown_ms = now_ms
            self._table = self._made(now_ms)
        return self._table

    def _made(self, now_ms: int) -> Table:
        kind, query = self._kind, self.query
        differs = _differs(self._wheres)
        lines = Lines(kind, tuple(self._placed), now_ms, differs)
        columns = tuple(field.column for field in kind.fields)
        name = PLURALS[query.kind]
        total = len(self._within) if self._limited else len(self._objects)
        empty = f"None of {total} {name} has that." if total else f"No {name} are on this tape yet."
        places = max((len(where.place) for where in self._wheres), default=0) + len(AT) if differs.place else 0
        section = Section(name.capitalize(), columns, lines, empty, self._name_cells + places)
        falling = (self._field is not None and self._field.falling) is not query.inverted
        return Table(query, section, total, len(self._unwell), falling, any(differs._replace(place="")))


PLURALS = {
    EntityKind.JOB: "jobs",
    EntityKind.ALLOCATION: "allocations",
    EntityKind.NODE: "nodes",
    EntityKind.DEPLOYMENT: "deployments",
    EntityKind.EVALUATION: "evaluations",
    EntityKind.SERVICE: "services",
}


def titles(kind: EntityKind) -> tuple[str, ...]:
    """What a list of a kind can be sorted by, from the left: worst first is before all columns."""
    return (WORST_FIRST, NAME, STATUS, *(field.column.title for field in KINDS_OF[kind].fields))


def _text_order(text: str, falling: bool) -> str:
    folded = text.casefold()
    return _Falling(folded) if falling else folded


def _differs(wheres: Iterable[Where]) -> Where:
    """A text in each part that is not the same for all. A cluster is in one region: who is told the one knows both."""
    if not wheres:
        return Where()
    found = Where(*("x" if len(set(part)) > 1 else "" for part in zip(*wheres, strict=True)))
    return found._replace(region="") if found.place else found


_Touches = Callable[[Book, str], Iterable[str]]


def _touched(book: Book, kind: EntityKind, changed: Iterable[EntityRef]) -> set[str]:
    """The objects of a kind that stand otherwise because of what changed."""
    found: set[str] = set()
    for entity in changed:
        if entity.kind is kind:
            found.add(entity.id)
            found.update(_TOUCHES.get(kind, _nothing)(book, entity.id))
    return found


def _nothing(_book: Book, _known: str) -> Iterable[str]:
    return ()


def _family(book: Book, known: str) -> Iterable[str]:
    """A periodic job stands as its newest runs do."""
    parent = book.jobs[known].parent
    return (parent,) if parent in book.jobs else ()


def _siblings(book: Book, known: str) -> Iterable[str]:
    """A deployment that failed is bad while none has come after it."""
    return [other.id for other in book.deployments_of(book.deployments[known].job)]


_TOUCHES: dict[EntityKind, _Touches] = {EntityKind.JOB: _family, EntityKind.DEPLOYMENT: _siblings}
