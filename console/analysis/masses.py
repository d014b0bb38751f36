"""The excess of entities over their normal, in the symptom's own unit and times their requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.comparable import Family, Measure, volumes
from console.analysis.moves import Moves
from console.analysis.quantiles import median
from console.analysis.scene import Flags, Floats, Grid
from console.signals import EntityRef, Signal

SPREADS = 2.0  # median absolute deviations above the median that still are normal
_HOT = 0.3  # of the symptom's largest excess: what counts as trouble
_BEFORE_S = 600.0  # what was there in this time before the trouble does not count
_PAST = 240  # slots before the window that say what is normal
_LEAST_PAST = 10
_MOST = 1e100  # of anything: what overflows says nothing
_PIECES = 8  # the trouble is looked at in at most so many pieces of time: neither one number nor every slot's noise
_COUNTED = 0.5  # share of the entities that must have a volume


class Masses(NamedTuple):
    """``of`` has the mass of each entity in each piece of the trouble (seconds waited or requests that failed; spreads
    where ``counted`` is False). ``excess`` (unit of the symptom's family) and ``volume`` are means over the trouble,
    for the reason; ``per`` is the unit of the volumes. ``trouble`` marks the slots.
    """

    of: Mapping[EntityRef, Floats]
    excess: Mapping[EntityRef, float]
    volume: Mapping[EntityRef, float]
    per: str
    counted: bool
    trouble: Flags


def masses(
    grid: Grid,
    signals: Sequence[Signal],
    moves: Moves,
    found: Mapping[EntityRef, Measure],
    callees: Mapping[EntityRef, Sequence[EntityRef]],
    start: EntityRef,
    trouble: Flags | None,
) -> Masses | None:
    """Masses of all entities that can be compared; None when the symptom (of ``start``) has no excess."""
    entities = list(found)
    chosen = [found[entity] for entity in entities]
    excess = _excess(grid, moves, chosen)
    volume, per, counted = _volumes(grid, signals, entities, chosen, callees, start)
    if not counted:
        volume = _inverse(_together(moves.scale, chosen), [one.factor for one in chosen], excess.shape[1])
    mass = excess * volume
    at = entities.index(start)
    hot = _hot(mass[at], grid, trouble)
    if hot is None:
        return None
    began = int(np.argmax(hot))
    before = mass[:, max(0, began - max(2, round(_BEFORE_S * 1000 / grid.step_ms))) : began]
    was = np.maximum(before.mean(axis=1), 0.0) if before.shape[1] else np.zeros(len(mass))
    pieces = np.array_split(np.flatnonzero(hot), min(_PIECES, int(hot.sum())))
    during = np.stack([mass[:, piece].mean(axis=1) - was for piece in pieces], axis=1)
    during = np.maximum(during, 0.0)
    if not during[at].sum() > 0:
        return None
    return Masses(
        dict(zip(entities, during, strict=True)),
        dict(zip(entities, np.maximum(excess[:, hot].mean(axis=1), 0.0).tolist(), strict=True)),
        dict(zip(entities, volume[:, hot].mean(axis=1).tolist(), strict=True)),
        per,
        counted,
        hot,
    )


def _excess(grid: Grid, moves: Moves, chosen: Sequence[Measure]) -> Floats:
    """Entities x slots: how far each lies above normal on the bad side; 0 where nothing was seen or can be said."""
    rows = np.array([one.row for one in chosen])
    values = _together(grid.values, chosen)
    values[~np.isfinite(values)] = np.nan
    past = values[:, max(0, grid.first - _PAST) : max(grid.first, _LEAST_PAST)]
    spread = median(np.abs(past - median(past)[:, None]))
    healthy = np.array([one.family is Family.HEALTHY_SHARE for one in chosen])
    factor = np.array([one.factor for one in chosen])
    centre = _together(moves.centre, chosen)
    with np.errstate(invalid="ignore"):
        factor = np.where(healthy & (factor == 1.0) & (centre > 1.5), 0.01, factor)  # a percentage without its unit
        over = (values - centre[:, None]) * np.where(healthy, -1.0, 1.0)[:, None] - SPREADS * spread[:, None]
    over *= factor[:, None]
    over[~moves.usable[rows] | ~np.isfinite(spread)] = 0.0
    return np.clip(np.where(np.isfinite(over), over, 0.0), -_MOST, _MOST)


def _together(values: Floats, chosen: Sequence[Measure]) -> Floats:
    """What is compared, from the rows that it is put together from."""
    with np.errstate(invalid="ignore"):
        rows = [np.sum([values[row] * weight for row, weight in one.parts], axis=0) for one in chosen]
    return np.stack(rows)


def _volumes(
    grid: Grid,
    signals: Sequence[Signal],
    entities: Sequence[EntityRef],
    chosen: Sequence[Measure],
    callees: Mapping[EntityRef, Sequence[EntityRef]],
    start: EntityRef,
) -> tuple[Floats, str, bool]:
    """Requests of each entity in each slot, their unit, and whether they are known. A number of failures has no need
    of them; an entity without takes the largest of its callers', or else the symptom's."""
    volume = np.ones((len(entities), grid.values.shape[1]))
    needing = [entity for entity, one in zip(entities, chosen, strict=True) if one.family is not Family.FAILED]
    rows = volumes(signals)
    known = [entity for entity in needing if entity in rows]
    if len(known) < _COUNTED * len(needing) or (start in needing and start not in rows):
        return volume, "", not needing
    per = signals[rows[known[0]]].unit if known else ""
    filled = dict(zip(known, _filled(grid.values[[rows[entity] for entity in known]]), strict=True))
    taken = _taken(needing, filled, callees, start)
    for at, entity in enumerate(entities):
        if entity in taken:
            volume[at] = taken[entity]
    return volume, per, True


def _taken(
    needing: Sequence[EntityRef],
    filled: Mapping[EntityRef, Floats],
    callees: Mapping[EntityRef, Sequence[EntityRef]],
    start: EntityRef,
) -> dict[EntityRef, Floats]:
    missing = {entity for entity in needing if entity not in filled}
    largest: dict[EntityRef, Floats] = {}
    for caller, row in filled.items() if missing else ():
        for one in callees.get(caller, ()):
            if one in missing and (one not in largest or row.sum() > largest[one].sum()):
                largest[one] = row
    return {entity: filled.get(entity, largest.get(entity, filled.get(start, np.ones(1)))) for entity in needing}


def _filled(values: Floats) -> Floats:
    """Rows with their own median where nothing was seen; 0 where nothing ever was."""
    seen = np.where(np.isfinite(values), values, np.nan)
    holes = np.flatnonzero(np.isnan(seen).any(axis=1))
    if len(holes):
        seen[holes] = np.where(np.isnan(seen[holes]), median(seen[holes])[:, None], seen[holes])
    filled: Floats = np.clip(np.nan_to_num(seen, nan=0.0), 0.0, _MOST)
    return filled


def _inverse(scale: Floats, factor: Sequence[float], slots: int) -> Floats:
    """What turns excesses into spreads of their own."""
    unit = scale * np.array(factor)
    with np.errstate(invalid="ignore", divide="ignore"):
        one = 1.0 / unit
    return np.repeat(np.clip(np.where(np.isfinite(one), one, 0.0), 0.0, _MOST)[:, None], slots, axis=1)


def _hot(mass: Floats, grid: Grid, trouble: Flags | None) -> Flags | None:
    """Slots of the window in which the symptom has its excess."""
    inside = mass.copy()
    inside[: grid.first] = 0.0
    if trouble is not None and trouble.any() and inside[trouble].max() > 0:
        inside[~trouble] = 0.0
    most = inside.max(initial=0.0)
    return inside >= _HOT * most if most > 0 else None
