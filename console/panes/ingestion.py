"""The ingestion pane: one row a consumer, topic, flow or job that data comes in by."""

from __future__ import annotations

from collections.abc import Sequence

from console.naming import job_name, place_of
from console.panes.alerts import Firing
from console.panes.links import Links
from console.panes.marked import alert_row
from console.panes.rows import Placed
from console.panes.signalrow import signal_row
from console.panes.whereabouts import titled
from console.panes.world import World
from console.signals import EntityKind, EntityRef, Pane

PANE = Pane.INGESTION


def members(world: World, links: Links) -> set[EntityRef]:
    """All that may have a row."""
    return {links.row(PANE, entity) for entity in world.by_entity[PANE]}


def build(world: World, links: Links, entity: EntityRef, alerts: Sequence[Firing]) -> Placed | None:
    """The row of an entity, None where nothing was seen of it."""
    if entity.kind is EntityKind.ALERT:
        return alert_row(world, entity, alerts)
    name, notes = entity.id, []
    if entity.kind in (EntityKind.JOB, EntityKind.SERVICE):
        name = titled(world, job_name(entity.id), place_of(entity.id))
    elif entity.kind is EntityKind.FLOW:
        found = links.flows.get(entity.id)
        producer = (found.job if found else None) or ""
        job = producer.rpartition("/")[2]
        # A flow and its producer are one thing to whoever looks for it: the night's log speaks of the job.
        notes = [f"from {job}" if job and job != name else ""]
    elif entity.kind is EntityKind.TOPIC:
        notes = ["topic"]
    return signal_row(world, PANE, entity, name, notes, alerts)
