"""A report as CSV: one table for all its parts, so that a spreadsheet can filter it by the first column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from console.report.document import ReportDoc
from console.report.words import seen
from console.savedfile import csv_text

COLUMNS = (
    "part",
    "state",
    "severity",
    "rule",
    "subject",
    "from",
    "to",
    "value",
    "target",
    "text",
    "todo",
    "owner",
    "evidence",
)
Row = dict[str, str]


def table(report: ReportDoc) -> str:
    """The report as CSV. A cell never begins a formula."""
    return csv_text(COLUMNS, [[row.get(column, "") for column in COLUMNS] for row in _rows(report)])


def _rows(report: ReportDoc) -> Iterator[Row]:
    period = report["period"]
    numbers = cast(Mapping[str, float], report["summary"])
    for key, number in numbers.items():
        yield {"part": "summary", "subject": key, "value": _number(number), "from": period["from"], "to": period["to"]}
    for spell in report["spells"]:
        yield {"part": "time", "state": spell["state"], "from": spell["from"], "to": spell["to"],
               "subject": spell["first_mover"] or "", "text": spell["headline"]}  # fmt: skip
    yield from _kpis(report)
    for part in ("ownership", "lifecycle", "kpi_review", "data"):
        for finding in report[part]:
            yield {"part": part, "state": finding["status"], "severity": finding["severity"], "rule": finding["rule"],
                   "subject": finding["name"], "from": finding["since"], "text": finding["text"],
                   "todo": finding["todo"], "owner": finding["notify"],
                   "evidence": seen(finding["evidence"], most=100)}  # fmt: skip
    for change in report["changes"]:
        yield {"part": "change", "state": change["what"], "severity": change["severity"], "rule": change["rule"],
               "subject": change["name"], "from": change["at"], "text": change["title"]}  # fmt: skip
    for fix in report["fixes"]:
        yield {"part": "fix", "state": fix["effect"], "subject": fix["entity"], "from": fix["at"],
               "text": f"{fix['what']}: {fix['text']}"}  # fmt: skip
    for review in report["reviews"]:
        yield {"part": "review", "subject": review["subject"], "from": review["at"], "text": review["text"],
               "owner": review["by"]}  # fmt: skip
    for gap in report["gaps"]:
        yield {"part": "not seen", "subject": gap["source"], "from": gap["from"], "to": gap["to"] or "",
               "text": gap["why"]}  # fmt: skip


def _kpis(report: ReportDoc) -> Iterator[Row]:
    for kpi in report["kpis"]:
        common = {"subject": kpi["name"], "owner": kpi["owner"] or "", "target": _number(kpi["target"])}
        yield {"part": "kpi", "state": kpi["state"], "value": _number(kpi["attainment"]), "text": kpi["why"], **common}
        yield {"part": "error budget", "state": kpi["state"], "value": _number(kpi["budget_left"]), **common}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
