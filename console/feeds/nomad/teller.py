"""From changes to records: events and allocation states at once, job and node rollups at a bounded rate."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from console.feeds.nomad import evaluations
from console.feeds.nomad.catalogue import Turn
from console.feeds.nomad.cluster import Change, Cluster
from console.feeds.nomad.documents import allocation_doc, deployment_doc, evaluation_doc, node_doc, service_doc
from console.feeds.nomad.events import tellings
from console.feeds.nomad.newest import Newest
from console.feeds.nomad.objects import Allocation, Deployment, Evaluation, Job, Node, Service
from console.feeds.nomad.rollup import job_doc
from console.feeds.nomad.service_events import turn_tellings
from console.feeds.nomad.telling import record, state
from console.feeds.outlet import Outlet
from console.signals import EntityKind, Record

ROLLUP_S = 0.25  # a job's state at most four times a second
BATCH_S = 0.05
CHUNK = 500


class Teller:
    """Holds what is to be told until ``flush``; the same document is not told twice.

    ``covered_ms``: an earlier recorder told everything up to then. A state that we are the first to see is no older,
    whatever time its object carries (a node's does not move with its name), or it would stand behind what was told.
    """

    def __init__(self, out: Outlet, cluster: Cluster, server_now_ms: Callable[[], int], backfill_ms: int) -> None:
        self._out = out
        self._cluster = cluster
        self._server_now_ms = server_now_ms
        self._backfill_ms = backfill_ms
        self._horizon_ms: int | None = None  # of the server's clock, which is known once it has answered
        self.covered_ms = 0
        self._records: list[Record] = []
        self._rollups: dict[tuple[EntityKind, str], int] = {}
        self._told_at: dict[tuple[EntityKind, str], float] = {}
        self._sent: dict[tuple[EntityKind, str], tuple[int, int]] = {}
        self._pending = evaluations.Pending()
        self._wake = asyncio.Event()
        self._flushing = asyncio.Lock()
        self._held = False

    def tell(self, changes: Iterable[Change], minor: Newest | None = None) -> None:
        """Take changes in, in order. Nothing here waits. A list's minor events are put aside in ``minor``."""
        seen = self._out.clock.now_ms()
        now = self._server_now_ms()
        if self._horizon_ms is None:
            self._horizon_ms = now - self._backfill_ms
        horizon_ms = self._horizon_ms
        for change in changes:
            if not _over(change, horizon_ms):
                for telling in tellings(change, self._cluster):
                    if telling.at_ms and telling.at_ms < horizon_ms:
                        continue
                    if telling.minor and minor is not None:
                        minor.add(telling)
                    else:
                        self._records.append(record(telling, seen, now))
            _STATES[type(change.after)](self, change, seen, now)
        if self._records or self._rollups or self._pending.waits_s is not None:
            self._wake.set()

    def tell_minor(self, minor: Newest) -> None:
        """Of a list's minor events the newest few."""
        seen, now = self._out.clock.now_ms(), self._server_now_ms()
        self._records += [record(telling, seen, now) for telling in minor.kept()]
        if self._records:
            self._wake.set()

    def turned(self, alloc: Allocation, turns: Sequence[Turn]) -> None:
        """Checks of an allocation that say something else than before."""
        seen, now = self._out.clock.now_ms(), self._server_now_ms()
        for telling in turn_tellings(alloc, turns):
            self._records.append(record(telling, seen, now))
        for key in self._cluster.catalogue.services_of(alloc.id):
            self._roll(EntityKind.SERVICE, key, now)
        self._wake.set()

    def listed(self, evaluations: Iterable[str], services: Iterable[str]) -> None:
        """What lists say: evaluations that there are, and services whose instances are not what was told."""
        self._pending.gone(evaluations)
        for key in services:
            self._roll(EntityKind.SERVICE, key, self._server_now_ms())

    # One for each kind of object

    def _allocation(self, change: Change, seen: int, now: int) -> None:
        thing, before = change.after, change.before
        assert isinstance(thing, Allocation)
        at = thing.modified_ms or now
        if change.removed:
            self._put(EntityKind.ALLOCATION, thing.id, now, seen, allocation_doc(thing, gone=True))
            self._sent.pop((EntityKind.ALLOCATION, thing.id))
        else:
            self._put(EntityKind.ALLOCATION, thing.id, at, seen, allocation_doc(thing))
        self._roll(EntityKind.JOB, thing.job_key, at)
        if not isinstance(before, Allocation) or before.status != thing.status or change.removed:
            self._roll(EntityKind.NODE, thing.node_id, at)

    def _job(self, change: Change, seen: int, now: int) -> None:
        thing, before = change.after, change.before
        assert isinstance(thing, Job)
        if change.removed:
            doc = job_doc(thing._replace(status="dead", stopped=True), Cluster())
            self._put(EntityKind.JOB, thing.key, now, seen, doc)
            self._sent.pop((EntityKind.JOB, thing.key))
            return
        fresh = not isinstance(before, Job) or before.spec_index != thing.spec_index
        self._roll(EntityKind.JOB, thing.key, thing.submitted_ms if fresh else now)
        if thing.parent:
            self._roll(EntityKind.JOB, f"{thing.namespace}/{thing.parent}", now)

    def _node(self, change: Change, seen: int, now: int) -> None:
        thing = change.after
        assert isinstance(thing, Node)
        if change.removed:
            self._put(EntityKind.NODE, thing.id, now, seen, node_doc(thing._replace(status="gone"), Cluster()))
            self._sent.pop((EntityKind.NODE, thing.id))
            return
        at = max((event.at_ms for event in thing.events), default=0) or thing.updated_ms or now
        self._roll(EntityKind.NODE, thing.id, at)

    def _deployment(self, change: Change, seen: int, now: int) -> None:
        thing = change.after
        assert isinstance(thing, Deployment)
        self._put(EntityKind.DEPLOYMENT, thing.id, thing.modified_ms or now, seen, deployment_doc(thing))
        self._roll(EntityKind.JOB, thing.job_key, thing.modified_ms or now)

    def _evaluation(self, change: Change, seen: int, now: int) -> None:
        thing, before = change.after, change.before
        assert isinstance(thing, Evaluation)
        waited = self._pending.heard(thing, time.monotonic())
        if waited or evaluations.telling(before if isinstance(before, Evaluation) else None, thing):
            self._put(EntityKind.EVALUATION, thing.id, thing.modified_ms or now, seen, evaluation_doc(thing))
        self._roll(EntityKind.JOB, thing.job_key, thing.modified_ms or now)

    def _service(self, change: Change, seen: int, now: int) -> None:
        assert isinstance(change.after, Service)
        self._roll(EntityKind.SERVICE, change.after.key, now)

    def _roll(self, kind: EntityKind, key: str, at_ms: int) -> None:
        self._rollups[(kind, key)] = max(at_ms, self._rollups.get((kind, key), 0))

    def _put(self, kind: EntityKind, key: str, at_ms: int, seen: int, doc: Any) -> None:
        digest = _digest(doc)
        known, last_ms = self._sent.get((kind, key), (None, self.covered_ms))
        if digest == known:
            return
        at_ms = max(at_ms, last_ms)  # the newest by this time is in force
        self._sent[(kind, key)] = (digest, at_ms)
        self._records.append(state(kind, key, at_ms, seen, doc))

    async def flush(self, all_now: bool = False) -> float | None:
        """Hand over what is due. Returns how long until the next rollup is due (s), None when nothing waits."""
        async with self._flushing:
            wait = self._roll_up(all_now)
            while self._records:
                piece, self._records = self._records[:CHUNK], self._records[CHUNK:]
                await self._out.records(piece)
            return wait

    @contextlib.contextmanager
    def holding(self) -> Iterator[None]:
        """While a list is taken in, jobs and nodes wait: half of its allocations would be told as all of a job's."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def _roll_up(self, all_now: bool) -> float | None:
        if self._held:
            return None
        now, seen = time.monotonic(), self._out.clock.now_ms()
        for waiting in self._pending.overdue(now):
            at = self._server_now_ms()
            self._put(EntityKind.EVALUATION, waiting.id, at, seen, evaluation_doc(waiting))
        soonest = self._pending.waits_s
        for entity, at_ms in list(self._rollups.items()):
            left = self._told_at.get(entity, 0.0) + ROLLUP_S - now
            if left > 0 and not all_now:
                soonest = left if soonest is None else min(soonest, left)
                continue
            del self._rollups[entity]
            kind, key = entity
            doc = _ROLLED[kind](key, self._cluster)
            if doc is not None:
                self._told_at[entity] = now
                self._put(kind, key, at_ms, seen, doc)
                if kind is EntityKind.SERVICE:
                    self._cluster.catalogue.forget(key)
        if len(self._told_at) > 2000:
            self._told_at = {entity: at for entity, at in self._told_at.items() if now - at < ROLLUP_S}
        return soonest

    async def run(self) -> None:
        """Flush whenever something is there, at most every 50 ms; until cancelled."""
        wait: float | None = None
        while True:
            # Not wait_for: in Python 3.11 it swallows a cancellation that comes together with the result.
            with contextlib.suppress(TimeoutError):  # then a rollup became due
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            self._wake.clear()
            wait = await self.flush()
            await asyncio.sleep(BATCH_S)

    def know(self, records: Iterable[Record]) -> None:
        """Remember times of states that were told by somebody else (backfill), so that ours come after them."""
        for one in records:
            self._sent[(one.entity.kind, one.entity.id)] = (_digest(one.body), one.at_ms)


def _over(change: Change, horizon_ms: int) -> bool:
    """An allocation that nothing happened to since the horizon has nothing to tell."""
    thing = change.after
    if change.before is not None or not isinstance(thing, Allocation):
        return False
    return 0 < max(thing.modified_ms, thing.created_ms) < horizon_ms


def _digest(doc: Mapping[str, Any]) -> int:
    """That an object was touched is no news where nothing else of it changed."""
    return hash(json.dumps({name: value for name, value in doc.items() if name != "modified_ms"}, sort_keys=True))


def _rolled_job(key: str, cluster: Cluster) -> Any:
    job = cluster.jobs.get(key)
    return job_doc(job, cluster) if job is not None else None


def _rolled_node(key: str, cluster: Cluster) -> Any:
    node = cluster.nodes.get(key)
    return node_doc(node, cluster) if node is not None else None


def _rolled_service(key: str, cluster: Cluster) -> Any:
    return service_doc(key, cluster.catalogue) if cluster.catalogue.whole(key) else None


_ROLLED: Mapping[EntityKind, Callable[[str, Cluster], Any]] = {
    EntityKind.JOB: _rolled_job,
    EntityKind.NODE: _rolled_node,
    EntityKind.SERVICE: _rolled_service,
}
_STATES: Mapping[type, Callable[[Teller, Change, int, int], None]] = {
    Allocation: Teller._allocation,
    Job: Teller._job,
    Node: Teller._node,
    Deployment: Teller._deployment,
    Evaluation: Teller._evaluation,
    Service: Teller._service,
}
