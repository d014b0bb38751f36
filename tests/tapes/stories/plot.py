"""The plot of a story: what goes wrong, when, how hard, and how well it is watched."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tests.tapes.stories.model import Floats
from tests.tapes.stories.shapes import intensity


class Plot(NamedTuple):
    """Seconds count from the beginning of the story. ``x`` is the intensity of the fault at each."""

    kind: str
    quiet: bool
    seconds: int
    onset_s: int
    end_s: int
    shape: str
    x: Floats
    sigmas: float
    size: int  # signals
    known: bool  # topology is told
    step_s: int
    window_s: int
    withheld: str
    failed_s: int | None  # a fix that does not help
    failed: str  # what it does: no change, worse
    helped_s: int | None


def plot_of(rng: np.random.Generator, kind: str) -> Plot:
    """A plot at random; "quiet" has none."""
    quiet = kind == "quiet"
    step_s = int(rng.choice([5, 10, 15, 30, 60], p=[0.3, 0.25, 0.25, 0.13, 0.07]))
    before_s = int(np.exp(rng.uniform(np.log(600), np.log(21_600))))
    before_s = max(before_s, 45 * step_s)
    shape = str(rng.choice(["step", "ramp", "sporadic", "pulses", "leak"], p=[0.3, 0.17, 0.28, 0.15, 0.1]))
    if shape == "leak" and kind != "memory" and rng.random() < 0.5:
        shape = "step"
    if kind == "memory":
        shape = str(rng.choice(["ramp", "leak"]))
    if shape == "sporadic":
        step_s = min(step_s, 10)
    elif shape == "pulses":
        step_s = min(step_s, 15)
    if kind == "dry" and shape in ("ramp", "leak"):
        shape = "step"
    after_s = int(rng.integers(1500, 2100)) + (600 if shape == "leak" else 0)
    seconds = int(rng.integers(3 * 3600, 7 * 3600)) if quiet else before_s + after_s
    onset_s = seconds if quiet else before_s
    helped_s = failed_s = None
    if not quiet and shape != "leak" and rng.random() < 0.6:
        helped_s = onset_s + int(rng.integers(960, after_s - 420))
        if rng.random() < 0.6:
            failed_s = onset_s + int(rng.integers(420, 660))
    failed = "worse" if kind in ("schema", "surge") and rng.random() < 0.5 else "no change"
    end_s = helped_s or seconds
    x = np.zeros(seconds) if quiet else intensity(rng, shape, seconds, onset_s, end_s)
    if failed_s is not None and failed == "worse":
        x[failed_s:] *= 2.2
    withheld = "" if quiet or rng.random() >= 0.15 else str(rng.choice(["cause", "all"]))
    least = max(3.0, 9 / np.sqrt(max(1.0, {"sporadic": 40, "pulses": 90}.get(shape, 300) / step_s)))
    most = 12.0 if shape == "leak" else 20.0
    least = 6.0 if shape == "leak" else least
    window_s = int(rng.choice([30, 60, 120, 300], p=[0.4, 0.35, 0.17, 0.08]))
    if shape in ("sporadic", "pulses"):
        window_s = min(window_s, 60)
    return Plot(
        kind=kind, quiet=quiet, seconds=seconds, onset_s=onset_s, end_s=end_s, shape="" if quiet else shape, x=x,
        sigmas=float(rng.uniform(least, most)), size=int(np.exp(rng.uniform(np.log(40), np.log(500)))),
        known=bool(rng.random() < 0.7), step_s=step_s, window_s=max(window_s, 4 * step_s), withheld=withheld,
        failed_s=failed_s, failed=failed, helped_s=helped_s,
    )  # fmt: skip


def traffic_of(rng: np.random.Generator, plot: Plot) -> Floats:
    """How busy everything is at each second, 1 on average: the day, slow waves and a trend."""
    t = np.arange(plot.seconds, dtype=np.float64)
    day = float(rng.uniform(0, 0.3)) if rng.random() < 0.7 else 0.0
    row = 1 + day * np.sin(2 * np.pi * (t / 86_400 + rng.random()))
    for _ in range(3):
        row += float(rng.uniform(0.002, 0.03)) * np.sin(2 * np.pi * (t / float(rng.uniform(900, 6000)) + rng.random()))
    row += float(rng.uniform(-0.02, 0.02)) * t / 3600
    return np.asarray(np.clip(row / row.mean(), 0.3, 2.0))
