"""Who moved first among the signals that belong to the trouble.

Size says nothing of order: a backlog grows a thousand scales and comes from a change of four. So among those that
belong, it is walked back in time from the surest one, a step at a time: to what moved earlier and was still moving, or
had hardly stopped, when the one after it began. What came and went long before is a stranger, however large. At the
same moment, who feeds the other counts as first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from console.analysis.rank import Candidate
from console.analysis.reach import Reach
from console.analysis.scene import Grid
from console.analysis.symptom import Symptom, is_felt
from console.signals import Signal

BELONGS = 0.6  # membership
_STOPPED_S = 90.0  # since when a cause may have been over when its effect began
_STEP_S = 180.0  # the longest step back
_FED_S = 400.0  # the same, to what is known to feed the symptom
_DRAWN = 3.0  # or so many times as long as the trouble took from there to the symptom


def leaders(
    found: Sequence[Candidate], signals: Sequence[Signal], grid: Grid, reach: Reach, symptom: Symptom
) -> list[Candidate]:
    """The signals that belong to the trouble: the first mover, then the others in order of time.

    What a model's answers are judged by is the symptom under other names, where it is about the symptom's own entity:
    it moves nothing.
    """
    step_s = grid.step_ms / 1000
    hurt = signals[symptom.row]
    members = [
        one
        for one in found
        if one.chain is not None and one.score >= BELONGS and one.way != "down"
        and not (is_felt(hurt) and is_felt(signals[one.row]) and signals[one.row].entity == hurt.entity)
    ]  # fmt: skip
    if not members:
        return []
    first = max(members, key=lambda one: one.score * math.log1p(min(one.chain.peak if one.chain else 0.0, 50.0)))
    for one in sorted(members, key=lambda each: each.lead):
        if one.chain is None or one.onset >= first.onset:
            continue
        reached = max(_FED_S if one.way == "up" else _STEP_S, _DRAWN * max(0.0, first.lead))
        stopped_s = (first.onset - one.chain.episodes[0].last) * step_s
        if stopped_s <= _STOPPED_S and one.lead - first.lead <= reached:
            first = one
    head = _source(first, [one for one in members if _same_moment(one, first)], signals, reach)
    rest = sorted((one for one in members if one is not head), key=lambda one: (one.lead > head.lead, -one.lead))
    return [head, *rest]


def _same_moment(one: Candidate, first: Candidate) -> bool:
    return one is first or abs(one.lead - first.lead) <= 0.5 * min(one.doubt, first.doubt)


def _source(first: Candidate, tied: Sequence[Candidate], signals: Sequence[Signal], reach: Reach) -> Candidate:
    """Of signals that moved at the same moment, the one that feeds the first and is not fed by it."""
    for one in sorted(tied, key=lambda each: (-(each.hops or 0), -each.score)):
        _, way = reach.to(signals[one.row].entity, signals[first.row].entity)
        _, back = reach.to(signals[first.row].entity, signals[one.row].entity)
        if way == "up" and back != "up":
            return one
    return first
