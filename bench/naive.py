"""What the verdict is held against: the rankers that everybody has at hand. Each is told which signal is the symptom.

A ranker gives every signal of a scene a score; equal scores are a tie.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Collection

import numpy as np

from console.analysis.scene import Floats, Scene

_LAGS = 20


def correlation(scene: Scene, symptom: int) -> Floats:
    """The largest correlation of levels with the symptom within 20 slots before or after it."""
    values = scene.grid.values[:, scene.grid.first :]
    with np.errstate(invalid="ignore", divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        apart = values - np.nanmean(values, axis=1, keepdims=True)
        level = np.nan_to_num(apart / np.nanstd(values, axis=1, keepdims=True), posinf=0.0, neginf=0.0)
    slots = level.shape[1]
    best = np.zeros(len(level))
    for lag in range(-min(_LAGS, slots // 3), min(_LAGS, slots // 3) + 1):
        one, other = (level[:, : slots - lag], level[symptom, lag:]) if lag >= 0 else (
            level[:, -lag:], level[symptom, : slots + lag]
        )  # fmt: skip
        best = np.maximum(best, np.abs(one @ other) / max(1, slots - abs(lag)))
    best[symptom] = -1
    return np.asarray(best)


def largest_z(scene: Scene, symptom: int) -> Floats:
    """How many standard deviations the farthest value of the window lies from the mean before it."""
    values, first = scene.grid.values, scene.grid.first
    if first < 20:
        first = values.shape[1] // 2
    with np.errstate(invalid="ignore", divide="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # rows that were not seen
        mean = np.nanmean(values[:, :first], axis=1)
        spread = np.nanstd(values[:, :first], axis=1)
        far = np.nanmax(np.abs(values[:, first:] - mean[:, None]), axis=1) / spread
    far = np.nan_to_num(far, nan=0.0, posinf=1e12)
    far[symptom] = -1
    return np.asarray(far)


def first_alarm(scene: Scene, symptom: int) -> Floats:
    """Whatever the first alarm of the window is about; all else is tied behind it."""
    found = np.zeros(len(scene.signals))
    alarms = sorted((one for one in scene.alarms if one.at_ms > scene.from_ms), key=lambda one: one.at_ms)
    if alarms:
        found[[at for at, one in enumerate(scene.signals) if one.entity == alarms[0].entity]] = 1
    found[symptom] = -1
    return found


RANKERS: dict[str, Callable[[Scene, int], Floats]] = {
    "correlation only": correlation,
    "first alarm": first_alarm,
    "largest z-score": largest_z,
}


def rank_of(scene: Scene, scores: Floats, wanted: Collection[str]) -> float:
    """Where the best of the wanted signals stands, counted as if ties were broken at random."""
    mine = np.array([one.key in wanted for one in scene.signals])
    if not mine.any():
        return math.inf
    best = float(scores[mine].max())
    ahead = int((scores > best).sum())
    tied, right = int((scores == best).sum()), int((mine & (scores == best)).sum())
    return ahead + (tied + 1) / (right + 1)
