"""Who is on call by a name, looked up at once among hundreds of schedules, and which rows asked for it. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from console.signals import EntityKind, EntityRef, Record

if TYPE_CHECKING:
    from console.governance.oncall import OnCallNow
    from console.governance.shapes import OnCallDoc, OwnerDoc


class Calling:
    """The newest schedules and owners. A thousand rows ask, and each schedule is read again every few minutes: rows
    that asked for a name are told when it means somebody else, and no others."""

    def __init__(self) -> None:
        self.schedules: dict[str, OnCallDoc] = {}
        self.owners: dict[str, OwnerDoc] = {}
        self.sources: dict[str, str] = {}  # of each schedule, by its id
        self._known: dict[str, set[str]] = defaultdict(set)  # folded name -> ids of schedules
        self._synonyms: dict[str, str] | None = None
        self._told: dict[str, tuple[tuple[str, ...], OnCallNow | None]] = {}  # by reference, at a time
        self._told_ms = -1
        self._asked: dict[str, set[EntityRef]] = defaultdict(set)  # folded name -> rows

    def take(self, record: Record) -> set[EntityRef]:
        """Take the newest state of a schedule or an owner; the rows to look at again."""
        self._synonyms, self._told = None, {}
        if record.entity.kind is EntityKind.OWNER:
            return self._owner(record)
        key = record.entity.id
        held = self.schedules.pop(key, None)
        touched = set(_names(key, held)) if held is not None else set()
        for name in touched:
            self._known[name].discard(key)
        if not record.body.get("removed"):
            doc = self.schedules[key] = cast("OnCallDoc", record.body)
            self.sources[key] = record.source
            for name in _names(key, doc):
                self._known[name].add(key)
                touched.add(name)
        return {row for name in touched for row in self._asked.get(name, ())}

    def _owner(self, record: Record) -> set[EntityRef]:
        self.owners.pop(record.entity.id, None)
        if not record.body.get("removed"):
            self.owners[record.entity.id] = cast("OwnerDoc", record.body)
        return set(self._asked.get(record.entity.id.casefold(), ()))

    def synonyms(self) -> Mapping[str, str]:
        """The names by which owners and schedules go, each with the one that stands for it."""
        if self._synonyms is None:
            from console.governance.disagree import synonyms

            self._synonyms = synonyms(self.owners, self.schedules.items())
        return self._synonyms

    def now(self, ref: str, now_ms: int, row: EntityRef) -> OnCallNow | None:
        """Who is on call by a schedule's or an owner's name; None where no schedule is known by it. ``row`` asks."""
        if not self.schedules:
            for name in self._names_of(ref):
                self._asked[name].add(row)
            return None
        if now_ms != self._told_ms:
            self._told, self._told_ms = {}, now_ms
        if ref not in self._told:
            self._told[ref] = self._look(ref, now_ms)
        names, found = self._told[ref]
        for name in names:
            self._asked[name].add(row)
        return found

    def _names_of(self, ref: str) -> tuple[str, ...]:
        owner = self.owners.get(ref)
        names = (ref, owner["on_call"]) if owner is not None and owner.get("on_call") else (ref,)
        return tuple(name.strip().casefold() for name in names)

    def _look(self, ref: str, now_ms: int) -> tuple[tuple[str, ...], OnCallNow | None]:
        """All names that say who is on call by a reference, folded, and who that is."""
        from console.governance.oncall import on_call_now  # here, so that nobody without schedules waits for it

        folded, owner = self._names_of(ref), self.owners.get(ref)
        meant = {key for name in folded for key in self._known.get(name, ())}
        known = {key: self.schedules[key] for key in sorted(meant)}
        return folded, on_call_now(ref, known, now_ms, {ref: owner} if owner is not None else {})


def _names(key: str, doc: OnCallDoc) -> Iterator[str]:
    """All that may mean a schedule, folded."""
    yield key.casefold()
    if doc.get("url"):
        yield doc["url"].casefold()
    for name in {doc["name"], *doc["names"]}:
        yield name.casefold()
        yield f"{doc['provider']}:{name}".casefold()
