"""What people said, folded for the audit: incidents, fixes, what was promised, what was acknowledged. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from console.analysis.audit.facts import Action, Incident, Intervention, Journal
from console.signals import EntityRef, Record, RecordKind

_CLOSES = ("resolve", "resolved", "close", "closed")
_DONE = ("done", "closed", "cancelled", "canceled", "dropped", "resolved")
_LONGEST = 200


def journal_of(records: Iterable[Record]) -> Journal:
    """Fold entries in the order of their time. What kind an entry is says its body (``kind``), or its name.

    An incident goes by ``incident`` in the body, otherwise by what the entry is about; an action by ``action``,
    otherwise by its place on the tape. Entries that lack what they need are passed over.
    """
    incidents: dict[str, Incident] = {}
    actions: dict[str, Action] = {}
    interventions: list[Intervention] = []
    acks: dict[EntityRef, int] = {}
    for one in sorted((one for one in records if one.kind is RecordKind.JOURNAL), key=lambda one: (one.at_ms, one.seq)):
        kind = str(one.body.get("kind") or one.name)
        if kind in ("fix", "intervention"):
            interventions.append(Intervention(one.at_ms, one.entity, _text(one.body, kind), _by(one.body)))
        elif kind == "ack":
            acks[one.entity] = one.at_ms
        elif kind in ("action", "action-state"):
            _action(actions, one)
            if kind == "action":
                interventions.append(Intervention(one.at_ms, one.entity, _text(one.body, kind), _by(one.body)))
        else:
            _incident(incidents, one, kind)
    return Journal(list(incidents.values()), interventions, list(actions.values()), acks)


def _incident(incidents: dict[str, Incident], one: Record, kind: str) -> None:
    name = str(one.body.get("incident") or "")
    if kind == "declare":
        name = name or str(one.entity)
        incidents[name] = Incident(name, _text(one.body, "declared"), one.at_ms, owner=_by(one.body))
    elif name in incidents or str(one.entity) in incidents:
        name = name if name in incidents else str(one.entity)
        if kind in _CLOSES:
            incidents[name] = incidents[name]._replace(closed_ms=one.at_ms)
        elif kind == "reopen":
            incidents[name] = incidents[name]._replace(closed_ms=None, reviewed_ms=None)
        elif kind == "review":
            incidents[name] = incidents[name]._replace(reviewed_ms=one.at_ms)


def _action(actions: dict[str, Action], one: Record) -> None:
    body = one.body
    name = str(body.get("action") or one.seq)
    if str(body.get("state") or "").casefold() in _DONE:
        actions.pop(name, None)
        return
    before, due_ms = actions.get(name), body.get("due_ms")
    if before is None and not isinstance(due_ms, int):
        return
    text = str(body.get("text") or (before.text if before else ""))[:_LONGEST]
    owner = str(body.get("owner") or (before.owner if before else "") or _by(body))
    due = due_ms if isinstance(due_ms, int) else before.due_ms if before else 0
    actions[name] = Action(name, text, owner, due, str(one.entity))


def _text(body: Mapping[str, Any], otherwise: str) -> str:
    return str(body.get("text") or otherwise)[:_LONGEST]


def _by(body: Mapping[str, Any]) -> str:
    return str(body.get("by") or "")
