"""Registers made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from console.governance.shapes import FlowDoc
from console.panes.sheets.register import Known, Register
from console.signals import EntityKind, EntityRef, Record, RecordKind

NOW = 1_795_411_000_000
DAY = 86_400_000

FLOW: FlowDoc = {
    "owner": "search-data", "on_call": "search-oncall", "contract": "docs", "producer": "prod/feed",
    "consumers": ["prod/indexer"], "origin": "flows.toml:3",
}  # fmt: skip


def state(kind: EntityKind, entity: str, body: Mapping[str, Any], at_ms: int = NOW - DAY) -> Record:
    """A state as it is on a tape."""
    return Record(RecordKind.STATE, "ownership", EntityRef(kind, entity), kind.value, at_ms, at_ms, dict(body))


def job(name: str, meta: Mapping[str, str], **more: Any) -> Record:
    """A running job."""
    doc = {
        "namespace": "prod", "job": name, "type": "service", "status": "running", "version": 1,
        "submitted_ms": NOW - DAY, "stopped": False, "groups": {}, "meta": dict(meta), **more,
    }  # fmt: skip
    return state(EntityKind.JOB, f"prod/{name}", doc)


def known(records: Iterable[Record], now_ms: int = NOW) -> Known:
    """What is known by some records."""
    register = Register()
    register.load(records)
    return Known(register, now_ms)
