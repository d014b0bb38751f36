"""By how much a cluster is too small for what could not be placed; Nomad counts only the nodes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from console.feeds.nomad.placement import Refusal


class Room(NamedTuple):
    """What a node that takes work still has. ``None`` where its size was not told."""

    node_class: str
    datacenter: str
    pool: str
    memory_mb: int | None
    cpu_mhz: int | None


def shortages(refusal: Refusal, rooms: Iterable[Room]) -> dict[str, int]:
    """``memory`` in MB and ``cpu`` in MHz that the best of the nodes lacks; only where that is certain.

    Nomad names no node that it filtered or found full. Which those are is known where whole classes were filtered,
    and as many nodes are left as Nomad found full; otherwise nothing is said rather than something wrong.
    """
    if not refusal.exhausted or sum(refusal.classes.values()) != refusal.filtered:
        return {}
    left = [room for room in rooms if _looked_at(room, refusal) and room.node_class not in refusal.classes]
    if len(left) != refusal.exhausted:
        return {}
    found = {
        "memory": _lacking(refusal.wants.get("memory", 0), [room.memory_mb for room in left]),
        "cpu": _lacking(refusal.wants.get("cpu", 0), [room.cpu_mhz for room in left]),
    }
    return {kind: lacks for kind, lacks in found.items() if lacks and kind in refusal.dimensions}


def _looked_at(room: Room, refusal: Refusal) -> bool:
    in_pool = refusal.pool in ("", "all", room.pool)
    return in_pool and (not refusal.available or bool(refusal.available.get(room.datacenter)))


def _lacking(wanted: int, free: list[int | None]) -> int:
    """Wanted minus the most that any node has which has too little; 0 where a size is not known or all have enough."""
    if not wanted or None in free:
        return 0
    too_little = [room for room in free if room is not None and room < wanted]
    return wanted - max(too_little) if too_little else 0
