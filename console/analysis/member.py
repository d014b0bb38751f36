"""How likely a signal's trouble is part of the symptom's.

One number from 0 to 1, by a logistic rule over what speaks for a signal: how far it moved, how many of the symptom's
episodes it met, how their changes correlate, whether they lasted alike, how long before the symptom it moved, and what
is known of the way between them. The weights were fitted once on generated stories (``tests/tapes/stories``, the seeds
for tuning; ``bench/judgement.py`` reports on others) and rounded: they hold for moves measured in scales of a baseline,
whatever the signals are.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from console.analysis.reach import Way

_FAR = 100.0  # scales; farther is as far
_LONG_S = 900.0
_AT_ONCE = -6.0
_SIZE = 9.5
_MET = 1.3
_FOLLOWED = 1.6
_ALIKE = 7.5
_EARLY = -1.3  # for each five minutes
_LASTING = -6.0  # for each e-fold three times over
_LOAD = -0.4
_WAYS: dict[Way, float] = {"up": 0.6, "same": 3.9, "down": 3.9, "none": -1.0, "unknown": 0.0}


class Traits(NamedTuple):
    """What speaks for a signal.

    ``peak`` in scales; ``met`` the share of the symptom's episodes that it met, ``followed`` the share of its own that
    the symptom followed; ``r`` the correlation of changes; ``lead_s`` how long before the symptom it moved; ``slots``
    and ``symptom_slots`` how long both were in trouble; ``load`` marks a signal of which neither more nor less is bad.
    """

    peak: float
    met: float
    followed: float
    r: float
    lead_s: float
    slots: int
    symptom_slots: int
    way: Way
    load: bool


def membership(one: Traits) -> float:
    """0 to 1."""
    lasting = abs(math.log((one.slots + 1) / (one.symptom_slots + 1)))
    total = (
        _AT_ONCE
        + _SIZE * math.log1p(min(one.peak, _FAR)) / math.log1p(_FAR)
        + _MET * one.met
        + _FOLLOWED * one.followed
        + _ALIKE * min(1.0, abs(one.r))
        + _EARLY * min(max(one.lead_s, 0.0), _LONG_S) / 300
        + _LASTING * min(1.0, lasting / 3)
        + _WAYS[one.way]
        + _LOAD * one.load
    )
    return _logistic(total)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
