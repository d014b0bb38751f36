"""All that files, registries and schedules declare, with the jobs that it is about, as of one time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from console.documents import DeploymentDoc, JobDoc
from console.governance.auditshapes import AuditDoc, FindingDoc
from console.governance.flows import Flow, flows_at
from console.governance.integrity import Integrity
from console.governance.lifecycle import Lifecycle
from console.governance.oncall import OnCallNow, on_call_now
from console.governance.reviews import REVIEW, Review, last_reviews
from console.governance.running import Running
from console.governance.shapes import ContractDoc, FlowDoc, KpiDoc, ModelDoc, OnCallDoc, OwnerDoc
from console.signals import EntityKind, EntityRef, Record, RecordKind

KINDS = (
    EntityKind.FLOW, EntityKind.OWNER, EntityKind.ONCALL, EntityKind.MODEL, EntityKind.KPI, EntityKind.CONTRACT,
    EntityKind.FINDING, EntityKind.AUDIT, EntityKind.JOB, EntityKind.DEPLOYMENT,
)  # fmt: skip
"""The kinds whose states make up a register."""


class Register:
    """States by kind and id; of those of one entity the newest by source time is in force. ``version`` rises with each
    change. What is declared no more is left out of what it gives."""

    def __init__(self, seen_flows: Iterable[str] = ()) -> None:
        self.version = 0
        self._seen_flows = frozenset(seen_flows)
        self._states: dict[EntityKind, dict[str, Record]] = {kind: {} for kind in KINDS}
        self._journal: list[Record] = []
        self._flows: tuple[int, dict[str, Flow]] | None = None
        self._live: dict[EntityKind, tuple[int, dict[str, Any]]] = {}

    def load(self, states: Iterable[Record], journal: Iterable[Record] = ()) -> None:
        """Take in the states of a time, and what people said until then."""
        self.take([*states, *journal])

    def take(self, records: Iterable[Record]) -> bool:
        """Take in what came after; whether anything has changed."""
        changed = False
        for record in records:
            if record.kind is RecordKind.STATE:
                changed |= self._state(record)
            elif record.kind is RecordKind.JOURNAL and record.name == REVIEW:
                self._journal.append(record)
                changed = True
        self.version += changed
        return changed

    def _state(self, record: Record) -> bool:
        kept = self._states.get(record.entity.kind)
        if kept is None:
            return False
        held = kept.get(record.entity.id)
        if held is not None and (held.at_ms, held.seq) >= (record.at_ms, record.seq):
            return False
        kept[record.entity.id] = record
        return True

    # -- looking up ----------------------------------------------------------------------------------------------------

    def record(self, entity: EntityRef) -> Record | None:
        """The state in force of an entity, also of one that is declared no more."""
        return self._states.get(entity.kind, {}).get(entity.id)

    def live(self, kind: EntityKind) -> Mapping[str, Any]:
        """The documents of a kind, by id."""
        held = self._live.get(kind)
        if held is None or held[0] != self.version:
            found = {one: record.body for one, record in self._states[kind].items() if not record.body.get("removed")}
            held = self._live[kind] = (self.version, found)
        return held[1]

    @property
    def owners(self) -> Mapping[str, OwnerDoc]:
        return cast("Mapping[str, OwnerDoc]", self.live(EntityKind.OWNER))

    @property
    def schedules(self) -> Mapping[str, OnCallDoc]:
        return cast("Mapping[str, OnCallDoc]", self.live(EntityKind.ONCALL))

    @property
    def models(self) -> Mapping[str, ModelDoc]:
        return cast("Mapping[str, ModelDoc]", self.live(EntityKind.MODEL))

    @property
    def kpis(self) -> Mapping[str, KpiDoc]:
        return cast("Mapping[str, KpiDoc]", self.live(EntityKind.KPI))

    @property
    def contracts(self) -> Mapping[str, ContractDoc]:
        return cast("Mapping[str, ContractDoc]", self.live(EntityKind.CONTRACT))

    @property
    def findings(self) -> Mapping[str, FindingDoc]:
        return cast("Mapping[str, FindingDoc]", self.live(EntityKind.FINDING))

    @property
    def audit(self) -> AuditDoc | None:
        """What the audit came to; None where none has run."""
        return cast("AuditDoc | None", self.live(EntityKind.AUDIT).get("audit"))

    @property
    def jobs(self) -> Mapping[str, JobDoc]:
        return cast("Mapping[str, JobDoc]", self.live(EntityKind.JOB))

    @property
    def deployments(self) -> Sequence[DeploymentDoc]:
        return list(self.live(EntityKind.DEPLOYMENT).values())

    @property
    def flows(self) -> Mapping[str, Flow]:
        """All data flows by name: declared ones, and those that only jobs or signals name."""
        if self._flows is None or self._flows[0] != self.version:
            declared = cast("Mapping[str, FlowDoc]", self.live(EntityKind.FLOW))
            read_ms = {job: record.at_ms for job, record in self._states[EntityKind.JOB].items()}
            found = flows_at(declared, self.jobs, self._seen_flows, read_ms)
            self._flows = self.version, {flow.name: flow for flow in found}
        return self._flows[1]

    def flow(self, name: str) -> Flow | None:
        """A data flow by any of its names."""
        found = self.flows.get(name)
        return found or next((flow for flow in self.flows.values() if name in flow.names), None)

    @property
    def reviews(self) -> Mapping[EntityRef, Review]:
        """The newest review of each thing that has one."""
        return last_reviews(self._journal)

    def on_call(self, ref: str | None, now_ms: int) -> OnCallNow | None:
        """Who is on call by what a flow, a job or an owner names."""
        return on_call_now(ref, self.schedules, now_ms, self.owners) if ref else None


class Known(NamedTuple):
    """What a sheet is made from, as of ``now_ms``: the register; of a model its life and what runs of it; of a flow
    what came of it."""

    register: Register
    now_ms: int
    life: Lifecycle | None = None
    running: Sequence[Running] = ()
    integrity: Integrity | None = None
