"""The one sentence that a tired person reads."""

from __future__ import annotations

from collections.abc import Sequence

from console.analysis.first import First
from console.analysis.gate import State
from console.analysis.misleading import Misleading
from console.analysis.scene import Scene
from console.analysis.symptom import Symptom
from console.analysis.words import entity_name, signal_name
from console.findings import FixDoc
from console.format import clock, duration

_OVER_S = 120.0


def headline(
    scene: Scene,
    state: State,
    symptom: Symptom | None,
    first: First,
    alarm: Misleading,
    lead_text: str,
    fixes: Sequence[FixDoc],
) -> str:
    """What stands above everything else."""
    watched = f"{len(scene.signals)} signals watched"
    if state == "quiet":
        return f"Quiet: nothing that matters has left its normal range; {watched}."
    if symptom is None or not symptom.chain.episodes:
        about = (
            "" if alarm.alarm is None else f"{alarm.alarm.what} ({entity_name(alarm.alarm.entity, scene.names)}) alarms"
        )
        return f"{about or 'An alarm is on'}; no signal has left its normal range with it; {watched}."
    hurt = signal_name(scene.signals[symptom.row], scene.names)
    parts = []
    if first.mover is not None:
        mover = scene.signals[first.mover.row]
        moved_ms = int(scene.grid.times_ms[first.mover.onset])
        parts.append(f"{signal_name(mover, scene.names)} moved first, at {clock(moved_ms)}")
        parts.append(_then(hurt, first))
    else:
        started_ms = int(scene.grid.times_ms[symptom.chain.start])
        parts.append(f"{hurt} is in trouble since {clock(started_ms)}")
        parts.append(f"{first.why_not}")
    if alarm.alarm is not None:
        name = alarm.alarm.what
        if alarm.misleads:
            parts.append(f"{name}, which alarmed first, misleads")
        elif lead_text and first.mover is not None:
            parts.append(f"{lead_text} the first alarm, {name}" if lead_text != "at the same moment"
                         else f"at the same moment as the first alarm, {name}")  # fmt: skip
    else:
        parts.append("nothing has alarmed")
    parts += _outcome(scene, symptom, fixes)
    return "; ".join(parts) + "."


def _then(hurt: str, first: First) -> str:
    mover = first.mover
    if mover is None or mover.lead <= mover.doubt:
        return f"{hurt} at the same moment"
    return f"{hurt} {duration(mover.lead)} later"


def _outcome(scene: Scene, symptom: Symptom, fixes: Sequence[FixDoc]) -> list[str]:
    last_ms = int(scene.grid.times_ms[symptom.chain.end])
    over_s = (scene.at_ms - last_ms) / 1000
    told = [f"{one['what']}: {one['effect']}" for one in fixes if one["effect"] in ("helped", "worse")][-1:]
    if over_s > _OVER_S:
        told.append(f"quiet again since {clock(last_ms)}")
    return told
