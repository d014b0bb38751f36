"""From changes to records: events and allocation states at once, job and node rollups at a bounded rate."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from console.feeds.nomad.cluster import Change, Cluster
from console.feeds.nomad.documents import allocation_doc, job_doc, node_doc
from console.feeds.nomad.events import tellings
from console.feeds.nomad.objects import Allocation, Deployment, Evaluation, Job, Node, Service
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

    def __init__(self, out: Outlet, cluster: Cluster, server_now_ms: Callable[[], int], horizon_ms: int) -> None:
        self._out = out
        self._cluster = cluster
        self._server_now_ms = server_now_ms
        self._horizon_ms = horizon_ms
        self.covered_ms = 0
        self._records: list[Record] = []
        self._rollups: dict[tuple[EntityKind, str], int] = {}
        self._told_at: dict[tuple[EntityKind, str], float] = {}
        self._sent: dict[tuple[EntityKind, str], tuple[int, int]] = {}
        self._wake = asyncio.Event()
        self._flushing = asyncio.Lock()

    def tell(self, changes: Iterable[Change]) -> None:
        """Take changes in, in order. Nothing here waits."""
        seen = self._out.clock.now_ms()
        now = self._server_now_ms()
        for change in changes:
            for telling in tellings(change, self._cluster):
                if not telling.at_ms or telling.at_ms >= self._horizon_ms:
                    self._records.append(record(telling, seen, now))
            self._state(change, seen, now)
        if self._records or self._rollups:
            self._wake.set()

    def _state(self, change: Change, seen: int, now: int) -> None:
        thing = change.after
        if isinstance(thing, Allocation):
            if change.removed:
                self._sent.pop((EntityKind.ALLOCATION, thing.id), None)
            else:
                self._put(EntityKind.ALLOCATION, thing.id, thing.modified_ms or now, seen, allocation_doc(thing))
            self._roll(EntityKind.JOB, thing.job_key, thing.modified_ms or now)
            before = change.before
            if not isinstance(before, Allocation) or before.status != thing.status or change.removed:
                self._roll(EntityKind.NODE, thing.node_id, thing.modified_ms or now)
        elif isinstance(thing, Job):
            if change.removed:
                doc = job_doc(thing._replace(status="dead", stopped=True), Cluster())
                self._put(EntityKind.JOB, thing.key, now, seen, doc)
                self._sent.pop((EntityKind.JOB, thing.key))
            else:
                fresh = not isinstance(change.before, Job) or change.before.spec_index != thing.spec_index
                self._roll(EntityKind.JOB, thing.key, thing.submitted_ms if fresh else now)
                if thing.parent:
                    self._roll(EntityKind.JOB, f"{thing.namespace}/{thing.parent}", now)
        elif isinstance(thing, Node):
            if change.removed:
                self._put(EntityKind.NODE, thing.id, now, seen, node_doc(thing._replace(status="gone"), Cluster()))
                self._sent.pop((EntityKind.NODE, thing.id))
            else:
                at = max((event.at_ms for event in thing.events), default=0) or thing.updated_ms or now
                self._roll(EntityKind.NODE, thing.id, at)
        elif isinstance(thing, (Deployment, Evaluation)):
            self._roll(EntityKind.JOB, thing.job_key, thing.modified_ms or now)
        else:
            assert isinstance(thing, Service)  # services are told as events only

    def _roll(self, kind: EntityKind, key: str, at_ms: int) -> None:
        self._rollups[(kind, key)] = max(at_ms, self._rollups.get((kind, key), 0))

    def _put(self, kind: EntityKind, key: str, at_ms: int, seen: int, doc: Any) -> None:
        digest = hash(json.dumps(doc, sort_keys=True))
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

    def _roll_up(self, all_now: bool) -> float | None:
        now, seen = time.monotonic(), self._out.clock.now_ms()
        soonest: float | None = None
        for entity, at_ms in list(self._rollups.items()):
            left = self._told_at.get(entity, 0.0) + ROLLUP_S - now
            if left > 0 and not all_now:
                soonest = left if soonest is None else min(soonest, left)
                continue
            del self._rollups[entity]
            kind, key = entity
            doc: Any = None
            if kind is EntityKind.JOB and (job := self._cluster.jobs.get(key)) is not None:
                doc = job_doc(job, self._cluster)
            elif kind is EntityKind.NODE and (node := self._cluster.nodes.get(key)) is not None:
                doc = node_doc(node, self._cluster)
            if doc is not None:
                self._told_at[entity] = now
                self._put(kind, key, at_ms, seen, doc)
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
            digest = hash(json.dumps(one.body, sort_keys=True))
            self._sent[(one.entity.kind, one.entity.id)] = (digest, one.at_ms)
