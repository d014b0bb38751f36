"""What may be done to the double, and what follows from it as in Nomad: events first, the rest a little later."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.doubles.nomad.answers import RefusalError
from tests.doubles.nomad.rollout import replace, roll_out
from tests.doubles.nomad.world import Json

if TYPE_CHECKING:
    from tests.doubles.nomad.double import NomadDouble

Query = dict[str, list[str]]


def act(double: NomadDouble, path: str, query: Query, body: Json) -> Json:
    """Do what a POST asks for; its answer. What it takes time for follows by ``double.later``."""
    for pattern, do in _WAYS:
        if found := re.fullmatch(pattern, path):
            with double.world.changed:
                return do(double, found[1], query, body)
    raise RefusalError(404, "")


def _restart(double: NomadDouble, key: str, query: Query, body: Json) -> Json:
    found = double.world.full("allocations", key)
    if found is None:
        raise RefusalError(404, f'Unknown allocation "{key}"')
    named = body.get("TaskName") or ""
    states = found.get("TaskStates") or {}
    if named and named not in states:
        raise RefusalError(500, f"Could not find task runner for task: {named}")
    tasks = [one for one, state in states.items() if one == named or (not named and state["State"] == "running")]
    if not tasks or any(states[one]["State"] != "running" for one in tasks):
        raise RefusalError(500, "Task not running")
    _tell(double, key, tasks, "running", ("Restart Signaled", "User requested task to restart"))
    ended = (("Terminated", "Exit Code: 0"), ("Restarting", "Task restarting in 0s"))
    double.later(1, lambda: _tell(double, key, tasks, "pending", *ended))
    double.later(2, lambda: _tell(double, key, tasks, "running", ("Started", "Task started by client")))
    return {"Index": double.world.index}


def _tell(double: NomadDouble, key: str, tasks: list[str], state: str, *events: tuple[str, str]) -> None:
    found = double.world.full("allocations", key)
    if found is None:
        return
    states = {**found["TaskStates"]}
    for task in tasks:
        before = states[task]
        last = max((event["Time"] for event in before["Events"]), default=0)
        at = max(double.clock.now_ms() * 1_000_000, last + 1)
        told: list[Json] = [
            {"Type": kind, "Time": at + place, "DisplayMessage": text, "ExitCode": 0, "Details": {}}
            for place, (kind, text) in enumerate(events)
        ]
        again = any(kind == "Restarting" for kind, _ in events)
        states[task] = {
            **before, "State": state, "Events": [*before["Events"], *told][-10:],
            "Restarts": before["Restarts"] + again,
        }  # fmt: skip
    double.change("allocations", key, TaskStates=states)


def _stop(double: NomadDouble, key: str, query: Query, body: Json) -> Json:
    found = double.world.full("allocations", key)
    if found is None:
        raise RefusalError(404, "alloc not found")
    evaluation = _evaluation(double, found["Namespace"], found["JobID"], "alloc-stop")
    job = double.world.full("jobs", f"{found['Namespace']}/{found['JobID']}") or {}
    double.later(1, lambda: replace(double, key, again=not job.get("Stop")))
    double.later(1, lambda: double.change("evaluations", evaluation, Status="complete"))
    return {"EvalID": evaluation, "Index": double.world.index}


def _revert(double: NomadDouble, job_id: str, query: Query, body: Json) -> Json:
    namespace = query.get("namespace", ["default"])[0]
    job = double.world.full("jobs", f"{namespace}/{job_id}")
    versions = double.world.versions.get((namespace, job_id), {})
    wanted, prior = body.get("JobVersion"), body.get("EnforcePriorVersion")
    if job is None:
        raise RefusalError(404, "job not found")
    if wanted == job["Version"]:
        raise RefusalError(500, "can't revert to current version")
    if prior is not None and prior != job["Version"]:
        raise RefusalError(500, f"Current job has version {job['Version']}; enforcing version {prior}")
    if wanted not in versions:
        raise RefusalError(404, f'job "{job_id}" in namespace "{namespace}" at version {wanted} not found')
    return {**_register(double, versions[wanted]), "JobModifyIndex": double.world.index}


def _register(double: NomadDouble, spec: Json) -> Json:
    """Run an earlier version again: a new version, an evaluation, and for a service a deployment."""
    namespace, job_id = spec["Namespace"], spec["ID"]
    version = max(double.world.versions[(namespace, job_id)]) + 1
    again = {
        **{key: value for key, value in spec.items() if key not in ("CreateIndex", "ModifyIndex", "JobSummary")},
        "Version": version, "SubmitTime": double.clock.now_ms() * 1_000_000, "Stable": False, "Stop": False,
        "JobModifyIndex": double.world.index + 1, "Status": "running",
    }  # fmt: skip
    double.change("jobs", f"{namespace}/{job_id}", **again)
    evaluation = _evaluation(double, namespace, job_id, "job-register")
    deployment = str(uuid.uuid4()) if spec["Type"] == "service" else ""
    double.later(1, lambda: roll_out(double, f"{namespace}/{job_id}", version, deployment))
    patch = {"Status": "complete", **({"DeploymentID": deployment} if deployment else {})}
    double.later(1, lambda: double.change("evaluations", evaluation, **patch))
    return {"EvalID": evaluation, "Index": double.world.index}


def _promote(double: NomadDouble, key: str, query: Query, body: Json) -> Json:
    found = _deployment(double, key)
    groups = {name: {**one} for name, one in found["TaskGroups"].items()}
    for name, one in groups.items():
        if one["DesiredCanaries"] and one["HealthyAllocs"] < one["DesiredCanaries"]:
            text = f'Task group "{name}" has {one["HealthyAllocs"]}/{one["DesiredCanaries"]} healthy allocations'
            raise RefusalError(500, text)
        one["Promoted"] = True
    evaluation = _evaluation(double, found["Namespace"], found["JobID"], "deployment-watcher")
    double.change("deployments", key, TaskGroups=groups, StatusDescription="Deployment is running")
    job = f"{found['Namespace']}/{found['JobID']}"
    double.later(1, lambda: roll_out(double, job, found["JobVersion"], key))
    return {"EvalID": evaluation, "DeploymentModifyIndex": double.world.index}


def _fail(double: NomadDouble, key: str, query: Query, body: Json) -> Json:
    found = _deployment(double, key)
    evaluation = _evaluation(double, found["Namespace"], found["JobID"], "deployment-watcher")
    stable = [
        version for version, job in double.world.versions.get((found["Namespace"], found["JobID"]), {}).items()
        if job.get("Stable") and version < found["JobVersion"]
    ]  # fmt: skip
    back = max(stable, default=None) if any(one.get("AutoRevert") for one in found["TaskGroups"].values()) else None
    text = "Deployment marked as failed" + (f" - rolling back to job version {back}" if back is not None else "")
    double.change("deployments", key, Status="failed", StatusDescription=text)
    if back is not None:
        _register(double, double.world.versions[(found["Namespace"], found["JobID"])][back])
    return {"EvalID": evaluation, "DeploymentModifyIndex": double.world.index, "RevertedJobVersion": back}


def _deployment(double: NomadDouble, key: str) -> Json:
    found = double.world.full("deployments", key)
    if found is None:
        raise RefusalError(404, "deployment not found")
    if found["Status"] not in ("running", "paused", "pending", "blocked", "unblocking"):
        raise RefusalError(500, "can't fail or promote terminal deployment")
    return found


def _eligibility(double: NomadDouble, key: str, query: Query, body: Json) -> Json:
    found = double.world.full("nodes", key)
    if found is None:
        raise RefusalError(404, "node not found")
    wanted = body.get("Eligibility")
    if found.get("DrainStrategy") and wanted == "eligible":
        raise RefusalError(500, "can not set node's scheduling eligibility to eligible while it is draining")
    at = datetime.fromtimestamp(double.clock.now_ms() / 1000, UTC).isoformat().replace("+00:00", "Z")
    event: Json = {
        "Message": f"Node marked as {wanted} for scheduling", "Subsystem": "Cluster", "Timestamp": at, "Details": None,
        "CreateIndex": double.world.index + 1,
    }  # fmt: skip
    events = [*(found.get("Events") or ()), event]
    index = double.change("nodes", key, "NodeEligibility", SchedulingEligibility=wanted, Events=events)
    return {"EvalIDs": [], "NodeModifyIndex": index, "Index": index}


def _evaluation(double: NomadDouble, namespace: str, job: str, why: str) -> str:
    key = str(uuid.uuid4())
    now_ns = double.clock.now_ms() * 1_000_000
    double.change(
        "evaluations", key, ID=key, Namespace=namespace, JobID=job, Type="service", Status="pending", TriggeredBy=why,
        CreateTime=now_ns, Priority=50,
    )  # fmt: skip
    return key


_WAYS: tuple[tuple[str, Callable[[NomadDouble, str, Query, Json], Json]], ...] = (
    (r"/v1/client/allocation/([^/]+)/restart", _restart),
    (r"/v1/allocation/([^/]+)/stop", _stop),
    (r"/v1/job/(.+)/revert", _revert),
    (r"/v1/deployment/promote/([^/]+)", _promote),
    (r"/v1/deployment/fail/([^/]+)", _fail),
    (r"/v1/node/([^/]+)/eligibility", _eligibility),
)
