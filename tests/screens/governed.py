"""TEST DATA: the night of ``tests/tapes/story.py`` with all that files, registries and schedules declare about it.

At minute 0: answerer-m runs version 7 where the registry says 8, and was evaluated before the catalog's schema changed;
reranker-m is in order; embedder-m is registered only. partner-docs has neither owner nor on-call nor contract, until
somebody declares them at minute 30. price-docs is disputed, its contract has ended and PagerDuty cannot be asked.
KPIs are measured every five minutes until minute 25.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from console.governance.auditshapes import AuditDoc, FindingDoc, FindingStatus, Severity, WaiverDoc
from console.governance.shapes import (
    ContractDoc,
    FlowDoc,
    IndicatorDoc,
    KpiDoc,
    ModelDoc,
    ModelVersionDoc,
    OnCallDoc,
    OwnerDoc,
    SaidDoc,
)
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import open_tape
from tests.screens.answers import DEPLOYED_BY, nobody, somebody
from tests.screens.verdictdocs import finding, incident, quiet, suspect
from tests.tapes.story import START_MS, make_story, minute

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
META: Mapping[str, Mapping[str, str]] = {
    "answerer": {"owner": "answers", "on_call": "answers-oncall", "consumes": "index", "model_name": "answerer-m",
                 "model_version": "7"},
    "reranker": {"owner": "ml-serving", "on_call": "rota:ml-serving", "model": "reranker-m", "model_version": "3"},
    "indexer": {"owner": "search-data", "on_call": "search-data-oncall", "consumes": "docs.>", "produces": "index",
                "data_contract": "doc-index"},
    "evaluator": {"owner": "ml-quality", "on_call": "rota:ml-serving"},
    "gateway": {"owner": "answers", "on_call": "answers-oncall"},
}  # fmt: skip


def governed(path: Path, until: float = 38.0) -> Path:
    """Write the whole of it onto a new tape and return its path."""
    make_story(path, until_minute=until)
    said = [(quiet(8.0), 8.0), (suspect(12.4, responsible=nobody(12.4)), 12.4)]
    said += [(incident(19.0, responsible=nobody(19.0)), 19.0), (incident(31.0, responsible=somebody(31.0)), 31.0)]
    with open_tape(path, "write") as store:
        told = store.records_between(-1, minute(until), kinds=(RecordKind.STATE,))
        jobs = [one for one in told if one.entity.kind is EntityKind.JOB]
        store.append(records=[*map(_with_meta, jobs), *(one for one in _records() if one.at_ms <= minute(until))])
        store.append(records=[finding(doc, at) for doc, at in said if at <= until])
    return path


def _with_meta(job: Record) -> Record:
    """A state of a job, told again with its meta and with who registered it."""
    more = {"by": DEPLOYED_BY} if job.body["version"] else {}
    meta = {**job.body["meta"], **META.get(job.body["job"], {})}
    return job._replace(body={**job.body, **more, "meta": meta}, seq=0)


def state(kind: EntityKind, entity: str, body: Mapping[str, Any], at: float = 0.0, source: str = "ownership") -> Record:
    """A state as of a minute of the story."""
    return Record(RecordKind.STATE, source, EntityRef(kind, entity), kind.value, minute(at), minute(at), dict(body))


def _said(value: Any, origin: str, via: str = "odcs") -> SaidDoc:
    return {"value": value, "origin": origin, "via": via, "read_ms": START_MS}


def flows() -> dict[str, FlowDoc]:
    """The data flows as of minute 0."""
    return {
        "catalog-docs": {
            "owner": "search-data", "on_call": "search-data-oncall", "contract": "catalog-docs",
            "producer": "llm-prod/catalog-feed", "consumers": ["llm-prod/indexer"], "origin": "catalog/catalog.yaml:3",
            "runbook": "https://runbooks.example/catalog", "freshness_s": 60.0, "latency_s": 5.0, "completeness": 0.99,
            "retention_s": 30 * 86_400.0, "escalation": ["rota:ml-serving"], "lifecycle": "active",
            "channels": [{"name": "#search-data", "scope": "interactive", "tool": "slack"}],
            "stages": [
                {"name": "catalog-feed", "kind": "source", "entity": "job:llm-prod/catalog-feed"},
                {"name": "DOCS", "kind": "queue", "entity": "topic:DOCS.catalog", "ins": ["in"]},
                {"name": "indexer", "kind": "job", "entity": "consumer:DOCS/indexer", "outs": ["out"],
                 "losses": ["dead letters"]},
            ],
            "feeds": ["answerer-m"], "schema_changed_ms": START_MS - 2 * DAY_MS, "contract_version": "1.4.0",
            "required": ["id", "title", "body"], "last_review_ms": START_MS - 20 * DAY_MS,
            "review_every_s": 90 * 86_400.0,
            "said": {
                "owner": [_said("search-data", "catalog/catalog.yaml:9"),
                          _said("search-data", "job meta of llm-prod/catalog-feed", "job meta")],
                "freshness_s": [_said(60.0, "catalog/catalog.yaml:31")],
            },
        },
        "price-docs": {
            "owner": "pricing", "on_call": "pagerduty:PPRICE", "contract": "price-docs",
            "producer": "llm-prod/price-feed", "consumers": ["llm-prod/indexer"], "origin": "catalog/price.yaml:2",
            "lifecycle": "deprecated", "contract_version": "1.0.2", "contract_ends_ms": START_MS - 3 * DAY_MS,
            "feeds": ["answerer-m"], "freshness_s": 120.0,
            "said": {
                "owner": [_said("pricing", "catalog/price.yaml:7"),
                          _said("finance", "catalog-info.yaml:14", "backstage")],
            },
            "doubts": [{"field": "retention", "why": "3m may be three minutes or three months",
                        "origin": "catalog/price.yaml:22"}],
        },
        "partner-docs": {
            "owner": None, "on_call": None, "contract": None, "producer": "llm-prod/partner-feed",
            "consumers": ["llm-prod/indexer"], "origin": "flows.toml:9", "feeds": ["answerer-m"],
            "stages": [{"name": "DOCS", "kind": "queue", "entity": "topic:DOCS.partner"}],
        },
    }  # fmt: skip


def _version(version: str, **more: Any) -> ModelVersionDoc:
    doc: ModelVersionDoc = {
        "version": version, "created_ms": START_MS - 9 * DAY_MS, "status": "READY", "aliases": [],
        "origin": "http://mlflow.example:5000", "by": "ana",
    }  # fmt: skip
    return {**doc, **more}  # type: ignore[typeddict-item]


def models() -> dict[str, ModelDoc]:
    """The models as of minute 0."""
    day = START_MS - DAY_MS
    return {
        "answerer-m": {
            "owner": "answers", "production": "8", "aliases": {"production": "8", "previous": "7"},
            "versions": [
                _version("8", aliases=["production"], trained_ms=day - 2 * HOUR_MS, evaluated_ms=day,
                         metrics={"quality": 0.97}, run="9f3c1a"),
                _version("7", aliases=["previous"], trained_ms=START_MS - 12 * DAY_MS,
                         evaluated_ms=START_MS - 11 * DAY_MS, metrics={"quality": 0.96}, run="77aa01"),
            ],
            "inputs": ["catalog-docs", "partner-docs", "price-docs"], "jobs": ["llm-prod/answerer"],
            "retrain_every_s": 30 * 86_400.0, "rollout_s": 1_800.0, "on_call": "answers-oncall",
            "origin": "http://mlflow.example:5000",
        },
        "reranker-m": {
            "owner": "ml-serving", "production": "3", "aliases": {"champion": "3"},
            "versions": [_version("3", aliases=["champion"], trained_ms=day - HOUR_MS, evaluated_ms=day,
                                  metrics={"ndcg": 0.71})],
            "jobs": ["llm-prod/reranker"], "retrain_every_s": 90 * 86_400.0, "on_call": "rota:ml-serving",
            "origin": "catalog/models.toml:4",
        },
        "embedder-m": {
            "owner": "ml-serving", "production": None, "aliases": {}, "versions": [_version("1")],
            "origin": "http://mlflow.example:5000",
        },
    }  # fmt: skip


def kpi(name: str, subject: str, about: str, **more: Any) -> KpiDoc:
    """A KPI: 97 % over a day, read as a ratio."""
    indicator: IndicatorDoc = {"kind": "ratio", "good": "answers_good_total", "total": "answers_total", "counter": True}
    doc: dict[str, Any] = {
        "title": name, "about": about, "subject": subject, "target": 0.97, "window_s": 86_400.0,
        "method": "occurrences", "indicator": indicator, "origin": "catalog/kpis.toml:3", "owner": "ml-quality",
        "review_every_s": 30 * 86_400.0, "last_review_ms": START_MS - 10 * DAY_MS, **more,
    }  # fmt: skip
    return doc  # type: ignore[return-value]


def measured(at: float, attainment: float | None, budget_left: float | None, burn: float | None = 0.4,
             why: str = "") -> dict[str, Any]:  # fmt: skip
    """What a KPI came to at a minute."""
    return {"at_ms": minute(at), "from_ms": minute(at) - DAY_MS, "attainment": attainment, "budget_left": budget_left,
            "burn": burn, "coverage": 0.98 if attainment is not None else 0.1, "why": why}  # fmt: skip


def _kpis() -> Iterator[Record]:
    right = kpi("answers right", "model:answerer-m", "model output", title="Answers are right and fresh")
    fast = kpi("answers fast", "job:llm-prod/answerer", "system", title="Answers come within 1.2 s")
    ranked = kpi("ranking", "model:reranker-m", "model output")
    fresh = kpi("partner fresh", "flow:partner-docs", "model input", target=0.95)
    for at, share, left, burn in ((0, 0.9931, 0.77, 0.3), (5, 0.993, 0.766, 0.3), (10, 0.993, 0.765, 0.3),
                                  (15, 0.9842, 0.473, 9.0), (20, 0.9755, 0.183, 14.0),
                                  (25, 0.966, -0.133, 21.0)):  # fmt: skip
        yield state(EntityKind.KPI, "answers right", {**right, "measured": measured(at, share, left, burn)}, at, "kpis")
        yield state(EntityKind.KPI, "answers fast", {**fast, "measured": measured(at, 0.9991, 0.97)}, at, "kpis")
    yield state(EntityKind.KPI, "ranking", {**ranked, "measured": measured(-35, 0.991, 0.7)}, 0, "kpis")
    unseen = measured(0, None, None, None, "seen for 10% of its window")
    yield state(EntityKind.KPI, "partner fresh", {**fresh, "measured": unseen}, 0, "kpis")


def _owners() -> Iterator[Record]:
    def team(name: str, *members: str, **more: Any) -> Record:
        doc: OwnerDoc = {"kind": "group", "members": [{"name": one} for one in members], "origin": "catalog/org.yaml:3"}
        return state(EntityKind.OWNER, name, {**doc, **more})

    yield team("search-data", "ana", "bo", on_call="search-data-oncall", title="Search data")
    yield team("pricing", "chris")
    yield team("answers", "dana", "eli", on_call="answers-oncall")
    yield team("ml-serving", "farid", "gul", on_call="rota:ml-serving")


def on_call(name: str, who: str, *, names: tuple[str, ...] = (), read: float = 0.0, until_h: float = 13.2,
            then: str = "bo", **more: Any) -> OnCallDoc:  # fmt: skip
    """A schedule as it was asked at a minute; ``until_h`` hours later somebody else is on call."""
    end = minute(read) + round(until_h * HOUR_MS)
    doc: dict[str, Any] = {
        "provider": "rota", "name": name, "names": [name, *names], "read_ms": minute(read),
        "now": [{"who": who, "level": 1, "from_ms": minute(read) - HOUR_MS, "until_ms": end}],
        "next": [{"who": then, "level": 1, "from_ms": end, "until_ms": end + 12 * HOUR_MS}],
        "origin": "catalog/rota.toml:2", **more,
    }  # fmt: skip
    return doc  # type: ignore[return-value]


def _schedules() -> Iterator[Record]:
    for at in (0, 15, 30):
        search = on_call("search-data-oncall", "ana", names=("search-data",), read=at, until_h=13.2 - at / 60)
        yield state(EntityKind.ONCALL, "rota:search-data-oncall", search, at, "oncall")
        answers = on_call("answers-oncall", "dana", read=at, until_h=0.3 - at / 60 if at < 15 else 11.5, then="eli")
        if at >= 15:
            answers["now"][0]["who"] = "eli"
        yield state(EntityKind.ONCALL, "rota:answers-oncall", answers, at, "oncall")
        yield state(EntityKind.ONCALL, "rota:ml-serving", on_call("ml-serving", "farid", read=at, until_h=60), at,
                    "oncall")  # fmt: skip
    pricing = on_call("Pricing primary", "chris", provider="pagerduty", read=-2, until_h=9, origin="PagerDuty",
                      problem="PagerDuty answers 503")  # fmt: skip
    yield state(EntityKind.ONCALL, "pagerduty:PPRICE", pricing, 0, "oncall")


def _audit() -> Iterator[Record]:
    def found(rule: str, title: str, subject: str, severity: Severity, text: str, status: FindingStatus = "fail",
                at: float = 0.1) -> Record:  # fmt: skip
        doc: FindingDoc = {
            "rule": rule,
            "title": title,
            "subject": subject,
            "name": subject.partition(":")[2],
            "severity": severity,
            "status": status,
            "text": text,
            "evidence": [{"text": text, "origin": "flows.toml:9", "at_ms": START_MS}],
            "todo": "Name an owner in flows.toml or in its contract.",
            "notify": "",
            "first_seen_ms": minute(0.1),
            "oldest_ms": START_MS,
        }
        return state(EntityKind.FINDING, f"{rule} {subject}", doc, at, "audit")

    def came_to(at: float, critical: int, high: int, worst: list[str]) -> Record:
        doc: AuditDoc = {"critical": critical, "high": high, "medium": 4, "unknown": 2, "waived": 1, "passed": 31,
                         "worst": worst, "oldest_ms": START_MS}  # fmt: skip
        return state(EntityKind.AUDIT, "audit", doc, at, "audit")

    yield found("O1", "no owner", "flow:partner-docs", "critical", "Nobody owns partner-docs")
    yield found("O7", "model input without contract", "flow:partner-docs", "critical",
                  "answerer-m answers from partner-docs, which has no contract")  # fmt: skip
    yield found("L1", "not what the registry calls production", "model:answerer-m", "critical",
                  "answerer-m runs 7, the registry says 8")  # fmt: skip
    yield found("O3", "sources disagree", "flow:price-docs", "high", "pricing by one file, finance by another")
    yield came_to(0.1, 3, 1, ["O1 flow:partner-docs", "O7 flow:partner-docs", "L1 model:answerer-m"])
    yield found("O1", "no owner", "flow:partner-docs", "critical", "partners own it", status="cleared", at=30.1)
    yield came_to(30.1, 1, 1, ["L1 model:answerer-m"])
    waiver: WaiverDoc = {"rule": "O9", "subject": "flow:catalog-docs", "who": "ana", "why": "kept by the lake",
                         "until_ms": START_MS + 30 * DAY_MS, "origin": "waivers.toml:2"}  # fmt: skip
    yield state(EntityKind.WAIVER, "O9 flow:catalog-docs", waiver)


def _records() -> Iterator[Record]:
    for name, flow in flows().items():
        yield state(EntityKind.FLOW, name, flow, 0.02)
    nothing: FlowDoc = {"owner": None, "on_call": None, "contract": None, "producer": None, "consumers": [],
                        "origin": "flows.toml:20"}  # fmt: skip
    yield state(EntityKind.FLOW, "old-docs", {**nothing, "removed": True})
    named: FlowDoc = {**flows()["partner-docs"], "owner": "partners", "on_call": "rota:ml-serving"}
    contract_of = {"contract": "partner-docs", "lifecycle": "active", "origin": "catalog/partner.yaml:3"}
    yield state(EntityKind.FLOW, "partner-docs", {**named, **contract_of}, 30.0)
    contract: ContractDoc = {"format": "odcs", "version": "v3.1.0", "origin": "catalog/catalog.yaml:3",
                             "body": {"id": "catalog-docs", "status": "active", "version": "1.4.0"}}  # fmt: skip
    yield state(EntityKind.CONTRACT, "catalog-docs", contract)
    for name, model in models().items():
        yield state(EntityKind.MODEL, name, model, source="mlflow")
    yield from _kpis()
    yield from _owners()
    yield from _schedules()
    yield from _audit()
    body = {"text": "ana reviewed price-docs: no change", "severity": "info", "by": "ana", "change": "no change",
            "pane": "ownership"}  # fmt: skip
    about = EntityRef(EntityKind.FLOW, "price-docs")
    yield Record(RecordKind.JOURNAL, "review", about, "review", minute(5), minute(5), body)
