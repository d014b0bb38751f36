"""What is true of a story, read off what its plant did with the fault and without it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tests.tapes.stories.line import SYMPTOMS
from tests.tapes.stories.model import Floats
from tests.tapes.stories.plot import Plot
from tests.tapes.stories.seeing import Seen


class Roles(NamedTuple):
    """Which signals play which part. Seconds of the story."""

    causes: frozenset[str]
    affected: frozenset[str]
    symptoms: frozenset[str]
    hidden: frozenset[str]
    withheld: str
    seen_s: int
    symptom_s: int
    shown_s: int


def roles_of(plot: Plot, seen: list[Seen], causes: tuple[str, ...]) -> Roles:
    """Who moved first of what can be told apart, whom it reached, and what users felt."""
    moved = {one.signal.key: one for one in seen if one.moved_s is not None}
    felt = {key: one for key, one in moved.items() if one.quantity in SYMPTOMS}
    fed = {key: one for key, one in moved.items() if one.quantity not in SYMPTOMS}
    symptom_s = min((one.plain_s for one in felt.values() if one.plain_s is not None), default=plot.onset_s)
    felt_s = min((one.moved_s for one in felt.values() if one.moved_s is not None), default=plot.onset_s)
    shown_s = min((one.shown_s for one in felt.values() if one.shown_s is not None), default=plot.onset_s)
    withheld = plot.withheld
    hidden: frozenset[str] = frozenset()
    first = _first({key: one for key, one in fed.items() if one.quantity in causes}, fed)
    if plot.withheld == "all":
        hidden, first = frozenset(fed), {}
    elif plot.withheld == "cause":
        hidden = frozenset(first)
        rest = {key: one for key, one in fed.items() if key not in hidden}
        first = _first(rest, rest)
        if not first or min(one.moved_s or 0 for one in first.values()) >= felt_s - plot.step_s:
            hidden, first, withheld = frozenset(fed), {}, "all"  # nothing of what is left moved before the symptom
    seen_s = min((one.moved_s for one in first.values() if one.moved_s is not None), default=plot.onset_s)
    return Roles(frozenset(first), frozenset(moved), frozenset(felt), hidden, withheld, seen_s, symptom_s, shown_s)


def _first(own: dict[str, Seen], others: dict[str, Seen]) -> dict[str, Seen]:
    """The first of ``own``, those of its entity that moved with it, and others too close in time to be told apart."""
    times = {key: one.moved_s for key, one in own.items() if one.moved_s is not None}
    if not times:
        return {}
    head = own[min(times, key=lambda key: times[key])]
    began = head.moved_s or 0
    found = {}
    for key, one in others.items():
        apart_s = (one.moved_s or 0) - began
        step_s = max(one.step_s, head.step_s)
        if apart_s <= (max(2 * step_s, 15) if one.signal.entity == head.signal.entity else step_s):
            found[key] = one
    return found


def true_effect(said: str, well: Floats, ill: Floats, at_s: int) -> str | None:
    """What a fix did to what users felt, None where that cannot be seen within seven minutes."""
    apart = np.abs(ill - well)
    before, after = float(apart[at_s - 300 : at_s].mean()), float(apart[at_s + 150 : at_s + 420].mean())
    if len(apart) < at_s + 420:
        return None
    if said == "helped":
        return said if after < 0.15 * before else None
    if said == "worse":
        return said if after > 1.4 * before else None
    return said if 0.75 * before < after < 1.3 * before else None
