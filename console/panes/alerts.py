"""Where an alert belongs: on the row of what it is about, or on a row of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from console.alerting import (
    CONSUMER_LABELS,
    MODEL_LABELS,
    NODE_LABELS,
    TOPIC_LABELS,
    data_subjects,
    first_label,
    job_subjects,
    loudness,
    node_subjects,
)
from console.documents import AlertDoc
from console.naming import PLACE_LABEL, job_of
from console.panes.links import Links
from console.panes.world import World, text_of
from console.signals import EntityKind, EntityRef, Health, Pane, Record

_MODEL_WORDS = ("quality", "model", "latency", "token", "ttft", "inference", "llm", "drift", "eval", "accuracy", "gpu")
_INGESTION_WORDS = (
    "ingest", "lag", "consumer", "kafka", "topic", "stream", "queue", "pending", "backlog", "deadletter", "dead_letter",
    "freshness", "schema", "pipeline", "connector", "feed", "nats", "rabbit", "pulsar",
)  # fmt: skip

Target = tuple[Pane, EntityRef]


class Firing(NamedTuple):
    """An alert that fires, and how loud it is. A silenced one is told, but shouts no more."""

    record: Record
    doc: AlertDoc
    health: Health

    @property
    def name(self) -> str:
        return text_of(self.doc.get("alertname")) or "alert"

    @property
    def started_ms(self) -> int:
        """When it began to fire, by its source."""
        return int(self.doc.get("started_ms") or self.record.at_ms)

    @property
    def silenced(self) -> bool:
        return self.doc.get("state") == "suppressed"


def firing(world: World) -> list[Firing]:
    """All that fires, loudest first, then oldest."""
    found = [Firing(record, doc, _loudness(doc)) for record, doc in world.alerts()]
    return sorted(found, key=lambda one: (one.health is not Health.BAD, one.started_ms, one.record.entity.id))


def _loudness(doc: AlertDoc) -> Health:
    return Health.OK if doc.get("state") == "suppressed" else loudness(text_of(doc.get("severity")))


def assign(world: World, links: Links) -> dict[Target, tuple[Firing, ...]]:
    """Each alert with the row that it marks. One that matches nothing that is known stands for itself."""
    found: dict[Target, list[Firing]] = defaultdict(list)
    nodes = {(str(doc.get("cluster") or ""), doc.get("name", "")): node_id for node_id, doc in world.nodes()}
    for one in firing(world):
        labels = {str(key): str(value) for key, value in (one.doc.get("labels") or {}).items()}
        target = next(_known(world, links, nodes, labels), None)
        found[target or (_pane(labels, one.name), one.record.entity)].append(one)
    return {target: tuple(alerts) for target, alerts in found.items()}


def _known(
    world: World, links: Links, nodes: Mapping[tuple[str, str], str], labels: Mapping[str, str]
) -> Iterator[Target]:
    """The rows that labels lead to, the most particular first."""
    for entity in data_subjects(labels):
        pane = Pane.MODELS if entity.kind is EntityKind.MODEL else Pane.INGESTION
        row = links.row(pane, entity)
        if world.on_row(pane, row) or (row.kind is EntityKind.MODEL and row.id in links.models.models):
            yield pane, row
    for job_id in job_subjects(labels):
        if world.job(job_id) is not None:
            yield Pane.SCHEDULING, EntityRef(EntityKind.JOB, job_id)
    for name in node_subjects(labels):
        node = name if name in world.states[EntityKind.NODE] else nodes.get((labels.get(PLACE_LABEL, ""), name))
        if node is not None:
            yield Pane.SCHEDULING, EntityRef(EntityKind.NODE, node)


def _pane(labels: Mapping[str, str], alertname: str) -> Pane:
    """The pane of an alert that matches no row: by what it speaks of, else by its name."""
    if first_label(labels, MODEL_LABELS):
        return Pane.MODELS
    if first_label(labels, CONSUMER_LABELS) or first_label(labels, TOPIC_LABELS):
        return Pane.INGESTION
    if job_of(labels) or first_label(labels, NODE_LABELS):
        return Pane.SCHEDULING
    name = alertname.casefold()
    if any(word in name for word in _INGESTION_WORDS):
        return Pane.INGESTION
    return Pane.MODELS if any(word in name for word in _MODEL_WORDS) else Pane.SCHEDULING
