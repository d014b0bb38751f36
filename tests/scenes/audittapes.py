"""TEST DATA: small tapes for the audit: jobs, a declared flow, three signals and how they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from console.analysis.audit.facts import AuditFacts
from console.analysis.audit.judge import audit
from console.signals import Bad, Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from console.tape.store import Store
from tests.tapes.story import START_MS

STEP_MS = 5000
NOW_MS = START_MS + 3 * 3_600_000
DEPLOYED_MS = NOW_MS - 1_200_000
LABELS = {"namespace": "llm", "nomad_job": "indexer", "source": "price"}
Level = Callable[[int], float]


def state(kind: EntityKind, name: str, body: Mapping[str, Any], at_ms: int = START_MS, source: str = "nomad") -> Record:
    return Record(RecordKind.STATE, source, EntityRef(kind, name), kind.value, at_ms, at_ms, dict(body))


def job(name: str, at_ms: int = START_MS, text: str = "image a:1 → a:2", **meta: str) -> Record:
    version = 0 if text == "first version" else 3
    return state(EntityKind.JOB, f"llm/{name}", {
        "namespace": "llm", "job": name, "type": "service", "status": "running", "version": version,
        "submitted_ms": at_ms, "stopped": False, "groups": {}, "meta": meta,
        "versions": [{"version": version, "submitted_ms": at_ms, "text": text}]}, at_ms)  # fmt: skip


def declared(**fields: Any) -> Record:
    body = {"owner": None, "on_call": None, "contract": None, "producer": "llm/price-feed",
            "consumers": ["llm/indexer"], "origin": "flows.toml:2"}  # fmt: skip
    return state(EntityKind.FLOW, "docs.price", {**body, **fields}, source="ownership")


def signal(name: str, entity: EntityRef, unit: str, bad: Bad, **more: Any) -> Signal:
    labels = more.pop("labels", {})
    return Signal(f'{name}{{id="{entity.id}"}}', name, entity, Pane.INGESTION, unit, bad, "prometheus", labels=labels,
                  step_s=STEP_MS / 1000, **more)  # fmt: skip


PENDING = signal("consumer_pending", EntityRef(EntityKind.CONSUMER, "DOCS/indexer"), "", Bad.UP)
AGE = signal("ingest_event_age_seconds", EntityRef(EntityKind.FLOW, "price"), "s", Bad.UP, labels=LABELS)
REJECTED = signal("ingest_events_rejected_total", EntityRef(EntityKind.FLOW, "price"), "/s", Bad.UP, labels=LABELS)


def fill(store: Store, curves: Mapping[Signal, Level] | list[tuple[Signal, Level]], *records: Record,
         from_ms: int = START_MS) -> None:  # fmt: skip
    pairs = list(curves.items()) if isinstance(curves, Mapping) else curves
    times = list(range(from_ms, NOW_MS + 1, STEP_MS))
    values = [[level(at_ms) for at_ms in times] for _, level in pairs]
    blocks = [Block("prometheus", [one for one, _ in pairs], times, values)] if pairs else []
    store.append(records=records, blocks=blocks)


def calm(at_ms: int) -> float:
    return 2.0 + (at_ms // STEP_MS) % 3


def behind(since_ms: int, until_ms: int = NOW_MS) -> Level:
    return lambda at_ms: 900.0 if since_ms <= at_ms <= until_ms else calm(at_ms)


def rises(at_ms: int) -> Level:
    return lambda now_ms: 4.0 if now_ms > at_ms + 30_000 else 0.0


def statuses(facts: AuditFacts, rule: str) -> dict[str, str]:
    return {one.subject: one.status for one in audit(facts).judgements if one.rule == rule}
