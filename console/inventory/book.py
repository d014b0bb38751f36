"""All of Nomad's objects that a tape holds, as of one time, and which of them belong together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from console.inventory.objects.allocation import Allocation, allocation
from console.inventory.objects.others import (
    Deployment,
    Evaluation,
    Job,
    Node,
    Service,
    deployment,
    evaluation,
    job,
    node,
    service,
)
from console.signals import EntityKind, EntityRef, Record, RecordKind

_MAKERS: dict[EntityKind, Callable[[Record], Any]] = {
    EntityKind.JOB: job,
    EntityKind.ALLOCATION: allocation,
    EntityKind.NODE: node,
    EntityKind.DEPLOYMENT: deployment,
    EntityKind.EVALUATION: evaluation,
    EntityKind.SERVICE: service,
}
KINDS = tuple(_MAKERS)
"""The kinds of entities that are Nomad's objects."""

_BELONGS: dict[EntityKind, tuple[tuple[str, str], ...]] = {
    EntityKind.JOB: (("runs", "parent"),),
    EntityKind.ALLOCATION: (
        ("of_job", "job"),
        ("of_node", "node_id"),
        ("of_deployment", "deployment"),
        ("of_evaluation", "evaluation"),
    ),
    EntityKind.DEPLOYMENT: (("deployments", "job"),),
    EntityKind.EVALUATION: (("evaluations", "job"),),
    EntityKind.SERVICE: (("services", "job"),),
}

_INDEXES = {name: (kind, field) for kind, belongs in _BELONGS.items() for name, field in belongs}
_One = TypeVar("_One")
_Take = Callable[[Record], bool]


class Book:
    """Objects by kind and id. Of the states of an object the newest by source time is in force, whatever comes last.

    ``version`` rises with every change; what is held by a kind and an id is never changed, but put in another's place.
    """

    def __init__(self) -> None:
        self.version = 0
        self.jobs: dict[str, Job] = {}
        self.allocations: dict[str, Allocation] = {}
        self.nodes: dict[str, Node] = {}
        self.deployments: dict[str, Deployment] = {}
        self.evaluations: dict[str, Evaluation] = {}
        self.services: dict[str, Service] = {}
        self._kept: dict[EntityKind, dict[str, Any]] = {
            EntityKind.JOB: self.jobs,
            EntityKind.ALLOCATION: self.allocations,
            EntityKind.NODE: self.nodes,
            EntityKind.DEPLOYMENT: self.deployments,
            EntityKind.EVALUATION: self.evaluations,
            EntityKind.SERVICE: self.services,
        }
        self._members: dict[str, dict[str, list[str]]] = {}  # made when one of them is first asked for
        self._takers = {kind: self._taker(kind) for kind in KINDS}

    # -- taking in -----------------------------------------------------------------------------------------------------

    def load(self, states: Iterable[Record]) -> None:
        """Take in the states of a time; what is not Nomad's is passed over."""
        for _ in self._taken(states):
            pass
        self.version += 1

    def take(self, records: Iterable[Record]) -> set[EntityRef]:
        """Take in what came after; the objects that it changed."""
        changed = {record.entity for record in self._taken(records)}
        self.version += bool(changed)
        return changed

    def _taken(self, records: Iterable[Record]) -> Iterator[Record]:
        """Those that changed something."""
        kind: EntityKind | None = None
        take: _Take = self._pass_over
        for record in records:
            if record.kind is not RecordKind.STATE:
                continue
            if record.entity.kind is not kind:  # looking it up takes longer than one thinks, and they come in runs
                kind = record.entity.kind
                take = self._takers.get(kind, self._pass_over)
            if take(record):
                yield record

    @staticmethod
    def _pass_over(_record: Record) -> bool:
        return False

    def _taker(self, kind: EntityKind) -> _Take:
        """Takes in states of one kind."""
        kept, make = self._kept[kind], _MAKERS[kind]
        belongs = [(name, attrgetter(field)) for name, field in _BELONGS.get(kind, ())]
        indexes = self._members

        def take(record: Record) -> bool:
            known = record.entity.id
            held = kept.get(known)
            if held is not None and (held.at_ms, held.seq) >= (record.at_ms, record.seq):
                return False
            kept[known] = made = make(record)
            if indexes:
                for name, field in belongs:
                    before, now = "" if held is None else field(held), field(made)
                    if before != now and name in indexes:
                        _move(indexes[name], known, before, now)
            return True

        return take

    # -- looking up ----------------------------------------------------------------------------------------------------

    def of(self, kind: EntityKind) -> Mapping[str, Any]:
        """All objects of a kind by id; empty for what is not Nomad's."""
        return self._kept.get(kind, {})

    def knows(self, entity: EntityRef) -> bool:
        """Whether the tape holds anything of it."""
        return entity.id in self.of(entity.kind)

    def allocations_of_job(self, job_id: str) -> list[Allocation]:
        """All that were seen of a job, the newest first."""
        return self._newest("of_job", job_id)

    def allocations_on(self, node_id: str) -> list[Allocation]:
        """All that were seen on a node, the newest first."""
        return self._newest("of_node", node_id)

    def allocations_of_deployment(self, deployment_id: str) -> list[Allocation]:
        """All that a deployment has to do with, the newest first."""
        return self._newest("of_deployment", deployment_id)

    def allocations_of_evaluation(self, evaluation_id: str) -> list[Allocation]:
        """All that an evaluation placed, the newest first."""
        return self._newest("of_evaluation", evaluation_id)

    def _ids(self, name: str, key: str) -> Sequence[str]:
        """The members of something. Nothing is kept for a question that nobody asks: lists of all do without."""
        index = self._members.get(name)
        if index is None:
            kind, field = _INDEXES[name]
            index = self._members[name] = {}
            for known, one in self._kept[kind].items():
                _move(index, known, "", getattr(one, field))
        return index.get(key, ())

    def _newest(self, name: str, key: str) -> list[Allocation]:
        found = [self.allocations[one] for one in self._ids(name, key)]
        found.sort(key=lambda one: (-one.created_ms, one.number, one.id))
        return found

    def runs_of(self, job_id: str) -> list[Job]:
        """The jobs that a periodic or parameterized job started, the newest first."""
        found = [self.jobs[one] for one in self._ids("runs", job_id)]
        found.sort(key=lambda one: (-_submitted(one), one.id))
        return found

    def deployments_of(self, job_id: str) -> list[Deployment]:
        """The deployments of a job, the newest first."""
        return sorted(self._of("deployments", job_id, self.deployments), key=_newest_first)

    def evaluations_of(self, job_id: str) -> list[Evaluation]:
        """The evaluations of a job that are on the tape, the newest first."""
        return sorted(self._of("evaluations", job_id, self.evaluations), key=_newest_first)

    def services_of(self, job_id: str) -> list[Service]:
        """The services that a job registers, by name."""
        return sorted(self._of("services", job_id, self.services), key=lambda one: one.id)

    def _of(self, name: str, key: str, kept: Mapping[str, _One]) -> Iterator[_One]:
        return (kept[one] for one in self._ids(name, key))


def _move(members: dict[str, list[str]], member: str, before: str, now: str) -> None:
    if before:
        members[before].remove(member)
    if now:
        members.setdefault(now, []).append(member)


def _submitted(one: Job) -> int:
    submitted = one.doc.get("submitted_ms")
    return submitted if isinstance(submitted, int) else 0


def _newest_first(one: Deployment | Evaluation) -> tuple[int, str]:
    created = one.doc.get("created_ms")
    return (-created if isinstance(created, int) else 0, one.id)
