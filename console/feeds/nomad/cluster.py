"""The picture of a cluster in memory. An object is only ever replaced by a newer one (by its ModifyIndex)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import NamedTuple, TypeVar

from console.feeds.nomad.catalogue import Catalogue
from console.feeds.nomad.node_reading import MISSED
from console.feeds.nomad.objects import Allocation, Deployment, Evaluation, Failure, Job, Node, Service, Task
from console.feeds.nomad.placement import placement_text
from console.feeds.nomad.rooms import Rooms
from console.feeds.nomad.shortage import shortages
from console.feeds.nomad.versions import Versions

Thing = Allocation | Job | Node | Deployment | Evaluation | Service
TABLES = ("jobs", "allocations", "nodes", "evaluations", "deployments", "services")
_KEPT_FAILURES = 500
_KEPT_DEPLOYMENTS = 3


class Change(NamedTuple):
    """``after`` is new. ``after`` of an allocation or node carries only the events that ``before`` had not."""

    before: Thing | None
    after: Thing
    removed: bool = False


Kind = TypeVar("Kind", Allocation, Job, Node, Deployment, Evaluation, Service)


class Cluster:
    """Allocations, jobs, nodes, newest deployments, blocked evaluations; bounded by what the cluster itself holds."""

    def __init__(self) -> None:
        self.allocations: dict[str, Allocation] = {}
        self.jobs: dict[str, Job] = {}
        self.nodes: dict[str, Node] = {}
        self.deployments: dict[str, dict[str, Deployment]] = {}
        self.blocked: dict[str, dict[str, Evaluation]] = {}
        self.queued: dict[str, Mapping[str, int]] = {}
        self.of_job: dict[str, set[str]] = {}
        self.on_node: dict[str, set[str]] = {}
        self.versions = Versions()
        self.catalogue = Catalogue()
        self.rooms = Rooms()
        self.floor: dict[str, int] = dict.fromkeys(TABLES, 0)
        self._failures: dict[str, tuple[Failure, ...]] = {}

    # Applying

    def apply(self, thing: Thing, removed: bool = False) -> Change | None:
        """Take an object in; None when it is not newer than what is known."""
        if isinstance(thing, Allocation):
            return self._allocation(thing)
        if isinstance(thing, Job):
            return self._job(thing)
        if isinstance(thing, Node):
            return self._without(thing) if removed else self._node(thing)
        if isinstance(thing, Deployment):
            return self._deployment(thing)
        if isinstance(thing, Evaluation):
            return self._evaluation(thing)
        return self._service(thing, removed)

    def _allocation(self, new: Allocation) -> Change | None:
        before = self.allocations.get(new.id)
        if before is not None and new.modify_index <= before.modify_index:
            return None
        if before is None and new.modify_index <= self.floor["allocations"]:
            return None  # it was not in a newer list: collected since
        job = self.jobs.get(new.job_key)
        known_version = before.version if before is not None else -1
        if new.version < 0 and known_version < 0 and job is not None:
            known_version = job.version
        new = new._replace(
            version=new.version if new.version >= 0 else known_version,
            job_type=new.job_type or (before.job_type if before else "") or (job.type if job else ""),
            deployment=new.deployment or (before.deployment if before else ""),
            previous=new.previous or (before.previous if before else ""),
            evaluation=new.evaluation or (before.evaluation if before else ""),
            canary=new.canary or (before is not None and before.canary),
            tasks=tuple(_merge(task, before) for task in new.tasks) or (before.tasks if before else ()),
        )
        if before is not None and not new.memory_mb:
            new = new._replace(cpu_mhz=before.cpu_mhz, memory_mb=before.memory_mb)
        new = new._replace(reschedules=max(new.reschedules, self._replacements(before, new)))
        self.allocations[new.id] = new._replace(tasks=tuple(task._replace(events=()) for task in new.tasks))
        self.rooms.moved(before, new)
        if new.status not in ("running", "pending", "unknown"):
            self.catalogue.silent(new.id)
        self.of_job.setdefault(new.job_key, set()).add(new.id)
        if new.node_id:
            self.on_node.setdefault(new.node_id, set()).add(new.id)
        return Change(before, new)

    def _replacements(self, before: Allocation | None, new: Allocation) -> int:
        """Nomad forgets all but the last few reschedules; those before are known by whose place was taken."""
        previous = self.allocations.get(new.previous)
        chained = previous.reschedules + 1 if previous is not None and previous.status == "failed" else 0
        return max(chained, before.reschedules if before is not None else 0)

    def _job(self, new: Job) -> Change | None:
        before = self.jobs.get(new.key)
        if before is not None and new.modify_index <= before.modify_index:
            return None
        if before is None and new.modify_index <= self.floor["jobs"]:
            return None
        if new.spec is None and before is not None and before.spec_index == new.spec_index:
            new = new._replace(version=before.version, spec=before.spec, by=before.by, cron=before.cron,
                               stable=before.stable, tag=before.tag)  # fmt: skip
        if before is not None and not new.region:
            new = new._replace(region=before.region)
        self.versions.remember(new)
        self.jobs[new.key] = new
        if new.queued is not None:
            self.queued[new.key] = new.queued
        return Change(before, new)

    def _node(self, new: Node) -> Change | None:
        before = self.nodes.get(new.id)
        if before is not None and (
            new.modify_index < before.modify_index or (new.modify_index == before.modify_index and not new.events)
        ):
            return None
        if before is None and new.modify_index <= self.floor["nodes"]:
            return None
        told = before.last_event_ms if before is not None else 0
        new = new._replace(
            events=tuple(event for event in new.events if event.at_ms > told),
            last_event_ms=max(told, new.last_event_ms),
            version=new.version or (before.version if before else ""),
            updated_ms=new.updated_ms or (before.updated_ms if before and before.status == new.status else 0),
            drain_by_ms=new.drain_by_ms or (before.drain_by_ms if before and new.drain else 0),
        )
        if before is not None:
            missed = sum(MISSED in event.text.lower() for event in new.events)
            new = new._replace(drivers=new.drivers or before.drivers, disconnects=before.disconnects + missed)
        if before is not None and not new.memory_mb:
            new = new._replace(cpu_mhz=before.cpu_mhz, memory_mb=before.memory_mb,
                               reserved_mhz=before.reserved_mhz, reserved_mb=before.reserved_mb)  # fmt: skip
        self.nodes[new.id] = new._replace(events=())
        return Change(before, new)

    def _without(self, gone: Node) -> Change | None:
        """A node that was deregistered; what says so carries the node as it was, not as something newer."""
        known = self.nodes.get(gone.id)
        return self._remove(known) if known is not None and gone.modify_index >= known.modify_index else None

    def _deployment(self, new: Deployment) -> Change | None:
        of_job = self.deployments.setdefault(new.job_key, {})
        before = of_job.get(new.id)
        if new.modify_index <= (before.modify_index if before is not None else self.floor["deployments"]):
            return None
        of_job[new.id] = new
        while len(of_job) > _KEPT_DEPLOYMENTS:
            oldest = min(of_job.values(), key=lambda deployment: deployment.create_index)
            del of_job[oldest.id]
        return Change(before, new)

    def _evaluation(self, new: Evaluation) -> Change | None:
        of_job = self.blocked.setdefault(new.job_key, {})
        before = of_job.get(new.id)
        if new.modify_index <= (before.modify_index if before is not None else self.floor["evaluations"]):
            return None
        if new.failures:
            new = new._replace(failures=tuple(map(self._worded, new.failures)))
            self._failures[new.id] = new.failures
            while len(self._failures) > _KEPT_FAILURES:
                del self._failures[next(iter(self._failures))]
        elif new.status == "blocked":
            known = (before.failures if before else ()) or self._failures.get(new.previous, ())
            new = new._replace(failures=known)
        if new.status == "blocked":
            of_job[new.id] = new
        else:
            of_job.pop(new.id, None)
        if new.queued:
            self.queued[new.job_key] = new.queued
        return Change(before, new)

    def _worded(self, failure: Failure) -> Failure:
        """With the numbers of the cluster as it is now; what Nomad counted is of no use after that."""
        if failure.refusal is None:
            return failure
        short = shortages(failure.refusal, self.rooms.of(self.nodes.values()))
        return Failure(failure.group, placement_text(failure.refusal, short))

    def _service(self, instance: Service, removed: bool) -> Change | None:
        if instance.modify_index <= self.floor["services"]:
            return None
        self.catalogue.apply(instance, removed)
        return Change(None, instance, removed)

    # Lists

    def relist(self, table: str, things: Iterable[Thing], index: int) -> list[Change]:
        """Take a whole list in. Evaluations and deployments that vanished were collected: no news."""
        return [change for change in self.relisted(table, things, index) if change is not None]

    def relisted(self, table: str, things: Iterable[Thing], index: int) -> Iterator[Change | None]:
        """The same one by one, None for what is no news. Neither the changes nor what was taken in are held."""
        seen = set()
        # Of these only some are kept, so that the others are known by their age: they were in the list before.
        known = self.floor[table] if table in ("evaluations", "deployments") else 0
        self.floor[table] = 0
        # An allocation comes after the one whose place it took.
        order = attrgetter("create_index" if table == "allocations" else "modify_index")
        waiting = deque(sorted(things, key=order))
        del things
        while waiting:
            thing = waiting.popleft()
            seen.add(key_of(thing))
            yield self.apply(thing) if thing.modify_index > known else None
        self.floor[table] = index
        for gone in self._vanished(table, seen, index):
            yield self._remove(gone)
        if table == "evaluations":
            for of_job in self.blocked.values():
                for lost in [e for e in of_job.values() if e.id not in seen and e.create_index <= index]:
                    del of_job[lost.id]

    def _vanished(self, table: str, seen: set[str], index: int) -> list[Allocation | Job | Node]:
        tables: dict[str, Mapping[str, Allocation | Job | Node]]
        tables = {"allocations": self.allocations, "jobs": self.jobs, "nodes": self.nodes}
        known = tables.get(table, {})
        return [thing for key, thing in known.items() if key not in seen and thing.create_index <= index]

    def remove_job(self, key: str) -> Change | None:
        """Take a job out that is no longer there; None when it is not known."""
        job = self.jobs.get(key)
        return self._remove(job) if job is not None else None

    def remove_allocation(self, key: str) -> Change | None:
        """Take an allocation out that Nomad collected; None when it is not known."""
        alloc = self.allocations.get(key)
        return self._remove(alloc) if alloc is not None else None

    def _remove(self, thing: Allocation | Job | Node) -> Change:
        if isinstance(thing, Allocation):
            del self.allocations[thing.id]
            self.rooms.moved(thing, None)
            self.catalogue.silent(thing.id)
            for ids, key in ((self.of_job, thing.job_key), (self.on_node, thing.node_id)):
                ids.get(key, set()).discard(thing.id)
                if not ids.get(key):
                    ids.pop(key, None)
        elif isinstance(thing, Job):
            del self.jobs[thing.key]
            self.versions.forget(thing.key)
            for by_job in (self.deployments, self.blocked, self.queued):
                by_job.pop(thing.key, None)
        else:
            del self.nodes[thing.id]
        return Change(thing, thing, removed=True)

    def forget_indexes(self) -> None:
        """The server's index went backwards: whatever is listed next is newer than what is known."""
        self.floor = dict.fromkeys(TABLES, 0)
        self.allocations = {key: thing._replace(modify_index=0) for key, thing in self.allocations.items()}
        self.jobs = {key: thing._replace(modify_index=0) for key, thing in self.jobs.items()}
        self.nodes = {key: thing._replace(modify_index=0) for key, thing in self.nodes.items()}
        for by_id in self.deployments.values():
            by_id.update({key: thing._replace(modify_index=0) for key, thing in by_id.items()})
        for waiting in self.blocked.values():
            waiting.update({key: thing._replace(modify_index=0) for key, thing in waiting.items()})

    # Asking

    def newest_deployment(self, job_key: str) -> Deployment | None:
        return max(self.deployments.get(job_key, {}).values(), key=lambda d: d.create_index, default=None)

    def of(self, job_key: str) -> list[Allocation]:
        return [self.allocations[key] for key in self.of_job.get(job_key, ())]


def key_of(thing: Thing) -> str:
    return thing.key if isinstance(thing, Job) else thing.id


def _merge(task: Task, before: Allocation | None) -> Task:
    """Only events that were not told yet; kills out of memory add up although Nomad keeps but ten events."""
    known = next((old for old in before.tasks if old.name == task.name), None) if before is not None else None
    if known is None:
        return task
    events = tuple(event for event in task.events if event.at_ns > known.last_event_ns)
    return task._replace(
        events=events,
        last_event_ns=max(task.last_event_ns, known.last_event_ns),
        exit_code=known.exit_code if task.exit_code is None else task.exit_code,
        oom_kills=known.oom_kills + sum(event.oom_killed for event in events),
    )
