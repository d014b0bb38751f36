"""Where a row is, told as far as it is not the same for all: cluster or region, and namespace. Pure."""

from __future__ import annotations

from console.naming import job_name, namespace_of, place_of, place_of_source, source_of, where_text
from console.panes.rows import Where
from console.panes.world import World, text_of
from console.signals import EntityKind, EntityRef

_OF_NOMAD = (EntityKind.JOB, EntityKind.GROUP, EntityKind.NODE)


def job_title(world: World, job_id: str) -> str:
    """The job's own name; with its namespace where another namespace has a job of that name, and with its place where
    there are several."""
    name, alike = job_name(job_id), world.namesakes(job_name(job_id))
    if len({namespace_of(other) for other in alike}) > 1:
        name = f"{namespace_of(job_id)}/{name}"
    return titled(world, name, place_of(job_id))


def titled(world: World, name: str, place: str) -> str:
    """A name with its place behind it: ``fra1-cpu-02 · eu``. Alone where there is one place only."""
    there = where_text(place) if world.spread[0] else ""
    return f"{name} · {there}" if there else name


def job_note(world: World, job_id: str) -> str:
    """The namespace of a job, where there are several."""
    return namespace_of(job_id) if world.spread[1] else ""


def where_of(world: World, entity: EntityRef) -> Where:
    """Where a job or a node is, as its id and its document say; the region of all that a feed reads, where they do
    not."""
    record = world.states.get(entity.kind, {}).get(entity.id)
    if entity.kind not in _OF_NOMAD:
        return Where()
    body = record.body if record is not None else {}
    cluster = text_of(body.get("cluster")) or place_of(entity.id)
    feed = world.feed(source_of(cluster))
    region = text_of(body.get("region")) or (text_of(feed.get("region")) if feed else "")
    return Where(cluster, region, namespace_of(entity.id))


def look(world: World) -> bool:
    """Look whether there are several places, and several namespaces; True when that has changed, for all rows."""
    feeds = {place for name in world.states[EntityKind.FEED] if (place := place_of_source(name))}
    spread = len(feeds | set(world.tally.places)) > 1, len(world.tally.namespaces) > 1
    changed, world.spread = spread != world.spread, spread
    return changed
