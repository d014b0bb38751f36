"""How what truly was becomes samples: scrapes with a phase of their own, rate windows, noise, loss, gaps, restarts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from console.signals import Signal
from tests.tapes.stories.line import Measured, departs
from tests.tapes.stories.model import Flags, Floats, Samples
from tests.tapes.stories.noise import lost, measured, stamps
from tests.tapes.stories.others import Other, Stir, level_of
from tests.tapes.stories.plot import Plot
from tests.tapes.stories.shapes import trailing

SHOWN_S = 60


class Watch(NamedTuple):
    """How well the story is watched. ``holes`` are seconds from and to in which a source was not seen."""

    loss: float
    holes: dict[str, list[tuple[float, float]]]
    skews_ms: dict[str, int]
    from_ms: int


class Seen(NamedTuple):
    """A signal of the line with its samples. ``moved_s`` is when it departed for the fault, None: it did not;
    ``plain_s`` when what was measured had departed by three standard deviations of its noise; ``shown_s`` when it
    had been that far out for ``SHOWN_S`` or four samples in all; ``sigmas`` how far it went in the end."""

    signal: Signal
    step_s: int  # between scrapes
    quantity: str
    samples: Samples
    moved_s: int | None
    plain_s: int | None
    shown_s: int | None
    sigmas: float
    noise: str


def watch_of(rng: np.random.Generator, plot: Plot, from_ms: int) -> Watch:
    """At random: half of all stories lose samples or see gaps, a third have clocks that differ."""
    loss = float(rng.uniform(0.01, 0.3)) if rng.random() < 0.35 else 0.0
    if plot.shape == "sporadic":
        loss = min(loss, 0.15)
    holes: dict[str, list[tuple[float, float]]] = {"prometheus": [], "nomad": []}
    for source, found in holes.items():
        if rng.random() < 0.3:
            begin = float(rng.uniform(0, plot.seconds - 300))
            end = begin + float(rng.uniform(30, 200))
            if plot.quiet or end < plot.onset_s - 120 or begin > plot.onset_s + 700:
                found.append((begin, end))
        del source
    skews = {"prometheus": 0, "nomad": 0, "alertmanager": 0}
    if rng.random() < 0.3:
        skews = {source: int(rng.integers(-4000, 4001)) for source in skews}
    return Watch(loss, holes, skews, from_ms)


class Clock(NamedTuple):
    """When a target was scraped, in seconds of the story, and when its source was asked for it: at ``asked``, and told
    the newest scrape, of number ``newest``."""

    step_s: int
    scraped: Floats
    asked: Floats
    newest: npt.NDArray[np.int64]


def _clock(rng: np.random.Generator, plot: Plot, source: str) -> Clock:
    every = max(10, plot.step_s) if source == "nomad" else plot.step_s
    step = every * (2 if rng.random() < 0.1 and plot.shape not in ("sporadic", "pulses") and every < 60 else 1)
    scraped = np.arange(float(rng.uniform(0, step)), plot.seconds - 1, step)
    asked = np.arange(float(every), plot.seconds - 1, every)
    newest = np.searchsorted(scraped, asked, side="right") - 1
    return Clock(step, scraped, asked[newest >= 0], newest[newest >= 0])


def see_line(
    rng: np.random.Generator, plot: Plot, watch: Watch, wanted: list[Measured], well: dict[str, Floats],
    ill: dict[str, Floats], causes: tuple[str, ...], symptoms: tuple[str, ...],
) -> list[Seen]:  # fmt: skip
    """What is seen of the line; a target's signals are scraped together."""
    clocks: dict[str, Clock] = {}
    found = []
    for one in wanted:
        clock = clocks.setdefault(one.target, _clock(rng, plot, "prometheus"))
        step, times = clock.step_s, clock.scraped
        window = one.signal.window_s
        at = times.astype(np.int64)
        calm, hurt = trailing(well[one.quantity], round(window)), trailing(ill[one.quantity], round(window))
        apart = np.abs(hurt - calm)
        peak = float(apart.max(initial=0.0))
        level = float(np.median(calm))
        sigma = one.stray * max(level, 1e-6)
        noise = one.noise
        if peak == 0 and noise not in ("zeros", "count", "ratio") and rng.random() < 0.4:
            noise = "walk"  # wanders for no reason that anybody knows
        if peak > 0 and one.quantity in causes and noise != "zeros":
            most = (0.05 if one.quantity == "memory" else 0.3) * level
            most = max(most, 0.02) if noise == "ratio" else most
            sigmas = max(plot.sigmas, 5.0 if noise in ("heavy", "ar1") else 0.0)
            sigma = float(np.clip(peak / sigmas, 0.2 * sigma, most))
        elif peak > 0 and one.quantity in symptoms:
            sigma = min(sigma, peak / (8.0 if noise in ("heavy", "ar1") else 6.0))
        if noise == "count":
            sigma = max(sigma, 0.3)
        values = measured(rng, noise, hurt[at], sigma, step, window)
        quantum = sigma if noise != "zeros" else 1 / max(window, step)
        moved = departs(well[one.quantity], ill[one.quantity], quantum) if peak > 3 * quantum else None
        plain = shown = None
        if peak > 3 * quantum:
            out = np.flatnonzero(apart >= min(3 * quantum, 0.9 * peak))
            plain, shown = int(out[0]), int(out[min(len(out) - 1, max(SHOWN_S, 4 * step))])
        kept = lost(rng, clock.asked, watch.loss, watch.holes["prometheus"])
        _restart(rng, plot, values, times, window)
        signal = one.signal._replace(step_s=float(plot.step_s))
        samples = _told(clock, values, kept, watch, "prometheus")
        found.append(Seen(signal, step, one.quantity, samples, moved, plain, shown, peak / max(quantum, 1e-12), noise))
    return found


def see_other(
    rng: np.random.Generator, plot: Plot, watch: Watch, one: Other, clocks: dict[str, Clock],
    traffic: Floats, stirs: list[Stir],
) -> tuple[Signal, Samples]:  # fmt: skip
    """What is seen of somebody else's signal."""
    source = one.signal.source
    clock = clocks.setdefault(f"{one.target} {source}", _clock(rng, plot, source))
    step, times = clock.step_s, clock.scraped
    truth = level_of(one, times, traffic[times.astype(np.int64)], float(plot.seconds), stirs)
    values = measured(rng, one.noise, truth, one.sigma, step, one.signal.window_s)
    kept = lost(rng, clock.asked, watch.loss, watch.holes[source])
    if rng.random() < 0.03:
        kept &= clock.asked >= float(rng.uniform(0, 0.8)) * plot.seconds  # began late
    _restart(rng, plot, values, times, one.signal.window_s)
    every = max(10, plot.step_s) if source == "nomad" else plot.step_s
    return one.signal._replace(step_s=float(every)), _told(clock, values, kept, watch, source)


def _told(clock: Clock, values: Floats, kept: Flags, watch: Watch, source: str) -> Samples:
    return Samples(stamps(clock.asked[kept], watch.from_ms, watch.skews_ms[source]), values[clock.newest[kept]])


def _restart(rng: np.random.Generator, plot: Plot, values: Floats, times: Floats, window_s: float) -> None:
    """A counter begins again: the rate over the window that holds the restart is too low. Not near the fault."""
    if window_s <= 0 or rng.random() >= 0.04:
        return
    at = float(rng.uniform(0, plot.seconds))
    if plot.quiet or at < plot.onset_s - 900:
        values[(times >= at) & (times < at + window_s)] *= float(rng.uniform(0.4, 0.9))
