"""How findings are said: names of signals, entities and changes, times between, numbers with their units."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import numpy as np

from console.analysis.rank import Candidate
from console.analysis.scene import Grid, Scene
from console.format import chance, duration
from console.naming import job_name, place_of
from console.plain import plain
from console.signals import EntityKind, EntityRef, Signal
from console.times import format_time

SHORT = 60  # characters of a text from outside within a sentence
_VERSION = re.compile(r"(.+? version \d+) registered\b")
_REVERT = re.compile(r"(.+? reverted to version \d+) \(now version \d+\)")
_SCALED = re.compile(r"(.+? scaled)(?:: (.+?))?(?: \(version \d+\))?$")


def entity_id(entity: EntityRef, plain: bool) -> str:
    """An entity as documents write it."""
    return entity.id if plain else str(entity)


def entity_name(entity: EntityRef, names: Mapping[EntityRef, str]) -> str:
    """An entity as a person calls it: without namespace, an allocation by eight characters."""
    if entity in names:
        return names[entity]
    if entity.kind in (EntityKind.JOB, EntityKind.GROUP, EntityKind.SERVICE):
        place = place_of(entity.id)
        return f"{job_name(entity.id)} ({place})" if place else job_name(entity.id)
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
    """How far two moments lie apart: "40s before"; within the doubt of both they are the same moment."""
    if math.isnan(seconds) or abs(seconds) <= doubt:
        return "at the same moment"
    return f"{duration(abs(seconds))} {'before' if seconds > 0 else 'after'}"


def count(number: int, what: str) -> str:
    """``1 signal``, ``2 signals``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def went(direction: int) -> str:
    """The way a signal moved, as a verb."""
    return "fell" if direction < 0 else "rose"


def hurts(grid: Grid, row: int, first: int, last: int) -> str:
    """The way a signal went from slot ``first`` to ``last``, seen from where it lay before, as a verb."""
    before, within = grid.values[row, :first], grid.values[row, first : last + 1]
    before, within = before[np.isfinite(before)], within[np.isfinite(within)]
    if not len(before) or not len(within):
        return "moved"
    away = within - np.median(before)
    return went(-1 if away[np.argmax(np.abs(away))] < 0 else 1)


def short_change(what: str) -> str:
    """A change by its name, without what it changed: "indexer version 1", "feed reverted to version 0"."""
    text = plain(what)
    for known in (_VERSION, _REVERT):
        found = known.match(text)
        if found is not None:
            return plain(found[1], SHORT)
    found = _SCALED.match(text)
    return plain(f"{found[1]} {found[2] or ''}".strip() if found is not None else text, SHORT)


def reason(one: Candidate, scene: Scene, symptom: Signal) -> str:
    """Why a signal stands where it stands, in words and numbers. Its lead is nan where the symptom never moved."""
    if one.said:
        same = one.chain is None or math.isnan(one.lead) or abs(one.lead) <= one.doubt
        return one.said if same else f"{one.said}; moved {apart(one.lead, one.doubt)} the symptom"
    if one.chain is None:
        lag = f" at {duration(abs(one.lag_s))}" if one.lag_s else ""
        return f"did not leave its range; its changes go with the symptom's: r {one.r:+.2f}{lag}, {chance(one.p_value)}"
    signal = scene.signals[one.row]
    same = abs(one.lead) <= one.doubt
    parts = [f"moved {times(one.chain.peak)} its usual spread"]
    if not math.isnan(one.lead):
        parts[0] += f", {apart(one.lead, one.doubt)} {'as ' if same else ''}the symptom"
    if one.of > 1 or one.hits:
        parts.append(f"met {one.hits} of {count(one.of, 'episode')}")
    if abs(one.r) >= 0.3:
        parts.append(f"changes correlate, r {one.r:+.2f}")
    hurt, calls = entity_name(symptom.entity, scene.names), scene.topology.calls
    if one.way == "up":
        steps = "" if one.hops is None else f", {count(one.hops, 'step')} away"
        parts.append(f"{'called by' if calls else 'feeds'} {hurt}{steps}")
    elif one.way == "down":
        parts.append(f"{'calls' if calls else 'fed by'} {hurt}")
    elif one.way == "none":
        parts.append(f"no known way to {hurt}")
    if signal.guessed:
        parts.append("placed by its name only")
    return "; ".join([*parts, chance(one.p_value)])


def times(peak: float) -> str:
    """How large a departure is: "9 times", "1.4 times", "over 100 times" its usual spread."""
    return "over 100 times" if peak > 100 else f"{peak:.0f} times" if peak >= 2 else f"{peak:.1f} times"
