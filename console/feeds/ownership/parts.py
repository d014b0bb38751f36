"""What the shelf and lineage say, in the forms that are merged and put on the tape; and what is known from before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from console.declared.shapes import Declared, FlowPart
from console.feeds.catalog.shelf import FileShelf
from console.governance.auditshapes import WaiverDoc
from console.governance.fields import BACKSTAGE, FLOWS_FILE, LINEAGE
from console.governance.merge import Sourced, said_of
from console.governance.shapes import ContractDoc, FlowDoc, SaidDoc
from console.signals import EntityKind, EntityRef

Docs = Mapping[EntityRef, Mapping[str, Any]]


def origin_path(origin: str) -> str:
    """The file of an origin ``file:line``, ``file, commit id``, or of one that is a file only."""
    origin = origin.partition(", commit ")[0]
    path, colon, line = origin.rpartition(":")
    return path if colon and line.isdigit() else origin


def sourced(file: Declared) -> list[Sourced]:
    """What one file says of flows, each field with its file, line and the time it was read."""
    return [_sourced(file, part) for part in file.contents.flows]


def _sourced(file: Declared, part: FlowPart) -> Sourced:
    def origin(line: int) -> str:
        return f"{file.path}:{line}" if line else str(file.path)

    said: dict[str, SaidDoc] = {
        field: {"value": told.value, "origin": origin(told.line), "via": part.via, "read_ms": file.read_ms}
        for field, told in part.fields.items()
    }
    return Sourced(part.name, part.names, part.via, origin(part.line), said, part.doubts)


class Unread(NamedTuple):
    """What could not be read since the start, so that what earlier runs knew of it still counts."""

    files: frozenset[str]
    places: tuple[Path, ...]
    lineage: bool

    def covers(self, origin: str, via: str = "") -> bool:
        """Whether something that was said there cannot be looked up just now."""
        if via == LINEAGE:
            return self.lineage
        path = origin_path(origin)
        if path in self.files:
            return True
        return any(place == Path(path) or place in Path(path).parents for place in self.places)


def unread(shelf: FileShelf, lineage: bool) -> Unread:
    """``lineage``: it has a server, which has not answered yet."""
    files = frozenset(str(file.path) for file in shelf.files if file.problem is not None and not file.read_ms)
    return Unread(files, tuple(away.path for away in shelf.away if not away.kept), lineage)


def remembered(known: Docs, out: Unread) -> list[Sourced]:
    """What earlier runs were told of flows by sources that cannot be read now."""
    found = []
    for entity, body in known.items():
        if entity.kind is not EntityKind.FLOW or body.get("removed"):
            continue
        by_source: dict[tuple[str, str], dict[str, SaidDoc]] = {}
        for field, items in said_of(cast(FlowDoc, body)).items():
            for item in items:
                if out.covers(item["origin"], item["via"]):
                    source = (item["via"], origin_path(item["origin"]))
                    by_source.setdefault(source, {}).setdefault(field, item)
        doubts = body.get("doubts") or ()
        if not by_source and out.covers(str(body.get("origin"))):  # it said nothing but its name
            by_source[(FLOWS_FILE, str(body.get("origin")))] = {}
        for (via, path), said in by_source.items():
            origin = str(body["origin"]) if origin_path(str(body.get("origin"))) == path else path
            kept = tuple(one for one in doubts if origin_path(one["origin"]) == path)
            found.append(Sourced(entity.id, (), via, origin, said, kept))
    return found


def contracts(files: Sequence[Declared]) -> dict[str, ContractDoc]:
    """All contracts by id; of two the first stands, but one that is over gives way to one that is not."""
    found: dict[str, ContractDoc] = {}
    for file in files:
        for name, doc in file.contents.contracts.items():
            if name not in found or (_over(found[name]) and not _over(doc)):
                found[name] = doc
    return found


def _over(doc: ContractDoc) -> bool:
    return str(doc["body"].get("status", "")).casefold() in ("deprecated", "retired")


def catalogued(files: Sequence[Declared]) -> bool:
    """Whether a catalogue says which groups and people there are, so that an owner who is none of them is odd."""
    return any(
        file.contents.owners and all(doc["format"] == BACKSTAGE for doc in file.contents.contracts.values())
        for file in files
    )


def waivers(files: Sequence[Declared]) -> dict[str, WaiverDoc]:
    """All waivers by rule and subject; the first file's stands."""
    found: dict[str, WaiverDoc] = {}
    for doc in (doc for file in files for doc in file.contents.waivers):
        found.setdefault(f"{doc['rule']} {doc['subject']}", doc)
    return found


def entities(kind: EntityKind, docs: Mapping[str, Any]) -> dict[EntityRef, Mapping[str, Any]]:
    """Documents by the entity that they are the state of."""
    return {EntityRef(kind, name): doc for name, doc in docs.items()}


def kept_unread(known: Docs, current: Docs, out: Unread) -> dict[EntityRef, Mapping[str, Any]]:
    """Contracts, owners and waivers of earlier runs whose source cannot be read now."""
    return {
        entity: body
        for entity, body in known.items()
        if entity not in current
        and entity.kind is not EntityKind.FLOW
        and not body.get("removed")
        and out.covers(str(body.get("origin", "")))
    }


def all_of(kind: EntityKind, docs: Docs) -> dict[str, Any]:
    """The documents of one kind by id, those that are no longer declared left out."""
    return {entity.id: body for entity, body in docs.items() if entity.kind is kind and not body.get("removed")}
