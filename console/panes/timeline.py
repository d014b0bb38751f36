"""Every system's events and people's notes in one order. Pure: moments and clocks in, lines out.

Times of a source are corrected by what is known of its clock. What two systems say of one alert is one line; many
alike events within seconds are one line, too. Nothing is dropped: each moment is in exactly one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from console.panes.clocks import GRAIN_MS, Clock, Clocks
from console.panes.moments import LATE_MS, Moment, What
from console.panes.rows import worst
from console.panes.sieve import Sieve
from console.signals import EntityRef, Health

MERGE_MS = 90_000  # two systems tell of one alert no further apart than this
GROUP_MS = 10_000  # alike events within so long are counted as one line
GROUP_FROM = 5
_FEW = 3


class Entry(NamedTuple):
    """One line. ``at_ms`` is corrected by ``skew_ms``, and may be wrong by ``doubt_ms``; ``to_ms`` is the time of the
    last of those that are counted in it. ``systems`` told it, in order. ``late_ms`` is by how much later than it
    happened it was learned, 0 where that is not worth telling. ``unsure``: it may have come before the line above.
    ``told`` holds all moments behind the line, in order.
    """

    key: str
    at_ms: int
    to_ms: int
    doubt_ms: int
    skew_ms: int
    systems: tuple[str, ...]
    what: What
    health: Health
    subject: str
    text: str
    told: tuple[Moment, ...]
    late_ms: int = 0
    unsure: bool = False
    group: bool = False

    @property
    def first(self) -> Moment:
        return self.told[0]

    @property
    def entity(self) -> EntityRef | None:
        return self.told[0].entity


class Placed(NamedTuple):
    """Moments of one thing, at the best known time of the first."""

    at_ms: int
    clock: Clock
    told: tuple[Moment, ...]

    @property
    def order(self) -> tuple[int, str, str]:
        first = self.told[0]
        return (self.at_ms, first.system, first.key)


def place(told: tuple[Moment, ...], clocks: Clocks) -> Placed:
    """Put what was told of one thing at the time of its first moment, corrected."""
    first = told[0]
    if first.doubt_ms is not None:
        return Placed(first.at_ms, Clock(0, first.doubt_ms, True), told)
    clock = clocks.of(first.system, first.at_ms, first.seen_ms)
    return Placed(first.at_ms - clock.skew_ms, clock, told)


def is_later(one: Moment, clocks: Clocks, than_ms: int) -> bool:
    """Whether something happened later than a time, by its own clock and by ours: only then that is certain."""
    return one.at_ms > than_ms and place((one,), clocks).at_ms > than_ms


def merge(moments: Iterable[Moment], clocks: Clocks) -> list[Placed]:
    """One for each thing, in order: what two systems say of one alert is together."""
    singles = sorted((place((one,), clocks) for one in moments), key=lambda one: one.order)
    merged: list[Placed] = []
    open_: dict[str, int] = {}
    for single in singles:
        one = single.told[0]
        at = open_.get(one.same) if one.same else None
        held = merged[at] if at is not None else None
        if at is not None and held is not None and _joins(held, single):
            merged[at] = held._replace(told=(*held.told, one))
            continue
        if one.same:
            open_[one.same] = len(merged)
        merged.append(single)
    return merged


def _joins(held: Placed, single: Placed) -> bool:
    known = {one.system for one in held.told}
    return single.told[0].system not in known and single.at_ms - held.at_ms <= MERGE_MS


def fold(placed: Sequence[Placed], sieve: Sieve = Sieve()) -> list[Entry]:  # noqa: B008 - a tuple
    """The lines that the sieve lets through, in order of time."""
    kept = [one for one in placed if sieve.lets(one.told)]
    bundles = [[one] for one in kept] if sieve.apart else _bundles(kept)
    entries = [_entry(bundle[0]) if len(bundle) == 1 else _group(bundle) for bundle in bundles]
    entries.sort(key=lambda one: (one.at_ms, one.first.system, one.first.key))
    return _doubted(entries)


def _bundles(kept: Sequence[Placed]) -> list[list[Placed]]:
    """Those that are counted as one line together, the others each by itself."""
    found: list[list[Placed]] = []
    current: dict[tuple[str, ...], list[Placed]] = {}
    for one in kept:
        alike = one.told[0].alike if len(one.told) == 1 else ()
        if not alike:
            found.append([one])
            continue
        held = current.get(alike)
        if held is None or one.at_ms - held[0].at_ms > GROUP_MS:
            held = current[alike] = []
            found.append(held)
        held.append(one)
    return [
        part
        for bundle in found
        for part in ([bundle] if len(bundle) == 1 or len(bundle) >= GROUP_FROM else [[one] for one in bundle])
    ]


def _entry(one: Placed) -> Entry:
    first = one.told[0]
    texts = [said.text for said in one.told]
    return Entry(
        key=first.key,
        at_ms=one.at_ms,
        to_ms=one.at_ms,
        doubt_ms=_doubt_ms(one),
        skew_ms=one.clock.skew_ms,
        systems=tuple(dict.fromkeys(said.system for said in one.told)),
        what=first.what,
        health=worst(said.health for said in one.told),
        subject=first.subject,
        text=texts[0] if first.what is What.VERDICT else max(texts, key=_telling),
        told=one.told,
        late_ms=_late_ms(one.at_ms, one.told),
    )


def _telling(text: str) -> tuple[bool, int]:
    """Of what two systems say: the one with a summary, which stands after a colon, then the longer one."""
    return (": " in text, len(text))


def _group(bundle: Sequence[Placed]) -> Entry:
    told = tuple(moment for one in bundle for moment in one.told)
    first = _entry(bundle[0])
    subjects = Counter(one.subject for one in told)
    return first._replace(
        key=f"group {first.key}",
        to_ms=bundle[-1].at_ms,
        doubt_ms=max(_doubt_ms(one) for one in bundle),
        subject=next(iter(subjects)) if len(subjects) == 1 else f"{len(subjects)} of them",
        text=_counted(told, subjects),
        told=told,
        late_ms=min(_late_ms(one.at_ms, one.told) for one in bundle),
        group=True,
    )


def _late_ms(at_ms: int, told: Sequence[Moment]) -> int:
    late_ms = min(one.seen_ms for one in told) - at_ms
    return late_ms if late_ms >= LATE_MS else 0


def _doubt_ms(one: Placed) -> int:
    """By how much a time may be wrong: its clock's error, and what was cut off by telling it in whole seconds."""
    moment = one.told[0]
    whole = moment.at_ms % 1000 == 0 and moment.at_ms != moment.seen_ms and moment.doubt_ms is None
    return one.clock.error_ms + (GRAIN_MS if whole else 0)


def _doubted(entries: list[Entry]) -> list[Entry]:
    """With a mark on each line that may have come before the one above, where different clocks told them."""
    for at in range(1, len(entries)):
        above, one = entries[at - 1], entries[at]
        if above.first.system != one.first.system and one.at_ms - above.at_ms < above.doubt_ms + one.doubt_ms:
            entries[at] = one._replace(unsure=True)
    return entries


def _counted(told: Sequence[Moment], subjects: Counter[str]) -> str:
    """``35 allocations placed: answerer 12, indexer 9, 14 others``."""
    most = subjects.most_common(_FEW)
    left = len(told) - sum(count for _, count in most)
    names = [f"{name} {count}" if count > 1 else name for name, count in most]
    names += [f"{left} others"] if left else []
    return f"{len(told)} {_alike_words(told[0])}: {', '.join(names)}"


def _alike_words(one: Moment) -> str:
    """What alike events are, in words made of their name: ``AllocationPlaced`` are ``allocations placed``."""
    _, kind, name, _ = one.alike
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    rest = words.removeprefix(kind).strip()
    return f"{kind}s {rest}" if rest != words or rest in ("firing", "resolved") else f"{kind}s: {rest}"
