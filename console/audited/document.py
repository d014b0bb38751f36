"""The answer of ``audit --json``: all findings of a moment, what nobody can tell, what was accepted. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from console.analysis.audit.judgement import Audited, Judgement, finding_of
from console.analysis.audit.rules import RULES
from console.governance.auditshapes import FindingDoc
from console.times import format_time


class RuleDoc(TypedDict):
    """A rule, as the answer lists it."""

    id: str
    family: str
    severity: str
    title: str
    help: str
    todo: str
    limit: NotRequired[str]


class AnswerDoc(TypedDict):
    """``findings`` failed; ``unknown`` nobody can tell, and so did not pass; ``waived`` somebody accepted.

    Times that end in ``_ms`` are unix ms; those beside them are RFC 3339 in UTC. ``notes`` say what is odd: waivers
    that no longer hold, files that cannot be read, sources that did not answer.
    """

    at: str
    tape: str | None
    summary: dict[str, Any]
    findings: list[dict[str, Any]]
    unknown: list[dict[str, Any]]
    waived: list[dict[str, Any]]
    passed: dict[str, int]
    notes: list[str]
    rules: list[RuleDoc]


def answer(audited: Audited, since: Mapping[str, int], tape: str | None, notes: Sequence[str]) -> AnswerDoc:
    """The document. ``since`` says when findings were first seen (unix ms), by rule and subject."""
    failed = audited.of("fail")
    passed: dict[str, int] = {}
    for one in audited.of("pass"):
        passed[one.rule] = passed.get(one.rule, 0) + 1
    oldest = [one.oldest_ms for one in audited.judgements if one.oldest_ms is not None]

    def told(those: Sequence[Judgement]) -> list[dict[str, Any]]:
        return [_with_times(finding_of(one, since.get(one.id, audited.at_ms)), one.id) for one in those]

    return {
        "at": format_time(audited.at_ms),
        "tape": tape,
        "summary": {
            **{
                severity: sum(one.severity == severity for one in failed) for severity in ("critical", "high", "medium")
            },
            "unknown": len(audited.of("unknown")),
            "waived": len(audited.of("waived")),
            "passed": sum(passed.values()),
            "oldest": format_time(min(oldest)) if oldest else None,
        },
        "findings": told(failed),
        "unknown": told(audited.of("unknown")),
        "waived": told(audited.of("waived")),
        "passed": passed,
        "notes": [*notes, *audited.doubts],
        "rules": [_rule(one) for one in RULES],
    }


def _with_times(doc: FindingDoc, key: str) -> dict[str, Any]:
    found: dict[str, Any] = {"id": key, **doc, "first_seen": format_time(doc["first_seen_ms"])}
    oldest_ms = doc.get("oldest_ms")
    found["oldest"] = format_time(oldest_ms) if oldest_ms is not None else None
    found["evidence"] = [
        {**one, "at": format_time(one["at_ms"])} if "at_ms" in one else {**one} for one in doc["evidence"]
    ]
    if "waiver" in doc:
        found["waiver"] = {**doc["waiver"], "until": format_time(doc["waiver"]["until_ms"])}
    return found


def _rule(key: str) -> RuleDoc:
    one = RULES[key]
    doc: RuleDoc = {
        "id": one.id,
        "family": one.family,
        "severity": one.severity,
        "title": one.title,
        "help": one.help,
        "todo": one.todo,
    }
    if one.limit:
        doc["limit"] = f"{one.limit:g} {one.limit_unit}"
    return doc
