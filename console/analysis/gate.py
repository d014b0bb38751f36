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
from console.analysis.symptom import Symptom, is_felt
from console.signals import Health, Pane, Signal

State = Literal["quiet", "suspect", "incident"]

_CLOSE_S = 600.0
_FAR = 10.0  # scales at which two signals of one model are enough
_SURE, _CLEAR = 0.9, 6.0  # membership and scales of one of two others
_FITS, _CHANCE = 0.7, 0.1  # membership and p-value of a single one
_LASTS_S = 45.0
_FELT = 0.25  # severity
_SHOWN = 0.38  # severity of a trouble that no user feels


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
    if not lasting or not company or symptom.severity < (_FELT if felt else _SHOWN):
        return "suspect" if loud else "quiet"
    if felt and (seconds >= 90 or often >= 2):
        return "incident"
    return "incident" if loud else "suspect"


def _asked(symptom: Symptom, named: bool, seconds: float) -> State:
    """Who asks about a signal has seen that something is wrong with it."""
    often = len(symptom.chain.episodes)
    return "incident" if named and (seconds >= 90 or often >= 2) and symptom.severity >= _FELT else "suspect"


def _company(symptom: Symptom, found: Sequence[Candidate], signals: Sequence[Signal]) -> bool:
    """Whether something else was in trouble with it: two other entities, or one beyond chance; or, for what users feel,
    more than one signal of the same model, far out and for a while."""
    own = signals[symptom.row].entity
    near = [one for one in found if one.chain is not None and abs(one.lead) <= _CLOSE_S and one.score >= _FITS]
    clear = [one for one in near if one.score >= _SURE and one.chain is not None and one.chain.peak >= _CLEAR]
    others = {signals[one.row].entity for one in clear} - {own}
    if len(others) >= 2:
        return True
    if any(one.hits and one.p_value <= _CHANCE and signals[one.row].entity != own for one in near):
        return True
    siblings = [one for one in clear if signals[one.row].entity == own]
    return bool(siblings) and is_felt(signals[symptom.row]) and symptom.chain.peak >= _FAR
