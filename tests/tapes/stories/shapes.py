"""How a fault comes over time: its intensity, 0 to 1, at every second."""

from __future__ import annotations

import numpy as np

from tests.tapes.stories.model import Floats

SHAPES = ("step", "ramp", "sporadic", "pulses", "leak")


def intensity(rng: np.random.Generator, shape: str, seconds: int, onset: int, end: int) -> Floats:
    """Zero before ``onset`` and from ``end`` on; above zero right after ``onset``."""
    x = np.zeros(seconds)
    length = end - onset
    if shape == "step":
        x[onset:end] = 1.0
    elif shape == "ramp":
        rise = min(length, int(rng.integers(60, 420)))
        x[onset:end] = np.minimum(1.0, np.arange(1, length + 1) / rise)
    elif shape == "leak":
        rise = int(rng.integers(450, 900))
        x[onset:end] = np.minimum(1.2, np.arange(1, length + 1) / rise)
    else:
        at = onset
        while at < end - 20:
            lasts = int(rng.integers(20, 61)) if shape == "sporadic" else int(rng.integers(60, 130))
            x[at : min(end, at + lasts)] = rng.uniform(0.75, 1.0)
            at += lasts + int(rng.integers(110, 280) if shape == "sporadic" else rng.integers(90, 360))
    return x


def delayed(row: Floats, seconds: int) -> Floats:
    """The same, so many seconds later."""
    if seconds <= 0:
        return row
    return np.concatenate([np.full(seconds, row[0]), row[:-seconds]])


def trailing(row: Floats, seconds: int) -> Floats:
    """The mean over the ``seconds`` before each second: what a rate window makes of a rate."""
    if seconds <= 1:
        return row
    total = np.concatenate([np.full(seconds, row[0]), row]).cumsum()
    return np.asarray((total[seconds:] - total[:-seconds]) / seconds)


def settling(row: Floats, seconds: float) -> Floats:
    """First-order lag with a time constant."""
    out = np.empty_like(row)
    held, share = float(row[0]), 1 / max(1.0, seconds)
    for at, value in enumerate(row.tolist()):
        held += (value - held) * share
        out[at] = held
    return out


def queue(arriving: Floats, capacity: Floats) -> Floats:
    """What waits where so much arrives and so much can be done each second."""
    total = (arriving - capacity).cumsum()
    return np.asarray(total - np.minimum(0.0, np.minimum.accumulate(total)))


def saturating(row: Floats, free: float, half: float) -> Floats:
    """0 up to ``free``, one half at ``free + half``, towards 1."""
    over = np.maximum(0.0, row - free) / max(half, 1e-9)
    return np.asarray(over / (1 + over))
