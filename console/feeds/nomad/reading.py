"""Nomad's JSON -> objects. The same readers take list entries, whole objects and what events carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from sys import intern
from typing import Any

from console.feeds.nomad.objects import (
    Allocation,
    Deployment,
    DeploymentGroup,
    Evaluation,
    Failure,
    Job,
    Node,
    NodeEvent,
    Service,
    Task,
    TaskEvent,
)
from console.feeds.nomad.placement import placement_text
from console.feeds.nomad.redact import redacted
from console.feeds.nomad.spec import read_spec

Json = Mapping[str, Any]


def read_all(bodies: Iterable[Json], one: Any) -> list[Any]:
    """A list of a kind of object; a list that is null is empty."""
    return [one(body) for body in bodies or ()]


def ms_of_ns(nanoseconds: Any) -> int:
    return int(nanoseconds or 0) // 1_000_000


def ms_of_text(text: Any) -> int:
    """RFC 3339 in ms; Go's zero time and absence are 0."""
    if not text or str(text).startswith("0001-"):
        return 0
    return int(datetime.fromisoformat(str(text)).timestamp() * 1000)


def read_allocation(body: Json) -> Allocation:
    health = body.get("DeploymentStatus") or {}
    cpu, memory = _resources(body.get("AllocatedResources") or {})
    return Allocation(
        id=body["ID"],
        namespace=intern(body["Namespace"]),
        job=intern(body["JobID"]),
        group=intern(body["TaskGroup"]),
        name=intern(body.get("Name") or ""),
        version=int(body.get("JobVersion", -1)),
        node_id=intern(body.get("NodeID") or ""),
        node=intern(body.get("NodeName") or ""),
        desired=intern(body.get("DesiredStatus") or ""),
        desired_why=intern(body.get("DesiredDescription") or ""),
        status=intern(body.get("ClientStatus") or ""),
        healthy=health.get("Healthy"),
        healthy_ms=ms_of_text(health.get("Timestamp")),
        created_ms=ms_of_ns(body.get("CreateTime")),
        modified_ms=ms_of_ns(body.get("ModifyTime")),
        modify_index=int(body["ModifyIndex"]),
        create_index=int(body.get("CreateIndex") or 0),
        previous=body.get("PreviousAllocation") or "",
        next=body.get("NextAllocation") or "",
        deployment=intern(body.get("DeploymentID") or ""),
        job_type=intern(body.get("JobType") or ""),
        cpu_mhz=cpu,
        memory_mb=memory,
        tasks=tuple(_task(intern(name), state) for name, state in (body.get("TaskStates") or {}).items()),
    )


def _resources(allocated: Json) -> tuple[int, int]:
    tasks = (allocated.get("Tasks") or {}).values()
    cpu = sum(int((task.get("Cpu") or {}).get("CpuShares") or 0) for task in tasks)
    return cpu, sum(int((task.get("Memory") or {}).get("MemoryMB") or 0) for task in tasks)


def _task(name: str, state: Json) -> Task:
    events = _task_events(state.get("Events") or ())
    exits = [event.exit_code for event in events if event.type == "Terminated"]
    return Task(
        name=name,
        state=intern(state.get("State") or ""),
        failed=bool(state.get("Failed")),
        restarts=int(state.get("Restarts") or 0),
        started_ms=ms_of_text(state.get("StartedAt")),
        finished_ms=ms_of_text(state.get("FinishedAt")),
        last_event_ns=events[-1].at_ns if events else 0,
        last_event=intern(events[-1].text) if events else "",
        exit_code=exits[-1] if exits else None,
        oom_kills=sum(event.oom_killed for event in events),
        events=events,
    )


def _task_events(bodies: Iterable[Json]) -> tuple[TaskEvent, ...]:
    events, asked = [], False
    for body in bodies:
        kind = body.get("Type")
        if kind in ("Killing", "Restart Signaled"):
            asked = True
        elif kind == "Started":
            asked = False
        events.append(_task_event(body, asked))
    return tuple(events)


def _task_event(event: Json, asked: bool) -> TaskEvent:
    details = event.get("Details") or {}
    return TaskEvent(
        at_ns=int(event.get("Time") or 0),
        type=intern(event.get("Type") or ""),
        text=(event.get("DisplayMessage") or event.get("Message") or event.get("Type") or "")[:300],
        exit_code=int(event.get("ExitCode") or 0),
        signal=int(event.get("Signal") or 0),
        oom_killed=str(details.get("oom_killed")).lower() == "true",
        asked=asked,
    )


def read_job(body: Json) -> Job:
    """``Periodic`` is a boolean in lists and an object in whole jobs; ``Meta`` may be null or missing."""
    whole = "TaskGroups" in body
    summary = (body.get("JobSummary") or {}).get("Summary")
    periodic = body.get("Periodic")
    return Job(
        namespace=intern(body["Namespace"]),
        id=intern(body["ID"]),
        type=intern(body.get("Type") or "service"),
        status=intern(body.get("Status") or ""),
        version=int(body["Version"]) if whole else 0 if body.get("ParentID") else -1,
        submitted_ms=ms_of_ns(body.get("SubmitTime")),
        stopped=bool(body.get("Stop")),
        periodic=bool(periodic.get("Enabled", True)) if isinstance(periodic, Mapping) else bool(periodic),
        parameterized=bool(body.get("ParameterizedJob")),
        parent=body.get("ParentID") or "",
        region=intern(body.get("Region") or ""),
        meta={intern(str(k)): redacted(str(k), str(v)) for k, v in (body.get("Meta") or {}).items()},
        modify_index=int(body["ModifyIndex"]),
        create_index=int(body.get("CreateIndex") or 0),
        spec_index=int(body.get("JobModifyIndex") or 0),
        by=body.get("NomadTokenID") or "",
        queued={g: int((s or {}).get("Queued") or 0) for g, s in summary.items()} if summary else None,
        spec=read_spec(body) if whole else None,
    )


def read_deployment(body: Json) -> Deployment:
    return Deployment(
        id=body["ID"],
        namespace=intern(body["Namespace"]),
        job=intern(body["JobID"]),
        version=int(body.get("JobVersion") or 0),
        status=intern(body.get("Status") or ""),
        text=intern(body.get("StatusDescription") or ""),
        groups=tuple(_deployment_group(intern(n), g or {}) for n, g in (body.get("TaskGroups") or {}).items()),
        created_ms=ms_of_ns(body.get("CreateTime")),
        modified_ms=ms_of_ns(body.get("ModifyTime")),
        modify_index=int(body["ModifyIndex"]),
        create_index=int(body.get("CreateIndex") or 0),
    )


def _deployment_group(name: str, group: Json) -> DeploymentGroup:
    return DeploymentGroup(
        name=name,
        desired=int(group.get("DesiredTotal") or 0),
        placed=int(group.get("PlacedAllocs") or 0),
        healthy=int(group.get("HealthyAllocs") or 0),
        unhealthy=int(group.get("UnhealthyAllocs") or 0),
        canaries_desired=int(group.get("DesiredCanaries") or 0),
        canaries=len(group.get("PlacedCanaries") or ()),
        promoted=bool(group.get("Promoted")),
        progress_by_ms=ms_of_text(group.get("RequireProgressBy")),
    )


def read_evaluation(body: Json) -> Evaluation:
    return Evaluation(
        id=body["ID"],
        namespace=intern(body.get("Namespace") or "default"),
        job=intern(body.get("JobID") or ""),
        status=intern(body.get("Status") or ""),
        text=body.get("StatusDescription") or "",
        trigger=intern(body.get("TriggeredBy") or ""),
        created_ms=ms_of_ns(body.get("CreateTime")),
        modified_ms=ms_of_ns(body.get("ModifyTime")),
        modify_index=int(body["ModifyIndex"]),
        create_index=int(body.get("CreateIndex") or 0),
        previous=body.get("PreviousEval") or "",
        blocked=body.get("BlockedEval") or "",
        queued={intern(g): int(n) for g, n in (body.get("QueuedAllocations") or {}).items()},
        failures=tuple(
            Failure(intern(group), placement_text(metric or {}))
            for group, metric in (body.get("FailedTGAllocs") or {}).items()
        ),
    )


def read_node(body: Json) -> Node:
    drivers = body.get("Drivers") or {}
    sick = (n for n, d in drivers.items() if d and d.get("Detected") and not d.get("Healthy"))
    attributes = body.get("Attributes") or {}
    events = tuple(
        NodeEvent(ms_of_text(e.get("Timestamp")), str(e.get("Message") or ""), str(e.get("Subsystem") or ""))
        for e in body.get("Events") or ()
    )
    return Node(
        id=intern(body["ID"]),
        name=intern(body.get("Name") or body["ID"][:8]),
        status=intern(body.get("Status") or ""),
        eligibility=intern(body.get("SchedulingEligibility") or ""),
        drain=bool(body.get("Drain")),
        datacenter=intern(body.get("Datacenter") or ""),
        node_class=intern(body.get("NodeClass") or ""),
        pool=intern(body.get("NodePool") or ""),
        version=intern(body.get("Version") or attributes.get("nomad.version") or ""),
        unhealthy_drivers=tuple(sorted(intern(name) for name in sick)),
        updated_ms=int(body.get("StatusUpdatedAt") or 0) * 1000,
        modify_index=int(body["ModifyIndex"]),
        create_index=int(body.get("CreateIndex") or 0),
        last_event_ms=max((event.at_ms for event in events), default=0),
        events=events,
    )


def read_service(body: Json) -> Service:
    return Service(
        id=body["ID"],
        namespace=intern(body["Namespace"]),
        name=intern(body["ServiceName"]),
        job=intern(body.get("JobID") or ""),
        allocation=body.get("AllocID") or "",
        node_id=intern(body.get("NodeID") or ""),
        modify_index=int(body["ModifyIndex"]),
    )
