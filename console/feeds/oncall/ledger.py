"""What was told of each schedule last: what is new of it becomes records, and what could not be asked keeps its age."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from console.feeds.oncall.provider import Roster
from console.format import clock
from console.governance.shapes import OnCallDoc, ShiftDoc
from console.plain import plain
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind

SOURCE = "oncall"
REPEAT_MS = 15 * 60_000
HAND_OVER, NOBODY = "hand-over", "nobody on call"


class Ledger:
    """The schedules in force. ``known`` are those that earlier runs left on the tape, by the id of their entity."""

    def __init__(self, known: Mapping[str, OnCallDoc]) -> None:
        self._docs: dict[str, OnCallDoc] = dict(known)
        self._put_ms: dict[str, int] = {}

    @property
    def schedules(self) -> Mapping[str, OnCallDoc]:
        """Those that are still there."""
        return {key: doc for key, doc in self._docs.items() if not doc.get("removed")}

    def of(self, provider: str) -> Mapping[str, OnCallDoc]:
        """Those of a provider that are still there."""
        return {key: doc for key, doc in self.schedules.items() if doc["provider"] == provider}

    def told(self, provider: str, told: Roster, now_ms: int) -> list[Record]:
        """Records of what a provider says that it did not say before; each state at least every 15 minutes."""
        records: list[Record] = []
        for key, doc in told.schedules.items():
            before = self._docs.get(key)
            if before is not None and not before.get("removed"):
                records += _hand_overs(key, before, doc, now_ms)
            records += self._state(key, doc, now_ms)
        if told.whole:
            for key, doc in self.of(provider).items():
                if key not in told.schedules:
                    records += self._removed(key, doc, now_ms)
        return records

    def away(self, provider: str, why: str, now_ms: int) -> list[Record]:
        """Records of that a provider could not be asked: its last answers stay, with their age and the problem."""
        records: list[Record] = []
        for key, doc in self.of(provider).items():
            records += self._state(key, {**doc, "problem": why}, now_ms)
        return records

    def dropped(self, providers: set[str], now_ms: int) -> list[Record]:
        """Records of that the schedules of all other providers are no longer asked for."""
        gone = [(key, doc) for key, doc in self.schedules.items() if doc["provider"] not in providers]
        return [record for key, doc in gone for record in self._removed(key, doc, now_ms)]

    def _state(self, key: str, doc: OnCallDoc, now_ms: int) -> Iterator[Record]:
        before = self._docs.get(key)
        self._docs[key] = doc
        fresh = now_ms - self._put_ms.get(key, -REPEAT_MS) < REPEAT_MS
        if before is None or not fresh or _without_age(before) != _without_age(doc):
            self._put_ms[key] = now_ms
            yield _record(key, doc, now_ms)

    def _removed(self, key: str, doc: OnCallDoc, now_ms: int) -> Iterator[Record]:
        gone: OnCallDoc = {**doc, "now": [], "next": [], "removed": True}
        self._docs[key] = gone
        yield _event(key, "schedule gone", f"{plain(doc['name'])} is no longer a schedule of {doc['provider']}", now_ms,
                     now_ms, minor=True)  # fmt: skip
        yield _record(key, gone, now_ms)


def _without_age(doc: OnCallDoc) -> dict[str, Any]:
    return {name: value for name, value in doc.items() if name != "read_ms"}


def _hand_overs(key: str, before: OnCallDoc, after: OnCallDoc, now_ms: int) -> Iterator[Record]:
    """What changed in who is on call, level by level. Where nobody is called first any more, it matters."""
    first = min((one["level"] for one in (*before["now"], *after["now"])), default=1)
    for level in sorted({one["level"] for one in (*before["now"], *after["now"])}):
        old, new = _at(before, level), _at(after, level)
        if {one["who"] for one in old} == {one["who"] for one in new}:
            continue
        name = plain(after["name"]) + (f", level {level}" if level > 1 else "")
        begun = [one["from_ms"] for one in new if before["read_ms"] <= one.get("from_ms", 0) <= now_ms]
        at_ms = max(begun, default=now_ms)
        if new:
            text = f"{name}: {_names(old)} -> {_names(new)}" if old else f"{name}: {_names(new)} is on call"
            yield _event(key, HAND_OVER, text, at_ms, now_ms, minor=True)
        else:
            ended = max((one.get("until_ms", now_ms) for one in old), default=now_ms)
            text = f"{name}: nobody is on call; {_names(old)} was until {clock(min(ended, now_ms))}"
            yield _event(key, NOBODY, text, now_ms, now_ms, minor=level != first)


def _at(doc: OnCallDoc, level: int) -> list[ShiftDoc]:
    return [one for one in doc["now"] if one["level"] == level]


def _names(shifts: list[ShiftDoc]) -> str:
    return ", ".join(plain(one["who"], 80) for one in shifts)


def _event(key: str, what: str, text: str, at_ms: int, now_ms: int, *, minor: bool) -> Record:
    body: dict[str, Any] = {"text": text, "severity": "info" if minor else "warn", "pane": str(Pane.OWNERSHIP)}
    if minor:
        body["minor"] = True
    return Record(RecordKind.EVENT, SOURCE, EntityRef(EntityKind.ONCALL, key), what, at_ms, now_ms, body)


def _record(key: str, doc: OnCallDoc, now_ms: int) -> Record:
    digest = hashlib.sha256(json.dumps(doc, sort_keys=True).encode()).hexdigest()[:16]
    once = f"oncall:{key}:{now_ms}:{digest}"
    return Record(RecordKind.STATE, SOURCE, EntityRef(EntityKind.ONCALL, key), "on call", now_ms, now_ms, {**doc}, once)
