"""``stats``: what an allocation uses now, from the client that runs it.

Request: ``allocation``. Answer: ``at_ms``, and ``cpu_mhz`` and ``memory_bytes`` (None where the driver does not measure
it) of the whole and of each of its ``tasks``; ``throttled`` counts the periods in which a task was held back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.errands.errand import Errand

TIMEOUT_S = 5.0  # a frozen client never answers


async def stats(errand: Errand) -> None:
    """Answer with the use of an allocation."""
    await errand.nomad.ready()
    answer = await errand.nomad.calls.get(
        "client", "allocation", errand.text("allocation"), "stats", read=read_stats, timeout_s=TIMEOUT_S
    )
    await errand.answer(**answer.body)


def read_stats(body: Mapping[str, Any]) -> dict[str, Any]:
    """What is told, from Nomad's own form."""
    tasks = {name: _use(one.get("ResourceUsage") or {}) for name, one in (body.get("Tasks") or {}).items() if one}
    at_ms = int(body.get("Timestamp") or 0) // 1_000_000
    return {"at_ms": at_ms, **_use(body["ResourceUsage"]), "tasks": tasks}


def _use(usage: Mapping[str, Any]) -> dict[str, Any]:
    """Memory is what counts against the limit; some drivers measure only what is resident."""
    cpu, memory = usage.get("CpuStats") or {}, usage.get("MemoryStats") or {}
    used = memory.get("Usage") or memory.get("RSS")
    ticks = cpu.get("TotalTicks")
    return {
        "cpu_mhz": None if ticks is None else float(ticks),
        "memory_bytes": int(used) if used else None,
        "throttled": int(cpu.get("ThrottledPeriods") or 0),
    }
