"""What an object was at an earlier time, as far as the times that it carries tell. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.feeds.nomad.node_reading import MISSED
from console.feeds.nomad.objects import Allocation, Deployment, Evaluation, Job, Node, NodeEvent, Task

_STARTS, _ENDS = ("Started", "Restarted"), ("Terminated", "Killed", "Driver Failure", "Not Restarting")
_TURNS = (*_STARTS, *_ENDS, "Restarting")


def lost_at(alloc: Allocation, down_ms: Mapping[str, Sequence[int]]) -> int:
    """When an allocation was lost: 0 if never. A thawed client reports over it; its node's history still says when."""
    if alloc.status == "lost":
        return alloc.modified_ms
    if "is lost since its node is down" not in alloc.desired_why:
        return 0
    times = [at for at in down_ms.get(alloc.node_id, ()) if alloc.created_ms <= at <= alloc.modified_ms]
    return times[-1] if times else alloc.modified_ms


def turning_points(alloc: Allocation, replaced_ms: int, lost_ms: int) -> list[int]:
    """Times at which the allocation became something else, in order."""
    points = {alloc.created_ms, alloc.modified_ms, replaced_ms, lost_ms, alloc.healthy_ms}
    for task in alloc.tasks:
        points |= {task.started_ms, task.finished_ms}
        points |= {event.at_ns // 1_000_000 for event in task.events if event.type in _TURNS}
    return sorted(at for at in points if alloc.created_ms <= at <= max(alloc.modified_ms, lost_ms) and at)


def allocation_at(alloc: Allocation, at_ms: int, replaced_ms: int, lost_ms: int) -> Allocation:
    """The allocation as of a time between its creation and its last change."""
    if at_ms >= alloc.modified_ms:
        return alloc
    tasks = tuple(task_at(task, at_ms) for task in alloc.tasks)
    replaced = bool(replaced_ms) and at_ms >= replaced_ms
    lost = bool(lost_ms) and at_ms >= lost_ms
    states = {task.state for task in tasks}
    status = "lost" if lost else "running" if "running" in states else "pending"
    return alloc._replace(
        status=status,
        desired="stop" if replaced or lost else "run",
        desired_why=alloc.desired_why if replaced or lost else "",
        next=alloc.next if replaced else "",
        healthy=alloc.healthy if alloc.healthy_ms and at_ms >= alloc.healthy_ms else None,
        tasks=tasks,
    )


def task_at(task: Task, at_ms: int) -> Task:
    """A task as of a time. Nomad keeps ten events: before the first of them only StartedAt is known."""
    known = [event for event in task.events if event.at_ns // 1_000_000 <= at_ms]
    later = [event for event in task.events if event.at_ns // 1_000_000 > at_ms]
    state = "running" if task.started_ms and task.started_ms <= at_ms else "pending"
    exit_code = None
    for event in known:
        if event.type in _STARTS:
            state = "running"
        elif event.type in _ENDS:
            state = "dead" if event.type == "Not Restarting" else "pending"
        if event.type == "Terminated":
            exit_code = event.exit_code
    return task._replace(
        state=state,
        failed=False,
        started_ms=task.started_ms if task.started_ms <= at_ms else 0,
        finished_ms=task.finished_ms if task.finished_ms <= at_ms else 0,
        restarts=max(0, task.restarts - sum(event.type == "Restarting" for event in later)),
        oom_kills=max(0, task.oom_kills - sum(event.oom_killed for event in later)),
        exit_code=exit_code,
        last_event=known[-1].text if known else "",
        last_event_ns=known[-1].at_ns if known else 0,
        events=(),
    )


def deployment_at_start(deployment: Deployment) -> Deployment:
    """A deployment as it was created."""
    groups = tuple(group._replace(healthy=0, unhealthy=0, promoted=False) for group in deployment.groups)
    return deployment._replace(
        status="running", text="Deployment is running", groups=groups, modified_ms=deployment.created_ms
    )


def evaluation_while_blocked(evaluation: Evaluation, before: Evaluation | None) -> Evaluation:
    """A blocked evaluation as it was created. When it completes, only the one before it still says why it waited."""
    failures = evaluation.failures or (before.failures if before is not None else ())
    queued = before.queued if before is not None else {}
    return evaluation._replace(
        status="blocked", failures=failures, queued=queued, modified_ms=evaluation.created_ms, blocked=""
    )


def was_blocked(evaluation: Evaluation) -> bool:
    return evaluation.status == "blocked" or evaluation.trigger in ("queued-allocs", "max-plan-attempts")


def node_after(node: Node, event: NodeEvent) -> Node:
    """A node as one of its events left it; ``node`` is what it was before."""
    low = event.text.lower()
    if MISSED in low:
        return node._replace(status="down")
    if "registered" in low:
        return node._replace(status="ready")
    if "drain strategy set" in low:
        return node._replace(drain=True, eligibility="ineligible")
    if "drain complete" in low or "drain strategy unset" in low:
        return node._replace(drain=False)
    if "marked as ineligible" in low:
        return node._replace(eligibility="ineligible")
    if "marked as eligible" in low:
        return node._replace(eligibility="eligible")
    return node


def down_times(nodes: Sequence[Node]) -> dict[str, list[int]]:
    """When each node was marked down."""
    return {node.id: [event.at_ms for event in node.events if MISSED in event.text.lower()] for node in nodes}


def job_at_submit(version: Job, final: Job) -> Job:
    """A version of a job as it was submitted. Only the newest knows how it ended."""
    status = "dead" if version.stopped else "running"
    return version._replace(status=status, queued=None, meta=version.meta or final.meta)
