"""Whether trouble at one entity can reach another, and over how many steps, by what is known of the system."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Literal

from console.analysis.scene import Topology
from console.signals import EntityRef

Way = Literal["up", "down", "same", "none", "unknown"]
MOST_HOPS = 6


class Reach:
    """Answers for one topology. ``to(a, b)`` says how a lies to b: "up" means that trouble at a can show at b, in so
    many steps; "down" that b's can show at a; "same" entity; "none" that both are known and no way leads from one to
    the other; "unknown" that the topology does not know one of them. Cycles do no harm; each end is searched once.
    """

    def __init__(self, topology: Topology) -> None:
        self._causes: dict[EntityRef, set[EntityRef]] = defaultdict(set)
        self._effects: dict[EntityRef, set[EntityRef]] = defaultdict(set)
        for link in topology.links:
            self._causes[link.effect].add(link.cause)
            self._effects[link.cause].add(link.effect)
        self._above: dict[EntityRef, Mapping[EntityRef, int]] = {}
        self._below: dict[EntityRef, Mapping[EntityRef, int]] = {}

    def knows(self, entity: EntityRef) -> bool:
        """Whether any link names it."""
        return entity in self._causes or entity in self._effects

    def near(self, end: EntityRef, hops: int) -> Mapping[EntityRef, int]:
        """Entities trouble at which can show at an end within so many steps (at most ``MOST_HOPS``), with the steps;
        the end itself with none."""
        return _search([end], self._causes, min(hops, MOST_HOPS))

    def around(self, several: Iterable[EntityRef], hops: int) -> Set[EntityRef]:
        """Entities at which trouble at one of several can show, or from which it can come, within so many steps; they
        are among them. At most ``MOST_HOPS``; O(links), however many they are."""
        starts, most = list(several), min(hops, MOST_HOPS)
        return _search(starts, self._effects, most).keys() | _search(starts, self._causes, most).keys()

    def to(self, entity: EntityRef, end: EntityRef) -> tuple[int | None, Way]:
        """Steps and way from an entity to an end."""
        if entity == end:
            return 0, "same"
        if not self.knows(entity) or not self.knows(end):
            return None, "unknown"
        if end not in self._above:
            self._above[end] = _search([end], self._causes)
            self._below[end] = _search([end], self._effects)
        up, down = self._above[end].get(entity), self._below[end].get(entity)
        if up is not None and (down is None or up <= down):
            return up, "up"
        return (None, "none") if down is None else (down, "down")


def _search(
    starts: Sequence[EntityRef], links: Mapping[EntityRef, set[EntityRef]], most: int = MOST_HOPS
) -> Mapping[EntityRef, int]:
    found = dict.fromkeys(starts, 0)
    waiting = deque(found)
    while waiting:
        one = waiting.popleft()
        if found[one] >= most:
            continue
        for other in links.get(one, ()):
            if other not in found:
                found[other] = found[one] + 1
                waiting.append(other)
    return found
