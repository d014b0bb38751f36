"""The models pane: one row a model, with the job that serves it; one for other jobs and services with model signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from console.documents import JobDoc
from console.naming import job_name, place_of
from console.panes.alerts import Firing
from console.panes.links import Links
from console.panes.marked import alert_row
from console.panes.rows import Placed
from console.panes.signalrow import signal_row, unmeasured_row
from console.panes.whereabouts import titled
from console.panes.world import World
from console.signals import EntityKind, EntityRef, Pane

PANE = Pane.MODELS


def members(world: World, links: Links) -> set[EntityRef]:
    """All that may have a row: what has signals, and models that a running job names but nothing measures."""
    found = {links.row(PANE, entity) for entity in world.by_entity[PANE]}
    measured = {entity.id.partition("@")[0] for entity in found if entity.kind is EntityKind.MODEL}
    for job_id, doc in world.own_jobs():
        model = (doc.get("meta") or {}).get("model")
        if model and _runs(doc) and model not in measured and EntityRef(EntityKind.JOB, job_id) not in found:
            version = (doc.get("meta") or {}).get("model_version")
            found.add(EntityRef(EntityKind.MODEL, f"{model}@{version}" if version else str(model)))
    return found


def _runs(doc: JobDoc) -> bool:
    return not doc.get("stopped") and doc.get("status") != "dead"


def build(world: World, _links: Links, entity: EntityRef, alerts: Sequence[Firing]) -> Placed | None:
    """The row of an entity, None where there is nothing to say."""
    if entity.kind is EntityKind.ALERT:
        return alert_row(world, entity, alerts)
    name, version = entity.id, ""
    if entity.kind is EntityKind.MODEL:
        name, _, version = entity.id.partition("@")
    else:
        name = titled(world, job_name(entity.id), place_of(entity.id))
    notes = [version]
    if not world.on_row(PANE, entity):
        return unmeasured_row(world, entity, name, notes, alerts, _served_by(world, name))
    return signal_row(world, PANE, entity, name, notes, alerts)


def _served_by(world: World, model: str) -> str:
    jobs = world.states[EntityKind.JOB].values()
    named = [record.entity.id for record in jobs if (cast(JobDoc, record.body).get("meta") or {}).get("model") == model]
    return f"served by {', '.join(sorted(job.partition('/')[2] for job in named))}" if named else ""
