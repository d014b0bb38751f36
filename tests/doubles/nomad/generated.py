"""A generated cluster of any size, the same for the same seed, with objects shaped like the recorded ones."""

from __future__ import annotations

import copy
import random
import uuid
from collections import deque
from datetime import UTC, datetime
from typing import Any

from tests.doubles.nomad import recording
from tests.doubles.nomad.world import Json, World

_S = 1_000_000_000
BUFFER = 2_000  # raft entries that the event stream can give again
RESTARTING = 100  # so many allocations are restarting at a time
_A_TASK_EVENT: Json = {"DisplayMessage": "", "Message": "", "Signal": 0}
POOLS = ("default", "gpu", "ingest", "batch", "edge")


class GeneratedCluster:
    """``allocations`` spread over ``jobs`` and ``nodes``. ``happen`` lets the next thing happen to one of them."""

    def __init__(self, allocations: int, jobs: int, nodes: int, seed: int, now_ms: int) -> None:
        self._random = random.Random(seed)
        # A server of such a cluster is set to a larger buffer than 100 entries; and Go's handlers are not starved by
        # whatever makes the events, as threads of one Python are.
        self.world = World(buffer_entries=BUFFER)
        self._templates = _templates()
        self._now_ms = now_ms
        self._alloc_ids: list[str] = []
        self._restarting: deque[str] = deque()  # longest first
        self.happened = 0
        node_ids = [self._node(i) for i in range(nodes)]
        shares = self._shares(allocations, jobs)
        for i, count in enumerate(shares):
            self._job(i, count, node_ids)
        self.world.indexes = dict.fromkeys(self.world.indexes, self.world.index)
        for path, answer in self._templates["single"].items():
            self.world.single[path] = answer

    def _shares(self, allocations: int, jobs: int) -> list[int]:
        weights = [self._random.paretovariate(1.2) for _ in range(jobs)]
        whole = sum(weights)
        shares = [max(1, int(w / whole * allocations)) for w in weights]
        shares[0] += max(0, allocations - sum(shares))
        return shares

    def _id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _next(self) -> int:
        self.world.index += 1
        return self.world.index

    def _put(self, table: str, key: str, listed: Json, full: Json) -> None:
        self.world.rows[table][key] = [listed, full]

    def _node(self, number: int) -> str:
        node_id, index = self._id(), self._next()
        own = {
            "ID": node_id,
            "Name": f"node-{number:04d}",
            "NodeClass": "gpu" if number % 4 == 0 else "cpu",
            "NodePool": POOLS[number % len(POOLS)],
            "CreateIndex": index,
            "ModifyIndex": index,
        }
        self._put("nodes", node_id, {**self._templates["node"][0], **own}, {**self._templates["node"][1], **own})
        return node_id

    def _job(self, number: int, count: int, node_ids: list[str]) -> None:
        name = f"{self._random.choice(['serve', 'embed', 'rank', 'ingest', 'train', 'eval'])}-{number:04d}"
        namespace = ("default", "llm-prod", "search", "batch")[number % 4]
        index = self._next()
        submitted = (self._now_ms - self._random.randrange(600_000, 86_400_000)) * 1_000_000
        kind = "batch" if number % 10 == 9 else "service"
        own: Json = {
            "ID": name,
            "Name": name,
            "Namespace": namespace,
            "Type": kind,
            "Status": "running",
            "SubmitTime": submitted,
            "CreateIndex": index,
            "ModifyIndex": index,
            "JobModifyIndex": index,
            "Meta": {"owner": f"team-{number % 37}"} if number % 7 else None,
        }
        summary = {"JobID": name, "Namespace": namespace, "Summary": {name: {"Running": count, "Queued": 0}}}
        group = {**self._templates["job"][1]["TaskGroups"][0], "Name": name, "Count": count}
        full = {**self._templates["job"][1], **own, "Version": number % 5, "TaskGroups": [group]}
        self._put("jobs", f"{namespace}/{name}", {**self._templates["job"][0], **own, "JobSummary": summary}, full)
        self.world.put_version(full)
        if kind == "service" and number % 10 == 3:
            self._deployment(name, namespace, number % 5, count, submitted)
        for slot in range(count):
            self._allocation(name, namespace, kind, number % 5, slot, submitted, self._random.choice(node_ids))

    def _deployment(self, job: str, namespace: str, version: int, count: int, created: int) -> None:
        """One that goes on: half of what it wants is healthy."""
        deployment_id, index = self._id(), self._next()
        by = _rfc3339(self._now_ms + 240_000)
        progress = {"DesiredTotal": count, "PlacedAllocs": count, "HealthyAllocs": count // 2, "RequireProgressBy": by}
        own: Json = {
            "ID": deployment_id,
            "JobID": job,
            "Namespace": namespace,
            "JobVersion": version,
            "Status": "running",
            "StatusDescription": "Deployment is running",
            "CreateTime": created,
            "ModifyTime": created,
            "CreateIndex": index,
            "ModifyIndex": index,
            "TaskGroups": {job: {**self._templates["progress"], **progress}},
        }
        row = {**self._templates["deployment"], **own}
        self._put("deployments", deployment_id, row, dict(row))

    def _allocation(
        self, job: str, namespace: str, kind: str, version: int, slot: int, created: int, node_id: str
    ) -> None:
        alloc_id, index = self._id(), self._next()
        listed, full = self._templates["allocation"]
        (state,) = listed["TaskStates"].values()
        (resources,) = listed["AllocatedResources"]["Tasks"].values()
        own: Json = {
            "ID": alloc_id,
            "JobID": job,
            "Namespace": namespace,
            "Name": f"{job}.{job}[{slot}]",
            "TaskGroup": job,
            "NodeID": node_id,
            "NodeName": self.world.rows["nodes"][node_id][0]["Name"],
            "CreateTime": created,
            "ModifyTime": created + 5 * _S,
            "CreateIndex": index,
            "ModifyIndex": index,
            "TaskStates": {job: state},
            "AllocatedResources": {**listed["AllocatedResources"], "Tasks": {job: resources}},
        }
        self._put(
            "allocations",
            alloc_id,
            {**listed, **own, "JobVersion": version, "JobType": kind},
            {**full, **own},
        )
        self._alloc_ids.append(alloc_id)

    def replacement(self, alloc_id: str, node_id: str, evaluation: str, now_ms: int) -> tuple[str, Json]:
        """Id and body of an allocation that takes the place of another, on another node."""
        before = self.world.rows["allocations"][alloc_id][1]
        new_id = self._id()
        tasks = {task: {**state, "State": "pending", "Events": [], "Restarts": 0, "StartedAt": None}
                 for task, state in before["TaskStates"].items()}  # fmt: skip
        own: Json = {
            "ID": new_id,
            "NodeID": node_id,
            "NodeName": self.world.rows["nodes"][node_id][0]["Name"],
            "EvalID": evaluation,
            "PreviousAllocation": alloc_id,
            "ClientStatus": "pending",
            "CreateTime": now_ms * 1_000_000,
            "CreateIndex": self.world.index + 1,
            "TaskStates": tasks,
        }
        self._alloc_ids.append(new_id)
        return new_id, {**before, **own}

    def on_node(self, node_id: str) -> list[str]:
        """The allocations that run on a node."""
        rows = self.world.rows["allocations"]
        return [key for key, (_, full) in rows.items() if full["NodeID"] == node_id and full["DesiredStatus"] == "run"]

    def new_id(self) -> str:
        """An id that nothing has yet."""
        return self._id()

    def choose(self, among: list[str]) -> str:
        """One of some, as the seed will have it."""
        return self._random.choice(among)

    def happen(self, now_ms: int) -> str:
        """A running allocation's task ends and is to be restarted, or the one that waits longest runs again. Its id."""
        self.happened += 1
        with self.world.changed:
            back = self._restarted()
            alloc_id = back or self._wanted()
            full = self.world.rows["allocations"][alloc_id][1]
            (task, before) = next(iter(full["TaskStates"].items()))
            state = copy.deepcopy(before)
            event = {**_A_TASK_EVENT, **(state["Events"] or [{}])[-1], "ExitCode": 0, "Details": {}}
            event["Time"] = now_ms * 1_000_000
            if not back:
                state["State"] = status = "pending"
                state["Restarts"] += 1
                state["LastRestart"] = _rfc3339(now_ms)
                event |= {"Type": "Terminated", "ExitCode": 1, "DisplayMessage": "Exit Code: 1"}
                self._restarting.append(alloc_id)
            else:
                state["State"] = status = "running"
                event |= {"Type": "Started", "DisplayMessage": "Task started by client"}
            state["Events"] = [*state["Events"], event][-10:]
            patch: dict[str, Any] = {"ClientStatus": status, "TaskStates": {task: state}}
            self.world.change("allocations", alloc_id, patch, "AllocationUpdated", now_ms)
        return alloc_id

    def _restarted(self) -> str:
        """One that has waited long enough to run again; empty where none has."""
        while len(self._restarting) >= min(RESTARTING, 1 + len(self._alloc_ids) // 10):
            alloc_id = self._restarting.popleft()
            if self.world.rows["allocations"][alloc_id][1]["DesiredStatus"] == "run":
                return alloc_id
        return ""

    def _wanted(self) -> str:
        """A running one that Nomad still wants: nothing happens any more to what is stopped."""
        while True:
            alloc_id = self._random.choice(self._alloc_ids)
            row = self.world.rows["allocations"].get(alloc_id)
            if row is not None and row[1]["DesiredStatus"] == "run" and row[1]["ClientStatus"] == "running":
                return alloc_id


def _rfc3339(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat().replace("+00:00", "Z")


def _templates() -> dict[str, Any]:
    """One recorded object of each kind: list form and full form."""
    world = World()
    start = recording.meta()["start_ms"]
    for step in recording.steps():
        if step.at_ms > start + 2_000:
            break
        recording.apply(world, step)
    job = world.rows["jobs"]["llm-prod/answerer"]
    (deployment, *_) = (row[1] for row in world.rows["deployments"].values())
    (progress,) = deployment["TaskGroups"].values()
    allocation = next(r for r in world.rows["allocations"].values() if r[0]["JobID"] == "answerer" and len(r[1]) > 25)
    return {
        "node": next(iter(world.rows["nodes"].values())),
        "job": job,
        "deployment": deployment,
        "progress": progress,
        "allocation": [allocation[0], {k: v for k, v in allocation[1].items() if k != "Job"}],
        "single": {
            **world.single,
            "/v1/namespaces": (1, [{"Name": n} for n in ("default", "llm-prod", "search", "batch")]),
        },
    }
