"""Who keeps the excess: conservation of waiting and failing along a graph of calls.

What a caller waits for its callee, or fails because its callee failed, the callee had first. So the excess over normal,
in the symptom's own unit and times the number of requests, is the same mass all along the path from the symptom to the
source: each entity on the way has it from below, and only the source keeps it. Walk from the symptom to what it calls;
what an entity has and its callees have not is its own share. Excess that was there before the trouble began does not
count, nor does excess at times at which the symptom has none.

Edges that are missing hurt more than edges too many, so entities that the graph does not lead to are kept, at a lower
weight. Where nothing is known of who calls whom, who has as much excess as the symptom, at the same time, still makes a
short list: the source is among them, though so is everybody on the way from it. Without request volumes a slow call
that is hardly ever made looks as large as one that everybody waits for; then departures are compared in units of their
own spread, and the answer is worth less.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from console.analysis.comparable import Measure, alike, measures
from console.analysis.masses import Masses, masses
from console.analysis.moves import Moves
from console.analysis.scene import Flags, Floats, Grid, Topology
from console.analysis.sharewords import reason
from console.signals import EntityRef, Signal

FEWEST = 3  # entities that can be compared, below which nothing is said; two of them must lie along the graph
OFF_GRAPH = 0.35  # weight of an entity that the graph does not lead to
CALLER = 0.1  # weight of an entity that calls the symptom's: it suffers, and does not cause
BESIDE = 0.6  # weight of an entity's other signals, beside the one that was compared
_UNCOUNTED = 0.6  # what an answer without request volumes, or without a graph, is worth


class Shares(NamedTuple):
    """How much of the symptom's excess is kept, and by whom.

    ``scores`` has a number from 0 to 1 for each signal (that of its entity; less for signals that were not themselves
    compared) and ``why`` its reason, empty where there is nothing to say. ``share`` holds the own share of each entity
    that was compared, before weights. ``counted`` is whether request volumes were known, ``graph`` whether calls were.
    ``confidence`` goes from 0 to 1: how large the largest share is, how clearly it leads, and how far the symptom
    itself stands out.
    """

    scores: Floats
    why: Sequence[str]
    share: Mapping[EntityRef, float]
    counted: bool
    graph: bool
    confidence: float


def shares(
    grid: Grid,
    signals: Sequence[Signal],
    moves: Moves,
    topology: Topology,
    symptom_index: int,
    trouble: Flags | None = None,
) -> Shares | None:
    """Share out a symptom's excess among the entities of a graph of calls.

    ``trouble`` marks the slots in which the symptom was in trouble, where that is known; otherwise those in which it
    has its excess. None when what is known of the system is no graph of calls, when the symptom counts neither time nor
    failures, when fewer than ``FEWEST`` entities can be compared with it (in a graph: one of them called by it), or
    when it has no excess in the window.
    """
    graph = topology.calls and bool(topology.links)
    if topology.links and not topology.calls:
        return None
    callees = _callees(topology)
    start = signals[symptom_index].entity
    walked = _reached(start, callees)
    found = measures(signals, symptom_index)
    if start not in found or len(found) < FEWEST or (graph and sum(entity in walked for entity in found) < 2):
        return None
    mass = masses(grid, signals, moves, found, callees, start, trouble)
    if mass is None:
        return None
    kept = _kept(mass, start, callees)
    callers = _reached(start, _turned(callees))
    weight = {entity: _weight(entity, walked, callers) if graph else 1.0 for entity in kept}
    whole = float(mass.of[start].sum())
    reasons = {
        entity: reason(one.family, kept[entity], mass, whole, entity, graph, entity in walked)
        for entity, one in found.items()
    }
    scores, why = np.zeros(len(signals)), [""] * len(signals)
    for row, signal in enumerate(signals):
        one = found.get(signal.entity)
        if one is not None and row != symptom_index:
            scores[row] = (
                kept[signal.entity] * weight[signal.entity] * (1.0 if alike(signals[one.row], signal) else BESIDE)
            )
            why[row] = reasons[signal.entity]
    ranked = sorted((kept[entity] * weight[entity] for entity in kept), reverse=True)
    confidence = _confidence(ranked, mass, moves, found[start])
    return Shares(scores, why, kept, mass.counted, graph, confidence if graph else confidence * _UNCOUNTED)


def _callees(topology: Topology) -> dict[EntityRef, list[EntityRef]]:
    found: dict[EntityRef, list[EntityRef]] = defaultdict(list)
    for link in topology.links:
        found[link.effect].append(link.cause)
    return found


def _turned(callees: Mapping[EntityRef, Sequence[EntityRef]]) -> dict[EntityRef, list[EntityRef]]:
    found: dict[EntityRef, list[EntityRef]] = defaultdict(list)
    for caller, called in callees.items():
        for one in called:
            found[one].append(caller)
    return found


def _reached(start: EntityRef, links: Mapping[EntityRef, Sequence[EntityRef]]) -> set[EntityRef]:
    found, queue = {start}, deque([start])
    while queue:
        for other in links.get(queue.popleft(), ()):
            if other not in found:
                found.add(other)
                queue.append(other)
    return found


def _weight(entity: EntityRef, walked: set[EntityRef], callers: set[EntityRef]) -> float:
    if entity in walked:
        return 1.0
    return CALLER if entity in callers else OFF_GRAPH


def _kept(mass: Masses, start: EntityRef, callees: Mapping[EntityRef, Sequence[EntityRef]]) -> dict[EntityRef, float]:
    """Own share of each entity, as a part of the symptom's mass. What an entity has beyond its callers never counts:
    nobody on the way to the symptom waited for it."""
    held = mass.of
    whole = held[start]
    below = {entity: _comparable(entity, callees, held) for entity in held}
    passed = {start: whole}  # what of an entity's mass can have reached the symptom: the widest way counts
    queue = deque([start])
    while queue:
        entity = queue.popleft()
        for other in below[entity]:
            before = passed.get(other)
            got = np.minimum(held[other], passed[entity])
            if before is not None:
                got = np.maximum(got, before)
            if before is None or (got > before).any():
                passed[other] = got
                queue.append(other)
    own = {}
    for entity in held:
        has = passed[entity] if entity in passed else np.minimum(held[entity], whole)
        rest = has - sum(np.minimum(held[other], has) for other in below[entity])
        own[entity] = float(np.maximum(rest, 0.0).sum() / whole.sum())
    return own


def _comparable(
    entity: EntityRef, callees: Mapping[EntityRef, Sequence[EntityRef]], held: Mapping[EntityRef, Floats]
) -> list[EntityRef]:
    """What an entity calls and what can be compared; behind a callee that cannot be, what that calls in turn."""
    found: dict[EntityRef, None] = {}
    queue, seen = deque([entity]), {entity}
    while queue:
        for other in callees.get(queue.popleft(), ()):
            if other in seen:
                continue
            seen.add(other)
            if other in held:
                found[other] = None
            else:
                queue.append(other)
    return list(found)


def _confidence(ranked: Sequence[float], mass: Masses, moves: Moves, symptom: Measure) -> float:
    first, second = (*ranked, 0.0, 0.0)[:2]
    clear = 1.0 - 0.5 * second / first if first > 0 else 0.0
    stands_out = np.nan_to_num(np.abs(moves.z[symptom.row][mass.trouble]), nan=0.0).max(initial=0.0)
    sure = 1.0 - float(np.exp(-stands_out / 2))
    return float(min(1.0, first) * clear * sure * (1.0 if mass.counted else _UNCOUNTED))
