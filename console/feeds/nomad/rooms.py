"""What allocations take on each node, kept up to date as they change, so that asking costs a look at the nodes only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.feeds.nomad.objects import Allocation, Node
from console.feeds.nomad.shortage import Room

_TAKING = ("running", "pending", "unknown")


class Rooms:
    """Node -> MHz and MB that allocations hold there which have not ended."""

    def __init__(self) -> None:
        self._taken: dict[str, tuple[int, int]] = {}

    def moved(self, before: Allocation | None, after: Allocation | None) -> None:
        """An allocation changed; None is one that is not there."""
        for alloc, sign in ((before, -1), (after, 1)):
            if alloc is not None and alloc.node_id and alloc.status in _TAKING:
                cpu, memory = self._taken.get(alloc.node_id, (0, 0))
                self._taken[alloc.node_id] = (cpu + sign * alloc.cpu_mhz, memory + sign * alloc.memory_mb)
                if self._taken[alloc.node_id] == (0, 0):
                    del self._taken[alloc.node_id]

    def of(self, nodes: Iterable[Node]) -> Iterator[Room]:
        """Room on those of the nodes that take work."""
        for node in nodes:
            if node.status == "ready" and node.eligibility == "eligible" and not node.drain:
                cpu, memory = self._taken.get(node.id, (0, 0))
                yield Room(
                    node.node_class,
                    node.datacenter,
                    node.pool,
                    max(0, node.memory_mb - node.reserved_mb - memory) if node.memory_mb else None,
                    max(0, node.cpu_mhz - node.reserved_mhz - cpu) if node.cpu_mhz else None,
                )
