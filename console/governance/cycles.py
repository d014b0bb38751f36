"""Data flows that are made of each other in a circle: nobody can say then which of them moved first. Pure."""

# No postponed annotations here: each of them would be compiled at every start.
from collections import deque
from collections.abc import Mapping

from console.governance.fields import folded_job
from console.governance.shapes import DoubtDoc, FlowDoc
from console.plain import plain

MOST_NAMED = 12
MOST_EXACT = 200
"""Flows in circles for each of which the shortest is looked for."""


def cycles(flows: Mapping[str, FlowDoc]) -> dict[str, DoubtDoc]:
    """A doubt for each flow that a circle goes through; it names the shortest one, or in a large tangle one of them.

    A flow is made of those that it calls ``upstream`` and of those that its producer consumes. A job that takes back
    what it made itself (to try it again) is no circle between flows.
    """
    after = _knotted(_successors({name: doc for name, doc in flows.items() if not doc.get("removed")}))
    ways: dict[str, str] = {}
    for name in after:
        if name not in ways and (way := _way_back(name, after)):
            ways.update(dict.fromkeys(way if len(after) > MOST_EXACT else (name,), _told(way)))
    found: dict[str, DoubtDoc] = {}
    for name in after:
        if name in ways:
            said = (flows[name].get("said") or {}).get("upstream")
            origin = said[0]["origin"] if said else flows[name]["origin"]
            why = f"is made of itself: {ways[name]}"
            found[name] = {"field": "upstream", "why": why, "origin": origin}
    return found


def _successors(flows: Mapping[str, FlowDoc]) -> dict[str, set[str]]:
    """For each flow those that are made of it."""
    known = {name.casefold(): name for name in flows}
    after: dict[str, set[str]] = {name: set() for name in flows}
    produced: dict[str, list[str]] = {}
    for name, doc in flows.items():
        if doc.get("producer"):
            produced.setdefault(folded_job(doc["producer"]), []).append(name)
        for upstream in doc.get("upstream") or ():
            if (source := known.get(upstream.casefold())) is not None:
                after[source].add(name)
    for name, doc in flows.items():
        for consumer in doc["consumers"]:
            after[name].update(one for one in produced.get(folded_job(consumer), ()) if one != name)
    return after


def _knotted(after: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The flows that a circle may go through: all that nothing comes before, or nothing after, are taken away."""
    left = {name: set(following) for name, following in after.items()}
    before: dict[str, set[str]] = {name: set() for name in left}
    for name, following in left.items():
        for one in following:
            before[one].add(name)
    ends = [name for name in left if not left[name] or not before[name]]
    while ends:
        name = ends.pop()
        if name not in left:
            continue
        for one in left.pop(name):
            before[one].discard(name)
            ends += [one] if not before[one] else []
        for one in before.pop(name):
            left[one].discard(name)
            ends += [one] if not left[one] else []
    return left


def _way_back(start: str, after: Mapping[str, set[str]]) -> list[str]:
    """The shortest way from a flow to itself, empty where there is none."""
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for there in sorted(after[here]):
            if there == start:
                way = [start]
                while here != start:
                    way.append(here)
                    here = came_from[here]
                return [start, *reversed(way)]
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return []


def _told(way: list[str]) -> str:
    """A circle from its first name on, so that all who are in it tell the same; of a long one its beginning."""
    ring = way[:-1]
    at = ring.index(min(ring))
    names = [plain(one, 100) for one in [*ring[at:], *ring[:at]]]
    left = len(names) - MOST_NAMED
    middle = [*names[:MOST_NAMED], f"({left} more)"] if left > 0 else names
    return " -> ".join([*middle, names[0]])
