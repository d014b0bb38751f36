"""Findings of the audit as lines of a report, by what they are about, and what opened or was cleared. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from console.governance.auditshapes import FindingDoc
from console.report.document import ChangeDoc, ChangeWord, FindingLineDoc
from console.times import format_time

FAMILIES = {"ownership": "O", "lifecycle": "L", "kpi_review": "K", "data": "D"}
_SEVERITIES = ("critical", "high", "medium")
_STATUSES = ("fail", "unknown", "waived")


def finding_lines(findings: Iterable[FindingDoc], letter: str) -> list[FindingLineDoc]:
    """Those of a family of rules that stand, worst first."""
    mine = [one for one in findings if one["rule"].startswith(letter) and one["status"] in _STATUSES]
    return [_line(one) for one in sorted(mine, key=_order)]


def unknown(lines: Iterable[FindingLineDoc]) -> list[tuple[str, str, str]]:
    """What nobody can tell, in as few lines as it takes: the rules, the subject's name, and why; what several rules
    miss of a subject for the same reason stands once."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in lines:
        if one["status"] == "unknown":
            found.setdefault((one["name"], one["text"]), []).append(one["rule"])
    return [(" ".join(sorted(rules, key=_number)), name, text) for (name, text), rules in found.items()]


def _number(rule: str) -> tuple[str, int]:
    """``L2`` stands before ``L10``."""
    return rule[:1], int(rule[1:]) if rule[1:].isdecimal() else 0


def _order(one: FindingDoc) -> tuple[int, int, tuple[str, int], str]:
    severity = _SEVERITIES.index(one["severity"]) if one["severity"] in _SEVERITIES else len(_SEVERITIES)
    return (_STATUSES.index(one["status"]), severity, _number(one["rule"]), one["name"])


def _line(one: FindingDoc) -> FindingLineDoc:
    line: FindingLineDoc = {
        "rule": one["rule"],
        "title": one["title"],
        "subject": one["subject"],
        "name": one["name"],
        "severity": one["severity"],
        "status": one["status"],
        "text": one["text"],
        "todo": one["todo"],
        "notify": one["notify"],
        "since": format_time(one["first_seen_ms"]),
        "evidence": one["evidence"],
    }
    if "waiver" in one:
        line["waiver"] = one["waiver"]
    return line


def changes(
    told: Sequence[tuple[int, FindingDoc]], before: Sequence[FindingDoc], standing: Sequence[FindingDoc], at_ms: int
) -> list[ChangeDoc]:
    """What opened, was cleared or waived. ``told`` are states of findings with their times (unix ms), in order;
    ``before`` are those in force when the period began; where there are none, what was told first of all is what the
    audit found when it began to look, which did not open then. ``standing`` are those at ``at_ms``, the period's end:
    what was told to fail and does so no more was cleared by then."""
    if told and not before:
        began_ms = told[0][0]
        before = [one for told_ms, one in told if told_ms == began_ms]
        told = [(told_ms, one) for told_ms, one in told if told_ms != began_ms]
    failing = {_key(one): one for one in before if one["status"] == "fail"}
    found: list[ChangeDoc] = []
    for told_ms, one in told:
        if (what := _CHANGES.get((_key(one) in failing, one["status"]))) is not None:
            found.append(_change(told_ms, one, what))
        if one["status"] == "fail":
            failing[_key(one)] = one
        elif one["status"] != "unknown":  # what cannot be told just now may still be so
            failing.pop(_key(one), None)
    now = {_key(one): one["status"] for one in standing}
    for key, one in failing.items():
        if (what := _CHANGES.get((True, now.get(key, "cleared")))) is not None:
            found.append(_change(at_ms, one, what))
    return found


def _key(one: FindingDoc) -> tuple[str, str]:
    return one["rule"], one["subject"]


def _change(at_ms: int, one: FindingDoc, what: ChangeWord) -> ChangeDoc:
    return {
        "at": format_time(at_ms),
        "rule": one["rule"],
        "title": one["title"],
        "name": one["name"],
        "severity": one["severity"],
        "what": what,
    }


# Whether it failed before, and what it is now. What cannot be told any more is neither opened nor cleared.
_CHANGES: dict[tuple[bool, str], ChangeWord] = {
    (False, "fail"): "opened",
    (True, "cleared"): "cleared",
    (True, "waived"): "waived",
}
