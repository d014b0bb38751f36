"""Who answers for what moved first: its owner, who is on call for it; or that nobody does, and whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from console.analysis.answerers import Answerers, names_of, on_call_of, person_now, problems_with
from console.analysis.leads import leads
from console.analysis.scene import Scene, Topology
from console.findings import ResponsibleDoc
from console.governance.flows import whole_flow
from console.governance.modelnames import same_model
from console.governance.shapes import FlowDoc
from console.naming import job_name, started_by
from console.ownership import Answer, by_file, by_meta
from console.signals import EntityKind, EntityRef


class Subject(NamedTuple):
    """What has to be answered for: a flow, a job or a model by its name; the job behind it, the flows that it makes,
    and what is said of it."""

    name: str
    entity: EntityRef
    job: str | None
    flows: tuple[str, ...]
    answer: Answer
    doc: FlowDoc | None = None
    contract: bool = False  # it owes one
    guessed: bool = False  # only its name says that the job makes the flow


def responsible(scene: Scene, entity: EntityRef) -> ResponsibleDoc | None:
    """Who answers for the entity of a signal as of the scene's time; None where that is nobody's to know, as of a node
    or of a queue that many fill."""
    known, topology = scene.answerers, scene.topology
    subject = _SUBJECTS.get(entity.kind, _nothing)(known, topology, entity)
    if subject is None:
        return None
    answer = subject.answer
    on_call = on_call_of(known, answer)
    person = person_now(known, answer, scene.at_ms)
    problems = [] if answer.owner else ["no owner"]
    problems += [] if on_call or person is not None else ["no on-call"]
    problems += ["nobody on call"] if person is not None and not person["name"] else []
    problems += ["no data contract"] if subject.contract and not answer.contract else []
    problems += problems_with(subject.doc, scene.at_ms, names_of(known)) if subject.doc is not None else []
    return {
        "flow": subject.name,
        "entity": str(subject.entity),
        "job": subject.job,
        "guessed": subject.guessed,
        "owner": answer.owner or None,
        "on_call": on_call,
        "person": person,
        "problems": problems,
        "leads": leads(known, topology, subject.job, subject.flows, scene.at_ms),
    }


def _nothing(known: Answerers, topology: Topology, entity: EntityRef) -> Subject | None:
    return None


def _of_flow(known: Answerers, topology: Topology, entity: EntityRef) -> Subject | None:
    """A flow by its own name, or by that under which a file declares it."""
    same = _ends(topology, entity, EntityKind.FLOW, "the same flow")
    names = [entity.id, *(one for one in same if one in known.flows)]
    declared = next((name for name in names if name in known.flows), None)
    flows = {EntityRef(EntityKind.FLOW, name) for name in names}
    makers = [one for one in topology.links if one.effect in flows and one.cause.kind is EntityKind.JOB]
    job = makers[0].cause.id if makers else None
    whole = whole_flow(known.flows.get(declared or ""), known.jobs.get(job or ""), job)
    name = declared or entity.id
    entity = EntityRef(EntityKind.FLOW, name)
    guessed = bool(makers) and makers[0].guessed
    return Subject(name, entity, job, tuple(names), by_file(whole), whole, contract=True, guessed=guessed)


def _of_job(known: Answerers, topology: Topology, entity: EntityRef) -> Subject | None:
    """A job by its own meta; where that is silent the only flow that it makes answers."""
    job = started_by(entity.id)
    doc = known.jobs.get(job)
    if doc is None:
        return None
    made = tuple(_effects(topology, EntityRef(EntityKind.JOB, job), EntityKind.FLOW))
    declared = [flow for flow in made if flow in known.flows]
    whole = whole_flow(known.flows[declared[0]], doc, job) if len(declared) == 1 else None
    answer = by_meta(doc).otherwise(by_file(whole))
    makes = bool(made or _effects(topology, EntityRef(EntityKind.JOB, job), EntityKind.TOPIC))
    return Subject(job_name(job), EntityRef(EntityKind.JOB, job), job, made, answer, whole, contract=makes)


def _of_group(known: Answerers, topology: Topology, entity: EntityRef) -> Subject | None:
    return _of_job(known, topology, EntityRef(EntityKind.JOB, entity.id.rpartition("/")[0]))


def _of_part(known: Answerers, topology: Topology, entity: EntityRef) -> Subject | None:
    """An allocation or a task is answered for by its job, a service by the one that stands behind it."""
    allocation = EntityRef(EntityKind.ALLOCATION, entity.id.partition("/")[0])
    whole = allocation if entity.kind is EntityKind.TASK else entity
    return _of_only(known, topology, [*_causes(topology, whole, EntityKind.JOB)])


def _of_consumer(known: Answerers, topology: Topology, entity: EntityRef) -> Subject | None:
    return _of_only(known, topology, _effects(topology, entity, EntityKind.JOB))


def _of_topic(known: Answerers, topology: Topology, entity: EntityRef) -> Subject | None:
    """A topic is answered for by the one flow in it, or the one job that fills it; of many nobody can say."""
    flows = list(dict.fromkeys(_causes(topology, entity, EntityKind.FLOW)))
    if len(flows) == 1:
        return _of_flow(known, topology, EntityRef(EntityKind.FLOW, flows[0]))
    return None if flows else _of_only(known, topology, _causes(topology, entity, EntityKind.JOB))


def _of_only(known: Answerers, topology: Topology, jobs: Iterable[str]) -> Subject | None:
    found = list(dict.fromkeys(jobs))
    return _of_job(known, topology, EntityRef(EntityKind.JOB, found[0])) if len(found) == 1 else None


def _of_model(known: Answerers, topology: Topology, entity: EntityRef) -> Subject | None:
    """A model by its registry or file, and where these are silent the one job that serves it."""
    name = entity.id.partition("@")[0]
    doc = next((doc for one, doc in known.models.items() if same_model(one, name)), None)
    own = Answer(str(doc.get("owner") or ""), str(doc.get("on_call") or ""), "") if doc is not None else None
    serving = [link for link in topology.links if link.effect == entity and link.why == "serves the model"]
    jobs = list(dict.fromkeys(link.cause.id for link in serving if link.cause.id in known.jobs))
    meta = by_meta(known.jobs[jobs[0]]) if len(jobs) == 1 else None
    if own is None and meta is None:
        return None
    answer = (own or Answer("", "", "")).otherwise(meta or Answer("", "", ""))
    job = jobs[0] if len(jobs) == 1 else None
    return Subject(name, EntityRef(EntityKind.MODEL, name), job, (), answer)


def _causes(topology: Topology, effect: EntityRef, kind: EntityKind) -> list[str]:
    return [link.cause.id for link in topology.links if link.effect == effect and link.cause.kind is kind]


def _effects(topology: Topology, cause: EntityRef, kind: EntityKind) -> list[str]:
    return [link.effect.id for link in topology.links if link.cause == cause and link.effect.kind is kind]


def _ends(topology: Topology, cause: EntityRef, kind: EntityKind, why: str) -> list[str]:
    return [
        link.effect.id
        for link in topology.links
        if link.cause == cause and link.effect.kind is kind and link.why == why
    ]


_SUBJECTS: dict[EntityKind, Callable[[Answerers, Topology, EntityRef], Subject | None]] = {
    EntityKind.FLOW: _of_flow,
    EntityKind.JOB: _of_job,
    EntityKind.GROUP: _of_group,
    EntityKind.ALLOCATION: _of_part,
    EntityKind.TASK: _of_part,
    EntityKind.SERVICE: _of_part,
    EntityKind.CONSUMER: _of_consumer,
    EntityKind.TOPIC: _of_topic,
    EntityKind.MODEL: _of_model,
}
