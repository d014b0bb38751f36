"""The data flows, as the audit looks at them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any

from console.analysis.audit.facts import FlowFacts, Way
from console.analysis.audit.people import CATALOG, by_folded_name
from console.governance.belonging import Belongings
from console.governance.counting import Counted
from console.governance.fields import folded_owner
from console.governance.flows import Flow, flows_at
from console.governance.integrity import Integrity, integrity
from console.governance.oncall import Directory, on_call_now
from console.governance.reviews import Review
from console.governance.shapes import ContractDoc, FlowDoc
from console.scenes.audit.asof import flow_as_of
from console.scenes.audit.known import Known
from console.scenes.audit.levels import Levels
from console.scenes.audit.ways import Ways
from console.signals import EntityKind, EntityRef

COUNTED_MS = 300_000  # over so long what comes in is held against what goes out


def flows_of(known: Known, levels: Levels) -> list[Flow]:
    """All flows: declared, named by jobs, seen by their signals."""
    declared: dict[str, FlowDoc] = known.docs(EntityKind.FLOW)
    jobs = known.docs(EntityKind.JOB)
    seen = sorted({one.entity.id for one in levels.signals if one.entity.kind is EntityKind.FLOW} | levels.remembered)
    read = {job: known.state_seen_ms(EntityKind.JOB, job) or known.at_ms for job in jobs}
    found = flows_at(declared, jobs, seen, read)
    return [flow._replace(doc=flow_as_of(flow.doc, known.at_ms)) for flow in found]


class FlowMaker:
    """Puts together what is known of one flow after the other."""

    def __init__(
        self, known: Known, levels: Levels, ways: Ways, reviews: Mapping[EntityRef, Review], belongings: Belongings
    ) -> None:
        self._known = known
        self._levels = levels
        self._ways = ways
        self._reviews = reviews
        self._jobs: dict[str, Any] = known.docs(EntityKind.JOB)
        self._owners = known.docs(EntityKind.OWNER)
        self._schedules = Directory(known.docs(EntityKind.ONCALL))
        contracts: dict[str, ContractDoc] = known.docs(EntityKind.CONTRACT)
        self._contracts = {_folded(name): doc for name, doc in contracts.items()}
        self._by_owner = by_folded_name(self._owners)
        self._seen = {one.entity.id for one in levels.signals if one.entity.kind is EntityKind.FLOW}
        self._belongings = belongings
        self._read = known.read()

    def facts(self, flow: Flow, ways: Sequence[Way]) -> FlowFacts:
        """What is known of it. ``ways`` are those to models that run."""
        doc, known = flow.doc, self._known
        owner = self._owners.get(self._by_owner.get(folded_owner(doc["owner"]), "")) if doc["owner"] else None
        ref = doc["on_call"] or (owner.get("on_call") if owner else None)
        producer = self._jobs.get(flow.producer or "")
        job_runs = producer is not None and not producer.get("stopped") and producer.get("status") == "running"
        seen = [known.state_seen_ms(EntityKind.FLOW, flow.name)]
        seen += [known.state_seen_ms(EntityKind.JOB, flow.producer)] if flow.producer else []
        return FlowFacts(
            name=flow.name,
            called=f"{flow.name} ({flow.producer})" if flow.producer else flow.name,
            aliases=self._aliases(flow),
            doc=doc,
            asked=self._asked(flow),
            producer=flow.producer,
            guessed="it is called after the flow" if flow.guessed else "",
            consumers=self._consumers(flow),
            live=job_runs or bool(self._seen & set(flow.names)),
            ways=ways,
            owner=owner,
            on_call=on_call_now(ref, self._schedules, known.at_ms, self._owners) if ref else None,
            contract=self._contract(doc),
            review=self._review(flow),
            integrity=self._integrity(flow),
            oldest_ms=min((one for one in seen if one is not None), default=self._levels.newest_ms),
        )

    def _aliases(self, flow: Flow) -> list[str]:
        found = [f"flow:{name}" for name in flow.names if name != flow.name]
        return [*found, f"job:{flow.producer}"] if flow.producer else found

    def _asked(self, flow: Flow) -> list[str]:
        found = [f"the meta of {flow.producer}"] if flow.producer in self._jobs else []
        return [*found, CATALOG] if flow.declared or "files" in self._read else found

    def _consumers(self, flow: Flow) -> list[str]:
        """The jobs that take its data, declared ones first; those that only its name leads to are left out."""
        names = [EntityRef(EntityKind.FLOW, name) for name in flow.names]
        links = [link for name in names for link in self._ways.effects(name)]
        found = [link.effect.id for link in links if link.effect.kind is EntityKind.JOB and not link.guessed]
        return [job for job in dict.fromkeys(found) if job != flow.producer]

    def _contract(self, doc: FlowDoc) -> ContractDoc | None:
        return self._contracts.get(_folded(doc["contract"])) if doc["contract"] else None

    def _review(self, flow: Flow) -> Review | None:
        found = [self._reviews.get(EntityRef(EntityKind.FLOW, name)) for name in flow.names]
        return max((one for one in found if one is not None), key=lambda one: one.at_ms, default=None)

    def _integrity(self, flow: Flow) -> Integrity | None:
        at_ms = self._known.at_ms
        series = []
        from_ms = at_ms - COUNTED_MS
        for one in self._belongings.of(flow.name):
            held = self._levels.series.get(one.signal.key)
            if held is not None and len(held.times_ms) and held.times_ms[-1] > from_ms:
                # With one sample from before: each stands for the time since the one before it.
                first = max(0, bisect_right(held.times_ms, from_ms) - 1)
                series.append(Counted(one.signal, held.times_ms[first:], held.values[first:], one.shared))
        return integrity(flow.doc, series, from_ms, at_ms) if series else None


def _folded(name: str) -> str:
    return name.casefold().rstrip("/")
