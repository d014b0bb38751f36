"""The last hours, rebuilt in order from every time that Nomad's objects carry. Pure: a listing in, records out.

Objects are brought into the order in which they became what they are, and go through the same fold and the same
sentences as live changes do. What is put together like this is marked ``reconstructed``; the keys of its events are
those of live ones, so nothing is told twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from console.feeds.nomad.cluster import Change, Cluster, Thing
from console.feeds.nomad.documents import allocation_doc, deployment_doc, evaluation_doc, node_doc
from console.feeds.nomad.evaluations import telling as worth_telling
from console.feeds.nomad.events import evaluation_tellings, tellings
from console.feeds.nomad.listing import Details, Listing
from console.feeds.nomad.newest import MOST_MINOR, Newest
from console.feeds.nomad.objects import Allocation, Deployment, Evaluation, Failure, Job, Node
from console.feeds.nomad.past import (
    allocation_at,
    deployment_at_start,
    down_times,
    evaluation_while_blocked,
    job_at_submit,
    lost_at,
    node_after,
    turning_points,
    was_blocked,
)
from console.feeds.nomad.rollup import job_doc
from console.feeds.nomad.telling import Telling, record, state
from console.signals import EntityKind, Record, RecordKind

ROLLUP_MS = 250


class Step(NamedTuple):
    """At a time, an object was this. ``rank`` orders what shares a millisecond: causes before effects."""

    at_ms: int
    rank: int
    order: int
    thing: Thing


class Past(NamedTuple):
    """A record of the past that is made when its turn comes: ten thousand of them are never in memory at once."""

    at_ms: int
    kind: RecordKind
    make: Callable[[], Record]


def history(listing: Listing, details: Details, from_ms: int, to_ms: int, seen_ms: int) -> list[Past]:
    """Events and states of the time between, in order of their own times; states at ``from_ms`` come first."""
    objects = _Objects(listing)
    steps = deque(sorted(_steps(objects, details, from_ms), key=lambda step: step[:3]))
    told = _states(steps, objects, from_ms, to_ms, seen_ms)
    minor = Newest(MOST_MINOR)

    def tell(telling: Telling) -> None:
        told.append(Past(telling.at_ms, RecordKind.EVENT, partial(record, telling, seen_ms, to_ms)))

    for telling in _tellings(objects, details, from_ms):
        if from_ms <= telling.at_ms < to_ms:
            (minor.add if telling.minor else tell)(telling)
    for telling in minor.kept():
        tell(telling)
    return sorted(told, key=lambda one: (one.at_ms, one.kind is not RecordKind.EVENT))


class _Objects:
    def __init__(self, listing: Listing) -> None:
        things = [thing for table in listing.tables.values() for thing in table.things]
        self.jobs = [t for t in things if isinstance(t, Job)]
        self.allocations = [t for t in things if isinstance(t, Allocation)]
        self.nodes = [t for t in things if isinstance(t, Node)]
        self.deployments = [t for t in things if isinstance(t, Deployment)]
        self.evaluations = {t.id: t for t in things if isinstance(t, Evaluation)}
        self.worded: dict[str, tuple[Failure, ...]] = {}  # evaluation -> its failures with the numbers of their time
        self.created = {a.id: a.created_ms for a in self.allocations}
        self.down_ms = down_times(self.nodes)
        self.last_change: dict[str, int] = {}
        for alloc in self.allocations:
            self.last_change[alloc.job_key] = max(alloc.modified_ms, self.last_change.get(alloc.job_key, 0))

    def ended_ms(self, job: Job) -> int:
        """When the last of a job's allocations changed for the last time."""
        return max(self.last_change.get(job.key, 0), job.submitted_ms)

    def replaced_ms(self, alloc: Allocation) -> int:
        return self.created.get(alloc.next, 0)


def _steps(objects: _Objects, details: Details, from_ms: int) -> Iterator[Step]:
    yield from _node_steps(objects.nodes)
    order = 0
    for job in objects.jobs:
        for version in details.versions.get(job.key) or [job]:
            order += 1
            yield Step(version.submitted_ms, 1, order, job_at_submit(version, job))
        if job.status == "dead" and not job.stopped:
            yield Step(objects.ended_ms(job), 4, order, job)
    for deployment in objects.deployments:
        order += 1
        yield Step(deployment.created_ms, 2, order, deployment_at_start(deployment))
        yield Step(deployment.modified_ms, 4, order, deployment)
    for evaluation in objects.evaluations.values():
        order += 1
        if was_blocked(evaluation):
            before = objects.evaluations.get(evaluation.previous)
            yield Step(evaluation.created_ms, 2, order, evaluation_while_blocked(evaluation, before))
        if evaluation.status != "blocked":
            yield Step(evaluation.modified_ms, 4, order, evaluation)
    for alloc in objects.allocations:
        if alloc.modified_ms < from_ms:  # nothing happened to it since
            yield Step(alloc.modified_ms, 3, order, alloc)
            continue
        replaced, lost = objects.replaced_ms(alloc), lost_at(alloc, objects.down_ms)
        for at in turning_points(alloc, replaced, lost):
            order += 1
            yield Step(at, 3, order, allocation_at(alloc, at, replaced, lost))


def _node_steps(nodes: Sequence[Node]) -> Iterator[Step]:
    for node in nodes:
        was = node._replace(status="ready", drain=False, eligibility="eligible", events=())
        first = node.events[0].at_ms if node.events else 0
        yield Step(first, 0, 0, was if node.events else node)
        for order, event in enumerate(node.events, start=1):
            was = node_after(was, event)
            yield Step(event.at_ms, 0, order, was)


def _states(steps: deque[Step], objects: _Objects, from_ms: int, to_ms: int, seen_ms: int) -> list[Past]:
    past = Cluster()
    fold = _Fold(past, seen_ms)
    begun = False
    for index in range(1, len(steps) + 1):
        step = steps.popleft()  # what was gone through is not held
        if step.at_ms >= to_ms:
            break
        if not begun and step.at_ms >= from_ms:
            fold.everything(from_ms)
            begun = True
        if begun:
            fold.rollups(step.at_ms - ROLLUP_MS)
        change = past.apply(step.thing._replace(modify_index=index))
        if change is not None and isinstance(change.after, Evaluation) and change.after.failures:
            objects.worded[change.after.id] = change.after.failures
        if change is not None and begun:
            fold.note(change, step.at_ms)
    if not begun:
        fold.everything(from_ms)
    fold.rollups(to_ms)
    return fold.told


class _Fold:
    """States of the past cluster, rollups of jobs joined over a quarter of a second as they are live."""

    def __init__(self, past: Cluster, seen_ms: int) -> None:
        self.told: list[Past] = []
        self._past, self._seen_ms = past, seen_ms
        self._jobs: dict[str, tuple[int, int]] = {}
        self._nodes: dict[str, tuple[int, int]] = {}

    def everything(self, from_ms: int) -> None:
        for alloc in self._past.allocations.values():
            # Unchanged since before: it is true since its last change, and need not be called reconstructed.
            self._put(
                EntityKind.ALLOCATION, alloc.id, alloc.modified_ms if alloc.modified_ms < from_ms else from_ms, alloc
            )
        for job in self._past.jobs.values():
            self._put(EntityKind.JOB, job.key, from_ms, job)
        for node in self._past.nodes.values():
            self._put(EntityKind.NODE, node.id, from_ms, node)
        for deployments in self._past.deployments.values():
            for deployment in deployments.values():
                self._put(EntityKind.DEPLOYMENT, deployment.id, from_ms, deployment)
        for waiting in self._past.blocked.values():
            for evaluation in waiting.values():
                self._put(EntityKind.EVALUATION, evaluation.id, from_ms, evaluation)

    def note(self, change: Change, at_ms: int) -> None:
        thing = change.after
        if isinstance(thing, Allocation):
            self._put(EntityKind.ALLOCATION, thing.id, at_ms, thing)
            self._due(self._jobs, thing.job_key, at_ms)
        elif isinstance(thing, Job):
            self._due(self._jobs, thing.key, at_ms)
        elif isinstance(thing, Deployment):
            self._put(EntityKind.DEPLOYMENT, thing.id, at_ms, thing)
            self._due(self._jobs, thing.job_key, at_ms)
        elif isinstance(thing, Evaluation):
            if worth_telling(change.before if isinstance(change.before, Evaluation) else None, thing):
                self._put(EntityKind.EVALUATION, thing.id, at_ms, thing)
            self._due(self._jobs, thing.job_key, at_ms)
        elif isinstance(thing, Node):
            self._due(self._nodes, thing.id, at_ms)

    @staticmethod
    def _due(waiting: dict[str, tuple[int, int]], key: str, at_ms: int) -> None:
        waiting[key] = (waiting.get(key, (at_ms, at_ms))[0], at_ms)

    def rollups(self, until_ms: int) -> None:
        """Put those that have waited long enough, as of their last change."""
        for key, (first, last) in list(self._jobs.items()):
            if first <= until_ms:
                del self._jobs[key]
                if job := self._past.jobs.get(key):
                    self._put(EntityKind.JOB, key, last, job)
        for key, (first, last) in list(self._nodes.items()):
            if first <= until_ms:
                del self._nodes[key]
                self._put(EntityKind.NODE, key, last, self._past.nodes[key])

    def _put(self, kind: EntityKind, key: str, at_ms: int, thing: Thing) -> None:
        make = _DOCUMENTS[type(thing)](thing, at_ms, self._past)
        # Not a function made here: of those, ten thousand take several times the room.
        self.told.append(Past(at_ms, RecordKind.STATE, partial(_state, kind, key, at_ms, self._seen_ms, make)))


def _state(kind: EntityKind, key: str, at_ms: int, seen_ms: int, make: Maker) -> Record:
    return state(kind, key, at_ms, seen_ms, make())


Maker = Callable[[], object]


def _now(doc: object) -> Maker:
    """A document of what changes: it is what it was at that time."""
    return lambda: doc


_DOCUMENTS: dict[type, Callable[[Any, int, Cluster], Maker]] = {
    Allocation: lambda thing, at_ms, past: partial(allocation_doc, thing, reconstructed=at_ms < thing.modified_ms),
    Job: lambda thing, at_ms, past: _now(job_doc(thing, past, reconstructed=True)),
    Node: lambda thing, at_ms, past: _now(node_doc(thing, past)),
    Deployment: lambda thing, at_ms, past: partial(deployment_doc, thing),
    Evaluation: lambda thing, at_ms, past: partial(evaluation_doc, thing),
}


def _tellings(objects: _Objects, details: Details, from_ms: int) -> Iterator[Telling]:
    past = Cluster()
    for node in objects.nodes:
        yield from tellings(Change(None, node), past)
    for job in objects.jobs:
        for version in details.versions.get(job.key) or [job]:
            if change := past.apply(version._replace(modify_index=version.spec_index + 1)):
                yield from tellings(change, past)
    for alloc in objects.allocations:
        past.apply(alloc)
        if alloc.modified_ms < from_ms:
            continue
        for telling in tellings(Change(None, alloc), past):
            at = lost_at(alloc, objects.down_ms) if telling.name == "AllocationLost" else telling.at_ms
            yield telling._replace(at_ms=at)
    for job in objects.jobs:
        if job.status == "dead" and not job.stopped:
            change = Change(job._replace(status="running"), job)
            yield from (telling._replace(at_ms=objects.ended_ms(job)) for telling in tellings(change, past))
    for deployment in objects.deployments:
        yield from tellings(Change(None, deployment), past)
    for evaluation in objects.evaluations.values():
        yield from _of_evaluation(evaluation, objects, past)


def _of_evaluation(evaluation: Evaluation, objects: _Objects, past: Cluster) -> Iterator[Telling]:
    if not was_blocked(evaluation):
        yield from evaluation_tellings(None, _worded(evaluation, objects), past)
        return
    blocked = evaluation_while_blocked(evaluation, objects.evaluations.get(evaluation.previous))
    yield from evaluation_tellings(None, _worded(blocked, objects), past)
    if evaluation.status != "blocked":
        yield from evaluation_tellings(blocked, evaluation, past)


def _worded(evaluation: Evaluation, objects: _Objects) -> Evaluation:
    return evaluation._replace(failures=objects.worded.get(evaluation.id, evaluation.failures))
