"""What an action leaves on the tape: that it is begun, that it was done, what came of it; each in a sentence."""

from __future__ import annotations

from typing import Any, NamedTuple

from console.nomadactions.shapes import Plan
from console.signals import EntityKind, Pane, Record, RecordKind

SOURCE = "console"
BEGUN, DONE, REFUSED, UNKNOWN, OUTCOME = "ActionBegun", "ActionDone", "ActionRefused", "ActionUnknown", "ActionOutcome"


class Who(NamedTuple):
    """Who acts, from where."""

    user: str
    host: str


def begun(plan: Plan, who: Who, at_ms: int) -> Record:
    """Written before anything is sent: nothing is done that nobody can find. What follows says more, so it is minor."""
    text = f"{who.user} asks Nomad: {plan.title[:1].lower()}{plan.title[1:]}"
    return _event(plan, who, BEGUN, at_ms, at_ms, text, minor=True)


def done(plan: Plan, who: Who, at_ms: int, seen_ms: int) -> Record:
    """That it was done: what analysis takes for a possible fix. ``at_ms`` is when it was sent."""
    return _event(plan, who, DONE, at_ms, seen_ms, f"{who.user} {plan.deed}", change=True)


def refused(plan: Plan, who: Who, at_ms: int, why: str) -> Record:
    """That Nomad did not do it, or was never reached."""
    text = f"not done: {who.user} wanted to {plan.title[:1].lower()}{plan.title[1:]}; {why}"
    return _event(plan, who, REFUSED, at_ms, at_ms, text, severity="warn")


def unknown(plan: Plan, who: Who, at_ms: int, why: str) -> Record:
    """That nobody knows whether it was done."""
    text = f"{who.user} asked to {plan.title[:1].lower()}{plan.title[1:]}; whether it was done is not known: {why}"
    return _event(plan, who, UNKNOWN, at_ms, at_ms, text, severity="warn")


def outcome(plan: Plan, who: Who, at_ms: int, text: str, well: bool) -> Record:
    """What came of it."""
    return _event(plan, who, OUTCOME, at_ms, at_ms, text, severity="ok" if well else "warn", well=well)


def _event(
    plan: Plan, who: Who, name: str, at_ms: int, seen_ms: int, text: str, severity: str = "info", **more: Any
) -> Record:
    body: dict[str, Any] = {
        "text": text,
        "severity": severity,
        "pane": Pane.SCHEDULING.value,
        "action": plan.action,
        "who": f"{who.user}@{who.host}",
        **({"job": plan.job} if plan.job else {}),
        **({_ID_AS[plan.entity.kind]: plan.entity.id} if plan.entity.kind in _ID_AS else {}),
        **({"cluster": plan.place} if plan.place else {}),
        **plan.more,
        **more,
    }
    return Record(RecordKind.EVENT, SOURCE, plan.entity, name, at_ms, seen_ms, body)


_ID_AS = {EntityKind.ALLOCATION: "alloc", EntityKind.NODE: "node", EntityKind.DEPLOYMENT: "deployment"}
