"""Who answers for what, as of a moment: what flows, jobs, models, owners and schedules say. Documents in, answers out;
the same words whoever asks: a verdict, a line of text, a test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from console.findings import PersonDoc
from console.governance.flows import disagreements, synonyms
from console.governance.oncall import on_call_now
from console.governance.shapes import FlowDoc, ModelDoc, OnCallDoc, OwnerDoc
from console.ownership import Answer
from console.signals import EntityKind, Record
from console.times import format_time

_ENDING = ("deprecated", "retired")


class Answerers(NamedTuple):
    """All documents that say who answers, by the ids of what they are about; those that are no longer declared are
    not among them, and neither are jobs that a periodic job started."""

    flows: Mapping[str, FlowDoc] = {}
    jobs: Mapping[str, Mapping[str, Any]] = {}
    models: Mapping[str, ModelDoc] = {}
    owners: Mapping[str, OwnerDoc] = {}
    schedules: Mapping[str, OnCallDoc] = {}


def answerers_of(states: Sequence[Record]) -> Answerers:
    """From the states in force."""
    found: dict[EntityKind, dict[str, Any]] = {kind: {} for kind in _KINDS}
    for one in states:
        if one.entity.kind in found and not one.body.get("removed") and not one.body.get("parent"):
            found[one.entity.kind][one.entity.id] = one.body
    return Answerers(*(found[kind] for kind in _KINDS))


_KINDS = (EntityKind.FLOW, EntityKind.JOB, EntityKind.MODEL, EntityKind.OWNER, EntityKind.ONCALL)


def person_now(known: Answerers, answer: Answer, at_ms: int) -> PersonDoc | None:
    """Who is on call at a time by what is named, or by the owner's own schedule; None where nobody knows.

    ``name`` is empty where the schedule is known and has nobody; ``problem`` then says why.
    """
    for ref in (answer.on_call, answer.owner):
        now = on_call_now(ref, known.schedules, at_ms, known.owners) if ref else None
        if now is not None:
            age_s = max(0.0, (at_ms - now.read_ms) / 1000)
            return {
                "name": now.who,
                "schedule": now.schedule,
                "as_of": format_time(now.read_ms),
                "age_s": round(age_s, 1),
                "until": None if now.until_ms is None else format_time(now.until_ms),
                "problem": now.problem,
            }
    return None


def on_call_of(known: Answerers, answer: Answer) -> str | None:
    """What says who is on call: as it is named, or the schedule of the owner."""
    if answer.on_call:
        return answer.on_call
    owner = known.owners.get(answer.owner)
    return (owner.get("on_call") or None) if owner is not None else None


def problems_with(doc: FlowDoc, at_ms: int, names: Mapping[str, str] = {}) -> list[str]:
    """What else than a missing answer is wrong with a flow: its sources disagree, its contract is at its end."""
    found = [f"{one.word} disputed: {_said(one.said)}" for one in disagreements(doc, names)]
    ends_ms, lifecycle = doc.get("contract_ends_ms"), str(doc.get("lifecycle") or "").casefold()
    if ends_ms is not None and ends_ms <= at_ms:
        found.append("contract ended")
    if lifecycle in _ENDING:
        found.append(f"contract {lifecycle}")
    return found


def names_of(known: Answerers) -> Mapping[str, str]:
    """The names by which owners and schedules go, each with the one that stands for it."""
    return synonyms(known.owners, known.schedules.items())


def _said(said: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{one['value']} by {one['origin'] or one['via']}" for one in said)
