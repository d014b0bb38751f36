"""A scene from a tape: what was known at a moment, read in one consistent view."""

from __future__ import annotations

import numpy as np

from console.analysis.alarms import alarms_of
from console.analysis.changes import changes_of
from console.analysis.owners import ownership_of
from console.analysis.scene import Grid, Omission, Scene
from console.analysis.topology import topology_of
from console.findings import GapDoc
from console.scenes.carry import carry
from console.signals import EntityKind, EntityRef, RecordKind
from console.tape.store import Store
from console.tape.window import Window
from console.times import format_time

WINDOW_MS = 2_400_000
PAST_MS = 6 * 3_600_000


def scene_of(
    store: Store, at_ms: int, *, window_ms: int = WINDOW_MS, past_ms: int = PAST_MS, symptom: str | None = None
) -> Scene:
    """All that was known at ``at_ms`` about the ``window_ms`` before it, with up to ``past_ms`` before that as past.

    Nothing with a later source time has any influence. Raises TapeError when the tape cannot be read.
    """
    from_ms = at_ms - window_ms
    with store.reading():
        signals = store.signals()
        steps = sorted(one.step_s for one in signals.values() if one.step_s > 0) or [5.0]
        step_ms = max(1000, round(steps[len(steps) // 10]) * 1000)
        span = store.span()
        begin_ms = max(from_ms - past_ms, min(from_ms, (span or (from_ms, 0))[0] - 1))
        window = Window.load(store, begin_ms, at_ms, step_ms)
        states = store.states_at(at_ms)
        gaps = store.gaps(begin_ms, at_ms)
        told = store.records_between(begin_ms, at_ms, (RecordKind.EVENT, RecordKind.JOURNAL))
    seen = ~np.isnan(window.matrix).all(axis=0)
    head = int(seen.argmax()) if seen.any() else seen.size  # before it the tape has nothing
    matrix = window.matrix[:, head:]
    times_ms = window.times_ms[head:].copy()
    first = int(np.searchsorted(times_ms, from_ms, side="right"))
    if len(times_ms):
        times_ms[-1] = min(times_ms[-1], at_ms)
    here = np.flatnonzero((~np.isnan(matrix[:, first:])).any(axis=1))
    values = matrix[here]
    carry(values)
    kept = [window.signals[row] for row in here]
    missing = int((~np.isnan(matrix[:, :first])).any(axis=1).sum()) - int(
        (~np.isnan(matrix[here, :first])).any(axis=1).sum()
    )
    omitted = [Omission(f"{missing} signals", "not seen in this window")] if missing else []
    names = {
        EntityRef(EntityKind.NODE, one.entity.id): str(one.body["name"])
        for one in states
        if one.entity.kind is EntityKind.NODE and one.body.get("name")
    }
    topology = topology_of(states, kept)
    return Scene(
        at_ms=at_ms,
        from_ms=from_ms,
        signals=kept,
        grid=Grid(times_ms, step_ms, values, first),
        topology=topology,
        ownership=ownership_of(states, kept, topology),
        alarms=alarms_of(told, states, at_ms, from_ms, {one.entity for one in kept}),
        changes=changes_of(told, from_ms, at_ms),
        gaps=[
            GapDoc({
                "source": one.source,
                "from": format_time(one.from_ms),
                "to": None if one.to_ms is None or one.to_ms > at_ms else format_time(one.to_ms),
                "why": one.why,
            })
            for one in gaps
        ],
        omitted=omitted,
        symptom=symptom,
        names=names,
    )  # fmt: skip
