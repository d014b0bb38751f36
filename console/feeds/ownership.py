"""Who owns what, from ``flows.toml`` files that are read and watched. (What jobs say by their meta, Nomad tells.)"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from console.declared.read import read_file
from console.declared.shapes import DeclaredError, FlowPart
from console.documents import FeedDoc
from console.feeds.check import Finding
from console.feeds.outlet import Outlet
from console.governance.shapes import FlowDoc
from console.plain import plain
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind

SOURCE = "ownership"
LOOK_S = 2.0
_TOLD = ("owner", "on_call", "contract", "producer", "consumers", "freshness_s", "runbook", "match")
_WORDS = {"on_call": "on-call", "freshness_s": "freshness"}


class Stamp(NamedTuple):
    """What tells that a file is another one than before."""

    changed_ns: int
    size: int
    inode: int


class Declared(NamedTuple):
    """What a file says, since when it says so (unix ms), and what is wrong with it now."""

    flows: Mapping[str, FlowDoc]
    since_ms: int
    problem: DeclaredError | None


class OwnershipFeed:
    """Reads the files when they change; a broken one is told, and what it last said well stays in force.

    ``known_flows`` are the documents of flows that earlier runs left on the tape. A declaration that was there at
    start holds from the time its file was written, but at most ``horizon_s`` before the start.
    """

    def __init__(
        self, files: Sequence[Path], known_flows: Mapping[str, FlowDoc] | None = None, horizon_s: float = 7200.0
    ) -> None:
        self._files = tuple(dict.fromkeys(files))
        self._known: dict[str, FlowDoc] = dict(known_flows or {})
        self._horizon_ms = round(horizon_s * 1000)
        self._stamps: dict[Path, Stamp | None] = {}
        self._declared: dict[Path, Declared] = {}
        self._first = True

    @property
    def name(self) -> str:
        return SOURCE

    async def run(self, out: Outlet) -> None:
        """Look at the files until cancelled."""
        while True:
            if await asyncio.to_thread(self._look):
                records = list(self._changes(out.clock.now_ms()))
                if records:
                    await out.records(records)
                await out.health(SOURCE, self._health())
            if self._declared:
                out.seen(SOURCE)
            self._first = False
            await out.clock.sleep(LOOK_S)

    def _look(self) -> bool:
        """Read what changed; whether anything did."""
        changed = self._first
        for path in self._files:
            stamp = _stamp(path)
            if path in self._stamps and self._stamps[path] == stamp:
                continue
            before = self._declared.get(path)
            self._stamps[path] = stamp
            if stamp is None and before is None:
                continue
            changed = True
            try:
                flows = _flows(path)
                since_ms = stamp.changed_ns // 1_000_000 if stamp else 0
                self._declared[path] = Declared(flows, since_ms, None)
            except DeclaredError as problem:
                last = before or Declared({}, 0, None)
                self._declared[path] = last._replace(problem=problem)
        return changed

    def _changes(self, now_ms: int) -> Iterator[Record]:
        """What is new, changed or gone since the last look."""
        current: dict[str, FlowDoc] = {}
        since: dict[str, int] = {}
        for declared in self._declared.values():
            for name, doc in declared.flows.items():
                if name not in current:
                    current[name], since[name] = doc, declared.since_ms
        for name, doc in current.items():
            before = self._known.get(name)
            if before == doc:
                continue
            self._known[name] = doc
            new = before is None and self._first
            at_ms = min(now_ms, max(since[name], now_ms - self._horizon_ms)) if new else now_ms
            if not new and (said := _difference(name, before, doc)):
                yield _event("flow changed" if before else "flow declared", name, doc, said, "info", now_ms)
            yield _state(name, doc, at_ms, now_ms, f"{since[name]}" if new else f"{now_ms}")
        broken = any(declared.problem and not declared.since_ms for declared in self._declared.values())
        if broken:
            # A file that could not be read at all since the start may well name what is missing.
            return
        for name, before in list(self._known.items()):
            if name in current or before.get("removed"):
                continue
            gone: FlowDoc = {
                "owner": None,
                "on_call": None,
                "contract": None,
                "producer": before["producer"],
                "consumers": before["consumers"],
                "removed": True,
                "origin": before["origin"],
            }
            self._known[name] = gone
            said = f"{plain(name)} is no longer declared (it was in {plain(before['origin'])})"
            yield _event("flow removed", name, gone, said, "warn", now_ms)
            yield _state(name, gone, now_ms, now_ms, f"{now_ms}")

    def _health(self) -> FeedDoc:
        address = ", ".join(str(path) for path in self._files)
        doc: FeedDoc = {"state": "ok", "why": "", "todo": "", "address": address}
        problems = [declared.problem for declared in self._declared.values() if declared.problem]
        if not self._declared:
            doc["state"], doc["why"] = "off", f"there is no {address or 'flows.toml'}"
            doc["todo"] = "write one to say who owns which data flow"
        elif problems:
            more = f" (and {len(problems) - 1} more files)" if len(problems) > 1 else ""
            doc["state"] = "degraded"
            doc["why"] = f"{plain(str(problems[0]))}{more}; what it said before stays in force"
            doc["todo"] = "correct the file; it is read again at once"
        elif twice := self._declared_twice():
            doc["state"] = "degraded"
            doc["why"] = (
                f"the flow {plain(twice[0])!r} is declared in {twice[1]} and in {twice[2]}; the first is in force"
            )
            doc["todo"] = "keep one of them"
        return doc

    def _declared_twice(self) -> tuple[str, Path, Path] | None:
        seen: dict[str, Path] = {}
        for path, declared in self._declared.items():
            for name in declared.flows:
                if name in seen:
                    return name, seen[name], path
                seen[name] = path
        return None


def check(files: Sequence[Path]) -> list[Finding]:
    """Try the files for ``doctor``."""
    findings = []
    for path in files:
        if not path.exists():
            continue
        try:
            flows = _flows(path)
        except DeclaredError as problem:
            findings.append(Finding("ownership", "bad", plain(str(problem)), "correct the file", "configuration"))
            continue
        nobody = sorted(name for name, doc in flows.items() if not doc["owner"])
        said = f"{path} declares {len(flows)} data flows"
        todo = f"name an owner of {', '.join(nobody[:5])}" if nobody else ""
        findings.append(Finding("ownership", "warn" if nobody else "ok", said, todo))
    return findings


def _flows(path: Path) -> dict[str, FlowDoc]:
    """The flows of a file by name, in its order. Raises DeclaredError."""
    return {part.name: _document(part, path) for part in read_file(path, ours=True).flows}


def _document(part: FlowPart, path: Path) -> FlowDoc:
    doc: FlowDoc = {
        "owner": None,
        "on_call": None,
        "contract": None,
        "producer": None,
        "consumers": [],
        "origin": f"{path}:{part.line}",
    }
    return cast(FlowDoc, {**doc, **{field: told.value for field, told in part.fields.items()}})


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return Stamp(found.st_mtime_ns, found.st_size, found.st_ino)


def _difference(name: str, before: FlowDoc | None, after: FlowDoc) -> str:
    """What changed, in words; empty when only its line did."""
    if before is None or before.get("removed"):
        return f"{plain(name)} is declared: owned by {plain(after['owner'] or 'nobody')}"
    said = []
    for key in _TOLD:
        old, new = before.get(key), after.get(key)
        if old != new:
            said.append(f"{_WORDS.get(key, key)} {_shown(old)} -> {_shown(new)}")
    return f"{plain(name)}: {', '.join(said)}" if said else ""


def _shown(value: Any) -> str:
    return plain(str(value), 80) if value else "none"


def _event(what: str, name: str, doc: FlowDoc, text: str, severity: str, now_ms: int) -> Record:
    body: dict[str, Any] = {"text": text, "severity": severity, "pane": str(Pane.OWNERSHIP), "origin": doc["origin"]}
    return Record(RecordKind.EVENT, SOURCE, EntityRef(EntityKind.FLOW, name), what, now_ms, now_ms, body)


def _state(name: str, doc: FlowDoc, at_ms: int, seen_ms: int, version: str) -> Record:
    digest = hashlib.sha256(json.dumps(doc, sort_keys=True).encode()).hexdigest()[:16]
    once = f"flow:{name}:{version}:{digest}"
    return Record(RecordKind.STATE, SOURCE, EntityRef(EntityKind.FLOW, name), "flow", at_ms, seen_ms, {**doc}, once)
