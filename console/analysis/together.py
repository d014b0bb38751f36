"""Episodes that come together: do the symptom's fall within or right after another signal's, more than chance allows.

Works on far less data than correlation, and reads better: "4 of 4 episodes". The null is the same episodes shifted
around the circle of the time seen, so a signal that is in trouble all the time proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from console.analysis.chain import Chain
from console.analysis.moves import Moves
from console.analysis.scene import Floats
from console.analysis.symptom import Symptom


class Together(NamedTuple):
    """Of each candidate: how many of the symptom's episodes began within one of its own or shortly after, of how many;
    ``share`` combines that with how much of its own trouble the symptom followed (0 to 1); and the chance of it.
    """

    hits: npt.NDArray[np.int64]
    of: npt.NDArray[np.int64]
    share: Floats
    p_value: Floats


def together(
    moves: Moves, rows: Sequence[int], chains: Sequence[Chain | None], symptom: Symptom, lags: int, slack: int
) -> Together:
    """``lags``: slots within which an effect may follow; ``slack``: slots by which order cannot be told."""
    count, slots = len(rows), moves.z.shape[1]
    hits = np.zeros(count, np.int64)
    share, p_value = np.zeros(count), np.ones(count)
    own = list(symptom.chain.episodes)
    of = np.full(count, len(own), np.int64)
    if not own:
        return Together(hits, of, share, p_value)
    mine = np.zeros(slots, np.float32)
    for one in own:
        mine[one.first : one.last + 1] = 1
    masks = np.zeros((count, slots), np.float32)
    for place, chain in enumerate(chains):
        for one in chain.episodes if chain is not None else ():
            masks[place, one.first : one.last + 1] = 1
        if chain is not None:
            hits[place] = sum(_met(one.first, chain, lags, slack) for one in own)
            followed = sum(
                any(each.first - slack <= mate.last and mate.first <= each.last + lags for mate in own)
                for each in chain.episodes
            )
            share[place] = (hits[place] / len(own)) * np.sqrt(followed / len(chain.episodes))
    overlap = np.fft.irfft(np.fft.rfft(masks, axis=1).conj() * np.fft.rfft(mine), slots, axis=1)
    reachable = overlap[:, : max(1, min(lags, slots // 8))].max(axis=1)
    as_large = (overlap >= reachable[:, None] - 0.5).sum(axis=1)
    some = masks.any(axis=1)
    p_value[some] = np.clip(as_large[some] / slots, 1 / slots, 1.0)
    covered = masks.mean(axis=1)
    share *= 1 - np.clip(covered - 0.5, 0, 0.5)
    return Together(hits, of, share, p_value)


def _met(begun: int, chain: Chain, lags: int, slack: int) -> bool:
    return any(one.first - slack <= begun <= one.last + lags for one in chain.episodes)
