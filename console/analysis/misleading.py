"""Whether what alarmed first points at the trouble, or away from it.

An alarm misleads when trouble had begun before it, beyond doubt, and it is about something else; or when it is about
something that has no known way to the symptom; or when it was over while the trouble went on. An alarm about the
symptom itself, about the first mover, or about what the first mover belongs to does not: it is only late.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.analysis.first import First
from console.analysis.reach import Reach
from console.analysis.scene import Alarm, Scene
from console.analysis.symptom import Symptom
from console.analysis.words import entity_name, signal_name
from console.format import duration
from console.signals import Signal

BEFORE_S = 900.0  # an alarm that long before the trouble may still have been taken for its beginning


class Misleading(NamedTuple):
    """The first alarm of the trouble, whether it misleads, and why (or why not)."""

    alarm: Alarm | None
    misleads: bool
    why: str


def first_alarm(scene: Scene, began_ms: int | None) -> Alarm | None:
    """The alarm that people would have seen first in the trouble that began then; the first of the window if none."""
    alarms: Sequence[Alarm] = sorted(scene.alarms, key=lambda one: (one.at_ms, one.what))
    if began_ms is None:
        return alarms[0] if alarms else None
    near = [
        one for one in alarms
        if one.at_ms >= began_ms - BEFORE_S * 1000 and (one.until_ms is None or one.until_ms >= began_ms - 120_000)
    ]  # fmt: skip
    return near[0] if near else None


def judge_alarm(
    scene: Scene, alarm: Alarm | None, symptom: Symptom, began_ms: int, hurt_ms: int, first: First, reach: Reach
) -> Misleading:
    """``began_ms`` is when the first mover moved (or the symptom, where none is named), ``hurt_ms`` the symptom."""
    if alarm is None:
        return Misleading(None, False, "nothing has alarmed")
    hurt = scene.signals[symptom.row]
    mover = scene.signals[first.mover.row] if first.mover is not None else None
    about = entity_name(alarm.entity, scene.names)
    close = _close(scene, alarm, hurt, mover, reach)
    if close:
        return Misleading(alarm, False, close)
    ahead_s = (alarm.at_ms - began_ms) / 1000
    doubt_s = first.mover.doubt if first.mover is not None else scene.grid.step_ms / 1000
    _, way = reach.to(alarm.entity, hurt.entity)
    parts = _against(scene, alarm, symptom, ahead_s - doubt_s, began_ms, hurt_ms, mover)
    if way == "none":
        parts.append(f"no known way leads from {about} to {entity_name(hurt.entity, scene.names)}")
    if not parts:
        return Misleading(alarm, False, f"{about} may have to do with the trouble: it alarmed before anything moved")
    if first.mover is None and ahead_s <= doubt_s and way != "none":
        return Misleading(alarm, False, f"nothing is known to have moved before it; {parts[0]}")
    return Misleading(alarm, True, "; ".join(parts))


def _close(scene: Scene, alarm: Alarm, hurt: Signal, mover: Signal | None, reach: Reach) -> str:
    """How the alarm belongs to the symptom or to the first mover; empty where it does not."""
    if alarm.entity == hurt.entity:
        return f"it is about the symptom, {signal_name(hurt, scene.names)}"
    if mover is None:
        return ""
    hops, _ = reach.to(alarm.entity, mover.entity)
    if alarm.entity == mover.entity or hops == 1:
        return (
            f"it is about {entity_name(alarm.entity, scene.names)}, which {signal_name(mover, scene.names)} belongs to"
        )
    return ""


def _against(
    scene: Scene, alarm: Alarm, symptom: Symptom, ahead_s: float, began_ms: int, hurt_ms: int, mover: Signal | None
) -> list[str]:
    """What says that the trouble is another than the alarm's. ``ahead_s``: how much earlier it began, beyond doubt."""
    hurt = signal_name(scene.signals[symptom.row], scene.names)
    parts = []
    if ahead_s > 0:
        told = hurt if mover is None else signal_name(mover, scene.names)
        moved = f"{told} had moved {duration((alarm.at_ms - began_ms) / 1000)} before it"
        if mover is not None and mover.key != scene.signals[symptom.row].key and hurt_ms < alarm.at_ms:
            moved += f", and {hurt} was in trouble {duration((alarm.at_ms - hurt_ms) / 1000)} before it"
        parts.append(moved)
    last_ms = int(scene.grid.times_ms[symptom.chain.end]) if symptom.chain.episodes else 0
    if alarm.until_ms is not None and last_ms > alarm.until_ms + 60_000:
        parts.append(f"the trouble went on for {duration((last_ms - alarm.until_ms) / 1000)} after it was over")
    return parts
