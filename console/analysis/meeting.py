"""How often chance alone would make one signal's episodes follow another's as closely as they did.

How well they meet at a lag is measured by two things at once: the share of the one's trouble that lies within the
other's, and the share of its beginnings that come that long after one of the other's. The best lag counts, a long one
less. The null is the same episodes moved around the circle of the time seen, which keeps each signal's rhythm and
breaks only their time together. One Fourier transform a signal gives every shift of every pair at once.

A shift says little of many episodes, though: whichever lag a rigid rhythm falls on, some shift brings it there. So for
pairs worth it the order of the pauses and the order of the lengths are shuffled as well. A signal that beats like a
clock stays a clock, and its chance stays what the circle allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from console.analysis.moves import Episode
from console.analysis.scene import Floats, Slots

_SHUFFLES = 32
_HALF = 1.0  # of the longest lag: there a meeting counts half
_SAME = 1e-9

Spectra = npt.NDArray[np.complex128]


class Shape(NamedTuple):
    """Spectra of when signals were in trouble and when their troubles began; signals x frequencies."""

    inside: Spectra
    begun: Spectra
    slots: int


def shape(episodes: Sequence[Sequence[Episode]], slots: int, reach: int = 0) -> Shape:
    """Of each signal's episodes, on a circle of ``slots``. With ``reach``, beginnings count for so many slots around
    them, less and less: that is how the signal that leads is shaped. The one that follows sums to one."""
    inside, begun = np.zeros((len(episodes), slots)), np.zeros((len(episodes), slots))
    for row, own in enumerate(episodes):
        for one in own:
            inside[row, one.first : one.last + 1] = 1.0
            begun[row, one.first % slots] = 1.0
    if reach:
        spread = np.zeros_like(begun)
        for by in range(-reach, reach + 1):
            np.maximum(spread, np.roll(begun, by, axis=1) * (1 - abs(by) / (reach + 1)), out=spread)
        begun = spread
    else:
        inside /= np.maximum(inside.sum(axis=1, keepdims=True), 1)
        begun /= np.maximum(begun.sum(axis=1, keepdims=True), 1)
    return Shape(np.fft.rfft(inside, axis=1), np.fft.rfft(begun, axis=1), slots)


def chances(follows: Shape, leads: Shape, lags: int, slack: Slots) -> Floats:
    """The chance of each pair (following x leading), from 1/slots to 1. ``lags``: the longest lag in slots; ``slack``
    (following x leading): slots within which the order of two beginnings cannot be told."""
    slots, columns = follows.slots, np.arange(len(leads.inside))
    found = np.ones((len(follows.inside), len(columns)))
    for row in range(len(found)) if len(columns) else ():  # the matrix of all pairs at all shifts is never held
        met = _best(follows.inside[row] * leads.inside.conj() + follows.begun[row] * leads.begun.conj(), slots, lags)
        found[row] = (met >= met[columns, -slack[row] % slots][:, None] - _SAME).mean(axis=1)
    return np.clip(found, 1 / max(slots, 1), 1.0)


def shuffled(own: Sequence[Episode], slots: int, seed: int = 0) -> Shape:
    """An episode list (at its head) and the same with its pauses and its lengths in other orders."""
    random = np.random.default_rng(seed)
    first = np.array([one.first for one in own])
    length = np.array([one.last - one.first + 1 for one in own])
    pause = np.roll(first, -1) - first - length
    pause[-1] += slots
    lengths = np.concatenate([length[None, :], random.permuted(np.tile(length, (_SHUFFLES, 1)), axis=1)])
    pauses = np.concatenate([pause[None, :], random.permuted(np.tile(pause, (_SHUFFLES, 1)), axis=1)])
    ends = np.cumsum(lengths + pauses, axis=1) - pauses
    begun = ends - lengths
    steps = np.zeros((len(ends), slots + 1))
    rows = np.arange(len(ends))[:, None]
    steps[rows, begun] = 1.0
    marks = steps[:, :slots].copy()
    steps[rows, ends] -= 1.0
    inside = np.cumsum(steps, axis=1)[:, :slots] / max(int(length.sum()), 1)
    # All patterns begin at the first slot: the one as it was is moved back to where it began.
    return Shape(
        np.fft.rfft(np.roll(inside, int(first[0]), axis=1), axis=1),
        np.fft.rfft(np.roll(marks / len(first), int(first[0]), axis=1), axis=1),
        slots,
    )


def refined(patterns: Shape, leads: Shape, row: int, lags: int, slack: int) -> float:
    """The chance of one pair among all shifts of all ``patterns`` (see ``shuffled``) of the one that follows."""
    spectra = patterns.inside * leads.inside[row].conj() + patterns.begun * leads.begun[row].conj()
    met = _best(spectra, patterns.slots, lags)
    return float((met >= met[0, -slack % patterns.slots] - _SAME).mean())


def _best(spectra: Spectra, slots: int, lags: int) -> Floats:
    """At each shift, how well two signals meet at the best of the lags from there to ``lags`` slots further."""
    around: Floats = np.fft.irfft(spectra, slots, axis=1)
    fade = 0.5 ** (1 / max(_HALF * lags, 1))
    most = min(lags, slots - 1)
    best = np.concatenate([around, around[:, :most]], axis=1)
    covered = 1
    while covered <= most:
        by = min(covered, most + 1 - covered)
        later = best[:, by:] * fade**by
        best = np.maximum(best[:, :-by], later, out=later)
        covered += by
    return best[:, :slots]
