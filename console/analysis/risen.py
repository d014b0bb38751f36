"""Whether two signals depend on each other more than they used to: lagged correlation of changes, now and before.

Changes, not levels (levels that only sway correlate whatever they measure), of softly limited departures, so that one
outlier decides nothing. How far a correlation strays by chance is read off the two signals' own spectra: the mean
square of their correlation over all circular shifts, which is one over the effective number of samples (Bartlett 1935).
The difference between now and before is judged on Fisher's scale, for as many lags as were tried.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.scene import Floats, Slots

_SOFT = 4.0
_FEWEST = 24  # slots in either part below which nothing is said
_EVEN = 8  # slots: Fourier transforms of odd lengths are slow
_SEEN = 0.5  # share of either part that must have been seen


class Risen(NamedTuple):
    """Of each pair: the correlation now (at its best lag, in slots: the second signal moves before the first by that),
    the one before at the same lag, and the chance of so large a rise. NaN (and a chance of 1) where there is too
    little to say."""

    now: Floats
    before: Floats
    lag: Slots
    p_value: Floats


def risen(departures: Floats, pairs: Sequence[tuple[int, int]], split: int, lags: int) -> Risen:
    """Pairs of rows of ``departures`` (toward bad, signals x slots): from slot ``split`` on against before it, at lags
    from 0 to ``lags`` slots. Trouble that goes with trouble is looked for, not against it."""
    count, slots = len(pairs), departures.shape[1]
    nothing = Risen(np.full(count, np.nan), np.full(count, np.nan), np.zeros(count, np.int64), np.ones(count))
    if count == 0 or min(split, slots - split) < _FEWEST:
        return nothing
    lags = max(0, min(lags, (slots - split) // 4))
    here, there = slice(split + (slots - split) % _EVEN, slots), slice(split % _EVEN, split)
    own, place = np.unique(np.array(pairs, np.int64), return_inverse=True)  # many pairs share a row
    place = place.reshape(count, 2)
    now, strays = _correlations(departures[own, here], place)
    old, strayed = _correlations(departures[own, there], place)
    lag = np.argmax(now[:, : lags + 1], axis=1)
    rows = np.arange(count)
    r_now, r_old = now[rows, lag], old[rows, lag]
    enough = np.ones(count, np.bool_)
    for part in (here, there):
        seen = np.isfinite(departures[own, part]).mean(axis=1) >= _SEEN
        enough &= seen[place].all(axis=1)
    rise = np.arctanh(np.clip(r_now, -0.999, 0.999)) - np.arctanh(np.clip(r_old, -0.999, 0.999))
    with np.errstate(divide="ignore", invalid="ignore"):
        far = np.nan_to_num(rise / np.sqrt(strays + strayed), nan=0.0, posinf=0.0)
    tail = np.array([math.erfc(value / math.sqrt(2)) / 2 for value in far])
    p_value = np.clip(tail * (1 + lags / 2), 1e-9, 1.0)
    return Risen(
        np.where(enough, r_now, np.nan), np.where(enough, r_old, np.nan), lag, np.where(enough, p_value, 1.0)
    )  # fmt: skip


def _correlations(rows: Floats, pairs: Slots) -> tuple[Floats, Floats]:
    """The correlation of each pair of rows at all circular lags, and how far it strays over them (a variance)."""
    changes = _changes(rows)
    slots = changes.shape[1]
    squares = (changes**2).sum(axis=1)
    spectra = np.fft.rfft(changes, axis=1)
    first, second = pairs[:, 0], pairs[:, 1]
    size = np.sqrt(squares[first] * squares[second])
    spectrum = spectra[first] * spectra[second].conj()
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.nan_to_num(np.fft.irfft(spectrum, slots, axis=1) / size[:, None], posinf=0.0, neginf=0.0)
    return r, np.maximum((r**2).mean(axis=1), 1 / slots)


def _changes(z: Floats) -> Floats:
    """Changes over two slots (signals sampled at other phases still meet), 0 where either end was not seen."""
    soft = np.arcsinh(z / _SOFT)
    step = np.zeros_like(soft)
    step[:, 2:] = soft[:, 2:] - soft[:, :-2]
    step[~np.isfinite(step)] = 0.0
    return step
