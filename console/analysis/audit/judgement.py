"""What a rule says of one subject, and how it is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from console.analysis.audit.rules import Rule
from console.governance.auditshapes import EvidenceDoc, FindingDoc, Severity, WaiverDoc
from console.plain import plain

_LONGEST = 400
_MOST_EVIDENCE = 20

Status = Literal["pass", "fail", "unknown", "waived"]


class Judgement(NamedTuple):
    """One rule held against one subject. ``oldest_ms`` is when the oldest of what it stands on was seen."""

    rule: str
    title: str
    subject: str  # "flow:docs.price"
    name: str  # what a person calls it
    severity: Severity
    status: Status
    text: str  # one sentence, without its full stop
    evidence: Sequence[EvidenceDoc] = ()
    todo: str = ""
    notify: str = ""
    oldest_ms: int | None = None
    waiver: WaiverDoc | None = None

    @property
    def id(self) -> str:
        """As entity and in waivers: rule and subject."""
        return f"{self.rule} {self.subject}"


class On(NamedTuple):
    """A rule and the subject that it is held against."""

    rule: Rule
    subject: str
    name: str
    notify: str
    oldest_ms: int | None

    def passed(self, text: str = "") -> Judgement:
        """All is as it should be."""
        return Judgement(self.rule.id, self.rule.title, self.subject, self.name, self.rule.severity, "pass", text,
                         oldest_ms=self.oldest_ms)  # fmt: skip

    def failed(
        self,
        text: str,
        evidence: Sequence[EvidenceDoc] = (),
        *,
        todo: str = "",
        severity: Severity | None = None,
        notify: str = "",
    ) -> Judgement:
        """It is not as it should be, and that is known."""
        return Judgement(self.rule.id, self.rule.title, self.subject, self.name, severity or self.rule.severity, "fail",
                         text, tuple(evidence), todo or self.rule.todo, notify or self.notify,
                         self.oldest_ms)  # fmt: skip

    def unknown(self, text: str, evidence: Sequence[EvidenceDoc] = (), *, todo: str) -> Judgement:
        """Nobody can tell: ``text`` says what is missing, ``todo`` how to come by it."""
        return Judgement(self.rule.id, self.rule.title, self.subject, self.name, self.rule.severity, "unknown", text,
                         tuple(evidence), todo, self.notify, self.oldest_ms)  # fmt: skip


class Audited(NamedTuple):
    """All judgements of one moment, worst first, and what is odd about the waivers."""

    at_ms: int
    judgements: Sequence[Judgement]
    doubts: Sequence[str] = ()

    def of(self, *statuses: Status) -> list[Judgement]:
        """Those of some statuses, in order."""
        return [one for one in self.judgements if one.status in statuses]


def evidence(text: str, origin: str | None = None, at_ms: int | None = None) -> EvidenceDoc:
    """What a judgement stands on: a sentence, where it is written, when that was seen."""
    doc: EvidenceDoc = {"text": text}
    if origin:
        doc["origin"] = origin
    if at_ms is not None:
        doc["at_ms"] = at_ms
    return doc


def finding_of(one: Judgement, first_seen_ms: int) -> FindingDoc:
    """As it goes on the tape and into answers. Not for what passed."""
    if one.status == "pass":
        raise ValueError("what passed is no finding")
    doc: FindingDoc = {
        "rule": one.rule,
        "title": one.title,
        "subject": one.subject,
        "name": plain(one.name, _LONGEST),
        "severity": one.severity,
        "status": one.status,
        "text": plain(one.text, _LONGEST),
        "evidence": [_told(part) for part in one.evidence[:_MOST_EVIDENCE]],
        "todo": plain(one.todo, _LONGEST),
        "notify": plain(one.notify, _LONGEST),
        "first_seen_ms": first_seen_ms,
        "oldest_ms": one.oldest_ms,
    }
    if one.waiver is not None:
        doc["waiver"] = one.waiver
    return doc


def _told(part: EvidenceDoc) -> EvidenceDoc:
    """What was written by others is kept harmless and short."""
    kept: EvidenceDoc = {**part, "text": plain(part["text"], _LONGEST)}
    if "origin" in kept:
        kept["origin"] = plain(kept["origin"], _LONGEST)
    return kept
