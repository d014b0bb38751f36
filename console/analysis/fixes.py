"""What each change did to the trouble, and which change may have begun it.

Every version, scaling, restart and marked action after the trouble began is a possible fix. It is judged until the next
one that can reach the symptom, on the symptom and on the ingestion signals in trouble with it, against what nobody
touched; and whatever left its normal range after it, and never before, is told as its side effect. What came shortly
before the trouble is no fix but a suspect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.aftermath import Side, Trouble, departure, name_of, sides
from console.analysis.effect import Outcome, Spell, Word, outcome
from console.analysis.moves import Moves
from console.analysis.reach import Reach
from console.analysis.scene import Change, Scene
from console.analysis.words import entity_id
from console.findings import FixDoc
from console.format import duration, number
from console.signals import Bad, Pane
from console.times import format_time

ANSWER_S = 60.0  # nobody answers a trouble sooner: a change that close to its beginning may be its cause
SUSPECT_S = 900.0
_SUSPECT_HOPS = 2
_MOST_JUDGED = 8
_MOST_CONTROLS = 60
_SIBLING_S = 60.0  # of one entity: a version, its deployment, its restarts are one change


class Suspect(NamedTuple):
    """A change shortly before the trouble, near what moved first. ``hops`` is None where no way is known."""

    change: Change
    before_s: float
    hops: int | None


class Effects(NamedTuple):
    """What the changes of a scene did, in order of time."""

    fixes: list[FixDoc]
    suspects: list[Suspect]


def effects(
    scene: Scene,
    moves: Moves,
    symptom: int | None,
    trouble_from_slot: int,
    mover: int | None = None,
    reach: Reach | None = None,
) -> Effects:
    """Judge the changes of a scene. ``symptom`` and ``mover`` are rows; ``trouble_from_slot`` is when the first mover
    moved. A change whose entity the topology knows and leads nowhere near the symptom is judged, but ends nothing.
    O(changes x signals x slots), with few of either looked at."""
    slots = scene.grid.values.shape[1]
    if not scene.changes or slots == 0 or not 0 <= trouble_from_slot < slots:
        return Effects([], [])
    with np.errstate(invalid="ignore"):
        hurt = moves.beyond & (moves.bad > 0)
    trouble = Trouble(scene, moves, reach or Reach(scene.topology), hurt, symptom, trouble_from_slot)
    began_ms = int(scene.grid.times_ms[trouble_from_slot])
    known = sorted((one for one in scene.changes if one.at_ms <= scene.at_ms), key=lambda one: one.at_ms)
    suspects = _suspects(trouble, known, began_ms, symptom if mover is None else mover)
    answers = _merged([one for one in known if one.at_ms > began_ms + ANSWER_S * 1000])
    fixes = []
    since = trouble_from_slot
    for place, change in enumerate(answers):
        at = _slot(scene, change.at_ms)
        after = next((one for one in answers[place + 1 :] if _matters(trouble, one)), None)
        until = slots if after is None else min(slots, _slot(scene, after.at_ms))
        doc = _judge(trouble, change, since, at, max(until, at), after)
        fixes.append(doc)
        if doc["effect"] in ("helped", "worse"):
            since = at
    return Effects(fixes, suspects)


def _slot(scene: Scene, at_ms: int) -> int:
    return int(np.searchsorted(scene.grid.times_ms, at_ms))


def _merged(changes: Sequence[Change]) -> list[Change]:
    """Changes of one entity within a minute of each other as one: the first, with all that changed."""
    found: list[Change] = []
    for one in changes:
        last = next((place for place in range(len(found) - 1, -1, -1) if found[place].entity == one.entity), None)
        if last is not None and one.at_ms - found[last].at_ms <= _SIBLING_S * 1000:
            more = tuple(each for each in one.changes if each not in found[last].changes)
            found[last] = found[last]._replace(changes=(*found[last].changes, *more))
        else:
            found.append(one)
    return found


def _matters(trouble: Trouble, change: Change) -> bool:
    if trouble.symptom is None:
        return True
    _, way = trouble.reach.to(change.entity, trouble.scene.signals[trouble.symptom].entity)
    return way != "none"


def _suspects(trouble: Trouble, changes: Sequence[Change], began_ms: int, near: int | None) -> list[Suspect]:
    found = []
    for one in changes:
        before_s = (began_ms - one.at_ms) / 1000
        if not -ANSWER_S <= before_s <= SUSPECT_S:
            continue
        hops = None
        if near is not None:
            hops, way = trouble.reach.to(one.entity, trouble.scene.signals[near].entity)
            if way in ("none", "down") or (hops is not None and hops > _SUSPECT_HOPS):
                continue
        found.append(Suspect(one, before_s, hops))
    return sorted(found, key=lambda one: (one.hops is None, one.hops or 0, abs(one.before_s)))


def _judge(trouble: Trouble, change: Change, since: int, at: int, until: int, after: Change | None) -> FixDoc:
    step_s = trouble.scene.grid.step_ms / 1000
    if not trouble.hurt[:, since:at].any():
        since = trouble.since
    spell = Spell(since, at, until, step_s, _common(trouble, change, since, at, until))
    rows = _rows(trouble, since, at)
    found = {row: told for row in rows if (told := _outcome(trouble, row, spell)) is not None}
    new = sides(trouble, change, at, until)
    word = _overall(found, trouble.symptom, new, spell)
    parts = _parts(trouble, found, word, new)
    if word == "too early to tell":
        parts = [*parts, _early(trouble, found, spell, after)]
    elif after is not None:
        parts.append(f"judged until {after.what}")
    if spell.common <= -1:
        parts.append("what nobody touched got better too")
    return FixDoc(
        at=format_time(change.at_ms),
        what=change.what,
        entity=entity_id(change.entity, trouble.scene.plain),
        effect=word,
        text=f"{word}: {'; '.join(parts)}",
        changes=list(change.changes),
        side_effects=[one.text for one in new],
    )


def _rows(trouble: Trouble, since: int, at: int) -> list[int]:
    """The symptom, and the ingestion signals in trouble before the change that were so longest and farthest."""
    signals, moves = trouble.scene.signals, trouble.moves
    slots = trouble.hurt[:, since:at].sum(axis=1)
    fed = [
        row for row in np.flatnonzero(slots).tolist()
        if signals[row].pane is Pane.INGESTION and signals[row].bad is not Bad.EITHER and moves.usable[row]
        and row != trouble.symptom
    ]  # fmt: skip
    fed = sorted(fed, key=lambda row: -float(slots[row] * np.log1p(max(float(moves.peak[row]), 0.0))))
    return ([] if trouble.symptom is None else [trouble.symptom]) + fed[:_MOST_JUDGED]


def _outcome(trouble: Trouble, row: int, spell: Spell) -> Outcome | None:
    return outcome(departure(trouble, row), trouble.hurt[row], spell)


def _common(trouble: Trouble, change: Change, since: int, at: int, until: int) -> float:
    """How far toward bad all went that was in no trouble and that the change did not touch, in scales (a median)."""
    signals, moves = trouble.scene.signals, trouble.moves
    calm = moves.usable & ~trouble.hurt[:, since:until].any(axis=1)
    rows = [
        row for row in np.flatnonzero(calm).tolist()
        if signals[row].bad is not Bad.EITHER and signals[row].entity != change.entity
    ][:_MOST_CONTROLS]  # fmt: skip
    if len(rows) < 3 or since >= at or at >= until:
        return 0.0
    bad = moves.bad[rows, since:until]
    seen = np.isfinite(bad)
    held = np.where(seen, bad, 0.0)
    split = at - since
    was = held[:, :split].sum(axis=1) / np.maximum(seen[:, :split].sum(axis=1), 1)
    now = held[:, split:].sum(axis=1) / np.maximum(seen[:, split:].sum(axis=1), 1)
    return float(np.median(now - was))


def _overall(found: dict[int, Outcome], symptom: int | None, sides: Sequence[Side], spell: Spell) -> Word:
    """The symptom's outcome weighs most; ingestion speaks where it says nothing yet."""
    fed = [one for row, one in found.items() if row != symptom]
    count = max(len(fed), 1)
    better = sum(one.word == "helped" for one in fed) / count
    worse = sum(one.word == "worse" or one.larger for one in fed) / count
    own = found.get(symptom) if symptom is not None else None
    if own is None:
        if not fed:
            return "no change"
        early = sum(one.word == "too early to tell" for one in fed) / count
        if worse > 0.5:
            return "worse"
        return "helped" if better >= 0.5 else "too early to tell" if early >= 0.5 else "no change"
    if own.word == "worse" or (own.word != "helped" and not own.well_before and _spread(sides, worse, own, spell)):
        return "worse"
    if own.word == "helped":
        return "no change" if worse > 0.5 else "helped"
    easing = sum(one.easing or one.word == "helped" for one in fed) / count
    if easing >= 0.5 and not own.well_before:  # what feeds it is well again: the symptom follows, or has just done so
        followed = better >= 0.5 and own.word == "too early to tell" and own.well_s is not None
        return "helped" if followed else "too early to tell"
    return own.word


def _spread(sides: Sequence[Side], worse: float, own: Outcome, spell: Spell) -> bool:
    """Whether a trouble that goes on got worse by what is new: it has grown too, or the new goes on near the change."""
    grown = worse >= 0.25 or own.larger
    lasted = (spell.until - spell.at) * spell.step_s >= ANSWER_S
    return lasted and bool(sides) and (grown or sum(one.near and one.lasts for one in sides) >= 2)


def _parts(trouble: Trouble, found: dict[int, Outcome], word: Word, sides: Sequence[Side]) -> list[str]:
    parts = []
    own = found.get(trouble.symptom) if trouble.symptom is not None else None
    if not found or (own is not None and own.well_before and word == "no change"):
        parts.append("all was well already")
    elif word in ("helped", "too early to tell"):
        parts += [
            _recovered(trouble, row, one)
            for row, one in found.items()
            if one.well_s is not None and (one.word == "helped" or word == "helped")
        ][:3]
    else:
        if own is not None and trouble.symptom is not None:
            parts.append(_shares(trouble, trouble.symptom, own))
        told = sorted(
            (row for row, one in found.items() if row != trouble.symptom and one.worst_before > 0),
            key=lambda row: -found[row].worst / found[row].worst_before,
        )
        larger = [row for row in told if found[row].larger]
        parts += [_worst(trouble, row, found[row]) for row in (larger[:2] if word == "worse" else [])]
        if own is None and told and not parts:
            parts.append(_shares(trouble, told[0], found[told[0]]))
    if sides and word != "helped":
        parts.append("new: " + ", ".join(one.text for one in sides[:3]))
    return parts


def _shares(trouble: Trouble, row: int, one: Outcome) -> str:
    return f"{name_of(trouble, row)} in trouble {one.after:.0%} of the time since, {one.before:.0%} before"


def _recovered(trouble: Trouble, row: int, one: Outcome) -> str:
    name = name_of(trouble, row)
    if not one.well_s:
        return f"{name} has not been in trouble since"
    return f"{name} back in its range after {duration(one.well_s)}"


def _worst(trouble: Trouble, row: int, one: Outcome) -> str:
    signal, moves = trouble.scene.signals[row], trouble.moves
    turn = -1.0 if signal.bad is Bad.DOWN else 1.0
    was, now = (float(moves.centre[row] + turn * far * moves.scale[row]) for far in (one.worst_before, one.worst))
    return f"{name_of(trouble, row)} at worst {number(now, signal.unit)}, {number(was, signal.unit)} before"


def _early(trouble: Trouble, found: dict[int, Outcome], spell: Spell, after: Change | None) -> str:
    passed = duration((spell.until - spell.at) * spell.step_s)
    if after is not None:
        return f"overtaken after {passed} by {after.what}"
    own = found.get(trouble.symptom) if trouble.symptom is not None else next(iter(found.values()), None)
    every = f"; episodes came every {duration(own.every_s)}" if own is not None and own.every_s else ""
    return f"{passed} have passed{every}"
