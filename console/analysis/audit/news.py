"""What an audit says that the one before did not: what opened, what is told otherwise, what was cleared. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from console.analysis.audit.judgement import Audited, finding_of
from console.analysis.audit.rules import RULES
from console.governance.auditshapes import AuditDoc, FindingDoc

TOLD_AGAIN_MS = 900_000  # what it stands on moves; it is written down again after so long, if it did
_MOST_WORST = 12
# Amounts, ages and times; not the numbers in names and versions.
_MOVING = re.compile(r"(?<![\w.-])(?<!version )(?:\d[\d.,:]*(?:%|ms|[smhdkMGZ]|/s)?)+(?![\w-])")
_LOUD = ("critical", "high")


class Held(NamedTuple):
    """A finding as it was last told, when, and since when it was not found any more (None: it still was)."""

    doc: FindingDoc
    told_ms: int
    gone_ms: int | None = None


class News(NamedTuple):
    """``told`` are all that go on the tape; ``opened`` and ``cleared`` those of them that somebody wants to hear of.
    ``held`` is what is known now."""

    told: Sequence[FindingDoc]
    opened: Sequence[FindingDoc]
    cleared: Sequence[FindingDoc]
    held: Mapping[str, Held]


def id_of(doc: FindingDoc) -> str:
    """Of its entity: rule and subject."""
    return f"{doc['rule']} {doc['subject']}"


def news(known: Mapping[str, Held], audited: Audited) -> News:
    """Compare with what is known. What comes and goes by itself is cleared only once it stays away (``settles_s``)."""
    at_ms = audited.at_ms
    told, opened, cleared = [], [], []
    held: dict[str, Held] = {}
    for one in audited.of("fail", "unknown", "waived"):
        before = known.get(one.id)
        stood = before is not None and before.doc["status"] != "cleared"
        doc = finding_of(one, before.doc["first_seen_ms"] if before is not None and stood else at_ms)
        if before is None or not stood or _differs(before, doc, at_ms):
            told.append(doc)
            held[one.id] = Held(doc, at_ms)
            if one.status == "fail" and (before is None or before.doc["status"] != "fail") and _loud(doc):
                opened.append(doc)
            elif before is not None and before.doc["status"] == "fail" and one.status != "fail" and _loud(before.doc):
                cleared.append(doc)
        elif before is not None:
            held[one.id] = before._replace(gone_ms=None)
    for key, before in known.items():
        if key in held:
            continue
        gone_ms = before.gone_ms if before.gone_ms is not None else at_ms
        if before.doc["status"] == "cleared":
            held[key] = before
        elif at_ms - gone_ms < _settles_ms(before.doc):
            held[key] = before._replace(gone_ms=gone_ms)
        else:
            doc = _cleared(before.doc, at_ms)
            told.append(doc)
            held[key] = Held(doc, at_ms)
            if before.doc["status"] == "fail" and _loud(before.doc):
                cleared.append(doc)
    return News(told, opened, cleared, held)


def _loud(doc: FindingDoc) -> bool:
    return doc["severity"] in _LOUD


def _settles_ms(doc: FindingDoc) -> float:
    rule = RULES.get(doc["rule"])
    return rule.settles_s * 1000 if rule is not None else 0.0


def _cleared(doc: FindingDoc, at_ms: int) -> FindingDoc:
    cleared: FindingDoc = {**doc, "status": "cleared", "oldest_ms": at_ms}
    cleared.pop("waiver", None)
    return cleared


def _differs(before: Held, doc: FindingDoc, at_ms: int) -> bool:
    if _material(before.doc) != _material(doc):
        return True
    return at_ms - before.told_ms >= TOLD_AGAIN_MS and _evidence(before.doc) != _evidence(doc)


def _material(doc: FindingDoc) -> tuple[object, ...]:
    """What a reader would notice: numbers and times in a sentence move by themselves."""
    return (doc["status"], doc["severity"], still(doc["text"]), doc["todo"], doc["notify"], doc.get("waiver"))


def _evidence(doc: FindingDoc) -> list[str]:
    return [one["text"] for one in doc["evidence"]]


def still(text: str) -> str:
    """A sentence without what moves in it by itself."""
    return _MOVING.sub("#", text)


def summary_of(audited: Audited) -> AuditDoc:
    """What an audit came to."""
    failed = audited.of("fail")
    count = {severity: sum(one.severity == severity for one in failed) for severity in ("critical", "high", "medium")}
    oldest = [one.oldest_ms for one in audited.judgements if one.oldest_ms is not None]
    return {
        "critical": count["critical"],
        "high": count["high"],
        "medium": count["medium"],
        "unknown": len(audited.of("unknown")),
        "waived": len(audited.of("waived")),
        "passed": len(audited.of("pass")),
        "worst": [one.id for one in failed[:_MOST_WORST]],
        "oldest_ms": min(oldest, default=None),
    }


def same_summary(one: AuditDoc | None, other: AuditDoc) -> bool:
    """Whether two summaries say the same; how old the oldest observation is moves by itself."""
    return one is not None and {**one, "oldest_ms": None} == {**other, "oldest_ms": None}
