"""State documents in words: what is known of one entity, line by line. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from console.format import moment
from console.inventory.shapes import Fact
from console.signals import EntityKind, Health

Document = Mapping[str, Any]


def facts_of(kind: EntityKind, doc: Document) -> tuple[Fact, ...]:
    """What a document says, the most telling first. A field that is not there has no line."""
    return tuple(fact for fact in _WORDS.get(kind, _plain)(doc) if fact.text)


def _job(doc: Document) -> Iterator[Fact]:
    parts = [str(doc.get("type", "")), str(doc.get("status", ""))]
    yield Fact("state", ", ".join(part for part in [*parts, "stopped" if doc.get("stopped") else ""] if part))
    yield Fact("version", f"{doc.get('version', '?')}, submitted {moment(doc.get('submitted_ms'))}")
    for name, group in sorted(doc.get("groups", {}).items()):
        yield _group("allocations" if len(doc["groups"]) == 1 else f"group {name}", group)
    deployment = doc.get("deployment")
    if deployment:
        yield Fact("deployment", f"{deployment.get('status', '')}: {deployment.get('text', '')}")
    for blocked in doc.get("blocked") or ():
        yield Fact("not placed", f"group {blocked.get('group', '')}: {blocked.get('text', '')}", Health.WARN)
    for key, value in sorted((doc.get("meta") or {}).items()):
        yield Fact(str(key), str(value))


def _group(label: str, group: Mapping[str, int]) -> Fact:
    text = f"{group.get('running', 0)} of {group.get('desired', 0)} running"
    words = [
        f"{group[count]} {word}"
        for count, word in _COUNTS
        if group.get(count)
    ]  # fmt: skip
    short = group.get("running", 0) < group.get("desired", 0)
    return Fact(label, ", ".join([text, *words]), Health.WARN if short else Health.OK)


_COUNTS = (
    ("starting", "starting"), ("unhealthy", "unhealthy"), ("failed", "failed"), ("lost", "lost"),
    ("unknown", "on disconnected clients"), ("queued", "not placed"), ("restarts", "restarts"),
    ("oom_kills", "killed for memory"),
)  # fmt: skip


def _node(doc: Document) -> Iterator[Fact]:
    down = doc.get("status") != "ready"
    yield Fact("state", str(doc.get("status", "")), Health.BAD if down else Health.OK)
    yield Fact("eligibility", str(doc.get("eligibility", "")) + (", draining" if doc.get("drain") else ""))
    yield Fact("datacenter", str(doc.get("datacenter", "")))
    yield Fact("class, pool", f"{doc.get('node_class') or 'none'}, {doc.get('pool', '')}")
    yield Fact("Nomad", str(doc.get("version", "")))
    yield Fact("unhealthy drivers", ", ".join(doc.get("unhealthy_drivers") or ()), Health.WARN)


def _flow(doc: Document) -> Iterator[Fact]:
    for label, field in (("owner", "owner"), ("on call", "on_call"), ("contract", "contract")):
        value = doc.get(field)
        yield Fact(label, str(value) if value else "NONE", None if value else Health.BAD)
    yield Fact("producer", str(doc.get("producer") or ""))
    yield Fact("consumers", ", ".join(doc.get("consumers") or ()))
    fresh = doc.get("freshness_s")
    yield Fact("promised freshness", f"{fresh:g} s" if fresh else "")
    yield Fact("runbook", str(doc.get("runbook") or ""))
    yield Fact("said by", str(doc.get("origin", "")))


def _alert(doc: Document) -> Iterator[Fact]:
    firing = doc.get("state") == "firing"
    yield Fact("state", f"{doc.get('state', '')}, {doc.get('severity', '')}", Health.BAD if firing else None)
    yield Fact("summary", str(doc.get("summary", "")))
    yield Fact("since", moment(doc.get("started_ms")))
    yield Fact("ended", moment(doc["ended_ms"]) if doc.get("ended_ms") else "")
    yield Fact("runbook", str(doc.get("runbook", "")))
    for key, value in sorted((doc.get("labels") or {}).items()):
        yield Fact(str(key), str(value))


def _plain(doc: Document) -> Iterator[Fact]:
    """A document of a kind without words of its own: its plain fields."""
    for key, value in sorted(doc.items()):
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            yield Fact(str(key).removesuffix("_ms"), moment(value) if key.endswith("_ms") else str(value))  # type: ignore[arg-type]


_WORDS: dict[EntityKind, Callable[[Document], Iterator[Fact]]] = {
    EntityKind.JOB: _job,
    EntityKind.NODE: _node,
    EntityKind.FLOW: _flow,
    EntityKind.ALERT: _alert,
}
