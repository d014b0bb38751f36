"""TEST DATA: a short invented tape in the shape of a real night. Nothing in it was measured.

38 minutes from 04:48:45Z. Minute 3: a batch job cannot be placed. 10: partner-feed, which nobody owns, is redeployed;
from 10.2 its documents fail, the indexer falls behind in three bursts and quality falls with it. 13: an unrelated
node goes down and alarms first. 21.5: a fix makes it worse. 28: the revert helps. Deterministic to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from console.documents import FeedDoc, GroupDoc, JobDoc, NodeDoc
from console.governance.shapes import FlowDoc
from console.signals import Bad, Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from console.tape.store import open_tape

START_MS = 1_795_409_325_000  # 2026-11-23T04:48:45Z
STEP_S = 5
MINUTES = 38
END_MS = START_MS + MINUTES * 60_000

EPISODES = ((11.8, 13.1, 0.7), (14.7, 15.8, 0.9), (17.8, 18.7, 0.6), (21.5, 29.2, 1.6))

NODES = ("fra1-cpu-01", "fra1-cpu-02", "fra1-gpu-01", "fra1-gpu-02")
JOBS = {
    "answerer": 3, "catalog-feed": 1, "evaluator": 1, "gateway": 1, "indexer": 2, "partner-feed": 1, "price-feed": 1,
    "reranker": 2,
}  # fmt: skip
OWNED = {"catalog-feed": "search-data", "price-feed": "pricing"}


def minute(value: float) -> int:
    """Unix milliseconds of a minute of the story."""
    return START_MS + round(value * 60_000)


def make_story(path: Path, *, until_minute: float = MINUTES) -> Path:
    """Write the story onto a new tape and return its path."""
    store = open_tape(path, "create")
    try:
        store.append(records=[r for r in sorted(_records(), key=_when) if r.at_ms <= minute(until_minute)])
        for block in _blocks(until_minute):
            store.append(blocks=[block])
        end = minute(until_minute)
        store.append(pulses={"nomad": end, "prometheus": end, "alertmanager": end - 20_000, "ownership": end})
    finally:
        store.close()
    return path


def _when(record: Record) -> int:
    return record.at_ms


# ---------------------------------------------------------------------------------------------------------- records


def _state(source: str, kind: EntityKind, entity: str, at_ms: int, body: Any) -> Record:
    return Record(RecordKind.STATE, source, EntityRef(kind, entity), kind.value, at_ms, at_ms, body)


def event(kind: EntityKind, entity: str, name: str, at: float, severity: str, text: str, source: str) -> Record:
    """An event of the story at a minute of it."""
    body = {"text": text, "severity": severity}
    return Record(RecordKind.EVENT, source, EntityRef(kind, entity), name, minute(at), minute(at) + 300, body)


def job_state(job: str, at: float, **changes: Any) -> Record:
    """A job as of a minute of the story; ``changes`` replace counts of its group or fields of the document."""
    count = JOBS.get(job, 1)
    group: GroupDoc = {
        "desired": count, "running": count, "starting": 0, "healthy": count, "unhealthy": 0, "failed": 0, "lost": 0,
        "unknown": 0, "queued": 0, "restarts": 0, "oom_kills": 0,
    }  # fmt: skip
    group.update({key: value for key, value in changes.items() if key in group})  # type: ignore[typeddict-item]
    owner = OWNED.get(job)
    doc: JobDoc = {
        "namespace": "llm-prod", "job": job, "type": "service", "status": "running", "version": 0,
        "submitted_ms": START_MS - 3_600_000, "stopped": False, "region": "eu", "groups": {job: group},
        "meta": {"owner": owner} if owner else {},
    }  # fmt: skip
    doc.update({key: value for key, value in changes.items() if key not in group})  # type: ignore[typeddict-item]
    return _state("nomad", EntityKind.JOB, f"llm-prod/{job}", minute(at), doc)


def node_state(node: str, at: float, status: str) -> Record:
    """A node as of a minute of the story."""
    doc: NodeDoc = {
        "name": node, "status": status, "eligibility": "eligible", "drain": False, "datacenter": "fra1",
        "node_class": "gpu" if "gpu" in node else "cpu", "pool": "default", "version": "2.0.6",
        "unhealthy_drivers": [],
    }  # fmt: skip
    return _state("nomad", EntityKind.NODE, f"node-{node}", minute(at), doc)


def _flow(name: str, owner: str | None, producer: str) -> Record:
    doc: FlowDoc = {
        "owner": owner, "on_call": f"{owner}-oncall" if owner else None,
        "contract": f"contracts/{name}.yaml" if owner else None, "producer": producer,
        "consumers": ["llm-prod/indexer"], "freshness_s": 60.0 if owner else None, "origin": "flows.toml:3",
    }  # fmt: skip
    return _state("ownership", EntityKind.FLOW, name, START_MS, doc)


def feed_state(name: str, at: float, state: str = "ok", why: str = "", todo: str = "") -> Record:
    """The health of one of our feeds as of a minute of the story."""
    doc: FeedDoc = {"state": state, "why": why, "todo": todo, "address": "http://127.0.0.1:4646"}  # type: ignore[typeddict-item]
    return _state(name, EntityKind.FEED, name, minute(at), doc)


def _alert(name: str, severity: str, at: float, ended: float | None, summary: str) -> Iterator[Record]:
    body: dict[str, Any] = {
        "alertname": name, "state": "firing", "severity": severity, "labels": {"alertname": name},
        "summary": summary, "started_ms": minute(at),
    }  # fmt: skip
    yield _state("alertmanager", EntityKind.ALERT, f"fp-{name}", minute(at), body)
    yield event(EntityKind.ALERT, f"fp-{name}", "firing", at, severity, f"{name}: {summary}", "alertmanager")
    if ended is not None:
        over = {**body, "state": "resolved", "ended_ms": minute(ended)}
        yield _state("alertmanager", EntityKind.ALERT, f"fp-{name}", minute(ended), over)


def _records() -> Iterator[Record]:
    yield from (feed_state(name, 0) for name in ("nomad", "prometheus", "alertmanager", "ownership"))
    yield from (node_state(node, 0, "ready") for node in NODES)
    yield from (job_state(job, 0) for job in JOBS)
    yield _flow("catalog-docs", "search-data", "llm-prod/catalog-feed")
    yield _flow("price-docs", "pricing", "llm-prod/price-feed")
    yield _flow("partner-docs", None, "llm-prod/partner-feed")
    hole = {"to_ms": minute(8), "why": "connection refused"}
    prometheus = EntityRef(EntityKind.FEED, "prometheus")
    yield Record(RecordKind.GAP, "prometheus", prometheus, "gap", minute(7.5), minute(8), hole)
    blocked = {"group": "finetune-large", "queued": 1, "text": "0 of 4 nodes fit: 4 out of memory"}
    yield job_state("finetune-large", 3, type="batch", status="pending", running=0, queued=1, blocked=[blocked])
    yield event(EntityKind.JOB, "llm-prod/finetune-large", "blocked", 3, "warning",
                "finetune-large cannot be placed: 4 of 4 nodes out of memory", "nomad")  # fmt: skip
    yield job_state("finetune-large", 18, type="batch", status="running")
    for job, at, version, text in (
        ("partner-feed", 10.0, 1, "partner-feed 4.0.0 deployed as version 1"),
        ("indexer", 21.5, 1, "indexer 1.15.0 deployed as version 1"),
        ("partner-feed", 28.0, 2, "partner-feed reverted to version 0"),
        ("indexer", 32.0, 2, "indexer reverted to version 0"),
    ):
        yield job_state(job, at, version=version, submitted_ms=minute(at))
        yield event(EntityKind.JOB, f"llm-prod/{job}", "deployed", at, "info", text, "nomad")
    yield node_state("fra1-gpu-02", 13.2, "down")
    yield event(EntityKind.NODE, "node-fra1-gpu-02", "down", 13.2, "critical", "node fra1-gpu-02 is down", "nomad")
    yield job_state("answerer", 13.2, running=2, lost=1, healthy=2)
    yield job_state("answerer", 14.0)
    yield node_state("fra1-gpu-02", 16.0, "ready")
    yield event(EntityKind.NODE, "node-fra1-gpu-02", "ready", 16.0, "info", "node fra1-gpu-02 is ready", "nomad")
    yield from _alert("NodeDown", "critical", 13.4, 16.1, "Nomad client fra1-gpu-02 does not answer")
    yield from _alert("QualityLow", "warning", 25.5, 30.3, "Less than 75 % right and fresh answers for 3 min")


# ---------------------------------------------------------------------------------------------------------- samples


class _Curve(NamedTuple):
    signal: Signal
    value: Callable[[float], float]


def _trouble(at: float, late: float = 0.0) -> float:
    """How deep in a bad episode a minute is: 0 outside, its weight inside, ``late`` minutes behind."""
    return max((weight for begin, end, weight in EPISODES if begin <= at - late < end), default=0.0)


def _wave(at: float, size: float, period: float = 3.1) -> float:
    return size * math.sin(2 * math.pi * at / period)


def _signal(key: str, name: str, kind: EntityKind, entity: str, pane: Pane, unit: str, bad: Bad, rank: int,
            warn_at: float | None = None, bad_at: float | None = None) -> Signal:  # fmt: skip
    return Signal(key, name, EntityRef(kind, entity), pane, unit, bad, "prometheus", rank, warn_at, bad_at, STEP_S)


def _curves() -> list[_Curve]:
    model = (EntityKind.MODEL, "answerer-m@7", Pane.MODELS)
    other = (EntityKind.MODEL, "reranker-m@3", Pane.MODELS)
    indexer = (EntityKind.CONSUMER, "DOCS/indexer", Pane.INGESTION)
    up, down = Bad.UP, Bad.DOWN
    curves = [
        _Curve(_signal('quality{model="answerer-m"}', "quality", *model, "1", down, 1, 0.9, 0.75),
               lambda m: max(0.02, 0.97 + _wave(m, 0.008) - 0.58 * _trouble(m, 0.5))),
        _Curve(_signal('p95{model="answerer-m"}', "p95", *model, "s", up, 2, None, 1.2),
               lambda m: 0.6 + _wave(m, 0.015)),
        _Curve(_signal('tokens{model="answerer-m"}', "tokens", *model, "/s", Bad.EITHER, 3),
               lambda m: 42 + _wave(m, 3, 1.7)),
        _Curve(_signal('errors{model="answerer-m"}', "errors", *model, "/s", up, 4), lambda m: 0.0),
        _Curve(_signal('p95{model="reranker-m"}', "p95", *other, "s", up, 1), lambda m: 0.031 + _wave(m, 0.002)),
        _Curve(_signal('requests{model="reranker-m"}', "requests", *other, "/s", Bad.EITHER, 2),
               lambda m: 12 + _wave(m, 1.5)),
        _Curve(_signal('pending{consumer="DOCS/indexer"}', "pending", *indexer, "", up, 1, None, 5000),
               lambda m: 2 + abs(_wave(m, 2)) + 2600 * _trouble(m)),
        _Curve(_signal('lag{consumer="DOCS/indexer"}', "lag", *indexer, "s", up, 2),
               lambda m: 0.02 + 64 * _trouble(m)),
        _Curve(_signal('out{consumer="DOCS/indexer"}', "out", *indexer, "/s", down, 3),
               lambda m: 120 + _wave(m, 9) - 60 * _trouble(m)),
        _Curve(_signal('dead letters{consumer="DOCS/indexer"}', "dead letters", *indexer, "/s", up, 4),
               lambda m: 8.0 if 21.5 <= m < 28 else 0.0),
    ]  # fmt: skip
    for feed, base in (("catalog", 80.0), ("partner", 22.0), ("price", 40.0)):
        topic = (EntityKind.TOPIC, f"DOCS.{feed}", Pane.INGESTION)
        burst = 9.0 if feed == "partner" else 0.0
        curves.append(_Curve(
            _signal(f'in{{topic="DOCS.{feed}"}}', "in", *topic, "/s", Bad.EITHER, 1),
            lambda m, base=base, burst=burst: base * (1 + burst * _trouble(m)) + _wave(m, base / 12)))  # type: ignore[misc]  # fmt: skip
    for job in JOBS:
        entity = (EntityKind.JOB, f"llm-prod/{job}", Pane.SCHEDULING)
        curves.append(_Curve(
            _signal(f'cpu{{nomad_job="{job}"}}', "cpu", *entity, "1", up, 10),
            lambda m, job=job: 0.2 + len(job) / 90 + _wave(m, 0.03, 2.3)))  # type: ignore[misc]  # fmt: skip
    return curves


def _blocks(until_minute: float) -> Iterator[Block]:
    """Samples, a minute a block; prometheus is not seen in the second half of minute 7."""
    curves = _curves()
    signals = [curve.signal for curve in curves]
    for number in range(math.ceil(until_minute)):
        times = [minute(number) + second * 1000 for second in range(0, 60, STEP_S)]
        if number == 7:
            times = times[:6]
        times = [at for at in times if at <= minute(until_minute)]
        rows = [[curve.value((at - START_MS) / 60_000) for at in times] for curve in curves]
        if times:
            yield Block("prometheus", signals, times, rows)
