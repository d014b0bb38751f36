"""The ownership feed: what files and lineage declare of flows, contracts, owners and waivers goes onto the tape."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from console.declared.shapes import Declared
from console.feeds.catalog.shelf import FileShelf
from console.feeds.outlet import Outlet
from console.feeds.ownership import parts, telling
from console.feeds.ownership.doubts import doubted
from console.feeds.ownership.gittime import schema_commits
from console.feeds.ownership.health import health_of
from console.feeds.ownership.kept import Grouped, Merged, Owners, Sources, times_known
from console.feeds.ownership.ledger import Ledger
from console.feeds.ownership.schema import schema_of
from console.feeds.ownership.telling import SOURCE, Body, Change, Event
from console.governance.fields import LINEAGE, ODCS, WATCHED
from console.governance.merge import Sourced
from console.governance.shapes import DoubtDoc
from console.governance.unknown import unseen_jobs
from console.signals import EntityKind, EntityRef, Record

log = logging.getLogger(__name__)

PULSE_S = 2.0
Waiting = asyncio.Task[Any]
FIRST_WAIT_S = 3.0
"""How long the first word waits for git, and for lineage, where there are any."""


class Lineage(Protocol):
    """What a lineage server says of flows. ``version`` is 0 until it has answered; ``well``: it answered just now."""

    @property
    def version(self) -> int: ...

    @property
    def parts(self) -> list[Sourced]: ...

    @property
    def well(self) -> bool: ...

    @property
    def blind(self) -> Mapping[str, DoubtDoc]: ...

    async def changed(self, version: int) -> int: ...


class OwnershipFeed:
    """Puts what changed on the shelf or in lineage; a broken file is told, and what it last said stays in force.

    ``known`` are the documents that earlier runs left on the tape, by entity: nothing is told twice, and what cannot be
    read now is as it was. A declaration that was there at start holds from the time its file was written, but at most
    ``horizon_s`` before the start.
    """

    def __init__(
        self,
        shelf: FileShelf,
        lineage: Lineage | None = None,
        known: Mapping[EntityRef, Body] | None = None,
        horizon_s: float = 7200.0,
    ) -> None:
        self._shelf = shelf
        self._lineage = lineage
        self._ledger = Ledger(known or {})
        self._earlier = dict(known or {})
        self._horizon_ms = round(horizon_s * 1000)
        self._schemas = times_known(self._earlier)
        self._problems: dict[Path, str] = {}
        self._asked: dict[Path, int] = {}  # files whose history git was asked for, by when they were read
        self._parts: list[Sourced] = []
        self._sources, self._owners, self._grouped, self._merged = Sources(), Owners(), Grouped(), Merged()
        self._first, self._waited, self._heard = True, False, False

    @property
    def name(self) -> str:
        return SOURCE

    async def run(self, out: Outlet) -> None:
        """Follow the shelf and lineage until cancelled."""
        waits: dict[str, Waiting] = {}
        try:
            await self._shelf.changed(0)
            while True:
                versions = self._versions()
                self._look_at_schemas(out.clock.now_ms())
                if self._first and (new := self._unasked()):
                    waits["git"] = asyncio.create_task(self._ask_git(new), name="git")
                    await asyncio.wait([waits["git"]], timeout=FIRST_WAIT_S)
                await self._round(out)
                waits = self._waits(versions, waits)
                if self._lineage is not None and not self._waited:
                    self._waited = True  # once: who looks once wants it, who watches need not be told of half
                    await asyncio.wait([waits["lineage"]], timeout=FIRST_WAIT_S)
                    if waits["lineage"].done():
                        continue
                await out.health(SOURCE, health_of(self._shelf, self._parts))
                while not any(task.done() for task in waits.values()):
                    if self._shelf.in_sight or (self._lineage is not None and self._lineage.well):
                        out.seen(SOURCE)
                    await asyncio.wait(waits.values(), timeout=PULSE_S, return_when=asyncio.FIRST_COMPLETED)
                for task in waits.values():
                    if task.done():
                        task.result()  # a fault in a look is a fault of this feed
        finally:
            for task in waits.values():
                task.cancel()

    def _versions(self) -> dict[str, int]:
        return {"shelf": self._shelf.version, "lineage": self._lineage.version if self._lineage else 0}

    def _waits(
        self, versions: Mapping[str, int], waits: Mapping[str, asyncio.Task[Any]]
    ) -> dict[str, asyncio.Task[Any]]:
        """A task for each thing that may change, those that still wait among them."""
        found = {name: task for name, task in waits.items() if not task.done()}
        calls: dict[str, Coroutine[Any, Any, object]] = {}
        if "shelf" not in found:
            calls["shelf"] = self._shelf.changed(versions["shelf"])
        if self._lineage is not None and "lineage" not in found:
            calls["lineage"] = self._lineage.changed(versions["lineage"])
        if "git" not in found and (new := self._unasked()):
            calls["git"] = self._ask_git(new)
        return {**found, **{name: asyncio.create_task(call, name=name) for name, call in calls.items()}}

    async def _round(self, out: Outlet) -> None:
        now_ms = out.clock.now_ms()
        found = list(self._changes(now_ms))
        if found:
            await out.records(found)
        self._first = False

    def _changes(self, now_ms: int) -> list[Record]:
        """The records of what is another than before."""
        files = self._shelf.files
        current = self._current(files, now_ms)
        changes = self._ledger.take(current)
        events: list[Event] = list(self._file_events(files))
        heard = self._lineage is not None and self._lineage.version > 0
        for change in changes:
            events += [] if self._is_old(change, heard and not self._heard) else telling.told(change)
        self._heard = heard
        since = {str(file.path): file.written_ms for file in files}
        states = [self._state(change, since, now_ms) for change in changes]
        return [*telling.records(events, now_ms), *states]

    def _is_old(self, change: Change, lineage_new: bool) -> bool:
        """Whether a change is only what was found at the start: of files, or of lineage when it answers first."""
        if self._first or not lineage_new or change.after is None:
            return change.before is None and self._first
        said = (change.before or {}).get("said") or {}
        return not any(item["via"] == LINEAGE for items in said.values() for item in items)

    def _state(self, change: Change, since: Mapping[str, int], now_ms: int) -> Record:
        entity = change.entity
        if change.before is None and change.after is not None and self._first:
            written_ms = since.get(parts.origin_path(str(change.after.get("origin", ""))), now_ms)
            at_ms = min(now_ms, max(written_ms, now_ms - self._horizon_ms))
            return self._ledger.state(entity, at_ms, now_ms, str(written_ms))
        return self._ledger.state(entity, now_ms, now_ms, str(now_ms))

    def _current(self, files: Sequence[Declared], now_ms: int) -> dict[EntityRef, Body]:
        """Everything that is declared now, by its entity."""
        waiting = self._lineage is not None and self._lineage.version == 0
        out = parts.unread(self._shelf, waiting)
        known = self._earlier
        owners = self._owners.of(files)
        current: dict[EntityRef, Body] = {
            **parts.entities(EntityKind.CONTRACT, parts.contracts(files)),
            **parts.entities(EntityKind.OWNER, owners),
            **parts.entities(EntityKind.WAIVER, parts.waivers(files)),
        }
        current.update(parts.kept_unread(known, current, out))
        self._parts = self._sources.of(files)
        if self._lineage is not None:
            self._parts += self._lineage.parts
        flows = self._merged.of(self._grouped.of([*self._parts, *parts.remembered(known, out)]), self._schemas, now_ms)
        unseen = {} if self._lineage is None else unseen_jobs(flows, self._lineage.blind)
        return {**current, **parts.entities(EntityKind.FLOW, doubted(flows, owners, files, unseen))}

    def _file_events(self, files: Sequence[Declared]) -> list[Event]:
        """Files that broke or are good again since the last look."""
        now = {file.path: str(file.problem) for file in files if file.problem is not None}
        before, self._problems = self._problems, now
        if self._first:
            return []
        broken = [
            telling.file_event(str(path), f"{what}; what it said before stays in force", good=False)
            for path, what in now.items()
            if before.get(path) != what
        ]
        there = {file.path for file in files}
        good = [
            telling.file_event(str(path), f"{path} is read again", good=True)
            for path in before
            if path not in now and path in there
        ]
        return [*broken, *good]

    # -- when schemas changed ------------------------------------------------------------------------------------

    def _look_at_schemas(self, now_ms: int) -> None:
        files = self._shelf.files
        contracts = parts.contracts(files)
        written = {str(file.path): file.written_ms for file in files}
        at_ms = {
            name: min(now_ms, written.get(parts.origin_path(doc["origin"]), now_ms)) if self._first else now_ms
            for name, doc in contracts.items()
        }
        self._schemas.look(contracts, at_ms, WATCHED)

    def _unasked(self) -> dict[Path, dict[str, Any]]:
        """The shapes of contracts in files that were read anew since git was asked for their history."""
        new: dict[Path, dict[str, Any]] = {}
        for file in self._shelf.files:
            if file.contents.contracts and self._asked.get(file.path) != file.read_ms:
                self._asked[file.path] = file.read_ms
                new[file.path] = {
                    name: schema_of(doc) for name, doc in file.contents.contracts.items() if doc["format"] == ODCS
                }
        return new

    async def _ask_git(self, files: Mapping[Path, Mapping[str, Any]]) -> None:
        self._schemas.commit((await asyncio.to_thread(schema_commits, files)).items())
