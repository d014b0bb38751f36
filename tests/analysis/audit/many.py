"""TEST DATA: a generated installation of any size, as records: flows, teams, contracts, models, jobs, KPIs, samples.

Every tenth flow has no owner, every seventh no contract, every fifth was never reviewed; every eighth model runs
another version than is called production. Nothing in it was measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from console.governance.shapes import FlowDoc, ModelDoc, ModelVersionDoc, SaidDoc
from console.signals import Bad, Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from console.tape.store import open_tape

AT_MS = 1_795_400_000_000
DAY_MS = 86_400_000
STEP_MS = 15_000
_TEAMS = 40


def many(path: Path, flows: int = 1000, models: int = 200, minutes: int = 30) -> Path:
    """Write a tape that ends at ``AT_MS`` and return its path."""
    with open_tape(path, "create") as store:
        store.append(records=list(records(flows, models)))
        times = list(range(AT_MS - minutes * 60_000, AT_MS + 1, STEP_MS))
        signals = list(_signals(flows))
        values = [[_value(one, at) for at in range(len(times))] for one in range(len(signals))]
        store.append(blocks=[Block("prometheus", signals, times, values)])
    return path


def records(flows: int, models: int) -> Iterator[Record]:
    """All states as of one hour before ``AT_MS``."""
    yield _state(EntityKind.FEED, "ownership", {"state": "ok", "why": "", "todo": "", "address": ""})
    for team in range(_TEAMS):
        members = [{"name": f"person-{team}-{one}"} for one in range(4)]
        yield _state(EntityKind.OWNER, f"team-{team}", {"kind": "group", "members": members, "origin": "teams.yaml:1",
                                                        "on_call": f"rota:team-{team}"})  # fmt: skip
        shift = {"who": f"person-{team}-0", "level": 1, "until_ms": AT_MS + DAY_MS}
        yield _state(EntityKind.ONCALL, f"rota:team-{team}", {
            "provider": "rota", "name": f"team-{team}", "names": [f"team-{team}"], "now": [shift],
            "read_ms": AT_MS - 60_000, "origin": "rota.toml:1"}, "oncall")  # fmt: skip
    for one in range(flows):
        yield _state(EntityKind.FLOW, _flow_name(one), _flow(one, models))
        yield _state(EntityKind.JOB, f"data/feed-{one}", _job(f"feed-{one}", {}), "nomad")
        if one % 7:
            body = {"format": "odcs", "version": "v3.1.0", "origin": f"contracts/{one}.yaml:1",
                    "body": {"id": f"contract-{one}", "status": "active", "kind": "DataContract"}}  # fmt: skip
            yield _state(EntityKind.CONTRACT, f"contract-{one}", body)
    for one in range(models):
        yield _state(EntityKind.MODEL, f"model-{one}", _model(one, flows), "models")
        meta = {"model": f"model-{one}", "model_version": "3" if one % 8 else "2", "owner": f"team-{one % _TEAMS}"}
        yield _state(EntityKind.JOB, f"serving/model-{one}", _job(f"model-{one}", meta), "nomad")
        yield _state(EntityKind.KPI, f"quality-{one}", {
            "title": f"model-{one} quality", "about": "model output", "subject": f"model:model-{one}", "target": 0.95,
            "window_s": 604_800.0, "method": "occurrences", "indicator": {"kind": "ratio"}, "origin": "kpis.toml:1",
            "last_review_ms": AT_MS - DAY_MS, "measured": {
                "at_ms": AT_MS - 60_000, "from_ms": AT_MS - 7 * DAY_MS, "attainment": 0.97, "budget_left": 0.4,
                "burn": 0.5, "coverage": 1.0, "why": ""}}, "kpis")  # fmt: skip


def _flow_name(one: int) -> str:
    return f"docs.flow-{one}"


def _said(value: Any, one: int) -> list[SaidDoc]:
    return [{"value": value, "origin": f"contracts/{one}.yaml:{line}", "via": "odcs", "read_ms": AT_MS - 60_000}
            for line in (4,)]  # fmt: skip


def _flow(one: int, models: int) -> FlowDoc:
    owner = f"team-{one % _TEAMS}" if one % 10 else None
    contract = f"contract-{one}" if one % 7 else None
    doc: FlowDoc = {
        "owner": owner, "on_call": f"rota:{owner}" if owner else None, "contract": contract,
        "producer": f"data/feed-{one}", "consumers": [f"serving/model-{one % models}"] if models else [],
        "origin": f"contracts/{one}.yaml:1", "freshness_s": 300.0, "completeness": 0.99, "retention_s": 86_400.0 * 30,
        "lifecycle": "active", "channels": [{"name": "#data", "scope": "interactive"}],
        "schema_changed_ms": AT_MS - 40 * DAY_MS, "contract_version": "1.2.0", "required": ["id", "text", "price"],
        "said": {"freshness_s": _said(300.0, one), "retention_s": _said(86_400.0 * 30, one)},
    }  # fmt: skip
    if owner:
        doc["said"]["owner"] = _said(owner, one)
    if contract:
        doc["said"]["contract"] = _said(contract, one)
    if one % 5:
        doc["last_review_ms"] = AT_MS - 30 * DAY_MS
    return doc


def _model(one: int, flows: int) -> ModelDoc:
    versions: list[ModelVersionDoc] = [
        {"version": str(number), "status": "READY", "aliases": ["production"] if number == 3 else [],
         "trained_ms": AT_MS - 20 * DAY_MS, "evaluated_ms": AT_MS - 10 * DAY_MS, "evaluated_on": "rev-7",
         "metrics": {"quality": 0.9}, "inputs": ["id", "text"], "origin": "mlflow"}
        for number in (3, 2, 1)
    ]  # fmt: skip
    return {
        "owner": f"team-{one % _TEAMS}", "production": "3", "aliases": {"production": "3"}, "versions": versions,
        "inputs": [_flow_name(at) for at in range(one, flows, 200)][:5], "jobs": [f"serving/model-{one}"],
        "retrain_every_s": 86_400.0 * 30, "origin": "mlflow",
    }  # fmt: skip


def _job(name: str, meta: Mapping[str, str]) -> dict[str, Any]:
    return {
        "namespace": "serving" if meta else "data", "job": name, "type": "service", "status": "running", "version": 1,
        "submitted_ms": AT_MS - 3 * DAY_MS, "stopped": False, "groups": {}, "meta": dict(meta),
        "versions": [{"version": 1, "submitted_ms": AT_MS - 3 * DAY_MS, "text": "image a:1 → a:2"}],
    }  # fmt: skip


def _signals(flows: int) -> Iterator[Signal]:
    for one in range(flows):
        labels = {"source": _flow_name(one), "namespace": "data", "nomad_job": f"feed-{one}"}
        flow = EntityRef(EntityKind.FLOW, _flow_name(one))
        for name, unit, bad in (("ingest_events_received", "/s", Bad.EITHER), ("ingest_events_indexed", "/s", Bad.DOWN),
                                ("ingest_event_age_seconds", "s", Bad.UP)):  # fmt: skip
            yield Signal(f'{name}{{source="{_flow_name(one)}"}}', name, flow, Pane.INGESTION, unit, bad, "prometheus",
                         labels=labels, step_s=STEP_MS / 1000)  # fmt: skip


def _value(signal: int, at: int) -> float:
    """Rates of ten a second; an age of some seconds that sways."""
    return 10.0 if signal % 3 < 2 else 5.0 + 2.0 * math.sin(at / 7 + signal)


def _state(kind: EntityKind, name: str, body: Mapping[str, Any], source: str = "ownership") -> Record:
    at_ms = AT_MS - 3_600_000
    return Record(RecordKind.STATE, source, EntityRef(kind, name), kind.value, at_ms, at_ms, dict(body))
