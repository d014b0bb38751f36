"""Which models there are by all of their names, which jobs serve them, what they answer from, and where KPIs stand.

A model is one thing and has one row, whatever a registry, the meta of jobs and the labels of metrics call it, and
however many versions of it run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from console.governance.inputs import Inputs
from console.governance.modelnames import same_model
from console.naming import job_name, job_of, unplaced
from console.panes.world import World
from console.signals import EntityKind, EntityRef, Pane

Row = tuple[Pane, EntityRef]


class ModelLinks(NamedTuple):
    """``rows`` leads entities of the models' pane to the row they stand on. Models by the name of their row:
    ``serving`` has the jobs that serve each, ``inputs`` the flows it answers from; ``served`` and ``fed`` are the same
    from the other end. ``kpis`` has the KPIs on each row, ``kpi_row`` the row of each; ``alone`` are those that are
    about nothing that has a row.
    """

    rows: Mapping[EntityRef, EntityRef] = {}
    models: frozenset[str] = frozenset()
    serving: Mapping[str, tuple[str, ...]] = {}
    served: Mapping[str, tuple[str, ...]] = {}
    inputs: Mapping[str, tuple[str, ...]] = {}
    fed: Mapping[str, tuple[str, ...]] = {}
    kpis: Mapping[Row, tuple[str, ...]] = {}
    kpi_row: Mapping[str, Row] = {}
    alone: frozenset[str] = frozenset()


class Names:
    """The names by which models go, each with the one that stands for it: the first that was given."""

    def __init__(self) -> None:
        self._by_end: dict[str, list[str]] = defaultdict(list)
        self._known: dict[str, str] = {}

    def add(self, name: str) -> str:
        """The name that stands for a model; from now on this one, where none does."""
        found = self.find(name)
        if found is None:
            found = name
            self._by_end[_end(name)].append(name)
        self._known.setdefault(name, found)
        return found

    def find(self, name: str) -> str | None:
        """The name that stands for a model: the same but for case, or the only one that is part of the other."""
        if name in self._known:
            return self._known[name]
        near = [one for one in self._by_end.get(_end(name), ()) if same_model(one, name)]
        alike = [one for one in near if one.casefold() == name.casefold()]
        return alike[0] if alike else near[0] if len(near) == 1 else None


def _end(name: str) -> str:
    return name.casefold().rstrip("/").rpartition("/")[2]


def link_models(world: World, flow_row: Callable[[str], EntityRef | None]) -> ModelLinks:
    """Find what belongs to each model. ``flow_row`` gives the row of a flow on the ownership pane."""
    entities = world.by_entity[Pane.MODELS]
    names = Names()
    declared = {name: record.body for name, record in sorted(world.declared(EntityKind.MODEL))}
    for name in declared:
        names.add(name)
    measured = sorted(entity.id.partition("@")[0] for entity in entities if entity.kind is EntityKind.MODEL)
    for name in measured:
        names.add(name)
    serving: dict[str, dict[str, None]] = defaultdict(dict)
    for job_id, said in sorted(world.serving.items()):
        for name in said:
            serving[names.add(name)][job_id] = None
    for name in declared:
        model = world.model(name)
        for job in (model.get("jobs") if model else None) or ():
            for job_id in _known_jobs(world, job):
                serving[name][job_id] = None
    served: dict[str, list[str]] = defaultdict(list)
    for model_name, jobs in serving.items():
        for job_id in jobs:
            served[job_id].append(model_name)
    models = frozenset([*declared, *(names.add(name) for name in measured), *serving])
    inputs, fed = _inputs(world, models, serving)
    links = ModelLinks(
        _rows(world, names, served),
        models,
        {name: tuple(jobs) for name, jobs in serving.items()},
        {job_id: tuple(of) for job_id, of in served.items()},
        inputs,
        fed,
    )
    return _with_kpis(world, links, names, flow_row)


def _known_jobs(world: World, job: str) -> Iterable[str]:
    """The jobs that a file means: of that id, wherever they run, as far as they run."""
    return sorted(one for one in world.namesakes(job_name(job)) if unplaced(one) == unplaced(job) and world.runs(one))


def _inputs(
    world: World, models: Iterable[str], serving: Mapping[str, Mapping[str, None]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    flows = {name: doc for name, _ in world.declared(EntityKind.FLOW) if (doc := world.flow(name)) is not None}
    found, inputs = Inputs(flows), {}
    fed: dict[str, list[str]] = defaultdict(list)
    for name in sorted(models):
        if of := found.of(name, world.model(name), serving.get(name, ())):
            inputs[name] = of
            for flow in of:
                fed[flow].append(name)
    return inputs, {flow: tuple(of) for flow, of in fed.items()}


def _rows(world: World, names: Names, served: Mapping[str, list[str]]) -> dict[EntityRef, EntityRef]:
    """Signals of versions stand on their model's row, and so do those of a job that serves one model only, or that
    reports of one only."""
    entities = world.by_entity[Pane.MODELS]
    rows: dict[EntityRef, EntityRef] = {}
    labelled: dict[str, set[EntityRef]] = defaultdict(set)
    for entity, signals in entities.items():
        if entity.kind is EntityKind.MODEL:
            row = EntityRef(EntityKind.MODEL, names.add(entity.id.partition("@")[0]))
            if row != entity:
                rows[entity] = row
            for one in signals:
                if job := job_of(one.signal.labels):
                    labelled[job].add(row)
    for entity in entities:
        if entity.kind in (EntityKind.JOB, EntityKind.SERVICE):
            of = {EntityRef(EntityKind.MODEL, one) for one in served.get(entity.id, ())} or labelled.get(
                entity.id, set()
            )
            if len(of) == 1:
                rows[entity] = next(iter(of))
    return rows


# -- KPIs --------------------------------------------------------------------------------------------------------------


def _with_kpis(
    world: World, links: ModelLinks, names: Names, flow_row: Callable[[str], EntityRef | None]
) -> ModelLinks:
    on: dict[Row, list[str]] = defaultdict(list)
    row_of: dict[str, Row] = {}
    alone = set()
    for name, record in sorted(world.declared(EntityKind.KPI)):
        kind, _, subject = str(record.body.get("subject") or "").partition(":")
        row = _SUBJECTS.get(kind, _of_nothing)(world, links, names, flow_row, subject)
        if row is None:
            row = (Pane.MODELS, EntityRef(EntityKind.KPI, name))
            alone.add(name)
        on[row].append(name)
        row_of[name] = row
    return links._replace(kpis={row: tuple(of) for row, of in on.items()}, kpi_row=row_of, alone=frozenset(alone))


_FlowRow = Callable[[str], "EntityRef | None"]


def _of_model(world: World, links: ModelLinks, names: Names, flow_row: _FlowRow, subject: str) -> Row | None:
    found = names.find(subject.partition("@")[0])
    return None if found is None else (Pane.MODELS, EntityRef(EntityKind.MODEL, found))


def _of_flow(world: World, links: ModelLinks, names: Names, flow_row: _FlowRow, subject: str) -> Row | None:
    found = flow_row(subject)
    return None if found is None else (Pane.OWNERSHIP, found)


def _of_job(world: World, links: ModelLinks, names: Names, flow_row: _FlowRow, subject: str) -> Row | None:
    """The row of the model that it serves, or its own where it has one."""
    jobs = [one for one in world.namesakes(job_name(subject)) if subject in (one, unplaced(one), job_name(one))]
    models = {model for job in jobs for model in links.served.get(job, ())}
    if len(models) == 1:
        return (Pane.MODELS, EntityRef(EntityKind.MODEL, models.pop()))
    return _measured(world, links, (EntityRef(EntityKind.JOB, one) for one in sorted(jobs)))


def _of_service(world: World, links: ModelLinks, names: Names, flow_row: _FlowRow, subject: str) -> Row | None:
    """A service by its name, in whatever namespace; one that is called as a job stands for that."""
    known = (one for one in world.by_entity[Pane.MODELS] if one.kind is EntityKind.SERVICE)
    named = sorted(one for one in known if subject in (one.id, unplaced(one.id), job_name(one.id)))
    return _measured(world, links, named) or _of_job(world, links, names, flow_row, subject)


def _measured(world: World, links: ModelLinks, entities: Iterable[EntityRef]) -> Row | None:
    found = [one for one in entities if one in world.by_entity[Pane.MODELS]]
    return (Pane.MODELS, links.rows.get(found[0], found[0])) if found else None


def _of_nothing(world: World, links: ModelLinks, names: Names, flow_row: _FlowRow, subject: str) -> Row | None:
    return None


_SUBJECTS: dict[str, Callable[[World, ModelLinks, Names, _FlowRow, str], Row | None]] = {
    "model": _of_model,
    "flow": _of_flow,
    "job": _of_job,
    "service": _of_service,
}
