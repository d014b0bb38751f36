"""The findings as of a time on a tape, each with when it was first seen."""

from __future__ import annotations

from console.analysis.audit.judge import audit
from console.analysis.audit.judgement import Audited, finding_of
from console.governance.auditshapes import FindingDoc
from console.scenes.audit.facts import facts_at
from console.tape.audits import findings_at as told_at
from console.tape.store import Store


def audited_at(store: Store, at_ms: int, *, people: bool = True) -> Audited:
    """All rules held against what was known at a time. ``people`` as for ``facts_at``. Raises TapeError."""
    return audit(facts_at(store, at_ms, people=people))


def first_seen(store: Store, at_ms: int) -> dict[str, int]:
    """Since when the findings that stood at a time stand, by rule and subject, as far as the recorder's audit said."""
    return {
        key: int(doc.get("first_seen_ms") or at_ms)
        for key, doc in told_at(store, at_ms).items()
        if doc.get("status") != "cleared"
    }


def findings_at(store: Store, at_ms: int) -> list[FindingDoc]:
    """What failed, what nobody can tell and what was waived as of a time, worst first. Raises TapeError."""
    since = first_seen(store, at_ms)
    found = audited_at(store, at_ms).of("fail", "unknown", "waived")
    return [finding_of(one, since.get(one.id, at_ms)) for one in found]
