"""What moved first, or that nobody can say: a wrong name costs a night, an honest "not seen" costs nothing.

A signal is named when it moved before the symptom (or at the same moment), and either trouble at it is known to reach
the symptom, or time alone says enough: episodes that come together more often than chance, or changes that correlate.
Where nothing on the tape did, the cause is not on the tape, and that is what is said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from console.analysis.leaders import leaders
from console.analysis.rank import Candidate
from console.analysis.reach import Reach
from console.analysis.scene import Scene
from console.analysis.symptom import Symptom

_CHANCE = 0.3  # adjusted p-value above which time alone is not enough
_LIKELY = 0.7  # membership that is needed beside it
_FITS = 0.95  # membership that is enough, whatever the chance
_KEPT = 0.25  # of the symptom's excess


_LATE = "all that moved with the symptom moved after it; what moved it is not on the tape"
_BY_CHANCE = "what moved before the symptom may have done so by chance"


class First(NamedTuple):
    """The first mover, or None and why none is named; ``order`` is the ranking with the first mover at its head."""

    mover: Candidate | None
    order: Sequence[Candidate]
    why_not: str
    confidence: float


def first_mover(
    found: Sequence[Candidate], scene: Scene, reach: Reach, symptom: Symptom, own: Candidate | None
) -> First:
    """Decide. ``own`` is the symptom as a candidate for its own cause: None for what users feel, which is never the
    cause of itself."""
    if found and found[0].share is not None:
        return _kept(found)
    order = leaders(found, scene.signals, scene.grid, reach, symptom, own)
    leading = {each.row for each in order}
    rest = [one for one in found if one.row not in leading]
    if not order:
        return First(None, found, "nothing that moved around the time of the symptom fits it well enough", 0.0)
    head = next((one for one in order if _named(one, own)), None)
    if head is None:
        late = order[0].lead < -order[0].doubt
        return First(None, [*order, *rest], _LATE if late else _BY_CHANCE, 0.0 if late else order[0].score)
    return First(head, [head, *(one for one in order if one is not head), *rest], "", _confidence(head, order))


def _named(one: Candidate, own: Candidate | None) -> bool:
    """Whether enough speaks for a signal that moved before the symptom, or with it, to name it."""
    if one is own:
        return True
    return one.lead >= -one.doubt and (one.score >= _FITS or (one.score >= _LIKELY and one.p_value <= _CHANCE))


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
