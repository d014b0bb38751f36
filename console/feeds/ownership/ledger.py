"""What the tape holds of all that is declared, and what of it is another now."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from console.feeds.ownership.telling import SOURCE, Body, Change
from console.signals import EntityKind, EntityRef, Record, RecordKind

KINDS = (EntityKind.FLOW, EntityKind.CONTRACT, EntityKind.OWNER, EntityKind.WAIVER)
_LAST: Mapping[EntityKind, Callable[[Body], dict[str, Any]]] = {
    EntityKind.FLOW: lambda doc: {
        **dict.fromkeys(("owner", "on_call", "contract")),
        "producer": doc.get("producer"),
        "consumers": doc.get("consumers") or [],
    },
    EntityKind.CONTRACT: lambda doc: {"format": doc.get("format", ""), "version": doc.get("version", ""), "body": {}},
    EntityKind.OWNER: lambda doc: {"kind": doc.get("kind", "group"), "members": []},
    EntityKind.WAIVER: lambda doc: {key: doc.get(key) for key in ("rule", "subject", "who", "why", "until_ms")},
}
"""What stays of a document that is no longer declared."""


class Ledger:
    """The documents as they last stood, those of earlier runs among them."""

    def __init__(self, known: Mapping[EntityRef, Body]) -> None:
        self.known: dict[EntityRef, Body] = dict(known)

    def take(self, current: Mapping[EntityRef, Body]) -> list[Change]:
        """What is new, another or gone. The same said again, only read at another time, is no change."""
        return [*self._taken(current), *self._gone(current)]

    def _taken(self, current: Mapping[EntityRef, Body]) -> Iterator[Change]:
        for entity, doc in current.items():
            before = self.known.get(entity)
            if before is doc or (before is not None and (before == doc or _timeless(before) == _timeless(doc))):
                continue
            self.known[entity] = doc
            yield Change(entity, None if before is None or before.get("removed") else before, doc)

    def _gone(self, current: Mapping[EntityRef, Body]) -> Iterator[Change]:
        for entity, before in list(self.known.items()):
            if entity in current or before.get("removed"):
                continue
            self.known[entity] = {**_LAST[entity.kind](before), "origin": before.get("origin", ""), "removed": True}
            yield Change(entity, before, None)

    def state(self, entity: EntityRef, at_ms: int, seen_ms: int, version: str) -> Record:
        """The state of an entity as it stands now. ``version`` tells apart two times of the same document."""
        doc = self.known[entity]
        digest = hashlib.sha256(json.dumps(_timeless(doc), sort_keys=True).encode()).hexdigest()[:16]
        once = f"{entity}:{version}:{digest}"
        return Record(RecordKind.STATE, SOURCE, entity, str(entity.kind), at_ms, seen_ms, doc, once)


def _timeless(doc: Body) -> Body:
    """A document without the times at which it was read."""
    said = doc.get("said")
    if not said:
        return doc
    bare = {
        field: [{key: value for key, value in item.items() if key != "read_ms"} for item in items]
        for field, items in said.items()
    }
    return {**doc, "said": bare}
