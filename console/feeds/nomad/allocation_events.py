"""What happened to an allocation and its tasks, in plain sentences."""

from __future__ import annotations

from typing import Any

from console.feeds.nomad.objects import Allocation, Task, TaskEvent
from console.feeds.nomad.placement import size
from console.feeds.nomad.telling import Severity, Telling
from console.signals import EntityKind, EntityRef

_TROUBLE = {
    "Driver Failure": "its driver failed",
    "Failed Artifact Download": "an artifact could not be fetched",
    "Setup Failure": "it could not be set up",
    "Failed Validation": "its task is not valid",
    "Task hook failed": "a hook failed",
    "Sibling Task Failed": "another task of its group failed",
    "Leader Task Dead": "its leader task ended",
    "Disk Resources Exceeded": "it used more disk than it may",
    "Template": "a template could not be rendered",
    "Failed Kill": "it could not be killed",
}


def allocation_tellings(before: Allocation | None, after: Allocation) -> list[Telling]:
    """What changed from one to the other. ``before`` is None for one that was not known."""
    told: list[Telling] = []
    if before is None and after.created_ms:
        told.append(
            _of(after, "AllocationPlaced", after.created_ms, f"{after.short} placed on {after.node}", "info", "placed")
        )
    for task in after.tasks:
        told += _task(after, task)
    told += _status(before, after)
    if after.healthy is False and (before is None or before.healthy is not False):
        at = after.healthy_ms or after.modified_ms
        told.append(
            _of(after, "AllocationUnhealthy", at, f"{after.short} on {after.node} is unhealthy", "warn", "sick")
        )
    return told


def _of(
    alloc: Allocation,
    name: str,
    at_ms: int,
    text: str,
    severity: Severity,
    once: str,
    change: bool = False,
    **more: Any,
) -> Telling:
    ids: dict[str, Any] = {
        "job": alloc.job_key,
        "group": alloc.group,
        "alloc": alloc.id,
        "node": alloc.node_id,
        "node_name": alloc.node,
        "version": alloc.version,
        **more,
    }
    entity = EntityRef(EntityKind.ALLOCATION, alloc.id)
    return Telling(name, at_ms, entity, text, severity, f"alloc:{alloc.id}:{once}", ids, change)


def _status(before: Allocation | None, after: Allocation) -> list[Telling]:
    was = before.status if before is not None else ""
    at = after.modified_ms
    if after.status == "lost" and was != "lost":
        why = f"its node {after.node} is down" if "node is down" in after.desired_why else after.desired_why
        text = f"{after.short} is lost" + (f": {why}" if why else f" on {after.node}")
        return [_of(after, "AllocationLost", at, text, "bad", "lost")]
    if before is None and after.status != "lost" and "is lost since its node is down" in after.desired_why:
        text = f"{after.short} was lost: its node {after.node} was down"
        return [_of(after, "AllocationLost", at, text, "bad", "lost")]
    if after.status == "failed" and was != "failed":
        return [_failed(after)]
    if after.status == "unknown" and was != "unknown":
        text = f"{after.short} is unknown: its node {after.node} is disconnected"
        return [_of(after, "AllocationUnknown", at, text, "warn", f"unknown:{at}")]
    if was == "unknown" and after.status == "running":
        text = f"{after.short} on {after.node} is known again and runs"
        return [_of(after, "AllocationReconnected", at, text, "ok", f"reconnected:{at}")]
    if after.desired == "evict" and (before is None or before.desired != "evict"):
        text = f"{after.short} on {after.node} was evicted" + (f": {after.desired_why}" if after.desired_why else "")
        return [_of(after, "AllocationEvicted", at, text, "warn", "evicted")]
    return []


def _failed(alloc: Allocation) -> Telling:
    culprit = next((task for task in alloc.tasks if task.failed), None)
    why = ""
    more: dict[str, Any] = {}
    if culprit is not None:
        why = f": {culprit.last_event}" if culprit.last_event else ""
        if culprit.exit_code:
            more = {"exit_code": culprit.exit_code}
            why = f" with exit code {culprit.exit_code}{why}"
    text = f"{alloc.short} failed on {alloc.node}{why}"
    return _of(alloc, "AllocationFailed", alloc.modified_ms, text, "bad", "failed", **more)


def _task(alloc: Allocation, task: Task) -> list[Telling]:
    told = []
    ended: TaskEvent | None = None
    for position, event in enumerate(task.events):
        following = task.events[position + 1].type if position + 1 < len(task.events) else ""
        if event.type == "Terminated":
            ended = event
            if following == "Restarting":
                continue  # told together with the restart
        told += _task_event(alloc, task, event, ended)
    return told


def _task_event(alloc: Allocation, task: Task, event: TaskEvent, ended: TaskEvent | None) -> list[Telling]:
    what = alloc.short if task.name in (alloc.group, alloc.job) else f"{alloc.short} task {task.name}"
    once = f"{task.name}:{event.at_ns}"
    at = event.at_ns // 1_000_000

    def of(name: str, text: str, severity: Severity, change: bool = False, **more: Any) -> list[Telling]:
        return [_of(alloc, name, at, text, severity, once, change, task=task.name, **more)]

    if event.type == "Terminated":
        return _terminated(of, what, alloc, event)
    if event.type == "Restarting":
        if ended is None or ended.asked:
            return of("TaskRestarted", f"{what} on {alloc.node} is restarted", "info")
        more: dict[str, Any] = {"exit_code": ended.exit_code, "oom_killed": ended.oom_killed}
        text = f"{what} on {alloc.node} restarts after {_ending(alloc, ended)}"
        return of("OOMKilled" if ended.oom_killed else "TaskRestarted", text, _severe(ended), **more)
    if event.type == "Not Restarting":
        return of("TaskGaveUp", f"{what} on {alloc.node} is not restarted any more: {event.text}", "bad")
    if event.type == "Restart Signaled":
        return of("TaskRestartAsked", f"somebody restarted {what} on {alloc.node}", "info", change=True)
    if event.type == "Reconnected":
        return of("TaskReconnected", f"the client of {what} on {alloc.node} is back", "ok")
    if event.type in _TROUBLE:
        said = f": {event.text}" if event.text and event.text != event.type else ""
        return of("TaskTrouble", f"{what} on {alloc.node}: {_TROUBLE[event.type]}{said}", "bad")
    return []


def _terminated(of: Any, what: str, alloc: Allocation, event: TaskEvent) -> list[Telling]:
    if event.oom_killed:
        text = f"{what} on {alloc.node} ended after {_ending(alloc, event)}"
        told: list[Telling] = of("OOMKilled", text, "bad", exit_code=event.exit_code, oom_killed=True)
        return told
    if event.asked or event.exit_code == 0:
        return []
    text = f"{what} on {alloc.node} ended with {_ending(alloc, event)}"
    told = of("TaskExited", text, _severe(event), exit_code=event.exit_code)
    return told


def _severe(event: TaskEvent) -> Severity:
    if event.oom_killed:
        return "bad"
    return "warn" if event.exit_code else "info"


def _ending(alloc: Allocation, event: TaskEvent) -> str:
    if event.oom_killed:
        limit = f" (limit {size(alloc.memory_mb)})" if alloc.memory_mb else ""
        return f"being killed out of memory{limit}"
    if event.exit_code == 137:
        return "exit code 137 (killed; out of memory where the kernel does not say so)"
    return f"exit code {event.exit_code}" + (f", signal {event.signal}" if event.signal else "")
