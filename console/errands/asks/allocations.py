"""``allocations``: those that belong to an object as they are now, for whoever must choose some of them.

Request: ``of`` (job, group, service, deployment, evaluation, node; allocation: those of its job) and ``key``, the
object's id, of jobs, groups and services with the namespace: ``namespace/job``. Answer: ``allocations``, each ``{"id",
"name", "group", "status", "desired", "healthy", "tasks": {name: state}, "modified_ms"}``, and ``job``, their job where
it is one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from console.errands.errand import Errand, RefusedAskError
from console.feeds.nomad.calls import Answer


async def allocations(errand: Errand) -> None:
    """Answer with the allocations, also those that have ended and are not collected yet."""
    of, key = errand.text("of"), errand.text("key")
    way = _WAYS.get(of)
    if way is None:
        raise RefusedAskError(f"'of' is one of {', '.join(_WAYS)}")
    await errand.nomad.ready()
    found = await way(errand, key)
    jobs = {one["job"] for one in found}
    await errand.answer(allocations=found, job=jobs.pop() if len(jobs) == 1 else "")


def short(one: dict[str, Any]) -> dict[str, Any]:
    """What is told of an allocation, from Nomad's own form of it."""
    states = one.get("TaskStates") or {}
    return {
        "id": str(one["ID"]),
        "job": f"{one.get('Namespace') or 'default'}/{one.get('JobID') or ''}",
        "name": str(one.get("Name") or ""),
        "group": str(one.get("TaskGroup") or ""),
        "status": str(one.get("ClientStatus") or ""),
        "desired": str(one.get("DesiredStatus") or ""),
        "healthy": (one.get("DeploymentStatus") or {}).get("Healthy"),
        "tasks": {name: str((state or {}).get("State") or "") for name, state in states.items()},
        "modified_ms": int(one.get("ModifyTime") or 0) // 1_000_000,
    }


Found = list[dict[str, Any]]


async def _list(errand: Errand, *path: str, **params: Any) -> Found:
    answer: Answer = await errand.nomad.calls.get(*path, read=lambda body: [short(one) for one in body or ()], **params)
    found: Found = answer.body
    return found


async def _of_job(errand: Errand, key: str) -> Found:
    namespace, _, job = key.partition("/")
    return await _list(errand, "job", job, "allocations", namespace=namespace, all="false")


async def _of_group(errand: Errand, key: str) -> Found:
    job, _, group = key.rpartition("/")
    return [one for one in await _of_job(errand, job) if one["group"] == group]


async def _of_allocation(errand: Errand, key: str) -> Found:
    answer = await errand.nomad.calls.get("allocation", key, read=short)
    return await _of_job(errand, answer.body["job"])


async def _of_service(errand: Errand, key: str) -> Found:
    namespace, _, service = key.partition("/")
    answer = await errand.nomad.calls.get(
        "service",
        service,
        read=lambda body: [(str(one["JobID"]), str(one["AllocID"])) for one in body],
        namespace=namespace,
    )
    wanted = {allocation for _, allocation in answer.body}
    found: Found = []
    for job in sorted({job for job, _ in answer.body}):
        found += [one for one in await _of_job(errand, f"{namespace}/{job}") if one["id"] in wanted]
    return found


async def _of_deployment(errand: Errand, key: str) -> Found:
    return await _list(errand, "deployment", "allocations", key)


async def _of_evaluation(errand: Errand, key: str) -> Found:
    return await _list(errand, "evaluation", key, "allocations")


async def _of_node(errand: Errand, key: str) -> Found:
    return await _list(errand, "node", key, "allocations")


_WAYS: dict[str, Callable[[Errand, str], Awaitable[Found]]] = {
    "job": _of_job,
    "group": _of_group,
    "allocation": _of_allocation,
    "service": _of_service,
    "deployment": _of_deployment,
    "evaluation": _of_evaluation,
    "node": _of_node,
}
