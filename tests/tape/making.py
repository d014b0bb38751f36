"""Records, signals and blocks for the tests of the tape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.signals import Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal

JOB = EntityRef(EntityKind.JOB, "default/answerer")
T0 = 1_700_000_000_000
NAN = float("nan")


def event(at_ms: int, text: str = "it happened", once: str | None = None, source: str = "nomad") -> Record:
    return Record(RecordKind.EVENT, source, JOB, "event", at_ms, at_ms, {"text": text, "severity": "info"}, once)


def state(entity: EntityRef, at_ms: int, **body: Any) -> Record:
    return Record(RecordKind.STATE, "nomad", entity, "state", at_ms, at_ms, body)


def gap(source: str, from_ms: int, to_ms: int | None, why: str = "away") -> Record:
    entity = EntityRef(EntityKind.FEED, source)
    return Record(RecordKind.GAP, source, entity, "gap", from_ms, from_ms, {"to_ms": to_ms, "why": why})


def job(name: str) -> EntityRef:
    return EntityRef(EntityKind.JOB, f"default/{name}")


def signal(number: int, source: str = "prometheus", **more: Any) -> Signal:
    entity = EntityRef(EntityKind.TOPIC, f"topic-{number}")
    return Signal(f'lag{{topic="{number}"}}', "lag", entity, Pane.INGESTION, source=source, **more)


def block(signals: Sequence[Signal], times_ms: Sequence[int], values: Sequence[Sequence[float]]) -> Block:
    return Block(signals[0].source, signals, times_ms, values)


def poll(signals: Sequence[Signal], at_ms: int, values: Sequence[float]) -> Block:
    return block(signals, [at_ms], [[value] for value in values])
