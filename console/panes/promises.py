"""What was promised of a data flow against what is seen of it now: how old its newest thing may be, and what share of
what comes in must go out. Pure. (Counts of its stages are held against each other by the audit, over longer times.)

Signals of a flow are those about it, and those that carry the labels which its files give it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from console.format import duration
from console.panes import sources
from console.panes.kpis import percent
from console.panes.normal import fresh_ms
from console.panes.world import World
from console.signals import EntityKind, EntityRef, Pane, Signal

_SHARES = ("1", "%")

FlowRow = Callable[[EntityRef], EntityRef]


class Broken(NamedTuple):
    """A promise that does not hold, in a word and in a note; nobody can tell after ``until_ms`` unless the flow is seen
    again."""

    word: str
    note: str
    until_ms: float


def promises_of_flows(world: World, row_of: FlowRow) -> dict[str, tuple[int, ...]]:
    """The signals (their numbers) that say how old the newest thing of a flow is or how much of it arrives, for each
    with a promise. ``row_of`` leads an entity to the flow that it is."""
    found: dict[str, list[int]] = defaultdict(list)
    by_label: dict[tuple[str, str], list[int]] = defaultdict(list)
    promising = {
        flow
        for flow, record in world.declared(EntityKind.FLOW)
        if record.body.get("freshness_s") or record.body.get("completeness")
    }
    if not promising:
        return {}
    telling = _telling(world)
    for number, signal in telling.items():
        entity = row_of(signal.entity)
        if entity.kind is EntityKind.FLOW and entity.id in promising:
            found[entity.id].append(number)
        for label in signal.labels.items():
            by_label[label].append(number)
    for flow in promising:
        doc = world.flow(flow)
        match = (doc.get("match") if doc else None) or {}
        found[flow] += [number for number in _labelled(match, by_label, telling) if number not in found[flow]]
    return {flow: tuple(numbers) for flow, numbers in found.items() if numbers}


def _telling(world: World) -> dict[int, Signal]:
    """The signals that say how old the newest of something is, or what share of it arrives."""
    from console.governance.flowwords import is_age  # here, so that nobody without promises waits for it

    found = ((number, one.signal) for number, one in world.tracked.items() if one.signal.unit in ("s", *_SHARES))
    return {
        number: signal
        for number, signal in found
        if signal.pane is Pane.INGESTION and (is_age(signal) or (signal.unit in _SHARES and _is_share(signal)))
    }


def _is_share(signal: Signal) -> bool:
    return "complete" in signal.name.casefold() or "complete" in signal.key.partition("{")[0].casefold()


def _labelled(
    match: Mapping[str, list[str]], by_label: Mapping[tuple[str, str], list[int]], telling: Mapping[int, Signal]
) -> Iterator[int]:
    some = next(iter(match), "")
    for value in match.get(some, ()):
        for number in by_label.get((some, value), ()):
            labels = telling[number].labels
            if all(labels.get(key) in values for key, values in match.items()):
                yield number


def broken(world: World, flow: str, numbers: tuple[int, ...]) -> Broken | None:
    """Whether a flow breaks a promise, by whoever sees it worst. What is not seen now says nothing."""
    doc = world.flow(flow)
    ages, shares = [(0.0, 0)], [(1.0, 0)]
    for number in numbers if doc is not None else ():
        one = world.tracked[number]
        fresh = fresh_ms(one.signal)
        if 0 <= world.now_ms - one.history.newest_ms <= fresh and sources.is_seen(world, one.signal.source):
            value, until_ms = one.history.newest, one.history.newest_ms + fresh + 1
            if one.signal.unit == "s":
                ages.append((value, until_ms))
            else:
                shares.append((value / 100 if one.signal.unit == "%" else value, until_ms))
    promised_s, promised = (doc.get("freshness_s"), doc.get("completeness")) if doc is not None else (None, None)
    (oldest_s, until_ms), (least, seen_ms) = max(ages), min(shares)
    if promised_s and oldest_s > promised_s:
        return Broken(
            f"late {duration(oldest_s)}", f"{duration(oldest_s)} old, promised {duration(promised_s)}", until_ms
        )
    if promised and least < promised:
        return Broken(f"{percent(least)} complete", f"{percent(least)} complete, promised {percent(promised)}", seen_ms)
    return None


class Promises:
    """Which flows break what was promised, kept up with each sample: a row is looked at again when its flow does or
    did."""

    def __init__(self) -> None:
        self._telling: Mapping[str, tuple[int, ...]] = {}
        self._flows: dict[int, list[str]] = {}
        self._broken: set[str] = set()

    def link(self, world: World, telling: Mapping[str, tuple[int, ...]]) -> None:
        """Have these signals tell of flows."""
        self._telling, self._flows = telling, defaultdict(list)
        self._broken = {flow for flow, numbers in telling.items() if broken(world, flow, numbers) is not None}
        for flow, numbers in telling.items():
            for number in numbers:
                self._flows[number].append(flow)

    def look(self, world: World, touched: set[int]) -> set[str]:
        """Of flows whose signals got samples those whose rows say something else now."""
        found = set()
        for flow in {flow for number in touched & self._flows.keys() for flow in self._flows[number]}:
            is_broken = broken(world, flow, self._telling[flow]) is not None
            if is_broken or flow in self._broken:
                found.add(flow)
            (self._broken.add if is_broken else self._broken.discard)(flow)
        return found
