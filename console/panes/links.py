"""What belongs to one row although it goes by several names: a model and the job that serves it, a consumer and the
job that consumes, a data flow and its producer. Certain links come from documents, the others from names, and say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from console.governance.producers import Producer, Producers, same_flow
from console.naming import job_name, job_of, meta_text, started_by, unplaced
from console.panes.modellinks import ModelLinks, link_models
from console.panes.promises import promises_of_flows
from console.panes.world import World
from console.signals import EntityKind, EntityRef, Pane


class Links(NamedTuple):
    """``row_of`` leads an entity with signals to the entity whose row it stands on; ``touching`` has jobs that data
    flows through, with those that consume and those that produce told apart by the flows they are known for. ``models``
    is what belongs to models; ``promises`` has the signals that tell whether what was promised of a flow holds."""

    row_of: Mapping[tuple[Pane, EntityRef], EntityRef]
    flows: Mapping[str, Producer]
    producing: Mapping[str, tuple[str, ...]]
    touching: frozenset[str]
    models: ModelLinks = ModelLinks()
    promises: Mapping[str, tuple[int, ...]] = {}

    def row(self, pane: Pane, entity: EntityRef) -> EntityRef:
        """The entity whose row an entity's signals stand on."""
        if entity.kind is EntityKind.GROUP:
            entity = EntityRef(EntityKind.JOB, entity.id.rpartition("/")[0])
        if entity.kind is EntityKind.JOB:
            entity = EntityRef(EntityKind.JOB, started_by(entity.id))
        found = self.row_of.get((pane, entity))
        if found is None and pane is Pane.MODELS and entity.kind is EntityKind.MODEL:
            return EntityRef(EntityKind.MODEL, entity.id.partition("@")[0])  # a version of it that nothing measures
        return found or entity

    def rows_about(self, entity: EntityRef) -> Iterator[tuple[Pane, EntityRef]]:
        """The rows that tell of what is declared: its own, and those of what it is about."""
        yield Pane.OWNERSHIP, entity
        yield Pane.MODELS, entity
        if entity.kind is EntityKind.KPI and entity.id in self.models.kpi_row:
            yield self.models.kpi_row[entity.id]
        for model in self.models.fed.get(entity.id, ()) if entity.kind is EntityKind.FLOW else ():
            yield Pane.MODELS, EntityRef(EntityKind.MODEL, model)


def link(world: World) -> Links:
    """Find what belongs together. Cheap enough to do whenever a job's facts, a flow or a new signal comes."""
    flows = _flows(world)
    producing: dict[str, list[str]] = defaultdict(list)
    for flow, found in sorted(flows.items()):
        if found.job is not None:
            producing[found.job].append(flow)
    same = same_flow(flows, (name for name, _ in world.declared(EntityKind.FLOW)))
    row_of: dict[tuple[Pane, EntityRef], EntityRef] = {
        (Pane.INGESTION, _flow(one)): _flow(other) for one, other in same.items()
    }
    _link_ingestion_jobs(world, producing, same, row_of)
    produced = {job: tuple(dict.fromkeys(same.get(flow, flow) for flow in names)) for job, names in producing.items()}
    kept = {flow: found for flow, found in flows.items() if flow not in same}
    rows = {flow.casefold(): _flow(same.get(flow, flow)) for flow in flows}
    models = link_models(world, lambda name: rows.get(name.casefold()))
    row_of.update({(Pane.MODELS, entity): row for entity, row in models.rows.items()})
    links = Links(row_of, kept, produced, _touching(world, produced), models)
    return links._replace(promises=promises_of_flows(world, lambda entity: links.row(Pane.INGESTION, entity)))


def _flow(name: str) -> EntityRef:
    return EntityRef(EntityKind.FLOW, name)


def _flows(world: World) -> dict[str, Producer]:
    declared = {name for name, _ in world.declared(EntityKind.FLOW)}
    names = declared | {entity.id for entity in world.by_entity[Pane.INGESTION] if entity.kind is EntityKind.FLOW}
    find = Producers(dict(world.own_jobs()) if names else {})
    return {name: find.of(name, doc["producer"] if (doc := world.flow(name)) else None) for name in names}


def _link_ingestion_jobs(
    world: World,
    producing: dict[str, list[str]],
    same: dict[str, str],
    row_of: dict[tuple[Pane, EntityRef], EntityRef],
) -> None:
    entities = world.by_entity[Pane.INGESTION]
    jobs = [entity for entity in entities if entity.kind is EntityKind.JOB]
    consumers: dict[str, list[EntityRef]] = defaultdict(list)
    for entity in entities:
        if entity.kind is EntityKind.CONSUMER:
            consumers[entity.id.rpartition("/")[2].casefold()].append(entity)
    called: dict[str, int] = defaultdict(int)
    for job in jobs:
        called[job.id.rpartition("/")[2].casefold()] += 1
    for job in jobs:
        name = job.id.rpartition("/")[2].casefold()
        if len(consumers[name]) == 1 and called[name] == 1:
            row_of[(Pane.INGESTION, job)] = consumers[name][0]
            continue
        rows = {same.get(flow, flow) for flow in producing.get(job.id, ()) if _flow(flow) in entities}
        if len(rows) == 1:
            row_of[(Pane.INGESTION, job)] = _flow(rows.pop())


def _touching(world: World, producing: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """Jobs that data flows through. An exporter that only reports on somebody's queue is none of them."""
    found = set(producing)
    for job_id, job in world.own_jobs():
        if meta_text(job.get("meta"), "produces") or meta_text(job.get("meta"), "consumes"):
            found.add(job_id)
    for flow, _ in world.declared(EntityKind.FLOW):
        doc = world.flow(flow)
        for consumer in (doc.get("consumers") if doc else None) or ():
            found |= {one for one in world.namesakes(job_name(consumer)) if unplaced(one) == consumer} or {consumer}
    for entity, signals in world.by_entity[Pane.INGESTION].items():
        if entity.kind is EntityKind.JOB:
            found.add(entity.id)
        elif entity.kind is EntityKind.FLOW:
            found |= {emitter for one in signals if (emitter := job_of(one.signal.labels))}
    return frozenset(found)
