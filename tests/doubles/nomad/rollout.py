"""Allocations that take the place of others, one by one, and the deployment that counts them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.doubles.nomad.world import Json

if TYPE_CHECKING:
    from tests.doubles.nomad.double import NomadDouble


def replace(
    double: NomadDouble, old: str, version: int | None = None, deployment: str = "", again: bool = True
) -> None:
    """An allocation is stopped, and another one starts in its place unless ``again`` is False."""
    found = double.world.full("allocations", old)
    if found is None:
        return
    listed = double.world.rows["allocations"][old][0]
    now_ns = double.clock.now_ms() * 1_000_000
    key = str(uuid.uuid4())
    double.change(
        "allocations", old, "PlanResult", DesiredStatus="stop", DesiredDescription="alloc not needed due to job update"
        if deployment else "alloc is being migrated", **({"NextAllocation": key} if again else {}),
    )  # fmt: skip
    if again:
        fresh: Json = {
            **{name: value for name, value in found.items() if name not in ("CreateIndex", "NextAllocation", "Job")},
            "ID": key, "PreviousAllocation": old, "ClientStatus": "pending", "DesiredStatus": "run", "TaskStates": {},
            "DesiredDescription": "", "CreateTime": now_ns, "DeploymentID": deployment, "DeploymentStatus": None,
            "JobVersion": listed.get("JobVersion", 0) if version is None else version,
            "JobType": listed.get("JobType", "service"),
        }  # fmt: skip
        double.change("allocations", key, "PlanResult", **fresh)
        with double.world.changed:
            double.world.rows["allocations"][key][0]["JobVersion"] = fresh["JobVersion"]
        double.later(2, lambda: _start(double, key, found))
    double.later(1, lambda: _end(double, old))


def _end(double: NomadDouble, key: str) -> None:
    found = double.world.full("allocations", key)
    if found is None:
        return
    at = double.clock.now_ms() * 1_000_000
    told = [_event("Killing", "Sent interrupt", at), _event("Terminated", "Exit Code: 0", at + 1)]
    states = {
        task: {**state, "State": "dead", "Events": [*state["Events"], *told][-10:]}
        for task, state in found["TaskStates"].items()
    }
    double.change("allocations", key, ClientStatus="complete", TaskStates=states)


def _start(double: NomadDouble, key: str, like: Json) -> None:
    at = double.clock.now_ms() * 1_000_000
    told = [_event("Received", "Task received by client", at), _event("Started", "Task started by client", at + 1)]
    states = {
        task: {**state, "State": "running", "Failed": False, "Restarts": 0, "Events": told, "FinishedAt": None}
        for task, state in like["TaskStates"].items()
    }
    stamp = datetime.fromtimestamp(double.clock.now_ms() / 1000, UTC).isoformat().replace("+00:00", "Z")
    double.change("allocations", key, ClientStatus="running", TaskStates=states)
    health = {"Healthy": True, "Timestamp": stamp, "Canary": False}
    double.later(1, lambda: double.change("allocations", key, DeploymentStatus=health))


def _event(kind: str, text: str, at_ns: int) -> Json:
    return {"Type": kind, "Time": at_ns, "DisplayMessage": text, "ExitCode": 0, "Details": {}}


def roll_out(double: NomadDouble, job: str, version: int, deployment: str) -> None:
    """Every allocation of a job that is not of a version yet is replaced, one each step; then it is successful."""
    namespace, _, job_id = job.partition("/")
    old = [
        row[0] for row in double.world.rows["allocations"].values()
        if (row[0]["Namespace"], row[0]["JobID"]) == (namespace, job_id) and row[0]["DesiredStatus"] == "run"
        and row[0].get("JobVersion") != version
    ]  # fmt: skip
    if deployment and double.world.full("deployments", deployment) is None:
        _begin(double, namespace, job_id, version, deployment, old)
    for place, one in enumerate(old):
        _later(double, place * 2, str(one["ID"]), version, deployment)
        double.later(place * 2 + 4, lambda: _count(double, deployment))
    double.later(len(old) * 2 + 3, lambda: _succeed(double, job, deployment))


def _later(double: NomadDouble, steps: float, old: str, version: int, deployment: str) -> None:
    double.later(steps, lambda: replace(double, old, version, deployment))


def _begin(double: NomadDouble, namespace: str, job_id: str, version: int, deployment: str, old: list[Json]) -> None:
    counts: dict[str, int] = {}
    for one in old:
        counts[one["TaskGroup"]] = counts.get(one["TaskGroup"], 0) + 1
    groups = {name: group(count) for name, count in counts.items()}
    now_ns = double.clock.now_ms() * 1_000_000
    double.change(
        "deployments", deployment, ID=deployment, Namespace=namespace, JobID=job_id, JobVersion=version,
        Status="running", StatusDescription="Deployment is running", CreateTime=now_ns, TaskGroups=groups,
    )  # fmt: skip


def group(desired: int, canaries: int = 0, healthy: int = 0, auto_revert: bool = False) -> Json:
    """One group of a deployment."""
    return {
        "DesiredTotal": desired, "PlacedAllocs": canaries or desired, "HealthyAllocs": healthy, "UnhealthyAllocs": 0,
        "DesiredCanaries": canaries, "PlacedCanaries": [str(uuid.uuid4()) for _ in range(canaries)] or None,
        "Promoted": False, "AutoRevert": auto_revert, "AutoPromote": False, "ProgressDeadline": 600_000_000_000,
        "RequireProgressBy": "2099-01-01T00:00:00Z",
    }  # fmt: skip


def _count(double: NomadDouble, deployment: str) -> None:
    found = double.world.full("deployments", deployment) if deployment else None
    if found is None or found["Status"] != "running":
        return
    groups = {
        name: {**one, "HealthyAllocs": min(one["HealthyAllocs"] + 1, one["DesiredTotal"])}
        for name, one in found["TaskGroups"].items()
    }
    double.change("deployments", deployment, TaskGroups=groups)


def _succeed(double: NomadDouble, job: str, deployment: str) -> None:
    found = double.world.full("deployments", deployment) if deployment else None
    if found is None or found["Status"] != "running":
        return
    groups = {name: {**one, "HealthyAllocs": one["DesiredTotal"]} for name, one in found["TaskGroups"].items()}
    text = "Deployment completed successfully"
    double.change("deployments", deployment, Status="successful", StatusDescription=text, TaskGroups=groups)
    double.change("jobs", job, "JobRegistered", Stable=True)
