"""A node pool is lost: its nodes go down one after the other, what ran there is lost and placed elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.doubles.nomad.generated import GeneratedCluster
from tests.doubles.nomad.world import Json

Change = tuple[str, str, Json, str]  # table, key, patch, type of event


class Storm(NamedTuple):
    """What happened: events by kind (``down``, ``pending``, ``lost``, ``placed``, ``complete``), which allocations."""

    counts: Counter[str]
    lost: tuple[str, ...]
    placed: tuple[str, ...]
    nodes: tuple[str, ...]


def lose_pool(cluster: GeneratedCluster, now_ms: Callable[[], int], pool: str, events: int, seconds: float) -> Storm:
    """Have ``events`` events within ``seconds``, in raft entries such as a server writes: the evaluations of a node in
    one, what a plan stops and places in one.
    """
    world = cluster.world
    counts: Counter[str] = Counter()
    names: dict[str, list[str]] = {"lost": [], "placed": [], "down": []}
    left, began, total = events, time.monotonic(), events
    for entry in _entries(cluster, pool, now_ms):
        kept = entry[:left]
        with world.changed:
            world.change_all([change for _, change in kept], now_ms())
        for kind, (_, key, _, _) in kept:
            counts[kind] += 1
            names.setdefault(kind, []).append(key)
        left -= len(kept)
        if not left:
            break
        time.sleep(max(0.0, began + seconds * (total - left) / total - time.monotonic()))
    return Storm(counts, tuple(names["lost"]), tuple(names["placed"]), tuple(names["down"]))


def _entries(cluster: GeneratedCluster, pool: str, now_ms: Callable[[], int]) -> Iterator[list[tuple[str, Change]]]:
    nodes = cluster.world.rows["nodes"]
    struck = [key for key, (_, full) in nodes.items() if full["NodePool"] == pool]
    others = [key for key, (_, full) in nodes.items() if full["NodePool"] != pool and full["Status"] == "ready"]
    for node_id in struck:
        yield [("down", ("nodes", node_id, {"Status": "down"}, "NodeStreamEvent"))]
        by_job: dict[tuple[str, str], list[str]] = {}
        for alloc_id in cluster.on_node(node_id):
            full = cluster.world.rows["allocations"][alloc_id][1]
            by_job.setdefault((full["Namespace"], full["JobID"]), []).append(alloc_id)
        evaluations = {job: cluster.new_id() for job in by_job}
        bodies = {
            job: {
                "ID": evaluation, "Namespace": job[0], "JobID": job[1], "Type": "service", "Status": "pending",
                "TriggeredBy": "node-update", "NodeID": node_id, "Priority": 50, "CreateTime": now_ms() * 1_000_000,
            }
            for job, evaluation in evaluations.items()
        }  # fmt: skip
        yield [
            ("pending", ("evaluations", evaluations[job], body, "EvaluationUpdated")) for job, body in bodies.items()
        ]
        for job, stopped in by_job.items():
            plan: list[tuple[str, Change]] = []
            for alloc_id in stopped:
                new_id, body = cluster.replacement(alloc_id, cluster.choose(others), evaluations[job], now_ms())
                gone = {
                    "ClientStatus": "lost", "DesiredStatus": "stop", "NextAllocation": new_id,
                    "DesiredDescription": "alloc is lost since its node is down",
                }  # fmt: skip
                plan.append(("lost", ("allocations", alloc_id, gone, "PlanResult")))
                plan.append(("placed", ("allocations", new_id, body, "PlanResult")))
            yield plan
            done = {**bodies[job], "Status": "complete"}
            yield [("complete", ("evaluations", evaluations[job], done, "EvaluationUpdated"))]
