"""Which allocations their clients are asked about: modestly, in turns, and never one that does not answer."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

from console.feeds.nomad.calls import Calls
from console.feeds.nomad.cluster import Cluster
from console.feeds.nomad.objects import Allocation
from console.feeds.nomad.troubles import NomadTroubleError, Trouble

MOST_RUNNING = 300  # above, nothing is sampled
A_ROUND = 60
TIMEOUT_S = 2.0  # a frozen client never answers
REST_ROUNDS = 12  # a node that did not answer is left alone this long


class Sleepers:
    """Nodes whose client did not answer, whatever it was asked; by when they are asked again (s, steady)."""

    def __init__(self, rest_s: float) -> None:
        self._rest_s = rest_s
        self._until: dict[str, float] = {}

    def add(self, node: str) -> None:
        self._until[node] = time.monotonic() + self._rest_s

    def __contains__(self, node: str) -> bool:
        until = self._until.get(node)
        if until is not None and until <= time.monotonic():
            del self._until[node]
            return False
        return until is not None


class Sampling:
    """Asks clients through calls of its own: a frozen one holds their threads for seconds, and lists must not wait."""

    def __init__(self, calls: Calls, cluster: Cluster, sleepers: Sleepers) -> None:
        self._calls = calls
        self._cluster = cluster
        self._sleepers = sleepers
        self._offset = 0

    def choose(self, among: Collection[str] | None = None) -> list[Allocation]:
        """Running allocations (of these ids) to ask about now, in turns when many; none in a large cluster."""
        running = [a for a in self._cluster.allocations.values() if a.status == "running" and a.desired == "run"]
        if len(running) > MOST_RUNNING:
            return []
        return self._in_turn(
            sorted((a for a in running if self._asked(a) and (among is None or a.id in among)), key=lambda a: a.id)
        )

    def _asked(self, alloc: Allocation) -> bool:
        return alloc.node_id not in self._sleepers

    def _in_turn(self, awake: list[Allocation]) -> list[Allocation]:
        if len(awake) <= A_ROUND:
            return awake
        start = self._offset % len(awake)
        self._offset = start + A_ROUND
        return (awake + awake)[start : start + A_ROUND]

    async def ask(self, alloc: Allocation, what: str) -> Any:
        """What the client says of an allocation: None where it does not, nothing where there is no such thing."""
        if not self._asked(alloc):
            return None
        try:
            answer = await self._calls.get("client", "allocation", alloc.id, what, timeout_s=TIMEOUT_S)
        except NomadTroubleError as error:
            if error.trouble in (Trouble.TIMEOUT, Trouble.SERVER):
                self._sleepers.add(alloc.node_id)
            return {} if error.trouble is Trouble.ABSENT else None
        return answer.body
