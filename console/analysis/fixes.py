"""What each change did to the trouble, and which change may have begun it.

Every version, scaling, restart and marked action after the trouble began is a possible fix, unless what is known of the
system says that nothing leads from what it touched to the trouble: a list of everybody's deploys helps nobody. It is
judged until the next one, on the symptom and on the ingestion signals in trouble with it, against what nobody touched;
and whatever left its normal range after it, and never before, is told as its side effect. What came shortly before the
trouble, or while it may already have begun, is no fix but a suspect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.aftermath import Side, Trouble, departure, linked, sides
from console.analysis.effect import Outcome, Spell, Word, outcome
from console.analysis.fixwords import early_said, said
from console.analysis.moves import Moves
from console.analysis.reach import Reach
from console.analysis.scene import Change, Scene
from console.analysis.words import entity_id
from console.findings import FixDoc
from console.signals import Bad, EntityRef, Pane
from console.times import format_time

ANSWER_S = 60.0  # nobody answers a trouble sooner: a change that close to its beginning may be its cause
SUSPECT_S = 900.0
_SUSPECT_HOPS = 2
_MOST_JUDGED = 8
_MOST_CONTROLS = 60
_SIBLING_S = 60.0  # of one entity: a version, its deployment, its restarts are one change
_SAME_MS = 300_000  # troubles closer than that are one


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
    ends = tuple(scene.signals[row].entity for row in (symptom, mover) if row is not None)
    trouble = Trouble(scene, moves, reach or Reach(scene.topology), hurt, symptom, mover, trouble_from_slot, ends)
    began_ms = int(scene.grid.times_ms[trouble_from_slot])
    known = sorted((one for one in scene.changes if one.at_ms <= scene.at_ms), key=lambda one: one.at_ms)
    first_ms = max(began_ms, _latest_ms(trouble, mover)) + round(ANSWER_S * 1000)
    suspects = _suspects(trouble, known, began_ms, first_ms, symptom if mover is None else mover)
    early = [_hurting(trouble, one, began_ms, first_ms) for one in known]
    amid = [one for one, begun in zip(known, early, strict=True) if begun is not None]
    suspects = [one for one in suspects if one.change not in amid]
    answers = _merged([one for one in known if _possible(trouble, one) and (one.at_ms > first_ms or one in amid)])
    fixes = []
    since = min([trouble_from_slot, *(begun for begun in early if begun is not None)])
    trouble = trouble._replace(since=since)
    for place, change in enumerate(answers):
        at = _slot(scene, change.at_ms)
        after = next((one for one in answers[place + 1 :] if _overtakes(trouble, change, one)), None)
        until = slots if after is None else min(slots, _slot(scene, after.at_ms))
        doc = _judge(trouble, change, since, at, max(until, at), after)
        fixes.append(doc)
        if doc["effect"] in ("helped", "worse"):
            since = at
    return Effects(fixes, suspects)


def _latest_ms(trouble: Trouble, mover: int | None) -> int:
    """When what moved first had begun to at the latest, where its first onset is that of this trouble; else 0."""
    if mover is None or abs(int(trouble.moves.onset[mover]) - trouble.since) * trouble.scene.grid.step_ms > _SAME_MS:
        return 0
    times = trouble.scene.grid.times_ms
    return int(times[min(max(int(trouble.moves.latest[mover]), 0), len(times) - 1)])


def _hurting(trouble: Trouble, change: Change, began_ms: int, first_ms: int) -> int | None:
    """Since when what hurts, or what moved first, had been in trouble where a change shortly before this trouble came
    into the middle of it: it began nothing, and is judged like one after. None where all was well."""
    scene, ends = trouble.scene, [row for row in (trouble.symptom, trouble.mover) if row is not None]
    if not began_ms - _SAME_MS <= change.at_ms <= first_ms or not ends:
        return None
    at = min(_slot(scene, change.at_ms), trouble.since)
    first = _slot(scene, change.at_ms - round(SUSPECT_S * 1000))
    before = trouble.hurt[ends, first:at]
    if not before.size or before.sum(axis=1).max() * scene.grid.step_ms < ANSWER_S * 1000:
        return None
    return first + int(before.any(axis=0).argmax())


def _slot(scene: Scene, at_ms: int) -> int:
    return int(np.searchsorted(scene.grid.times_ms, at_ms))


def _merged(changes: Sequence[Change]) -> list[Change]:
    """Changes of one entity within a minute of each other as one: the first, with all that changed. What is told of a
    change while it rolls out belongs to it as long as less than a minute passes between two tellings."""
    found: list[Change] = []
    newest: dict[EntityRef, tuple[int, int]] = {}  # its last place in ``found``, and when it was last told of
    for one in changes:
        place, told_ms = newest.get(one.entity, (-1, 0))
        if place >= 0 and one.at_ms - (told_ms if one.kind == "action" else found[place].at_ms) <= _SIBLING_S * 1000:
            more = tuple(each for each in one.changes if each not in found[place].changes)
            found[place] = found[place]._replace(changes=(*found[place].changes, *more))
        else:
            place = len(found)
            found.append(one)
        newest[one.entity] = (place, one.at_ms)
    return found


def _possible(trouble: Trouble, change: Change) -> bool:
    return change.kind == "action" or linked(trouble, change.entity) != "none"


def _overtakes(trouble: Trouble, change: Change, later: Change) -> bool:
    """Whether a later change ends what can be told of one. Right after it, only one that is known to matter does."""
    if later.at_ms - change.at_ms > ANSWER_S * 1000:
        return linked(trouble, later.entity) != "none"
    return linked(trouble, later.entity) == "linked"


def _suspects(
    trouble: Trouble, changes: Sequence[Change], began_ms: int, first_ms: int, near: int | None
) -> list[Suspect]:
    found = []
    for one in changes:
        before_s = (began_ms - one.at_ms) / 1000
        if before_s > SUSPECT_S or one.at_ms > first_ms:
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
    spell = Spell(since, at, until, step_s, _common(trouble, change, since, at, until), trouble.since)
    rows = _rows(trouble, since, at)
    found = {row: told for row in rows if (told := _outcome(trouble, row, spell)) is not None}
    new = sides(trouble, change, at, until)
    word = _overall(found, trouble.symptom, new, spell) if _seen(trouble, found, at, until) else "too early to tell"
    parts = said(trouble, found, word, new)
    if word == "too early to tell":
        parts = [*parts, early_said(trouble, found, spell, after)]
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


def _seen(trouble: Trouble, rows: Iterable[int], at: int, until: int) -> bool:
    """Whether anything that was looked at has been seen since the change: samples come later than events."""
    values = trouble.scene.grid.values
    looked = [*rows] if trouble.symptom is None else [*rows, trouble.symptom]
    return not looked or bool(np.isfinite(values[looked, at:until]).any())


def _rows(trouble: Trouble, since: int, at: int) -> list[int]:
    """The symptom, and the ingestion signals in trouble before the change that were so longest and farthest."""
    signals, moves = trouble.scene.signals, trouble.moves
    slots = trouble.hurt[:, since:at].sum(axis=1)
    fed = [
        row for row in np.flatnonzero(slots).tolist()
        if signals[row].pane is Pane.INGESTION and signals[row].bad is not Bad.EITHER and moves.usable[row]
        and row != trouble.symptom and linked(trouble, signals[row].entity) != "none"
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
    if own.word != "helped" and own.well_s is None and worse > 0.5 and (len(fed) >= 2 or fed[0].word == "worse"):
        return "worse"  # what users feel has its limits; what feeds it has none
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
