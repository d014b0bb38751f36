"""What allocations use of what they may, sampled modestly and only in small clusters; Prometheus does it for large."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from console.feeds.nomad.objects import Allocation
from console.feeds.nomad.sampling import Sampling
from console.feeds.nomad.telling import SOURCE
from console.feeds.outlet import Outlet
from console.signals import Bad, Block, EntityKind, EntityRef, Pane, Signal


class Use(NamedTuple):
    """Of one allocation; percent of what it asked for, NaN where that cannot be told."""

    cpu: float
    memory: float


def read_use(body: Mapping[str, Any], alloc: Allocation) -> Use:
    """From /v1/client/allocation/:id/stats. Some drivers measure only RSS."""
    usage = body["ResourceUsage"]
    memory = usage["MemoryStats"]
    used = float(memory.get("Usage") or memory.get("RSS") or 0)
    limit = alloc.memory_mb * 1024 * 1024
    ticks = float(usage["CpuStats"].get("TotalTicks") or 0)
    return Use(
        ticks / alloc.cpu_mhz * 100 if alloc.cpu_mhz else math.nan,
        used / limit * 100 if limit and used else math.nan,
    )


class Usage:
    """Samples every ``every_s``: the worst allocation of each job counts."""

    def __init__(self, sampling: Sampling, every_s: float) -> None:
        self._sampling = sampling
        self._every_s = every_s
        self._signals: dict[str, tuple[Signal, Signal]] = {}

    async def run(self, out: Outlet) -> None:
        """Until cancelled. A failure costs a sample, nothing else."""
        if self._every_s <= 0:
            return
        while True:
            await out.clock.sleep(self._every_s)
            chosen = self._sampling.choose()
            if chosen:
                await self._round(out, chosen)

    async def _round(self, out: Outlet, chosen: list[Allocation]) -> None:
        at_ms = out.clock.now_ms()
        gathered = await asyncio.gather(*(self._ask(alloc) for alloc in chosen))
        worst: dict[str, Use] = {}
        for alloc, use in zip(chosen, gathered, strict=True):
            if use is not None:
                known = worst.get(alloc.job_key, Use(math.nan, math.nan))
                worst[alloc.job_key] = Use(_greater(known.cpu, use.cpu), _greater(known.memory, use.memory))
        signals: list[Signal] = []
        values: list[list[float]] = []
        for key, use in worst.items():
            signals += self._of(key)
            values += [[use.cpu], [use.memory]]
        if signals:
            await out.samples(Block(SOURCE, signals, [at_ms], values))

    async def _ask(self, alloc: Allocation) -> Use | None:
        body = await self._sampling.ask(alloc, "stats")
        try:
            return read_use(body, alloc) if body is not None else None
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    def _of(self, job_key: str) -> tuple[Signal, Signal]:
        if job_key not in self._signals:
            namespace, job = job_key.split("/", 1)
            labels = {"namespace": namespace, "nomad_job": job}
            entity = EntityRef(EntityKind.JOB, job_key)
            shown = f'{{namespace="{_escaped(namespace)}",nomad_job="{_escaped(job)}"}}'

            def signal(key: str, name: str, rank: int, bad_at: float | None) -> Signal:
                return Signal(
                    key=f"{key}{shown}",
                    name=name,
                    entity=entity,
                    pane=Pane.SCHEDULING,
                    unit="%",
                    bad=Bad.UP,
                    source=SOURCE,
                    rank=rank,
                    bad_at=bad_at,
                    step_s=self._every_s,
                    labels=labels,
                    expr="/v1/client/allocation/:id/stats, greatest of the job's, percent of what was asked for",
                )

            cpu = signal("nomad_job_cpu_percent_of_asked", "cpu", 60, None)
            self._signals[job_key] = (cpu, signal("nomad_job_memory_percent_of_limit", "memory", 50, 100.0))
        return self._signals[job_key]


def _escaped(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _greater(one: float, other: float) -> float:
    if math.isnan(one):
        return other
    return one if math.isnan(other) else max(one, other)
