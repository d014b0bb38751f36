"""How findings are said: names of signals and entities, times between, numbers with their units. One sentence each."""

from __future__ import annotations

import math
from collections.abc import Mapping

from console.analysis.rank import Candidate
from console.analysis.scene import Grid, Scene
from console.format import duration
from console.signals import EntityKind, EntityRef, Signal
from console.times import format_time


def entity_id(entity: EntityRef, plain: bool) -> str:
    """An entity as documents write it."""
    return entity.id if plain else str(entity)


def entity_name(entity: EntityRef, names: Mapping[EntityRef, str]) -> str:
    """An entity as a person calls it: without namespace, an allocation by eight characters."""
    if entity in names:
        return names[entity]
    if entity.kind in (EntityKind.JOB, EntityKind.GROUP, EntityKind.SERVICE):
        return entity.id.partition("/")[2] or entity.id
    if entity.kind in (EntityKind.ALLOCATION, EntityKind.NODE, EntityKind.DEPLOYMENT, EntityKind.EVALUATION):
        return entity.id[:8]
    if entity.kind is EntityKind.MODEL:
        return entity.id.partition("@")[0]
    return entity.id


def signal_name(signal: Signal, names: Mapping[EntityRef, str]) -> str:
    """A signal as a person calls it: whose, and what."""
    whose = entity_name(signal.entity, names)
    return signal.name if signal.name.startswith(whose) else f"{whose} {signal.name}"


def at(grid: Grid, slot: int) -> str:
    """The time of a slot in RFC 3339."""
    return format_time(int(grid.times_ms[min(max(slot, 0), len(grid.times_ms) - 1)]))


def apart(seconds: float, doubt: float) -> str:
    """How far two moments lie apart: "40 s before"; within the doubt of both they are the same moment."""
    if math.isnan(seconds) or abs(seconds) <= doubt:
        return "at the same moment"
    return f"{duration(abs(seconds))} {'before' if seconds > 0 else 'after'}"


def chance(p_value: float | None) -> str:
    """A p-value as it is written: p<.001, p=.03."""
    if p_value is None:
        return "p unknown"
    if p_value < 0.001:
        return "p<.001"
    return f"p={p_value:.2f}".replace("0.", ".") if p_value < 1 else "p=1"


def reason(one: Candidate, scene: Scene, symptom: Signal) -> str:
    """Why a signal stands where it stands, in words and numbers."""
    if one.said:
        order = "" if one.chain is None or math.isnan(one.lead) else f"; {apart(one.lead, one.doubt)}"
        return f"{one.said}{order}"
    if one.chain is None:
        return f"its changes go with the symptom's: r {one.r:+.2f} at {duration(abs(one.lag_s))}, {chance(one.p_value)}"
    signal = scene.signals[one.row]
    parts = [f"moved {_times(one.chain.peak)} its usual spread, {apart(one.lead, one.doubt)}"]
    if one.of > 1 or one.hits:
        parts.append(f"with {one.hits} of {one.of} episode{'s' if one.of != 1 else ''}")
    if abs(one.r) >= 0.3:
        parts.append(f"changes correlate r {one.r:+.2f}")
    if one.way == "up":
        near = "" if one.hops is None else f", {one.hops} step{'s' if one.hops != 1 else ''} away"
        parts.append(f"feeds {entity_name(symptom.entity, scene.names)}{near}")
    elif one.way == "down":
        parts.append("lies behind the symptom")
    elif one.way == "none":
        parts.append("no known way to the symptom")
    if signal.guessed:
        parts.append("placed by its name")
    return "; ".join([*parts, chance(one.p_value)])


def _times(peak: float) -> str:
    return "over 100 times" if peak > 100 else f"{peak:.0f} times"
