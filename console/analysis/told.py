"""Findings as parts of the document that people and programs read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from console.analysis.first import First
from console.analysis.fixes import Suspect
from console.analysis.misleading import Misleading
from console.analysis.moves import Moves
from console.analysis.rank import Candidate, symptom_onset
from console.analysis.scene import Alarm, Scene
from console.analysis.symptom import Symptom
from console.analysis.words import apart, at, chance, entity_id, entity_name, reason, signal_name
from console.findings import AlarmDoc, FourthSignalDoc, MoverDoc, OnsetDoc, OwnershipDoc, RankedDoc, SpanDoc
from console.format import duration
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
                why=reason(one, scene, hurt),
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
    words: dict[str, int] = {}
    for place, row in enumerate(rows):
        signal = scene.signals[row]
        parts = [signal.entity.id, entity_name(signal.entity, scene.names), *signal.labels.values()]
        for part in parts:
            words.setdefault(part.casefold(), place)
            words.setdefault(part.rpartition("/")[2].casefold(), place)
    near = []
    for owner in scene.ownership:
        names = {owner["flow"].casefold(), owner["flow"].rpartition("/")[2].casefold(),
                 owner["flow"].rpartition(".")[2].casefold()}  # fmt: skip
        place = min((words[name] for name in names if name in words), default=-1)
        if place >= 0:
            near.append((place, owner))
    return [owner for _, owner in sorted(near, key=lambda pair: (not pair[1]["problems"], pair[0]))]


def evidence(
    scene: Scene,
    symptom: Symptom | None,
    first: First,
    alarm: Misleading,
    fourth: FourthSignalDoc | None,
    suspects: Sequence[Suspect],
) -> tuple[list[str], list[str]]:
    """What speaks for the verdict and what against it."""
    said_for: list[str] = []
    against: list[str] = []
    if symptom is None or not symptom.chain.episodes:
        return said_for, against
    hurt = signal_name(scene.signals[symptom.row], scene.names)
    head = first.mover
    if head is None:
        against.append(first.why_not)
    else:
        mover = signal_name(scene.signals[head.row], scene.names)
        said_for.append(f"{mover} moved {apart(head.lead, head.doubt)} {hurt}" if head.lead > head.doubt
                        else f"{mover} and {hurt} moved at the same moment")  # fmt: skip
        if head.hits:
            met = f"{head.hits} of {head.of} episodes of {hurt} fell within or right after its own"
            said_for.append(f"{met} ({chance(head.p_value)})")
        if head.way == "up":
            said_for.append(f"it is known to feed {entity_name(scene.signals[symptom.row].entity, scene.names)}")
        against += _doubts(scene, first, head)
    said_for += [
        f"{one.change.what}, {duration(one.before_s)} before"
        + ("" if one.hops is None else f", {one.hops} step{'' if one.hops == 1 else 's'} from where it began")
        for one in suspects[:2]
    ]
    if alarm.alarm is not None and alarm.misleads:
        said_for.append(f"against {alarm.alarm.what} as the cause: {alarm.why}")
    elif alarm.alarm is not None:
        against.append(f"{alarm.alarm.what}: {alarm.why}")
    if fourth is not None:
        said_for.append(fourth["text"])
    return said_for, against


def _doubts(scene: Scene, first: First, head: Candidate) -> list[str]:
    told = []
    if head.lead <= head.doubt:
        told.append(f"which of the two moved first cannot be told: they are {abs(head.lead):.0f} s apart, "
                    f"which is within {head.doubt:.0f} s of doubt")  # fmt: skip
    if head.way == "none":
        told.append("no known way leads from it to the symptom")
    if head.way == "unknown":
        told.append("what is known of the system does not say whether it can reach the symptom")
    rivals = [
        one for one in first.order[1:4]
        if one.score >= 0.9 * head.score and scene.signals[one.row].entity != scene.signals[head.row].entity
    ]  # fmt: skip
    told += [f"{signal_name(scene.signals[one.row], scene.names)} fits nearly as well" for one in rivals[:2]]
    told += [
        f"{signal_name(scene.signals[one.row], scene.names)} moved before it, and fits less well"
        for one in first.order
        if one.chain is not None and one.onset < head.earliest and one.score >= 0.5 * head.score
    ][:2]
    grid = scene.grid
    unseen = np.isnan(grid.values[head.row, grid.first :]).mean()
    if unseen > 0.3:
        told.append(f"{unseen:.0%} of its window was not seen")
    if scene.signals[head.row].guessed:
        told.append("what it is was placed by its name only")
    return told
