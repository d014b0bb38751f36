"""Verdicts over time -> spells of one state. Pure.

A verdict holds until the next, but no longer than the recorder takes to say one again: after that nobody judged, and
what nobody judged is unknown, never quiet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from console.findings import VerdictDoc
from console.report.document import SpellDoc, State
from console.times import format_time

HOLDS_S = {"quiet": 2_400.0, "suspect": 900.0, "incident": 900.0}
"""For how long a verdict counts that none follows (seconds): the recorder says one again at least every half hour while
all is quiet and every five minutes otherwise, and is given some time to do so."""


class Said(NamedTuple):
    """A verdict and when it was said (unix ms)."""

    at_ms: int
    doc: VerdictDoc


class Stretch(NamedTuple):
    """A time (unix ms) with the verdict that was in force; None where none was."""

    from_ms: int
    to_ms: int
    doc: VerdictDoc | None

    @property
    def state(self) -> State:
        return "unknown" if self.doc is None else cast(State, self.doc["state"])


def stretches(verdicts: Sequence[Said], from_ms: int, to_ms: int) -> list[Stretch]:
    """What was in force between two times, without holes. ``verdicts`` rise; one from before counts where it holds."""
    found: list[Stretch] = []
    at_ms = from_ms
    for at, one in enumerate(verdicts):
        next_ms = verdicts[at + 1].at_ms if at + 1 < len(verdicts) else to_ms
        holds_ms = one.at_ms + round(HOLDS_S[one.doc["state"]] * 1000)
        begin_ms, end_ms = max(one.at_ms, from_ms), min(next_ms, holds_ms, to_ms)
        if end_ms <= begin_ms:
            continue
        if begin_ms > at_ms:
            found.append(Stretch(at_ms, begin_ms, None))
        found.append(Stretch(begin_ms, end_ms, one.doc))
        at_ms = end_ms
    if at_ms < to_ms:
        found.append(Stretch(at_ms, to_ms, None))
    return found


def spells(verdicts: Sequence[Said], from_ms: int, to_ms: int) -> list[SpellDoc]:
    """Neighbours of one state as one spell, told as its last verdict told it."""
    joined: list[Stretch] = []
    for one in stretches(verdicts, from_ms, to_ms):
        if joined and joined[-1].state == one.state:
            joined[-1] = Stretch(joined[-1].from_ms, one.to_ms, one.doc)
        else:
            joined.append(one)
    return [_spell(one) for one in joined]


def _spell(one: Stretch) -> SpellDoc:
    doc = one.doc
    mover = doc["first_mover"] if doc else None
    alarm = doc["first_alarm"] if doc else None
    return {
        "from": format_time(one.from_ms),
        "to": format_time(one.to_ms),
        "state": one.state,
        "headline": doc["headline"] if doc else "nobody judged",
        "first_mover": mover["name"] if mover else None,
        "first_alarm": alarm["what"] if alarm else None,
        "misled": doc["misleading"]["is"] if doc else False,
    }
