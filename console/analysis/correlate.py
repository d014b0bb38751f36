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
    step[..., 1:] = np.diff(soft, axis=-1)
    return np.nan_to_num(step, nan=0.0)


def correlate(z: Floats, symptom: Floats, least: int, most: int) -> Lagged:
    """Correlate rows of departures (signals x slots) with a symptom's, at lags from ``least`` to ``most`` slots.

    The p-value is the share of circular shifts with a correlation as large at any of as many neighbouring lags; where
    fewer than ten are, the normal tail that the shifts suggest is taken instead, so it is never zero.
    """
    count, slots = z.shape
    if slots < 4 or count == 0:
        return Lagged(np.zeros(count), np.zeros(count, np.int64), np.ones(count))
    width = most - least + 1
    one = np.convolve(changes(symptom), _KERNEL, "same").astype(np.float32)
    many = _smooth(changes(z)).astype(np.float32)
    size = np.sqrt((many**2).sum(axis=1) * (one**2).sum())
    spectrum = np.fft.rfft(many, axis=1).conj() * np.fft.rfft(one)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.fft.irfft(spectrum, slots, axis=1) / size[:, None]  # r[k]: the signal k slots before the symptom
    r = np.nan_to_num(r)
    lags = np.arange(least, most + 1)
    near = r[:, lags % slots]
    best = np.argmax(np.abs(near), axis=1)
    found = near[np.arange(count), best]
    return Lagged(found, lags[best], _p_values(r, found, least, most, width))


_KERNEL = np.array([0.25, 0.5, 0.25])  # what was sampled at other phases still meets


def _smooth(values: Floats) -> Floats:
    out = values * 0.5
    out[:, 1:] += values[:, :-1] * 0.25
    out[:, :-1] += values[:, 1:] * 0.25
    return out


def _p_values(r: Floats, found: Floats, least: int, most: int, width: int) -> Floats:
    slots = r.shape[1]
    away = np.arange(slots)
    distance = np.minimum(away, slots - away)
    null = np.abs(r[:, distance > max(abs(least), abs(most))])
    if null.shape[1] < 2 * width:
        return np.ones(len(r))
    groups = null.shape[1] // width
    tops = null[:, : groups * width].reshape(len(r), groups, width).max(axis=2)
    as_large = (tops >= np.abs(found)[:, None]).sum(axis=1)
    by_count = (1 + as_large) / (1 + groups)
    spread = np.sqrt((null**2).mean(axis=1)) + 1e-12
    by_tail = np.minimum(1.0, width * _tail(np.abs(found) / spread))
    p: Floats = np.where(as_large >= 10, by_count, np.maximum(by_tail, 1e-12))
    return np.where(np.abs(found) < 1e-9, 1.0, np.minimum(p, 1.0))


def _tail(z: Floats) -> Floats:
    """Two-sided tail of the normal distribution, by the bound of Borjesson and Sundberg (1979), good to 1%."""
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    upper: Floats = density / (0.661 * z + 0.339 * np.sqrt(z * z + 5.51))
    return 2 * upper


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
