"""Lagged correlation of changes, with its significance against circular shifts.

Levels that trend or sway together correlate whatever they measure (independent random walks pass .7 in two cases of
five), so changes are correlated, not levels: first differences of departures that are limited softly, so that one
outlier decides nothing. The null is the same pair with one of them shifted around a circle: that keeps how each behaves
by itself and breaks only their time together. One Fourier transform a signal gives all shifts at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from console.analysis.scene import Floats

_SOFT = 4.0  # scales at which a departure begins to count less


class Lagged(NamedTuple):
    """Of each signal against the symptom: the correlation at its best lag (signed), that lag in slots (positive: the
    signal moved before the symptom) and the chance of one as large at any of the lags tried."""

    r: Floats
    lag: npt.NDArray[np.int64]
    p_value: Floats


def changes(z: Floats) -> Floats:
    """First differences of softly limited departures; 0 where a sample or its neighbour was not seen."""
    soft = np.arcsinh(z / _SOFT)
    step = np.zeros_like(soft)
    np.subtract(soft[..., 1:], soft[..., :-1], out=step[..., 1:])
    step[np.isnan(step)] = 0.0
    return step


def correlate(z: Floats, symptom: Floats, least: int, most: int) -> Lagged:
    """Correlate rows of departures (signals x slots) with a symptom's, at lags from ``least`` to ``most`` slots.

    The p-value is the share of circular shifts at which some lag of as wide a range does as well. Two signals that
    changed once each correlate perfectly at the one lag that brings the two changes together, whatever they are: ``r``
    is lowered by how few changes it rests on.
    """
    count, slots = z.shape
    if slots < 4 or count == 0:
        return Lagged(np.zeros(count), np.zeros(count, np.int64), np.ones(count))
    one = _smooth(changes(symptom)[None, :])[0].astype(np.float32)
    many = _smooth(changes(z)).astype(np.float32)
    size = np.sqrt((many**2).sum(axis=1) * (one**2).sum())
    spectrum = np.fft.rfft(many.astype(np.float64), axis=1).astype(np.complex64).conj() * np.fft.rfft(one)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.fft.irfft(spectrum, slots, axis=1) / size[:, None]  # r[k]: the signal k slots before the symptom
    r[~np.isfinite(r)] = 0.0
    lags = np.arange(least, most + 1)
    near = r[:, lags % slots]
    best = np.argmax(np.abs(near), axis=1)
    found = near[np.arange(count), best]
    rests_on = np.minimum(_changes_counted(many), _changes_counted(one[None, :])[0])
    return Lagged(found * (1 - 1 / rests_on), lags[best], _p_values(r, found, len(lags)))


def _changes_counted(steps: npt.NDArray[np.floating]) -> Floats:
    """How many changes of equal size a row would have to hold to be as concentrated as it is; one change smoothed over
    three slots, there and back, counts as one."""
    squares = steps**2
    with np.errstate(invalid="ignore", divide="ignore"):
        counted: Floats = squares.sum(axis=1) ** 2 / (squares**2).sum(axis=1) / 2.2
    return np.maximum(np.nan_to_num(counted, nan=1.0), 1.0)


def _smooth(values: Floats) -> Floats:
    """Over three slots: what was sampled at other phases still meets."""
    out = values * 0.5
    out[:, 1:] += values[:, :-1] * 0.25
    out[:, :-1] += values[:, 1:] * 0.25
    return out


def _p_values(r: Floats, found: Floats, width: int) -> Floats:
    """The share of shifts with a correlation as large within ``width`` neighbouring lags."""
    slots = r.shape[1]
    width = min(width, slots)
    as_large = np.abs(r) >= np.abs(found)[:, None] * (1 - 1e-6)
    within = np.zeros((len(r), slots + width), np.int32)
    np.cumsum(as_large, axis=1, out=within[:, 1 : slots + 1])
    within[:, slots + 1 :] = within[:, slots : slots + 1] + within[:, 1:width]
    p: Floats = (within[:, width:] > within[:, :slots]).mean(axis=1)
    return np.where(np.abs(found) < 1e-9, 1.0, np.clip(p, 1 / slots, 1.0))


def discoveries(p_values: Floats, rate: float = 0.1) -> Floats:
    """p-values adjusted for how many were looked at (Benjamini and Hochberg 1995): below ``rate`` is a discovery."""
    count = len(p_values)
    if count == 0:
        return p_values
    order = np.argsort(p_values)
    scaled = p_values[order] * count / np.arange(1, count + 1)
    adjusted = np.empty(count)
    adjusted[order] = np.minimum.accumulate(scaled[::-1])[::-1]
    return np.minimum(adjusted, 1.0)
