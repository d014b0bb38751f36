"""The links between flows, jobs and models that the audit follows: those of the topology, and what is declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from console.analysis.scene import Link
from console.analysis.topology import topology_of
from console.governance.flows import Flow
from console.governance.modelnames import same_model
from console.governance.producers import Producers
from console.governance.shapes import ModelDoc
from console.naming import items, last_word, meta_text
from console.scenes.audit.known import Known
from console.signals import EntityKind, EntityRef, Signal

_REPORTED = "reported by the job"


def links_of(
    known: Known, signals: Sequence[Signal], flows: Sequence[Flow], serving: Mapping[str, Sequence[str]]
) -> list[Link]:
    """All links. ``serving`` has the jobs that are known to serve a model, by its name: that another job has metrics
    of that model, as an evaluator does, then leads nowhere."""
    states = [*known.states.get(EntityKind.JOB, {}).values(), *known.states.get(EntityKind.FLOW, {}).values()]
    found = [one for one in topology_of(states, signals).links if not _only_reports(one, serving)]
    jobs = Producers(known.docs(EntityKind.JOB))
    return [*found, *_declared(known, flows, jobs), *_serves(serving)]


def _only_reports(link: Link, serving: Mapping[str, Sequence[str]]) -> bool:
    if link.why != _REPORTED or link.effect.kind is not EntityKind.MODEL:
        return False
    jobs = serving.get(link.effect.id.partition("@")[0], ())
    return bool(jobs) and link.cause.id not in jobs


def _declared(known: Known, flows: Iterable[Flow], jobs: Producers) -> Iterator[Link]:
    models = known.docs(EntityKind.MODEL)
    for flow in flows:
        entity = EntityRef(EntityKind.FLOW, flow.name)
        for other in flow.names[1:]:
            alias = EntityRef(EntityKind.FLOW, other)
            yield from (Link(entity, alias, "the same flow"), Link(alias, entity, "the same flow"))
        if flow.producer is not None:
            why = "called after the flow" if flow.guessed else "produces the flow"
            yield Link(EntityRef(EntityKind.JOB, flow.producer), entity, why, flow.guessed)
            yield from _carried(entity, flow, known)
        for job in flow.doc["consumers"]:
            yield Link(entity, EntityRef(EntityKind.JOB, jobs.known(job)), "consumes the flow")
        for source in flow.doc.get("upstream", ()):
            yield Link(EntityRef(EntityKind.FLOW, source), entity, "the flow is made of it")
        for name in flow.doc.get("feeds", ()):
            yield Link(entity, EntityRef(EntityKind.MODEL, _known_model(name, models)), "feeds the model")
    for name, doc in models.items():
        for source in doc.get("inputs", ()):
            yield Link(EntityRef(EntityKind.FLOW, source), EntityRef(EntityKind.MODEL, name), "the model's input")


def _carried(entity: EntityRef, flow: Flow, known: Known) -> Iterator[Link]:
    """The subjects that the producer says to write and that are called as the flow is."""
    producer = known.states.get(EntityKind.JOB, {}).get(flow.producer or "")
    names = {name.casefold() for name in flow.names}
    for item in items(meta_text(producer.body.get("meta"), "produces")) if producer is not None else ():
        if {item.casefold(), last_word(item).casefold()} & names:
            yield Link(entity, EntityRef(EntityKind.TOPIC, item), "carried by it")


def _known_model(name: str, models: Mapping[str, ModelDoc]) -> str:
    return name if name in models else next((one for one in models if same_model(one, name)), name)


def _serves(serving: Mapping[str, Sequence[str]]) -> Iterator[Link]:
    for model, jobs in serving.items():
        for job in jobs:
            yield Link(EntityRef(EntityKind.JOB, job), EntityRef(EntityKind.MODEL, model), "serves the model")
