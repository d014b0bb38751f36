"""Which of the known answers for data flows a verdict is about, and whether anybody answers for what moved first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.analysis.scene import Scene
from console.analysis.whom import responsible
from console.analysis.words import entity_name
from console.findings import OwnershipDoc
from console.signals import EntityKind, EntityRef, Signal


def owners_near(scene: Scene, signals: Sequence[Signal]) -> list[OwnershipDoc]:
    """Those that the signals' entities and labels name: those with problems first, then in the order of the signals."""
    words: dict[str, int] = {}
    for place, signal in enumerate(signals):
        for part in (signal.entity.id, entity_name(signal.entity, scene.names), *signal.labels.values()):
            words.setdefault(part.casefold(), place)
            words.setdefault(part.rpartition("/")[2].casefold(), place)
    near = []
    for owner in scene.ownership:
        place = min((words[name] for name in _names(owner["flow"]) if name in words), default=-1)
        if place >= 0:
            near.append((place, owner))
    return [owner for _, owner in sorted(near, key=lambda pair: (not pair[1]["problems"], pair[0]))]


def unowned(scene: Scene, entity: EntityRef) -> OwnershipDoc | None:
    """The answer for an entity's data, where that is that nobody owns it; None where somebody does or nothing is known.

    A flow is told by the job that makes it, where that is known and has no owner either: that is the one to look for.
    """
    known: dict[str, OwnershipDoc] = {}
    for owner in scene.ownership:
        for name in _names(owner["flow"]):
            known.setdefault(name, owner)
    own = _answer(known, entity, scene.names)
    if own is None:
        return _by_what_it_is_of(scene, entity)
    if own["owner"] is not None:
        return None
    for link in scene.topology.links if entity.kind is EntityKind.FLOW else ():
        if link.effect == entity and link.cause.kind is EntityKind.JOB:
            maker = _answer(known, link.cause, scene.names)
            if maker is not None and maker["owner"] is None:
                return maker
    return own


def _by_what_it_is_of(scene: Scene, entity: EntityRef) -> OwnershipDoc | None:
    """The same for what has no answer of its own: a queue is answered for by the flow in it."""
    told = None if entity.kind is EntityKind.FLOW else responsible(scene, entity)
    if told is None or told["owner"] is not None:
        return None
    return {"flow": told["flow"], "owner": None, "on_call": told["on_call"], "problems": told["problems"]}


def problems_of(owner: OwnershipDoc) -> list[str]:
    """What is missing, each once, the owner first."""
    found = ["no owner"] if owner["owner"] is None else []
    found += ["no on-call"] if owner["on_call"] is None else []
    return list(dict.fromkeys([*found, *owner["problems"]]))


def _answer(
    known: Mapping[str, OwnershipDoc], entity: EntityRef, names: Mapping[EntityRef, str]
) -> OwnershipDoc | None:
    called = (entity.id, entity_name(entity, names), entity.id.rpartition("/")[2])
    return next((known[name.casefold()] for name in called if name.casefold() in known), None)


def _names(flow: str) -> set[str]:
    return {flow.casefold(), flow.rpartition("/")[2].casefold(), flow.rpartition(".")[2].casefold()}
