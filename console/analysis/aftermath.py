"""What a change left behind it: signals that left their normal range after it and never before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from console.analysis.effect import CALM_S, began_after
from console.analysis.moves import Moves
from console.analysis.reach import Reach
from console.analysis.scene import Change, Flags, Floats, Scene
from console.analysis.words import signal_name
from console.format import number
from console.naming import job_of
from console.signals import Bad, EntityKind, EntityRef, Signal

_SIDE_S = (300.0, 120.0, 60.0)  # within which a side effect shows: near the change, unknown, far from it
_NEAR_HOPS = 3
_MOST_SIDES = 5


class Side(NamedTuple):
    row: int
    text: str
    near: bool  # of what was touched, or a short way from it
    lasts: bool


class Trouble(NamedTuple):
    scene: Scene
    moves: Moves
    reach: Reach
    hurt: Flags  # slots in trouble, toward bad
    symptom: int | None
    mover: int | None
    since: int
    ends: Sequence[EntityRef] = ()  # whose trouble it is: the symptom's entity, and that of what moved first


def linked(trouble: Trouble, entity: EntityRef) -> Literal["linked", "unknown", "none"]:
    """How an entity lies to the trouble's two ends. Where nothing is known of an end, nothing is known."""
    ways = [trouble.reach.to(entity, end) for end in trouble.ends]
    if not ways or any(way in ("same", "up") or (way == "down" and hops == 1) for hops, way in ways):
        return "linked"
    return "none" if all(trouble.reach.knows(end) for end in trouble.ends) else "unknown"


def sides(trouble: Trouble, change: Change, at: int, until: int) -> list[Side]:
    """Signals that went bad after the change and never before; those of what was touched, or linked to it, first."""
    scene, moves = trouble.scene, trouble.moves
    step_s = scene.grid.step_ms / 1000
    hurt = None if trouble.symptom is None else scene.signals[trouble.symptom].entity
    before = max(at - 1, 0)
    after = trouble.hurt[:, before:until].any(axis=1) & ~trouble.hurt[:, :before].any(axis=1) & moves.usable
    found = []
    for row in np.flatnonzero(after).tolist():
        signal = scene.signals[row]
        if signal.bad is Bad.EITHER or signal.entity == hurt:  # the symptom's own trouble was there before
            continue
        rank = _distance(trouble, change.entity, signal)
        own = began_after(trouble.hurt[row], at, until, round(_SIDE_S[rank] / step_s))
        if sum(one.last - one.first + 1 for one in own) * step_s < CALM_S:
            continue
        part = departure(trouble, row)[own[0].first : until]
        if np.isfinite(part).any():
            worst = float(np.nanmax(part))
            lasts = until - 1 - own[-1].last <= 1
            found.append((rank, -worst, row, Side(row, _grew(trouble, row, worst), rank == 0, lasts)))
    return [one for *_, one in sorted(found)[:_MOST_SIDES]]


def _grew(trouble: Trouble, row: int, worst: float) -> str:
    signal, moves = trouble.scene.signals[row], trouble.moves
    turn = -1.0 if signal.bad is Bad.DOWN else 1.0
    usual = float(moves.centre[row])
    value = usual + turn * worst * float(moves.scale[row])
    return f"{name_of(trouble, row)} {number(usual, signal.unit)} to {number(value, signal.unit)}"


def _distance(trouble: Trouble, touched: EntityRef, signal: Signal) -> int:
    """0: told by what was touched, or a short way from it; 1: nobody knows; 2: far, or no way."""
    if touched.kind is EntityKind.JOB and job_of(signal.labels) == touched.id:
        return 0
    hops, way = trouble.reach.to(touched, signal.entity)
    return 0 if way == "same" or (way == "up" and (hops or 0) <= _NEAR_HOPS) else 1 if way == "unknown" else 2


def departure(trouble: Trouble, row: int) -> Floats:
    """Toward bad, in scales, without the limit that the rest of the analysis puts on it: here size is told."""
    moves, signal = trouble.moves, trouble.scene.signals[row]
    values = trouble.scene.grid.values[row]
    apart = np.where(np.isfinite(values), values, np.nan) - moves.centre[row]
    down = signal.bad is Bad.DOWN or (signal.bad is Bad.EITHER and moves.way[row] < 0)
    return np.asarray((-apart if down else apart) / max(float(moves.scale[row]), 1e-12), np.float64)


def name_of(trouble: Trouble, row: int) -> str:
    return signal_name(trouble.scene.signals[row], trouble.scene.names)
