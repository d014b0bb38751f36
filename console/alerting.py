"""What an alert is about and how loud it is, read from its labels and its severity. Pure, and light to import."""

from collections.abc import Iterator, Mapping

from console.naming import PLACE_LABEL, job_of, placed
from console.signals import EntityKind, EntityRef, Health

MODEL_LABELS = ("gen_ai_request_model", "model_name", "model", "requested_model")
CONSUMER_LABELS = ("consumer_name", "consumer", "consumergroup", "consumer_group", "group_id")
TOPIC_LABELS = ("stream_name", "topic", "stream", "queue", "subject")
NODE_LABELS = ("node", "node_name", "nodename", "node_id")
_VERSION = ("model_version", "version")
_FLOW = ("flow", "feed", "dataset", "source")

# "ok" and "low" are what a feed makes of severities that ask for nothing.
_QUIET = ("info", "none", "notice", "debug", "ok", "low")
_LOUD = (
    "critical", "page", "error", "bad", "fatal", "emergency", "high", "disaster", "sev1", "sev2",
)  # fmt: skip


def loudness(severity: str) -> Health:
    """How bad a severity is; one that nobody knows warns."""
    said = severity.casefold()
    return Health.OK if said in _QUIET else Health.BAD if said in _LOUD else Health.WARN


def first_label(labels: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    """The first of some labels that is there and not empty."""
    return next((labels[name] for name in names if labels.get(name)), None)


def data_subjects(labels: Mapping[str, str]) -> Iterator[EntityRef]:
    """The models and the parts of ingestion that labels name, the most particular first.

    A consumer whose topic is not named is ``*/consumer``.
    """
    model, version = first_label(labels, MODEL_LABELS), first_label(labels, _VERSION)
    if model:
        if version:
            yield EntityRef(EntityKind.MODEL, f"{model}@{version}")
        yield EntityRef(EntityKind.MODEL, model)
    consumer, topic = first_label(labels, CONSUMER_LABELS), first_label(labels, TOPIC_LABELS)
    if consumer:
        yield EntityRef(EntityKind.CONSUMER, f"{topic or '*'}/{consumer}")
    if topic:
        yield EntityRef(EntityKind.TOPIC, topic)
    flow = first_label(labels, _FLOW)
    if flow:
        yield EntityRef(EntityKind.FLOW, flow)


def job_subjects(labels: Mapping[str, str]) -> Iterator[str]:
    """Ids of jobs that labels may name; ``job`` is mostly Prometheus' own word for what it scrapes."""
    job = job_of(labels)
    if job:
        yield job
    if labels.get("job"):
        yield placed(f"{labels.get('namespace', 'default')}/{labels['job']}", labels.get(PLACE_LABEL, ""))


def node_subjects(labels: Mapping[str, str]) -> Iterator[str]:
    """Ids or names of nodes that labels may name, an address also without its port."""
    for label in (*NODE_LABELS, "instance"):
        value = labels.get(label, "")
        yield from (name for name in (value, value.rpartition(":")[0]) if name)
