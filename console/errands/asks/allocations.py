"""``allocations``: those of a job as they are now, for whoever must choose some of them.

Request: ``job`` (its id in Nomad) and ``namespace``. Answer: ``allocations``, each ``{"id", "name", "group", "status",
"desired", "healthy", "tasks": {name: state}, "modified_ms"}``.
"""

from __future__ import annotations

from typing import Any

from console.errands.errand import Errand


async def allocations(errand: Errand) -> None:
    """Answer with the allocations of a job, also those that have ended and are not collected yet."""
    await errand.nomad.ready()
    answer = await errand.nomad.calls.get(
        "job",
        errand.text("job"),
        "allocations",
        read=lambda body: [short(one) for one in body],
        namespace=errand.text("namespace"),
        all="false",
    )
    await errand.answer(allocations=answer.body)


def short(one: dict[str, Any]) -> dict[str, Any]:
    """What is told of an allocation, from Nomad's own form of it."""
    states = one.get("TaskStates") or {}
    return {
        "id": str(one["ID"]),
        "name": str(one.get("Name") or ""),
        "group": str(one.get("TaskGroup") or ""),
        "status": str(one.get("ClientStatus") or ""),
        "desired": str(one.get("DesiredStatus") or ""),
        "healthy": (one.get("DeploymentStatus") or {}).get("Healthy"),
        "tasks": {name: str((state or {}).get("State") or "") for name, state in states.items()},
        "modified_ms": int(one.get("ModifyTime") or 0) // 1_000_000,
    }
