"""What speaks for a verdict, and what against it: whole sentences, each of which stands for itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from console.analysis.first import First
from console.analysis.fixes import Suspect
from console.analysis.misleading import Misleading
from console.analysis.rank import Candidate
from console.analysis.responsible import problems_of, unowned
from console.analysis.scene import Scene
from console.analysis.symptom import Symptom
from console.analysis.words import apart, count, entity_name, hurts, short_change, signal_name, went
from console.findings import FourthSignalDoc
from console.format import chance, duration

_BY_CHANCE = 0.1  # what chance explains as well as that speaks for nothing by itself
_SOON_S = 300.0  # a second suspect is told when it came so shortly before
_UNSEEN = 0.3


def speaks_for(
    scene: Scene,
    symptom: Symptom,
    first: First,
    alarm: Misleading,
    fourth: FourthSignalDoc | None,
    suspects: Sequence[Suspect],
) -> list[str]:
    """What speaks for it: order, the change that may have begun it, chance, ways, who answers for it."""
    told = [] if first.mover is None else _order(scene, symptom, first.mover)
    told += [_suspect(one) for place, one in enumerate(suspects[:2]) if not place or abs(one.before_s) <= _SOON_S]
    if first.mover is not None:
        told += _met(scene, symptom, first.mover)
        nobody = unowned(scene, scene.signals[first.mover.row].entity)
        if nobody is not None:
            told.append(f"Nobody answers for {nobody['flow']}: {', '.join(problems_of(nobody))}")
    if alarm.alarm is not None and alarm.misleads:
        told.append(f"{alarm.alarm.what} is not the cause: {alarm.why}")
    if fourth is not None:
        told.append(fourth["text"])
    return told


def speaks_against(
    scene: Scene, symptom: Symptom, first: First, alarm: Misleading, fourth: FourthSignalDoc | None
) -> list[str]:
    """What speaks against it, or is not known."""
    told = []
    if first.mover is None:
        told.append(_sentence(first.why_not))
    else:
        told += _doubts(scene, symptom, first.mover)
        told += _rivals(scene, first, first.mover)
    if alarm.alarm is not None and not alarm.misleads:
        told.append(f"{alarm.alarm.what} does not mislead: {alarm.why}")
    if fourth is not None and (fourth["p_value"] or 0.0) > _BY_CHANCE:
        told.append(f"The fourth signal may be chance, {chance(fourth['p_value'])}")
    return [one for one in told if one]


def _order(scene: Scene, symptom: Symptom, head: Candidate) -> list[str]:
    hurt = signal_name(scene.signals[symptom.row], scene.names)
    mover = signal_name(scene.signals[head.row], scene.names)
    if head.row == symptom.row:
        return [f"Nothing that is known moved before {hurt}"]
    told = []
    if head.share is not None and head.said:
        whose = entity_name(scene.signals[symptom.row].entity, scene.names)
        said = head.said.replace("the symptom's", f"{whose}'s")
        told.append(f"{entity_name(scene.signals[head.row].entity, scene.names)} {said}")
    if head.chain is None:
        return told
    if head.lead > head.doubt:
        episode = symptom.chain.episodes[0]
        fell = hurts(scene.grid, symptom.row, episode.first, episode.last)
        return [*told, f"{mover} {went(head.direction)} {apart(head.lead, head.doubt)} {hurt} {fell}"]
    return [*told, f"{mover} and {hurt} moved at the same moment"]


def _suspect(one: Suspect) -> str:
    """The change, when it came, how near it is, and what it changed."""
    when = f"{duration(abs(one.before_s))} {'before' if one.before_s >= 0 else 'after'} the first move"
    near = {None: "", 0: ", in the same place", 1: ", right beside it"}.get(
        one.hops, f", {count(one.hops or 0, 'step')} from it"
    )
    name = short_change(one.change.what)
    did = " was registered" if one.change.kind == "version" and f"{name} registered" in one.change.what else " came"
    parts = ", ".join(one.change.changes[:4])
    return f"{name}{did} {when}{near}" + (f": it changed {parts}" if parts else "")


def _met(scene: Scene, symptom: Symptom, head: Candidate) -> list[str]:
    hurt = signal_name(scene.signals[symptom.row], scene.names)
    told = []
    if head.hits and head.row != symptom.row:
        sure = "" if head.p_value > _BY_CHANCE else f" ({chance(head.p_value)})"
        whole = "The one episode" if head.of == 1 else f"{head.hits} of {head.of} episodes"
        told.append(f"{whole} of {hurt} began within or right after its own{sure}")
    if head.way == "up":
        ends = (entity_name(scene.signals[row].entity, scene.names) for row in (head.row, symptom.row))
        told.append((" is called by " if scene.topology.calls else " is known to feed ").join(ends))
    return told


def _doubts(scene: Scene, symptom: Symptom, head: Candidate) -> list[str]:
    if head.row == symptom.row:
        return []
    hurt = entity_name(scene.signals[symptom.row].entity, scene.names)
    name = signal_name(scene.signals[head.row], scene.names)
    told = []
    if head.chain is None:
        told.append(f"{name} was not seen to leave its own normal range")
    elif head.lead <= head.doubt:
        decided = "" if head.share is None else "; what each keeps of the excess decided"
        told.append(f"Which of the two moved first cannot be told: both moved within {duration(head.doubt)}{decided}")
    if head.hits and head.p_value > _BY_CHANCE:
        told.append(f"Chance alone could have brought their episodes together, {chance(head.p_value)}")
    if head.way == "none":
        told.append(f"No known way leads from it to {hurt}")
    if head.way == "unknown":
        told.append(f"What is known of the system does not say whether it can reach {hurt}")
    unseen = np.isnan(scene.grid.values[head.row, scene.grid.first :]).mean()
    if unseen > _UNSEEN:
        told.append(f"{unseen:.0%} of the window of {name} was not seen")
    if scene.signals[head.row].guessed:
        told.append(f"What {name} means is known by its name only")
    return told


def _rivals(scene: Scene, first: First, head: Candidate) -> list[str]:
    """Others that fit nearly as well, and what moved before the first mover and was not taken for it."""
    own = scene.signals[head.row].entity
    alike = [one for one in first.order[1:4] if one.score >= 0.9 * head.score and scene.signals[one.row].entity != own]
    before = [
        one for one in first.order
        if one.chain is not None and one.onset < head.earliest and one.score >= 0.5 * head.score
    ]  # fmt: skip
    both = [one for one in alike if one in before]
    groups = (
        (both, "{} moved before it and {} nearly as well"),
        ([one for one in alike if one not in both], "{} {} nearly as well"),
        ([one for one in before if one not in both], "{} moved before it, but {} less well"),
    )
    return [form.format(_names(scene, some[:2]), "fit" if len(some) > 1 else "fits") for some, form in groups if some]


def _names(scene: Scene, some: Sequence[Candidate]) -> str:
    return " and ".join(signal_name(scene.signals[one.row], scene.names) for one in some)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
