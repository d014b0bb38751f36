"""What a scene holds besides samples: alarms, changes, gaps, who answers, what belongs together, what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.alarms import alarms_of
from console.analysis.answerers import answerers_of
from console.analysis.changes import changes_of
from console.analysis.owners import ownership_of
from console.analysis.scene import Floats, Grid, Omission, Scene
from console.analysis.topology import topology_of
from console.findings import GapDoc
from console.scenes.carry import carry
from console.scenes.plan import Plan
from console.scenes.window import Window
from console.signals import EntityKind, EntityRef, Record, RecordKind, Signal
from console.tape.shapes import Gap
from console.tape.store import Store
from console.times import format_time


class Facts(NamedTuple):
    """What the records of a tape say as of a time: events and journal, states in force, gaps."""

    told: Sequence[Record]
    states: Sequence[Record]
    gaps: Sequence[GapDoc]


def facts_of(store: Store, at_ms: int, begin_ms: int, told: Sequence[Record], states: Sequence[Record]) -> Facts:
    """Put them together, as known at a time: ``told`` is what was told since ``begin_ms``, ``states`` what is in force.

    Call it within ``store.reading()``.
    """
    return Facts(told, states, [_gap(store, one, at_ms) for one in store.gaps(begin_ms, at_ms)])


def _gap(store: Store, gap: Gap, at_ms: int) -> GapDoc:
    """A gap as it was known: one that ends later has no end yet, and its reason is the one given when it began."""
    why, to_ms = gap.why, gap.to_ms
    if to_ms is not None and to_ms > at_ms:
        to_ms = None
        began = store.records_between(gap.from_ms - 1, gap.from_ms, (RecordKind.GAP,), (gap.source,))
        why = next((str(one.body.get("why", "")) for one in began if one.body.get("to_ms") is None), why)
    until = None if to_ms is None else format_time(to_ms)
    return {"source": gap.source, "from": format_time(gap.from_ms), "to": until, "why": why}


def scene_from(window: Window, suited: Plan, facts: Facts, from_ms: int, symptom: str | None = None) -> Scene:
    """Put a scene together from samples and facts of the same time."""
    at_ms = window.until_ms
    times_ms, values, signals, unseen = window.cut(suited.begin_ms, from_ms)
    omitted = _unseen(unseen) + _endless(values)
    carry(values)
    topology = topology_of(facts.states, signals)
    return Scene(
        at_ms=at_ms,
        from_ms=from_ms,
        signals=signals,
        grid=Grid(times_ms, suited.step_ms, values, int(np.searchsorted(times_ms, from_ms, side="right"))),
        topology=topology,
        alarms=alarms_of(facts.told, facts.states, at_ms, from_ms, {one.entity for one in signals}),
        changes=changes_of(facts.told, from_ms, at_ms),
        ownership=ownership_of(facts.states, signals, topology, at_ms),
        answerers=answerers_of(facts.states),
        gaps=facts.gaps,
        omitted=omitted,
        symptom=symptom,
        names=_names(facts.states),
    )


def _unseen(signals: Sequence[Signal]) -> list[Omission]:
    if not signals:
        return []
    return [Omission(_number(len(signals)), "not seen in this window, only before it")]


def _endless(values: Floats) -> list[Omission]:
    """Take infinite values out, in place: no range is normal for them."""
    endless = np.isinf(values)
    if not endless.any():
        return []
    values[endless] = np.nan
    return [Omission(f"infinite values of {_number(int(endless.any(axis=1).sum()))}", "no number to compare")]


def _number(count: int) -> str:
    return "1 signal" if count == 1 else f"{count} signals"


def _names(states: Sequence[Record]) -> dict[EntityRef, str]:
    return {
        one.entity: str(one.body["name"])
        for one in states
        if one.entity.kind in (EntityKind.NODE, EntityKind.ALLOCATION) and one.body.get("name")
    }
