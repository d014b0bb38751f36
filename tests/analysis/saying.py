"""Parts of a verdict, made by hand, to see how they are said."""

from __future__ import annotations

from typing import Any

import numpy as np

from console.analysis.chain import Chain
from console.analysis.first import First
from console.analysis.fixes import Suspect
from console.analysis.misleading import Misleading
from console.analysis.moves import Episode
from console.analysis.rank import Candidate
from console.analysis.scene import Alarm, Change, Link, Scene, Topology
from console.analysis.symptom import Symptom
from console.findings import FixDoc, OwnershipDoc
from console.signals import Bad, EntityKind, EntityRef, Pane
from tests.analysis.making import BEGIN_MS, STEP_MS, bursts, scene, signal

SLOTS = 100
HURT, MOVED = 60, 46  # slots
QUALITY = signal("quality", Pane.MODELS, Bad.DOWN, EntityKind.MODEL, "answer@1", "1")
FAILURES = signal("schema failures", Pane.INGESTION, Bad.UP, EntityKind.FLOW, "partner", "/s")
CPU = signal("cpu", Pane.SCHEDULING, Bad.UP, EntityKind.NODE, "node-1", "%")
FEED = EntityRef(EntityKind.JOB, "p/partner-feed")
NODE = EntityRef(EntityKind.NODE, "node-2")
NOBODY_ASKED = Misleading(None, False, "nothing has alarmed")


def made(**more: Any) -> Scene:
    """Quality falls at slot 60 for good, 70 s after schema failures rose; partner-feed makes the flow."""
    rows = [
        1.0 - bursts(SLOTS, [HURT], SLOTS, 0.5),
        bursts(SLOTS, [MOVED], SLOTS, 9.0),
        np.full(SLOTS, 40.0),
    ]  # fmt: skip
    topology = Topology((Link(FEED, FAILURES.entity, "told"), Link(FAILURES.entity, QUALITY.entity, "told")))
    return scene([QUALITY, FAILURES, CPU], rows)._replace(topology=topology, **more)


def hurt(first: int = HURT, last: int = SLOTS - 1) -> Symptom:
    """Quality in trouble."""
    return Symptom(0, Chain(0, (Episode(first, last, last == SLOTS - 1),), 20.0), 0.8)


def candidate(row: int = 1, **more: Any) -> Candidate:
    """A signal that moved 70 s before the symptom."""
    facts: dict[str, Any] = {
        "row": row, "chain": Chain(row, (Episode(MOVED, SLOTS - 1, True),), 30.0), "onset": MOVED, "earliest": MOVED,
        "latest": MOVED, "lead": 70.0, "doubt": 5.0, "hits": 1, "of": 1, "followed": 1.0, "r": 0.5, "lag_s": 20.0,
        "p_value": 0.01, "hops": 1, "way": "up", "direction": 1, "score": 0.9,
    }  # fmt: skip
    return Candidate(**(facts | more))


def named(head: Candidate | None = None, *others: Candidate, why_not: str = "") -> First:
    """A first mover, or none and why."""
    order = [] if head is None else [head]
    return First(head, [*order, *others], why_not, 0.8)


def alarmed(misleads: bool = True, slot: int = 80) -> Misleading:
    """NodeDown, later than what moved."""
    return Misleading(Alarm(_ms(slot), "NodeDown", NODE, "nomad", "bad"), misleads, "quality fell before it")  # type: ignore[arg-type]


def suspect(before_s: float = 10.0, hops: int | None = 1) -> Suspect:
    """A version of the feed shortly before."""
    what = "partner-feed version 1 registered: env PAYLOAD changed"
    change = Change(_ms(MOVED) - round(before_s * 1000), what, FEED, "version", ("env PAYLOAD",))
    return Suspect(change, before_s, hops)


def fix(effect: str, what: str = "indexer version 2 registered: env CHECKS changed") -> FixDoc:
    """What a change did."""
    return {
        "at": "2026-11-23T14:00:00Z", "what": what, "entity": "job:p/indexer", "effect": effect, "text": f"{effect}: x",
        "changes": ["env CHECKS"], "side_effects": [],
    }  # fmt: skip


def owner(flow: str, name: str | None) -> OwnershipDoc:
    """Who answers for a flow."""
    return {"flow": flow, "owner": name, "on_call": name, "problems": [] if name else ["no owner", "no data contract"]}


def _ms(slot: int) -> int:
    return BEGIN_MS + STEP_MS * (slot + 1)
