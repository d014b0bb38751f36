"""Documents of objects as the tape has them at a place in time, for who asks about one object once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from console.naming import place_of, source_of
from console.signals import EntityKind, EntityRef, RecordKind

if TYPE_CHECKING:
    from console.screens.app import BoardApp
    from console.screens.frame import Place
    from console.screens.tape.reader import TapeReader
    from console.tape.store import Store

Found = TypeVar("Found")
_FOREVER_MS = 2**62


class TapeDoc(NamedTuple):
    """An object as it was last seen: its document (empty: it never was), and when that was (unix ms)."""

    entity: EntityRef
    body: Mapping[str, Any]
    at_ms: int = 0

    @property
    def place(self) -> str:
        """Whose Nomad it is of: its profile, or nothing where there is one."""
        return place_of(self.entity.id) or str(self.body.get("cluster") or "")


class NomadSeen(NamedTuple):
    """Where the Nomad of an object was when it was recorded; empty: nobody said."""

    address: str = ""
    region: str = ""


def ask(app: BoardApp, look: Callable[[Store, Place], Found], take: Callable[[Found], None]) -> None:
    """Have the tape read by the thread that reads it, and what was found taken by the app."""

    def request(reader: TapeReader) -> None:
        reader.look(lambda store, place: _hand_over(app, take, look(store, place)))

    app.ask_reader(request)


def _hand_over(app: BoardApp, take: Callable[[Found], None], found: Found) -> None:
    app.call_later(take, found)


def document_of(store: Store, entity: EntityRef, at_ms: int) -> TapeDoc:
    """The document in force. A task's is that of its allocation, a group's that of its job."""
    known = _KNOWN_BY.get(entity.kind, _itself)(entity)
    states = store.records_between(-1, at_ms, kinds=(RecordKind.STATE,), entity=known, limit=1, newest_first=True)
    return TapeDoc(entity, states[0].body, states[0].at_ms) if states else TapeDoc(entity, {})


def _itself(entity: EntityRef) -> EntityRef:
    return entity


_KNOWN_BY: dict[EntityKind, Callable[[EntityRef], EntityRef]] = {
    EntityKind.TASK: lambda task: EntityRef(EntityKind.ALLOCATION, task.id.partition("/")[0]),
    EntityKind.GROUP: lambda group: EntityRef(EntityKind.JOB, group.id.rpartition("/")[0]),
}


def nomad_of(store: Store, doc: TapeDoc, at_ms: int) -> NomadSeen:
    """Where the Nomad of an object is, as its feed said last; of a time before anybody recorded, as it said first."""
    of = EntityRef(EntityKind.FEED, source_of(doc.place))
    feed = document_of(store, of, at_ms).body
    if not feed.get("address"):
        later = store.records_between(at_ms, _FOREVER_MS, kinds=(RecordKind.STATE,), entity=of, limit=1)
        feed = later[0].body if later else {}
    region = doc.body.get("region") or feed.get("region") or ""
    return NomadSeen(str(feed.get("address") or ""), str(region))


def begins_with(store: Store, typed: str, at_ms: int | None) -> list[EntityRef]:
    """The objects of Nomad that are meant by the beginning of an id or a name; ``at_ms`` None: live."""
    from console.inventory.book import KINDS, Book
    from console.inventory.find import find

    book = Book()
    book.load(store.states_at(at_ms, KINDS))
    return find(book, typed)
