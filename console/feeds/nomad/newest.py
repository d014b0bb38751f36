"""The newest few of many tellings, without ever holding the rest."""

from __future__ import annotations

import heapq

from console.feeds.nomad.telling import Telling

MOST_MINOR = 5_000
"""Minor events of the past that are told at once: Nomad keeps ten of each task, and a cluster has thousands of them."""


class Newest:
    """Keeps at most ``most``, by their times."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[int, int, Telling]] = []
        self._count = 0

    def add(self, telling: Telling) -> None:
        self._count += 1
        entry = (telling.at_ms, self._count, telling)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, entry)
        elif self._most:
            heapq.heappushpop(self._heap, entry)

    def kept(self) -> list[Telling]:
        """In order of time."""
        return [telling for _, _, telling in sorted(self._heap, key=lambda entry: entry[:2])]
