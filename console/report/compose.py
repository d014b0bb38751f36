"""Puts a report together from what was read of a tape. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.findings import FixDoc, GapDoc
from console.governance.auditshapes import FindingDoc
from console.governance.reviews import last_reviews
from console.report.document import KpiLineDoc, ReportDoc, ReviewDoc, SpellDoc, SummaryDoc
from console.report.findinglines import FAMILIES, changes, finding_lines
from console.report.fixlines import counted, fix_lines
from console.report.kpilines import Course, kpi_lines
from console.report.spells import Said, spells
from console.report.words import when
from console.signals import Record
from console.times import format_time


class Read(NamedTuple):
    """What a tape says of a period. Times are unix ms; ``recorded`` is the part of it that the tape holds.

    ``verdicts`` are those said in it and the one before; ``findings`` stand at its end, ``told`` are those that changed
    in it, ``before`` those that stood at its begin. ``journal`` is everything that people said up to its end.
    """

    title: str
    tape: str
    from_ms: int
    to_ms: int
    recorded: tuple[int, int] | None
    verdicts: Sequence[Said]
    courses: Sequence[Course]
    findings: Sequence[FindingDoc]
    told: Sequence[tuple[int, FindingDoc]]
    before: Sequence[FindingDoc]
    journal: Sequence[Record]
    gaps: Sequence[GapDoc]
    notes: Sequence[str] = ()


def report_of(read: Read) -> ReportDoc:
    """The report."""
    told = spells(read.verdicts, read.from_ms, read.to_ms)
    kpis = kpi_lines(read.courses, last_reviews(read.journal), read.to_ms)
    fixes = fix_lines(read.verdicts, read.from_ms, read.to_ms)
    changed = changes(read.told, read.before, read.findings, read.to_ms)
    summary = _summary(told, kpis, read.findings, fixes)
    summary["opened"] = sum(one["what"] == "opened" for one in changed)
    summary["cleared"] = sum(one["what"] == "cleared" for one in changed)
    recorded = read.recorded
    return {
        "title": read.title,
        "tape": read.tape,
        "at": format_time(read.to_ms),
        "period": {"from": format_time(read.from_ms), "to": format_time(read.to_ms)},
        "recorded": {"from": format_time(recorded[0]), "to": format_time(recorded[1])} if recorded else None,
        "summary": summary,
        "spells": told,
        "kpis": kpis,
        "ownership": finding_lines(read.findings, FAMILIES["ownership"]),
        "lifecycle": finding_lines(read.findings, FAMILIES["lifecycle"]),
        "kpi_review": finding_lines(read.findings, FAMILIES["kpi_review"]),
        "data": finding_lines(read.findings, FAMILIES["data"]),
        "changes": changed,
        "fixes": fixes,
        "reviews": _reviews(read),
        "gaps": list(read.gaps),
        "notes": [*read.notes, *_notes(read)],
    }


def _summary(
    told: Sequence[SpellDoc], kpis: Sequence[KpiLineDoc], findings: Sequence[FindingDoc], fixes: Sequence[FixDoc]
) -> SummaryDoc:
    seconds = dict.fromkeys(("quiet", "suspect", "incident", "unknown"), 0.0)
    for one in told:
        seconds[one["state"]] += _length_s(one)
    failing = [one["severity"] for one in findings if one["status"] == "fail"]
    states = [one["state"] for one in kpis]
    effects = counted(fixes)
    return {
        "incidents": sum(one["state"] == "incident" for one in told),
        "incident_s": seconds["incident"],
        "suspect_s": seconds["suspect"],
        "unjudged_s": seconds["unknown"],
        "kpis_kept": states.count("kept"),
        "kpis_missed": states.count("missed"),
        "kpis_unknown": states.count("unknown"),
        "critical": failing.count("critical"),
        "high": failing.count("high"),
        "medium": failing.count("medium"),
        "unknown": sum(one["status"] == "unknown" for one in findings),
        "waived": sum(one["status"] == "waived" for one in findings),
        "opened": 0,
        "cleared": 0,
        "fixes_helped": effects["helped"],
        "fixes_worse": effects["worse"],
        "fixes_without_effect": effects["no change"],
        "fixes_untold": effects["too early"],
    }


def _length_s(one: SpellDoc) -> float:
    from datetime import datetime

    return (datetime.fromisoformat(one["to"]) - datetime.fromisoformat(one["from"])).total_seconds()


def _reviews(read: Read) -> list[ReviewDoc]:
    found: list[ReviewDoc] = []
    for record in read.journal:
        if record.name == "review" and read.from_ms < record.at_ms <= read.to_ms:
            by, text = str(record.body.get("by", "")), str(record.body.get("text", ""))
            found.append({"at": format_time(record.at_ms), "subject": str(record.entity), "by": by, "text": text})
    return found


def _notes(read: Read) -> list[str]:
    """What the reader of the report must know to trust it."""
    if read.recorded is None:
        return ["The tape holds nothing of this period."]
    notes = []
    if read.recorded[0] > read.from_ms:
        notes.append(f"Recorded only since {when(format_time(read.recorded[0]))}: nothing is known of the time before.")
    if read.recorded[1] < read.to_ms:
        notes.append(f"Recorded only until {when(format_time(read.recorded[1]))}: nothing is known of the time after.")
    if not read.verdicts:
        notes.append("No verdict stands on the tape: nobody judged, so that there is nothing to say of incidents.")
    if not read.courses:
        notes.append("No KPI is declared: see 'fourthsignal audit' (K1).")
    return notes
