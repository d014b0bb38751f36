"""Small scenes with a known story."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from console.analysis.scene import Alarm, Grid, Link, Scene, Topology
from console.signals import Bad, EntityKind, EntityRef, Health, Pane, Signal

STEP_MS = 5_000
BEGIN_MS = 1_795_400_000_000
Array = npt.NDArray[np.float64]


def signal(
    name: str,
    pane: Pane = Pane.INGESTION,
    bad: Bad = Bad.UP,
    kind: EntityKind = EntityKind.JOB,
    of: str = "p/worker",
    unit: str = "",
    window_s: float = 0.0,
) -> Signal:
    """A signal of some entity."""
    key = f'{name}{{of="{of}"}}'
    return Signal(key, name, EntityRef(kind, of), pane, unit, bad, "test", step_s=5.0, window_s=window_s)


def grid(values: Sequence[Array] | Array, first: int = 0, step_ms: int = STEP_MS) -> Grid:
    """Rows on one grid; ``first`` is the first slot of the window."""
    rows = np.array(values, np.float64)
    rows = rows.reshape(len(rows), -1) if rows.size else rows.reshape(len(rows), rows.shape[-1])
    return Grid(BEGIN_MS + step_ms * np.arange(1, rows.shape[1] + 1, dtype=np.int64), step_ms, rows, first)


def scene(
    signals: Sequence[Signal],
    values: Sequence[Array],
    first: int = 0,
    links: Sequence[tuple[Signal, Signal]] = (),
    alarms: Sequence[Alarm] = (),
    symptom: str | None = None,
) -> Scene:
    """A scene that ends with the last slot; ``links`` are pairs of signals whose entities act on one another."""
    made = grid(values, first)
    topology = Topology(tuple(Link(cause.entity, effect.entity, "told") for cause, effect in links))
    times = made.times_ms
    at_ms = int(times[-1]) if len(times) else BEGIN_MS
    from_ms = int(times[first]) - STEP_MS if len(times) else BEGIN_MS
    return Scene(at_ms, from_ms, signals, made, topology, alarms, symptom=symptom)


def alarm(slot: int, entity: EntityRef, what: str = "NodeDown", until: int | None = None) -> Alarm:
    """An alarm at a slot of the grid."""
    until_ms = None if until is None else BEGIN_MS + STEP_MS * (until + 1)
    return Alarm(BEGIN_MS + STEP_MS * (slot + 1), what, entity, "alertmanager", Health.BAD, until_ms)


def noise(rng: np.random.Generator, slots: int, level: float = 10.0, spread: float = 1.0) -> Array:
    """A signal that is well."""
    return level + spread * rng.standard_normal(slots)


def bursts(slots: int, starts: Sequence[int], length: int, size: float) -> Array:
    """Episodes of one length and size."""
    row = np.zeros(slots)
    for start in starts:
        row[start : start + length] = size
    return row
