"""Whether there is a verdict at all. A console that cries at every blip is not looked at when it matters.

Quiet systems are full of moves: deploys, batch jobs, daily loads, one slow request. A trouble is told when it lasts or
comes again, and when something beside the signal itself says so: another signal that moved with it, an alarm, or sheer
size over minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from console.analysis.rank import Candidate
from console.analysis.scene import Alarm, Grid
from console.analysis.symptom import Symptom
from console.signals import Health, Pane, Signal

State = Literal["quiet", "suspect", "incident"]

_CLOSE_S = 600.0
_SURE, _CLEAR = 0.9, 6.0  # membership and scales of one of two others
_FITS, _CHANCE = 0.7, 0.1  # membership and p-value of a single one
_LASTS_S = 45.0
_LONG_S = 180.0
_FELT = 0.32  # severity
_SHOWN = 0.5  # severity of a trouble that no user feels


def state_of(
    symptom: Symptom | None,
    found: Sequence[Candidate],
    named: bool,
    alarms: Sequence[Alarm],
    signals: Sequence[Signal],
    grid: Grid,
    asked: bool = False,
) -> State:
    """quiet; suspect: trouble that nothing confirms yet; incident: it lasts or comes again, and is felt or alarmed."""
    loud = any(one.until_ms is None and one.health is Health.BAD for one in alarms)
    if symptom is None or not symptom.chain.episodes:
        return "suspect" if loud else "quiet"
    seconds = symptom.chain.slots * grid.step_ms / 1000
    if asked:
        return _asked(symptom, named, seconds)
    often = len(symptom.chain.episodes)
    pane = signals[symptom.row].pane
    felt = pane is Pane.MODELS
    company = _company(symptom, found, signals)
    lasting = (seconds >= _LASTS_S and symptom.chain.slots >= 2) or often >= 2
    if not lasting or symptom.severity < (_FELT if felt else _SHOWN):
        return "suspect" if loud else "quiet"
    if not (company or (felt and seconds >= _LONG_S and symptom.chain.peak >= 8)):
        return "suspect" if loud else "quiet"
    if felt and (seconds >= 90 or often >= 2) and (company or loud):
        return "incident"
    return "incident" if loud and company else "suspect"


def _asked(symptom: Symptom, named: bool, seconds: float) -> State:
    """Who asks about a signal has seen that something is wrong with it."""
    often = len(symptom.chain.episodes)
    return "incident" if named and (seconds >= 90 or often >= 2) and symptom.severity >= _FELT else "suspect"


def _company(symptom: Symptom, found: Sequence[Candidate], signals: Sequence[Signal]) -> bool:
    """Whether something else was in trouble with it: one other entity beyond chance, or two that fit."""
    own = signals[symptom.row].entity
    others = [
        one
        for one in found
        if one.chain is not None and one.hits and abs(one.lead) <= _CLOSE_S and signals[one.row].entity != own
    ]
    fits = {
        signals[one.row].entity
        for one in others
        if one.score >= _SURE and one.chain is not None and one.chain.peak >= _CLEAR
    }
    return len(fits) >= 2 or any(one.score >= _FITS and one.p_value <= _CHANCE for one in others)
