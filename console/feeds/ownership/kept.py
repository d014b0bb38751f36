"""What need not be made again: of a thousand files one changes, and its flow is in force at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from console.declared.merge import joined
from console.declared.shapes import Declared
from console.feeds.ownership.parts import Docs, all_of, origin_path, sourced
from console.feeds.ownership.schema import Changed, SchemaTimes
from console.governance.fields import GIT, WATCHED
from console.governance.merge import Sourced, groups, merged, said_of
from console.governance.shapes import FlowDoc, OwnerDoc, SaidDoc
from console.signals import EntityKind


class Sources:
    """The parts that files say, made once for each reading of a file."""

    def __init__(self) -> None:
        self._held: dict[Path, tuple[Declared, list[Sourced]]] = {}

    def of(self, files: Sequence[Declared]) -> list[Sourced]:
        """The parts of all files, in their order."""
        held: dict[Path, tuple[Declared, list[Sourced]]] = {}
        for file in files:
            before = self._held.get(file.path)
            same = before is not None and before[0].contents is file.contents and before[0].read_ms == file.read_ms
            held[file.path] = before if before is not None and same else (file, sourced(file))
        self._held = held
        return [part for _, parts in held.values() for part in parts]


class Grouped:
    """Which parts are about the same flow, found anew only where a name or a producer is another one."""

    def __init__(self) -> None:
        self._signs: list[tuple[Any, ...]] = []
        self._places: dict[str, list[int]] = {}

    def of(self, parts: Sequence[Sourced]) -> dict[str, list[Sourced]]:
        """The parts of each flow, by its name."""
        signs = [
            (part.name, part.names, part.via, part.value("producer"), part.value("lifecycle"), part.declares)
            for part in parts
        ]
        if signs != self._signs:
            place = {id(part): at for at, part in enumerate(parts)}
            self._places = {name: [place[id(part)] for part in found] for name, found in groups(parts).items()}
            self._signs = signs
        return {name: [parts[at] for at in places] for name, places in self._places.items()}


class Owners:
    """Who the owners are, put together anew only where a file says something else of them."""

    def __init__(self) -> None:
        self._said: list[Mapping[str, OwnerDoc]] = []
        self._owners: dict[str, OwnerDoc] = {}

    def of(self, files: Sequence[Declared]) -> dict[str, OwnerDoc]:
        """All owners by name."""
        said = [file.contents.owners for file in files if file.contents.owners]
        if len(said) != len(self._said) or any(one is not other for one, other in zip(said, self._said, strict=True)):
            self._said, self._owners = said, joined(said)
        return self._owners


class Merged:
    """The documents of flows, made once for what the same sources say."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[tuple[Any, ...], FlowDoc]] = {}

    def of(self, groups: Mapping[str, list[Sourced]], schemas: SchemaTimes, now_ms: int) -> dict[str, FlowDoc]:
        """The document of each flow. When schemas changed, as far as we know that ourselves, is a source as well."""
        held: dict[str, tuple[tuple[Any, ...], FlowDoc]] = {}
        for name, parts in groups.items():
            changed = [(part, found) for part in parts if (found := _changed(part, schemas)) is not None]
            key = (*parts, *changed)
            before = self._held.get(name)
            if before is not None and before[0] == key:
                held[name] = before
            else:
                held[name] = key, merged(name, [*parts, *(_part(*one, now_ms) for one in changed)])
        self._held = held
        return {name: doc for name, (_, doc) in held.items()}


def times_known(known: Docs) -> SchemaTimes:
    """The schemas of an earlier run, and when they changed as it saw that or learned it from git."""
    contracts = all_of(EntityKind.CONTRACT, known)
    found: dict[str, Changed] = {}
    for doc in all_of(EntityKind.FLOW, known).values():
        said = said_of(doc)
        ours = [item for item in said.get("schema_changed_ms", ()) if item["via"] in (GIT, WATCHED)]
        named = {item["value"] for item in said.get("contract", ()) if item["value"] in contracts}
        for item in ours:
            found.update(
                (name, Changed(item["value"], item["via"], item["origin"]))
                for name in named
                if _same_file(contracts[name]["origin"], item["origin"])
            )
    return SchemaTimes(found, contracts)


def _same_file(one: str, other: str) -> bool:
    return origin_path(one) == origin_path(other)


def _changed(part: Sourced, schemas: SchemaTimes) -> Changed | None:
    contract = part.value("contract")
    changed = schemas.of(contract) if isinstance(contract, str) else None
    return changed if changed is not None and _same_file(changed.origin, part.origin) else None


def _part(part: Sourced, changed: Changed, now_ms: int) -> Sourced:
    said: SaidDoc = {"value": changed.at_ms, "origin": changed.origin, "via": changed.via, "read_ms": now_ms}
    return Sourced(part.name, (), changed.via, changed.origin, {"schema_changed_ms": said})
