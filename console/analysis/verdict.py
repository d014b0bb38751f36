"""The verdict: quiet, or what moved first, what alarmed first and whether that misleads, the interaction behind it,
what each fix did, with what confidence, and what was not seen. Pure: a scene in, a document out.
"""

from __future__ import annotations

from typing import NamedTuple

from console.analysis.baseline import Baseline
from console.analysis.callers import along_calls
from console.analysis.first import First, first_mover
from console.analysis.fixes import Effects, effects
from console.analysis.fourth import fourth_signal
from console.analysis.gate import State, state_of
from console.analysis.headline import headline
from console.analysis.mind import changed
from console.analysis.misleading import Misleading, first_alarm, judge_alarm
from console.analysis.movement import moves_of
from console.analysis.moves import Moves
from console.analysis.rank import Candidate, own_cause, rank, symptom_onset
from console.analysis.reach import Reach
from console.analysis.scene import Scene
from console.analysis.symptom import Symptom, chosen, is_felt, symptoms
from console.analysis.told import (
    alarm_doc,
    episode_docs,
    evidence,
    mover_doc,
    onset_docs,
    owners_of,
    ranked_docs,
    responsible_doc,
    symptom_doc,
)
from console.analysis.words import apart
from console.findings import FourthSignalDoc, VerdictDoc
from console.times import format_time


class Judged(NamedTuple):
    """What the verdict is made of, before it is put in words."""

    moves: Moves
    symptom: Symptom | None
    found: list[Candidate]
    first: First
    state: State
    began: int | None  # slot of the first mover's onset, or the symptom's where none is named
    began_ms: int | None
    hurt_ms: int | None  # the symptom's onset
    alarm: Misleading


def judge(scene: Scene, before: VerdictDoc | None = None, known: Baseline | None = None) -> VerdictDoc:
    """The verdict on a scene, against ``scene.symptom`` where that is given (KeyError when there is no such signal).

    ``before`` is the verdict said last, for what changed; ``known`` a baseline taken before of the same grid.
    """
    moves = moves_of(scene.grid, scene.signals, known)
    reach = Reach(scene.topology)
    judged = weigh(scene, moves, reach)
    doc = _document(scene, judged, _behind(scene, judged, reach), _done(scene, judged, reach))
    doc["changed"] = changed(before, doc)
    return doc


def weigh(scene: Scene, moves: Moves, reach: Reach) -> Judged:
    """All but the words, the fourth signal and the fixes."""
    grid, signals = scene.grid, scene.signals
    if scene.symptom is not None:
        symptom: Symptom | None = chosen(grid, signals, moves, scene.symptom)
    else:
        symptom = next(iter(symptoms(grid, signals, moves, scene.topology)), None)
    found = moved = rank(grid, signals, moves, symptom, reach) if symptom is not None else []
    if symptom is not None and scene.topology.calls:
        begun = symptom_onset(grid, signals, moves, symptom)
        found = along_calls(scene, moves, symptom, found, begun, reach)
    first = _first(scene, moves, reach, symptom, found)
    state = state_of(
        symptom, moved, first.mover is not None, scene.alarms, signals, grid, asked=scene.symptom is not None
    )
    hurt_ms = began_ms = began = None
    if symptom is not None and symptom.chain.episodes:
        hurt = symptom_onset(grid, signals, moves, symptom)[0]
        began = hurt if first.mover is None else min(hurt, first.mover.onset)
        hurt_ms, began_ms = int(grid.times_ms[hurt]), int(grid.times_ms[began])
    if state == "quiet" and scene.symptom is None:
        first = First(None, first.order, "", 0.0)
    alarm = first_alarm(scene, None if state == "quiet" else began_ms)
    if symptom is not None and began_ms is not None and hurt_ms is not None and state != "quiet":
        told = judge_alarm(scene, alarm, symptom, began_ms, hurt_ms, first, reach)
    else:
        told = Misleading(alarm, False, "nothing else is in trouble" if alarm is not None else "nothing has alarmed")
    return Judged(moves, symptom, found, first, state, began, began_ms, hurt_ms, told)


def _first(scene: Scene, moves: Moves, reach: Reach, symptom: Symptom | None, found: list[Candidate]) -> First:
    if symptom is None or (not symptom.chain.episodes and (not found or found[0].share is None)):
        return First(None, found, "", 0.0)
    own = None
    if scene.symptom is None and not is_felt(scene.signals[symptom.row]):
        own = own_cause(scene.grid, scene.signals, moves, symptom)
    return first_mover(found, scene, reach, symptom, own)


def _behind(scene: Scene, judged: Judged, reach: Reach) -> FourthSignalDoc | None:
    if judged.state == "quiet" or judged.symptom is None or judged.began is None:
        return None
    return fourth_signal(scene, judged.moves, judged.symptom, judged.first.order, judged.began, reach)


def _done(scene: Scene, judged: Judged, reach: Reach) -> Effects:
    if judged.state == "quiet" or judged.symptom is None or judged.began is None:
        return Effects([], [])
    mover = None if judged.first.mover is None else judged.first.mover.row
    return effects(scene, judged.moves, judged.symptom.row, judged.began, mover, reach)


def _document(scene: Scene, judged: Judged, fourth: FourthSignalDoc | None, done: Effects) -> VerdictDoc:
    fixes = done.fixes
    quiet = judged.state == "quiet"
    head = judged.first.mover
    mover = None if head is None else mover_doc(head, scene)
    alarm = judged.alarm.alarm
    lead_s = None
    lead_text = ""
    if alarm is not None and head is not None and judged.began_ms is not None:
        lead_s = (alarm.at_ms - judged.began_ms) / 1000
        lead_text = apart(lead_s, head.doubt)
    confidence = 0.0 if quiet else judged.first.confidence
    said_for, said_against = (
        ([], []) if quiet else evidence(scene, judged.symptom, judged.first, judged.alarm, fourth, done.suspects)
    )
    shown = [] if quiet and scene.symptom is None else list(judged.first.order)
    return VerdictDoc(
        at=format_time(scene.at_ms),
        window={"from": format_time(scene.from_ms), "to": format_time(scene.at_ms)},
        state=judged.state,
        headline=headline(
            scene, judged.state, judged.symptom, judged.first, judged.alarm, lead_text, fixes, done.suspects
        ),
        confidence=round(confidence, 2),
        confidence_word="high" if confidence >= 0.7 else "medium" if confidence >= 0.45 else "low",
        symptom=None if judged.symptom is None or (quiet and scene.symptom is None)
        else symptom_doc(judged.symptom, scene, judged.moves),
        symptom_episodes=[] if judged.symptom is None or quiet else episode_docs(judged.symptom, scene),
        first_alarm=None if alarm is None else alarm_doc(alarm, scene),
        first_mover=mover,
        lead_s=lead_s,
        lead_text=lead_text,
        misleading={"is": judged.alarm.misleads, "why": judged.alarm.why},
        fourth_signal=fourth,
        ranked=ranked_docs(shown, scene, judged.symptom),
        fixes=fixes,
        ownership=[] if quiet else owners_of(scene, judged.first, judged.symptom),
        responsible=None if quiet else responsible_doc(scene, judged.first),
        gaps=list(scene.gaps),
        onsets=[] if quiet else onset_docs(judged.first, judged.symptom, scene, judged.moves),
        evidence_for=said_for,
        evidence_against=said_against,
        not_seen=[{"what": one.what, "why": one.why} for one in scene.omitted],
        changed=[],
    )  # fmt: skip
