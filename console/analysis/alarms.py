"""What shouted: alerts that fired, and failures that the scheduler told. One alarm for one failure.

An alert counts from when it fired (pending is no alarm) until its first source says that it is over; Prometheus and
Alertmanager tell of one alert under one entity. A failure counts from the event that told of it until something says
that all is well again: the node is ready, a replacement was placed, a deployment succeeded. What follows from a failure
at the same moment (the allocations lost with their node, the alert about a node that Nomad already called down) is part
of it, and the first that told of it gives its name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from console.alerting import loudness
from console.analysis.alertspells import alert_alarms
from console.analysis.recoveries import Recoveries
from console.analysis.scene import Alarm
from console.analysis.subjects import Subjects
from console.signals import EntityKind, EntityRef, Health, Record, RecordKind

SAME_MS = 300_000  # an alert that long after the failure it is about belongs to it
CHAIN_MS = 600_000  # the same failure of the same thing again within that is still the same
_CONSEQUENCE_MS = 60_000
# Alerts are read by their documents. A promise that is not kept is no failure of a thing: something else is why.
_SILENT = (EntityKind.ALERT, EntityKind.FEED, EntityKind.KPI)
_DOWN = ("down", "disconnected")
_BRIEF = (EntityKind.TASK, EntityKind.ALLOCATION)
_GONE = ("AllocationLost", "AllocationFailed")
_LONGEST = 80


def alarms_of(
    events: Sequence[Record],
    states: Sequence[Record],
    at_ms: int,
    from_ms: int,
    known: Collection[EntityRef] = (),
) -> list[Alarm]:
    """The alarms of ``from_ms < t <= at_ms`` and those before that were still on then, in order of time.

    ``events`` should reach back as far as they can; other records among them, and later ones, are passed over.
    ``states`` are those in force at ``at_ms``. ``known`` are entities that signals are about: with those of ``states``
    they are what an alarm can be about. An alarm that ends after ``at_ms`` has not ended.
    """
    told = sorted(
        (one for one in events if one.kind is RecordKind.EVENT and one.at_ms <= at_ms),
        key=lambda one: (one.at_ms, one.seq),
    )
    docs = [one for one in states if one.kind is RecordKind.STATE and one.at_ms <= at_ms]
    subjects = Subjects(docs, known)
    failures = _failures(told, subjects) + _nodes_down(docs, told)
    alerts = alert_alarms(told, docs, subjects, at_ms)
    found = _merged(sorted(failures, key=_when), sorted(alerts, key=_when))
    return [one for one in sorted(found, key=_when) if one.until_ms is None or one.until_ms > from_ms]


def _when(one: Alarm) -> tuple[int, str, str]:
    return one.at_ms, one.what, one.entity.id


def _merged(failures: Sequence[Alarm], alerts: Sequence[Alarm]) -> list[Alarm]:
    """Failures, and the alerts that are about something else."""
    held = list(failures)
    rest = []
    for alert in alerts:
        of = next((at for at, one in enumerate(held) if _tells_of(alert, one)), None)
        if of is None:
            rest.append(alert)
            continue
        one = held[of]
        worst = Health.BAD if Health.BAD in (one.health, alert.health) else one.health
        ends = None if None in (one.until_ms, alert.until_ms) else max(one.until_ms or 0, alert.until_ms or 0)
        first = min(one, alert, key=lambda either: either.at_ms)
        held[of] = first._replace(health=worst, until_ms=ends)
    return held + rest


def _tells_of(alert: Alarm, failure: Alarm) -> bool:
    if alert.entity != failure.entity or abs(alert.at_ms - failure.at_ms) > SAME_MS:
        return False
    return alert.entity.kind is EntityKind.NODE


# -- failures ------------------------------------------------------------------------------------------------------


def _failures(told: Sequence[Record], subjects: Subjects) -> list[Alarm]:
    nodes: dict[str, int] = {}  # node -> when it went down last
    found: dict[tuple[EntityRef, str], list[Alarm]] = {}
    well = Recoveries(told)
    for event in told:
        kind = event.entity.kind
        if kind in _SILENT or loudness(_severity(event)) is not Health.BAD:
            continue
        if kind is EntityKind.NODE:
            nodes[event.entity.id] = event.at_ms
        elif _follows(event, nodes):
            continue
        # What happens to one task is over at once: that it restarts is told, that it runs is not.
        brief = kind in _BRIEF and event.name not in _GONE
        until_ms = event.at_ms if brief else well.after(event)
        entity, what = subjects.of_event(event), _what(event)
        chain = found.setdefault((entity, what), [])
        if chain and (chain[-1].until_ms is None or event.at_ms - chain[-1].until_ms <= CHAIN_MS):
            chain[-1] = chain[-1]._replace(until_ms=until_ms)
        else:
            chain.append(Alarm(event.at_ms, what, entity, event.source, Health.BAD, until_ms))
    return [one for chain in found.values() for one in chain]


def _what(event: Record) -> str:
    """Its name, where its source gives events names that say something; else its sentence up to the reason."""
    said = str(event.body.get("text") or "").partition(": ")[0][:_LONGEST]
    return event.name if event.name[:1].isupper() or not said else said


def _severity(event: Record) -> str:
    return str(event.body.get("severity", "info"))


def _follows(event: Record, nodes: Mapping[str, int]) -> bool:
    down_ms = nodes.get(str(event.body.get("node", "")))
    return down_ms is not None and event.at_ms - down_ms <= _CONSEQUENCE_MS


def _nodes_down(docs: Sequence[Record], told: Sequence[Record]) -> list[Alarm]:
    """Nodes that are down although no event tells since when: it is known as of their document."""
    heard = {one.entity for one in told if loudness(_severity(one)) is Health.BAD}
    return [
        Alarm(one.at_ms, "NodeDown", one.entity, one.source, Health.BAD)
        for one in docs
        if one.entity.kind is EntityKind.NODE and one.body.get("status") in _DOWN and one.entity not in heard
    ]
