"""Episodes that come together: do the symptom's fall within or right after another signal's, more than chance allows.

Works on far less data than correlation, and reads better: "4 of 4 episodes". The null is the same episodes shifted
around the circle of the time seen: how often would the symptom follow as soon upon the other's beginnings as it did? A
signal that is in and out of trouble all the time is always close, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from console.analysis.chain import Chain
from console.analysis.moves import Moves
from console.analysis.scene import Floats, Slots
from console.analysis.symptom import Symptom


class Together(NamedTuple):
    """Of each candidate: how many of the symptom's episodes began within one of its own or shortly after, of how many;
    ``followed`` is the share of its own that the symptom followed (0 to 1); and the chance of it.
    """

    hits: npt.NDArray[np.int64]
    of: npt.NDArray[np.int64]
    followed: Floats
    p_value: Floats


def together(
    moves: Moves, rows: Sequence[int], chains: Sequence[Chain | None], symptom: Symptom, lags: int, slack: int
) -> Together:
    """``lags``: slots within which an effect may follow; ``slack``: slots by which order cannot be told."""
    count, slots = len(rows), moves.z.shape[1]
    hits = np.zeros(count, np.int64)
    part, p_value = np.zeros(count), np.ones(count)
    own = list(symptom.chain.episodes)
    of = np.full(count, len(own), np.int64)
    if not own:
        return Together(hits, of, part, p_value)
    soon = _soon(np.array([one.first for one in own]), slots, lags)
    for place, chain in enumerate(chains):
        if chain is None:
            continue
        hits[place] = sum(_met(one.first, chain, lags, slack) for one in own)
        followed = sum(
            any(each.first - slack <= mate.last and mate.first <= each.last + lags for mate in own)
            for each in chain.episodes
        )
        part[place] = followed / len(chain.episodes)
        p_value[place] = _closeness(np.array([one.first for one in chain.episodes]), soon, slack)
    return Together(hits, of, part, p_value)


def _soon(begun: Slots, slots: int, lags: int) -> Slots:
    """How soon after each slot of the circle the next of these begins, ``lags`` at most."""
    at = np.full(2 * slots, 4 * slots, np.int64)
    at[begun] = begun
    at[begun + slots] = begun + slots
    upcoming = np.minimum.accumulate(at[::-1])[::-1]
    return np.minimum((upcoming - np.arange(2 * slots))[:slots], lags)


def _closeness(starts: Slots, soon: Slots, slack: int) -> float:
    """The share of circular shifts at which the symptom came, in all, as soon after the other's episodes began."""
    slots = len(soon)
    twice = np.concatenate([soon, soon])
    begin = (starts - slack) % slots
    apart = sum((twice[at : at + slots] for at in begin.tolist()), np.zeros(slots, np.int64))
    return max(1.0, float((apart <= apart[0]).sum())) / slots


def _met(begun: int, chain: Chain, lags: int, slack: int) -> bool:
    return any(one.first - slack <= begun <= one.last + lags for one in chain.episodes)
