"""What a verdict costs: time on one core, cold and with a baseline taken before, memory, and how both grow."""

from __future__ import annotations

import math
import sys
import time
import tracemalloc

import numpy as np

from console.analysis.baseline import Baseline, baseline
from console.analysis.scene import Grid, Link, Scene, Topology
from console.analysis.verdict import judge
from console.signals import Bad, EntityKind, EntityRef, Pane, Signal

SLOTS = 240
STEP_MS = 10_000
BEGIN_MS = 1_795_000_000_000
SIZES = (250, 500, 1000, 2000, 5000)


def scene_of(count: int) -> Scene:
    """An incident of sporadic episodes: one signal in twenty moves, quality half a minute later."""
    rng = np.random.default_rng(count)
    values = 10 + rng.standard_normal((count, SLOTS))
    panes = (Pane.SCHEDULING, Pane.INGESTION, Pane.MODELS)
    signals = [
        Signal(f'metric_{row}{{of="job-{row // 8}"}}', f"metric {row}",
               EntityRef(EntityKind.JOB, f"prod/job-{row // 8}"), panes[row % 3], "s", Bad.UP, "prometheus",
               step_s=10.0)
        for row in range(count)
    ]  # fmt: skip
    quality = Signal('quality{model="m"}', "quality", EntityRef(EntityKind.MODEL, "m"), Pane.MODELS, "1", Bad.DOWN,
                     "prometheus", 1, step_s=10.0)  # fmt: skip
    signals[0] = quality
    values[0] = 0.95 + 0.01 * rng.standard_normal(SLOTS)
    for start in range(120, SLOTS - 8, 30):
        values[1 : max(2, count // 20), start : start + 5] += rng.uniform(5, 15, (max(2, count // 20) - 1, 1))
        values[0, start + 3 : start + 8] -= 0.3
    links = [Link(signals[row].entity, quality.entity, "told") for row in range(1, count, 40)]
    times = BEGIN_MS + STEP_MS * np.arange(1, SLOTS + 1, dtype=np.int64)
    at_ms = int(times[-1])
    return Scene(at_ms, int(times[100]), signals, Grid(times, STEP_MS, values, 101), Topology(tuple(links)))


def took_ms(scene: Scene, known: Baseline | None, runs: int) -> float:
    """The best of some runs, in time of the processor: what else runs on the machine is not counted."""
    times = []
    for _ in range(runs):
        began = time.process_time()
        judge(scene, None, known)
        times.append((time.process_time() - began) * 1000)
    return min(times)


def peak_mb(scene: Scene) -> float:
    """The most memory that a verdict held beyond the scene."""
    tracemalloc.start()
    judge(scene)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def report() -> None:
    """Measure and print."""
    write = sys.stdout.write
    judge(scene_of(50))  # whatever is imported late
    write(f"| signals x {SLOTS} samples | cold | with a known baseline | memory |\n|---|---|---|---|\n")
    cold = {}
    for count in SIZES:
        scene = scene_of(count)
        cold[count] = took_ms(scene, None, 9 if count < 2000 else 5)
        cached = took_ms(scene, baseline(scene.grid, scene.signals), 9 if count < 2000 else 5)
        write(f"| {count} | {cold[count]:.0f} ms | {cached:.1f} ms | +{peak_mb(scene):.0f} MB |\n")
    power = math.log(cold[5000] / cold[500]) / math.log(10)
    write(f"\ntargets: 500 signals 60 ms cold, 10 ms cached; 5,000 signals 500 ms, +150 MB; time grows with the "
          f"power {power:.2f} of signals\n")  # fmt: skip
