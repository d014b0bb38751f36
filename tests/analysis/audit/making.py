"""TEST DATA: small facts in which every rule passes; a test changes one thing and looks at one rule."""

from __future__ import annotations

from typing import Any

from console.analysis.audit.facts import AuditFacts, Deploy, FlowFacts, Journal, ModelFacts, Way
from console.analysis.audit.judge import audit
from console.analysis.audit.judgement import Judgement
from console.governance.integrity import Integrity, Lost, StageCount
from console.governance.lifeshapes import Promotion
from console.governance.oncall import OnCallNow
from console.governance.running import Running
from console.governance.shapes import ContractDoc, FlowDoc, KpiDoc, ModelDoc, ModelVersionDoc, OwnerDoc

AT_MS = 1_795_400_000_000  # Monday 2026-11-23 02:13:20Z
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

OWNER: OwnerDoc = {
    "kind": "group",
    "members": [{"name": "ana"}, {"name": "ben", "until_ms": AT_MS - DAY_MS}],
    "origin": "teams.yaml:4",
}
CONTRACT: ContractDoc = {
    "format": "odcs", "version": "v3.1.0", "body": {"id": "price", "status": "active"}, "origin": "price.yaml:1",
}  # fmt: skip


def flow_doc(**changes: Any) -> FlowDoc:
    """A flow of which everything is said; ``changes`` replace fields."""
    doc: dict[str, Any] = {
        "owner": "pricing", "on_call": "rota:pricing", "contract": "price", "producer": "llm/price-feed",
        "consumers": ["llm/indexer"], "origin": "price.yaml:1", "freshness_s": 300.0, "completeness": 0.99,
        "retention_s": 86_400.0, "lifecycle": "active", "channels": [{"name": "#price", "scope": "interactive"}],
        "schema_changed_ms": AT_MS - 30 * DAY_MS, "contract_version": "1.2.0", "required": ["id", "price"],
        "last_review_ms": AT_MS - 10 * DAY_MS,
        "said": {"contract": [{"value": "price", "origin": "price.yaml:1", "via": "odcs", "read_ms": AT_MS - 1000}]},
    } | changes  # fmt: skip
    return doc  # type: ignore[return-value]


def counted(**changes: Any) -> Integrity:
    """A flow that loses nothing and is a minute old."""
    stage = StageCount("indexer", 100.0, 100.0, {}, 0.0, Lost(0.0, 2.0, 100.0, 100.0, 300.0))
    whole = Integrity((stage,), (), {}, {}, 1.0, 0.01, True, 60.0, True, AT_MS - 300_000, AT_MS)
    return whole._replace(**changes)


def flow(doc: FlowDoc | None = None, **changes: Any) -> FlowFacts:
    """What is known of it."""
    said = doc or flow_doc()
    return FlowFacts(
        name="docs.price", called="docs.price (llm/price-feed)", aliases=["job:llm/price-feed"], doc=said,
        asked=["the meta of llm/price-feed", "the catalog"], producer="llm/price-feed", consumers=["llm/indexer"],
        live=True, ways=[Way("answer-8b", ["indexer", "answerer"], False)], owner=OWNER,
        on_call=OnCallNow("ana", "pricing", 1, AT_MS + HOUR_MS, AT_MS - 60_000, "ben", "", "rota:pricing"),
        contract=CONTRACT, integrity=counted(), oldest_ms=AT_MS - 2000,
    )._replace(**changes)  # fmt: skip


def version(number: str, **changes: Any) -> ModelVersionDoc:
    """A version of which everything is known."""
    doc: dict[str, Any] = {
        "version": number, "status": "READY", "aliases": [], "trained_ms": AT_MS - 12 * DAY_MS,
        "evaluated_ms": AT_MS - 11 * DAY_MS, "evaluated_on": "rev-4", "metrics": {"quality": 0.9},
        "inputs": ["id", "price"], "origin": "https://mlflow.example",
    } | changes  # fmt: skip
    return doc  # type: ignore[return-value]


def model_doc(**changes: Any) -> ModelDoc:
    """A model with three versions, the newest of which is production."""
    doc: dict[str, Any] = {
        "owner": "answers", "production": "7", "aliases": {"production": "7"},
        "versions": [version("7", aliases=["production"]), version("6"), version("5")], "inputs": ["docs.price"],
        "retrain_every_s": 30 * 86_400.0, "origin": "https://mlflow.example",
    } | changes  # fmt: skip
    return doc  # type: ignore[return-value]


def run(number: str = "7", **changes: Any) -> Running:
    """Who runs which version."""
    return Running("answer-8b", number, "llm/answerer", AT_MS - DAY_MS, "job meta of llm/answerer")._replace(**changes)


def model(doc: ModelDoc | None = None, **changes: Any) -> ModelFacts:
    """What is known of it."""
    return ModelFacts(
        name="answer-8b", doc=doc or model_doc(), running=[run()], flows=["docs.price"],
        promotions=[Promotion("7", "production", AT_MS - 9 * DAY_MS, "mlflow", before="6")],
        watched_ms=AT_MS - 90 * DAY_MS, oldest_ms=AT_MS - 3000,
    )._replace(**changes)  # fmt: skip


def deploy(**changes: Any) -> Deploy:
    """The version of the indexer that runs."""
    return Deploy(
        "llm/indexer",
        4,
        AT_MS - HOUR_MS,
        "version 4: image a:1 → a:2",
        consumes=["docs.price"],
        compared=True,
        watched=True,
    )._replace(**changes)


def kpi_doc(**changes: Any) -> KpiDoc:
    """An objective that is kept."""
    doc: dict[str, Any] = {
        "title": "right answers", "about": "model output", "subject": "model:answer-8b", "target": 0.95,
        "window_s": 604_800.0, "method": "occurrences", "indicator": {"kind": "ratio", "good": "g", "total": "t"},
        "origin": "kpis.toml:3", "last_review_ms": AT_MS - DAY_MS, "owner": "answers",
        "measured": {"at_ms": AT_MS - 60_000, "from_ms": AT_MS - 7 * DAY_MS, "attainment": 0.97, "budget_left": 0.4,
                     "burn": 0.5, "coverage": 1.0, "why": ""},
    } | changes  # fmt: skip
    return doc  # type: ignore[return-value]


def facts(**changes: Any) -> AuditFacts:
    """All of it."""
    system = kpi_doc(title="fast", about="system", subject="job:llm/answerer")
    return AuditFacts(
        AT_MS, flows={"docs.price": flow()}, owners={"pricing": OWNER},
        models={"answer-8b": model()}, kpis={"quality": kpi_doc(), "latency": system}, deploys=[deploy()],
        journal=Journal(), read=dict.fromkeys(
            ("files", "owners", "schedules", "registry", "kpis", "jobs", "signals", "journal"), AT_MS),
    )._replace(**changes)  # fmt: skip


def said(rule: str, of: AuditFacts, subject: str = "") -> Judgement | None:
    """What a rule says of the one subject it is about, or of that one; None where it is not about any."""
    found = [one for one in audit(of).judgements if one.rule == rule and (not subject or one.subject == subject)]
    assert len(found) <= 1, found
    return found[0] if found else None


def with_flow(doc: FlowDoc | None = None, **changes: Any) -> AuditFacts:
    """Facts with another flow."""
    return facts(flows={"docs.price": flow(doc, **changes)})


def with_model(doc: ModelDoc | None = None, **changes: Any) -> AuditFacts:
    """Facts with another model."""
    return facts(models={"answer-8b": model(doc, **changes)})


def with_kpi(**changes: Any) -> AuditFacts:
    """Facts with one other KPI."""
    return facts(kpis={"quality": kpi_doc(**changes)})
