"""Who a series is about: labels to an entity, and to the key under which its signal stands on the tape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.metricnames.labels import CONSUMER_LABELS, FLOW_LABELS, MODEL_LABELS, TOPIC_LABELS
from console.signals import EntityKind, EntityRef

VERSION_LABELS = ("model_version", "version")
NAMESPACE_LABELS = ("exported_namespace", "namespace")
JOB_LABELS = ("nomad_job", "exported_job", "job")
OUTCOME_LABELS = (
    "verdict",
    "outcome",
    "result",
    "status",
    "status_code",
    "code",
    "http_status",
    "http_status_code",
    "http_response_status_code",
    "state",
    "success",
    "error_type",
    "finished_reason",
)
REASON_LABELS = ("reason", "cause")

PLACING = (*MODEL_LABELS, *VERSION_LABELS, *CONSUMER_LABELS, *TOPIC_LABELS, *FLOW_LABELS)
SEMANTIC = tuple(dict.fromkeys((*PLACING, *NAMESPACE_LABELS, *JOB_LABELS, *OUTCOME_LABELS, *REASON_LABELS)))
"""Labels that mean something to a person; all others (instance, alloc_id, pod ...) are summed away by the server."""


def first(labels: Mapping[str, str], names: Sequence[str]) -> tuple[str, str] | None:
    """The first of ``names`` that has a value, with that value."""
    for name in names:
        value = labels.get(name)
        if value:
            return name, value
    return None


def job_id(labels: Mapping[str, str]) -> str | None:
    """``namespace/job`` of the Nomad job behind a series. Without a namespace it is ``default``, as in Nomad."""
    job = first(labels, JOB_LABELS)
    if job is None:
        return None
    namespace = first(labels, NAMESPACE_LABELS if job[0] == "exported_job" else ("namespace", "exported_namespace"))
    return f"{namespace[1] if namespace else 'default'}/{job[1]}"


def entity_of(labels: Mapping[str, str], metric: str) -> tuple[EntityRef, frozenset[str]]:
    """The entity that labels speak of, most telling first, and the labels that made it.

    Model, then consumer, topic, data flow, Nomad job; a series without any of these (a recording rule that
    aggregates everything) belongs to a service named by the first word of the metric.
    """
    model = first(labels, MODEL_LABELS)
    if model:
        version = first(labels, VERSION_LABELS)
        used = {model[0]} | ({version[0]} if version else set())
        return EntityRef(EntityKind.MODEL, f"{model[1]}@{version[1]}" if version else model[1]), frozenset(used)
    topic, consumer = first(labels, TOPIC_LABELS), first(labels, CONSUMER_LABELS)
    if consumer:
        used = {consumer[0]} | ({topic[0]} if topic else set())
        return EntityRef(EntityKind.CONSUMER, f"{topic[1] if topic else '*'}/{consumer[1]}"), frozenset(used)
    if topic:
        return EntityRef(EntityKind.TOPIC, topic[1]), frozenset({topic[0]})
    flow = first(labels, FLOW_LABELS)
    if flow:
        return EntityRef(EntityKind.FLOW, flow[1]), frozenset({flow[0]})
    job = job_id(labels)
    if job:
        return EntityRef(EntityKind.JOB, job), frozenset()
    return EntityRef(EntityKind.SERVICE, f"default/{re.split('[_:]', metric)[0]}"), frozenset()


@dataclass(frozen=True, slots=True)
class EntityRule:
    """How a pack names an entity: ``"{stream_name}/{consumer_name}"``.

    ``{a|b}`` takes the first label that has a value, ``{a=x}`` falls back to ``x``, ``[...]`` is left out as a whole
    when a label in it is missing. A template with a missing label does not apply: the next rule is tried.
    """

    kind: EntityKind
    template: str

    def apply(self, labels: Mapping[str, str]) -> EntityRef | None:
        optional = re.sub(r"\[([^\]]*)\]", lambda m: _fill(m.group(1), labels) or "", self.template)
        filled = _fill(optional, labels)
        return EntityRef(self.kind, filled) if filled else None


_PLACE = re.compile(r"\{([^{}=]+)(?:=([^{}]*))?\}")


def _fill(template: str, labels: Mapping[str, str]) -> str | None:
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        found = first(labels, match.group(1).split("|"))
        if found:
            return found[1]
        if match.group(2) is not None:
            return match.group(2)
        missing = True
        return ""

    filled = _PLACE.sub(value, template)
    return None if missing else filled


def template_labels(template: str) -> tuple[str, ...]:
    """All labels a template may ask for."""
    return tuple(name for match in _PLACE.finditer(template) for name in match.group(1).split("|"))


def notation(base: str, labels: Mapping[str, str]) -> str:
    """``base{a="b"}`` in Prometheus notation, labels sorted, values escaped: the key of a signal."""
    if not labels:
        return base
    inner = ",".join(f'{name}="{escape(labels[name])}"' for name in sorted(labels))
    return f"{base}{{{inner}}}"


def escape(value: str) -> str:
    """A label value between double quotes."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
