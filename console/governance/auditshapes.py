"""The shapes of what the audit says: findings with their evidence, waivers, and what it all came to.

They are the bodies of STATE records, as those in ``console/governance/shapes.py``.
"""

# No postponed annotations here: each of them would be compiled at every start.
from typing import Literal, NotRequired, TypedDict


class WaiverDoc(TypedDict):
    """State of EntityKind.WAIVER (id: ``rule subject``): a finding that somebody accepted, until when and why."""

    rule: str  # O5; * for all rules
    subject: str  # "flow:docs.price"; * for all
    who: str
    why: str
    until_ms: int
    origin: str
    removed: NotRequired[bool]


class EvidenceDoc(TypedDict):
    """What a finding stands on: a sentence, where it is written, when that was seen (unix ms)."""

    text: str
    origin: NotRequired[str]
    at_ms: NotRequired[int]


Severity = Literal["critical", "high", "medium"]
FindingStatus = Literal["fail", "unknown", "waived", "cleared"]


class FindingDoc(TypedDict):
    """State of EntityKind.FINDING (id: ``rule subject``): what a rule says of a subject. ``cleared``: no longer.

    ``oldest_ms`` is when the oldest of what it was judged by was seen: how far the answer can be relied on.
    """

    rule: str  # O1
    title: str  # "no owner"
    subject: str  # "flow:docs.price"
    name: str  # what a person calls the subject
    severity: Severity
    status: FindingStatus
    text: str  # one sentence
    evidence: list[EvidenceDoc]
    todo: str
    notify: str  # who should hear of it; empty where nobody is known
    first_seen_ms: int
    oldest_ms: NotRequired[int | None]
    waiver: NotRequired[WaiverDoc]


class AuditDoc(TypedDict):
    """State of EntityKind.AUDIT (id: ``audit``): what the audit came to when it last said something new."""

    critical: int
    high: int
    medium: int
    unknown: int
    waived: int
    passed: int
    worst: list[str]  # the findings to look at first, as ids of FINDING
    oldest_ms: NotRequired[int | None]
