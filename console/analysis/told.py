"""Findings as parts of the document that people and programs read."""

from __future__ import annotations

import math
from collections.abc import Sequence

from console.analysis.answerers import person_now
from console.analysis.evidence import speaks_against, speaks_for
from console.analysis.first import First
from console.analysis.fixes import Suspect
from console.analysis.misleading import Misleading
from console.analysis.moves import Moves
from console.analysis.rank import Candidate, symptom_onset
from console.analysis.responsible import owners_near
from console.analysis.scene import Alarm, Scene
from console.analysis.symptom import Symptom
from console.analysis.whom import responsible
from console.analysis.words import at, entity_id, entity_name, reason, signal_name
from console.findings import (
    AlarmDoc,
    FourthSignalDoc,
    MoverDoc,
    OnsetDoc,
    OwnershipDoc,
    PersonDoc,
    RankedDoc,
    ResponsibleDoc,
    SpanDoc,
)
from console.ownership import Answer
from console.times import format_time

MOST_RANKED = 50
_LISTED = 8  # onsets that become marks


def _direction(way: int) -> str:
    return "down" if way < 0 else "up"


def mover_doc(one: Candidate, scene: Scene) -> MoverDoc:
    """The first mover."""
    signal, grid = scene.signals[one.row], scene.grid
    return MoverDoc(
        signal=signal.key,
        name=signal_name(signal, scene.names),
        entity=entity_id(signal.entity, scene.plain),
        pane=signal.pane.value,
        onset=at(grid, one.onset),
        onset_earliest=at(grid, one.earliest),
        onset_latest=at(grid, one.latest),
        direction=_direction(one.direction),
        score=round(one.score, 3),
        p_value=_p(one.p_value),
    )


def symptom_doc(symptom: Symptom, scene: Scene, moves: Moves) -> MoverDoc | None:
    """The symptom; None where it did not move (somebody asked about a signal that is well)."""
    if not symptom.chain.episodes:
        return None
    signal, grid = scene.signals[symptom.row], scene.grid
    onset, earliest, latest = symptom_onset(grid, scene.signals, moves, symptom)
    return MoverDoc(
        signal=signal.key,
        name=signal_name(signal, scene.names),
        entity=entity_id(signal.entity, scene.plain),
        pane=signal.pane.value,
        onset=at(grid, onset),
        onset_earliest=at(grid, earliest),
        onset_latest=at(grid, latest),
        direction=_direction(int(moves.way[symptom.row])),
        score=round(symptom.severity, 3),
        p_value=None,
    )


def _p(p_value: float) -> float:
    return float(f"{p_value:.2g}")


def episode_docs(symptom: Symptom, scene: Scene) -> list[SpanDoc]:
    """When the symptom was in trouble; the last without an end while it lasts."""
    return [
        {"from": at(scene.grid, one.first), "to": None if one.open else at(scene.grid, one.last)}
        for one in symptom.chain.episodes
    ]


def alarm_doc(alarm: Alarm, scene: Scene) -> AlarmDoc:
    """The first alarm."""
    return AlarmDoc(
        at=format_time(alarm.at_ms),
        what=alarm.what,
        entity=entity_id(alarm.entity, scene.plain),
        source=alarm.source,
        name=entity_name(alarm.entity, scene.names),
    )


def ranked_docs(order: Sequence[Candidate], scene: Scene, symptom: Symptom | None) -> list[RankedDoc]:
    """The ranking, best first."""
    if symptom is None:
        return []
    hurt = scene.signals[symptom.row]
    told = []
    for place, one in enumerate(order[:MOST_RANKED], 1):
        signal = scene.signals[one.row]
        told.append(
            RankedDoc(
                rank=place,
                signal=signal.key,
                name=signal_name(signal, scene.names),
                entity=entity_id(signal.entity, scene.plain),
                pane=signal.pane.value,
                score=round(one.score, 3),
                onset=None if one.chain is None else at(scene.grid, one.onset),
                onset_earliest=None if one.chain is None else at(scene.grid, one.earliest),
                onset_latest=None if one.chain is None else at(scene.grid, one.latest),
                lag_doubt_s=None if one.chain is None else round(one.doubt, 3),
                lag_s=None if one.chain is None or not symptom.chain.episodes else round(-one.lead, 3),
                p_value=_p(one.p_value),
                direction=_direction(one.direction),
                why=reason(one if symptom.chain.episodes else one._replace(lead=math.nan), scene, hurt),
            )
        )
    return told


def onset_docs(first: First, symptom: Symptom | None, scene: Scene, moves: Moves) -> list[OnsetDoc]:
    """When the signals of the verdict left their range: what the time strip marks, in order of time."""
    rows = [(one.onset, one.row) for one in first.order[:_LISTED] if one.chain is not None]
    if symptom is not None and symptom.chain.episodes:
        rows.append((symptom_onset(scene.grid, scene.signals, moves, symptom)[0], symptom.row))
    return [
        OnsetDoc(
            signal=scene.signals[row].key,
            name=signal_name(scene.signals[row], scene.names),
            pane=scene.signals[row].pane.value,
            at=at(scene.grid, slot),
        )
        for slot, row in sorted(rows)
    ]


def owners_of(scene: Scene, first: First, symptom: Symptom | None) -> list[OwnershipDoc]:
    """Who answers for the flows that the verdict is about; those that nobody answers for first."""
    rows = [one.row for one in first.order[:_LISTED]] + ([symptom.row] if symptom is not None else [])
    near = owners_near(scene, [scene.signals[row] for row in rows])
    return [OwnershipDoc(**one, person=_person(scene, one)) for one in near]


def _person(scene: Scene, one: OwnershipDoc) -> PersonDoc | None:
    answer = Answer(one["owner"] or "", one["on_call"] or "", "")
    return person_now(scene.answerers, answer, scene.at_ms)


def responsible_doc(scene: Scene, first: First) -> ResponsibleDoc | None:
    """Who answers for what moved first."""
    return None if first.mover is None else responsible(scene, scene.signals[first.mover.row].entity)


def evidence(
    scene: Scene,
    symptom: Symptom | None,
    first: First,
    alarm: Misleading,
    fourth: FourthSignalDoc | None,
    suspects: Sequence[Suspect],
) -> tuple[list[str], list[str]]:
    """What speaks for the verdict and what against it, in whole sentences, what says most first."""
    if symptom is None or not symptom.chain.episodes:
        return [], []
    return (
        speaks_for(scene, symptom, first, alarm, fourth, suspects),
        speaks_against(scene, symptom, first, alarm, fourth),
    )
