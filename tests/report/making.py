"""Parts of a period for the tests of reports."""

from __future__ import annotations

from typing import Any

from console.governance.auditshapes import FindingDoc
from console.governance.reviews import review_record
from console.governance.shapes import KpiDoc, MeasuredDoc
from console.report.compose import Read
from console.report.kpilines import Course
from console.report.spells import Said
from console.signals import EntityKind, EntityRef
from console.times import format_time
from tests.screens.verdictdocs import incident, quiet, suspect

T0 = 1_795_400_000_000
MINUTE = 60_000
HOSTILE = '=1+1 **b** <script>alert("x")</script> [a](javascript:1) | \x1b[31m & `c` https://evil.example'


def finding(rule: str = "O1", subject: str = "flow:docs.partner", **more: Any) -> FindingDoc:
    doc: dict[str, Any] = {
        "rule": rule, "title": "no owner", "subject": subject, "name": subject.partition(":")[2],
        "severity": "critical", "status": "fail", "text": "nobody owns it.",
        "evidence": [{"text": "its job meta is empty", "origin": "job meta of llm-prod/partner-feed"}],
        "todo": "name an owner.", "notify": "", "first_seen_ms": T0,
    }  # fmt: skip
    return FindingDoc(**{**doc, **more})  # type: ignore[typeddict-item]


def kpi(attainment: float | None, at_ms: int, target: float = 0.99, **more: Any) -> KpiDoc:
    left = None if attainment is None else 1 - (1 - attainment) / (1 - target)
    why = "" if attainment is not None else "only 3% of the window was seen"
    measured = MeasuredDoc(
        at_ms=at_ms,
        from_ms=at_ms - 60 * MINUTE,
        attainment=attainment,
        budget_left=left,
        burn=None,
        coverage=0.9,
        why=why,
    )
    doc: dict[str, Any] = {
        "title": "Answer quality", "about": "model output", "subject": "model:answer-8b", "target": target,
        "window_s": 3600.0, "method": "occurrences", "indicator": {"kind": "ratio"}, "origin": "kpis.yaml:3",
        "measured": measured,
    }  # fmt: skip
    return KpiDoc(**{**doc, **more})  # type: ignore[typeddict-item]


def read(**more: Any) -> Read:
    """Three hours: quiet, suspect from minute 60, an incident from 70, quiet from 100, nobody after 140."""
    fix = {"at": format_time(T0 + 80 * MINUTE), "what": "indexer 1.15.0", "entity": "job:llm-prod/indexer",
           "effect": "worse", "text": "lag twice as high", "changes": [], "side_effects": ["dead letters"]}  # fmt: skip
    said = [
        Said(T0, quiet()),
        Said(T0 + 30 * MINUTE, quiet()),
        Said(T0 + 60 * MINUTE, suspect()),
        Said(T0 + 70 * MINUTE, incident()),
        Said(T0 + 75 * MINUTE, incident()),
        Said(T0 + 85 * MINUTE, incident(fixes=[fix])),
        Said(T0 + 100 * MINUTE, quiet()),
    ]
    measured = [(T0 + at * MINUTE, kpi(1 - at / 2000, T0 + at * MINUTE)) for at in range(0, 180, 10)]
    values: dict[str, Any] = {
        "title": "A night", "tape": "t.tape", "from_ms": T0, "to_ms": T0 + 180 * MINUTE,
        "recorded": (T0, T0 + 180 * MINUTE), "verdicts": said,
        "courses": [Course("quality", measured)],
        "findings": [finding(), finding("L1", "model:answer-8b", status="unknown", title="running is not production")],
        "told": [(T0 + 50 * MINUTE, finding("O4")), (T0 + 90 * MINUTE, finding("O4", status="cleared"))],
        "before": [finding()],
        "journal": [review_record(EntityRef(EntityKind.KPI, "quality"), "ana", "", T0 + 20 * MINUTE)],
        "gaps": [{"source": "prometheus", "from": "2026-11-23T02:00:00Z", "to": None, "why": "it did not answer"}],
    }  # fmt: skip
    return Read(**{**values, **more})
