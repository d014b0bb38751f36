"""Reviews: who last looked at a flow, a KPI or a model on purpose, and what came of it. Folded from journal entries.

A review is what somebody said (``fourthsignal review``, ``:review``). To open a page is none.
"""

# No postponed annotations here: NamedTuple would compile each of them at every start.
from collections.abc import Iterable
from typing import Any, NamedTuple

from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind

REVIEW = "review"  # name and source of the records
REVIEWED = (EntityKind.FLOW, EntityKind.KPI, EntityKind.MODEL)
PANES = {EntityKind.FLOW: Pane.OWNERSHIP, EntityKind.KPI: Pane.OWNERSHIP, EntityKind.MODEL: Pane.MODELS}


class Review(NamedTuple):
    """When a thing was reviewed (unix ms), by whom, and what was changed: empty where nothing had to be, None where
    nobody said."""

    at_ms: int
    by: str
    change: str | None


def last_reviews(journal: Iterable[Record]) -> dict[EntityRef, Review]:
    """The newest review of each thing that has one. Records of other kinds and other entries are passed over."""
    last: dict[EntityRef, Review] = {}
    for record in journal:
        if record.kind is not RecordKind.JOURNAL or record.name != REVIEW:
            continue
        known = last.get(record.entity)
        if known is None or record.at_ms >= known.at_ms:
            last[record.entity] = _review(record)
    return last


def review_record(subject: EntityRef, by: str, change: str | None, at_ms: int) -> Record:
    """The journal entry of a review. ``change`` is what was changed: empty for nothing, None where it is not said."""
    outcome = f": {change}" if change else " and changed nothing" if change is not None else ""
    body: dict[str, Any] = {
        "text": f"{by} reviewed {subject}{outcome}",
        "severity": "info",
        "by": by,
        "change": change,
        "pane": PANES.get(subject.kind, Pane.OWNERSHIP).value,
    }
    return Record(RecordKind.JOURNAL, REVIEW, subject, REVIEW, at_ms, at_ms, body)


def _review(record: Record) -> Review:
    by, change = record.body.get("by"), record.body.get("change")
    return Review(record.at_ms, str(by) if by else "", None if change is None else str(change))
