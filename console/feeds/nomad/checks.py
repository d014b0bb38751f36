"""What the checks of Nomad's services say, asked of their clients as modestly as use is; told when they turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from console.feeds.nomad.catalogue import Check, CheckName
from console.feeds.nomad.cluster import Cluster
from console.feeds.nomad.objects import Allocation
from console.feeds.nomad.redact import without_credentials
from console.feeds.nomad.sampling import Sampling
from console.feeds.nomad.teller import Teller
from console.feeds.outlet import Outlet

IDLE_ROUNDS = 30  # a service without checks is asked again after so many
_LONGEST = 160


def read_checks(body: Mapping[str, Any]) -> dict[CheckName, tuple[Check, int]]:
    """From /v1/client/allocation/:id/checks; with each the time (ms) of its answer, 0 where it gives none."""
    found = {}
    for one in body.values():
        said = without_credentials(" ".join(str(one.get("Output") or "").split()))[:_LONGEST]
        name = CheckName(str(one["Service"]), str(one["Check"]))
        found[name] = (Check(str(one.get("Status") or "unknown"), said), max(0, int(one.get("Timestamp") or 0)) * 1000)
    return found


class Checks:
    """Asks every ``every_s`` about allocations that are instances of a service."""

    def __init__(self, sampling: Sampling, cluster: Cluster, teller: Teller, every_s: float) -> None:
        self._sampling = sampling
        self._cluster = cluster
        self._teller = teller
        self._every_s = every_s
        self._idle: dict[str, int] = {}

    async def run(self, out: Outlet) -> None:
        """Until cancelled. A failure costs a sample, nothing else."""
        if self._every_s <= 0:
            return
        while True:
            await out.clock.sleep(self._every_s)
            serving = self._cluster.catalogue.allocations()
            self._idle = {key: left - 1 for key, left in self._idle.items() if left > 1 and key in serving}
            chosen = self._sampling.choose(serving - self._idle.keys())
            await asyncio.gather(*(self._ask(alloc) for alloc in chosen))

    async def _ask(self, alloc: Allocation) -> None:
        body = await self._sampling.ask(alloc, "checks")
        if body is None:
            return
        try:
            said = read_checks(body)
        except (KeyError, TypeError, ValueError, AttributeError):
            return
        if not said:
            self._idle[alloc.id] = IDLE_ROUNDS
        if alloc.id in self._cluster.allocations and (turns := self._cluster.catalogue.heard(alloc.id, said)):
            self._teller.turned(alloc, turns)
