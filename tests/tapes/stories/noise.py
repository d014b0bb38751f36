"""How measurements stray, and how they are lost."""

from __future__ import annotations

import numpy as np

from tests.tapes.stories.model import Flags, Floats, Times

NOISES = ("gaussian", "ar1", "heavy", "walk", "count", "zeros", "ratio")


def straying(rng: np.random.Generator, kind: str, count: int, step_s: float, window_s: float) -> Floats:
    """Noise of one standard deviation (of the middle, for heavy tails)."""
    if kind == "heavy":
        row = rng.standard_t(3, count) / 1.13
    elif kind == "ar1":
        row = _sluggish(rng, count, float(rng.uniform(0.4, 0.8)))
    elif kind == "walk":
        slow = _sluggish(rng, count, float(np.exp(-step_s / rng.uniform(300, 1500))))
        row = 0.9 * slow + 0.3 * rng.standard_normal(count)
    else:
        row = rng.standard_normal(count)
    over = round(window_s / step_s)
    if over > 1 and kind not in ("ar1", "walk"):
        padded = np.concatenate([rng.standard_normal(over - 1), row])
        row = np.convolve(padded, np.ones(over), "valid") / np.sqrt(over)
    return np.asarray(row)


def _sluggish(rng: np.random.Generator, count: int, keep: float) -> Floats:
    fresh = rng.standard_normal(count) * np.sqrt(1 - keep**2)
    row = np.empty(count)
    held = float(rng.standard_normal())
    for at, value in enumerate(fresh.tolist()):
        held = keep * held + value
        row[at] = held
    return row


def measured(
    rng: np.random.Generator, kind: str, truth: Floats, sigma: float, step_s: float, window_s: float
) -> Floats:
    """What a source says of what truly was."""
    if kind == "zeros":
        # A counter of rare things: whole numbers in the window behind each value.
        over = max(window_s, step_s)
        per_step = rng.poisson(np.maximum(0.0, truth) * step_s)
        width = max(1, round(over / step_s))
        padded = np.concatenate([np.zeros(width - 1), per_step])
        return np.asarray(np.convolve(padded, np.ones(width), "valid") / (width * step_s))
    row = truth + sigma * straying(rng, kind, len(truth), step_s, window_s)
    if kind == "count":
        return np.asarray(np.maximum(0.0, np.rint(row)))
    if kind == "ratio":
        return np.asarray(np.clip(row, 0.0, 1.0))
    return np.asarray(np.maximum(0.0, row))


def lost(rng: np.random.Generator, times: Floats, share: float, holes: list[tuple[float, float]]) -> Flags:
    """Which of the samples were kept."""
    kept = rng.random(len(times)) >= share
    for begin, end in holes:
        kept &= (times < begin) | (times >= end)
    return np.asarray(kept)


def stamps(times: Floats, from_ms: int, skew_ms: int) -> Times:
    """Unix milliseconds of seconds of the story, as a source with that skew tells them."""
    return np.asarray(np.rint(times * 1000) + from_ms + skew_ms, np.int64)
