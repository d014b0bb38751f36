"""When each alert fired, from what its sources told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from console.alerting import loudness
from console.analysis.scene import Alarm
from console.analysis.subjects import Subjects
from console.signals import EntityKind, EntityRef, Health, Record

_SAME_MS = 30_000  # two sources end an alert apart by their polls
_LONGEST_S = 10 * 365 * 86_400


class _Spell(NamedTuple):
    at_ms: int
    source: str
    body: Mapping[str, Any]
    until_ms: int | None = None
    silenced: bool = False


def alert_alarms(told: Sequence[Record], docs: Sequence[Record], subjects: Subjects, at_ms: int) -> list[Alarm]:
    """Every time that an alert fired and was loud: events (``told``, by time) first, documents for what they leave out.

    One that was silenced before it fired shouted to nobody and is left out; one that was silenced later says so. A
    resolved document proves nothing by itself: a pending alert that never fired ends in the same.
    """
    states = {one.entity: one for one in docs if one.entity.kind is EntityKind.ALERT}
    spells: dict[EntityRef, list[_Spell]] = {}
    for event in told:
        if event.entity.kind is EntityKind.ALERT:
            _take(spells.setdefault(event.entity, []), event, states.get(event.entity))
    for entity, state in states.items():
        _take_state(spells.setdefault(entity, []), state)
    found: dict[tuple[str, EntityRef], list[Alarm]] = {}
    every = [(entity, one) for entity, several in spells.items() for one in several]
    for entity, spell in sorted(every, key=lambda pair: (pair[1].at_ms, pair[0].id)):
        alarm = _alarm(entity, spell, states.get(entity), subjects, at_ms)
        if alarm is not None:
            _join(found.setdefault((alarm.what, alarm.entity), []), alarm)
    return [one for several in found.values() for one in several]


def _take(spells: list[_Spell], event: Record, state: Record | None) -> None:
    last = spells[-1] if spells else None
    lasting = last is not None and last.until_ms is None
    if event.name == "firing":
        if not lasting:
            silenced = event.body.get("silenced") is True
            spells.append(_Spell(event.at_ms, event.source, event.body, silenced=silenced))
    elif event.name == "resolved":
        if last is not None and last.until_ms is None:
            spells[-1] = last._replace(until_ms=event.at_ms)
        elif last is None:
            spells.append(_Spell(_began(event, state), event.source, event.body, event.at_ms))


def _began(event: Record, state: Record | None) -> int:
    """When an alert began of which only the end was heard."""
    lasted_s = event.body.get("lasted_s")
    if isinstance(lasted_s, (int, float)) and 0 <= lasted_s < _LONGEST_S:
        return event.at_ms - round(lasted_s * 1000)
    if state is None or state.at_ms != event.at_ms:
        return event.at_ms
    return min(event.at_ms, _time(state.body.get("started_ms"), event.at_ms))


def _time(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and value > 0 else otherwise


def _take_state(spells: list[_Spell], state: Record) -> None:
    """A document says that an alert fires of which no event told: it fired before anybody looked."""
    doc = state.body
    if doc.get("state") not in ("firing", "suppressed") or (spells and spells[-1].until_ms is None):
        if doc.get("state") == "resolved" and spells and spells[-1].until_ms is None:
            spells[-1] = spells[-1]._replace(until_ms=_time(doc.get("ended_ms"), state.at_ms))
        return
    began = min(state.at_ms, _time(doc.get("started_ms"), state.at_ms))
    if not spells or began > (spells[-1].until_ms or 0) + _SAME_MS:
        spells.append(_Spell(began, state.source, doc, silenced=doc["state"] == "suppressed"))


def _alarm(
    entity: EntityRef, spell: _Spell, state: Record | None, subjects: Subjects, at_ms: int
) -> Alarm | None:  # fmt: skip
    doc = state.body if state is not None else {}
    said = spell.body.get("labels") or doc.get("labels")
    labels = {str(key): str(value) for key, value in said.items()} if isinstance(said, Mapping) else {}
    severity = str(labels.get("severity") or doc.get("severity") or spell.body.get("severity") or "")
    health = loudness(severity)
    if health is Health.OK or spell.silenced:
        return None
    name = spell.body.get("alertname") or doc.get("alertname") or labels.get("alertname") or "alert"
    until_ms = spell.until_ms if spell.until_ms is not None and spell.until_ms <= at_ms else None
    muted = until_ms is None and doc.get("state") == "suppressed"
    what = f"{name} (now silenced)" if muted else str(name)
    return Alarm(spell.at_ms, what, subjects.of_labels(labels) or entity, spell.source, health, until_ms)


def _join(held: list[Alarm], alarm: Alarm) -> None:
    """Put an alarm to those of its name and subject; one that begins within the last is the same."""
    last = held[-1] if held else None
    if last is None or (last.until_ms is not None and alarm.at_ms > last.until_ms):
        held.append(alarm)
        return
    ends = None if None in (last.until_ms, alarm.until_ms) else max(last.until_ms or 0, alarm.until_ms or 0)
    worst = Health.BAD if Health.BAD in (last.health, alarm.health) else last.health
    held[-1] = last._replace(until_ms=ends, health=worst)
