"""Which entities are gone for good, so that retention may forget even their last state."""

from __future__ import annotations

from console.signals import EntityKind, Record

OVER: dict[EntityKind, tuple[str, frozenset[str]]] = {
    EntityKind.ALLOCATION: ("status", frozenset({"complete", "failed", "lost"})),
    EntityKind.DEPLOYMENT: ("status", frozenset({"successful", "failed", "cancelled"})),
    EntityKind.EVALUATION: ("status", frozenset({"complete", "failed", "canceled"})),
    EntityKind.ALERT: ("state", frozenset({"resolved"})),
    EntityKind.JOB: ("status", frozenset({"dead"})),
    EntityKind.NODE: ("status", frozenset({"gone"})),
    EntityKind.FINDING: ("status", frozenset({"cleared"})),
}


def is_over(state: Record) -> bool:
    """Whether this state is an end after which nothing more is expected of the entity."""
    if state.body.get("gone") is True or (state.entity.kind is EntityKind.SERVICE and not state.body.get("instances")):
        return True
    field, endings = OVER.get(state.entity.kind, ("", frozenset()))
    return bool(field) and state.body.get(field) in endings
