"""Scenes of a story at a moment, straight from its arrays: what ``console.scenes.tape`` makes of the same tape."""

from __future__ import annotations

import numpy as np

from console.analysis.scene import Change, Floats, Grid, Scene
from console.analysis.topology import topology_of
from console.findings import GapDoc
from console.scenes.carry import carry
from console.signals import EntityKind, EntityRef
from console.times import format_time
from tests.tapes.stories.model import Samples, Story

WINDOW_MS = 2_400_000
PAST_MS = 6 * 3_600_000


def scene(told: Story, at_ms: int, symptom: str | None = None) -> Scene:
    """All that was known of the story at ``at_ms``."""
    steps = sorted(one.step_s for one in told.signals)
    step_ms = max(1000, round(steps[len(steps) // 10]) * 1000)
    from_ms = at_ms - WINDOW_MS
    begin_ms = max(from_ms - PAST_MS, min(from_ms, told.from_ms - 5000))
    last, head = -(-at_ms // step_ms), -(-(begin_ms + 1) // step_ms)
    values = np.full((len(told.signals), last - head + 1), np.nan)
    for row, samples in enumerate(told.samples):
        _put(values[row], samples, begin_ms, at_ms, step_ms, head)
    times_ms = np.arange(head, last + 1, dtype=np.int64) * step_ms
    seen = ~np.isnan(values).all(axis=0)
    cut = int(seen.argmax()) if seen.any() else len(seen)
    values, times_ms = values[:, cut:], times_ms[cut:]
    first = int(np.searchsorted(times_ms, from_ms, side="right"))
    if len(times_ms):
        times_ms[-1] = min(times_ms[-1], at_ms)
    here = np.flatnonzero((~np.isnan(values[:, first:])).any(axis=1))
    values = values[here]
    carry(values)
    signals = [told.signals[row] for row in here.tolist()]
    states = [one for one in told.records if one.kind.value == "state" and one.at_ms <= at_ms]
    names = {
        EntityRef(EntityKind.NODE, one.entity.id): str(one.body["name"])
        for one in states if one.entity.kind is EntityKind.NODE
    }  # fmt: skip
    now = format_time(at_ms)
    return Scene(
        at_ms=at_ms,
        from_ms=from_ms,
        signals=signals,
        grid=Grid(times_ms, step_ms, values, first),
        topology=topology_of(states, signals),
        alarms=[
            one._replace(until_ms=one.until_ms if one.until_ms is not None and one.until_ms <= at_ms else None)
            for one in told.alarms if from_ms - 900_000 <= one.at_ms <= at_ms
        ],
        changes=changes(told, begin_ms, at_ms),
        gaps=[
            GapDoc({**one, "to": one["to"] if (one["to"] or "") <= now else None})
            for one in told.gaps if one["from"] <= now
        ],
        symptom=symptom,
        names=names,
    )  # fmt: skip


def changes(told: Story, from_ms: int, at_ms: int) -> list[Change]:
    """What somebody did between two moments."""
    return [one for one in told.changes if from_ms < one.at_ms <= at_ms]


def _put(row: Floats, samples: Samples, from_ms: int, to_ms: int, step_ms: int, head: int) -> None:
    inside = (samples.times_ms > from_ms) & (samples.times_ms <= to_ms)
    row[-(-samples.times_ms[inside] // step_ms) - head] = samples.values[inside]
