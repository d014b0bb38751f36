"""What was promised of a data flow against what is seen of it now: how old its newest thing may be. Pure.

Signals of a flow are those about it, and those that carry the labels which its files give it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from console.panes import sources
from console.panes.normal import fresh_ms
from console.panes.world import World
from console.signals import EntityKind, EntityRef, Pane, Signal

FlowRow = Callable[[EntityRef], EntityRef]


class Late(NamedTuple):
    """A flow whose newest thing is older than was promised, in seconds; nobody can tell after ``until_ms`` unless it is
    seen again."""

    age_s: float
    promised_s: float
    until_ms: float


def ages_of_flows(world: World, row_of: FlowRow) -> dict[str, tuple[int, ...]]:
    """The signals (their numbers) that say how old the newest thing of a flow is, for each with a promise of that.
    ``row_of`` leads an entity to the flow that it is."""
    found: dict[str, list[int]] = defaultdict(list)
    by_label: dict[tuple[str, str], list[int]] = defaultdict(list)
    promising = {flow for flow, record in world.declared(EntityKind.FLOW) if record.body.get("freshness_s")}
    if not promising:
        return {}
    ages = _ages(world)
    for number, signal in ages.items():
        entity = row_of(signal.entity)
        if entity.kind is EntityKind.FLOW and entity.id in promising:
            found[entity.id].append(number)
        for label in signal.labels.items():
            by_label[label].append(number)
    for flow in promising:
        doc = world.flow(flow)
        match = (doc.get("match") if doc else None) or {}
        found[flow] += [number for number in _labelled(match, by_label, ages) if number not in found[flow]]
    return {flow: tuple(numbers) for flow, numbers in found.items() if numbers}


def _ages(world: World) -> dict[int, Signal]:
    """The signals that say how old the newest of something is."""
    from console.governance.flowwords import is_age  # here, so that nobody without promises waits for it

    timed = ((number, one.signal) for number, one in world.tracked.items() if one.signal.unit == "s")
    return {number: signal for number, signal in timed if signal.pane is Pane.INGESTION and is_age(signal)}


def _labelled(
    match: Mapping[str, list[str]], by_label: Mapping[tuple[str, str], list[int]], ages: Mapping[int, Signal]
) -> Iterator[int]:
    some = next(iter(match), "")
    for value in match.get(some, ()):
        for number in by_label.get((some, value), ()):
            labels = ages[number].labels
            if all(labels.get(key) in values for key, values in match.items()):
                yield number


def late(world: World, flow: str, ages: tuple[int, ...]) -> Late | None:
    """Whether a flow is late, by whoever sees it oldest. What is not seen now says nothing."""
    doc = world.flow(flow)
    promised_s = doc.get("freshness_s") if doc else None
    if not promised_s:
        return None
    seen = [(0.0, 0)]
    for number in ages:
        one = world.tracked[number]
        old_ms = world.now_ms - one.history.newest_ms
        if 0 <= old_ms <= fresh_ms(one.signal) and sources.is_seen(world, one.signal.source):
            seen.append((one.history.newest, one.history.newest_ms + fresh_ms(one.signal) + 1))
    oldest_s, until_ms = max(seen)
    return Late(oldest_s, promised_s, until_ms) if oldest_s > promised_s else None


class Lateness:
    """Which flows are late, kept up with each sample: a row is looked at again when its flow is late or was."""

    def __init__(self) -> None:
        self._ages: Mapping[str, tuple[int, ...]] = {}
        self._flows: dict[int, list[str]] = {}
        self._late: set[str] = set()

    def link(self, world: World, ages: Mapping[str, tuple[int, ...]]) -> None:
        """Have these signals say how old the newest of flows is."""
        self._ages, self._flows = ages, defaultdict(list)
        self._late = {flow for flow, numbers in ages.items() if late(world, flow, numbers) is not None}
        for flow, numbers in ages.items():
            for number in numbers:
                self._flows[number].append(flow)

    def look(self, world: World, touched: set[int]) -> set[str]:
        """Of flows whose signals got samples those whose rows say something else now."""
        found = set()
        for flow in {flow for number in touched & self._flows.keys() for flow in self._flows[number]}:
            is_late = late(world, flow, self._ages[flow]) is not None
            if is_late or flow in self._late:
                found.add(flow)
            (self._late.add if is_late else self._late.discard)(flow)
        return found
