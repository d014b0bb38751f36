"""What moved first, or that nobody can say: a wrong name costs a night, an honest "not seen" costs nothing.

A signal is named when it moved before the symptom (or at the same moment), and either trouble at it is known to reach
the symptom, or time alone says enough: episodes that come together more often than chance, or changes that correlate.
Where nothing on the tape did, the cause is not on the tape, and that is what is said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from console.analysis.rank import Candidate, leaders
from console.analysis.reach import Reach
from console.signals import Signal

_SURE = 0.05  # adjusted p-value below which time alone is enough
_LEAST = 0.22  # score below which nothing is named
_KEPT = 0.25  # of the symptom's excess
_LINKED = 0.16  # the same, where the topology leads from it to the symptom


class First(NamedTuple):
    """The first mover, or None and why none is named; ``order`` is the ranking with the first mover at its head."""

    mover: Candidate | None
    order: Sequence[Candidate]
    why_not: str
    confidence: float


def first_mover(found: Sequence[Candidate], signals: Sequence[Signal], reach: Reach, asked: bool) -> First:
    """Decide. ``asked``: somebody asked about this symptom, so the ranking matters even where nothing is named."""
    if found and found[0].share is not None:
        return _kept(found)
    order = leaders(found, signals, reach)
    if not order:
        return First(None, found, "no other signal moved around the time of the symptom", 0.0)
    head = order[0]
    rest = [one for one in found if one.row not in {each.row for each in order}]
    ranking = [*order, *rest]
    if head.lead < -head.doubt:
        return First(
            None, ranking, "all that moved with the symptom moved after it; what moved it is not on the tape", 0.0
        )
    linked = head.way == "up"
    if head.score < (_LINKED if linked else _LEAST):
        return First(None, ranking, "what moved before the symptom does not fit it well enough to be named", head.score)
    if not linked and head.p_value > _SURE and not (asked and head.score > 0.5):
        return First(None, ranking, "what moved before the symptom may have done so by chance", head.score)
    return First(head, ranking, "", _confidence(head, order))


def _kept(found: Sequence[Candidate]) -> First:
    """With a graph of calls: who keeps the excess, if anybody keeps a good part of it."""
    head = found[0]
    if (head.share or 0.0) < _KEPT:
        return First(None, found, "nobody along the calls keeps enough of the symptom's excess to be named", head.score)
    return First(head, found, "", max(0.05, min(0.95, head.score)))


def _confidence(head: Candidate, order: Sequence[Candidate]) -> float:
    """From how well the first mover fits, how sure its time and its order are, and whether another fits as well."""
    sure = 1 - min(1.0, head.p_value * 4)
    linked = {"up": 1.0, "same": 0.8, "unknown": 0.75}.get(head.way, 0.5)
    again = min(1.0, 0.55 + 0.15 * head.hits)
    ordered = 1.0 if head.lead > head.doubt else 0.85
    fits = 0.45 * head.score + 0.3 * sure + 0.25 * linked
    return max(0.05, min(0.97, fits * math.sqrt(again) * ordered))
