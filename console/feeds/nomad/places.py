"""A Nomad among several: what its feed says is stamped with its place, so that nothing of two Nomads is mixed up.

The feed itself knows nothing of it. With one Nomad that has no name nothing here is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from console.documents import FeedDoc
from console.feeds.nomad.telling import SOURCE
from console.feeds.outlet import Clock, Feed, Outlet
from console.naming import PLACE_LABEL, placed, source_of
from console.signals import Block, EntityKind, EntityRef, Record, RecordKind, Signal

_NAMED = frozenset({EntityKind.JOB, EntityKind.GROUP, EntityKind.SERVICE})  # the ids of all others are unique anywhere
_VARIABLE = re.compile(r"\bNOMAD_([A-Z][A-Z_]+)\b")
_KEYS = {"ADDR": "address"}  # the other variables are called as the keys are


class PlacedFeed:
    """The feed of the Nomad at ``place``. ``profile`` is its ``[clusters.*]``, empty where it has none."""

    def __init__(self, feed: Feed, place: str, profile: str = "") -> None:
        self._feed = feed
        self._place = place
        self._profile = profile

    @property
    def name(self) -> str:
        return source_of(self._place)

    async def run(self, out: Outlet) -> None:
        await self._feed.run(PlacedOutlet(out, self._place, self._profile))


class PlacedOutlet:
    """The outlet of a feed at a place: passes everything on, stamped."""

    def __init__(self, out: Outlet, place: str, profile: str = "") -> None:
        self._out = out
        self._place = place
        self._profile = profile
        self._signals: dict[str, tuple[Signal, Signal]] = {}  # key -> as it came, as it goes on

    @property
    def clock(self) -> Clock:
        return self._out.clock

    async def records(self, records: Sequence[Record]) -> None:
        await self._out.records([stamped(record, self._place) for record in records])

    async def samples(self, block: Block) -> None:
        signals = [self._signal(signal) for signal in block.signals]
        await self._out.samples(block._replace(source=_source(block.source, self._place), signals=signals))

    async def health(self, feed: str, doc: FeedDoc) -> None:
        await self._out.health(_source(feed, self._place), told_of(doc, self._place, self._profile))

    async def gap(self, feed: str, from_ms: int, to_ms: int, why: str) -> None:
        await self._out.gap(_source(feed, self._place), from_ms, to_ms, why)

    def seen(self, feed: str) -> None:
        self._out.seen(_source(feed, self._place))

    def _signal(self, signal: Signal) -> Signal:
        known = self._signals.get(signal.key)
        if known is None or known[0] is not signal:
            known = self._signals[signal.key] = (signal, stamped_signal(signal, self._place))
        return known[1]


def stamped(record: Record, place: str) -> Record:
    """A record of the Nomad at a place. Only what tells whose it is changes."""
    once = record.once
    if once is not None and once.startswith(SOURCE + ":"):
        once = f"{source_of(place)}:{once.removeprefix(SOURCE + ':')}"
    return record._replace(
        source=_source(record.source, place),
        entity=stamped_entity(record.entity, place),
        body=_body(record, place),
        once=once,
    )


def stamped_entity(entity: EntityRef, place: str) -> EntityRef:
    """``job:default@eu/web`` of ``job:default/web``. An id that is the only one anywhere stays as it is."""
    return EntityRef(entity.kind, placed(entity.id, place)) if entity.kind in _NAMED else entity


def stamped_signal(signal: Signal, place: str) -> Signal:
    """A signal of the Nomad at a place: its key and labels name it."""
    base, brace, inside = signal.key.rstrip("}").partition("{")
    label = f'{PLACE_LABEL}="{place}"'
    key = f"{base}{{{inside},{label}}}" if brace and inside else f"{base}{{{label}}}"
    return signal._replace(
        key=key,
        entity=stamped_entity(signal.entity, place),
        source=_source(signal.source, place),
        labels={**signal.labels, PLACE_LABEL: place},
    )


def told_of(doc: FeedDoc, place: str, profile: str = "") -> FeedDoc:
    """How well a feed sees its source, with the place in the sentence; what is to be set is a key of its profile."""
    why = f"{place}: {doc['why']}" if doc["why"] else ""
    return {**doc, "why": why, "todo": set_in(doc["todo"], profile)}


def set_in(todo: str, profile: str) -> str:
    """What to do, with the key of the profile instead of the variable that only the one Nomad has."""
    return _VARIABLE.sub(lambda found: _setting(found, profile), todo) if profile else todo


def _setting(variable: re.Match[str], profile: str) -> str:
    name = variable[1]
    if name == "TOKEN":
        return f"token_file of [clusters.{profile}]"
    return f"{_KEYS.get(name, name.lower())} of [clusters.{profile}]"


def _source(source: str, place: str) -> str:
    return source_of(place) if source == SOURCE else source


def _body(record: Record, place: str) -> Mapping[str, Any]:
    """The body with the place in it, and in the job that an event names. Jobs of documents are plain names."""
    body = {**record.body, "cluster": place}
    job = body.get("job")
    if record.kind is RecordKind.EVENT and isinstance(job, str):
        body["job"] = placed(job, place)
    return body
