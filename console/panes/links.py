"""What belongs to one row although it goes by several names: a model and the job that serves it, a consumer and the
job that consumes, a data flow and its producer. Certain links come from documents, the others from names, and say so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from console.naming import (
    called_after,
    first_places,
    items,
    job_name,
    job_of,
    last_word,
    meta_text,
    started_by,
    unplaced,
)
from console.panes.world import World
from console.signals import EntityKind, EntityRef, Pane


class FlowLink(NamedTuple):
    """The producer of a data flow (``namespace/job``); ``guessed`` when only its name says so."""

    producer: str | None
    guessed: bool = False


class Links(NamedTuple):
    """``row_of`` leads an entity with signals to the entity whose row it stands on; ``touching`` has jobs that data
    flows through, with those that consume and those that produce told apart by the flows they are known for."""

    row_of: Mapping[tuple[Pane, EntityRef], EntityRef]
    flows: Mapping[str, FlowLink]
    producing: Mapping[str, tuple[str, ...]]
    touching: frozenset[str]

    def row(self, pane: Pane, entity: EntityRef) -> EntityRef:
        """The entity whose row an entity's signals stand on."""
        if entity.kind is EntityKind.GROUP:
            entity = EntityRef(EntityKind.JOB, entity.id.rpartition("/")[0])
        if entity.kind is EntityKind.JOB:
            entity = EntityRef(EntityKind.JOB, started_by(entity.id))
        return self.row_of.get((pane, entity), entity)


def link(world: World) -> Links:
    """Find what belongs together. Cheap enough to do whenever a job's facts, a flow or a new signal comes."""
    flows = _flows(world)
    producing: dict[str, list[str]] = defaultdict(list)
    for flow, found in sorted(flows.items()):
        if found.producer is not None:
            producing[found.producer].append(flow)
    same = _same_flow(world, producing)
    row_of: dict[tuple[Pane, EntityRef], EntityRef] = {
        (Pane.INGESTION, _flow(one)): _flow(other) for one, other in same.items()
    }
    _link_ingestion_jobs(world, producing, same, row_of)
    _link_models(world, row_of)
    produced = {job: tuple(dict.fromkeys(same.get(flow, flow) for flow in names)) for job, names in producing.items()}
    kept = {flow: found for flow, found in flows.items() if flow not in same}
    return Links(row_of, kept, produced, _touching(world, produced))


def _flow(name: str) -> EntityRef:
    return EntityRef(EntityKind.FLOW, name)


def _flows(world: World) -> dict[str, FlowLink]:
    names = set(world.states[EntityKind.FLOW])
    names |= {entity.id for entity in world.by_entity[Pane.INGESTION] if entity.kind is EntityKind.FLOW}
    by_name: dict[str, list[str]] = defaultdict(list)
    produces: dict[str, list[str]] = defaultdict(list)
    if names:
        own = dict(world.own_jobs())
        for job_id in first_places(own):
            doc = own[job_id]
            by_name[job_name(job_id).casefold()].append(job_id)
            for item in items(meta_text(doc.get("meta"), "produces")):
                produces[item.casefold()].append(job_id)
                produces[last_word(item).casefold()].append(job_id)
    return {name: _producer(world, name, by_name, produces) for name in names}


def _producer(world: World, flow: str, by_name: dict[str, list[str]], produces: dict[str, list[str]]) -> FlowLink:
    doc = world.flow(flow)
    declared = doc.get("producer") if doc else None
    if declared:
        found = [declared] if world.job(declared) else by_name.get(declared.rpartition("/")[2].casefold(), [])
        return FlowLink(found[0] if len(found) == 1 else declared)
    name = flow.casefold()
    said = set(produces.get(name, ()))
    if len(said) == 1:
        return FlowLink(said.pop())
    called = called_after(flow, by_name)
    return FlowLink(None) if called is None else FlowLink(called, guessed=True)


def _same_flow(world: World, producing: dict[str, list[str]]) -> dict[str, str]:
    """A flow that only signals know is the one that a file declares, when one producer has just these two."""
    same = {}
    for flows in producing.values():
        declared = [flow for flow in flows if world.flow(flow) is not None]
        if len(declared) == 1 and len(flows) == 2:
            same.update({flow: declared[0] for flow in flows if flow != declared[0]})
    return same


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


def _link_models(world: World, row_of: dict[tuple[Pane, EntityRef], EntityRef]) -> None:
    entities = world.by_entity[Pane.MODELS]
    versions: dict[str, list[str]] = defaultdict(list)
    labelled: dict[str, set[EntityRef]] = defaultdict(set)
    known = {entity.id for entity in entities if entity.kind is EntityKind.MODEL} | set(world.states[EntityKind.MODEL])
    for model in sorted(known):
        versions[model.partition("@")[0]].append(model)
    for entity, signals in entities.items():
        for one in signals if entity.kind is EntityKind.MODEL else ():
            job = job_of(one.signal.labels)
            if job:
                labelled[job].add(entity)
    for name, ids in versions.items():
        whole = [model for model in ids if "@" in model]
        if name in ids and len(whole) == 1:
            row_of[(Pane.MODELS, EntityRef(EntityKind.MODEL, name))] = EntityRef(EntityKind.MODEL, whole[0])
    for entity in entities:
        if entity.kind in (EntityKind.JOB, EntityKind.SERVICE):
            served = _served(world, entity.id, versions) or _only(labelled.get(entity.id, ()))
            if served is not None:
                row_of[(Pane.MODELS, entity)] = row_of.get((Pane.MODELS, served), served)


def _served(world: World, job_id: str, versions: dict[str, list[str]]) -> EntityRef | None:
    """The model that a job's own meta names, where signals know it."""
    doc = world.job(job_id)
    meta = doc.get("meta") if doc else None
    name = meta_text(meta, "model")
    known = versions.get(name or "", [])
    whole = f"{name}@{meta_text(meta, 'model_version')}"
    found = whole if whole in known else known[0] if len(known) == 1 else None
    return None if found is None else EntityRef(EntityKind.MODEL, found)


def _only(entities: Iterable[EntityRef]) -> EntityRef | None:
    found = list(entities)
    return found[0] if len(found) == 1 else None


def _touching(world: World, producing: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """Jobs that data flows through. An exporter that only reports on somebody's queue is none of them."""
    found = set(producing)
    for job_id, job in world.own_jobs():
        if meta_text(job.get("meta"), "produces") or meta_text(job.get("meta"), "consumes"):
            found.add(job_id)
    for flow in world.states[EntityKind.FLOW]:
        doc = world.flow(flow)
        for consumer in (doc.get("consumers") if doc else None) or ():
            found |= {one for one in world.namesakes(job_name(consumer)) if unplaced(one) == consumer} or {consumer}
    for entity, signals in world.by_entity[Pane.INGESTION].items():
        if entity.kind is EntityKind.JOB:
            found.add(entity.id)
        elif entity.kind is EntityKind.FLOW:
            found |= {emitter for one in signals if (emitter := job_of(one.signal.labels))}
    return frozenset(found)
