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
_AT_ONCE = -3.6
_SIZE = 8.4
_MET = 1.15
_ALIKE = 4.0
_IN_ORDER = 0.5
_EARLY = -1.15  # for each five minutes
_LASTING = -6.9  # for each e-fold three times over
_LOAD = -0.6
_BAD_WAY = 0.5
_WAYS: dict[Way, float] = {"up": 1.8, "same": 3.0, "down": 3.0, "none": -3.5, "unknown": 0.0}


class Traits(NamedTuple):
    """What speaks for a signal.

    ``peak`` in scales; ``met`` the share of the symptom's episodes; ``r`` the correlation of changes; ``lead_s`` how
    long before the symptom it moved, known to ``doubt_s``; ``slots`` and ``symptom_slots`` how long both were in
    trouble; ``load`` a signal of which more or less is no trouble by itself; ``bad_way`` whether it moved the way that
    is bad.
    """

    peak: float
    met: float
    r: float
    lead_s: float
    doubt_s: float
    slots: int
    symptom_slots: int
    way: Way
    load: bool
    bad_way: bool


def membership(one: Traits) -> float:
    """0 to 1."""
    order = (one.lead_s + 0.5 * one.doubt_s) * 2 / max(one.doubt_s, 1.0)
    lasting = abs(math.log((one.slots + 1) / (one.symptom_slots + 1)))
    total = (
        _AT_ONCE
        + _SIZE * math.log1p(min(one.peak, _FAR)) / math.log1p(_FAR)
        + _MET * one.met
        + _ALIKE * min(1.0, abs(one.r))
        + _IN_ORDER * _logistic(order)
        + _EARLY * min(max(one.lead_s, 0.0), _LONG_S) / 300
        + _LASTING * min(1.0, lasting / 3)
        + _WAYS[one.way]
        + _LOAD * one.load
        + _BAD_WAY * one.bad_way
    )
    return _logistic(total)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))
