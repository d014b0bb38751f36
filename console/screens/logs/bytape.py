"""Allocations as the tape knows them, for logs of an object whose allocations Nomad does not list for this token."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from console.inventory.objects.allocation import Allocation, allocation
from console.screens.tape.docs import document_of
from console.signals import EntityKind, EntityRef

if TYPE_CHECKING:
    from console.screens.frame import Place
    from console.tape.store import Store

_Belongs = Callable[[Allocation], bool]


def allocations_known(store: Store, place: Place, entity: EntityRef, *, whole: bool) -> list[Mapping[str, Any]]:
    """Those of an object that were not collected at a place in time, told as the errand ``allocations`` tells them.
    ``whole``: those of its job."""
    at_ms = None if place.live else place.at_ms
    found = [allocation(record) for record in store.states_at(at_ms, (EntityKind.ALLOCATION,))]
    if whole:
        entity = _job_of(entity, found)
    belongs = _service(store, place, entity) if entity.kind is EntityKind.SERVICE else _BELONGS[entity.kind](entity.id)
    return [_told(one) for one in found if not one.gone and belongs(one)]


def _told(one: Allocation) -> Mapping[str, Any]:
    return {"id": one.id, "status": one.status, "desired": one.desired, "healthy": one.healthy,
            "modified_ms": one.at_ms}  # fmt: skip


def _job_of(entity: EntityRef, known: Sequence[Allocation]) -> EntityRef:
    if entity.kind is EntityKind.GROUP:
        return EntityRef(EntityKind.JOB, entity.id.rpartition("/")[0])
    own = entity.id.partition("/")[0] if entity.kind in (EntityKind.ALLOCATION, EntityKind.TASK) else ""
    job = next((one.job for one in known if one.id == own), "")
    return EntityRef(EntityKind.JOB, job) if job else entity


def _service(store: Store, place: Place, entity: EntityRef) -> _Belongs:
    instances = document_of(store, entity, place.at_ms).body.get("instances")
    told = instances.values() if isinstance(instances, dict) else ()
    ids = {one.get("allocation") for one in told if isinstance(one, dict)}
    return lambda one: one.id in ids


_BELONGS: dict[EntityKind, Callable[[str], _Belongs]] = {
    EntityKind.JOB: lambda job: lambda one: one.job == job,
    EntityKind.GROUP: lambda group: lambda one: f"{one.job}/{one.group}" == group,
    EntityKind.NODE: lambda node: lambda one: one.node_id == node,
    EntityKind.DEPLOYMENT: lambda deployment: lambda one: one.deployment == deployment,
    EntityKind.EVALUATION: lambda evaluation: lambda one: one.evaluation == evaluation,
    EntityKind.ALLOCATION: lambda known: lambda one: one.id == known,
    EntityKind.TASK: lambda task: lambda one: one.id == task.partition("/")[0],
}
