"""Scenes of a story at a moment, straight from its arrays: what ``console.scenes.tape`` makes of the same tape."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from console.analysis.alarms import alarms_of
from console.analysis.answerers import answerers_of
from console.analysis.changes import changes_of
from console.analysis.owners import ownership_of
from console.analysis.scene import Floats, Grid, Scene
from console.analysis.topology import topology_of
from console.findings import GapDoc
from console.scenes.carry import carry
from console.scenes.plan import plan
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.times import format_time
from tests.tapes.stories.model import Samples, Story

WINDOW_MS = 2_400_000
PAST_MS = 6 * 3_600_000


def scene(told: Story, at_ms: int, symptom: str | None = None) -> Scene:
    """All that was known of the story at ``at_ms``."""
    from_ms = at_ms - WINDOW_MS
    times: dict[str, list[np.ndarray[tuple[int], np.dtype[np.int64]]]] = defaultdict(list)
    here = []
    for row, samples in enumerate(told.samples):
        inside = samples.times_ms[np.searchsorted(samples.times_ms, from_ms, "right") :]
        inside = inside[: np.searchsorted(inside, at_ms, "right")]
        if len(inside):
            here.append(row)
            times[told.signals[row].source].append(inside)
    counts = Counter(told.signals[row].source for row in here)
    suited = plan(at_ms, WINDOW_MS, PAST_MS, {one: np.concatenate(several) for one, several in times.items()}, counts)
    step_ms = suited.step_ms
    head, last = suited.begin_ms // step_ms + 1, -(-at_ms // step_ms)
    values = np.full((len(here), last - head + 1), np.nan)
    for place, row in enumerate(here):
        _put(values[place], told.samples[row], suited.begin_ms, at_ms, step_ms, head)
    times_ms = np.arange(head, last + 1, dtype=np.int64) * step_ms
    seen = ~np.isnan(values).all(axis=0)
    cut = int(seen.argmax()) if seen.any() else len(seen)
    values, times_ms = values[:, cut:], times_ms[cut:]
    if len(times_ms):
        times_ms[-1] = at_ms
    carry(values)
    signals = [told.signals[row] for row in here]
    known = [one for one in told.records if one.at_ms <= at_ms]
    states = _in_force(known)
    events = [one for one in known if one.kind is RecordKind.EVENT and one.at_ms > from_ms - PAST_MS]
    topology = topology_of(states, signals)
    now = format_time(at_ms)
    return Scene(
        at_ms=at_ms,
        from_ms=from_ms,
        signals=signals,
        grid=Grid(times_ms, step_ms, values, int(np.searchsorted(times_ms, from_ms, side="right"))),
        topology=topology,
        alarms=alarms_of(events, states, at_ms, from_ms, {one.entity for one in signals}),
        changes=changes_of(events, from_ms, at_ms),
        answerers=answerers_of(states),
        ownership=ownership_of(states, signals, topology, at_ms),
        gaps=[
            GapDoc({**one, "to": one["to"] if (one["to"] or "") <= now else None})
            for one in told.gaps
            if one["from"] <= now
        ],
        symptom=symptom,
        names={one.entity: str(one.body["name"]) for one in states if one.entity.kind in _NAMED and "name" in one.body},
    )


_NAMED = (EntityKind.NODE, EntityKind.ALLOCATION)


def _in_force(known: list[Record]) -> list[Record]:
    newest: dict[EntityRef, Record] = {}
    for one in known:  # in the order of time
        if one.kind is RecordKind.STATE:
            newest[one.entity] = one
    return list(newest.values())


def _put(row: Floats, samples: Samples, from_ms: int, to_ms: int, step_ms: int, head: int) -> None:
    inside = (samples.times_ms > from_ms) & (samples.times_ms <= to_ms)
    row[-(-samples.times_ms[inside] // step_ms) - head] = samples.values[inside]
