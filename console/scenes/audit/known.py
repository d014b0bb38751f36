"""What a tape says as of a time: documents in force, what people said, when each source was last seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from console.analysis.audit.facts import Source
from console.documents import AllocationDoc, JobDoc
from console.governance.auditshapes import WaiverDoc
from console.governance.lifefacts import ALIAS
from console.governance.shapes import ContractDoc, FlowDoc, KpiDoc, ModelDoc, OnCallDoc, OwnerDoc
from console.naming import is_nomad
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import Store

GOVERNED = (
    EntityKind.FLOW,
    EntityKind.CONTRACT,
    EntityKind.OWNER,
    EntityKind.ONCALL,
    EntityKind.MODEL,
    EntityKind.KPI,
    EntityKind.WAIVER,
)
"""Kinds of what files, registries and schedules declare."""
_READ = (*GOVERNED, EntityKind.JOB, EntityKind.FEED)
_REQUIRED: Mapping[EntityKind, frozenset[str]] = {
    EntityKind.FLOW: FlowDoc.__required_keys__,
    EntityKind.CONTRACT: ContractDoc.__required_keys__,
    EntityKind.OWNER: OwnerDoc.__required_keys__,
    EntityKind.ONCALL: OnCallDoc.__required_keys__,
    EntityKind.MODEL: ModelDoc.__required_keys__,
    EntityKind.KPI: KpiDoc.__required_keys__,
    EntityKind.WAIVER: WaiverDoc.__required_keys__,
    EntityKind.JOB: JobDoc.__required_keys__,
    EntityKind.ALLOCATION: AllocationDoc.__required_keys__,
}
_FROM = {
    EntityKind.FLOW: "files",
    EntityKind.CONTRACT: "files",
    EntityKind.WAIVER: "files",
    EntityKind.OWNER: "owners",
    EntityKind.ONCALL: "schedules",
    EntityKind.MODEL: "registry",
    EntityKind.KPI: "kpis",
    EntityKind.JOB: "jobs",
}
_FEEDS: Mapping[str, Source] = {
    "ownership": "files",
    "lineage": "files",
    "oncall": "schedules",
    "models": "registry",
    "mlflow": "registry",
    "kpis": "kpis",
    "prometheus": "signals",
}
_SEES = ("ok", "degraded")


class Known(NamedTuple):
    """As of ``at_ms``. ``states`` are in force, by kind and id, what is no longer declared left out; ``bodies`` are
    theirs."""

    at_ms: int
    begin_ms: int  # of the tape
    states: Mapping[EntityKind, Mapping[str, Record]]
    bodies: Mapping[EntityKind, dict[str, Any]]
    journal: list[Record]
    pulses: Mapping[str, int]

    def docs(self, kind: EntityKind) -> dict[str, Any]:
        """The bodies of the states of a kind, by id: to look at, not to change."""
        return self.bodies.get(kind, {})

    def seen_ms(self, source: str) -> int:
        """When a source last answered, as far as that was by then."""
        return min(self.at_ms, self.pulses.get(source, self.at_ms))

    def state_seen_ms(self, kind: EntityKind, name: str) -> int | None:
        """When the source of a document last answered."""
        record = self.states.get(kind, {}).get(name)
        return None if record is None else max(self.seen_ms(record.source), record.at_ms)

    def read(self) -> dict[Source, int]:
        """When each kind of source was last seen; those that nobody reads are left out."""
        found: dict[Source, int] = {}
        for kind, what in _FROM.items():
            for record in self._lists() if kind is EntityKind.OWNER else self.states.get(kind, {}).values():
                found[what] = max(found.get(what, 0), self.seen_ms(record.source))  # type: ignore[index,call-overload]
        for name, feed in self.states.get(EntityKind.FEED, {}).items():
            feed_of = _source(name)
            if feed_of is not None and feed.body.get("state") in _SEES:
                found[feed_of] = max(found.get(feed_of, 0), self.seen_ms(name))
        return found

    def _lists(self) -> Iterator[Record]:
        """The owners that a list of teams and people names; that a contract names its own team makes no list."""
        contracts = {_file(one["origin"]) for one in self.docs(EntityKind.CONTRACT).values() if one["format"] == "odcs"}
        for record in self.states.get(EntityKind.OWNER, {}).values():
            if _file(record.body["origin"]) not in contracts:
                yield record

    def trouble(self) -> dict[Source, str]:
        """Why a source that is configured is not seen now."""
        found: dict[Source, str] = {}
        for name, feed in self.states.get(EntityKind.FEED, {}).items():
            of = _source(name)
            if of is not None and feed.body.get("state") not in (*_SEES, "off") and feed.body.get("why"):
                found[of] = str(feed.body["why"]).rstrip(".")
        return found


def _file(origin: str) -> str:
    """Without the line."""
    return origin.rpartition(":")[0] or origin


def _source(feed: str) -> Source | None:
    if is_nomad(feed):
        return "jobs"
    return _FEEDS.get(feed.partition(":")[0].partition("/")[0])


def is_whole(record: Record) -> bool:
    """Whether a document has all that one of its kind has; another version of the console may have written less."""
    return record.body.keys() >= _REQUIRED.get(record.entity.kind, frozenset())


def known_at(store: Store, at_ms: int) -> Known:
    """Read it. Call it within ``store.reading()``."""
    states: dict[EntityKind, dict[str, Record]] = {}
    for record in store.each_state(at_ms, _READ):
        if not record.body.get("removed") and is_whole(record):
            states.setdefault(record.entity.kind, {})[record.entity.id] = record
    bodies = {kind: {name: record.body for name, record in those.items()} for kind, those in states.items()}
    span = store.span()
    # What was written down later about an earlier time was not known yet.
    journal = [one for one in store.each_between(-1, at_ms, RecordKind.JOURNAL) if one.seen_ms <= at_ms]
    return Known(at_ms, span[0] if span else at_ms, states, bodies, journal, store.pulses())


def alias_events(store: Store, model: str, at_ms: int) -> list[Record]:
    """What was seen of the aliases of a model up to a time."""
    about = EntityRef(EntityKind.MODEL, model)
    found = store.records_between(-1, at_ms, (RecordKind.EVENT,), entity=about)
    return [one for one in found if one.name == ALIAS]
