"""The shape of a report: what ``report --json`` prints, and what the other formats are made from.

Plain JSON; times are RFC 3339 in UTC. What is not known is None, with a sentence that says why, and never a number.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from console.findings import FixDoc, GapDoc
from console.governance.auditshapes import EvidenceDoc, WaiverDoc

SpanDoc = TypedDict("SpanDoc", {"from": str, "to": str})
State = Literal["quiet", "suspect", "incident", "unknown"]

SpellDoc = TypedDict(
    "SpellDoc",
    {
        "from": str,
        "to": str,
        "state": State,
        "headline": str,
        "first_mover": str | None,
        "first_alarm": str | None,
        "misled": bool,
    },
)
"""A time in which verdicts were of one state; ``unknown`` where nobody judged. It is told as its last verdict was."""


class CoursePointDoc(TypedDict):
    """How a KPI stood from a time on until the next; attainment is None where too little was seen, or nothing."""

    at: str
    attainment: float | None


class KpiLineDoc(TypedDict):
    """A KPI at the end of the period, and its course."""

    name: str
    title: str
    about: str
    subject: str
    owner: str | None
    target: float
    window_s: float
    state: Literal["kept", "missed", "unknown"]
    attainment: float | None
    budget_left: float | None
    coverage: float | None
    why: str
    reviewed_at: str | None
    reviewed_by: str | None
    review_due: str | None
    course: list[CoursePointDoc]
    origin: str


class FindingLineDoc(TypedDict):
    """What the audit says of a subject at the end of the period. ``since`` is when that was seen first."""

    rule: str
    title: str
    subject: str
    name: str
    severity: str
    status: str
    text: str
    todo: str
    notify: str
    since: str
    evidence: list[EvidenceDoc]
    waiver: NotRequired[WaiverDoc]


ChangeWord = Literal["opened", "cleared", "waived"]


class ChangeDoc(TypedDict):
    """A finding that opened or was cleared in the period."""

    at: str
    rule: str
    title: str
    name: str
    severity: str
    what: ChangeWord


class ReviewDoc(TypedDict):
    """A review that somebody recorded in the period."""

    at: str
    subject: str
    by: str
    text: str


class SummaryDoc(TypedDict):
    """The numbers that stand first. Durations are seconds; ``unjudged_s`` is how long nobody looked."""

    incidents: int
    incident_s: float
    suspect_s: float
    unjudged_s: float
    kpis_kept: int
    kpis_missed: int
    kpis_unknown: int
    critical: int
    high: int
    medium: int
    unknown: int
    waived: int
    opened: int
    cleared: int
    fixes_helped: int
    fixes_worse: int
    fixes_without_effect: int
    fixes_untold: int


class ReportDoc(TypedDict):
    """The whole report. ``recorded`` is the part of the period that the tape holds; None where it holds nothing."""

    title: str
    tape: str
    at: str
    period: SpanDoc
    recorded: SpanDoc | None
    summary: SummaryDoc
    spells: list[SpellDoc]
    kpis: list[KpiLineDoc]
    ownership: list[FindingLineDoc]
    lifecycle: list[FindingLineDoc]
    kpi_review: list[FindingLineDoc]
    data: list[FindingLineDoc]
    changes: list[ChangeDoc]
    fixes: list[FixDoc]
    reviews: list[ReviewDoc]
    gaps: list[GapDoc]
    notes: list[str]
