"""The logs that are followed together: what each is called beside its lines, and how it stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

_SLOT = re.compile(r"^(?P<job>.*)\.(?P<group>[^.]*)\[(?P<slot>\d+)\]$")
_LONGEST = 20


class LogSource(NamedTuple):
    """One log. ``standing`` is following, ended, denied ...; ``why`` explains it."""

    number: int
    allocation: str
    name: str = ""
    task: str = ""
    stream: str = ""
    standing: str = ""
    why: str = ""


def labels(sources: Iterable[LogSource]) -> dict[int, str]:
    """A short name for each, by its number: ``name[2]`` where that tells them apart, else eight letters of its id.

    The task and the stream are in it where not all are of one.
    """
    known = list(sources)
    slots = {one.allocation: _slot(one.name) for one in known}
    counted = Counter(slots.values())
    tasks, streams = {one.task for one in known if one.task}, {one.stream for one in known if one.stream}
    found: dict[int, str] = {}
    for one in known:
        slot = slots[one.allocation]
        parts = [slot if slot and counted[slot] == 1 else one.allocation[:8]]
        if len(tasks) > 1 and one.task:
            parts.append(f"/{one.task}")
        if len(streams) > 1 and one.stream == "stderr":
            parts.append("!")
        found[one.number] = "".join(parts)
    return found


def _slot(name: str) -> str:
    """``indexer[2]`` of ``indexer.indexer[2]``, ``job.group[2]`` where the group is called otherwise."""
    found = _SLOT.match(name)
    if found is None:
        return name[-_LONGEST:]
    group = found["group"]
    whole = group if found["job"] == group else f"{found['job']}.{group}"
    slot = f"[{found['slot']}]"
    return whole[-(_LONGEST - len(slot)) :] + slot


def standing_words(sources: Iterable[LogSource], names: Mapping[int, str]) -> list[tuple[str, str, bool]]:
    """How they stand, the worst first: (words, why, whether that is bad), those that stand alike in one.

    One that does not stand as it should is named, several are counted.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for one in sources:
        groups.setdefault((one.standing, one.why), []).append(one.number)
    found: list[tuple[str, str, bool]] = []
    for standing, why in sorted(groups, key=lambda one: (_ORDER.get(one[0], 0), one[1])):
        numbers, said = groups[standing, why], standing in _SAID
        alone = len(numbers) == 1 and said and len(names) > 1
        who = names.get(numbers[0], "") if alone else f"{len(numbers)}"
        found.append((f"{who} {standing}", why if said else "", standing in _BAD))
    return found


_ORDER = {"denied": 0, "failed": 1, "gone": 2, "away": 3, "waiting": 4, "opening": 5, "ended": 6, "following": 7}
_BAD = frozenset(("denied", "failed", "gone", "away"))
_SAID = frozenset((*_BAD, "waiting"))
