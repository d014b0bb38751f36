"""Writing a review down: what the tape knows that can be reviewed, and the journal entry. For the verb and the board.

Any process may append to a tape, also while a recorder does.
"""

from __future__ import annotations

from typing import NamedTuple, cast

from console.governance.flows import flows_at
from console.governance.reviews import REVIEWED, review_record
from console.governance.shapes import FlowDoc
from console.governance.subjects import meant, subject_of
from console.signals import EntityKind, EntityRef, Record
from console.tape.store import Store, open_tape
from console.tape.who import this_viewer

LONGEST = 500


class RefusedReviewError(Exception):
    """A review that cannot be written down; its text is one sentence without its stop."""


class Review(NamedTuple):
    """What somebody says: of what, who (whoever is logged in where it is empty), and what was changed (see
    ``review_record``)."""

    subject: str
    by: str = ""
    change: str | None = None


def record_review(tape: str, review: Review, now_ms: int) -> Record:
    """Put a review on a tape; the entry. Raises RefusedReviewError, UnclearSubjectError and TapeError."""
    by = review.by.strip() or this_viewer().user
    for said, what in ((by, "who reviewed it"), (review.change or "", "what was changed")):
        if not (said.isprintable() and len(said) <= LONGEST):
            raise RefusedReviewError(f"{what} must be one line of printable text, at most {LONGEST} characters")
    with open_tape(tape, "read") as store:
        if not store.grows:
            raise RefusedReviewError("this recording is finished, so nothing can be added to it")
        subject = meant(review.subject, reviewable(store))
    record = review_record(subject, by, review.change, now_ms)
    with open_tape(tape, "write") as store:
        store.append([record])
    return record


def reviewable(store: Store) -> list[EntityRef]:
    """The flows, KPIs and models that a tape knows: declared, in a registry, or told of by jobs and signals."""
    with store.reading():
        states = store.states_at(None, [*REVIEWED, EntityKind.JOB])
        signals = [one.entity for one in store.signals().values()]
    of = {kind: {one.entity.id: one.body for one in states if one.entity.kind is kind} for kind in EntityKind}
    gone = {one.entity for one in states if one.body.get("removed")}
    seen = [about for one in signals if (about := subject_of(one)) is not None]
    flows = flows_at(
        cast("dict[str, FlowDoc]", of[EntityKind.FLOW]),
        of[EntityKind.JOB],
        [one.id for one in seen if one.kind is EntityKind.FLOW],
    )
    named = [EntityRef(kind, key) for kind in REVIEWED if kind is not EntityKind.FLOW for key in of[kind]]
    others = [about for one in named if (about := subject_of(one)) is not None]
    others += [one for one in seen if one.kind is not EntityKind.FLOW]
    found = [*(EntityRef(EntityKind.FLOW, flow.name) for flow in flows), *others]
    return [one for one in dict.fromkeys(found) if one not in gone]
