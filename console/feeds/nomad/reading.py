"""Nomad's JSON -> objects. The same readers take list entries, whole objects and what events carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    Service,
    Task,
    TaskEvent,
)
from console.feeds.nomad.placement import placement_text, read_refusal
from console.feeds.nomad.redact import redacted
from console.feeds.nomad.spec import read_spec

Json = Mapping[str, Any]


def read_all(bodies: Iterable[Json | None] | None, one: Callable[[Json], Any]) -> list[Any]:
    """A list of a kind of object; a list that is null is empty, and so is an entry."""
    return [one(body) for body in bodies or () if body is not None]


def ms_of_ns(nanoseconds: Any) -> int:
    """Unix ns in ms; absence and Go's zero time, which is long before 1970, are 0."""
    return max(0, int(nanoseconds or 0) // 1_000_000)


def ms_of_text(text: Any) -> int:
    """RFC 3339 in ms; absence, Go's zero time and what is no time are 0."""
    try:
        return max(0, int(datetime.fromisoformat(str(text or "0001-01-01T00:00:00Z")).timestamp() * 1000))
    except (ValueError, OverflowError):
        return 0


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
        tasks=tuple(_task(intern(name), state or {}) for name, state in (body.get("TaskStates") or {}).items()),
        evaluation=intern(body.get("EvalID") or ""),
        canary=bool(health.get("Canary")),
        reschedules=len((body.get("RescheduleTracker") or {}).get("Events") or ()),
    )


def _resources(allocated: Json) -> tuple[int, int]:
    tasks = [task or {} for task in (allocated.get("Tasks") or {}).values()]
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
        last_event=events[-1].text if events else "",
        exit_code=exits[-1] if exits else None,
        oom_kills=sum(event.oom_killed for event in events),
        events=events,
    )


def _task_events(bodies: Iterable[Json | None]) -> tuple[TaskEvent, ...]:
    events, asked = [], False
    for body in bodies:
        if body is None:
            continue
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
        text=intern(str(event.get("DisplayMessage") or event.get("Message") or event.get("Type") or "")[:300]),
        exit_code=int(event.get("ExitCode") or 0),
        signal=int(event.get("Signal") or 0),
        oom_killed=str(details.get("oom_killed")).lower() == "true",
        asked=asked,
        delay_ms=ms_of_ns(event.get("StartDelay")),
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
        priority=int(body.get("Priority") or 0),
        datacenters=tuple(intern(str(name)) for name in body.get("Datacenters") or ()),
        pool=intern(body.get("NodePool") or ""),
        cron=_cron(periodic) if isinstance(periodic, Mapping) else "",
        stable=bool(body.get("Stable")),
        tag=str((body.get("VersionTag") or {}).get("Name") or ""),
    )


def _cron(periodic: Json) -> str:
    """``*/6 * * * * UTC``: when runs begin, with the time zone."""
    specs = [str(spec) for spec in periodic.get("Specs") or [periodic.get("Spec")] if spec]
    return " ".join([", ".join(specs), str(periodic.get("TimeZone") or "UTC")]) if specs else ""


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
        auto_revert=bool(group.get("AutoRevert")),
        auto_promote=bool(group.get("AutoPromote")),
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
            _failure(intern(group), metric or {}) for group, metric in (body.get("FailedTGAllocs") or {}).items()
        ),
        type=intern(body.get("Type") or ""),
        node_id=body.get("NodeID") or "",
        deployment=body.get("DeploymentID") or "",
    )


def _failure(group: str, metric: Json) -> Failure:
    refusal = read_refusal(metric)
    return Failure(group, placement_text(refusal), refusal)


def read_service(body: Json) -> Service:
    host, port = str(body.get("Address") or ""), int(body.get("Port") or 0)
    return Service(
        id=body["ID"],
        namespace=intern(body["Namespace"]),
        name=intern(body["ServiceName"]),
        job=intern(body.get("JobID") or ""),
        allocation=body.get("AllocID") or "",
        node_id=intern(body.get("NodeID") or ""),
        modify_index=int(body["ModifyIndex"]),
        address=(f"[{host}]:{port}" if ":" in host else f"{host}:{port}") if port else host,
        tags=tuple(intern(str(tag)) for tag in body.get("Tags") or ()),
    )
