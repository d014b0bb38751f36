"""What happened to an allocation and its tasks, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from console.feeds.nomad.objects import Allocation, Task
from console.feeds.nomad.task_events import said_of
from console.feeds.nomad.telling import Severity, Telling
from console.signals import EntityKind, EntityRef


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


def _task(alloc: Allocation, task: Task) -> Iterator[Telling]:
    for event, said in said_of(alloc, task):
        once = f"{task.name}:{event.at_ns}"
        told = _of(alloc, said.name, event.at_ns // 1_000_000, said.text, said.severity, once, said.change,
                   task=task.name, **said.more)  # fmt: skip
        # Two hundred of these a second: what only its own page shows needs not name all that it belongs to.
        yield told._replace(minor=True, ids={"job": alloc.job_key, "task": task.name}) if said.minor else told
