"""Who moved first among the signals that belong to the trouble.

Size says nothing of order: a backlog grows a thousand scales and comes from a change of four. So among those that
belong, it is walked back in time from the surest one, a step at a time: to what moved earlier and was still moving, or
had hardly stopped, when the one after it began. What came and went long before is a stranger, however large. At the
same moment, who feeds the other counts as first.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from console.analysis.chain import Chain
from console.analysis.rank import Candidate
from console.analysis.reach import Reach
from console.analysis.scene import Grid
from console.analysis.symptom import Symptom, is_felt
from console.signals import Bad, EntityKind, EntityRef, Signal

# From a producer's data to an answer.
_ALONG = {EntityKind.NODE: 0, EntityKind.FLOW: 1, EntityKind.TOPIC: 2, EntityKind.CONSUMER: 3, EntityKind.MODEL: 6}
BELONGS = 0.6  # membership
_STOPPED_S = 90.0  # since when a cause may have been over when its effect began
_STEP_S = 180.0  # the longest step back
_FED_S = 300.0  # the same, to what is known to feed the symptom
_SMALL, _LARGE = 6.0, 40.0  # scales
_LIKE = 0.35  # of the strongest correlation
_SIGN, _WORSE = 0.3, 1.6  # p-value that is always good enough; and how many times that of the later one
_STRANGE = 0.05  # the same, of what a known system does not know
_SURE = 0.95  # membership that needs no help from time
_DRAWN = 3.0  # or so many times as long as the trouble took from there to the symptom


def leaders(
    found: Sequence[Candidate],
    signals: Sequence[Signal],
    grid: Grid,
    reach: Reach,
    symptom: Symptom,
    own: Candidate | None = None,
) -> list[Candidate]:
    """The signals that belong to the trouble: the first mover, then what moved after it in order of time.

    What a model's answers are judged by is the symptom under other names, where it is about the symptom's own entity:
    it moves nothing. Any other symptom (``own``) may be the first mover itself: it is walked back from there.
    """
    step_s = grid.step_ms / 1000
    hurt = signals[symptom.row]
    members = [
        one
        for one in found
        if one.chain is not None and one.score >= BELONGS and one.way != "down"
        and not (is_felt(hurt) and is_felt(signals[one.row]) and signals[one.row].entity == hurt.entity)
    ]  # fmt: skip
    if own is not None:
        members.append(own)
    if not members:
        return []
    first = own or max(members, key=lambda one: (not _good_way(one, signals), _weight(one)))
    surest = max(abs(one.r) for one in members)
    for one in sorted(members, key=lambda each: each.lead):
        if one.chain is None or one.onset >= first.onset or not _says_enough(one, first, surest, signals, reach):
            continue
        reached = max(_FED_S if one.way == "up" else _STEP_S, _DRAWN * max(0.0, first.lead))
        if one.lead - first.lead <= reached and _was_on(one.chain, first.onset, round(_STOPPED_S / step_s)):
            first = one
    head = _source(first, [one for one in members if _same_moment(one, first)], signals, reach)
    after = [one for one in members if one is not head and one.lead <= head.lead]
    earlier = (one for one in members if one.lead > head.lead and one is not head)
    before = sorted(earlier, key=lambda one: (not _flares(one), _weight(one)), reverse=True)
    after.sort(key=lambda one: -one.lead)
    # What moved before the first mover and fits less well is shown where it is not overlooked.
    shown = [one for one in before[:1] if one.hits == one.of and not _flares(one) and not _good_way(one, signals)]
    return [head, *after[:1], *shown, *after[1:], *(one for one in before if one not in shown)]


def _flares(one: Candidate) -> bool:
    """Whether it comes and goes whatever the symptom does."""
    return one.chain is not None and len(one.chain.episodes) >= 3 and one.followed < 0.6


def _weight(one: Candidate) -> float:
    return one.score * math.log1p(min(one.chain.peak if one.chain else 0.0, 50.0))


def _was_on(chain: Chain, slot: int, stopped: int) -> bool:
    """Whether its first episode was under way at a slot, or had stopped no more than so many slots before; or its
    second: the first may have been too little to be felt."""
    return any(one.first <= slot <= one.last + stopped for one in chain.episodes[:2])


def _says_enough(one: Candidate, first: Candidate, surest: float, signals: Sequence[Signal], reach: Reach) -> bool:
    """Whether what speaks for an earlier one is fit to take the first place from a later one.

    What flares all the time says nothing. Systems creep, too, so what is not large must say more: what is small must
    have met the symptom each time, what met it several times must have moved like it, and what came so long before
    that its time says nothing cannot displace what came in time. What is about the same thing as the later one is
    believed, what a known system does not know hardly ever, and what got better never.
    """
    chain = one.chain
    if chain is None or _flares(one):
        return False
    if _good_way(one, signals):
        return False
    entity, later = signals[one.row].entity, signals[first.row].entity
    stranger = one.way == "unknown" and reach.knows(later)
    known = one.way == "up" or (one.p_value <= _SIGN and not stranger)
    if chain.peak >= _LARGE and one.score >= _SURE and one.hits == one.of and known:
        return True
    if entity == later and chain.peak >= _SMALL:
        return True
    again = one.of >= 2
    each_time = again and one.hits == one.of and one.followed >= 0.6 and one.score >= _SURE
    if (chain.peak < _SMALL and not each_time) or (again and abs(one.r) < _LIKE * surest):
        return False
    sign = _STRANGE if stranger else _SIGN
    return one.p_value <= sign or (one.p_value <= _WORSE * first.p_value and one.score >= _SURE and not stranger)


def _good_way(one: Candidate, signals: Sequence[Signal]) -> bool:
    """Whether it moved the way that is good: that may come with a trouble, and hardly ever brings it."""
    bad = signals[one.row].bad
    return (bad is Bad.UP and one.direction < 0) or (bad is Bad.DOWN and one.direction > 0)


def _same_moment(one: Candidate, first: Candidate) -> bool:
    return one is first or abs(one.lead - first.lead) <= 0.5 * min(one.doubt, first.doubt)


def _source(first: Candidate, tied: Sequence[Candidate], signals: Sequence[Signal], reach: Reach) -> Candidate:
    """Of signals that moved at the same moment, the one that feeds the others and is not fed by them; where nobody
    knows, the one that stands first on the way of data from its producer to an answer."""

    told = Counter(signals[one.row].entity for one in tied)
    known = [entity for entity in told if reach.knows(entity)]
    fed_by = {
        entity: sum((_feeds(other, entity, reach) - _feeds(entity, other, reach)) * told[other] for other in known)
        for entity in known
    }

    def stands(one: Candidate) -> tuple[bool, int, int, float]:
        signal = signals[one.row]
        fed = fed_by.get(signal.entity, 0)
        return (_good_way(one, signals), fed, _ALONG.get(signal.entity.kind, 5), -one.score)

    return min(tied, key=stands) if len(tied) > 1 else first


def _feeds(one: EntityRef, other: EntityRef, reach: Reach) -> bool:
    return reach.to(one, other)[1] == "up" and reach.to(other, one)[1] != "up"
