"""States, signals and samples in few words, and a board loaded with them."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from console.panes.board import BoardModel
from console.panes.inputs import Gap
from console.panes.rows import PaneRow
from console.signals import Bad, EntityKind, EntityRef, Pane, Record, RecordKind, Signal

T0 = 1_795_409_325_000
MINUTE = 60_000


class Series(NamedTuple):
    times_ms: array[int]
    values: array[float]


class Part(NamedTuple):
    times_ms: array[int]
    samples: Mapping[int, array[float]]

    def rows(self) -> Iterable[tuple[int, array[float]]]:
        return self.samples.items()


class Block(NamedTuple):
    source: str
    parts: tuple[Part, ...]


def block(at_ms: int, values: Mapping[int, float], source: str = "prometheus") -> Block:
    """One poll: signal id -> value."""
    return Block(source, (Part(array("q", [at_ms]), {one: array("d", [value]) for one, value in values.items()}),))


def series(until_ms: int, values: Sequence[float], step_ms: int = 5_000) -> Series:
    """Values at even steps, the last of them at ``until_ms``; NaN leaves a hole."""
    first = until_ms - (len(values) - 1) * step_ms
    pairs = [(first + at * step_ms, value) for at, value in enumerate(values) if not math.isnan(value)]
    return Series(array("q", [at for at, _ in pairs]), array("d", [value for _, value in pairs]))


def state(entity: EntityRef, body: Mapping[str, Any], at_ms: int = T0, source: str = "nomad", seq: int = 0) -> Record:
    return Record(RecordKind.STATE, source, entity, "state", at_ms, at_ms, body, seq=seq)


def event(at_ms: int, text: str, severity: str = "info", entity: EntityRef | None = None) -> Record:
    about = entity or EntityRef(EntityKind.JOB, "llm-prod/answerer")
    return Record(RecordKind.EVENT, "nomad", about, "event", at_ms, at_ms, {"text": text, "severity": severity})


def group(desired: int = 1, running: int | None = None, **counts: int) -> dict[str, int]:
    """Counts of a group that is well, but for what is said."""
    alive = desired if running is None else running
    return {
        "desired": desired, "running": alive, "starting": 0, "healthy": alive, "unhealthy": 0, "failed": 0, "lost": 0,
        "unknown": 0, "queued": 0, "restarts": 0, "oom_kills": 0, **counts,
    }  # fmt: skip


def job(
    job_id: str,
    at_ms: int = T0,
    groups: Mapping[str, Mapping[str, int]] | None = None,
    meta: Mapping[str, str] | None = None,
    **fields: Any,
) -> Record:
    """A job that runs, but for what is said."""
    namespace, _, name = job_id.partition("/")
    body = {
        "namespace": namespace, "job": name, "type": "service", "status": "running", "version": 0,
        "submitted_ms": at_ms, "stopped": False, "groups": groups or {"main": group()}, "meta": dict(meta or {}),
        **fields,
    }  # fmt: skip
    return state(EntityRef(EntityKind.JOB, job_id), body, at_ms)


def node(name: str, at_ms: int = T0, **fields: Any) -> Record:
    """A node that is ready, but for what is said."""
    body = {
        "name": name, "status": "ready", "eligibility": "eligible", "drain": False, "datacenter": "fra1",
        "node_class": "gpu", "pool": "default", "unhealthy_drivers": [], **fields,
    }  # fmt: skip
    return state(EntityRef(EntityKind.NODE, f"id-{name}"), body, at_ms)


def alert(name: str, labels: Mapping[str, str], at_ms: int = T0, **fields: Any) -> Record:
    """An alert that fires, but for what is said."""
    body = {
        "alertname": name, "state": "firing", "severity": "warning", "labels": dict(labels), "summary": f"{name}!",
        "started_ms": at_ms, **fields,
    }  # fmt: skip
    return state(EntityRef(EntityKind.ALERT, f"fp-{name}"), body, at_ms, source="alertmanager")


def flow(name: str, **fields: Any) -> Record:
    """A flow that a file declares."""
    body = {
        "owner": None, "on_call": None, "contract": None, "producer": None, "consumers": [], "origin": "flows.toml:3",
        **fields,
    }  # fmt: skip
    return state(EntityRef(EntityKind.FLOW, name), body, source="ownership")


def feed(name: str, feed_state: str = "ok", at_ms: int = T0, **fields: Any) -> Record:
    """What a feed says of itself."""
    body = {"state": feed_state, "why": "", "todo": "", "address": "http://127.0.0.1", **fields}
    return state(EntityRef(EntityKind.FEED, name), body, at_ms, source=name)


def signal(name: str, entity: EntityRef, pane: Pane, unit: str = "", bad: Bad = Bad.UP, **fields: Any) -> Signal:
    fields = {"source": "prometheus", "step_s": 5.0, **fields}
    key = fields.pop("key", f'{name}{{entity="{entity.id}"}}')
    return Signal(key, name, entity, pane, unit, bad, **fields)


def board(
    now_ms: int,
    states: Sequence[Record] = (),
    signals: Sequence[tuple[Signal, Sequence[float]]] = (),
    gaps: Sequence[Gap] = (),
    pulses: Mapping[str, int] | None = None,
    events: Sequence[Record] = (),
) -> BoardModel:
    """A board loaded at a time; the newest value of each signal is of that time."""
    model = BoardModel()
    known = {at: one for at, (one, _) in enumerate(signals, 1)}
    samples = {at: series(now_ms, values, round((one.step_s or 5) * 1000)) for at, (one, values) in
               enumerate(signals, 1)}  # fmt: skip
    model.load(now_ms, states, known, samples, gaps, pulses, events)
    return model


def only(model: BoardModel, pane: Pane) -> PaneRow:
    """The one row of a pane."""
    rows = model.rows(pane)
    assert len(rows) == 1, [row.name for row in rows]
    return rows[0]


def named(model: BoardModel, pane: Pane, name: str) -> PaneRow:
    """The row of that name."""
    found = [row for row in model.rows(pane) if row.name == name]
    assert len(found) == 1, [row.name for row in model.rows(pane)]
    return found[0]
