"""What a tired person reads first: two or three short sentences, what matters most at their beginning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from console.analysis.baseline import FEWEST
from console.analysis.first import First
from console.analysis.fixes import Suspect
from console.analysis.gate import State
from console.analysis.misleading import Misleading
from console.analysis.rank import Candidate
from console.analysis.responsible import unowned
from console.analysis.scene import Scene
from console.analysis.symptom import Symptom
from console.analysis.words import SHORT, count, entity_name, hurts, short_change, signal_name, went
from console.findings import FixDoc
from console.format import clock, duration
from console.plain import plain

_OVER_S = 120.0
_WIDE_S = 60.0  # an onset less sure than this is told as an interval
_LONG = 170  # characters beyond which what could be left out is


def headline(
    scene: Scene,
    state: State,
    symptom: Symptom | None,
    first: First,
    alarm: Misleading,
    lead_text: str,
    fixes: Sequence[FixDoc],
    suspects: Sequence[Suspect] = (),
) -> str:
    """What stands above everything else. ``suspects`` are changes shortly before the trouble, likeliest first."""
    if state == "quiet":
        return _quiet(scene)
    if symptom is None or not symptom.chain.episodes:
        return _alarm_only(scene, alarm)
    if first.mover is None:
        said = [_unexplained(scene, symptom, first)]
        trigger = ""
    else:
        trigger = _trigger(suspects, first.mover)
        said = [_moved(scene, symptom, first.mover, "")]
    said += [*_alarm(alarm, lead_text), *_outcome(scene, symptom, fixes)]
    if trigger and first.mover is not None and len(" ".join(said)) + len(trigger) <= _LONG:
        said[0] = _moved(scene, symptom, first.mover, trigger)
    nobody = None if first.mover is None else unowned(scene, scene.signals[first.mover.row].entity)
    more = [] if nobody is None else [f"Nobody owns {plain(nobody['flow'], SHORT)}."]
    if alarm.alarm is None:
        more.append("Nothing has alarmed.")
    for one in more:
        if len(" ".join([*said, one])) <= _LONG:
            said.append(one)
    return plain(" ".join(said))


def _quiet(scene: Scene) -> str:
    judged = _judged(scene)
    asked = next((one for one in scene.signals if one.key == scene.symptom), None)
    if asked is not None:
        name = signal_name(asked, scene.names)
        if asked.key in judged:
            return plain(
                f"Quiet: {name}, which was asked about, has not left its normal range; {_watched(scene, judged)}."
            )
        return plain(f"Nothing could be judged: {name} has too few values to say what is normal for it.")
    if not scene.signals:
        return "Nothing could be judged: no signal is known."
    if not judged:
        one = len(scene.signals) == 1
        whose = "the only signal has too few" if one else f"none of the {len(scene.signals)} signals has enough"
        return f"Nothing could be judged: {whose} values to say what is normal."
    return f"Quiet: nothing that matters has left its normal range; {_watched(scene, judged)}."


def _watched(scene: Scene, judged: set[str]) -> str:
    """How many signals were looked at, and of how many where some could not be judged."""
    whole = count(len(scene.signals), "signal")
    return f"{whole} watched" if len(judged) == len(scene.signals) else f"{len(judged)} of {whole} judged"


def _judged(scene: Scene) -> set[str]:
    """Keys of the signals that have enough values, and of which nothing else says that they were left out."""
    left_out = {one.what for one in scene.omitted}
    enough = np.isfinite(scene.grid.values[: len(scene.signals)]).sum(axis=1) >= FEWEST
    return {one.key for one, some in zip(scene.signals, enough, strict=True) if some and one.key not in left_out}


def _alarm_only(scene: Scene, alarm: Misleading) -> str:
    """Something shouts, and no signal has moved with it."""
    judged = _judged(scene)
    asked = next((one for one in scene.signals if one.key == scene.symptom), None)
    if alarm.alarm is None:
        told = "An alarm is on"
    else:
        about = entity_name(alarm.alarm.entity, scene.names)
        told = f"{alarm.alarm.what} alarmed at {clock(alarm.alarm.at_ms)}"
        told += "" if about in told else f", about {about}"
    if asked is not None:
        rest = f"{signal_name(asked, scene.names)}, which was asked about, has not left its normal range"
    elif judged:
        rest = f"no signal has left its normal range with it; {_watched(scene, judged)}"
    else:
        rest = "nothing else could be judged, for want of values"
    return plain(f"{told}; {rest}.")


def _moved(scene: Scene, symptom: Symptom, head: Candidate, trigger: str) -> str:
    """What moved first, and the symptom after it."""
    mover, hurt = scene.signals[head.row], scene.signals[symptom.row]
    name, when = signal_name(mover, scene.names), _when(scene, head)
    if head.row == symptom.row:
        return f"{name} {went(head.direction)} {when}{trigger}, and nothing known moved before it."
    if head.lead > head.doubt:
        then = f"{signal_name(hurt, scene.names)} {_fell(scene, symptom)} {duration(head.lead)} later"
        return f"{name} {went(head.direction)} first, {when}{trigger}; {then}."
    whose = entity_name(hurt.entity, scene.names)
    if head.share is not None and head.said:
        kept = head.said.partition(":")[0].replace("the symptom's", f"{whose}'s")
        since = f"since {clock(_ms(scene, head.onset))}" if when.startswith("at ") else f"begun {when}"
        return f"{entity_name(mover.entity, scene.names)} {kept}, {since}{trigger}."
    after = f"{signal_name(hurt, scene.names)} {_fell(scene, symptom)} at the same moment"
    return f"{name} {went(head.direction)} {when}{trigger}; {after}, so their order is not sure."


def _fell(scene: Scene, symptom: Symptom) -> str:
    episode = symptom.chain.episodes[0]
    return hurts(scene.grid, symptom.row, episode.first, episode.last)


def _when(scene: Scene, head: Candidate) -> str:
    earliest, latest = _ms(scene, head.earliest), _ms(scene, head.latest)
    if latest - earliest > _WIDE_S * 1000:
        return f"between {clock(earliest, seconds=False)} and {clock(latest, seconds=False)}"
    return f"at {clock(_ms(scene, head.onset))}"


def _ms(scene: Scene, slot: int) -> int:
    return int(scene.grid.times_ms[min(max(slot, 0), len(scene.grid.times_ms) - 1)])


def _trigger(suspects: Sequence[Suspect], head: Candidate) -> str:
    """The likeliest change, where it came before what moved and is known to lie near it."""
    near = next((one for one in suspects if one.hops is not None and one.before_s > 0), None)
    if near is None or near.before_s > max(120.0, 3 * head.doubt):
        return ""
    return f", {duration(near.before_s)} after {short_change(near.change.what)}"


def _unexplained(scene: Scene, symptom: Symptom, first: First) -> str:
    """The symptom, and why nothing is named as its cause."""
    hurt = scene.signals[symptom.row]
    begun_ms = _ms(scene, symptom.chain.start)
    moved = next((one for one in first.order if one.chain is not None), None)
    if moved is not None:
        begun_ms = _ms(scene, moved.onset) + round(moved.lead * 1000)
    told = f"{signal_name(hurt, scene.names)} {_fell(scene, symptom)} at {clock(begun_ms)}"
    return f"{told}; what moved it is not known{': ' if first.why_not else ''}{first.why_not}."


def _alarm(alarm: Misleading, lead_text: str) -> list[str]:
    if alarm.alarm is None:
        return []
    what = plain(alarm.alarm.what, SHORT)
    if alarm.misleads:
        return [f"{what}, which alarmed first, misleads."]
    if not lead_text:
        return [f"{what} alarmed first, at {clock(alarm.alarm.at_ms)}."]
    if lead_text.endswith(" before"):
        return [f"{what} alarmed {lead_text.removesuffix(' before')} later."]
    return [f"{what} had alarmed {lead_text.removesuffix(' after')} before." if lead_text.endswith(" after")
            else f"{what} alarmed at the same moment."]  # fmt: skip


def _outcome(scene: Scene, symptom: Symptom, fixes: Sequence[FixDoc]) -> list[str]:
    """The last fix that did anything, and since when it is over."""
    told = [f"{short_change(one['what'])}: {one['effect']}." for one in fixes if one["effect"] in ("helped", "worse")]
    last_ms = _ms(scene, symptom.chain.end)
    over = (scene.at_ms - last_ms) / 1000 > _OVER_S
    return [*told[-1:], *([f"Well again since {clock(last_ms)}."] if over else [])]
