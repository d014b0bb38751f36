"""What the audit finds, as a list: worst first, with counts, and each in full. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.governance.auditshapes import AuditDoc, FindingDoc
from console.panes.sheets.register import Register
from console.panes.sheets.wording import in_order
from console.signals import EntityKind, EntityRef, Health

LEVELS = ("all", "high", "critical")
"""What may be hidden: nothing, what is less than high, what is less than critical."""
_LET = {"all": ("critical", "high", "medium"), "high": ("critical", "high"), "critical": ("critical",)}


class Found(NamedTuple):
    """One finding with its id."""

    key: str
    doc: FindingDoc

    @property
    def subject(self) -> EntityRef | None:
        """What it is about, where that is something to look into."""
        kind, _, known = self.doc["subject"].partition(":")
        return EntityRef(EntityKind(kind), known) if kind in set(EntityKind) and known else None

    @property
    def text(self) -> str:
        """All that is searched."""
        one = self.doc
        return " ".join((one["rule"], one["title"], one["name"], one["subject"], one["text"], one["notify"]))


class AuditTable(NamedTuple):
    """The findings as of ``at_ms``, worst first; ``doc`` None: no audit has run by then. ``ran_ms`` is when it last
    said something new."""

    findings: Sequence[Found]
    doc: AuditDoc | None
    ran_ms: int | None
    at_ms: int

    def sifted(self, text: str, level: str) -> list[Found]:
        """Those with this text (with ``!`` before it those without), of a severity or a worse one."""
        wanted = text.strip().casefold()
        without = wanted.startswith("!")
        wanted = wanted[without:].strip()
        return [
            one
            for one in self.findings
            if one.doc["severity"] in _LET[level] and (not wanted or (wanted in one.text.casefold()) is not without)
        ]


def audit_table(register: Register, at_ms: int) -> AuditTable:
    """What the audit says as of a time."""
    found = [Found(key, doc) for key, doc in in_order(register.findings.items())]
    record = register.record(EntityRef(EntityKind.AUDIT, "audit"))
    return AuditTable(found, register.audit, record.at_ms if record is not None else None, at_ms)


def counts(findings: Sequence[Found]) -> list[tuple[str, int, Health]]:
    """``critical`` 3, ``high`` 1 ... with how loud each is: of what fails by severity, then unknown, then waived."""
    told = (("critical", Health.BAD), ("high", Health.WARN), ("medium", Health.WARN), ("unknown", Health.UNKNOWN),
            ("waived", Health.STALE))  # fmt: skip
    words: list[str] = [one.doc["severity"] if one.doc["status"] == "fail" else one.doc["status"] for one in findings]
    return [(word, words.count(word), health) for word, health in told]
