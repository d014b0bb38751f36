"""The links of a topology, one source after another: Nomad's documents, data flows, job meta, labels, names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.analysis.scene import Link
from console.governance.modelnames import Served, served_by_meta
from console.governance.producers import Producers
from console.naming import (
    Subjects,
    first_places,
    items,
    job_name,
    job_of,
    meta_text,
    placed,
    started_by,
    stem,
)
from console.signals import EntityKind, EntityRef, Record, RecordKind, Signal

_GONE = ("complete", "failed")  # an allocation that is lost still tells on which node it was
_STAGES = (EntityKind.TOPIC, EntityKind.CONSUMER, EntityKind.JOB)
_STANDS_BY_LABEL = (EntityKind.MODEL, EntityKind.SERVICE)


class Lineage:
    """Collects links; of two between the same entities the certain one, said first, stays."""

    def __init__(self, states: Sequence[Record], signals: Sequence[Signal]) -> None:
        self._docs = _newest(states)
        self._signals = signals
        self._links: dict[tuple[EntityRef, EntityRef], Link] = {}
        self._entities: dict[EntityKind, dict[str, None]] = defaultdict(dict)  # ids in the order they were seen
        for signal in signals:
            self._entities[signal.entity.kind].setdefault(signal.entity.id)
        self._jobs = {job: doc for job, doc in self._docs[EntityKind.JOB].items() if not doc.get("parent")}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for job in first_places(self._jobs):
            self._by_name[job_name(job).casefold()].append(job)
        self._producers = Producers(self._jobs)
        self._producer: dict[str, str] = {}  # flow -> job, where known for certain or guessed

    def links(self) -> tuple[Link, ...]:
        """All links, certain ones first. Call once."""
        self._placed()
        self._flows()
        self._subjects()
        self._labels()
        self._models()
        self._consumers()
        return tuple(sorted(self._links.values(), key=lambda link: link.guessed))

    def _add(self, cause: EntityRef, effect: EntityRef, why: str, guessed: bool = False) -> None:
        held = self._links.get((cause, effect))
        if cause != effect and (held is None or (held.guessed and not guessed)):
            self._links[(cause, effect)] = Link(cause, effect, why, guessed)

    def _both(self, one: EntityRef, other: EntityRef, why: str, guessed: bool = False) -> None:
        self._add(one, other, why, guessed)
        self._add(other, one, why, guessed)

    # -- Nomad ---------------------------------------------------------------------------------------------------

    def _placed(self) -> None:
        jobs: dict[tuple[str, str], EntityRef] = {}  # ten thousand allocations are of few jobs, on few nodes
        nodes: dict[str, EntityRef] = {}
        for name, doc in self._docs[EntityKind.ALLOCATION].items():
            if not doc.get("namespace") or not doc.get("job"):
                continue
            whose = (f"{doc['namespace']}/{doc['job']}", str(doc.get("cluster") or ""))
            if (job := jobs.get(whose)) is None:
                job = jobs[whose] = _job(placed(*whose))
            allocation = _own(EntityKind.ALLOCATION, name)
            if doc.get("status") not in _GONE and not doc.get("gone") and doc.get("node_id"):
                where = str(doc["node_id"])
                if (node := nodes.get(where)) is None:
                    node = nodes[where] = _own(EntityKind.NODE, where)
                self._add(node, job, "runs the job")
                self._add(node, allocation, "runs the allocation")
            self._both(allocation, job, "part of the job")
        for kind in (EntityKind.GROUP, EntityKind.TASK, EntityKind.JOB):
            for name in self._entities[kind]:
                whole = started_by(name) if kind is EntityKind.JOB else name.rpartition("/")[0]
                of = EntityKind.ALLOCATION if kind is EntityKind.TASK else EntityKind.JOB
                if whole:
                    self._both(_own(kind, name), _own(of, whole), "part of it")

    # -- data flows ----------------------------------------------------------------------------------------------

    def _flows(self) -> None:
        labelled: dict[tuple[str, str], list[Signal]] = defaultdict(list)
        for signal in self._signals:
            for label in signal.labels.items():
                labelled[label].append(signal)
        for flow, doc in self._docs[EntityKind.FLOW].items():
            if doc.get("removed"):
                continue
            entity = _own(EntityKind.FLOW, flow)
            if doc.get("producer"):
                self._produces(self._producers.known(str(doc["producer"])), flow, "produces the flow")
            for consumer in doc.get("consumers") or ():
                self._add(entity, _job(self._producers.known(str(consumer))), "consumes the flow")
            for upstream in doc.get("upstream") or ():
                self._add(_own(EntityKind.FLOW, str(upstream)), entity, "the flow is made of it")
            for stage in doc.get("stages") or ():
                self._stage(entity, str(stage.get("entity") or ""))
            match = doc.get("match") or {}
            some = next(iter(match), "")
            for signal in (signal for value in match.get(some, ()) for signal in labelled.get((some, value), ())):
                if signal.entity != entity and all(signal.labels.get(key) in match[key] for key in match):
                    self._of_flow(entity, signal.entity)

    def _stage(self, flow: EntityRef, said: str) -> None:
        """A queue, a consumer or a job that a flow's own document names as one of its stages."""
        kind, _, name = said.partition(":")
        if kind in _STAGES and name:
            entity = _job(self._producers.known(name)) if kind == EntityKind.JOB else _own(EntityKind(kind), name)
            if self._producer.get(flow.id) != entity.id:
                self._add(flow, entity, "a stage of the flow")

    def _of_flow(self, flow: EntityRef, entity: EntityRef) -> None:
        """A signal that carries a flow's labels: another name of the flow, what carries it, or what works on it."""
        if entity.kind is EntityKind.FLOW:
            self._both(flow, entity, "the same flow")
        elif self._producer.get(flow.id) != entity.id:
            self._add(flow, entity, "carries the flow")

    def _produces(self, job: str, flow: str, why: str, guessed: bool = False) -> None:
        self._producer.setdefault(flow, job)
        self._add(_job(job), _own(EntityKind.FLOW, flow), why, guessed)

    # -- job meta ------------------------------------------------------------------------------------------------

    def _meta(self, key: str) -> Iterator[tuple[str, str]]:
        for job, doc in self._jobs.items():
            for item in items(meta_text(doc.get("meta"), key)):
                yield job, item

    def _subjects(self) -> None:
        produced, consumed = list(self._meta("produces")), list(self._meta("consumes"))
        for job, item in produced:
            self._add(_job(job), _own(EntityKind.TOPIC, item), "produces it")
        self._find_producers()
        produced_items, flows = Subjects(item for _, item in produced), Subjects(self._all(EntityKind.FLOW))
        topics = Subjects(self._entities[EntityKind.TOPIC])
        for job, pattern in consumed:
            for item in (pattern, *produced_items.covered(pattern)):
                self._add(_own(EntityKind.TOPIC, item), _job(job), "consumes it")
            for flow in flows.covered(pattern):
                self._add(_own(EntityKind.FLOW, flow), _job(job), "consumes the flow")
            for topic in (*topics.covered(pattern), *topics.covered(stem(pattern))):
                self._add(_own(EntityKind.TOPIC, topic), _own(EntityKind.TOPIC, pattern), "named alike", guessed=True)
        for _, item in produced:
            for topic in (*topics.covered(item), *topics.covered(item.partition(".")[0])):
                self._add(_own(EntityKind.TOPIC, item), _own(EntityKind.TOPIC, topic), "named alike", guessed=True)

    def _find_producers(self) -> None:
        """Find who produces the flows for which no file says it."""
        for flow in self._all(EntityKind.FLOW):
            if flow in self._producer:
                continue
            job, guessed = self._producers.of(flow)
            if job is not None:
                why = "called after the flow" if guessed else "its meta says that it produces the flow"
                self._produces(job, flow, why, guessed)

    def _all(self, kind: EntityKind) -> list[str]:
        """Ids that documents or signals name."""
        return list(self._entities[kind] | dict.fromkeys(self._docs[kind]))

    # -- labels --------------------------------------------------------------------------------------------------

    def _labels(self) -> None:
        for signal in self._signals:
            job, entity = job_of(signal.labels), signal.entity
            if job is None:
                continue
            if entity.kind is EntityKind.FLOW:
                if self._producer.get(entity.id) != job:
                    self._add(entity, _job(job), "the job counts the flow")
            elif entity.kind in _STANDS_BY_LABEL:
                self._add(_job(job), entity, "reported by the job")

    # -- models and consumers ------------------------------------------------------------------------------------

    def _models(self) -> None:
        versions: dict[str, list[str]] = defaultdict(list)
        for model in self._all(EntityKind.MODEL):
            versions[model.partition("@")[0]].append(model)
        for bare, ids in versions.items():
            for model in ids if bare in ids else ():
                self._both(_own(EntityKind.MODEL, bare), _own(EntityKind.MODEL, model), "a version of it")
        for job, doc in self._jobs.items():
            meta = doc.get("meta")
            said = served_by_meta(meta) if isinstance(meta, Mapping) else None
            for model in _meant(versions.get(said.model, []), said) if said is not None else ():
                self._add(_job(job), _own(EntityKind.MODEL, model), "serves the model")
        for name, doc in self._docs[EntityKind.MODEL].items():
            for flow in (doc.get("inputs") or ()) if not doc.get("removed") else ():
                if flow in self._docs[EntityKind.FLOW]:
                    self._add(_own(EntityKind.FLOW, flow), _own(EntityKind.MODEL, name), "the model answers from it")
        for service in self._entities[EntityKind.SERVICE]:
            if service in self._jobs:
                self._add(_job(service), _own(EntityKind.SERVICE, service), "named alike", guessed=True)

    def _consumers(self) -> None:
        consumers: dict[str, list[str]] = defaultdict(list)
        for consumer in self._entities[EntityKind.CONSUMER]:
            topic, _, name = consumer.rpartition("/")
            if topic:
                self._add(_own(EntityKind.TOPIC, topic), _own(EntityKind.CONSUMER, consumer), "read by the consumer")
            consumers[name.casefold()].append(consumer)
        for name, found in consumers.items():
            jobs = self._by_name.get(name, [])
            for consumer in found if len(jobs) == 1 else ():
                self._both(_own(EntityKind.CONSUMER, consumer), _job(jobs[0]), "named alike", guessed=True)


def _meant(known: Sequence[str], said: Served) -> Sequence[str]:
    """The models that a job's meta means: that version, or the only one that is measured, or the model as a whole."""
    whole = f"{said.model}@{said.version}"
    if whole in known:
        return [whole]
    measured = [model for model in known if "@" in model] or known
    return measured if len(measured) == 1 else [model for model in known if model == said.model]


def _newest(states: Sequence[Record]) -> dict[EntityKind, dict[str, Mapping[str, Any]]]:
    held: dict[EntityRef, Record] = {}
    for record in states:
        if record.kind is RecordKind.STATE:
            before = held.get(record.entity)
            if before is None or (record.at_ms, record.seq) >= (before.at_ms, before.seq):
                held[record.entity] = record
    docs: dict[EntityKind, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for entity, record in held.items():
        docs[entity.kind][entity.id] = record.body
    return docs


def _own(kind: EntityKind, name: str) -> EntityRef:
    return EntityRef(kind, name)


def _job(job_id: str) -> EntityRef:
    return EntityRef(EntityKind.JOB, started_by(job_id))
