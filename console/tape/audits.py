"""Where the audit stands on a tape: states of findings and of what they came to, by one source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.signals import EntityKind, EntityRef
from console.tape.store import Store

AUDIT = "audit"  # the source of findings of the audit; its pulse is when the rules were last held against all there is
SUMMARY = EntityRef(EntityKind.AUDIT, AUDIT)


def findings_at(store: Store, at_ms: int | None) -> dict[str, Mapping[str, Any]]:
    """The findings (FindingDoc) that stood at a time (None: now), those that were cleared among them; by rule and
    subject."""
    states = store.states_at(at_ms, (EntityKind.FINDING,))
    return {one.entity.id: one.body for one in states if one.source == AUDIT}


def audit_at(store: Store, at_ms: int | None) -> Mapping[str, Any] | None:
    """What the audit (AuditDoc) had come to at a time; None where nobody had audited yet."""
    states = store.states_at(at_ms, (EntityKind.AUDIT,))
    return next((one.body for one in states if one.source == AUDIT), None)
