"""``:review``: what is reviewed, and the way to the tape, which nobody waits for."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from console.governance.reviews import REVIEWED
from console.governance.subjects import subject_of
from console.plain import plain
from console.screens.actions.registry import RefusedError
from console.signals import EntityRef

if TYPE_CHECKING:
    from console.screens.app import BoardApp

NOTHING = ("no change", "no changes", "nothing", "none", "-")
_HOW = "':review flow:NAME TEXT'"


class Said(NamedTuple):
    """What was reviewed, and what was changed: empty where nothing was."""

    subject: str
    change: str


def said(text: str, selected: EntityRef | None) -> Said:
    """What ``[SUBJECT] TEXT`` says, the subject being what is selected unless it is named with its kind.

    Raises RefusedError.
    """
    first, _, rest = text.strip().partition(" ")
    here = subject_of(selected)
    if first.partition(":")[0].casefold() in [kind.value for kind in REVIEWED] and ":" in first:
        subject, change = first, rest.strip()
    elif here is not None:
        subject, change = str(here), text.strip()
    else:
        raise RefusedError(f"No flow, KPI or model is selected; write {_HOW}.")
    if not change:
        raise RefusedError(f"What did you change in {plain(subject, 80)}? Write it, or 'no change', after the name.")
    return Said(subject, "" if change.casefold().rstrip(".") in NOTHING else change)


def begin(app: BoardApp, tape: str, text: str, selected: EntityRef | None) -> None:
    """Write a review down on the tape, and say so once it is there. Raises RefusedError."""
    one = said(text, selected)

    def work() -> None:
        app.call_later(app.say, _written(tape, one))

    threading.Thread(target=work, name="review", daemon=True).start()


def _written(tape: str, one: Said) -> str:
    """What came of it, in one sentence."""
    from console.governance.subjects import UnclearSubjectError
    from console.reviewing import RefusedReviewError, Review, record_review
    from console.tape.errors import TapeError

    try:
        record = record_review(tape, Review(one.subject, change=one.change), time.time_ns() // 1_000_000)
    except (UnclearSubjectError, RefusedReviewError) as problem:
        stop = "" if str(problem).endswith("?") else "."
        return f"Not recorded: {problem}{stop}"
    except TapeError as problem:
        return f"Not recorded: {plain(str(problem))}"
    return f"Recorded: {plain(record.body['text'])}."
