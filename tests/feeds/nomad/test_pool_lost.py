"""A node pool is lost, thousands of events within seconds: nothing of it is missing, nothing is told twice."""

from __future__ import annotations

import asyncio

import pytest

from console.signals import EntityKind, Record, RecordKind
from tests.doubles.nomad import NomadDouble
from tests.doubles.outlet import MemoryOutlet, until
from tests.feeds.nomad.running import feed_on, until_state

POOL = "gpu"


@pytest.mark.parametrize(
    ("seconds", "overrun"), [(1.5, False), (0.0, True)], ids=["in a second and a half", "faster than can be read"]
)
async def test_what_the_double_counts_is_what_is_told(seconds: float, overrun: bool) -> None:
    """At once, Nomad's buffer of raft entries (here a tiny one) overruns: the lists tell what the stream could not."""
    with NomadDouble.cluster(1200, 120, 60, events_per_s=0) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            if overrun:
                nomad.world.buffer_entries = 1
            storm = await asyncio.to_thread(nomad.lose_pool, POOL, 500, seconds)
            assert sum(storm.counts.values()) == 500
            await until(lambda: len(out.events("AllocationLost")) >= len(storm.lost), 20, "all losses are told")
            await until(lambda: placed(out.events("AllocationPlaced")) >= set(storm.placed), 20, "and placements")
            lost = [record.entity.id for record in out.events("AllocationLost")]
            assert sorted(lost) == sorted(storm.lost)
            await until(lambda: stands(out, storm.nodes) == {"down"}, 20, "its nodes are down")
            await until(lambda: counts(out) == truth(nomad), 20, "the counts of all jobs are the double's")
            assert (nomad.requests["/v1/event/stream"] > 1) is overrun


def placed(records: list[Record]) -> set[str]:
    return {record.entity.id for record in records}


def stands(out: MemoryOutlet, nodes: tuple[str, ...]) -> set[str]:
    """What was told last of nodes; "" of one of which nothing was."""
    return {str((out.state(EntityKind.NODE, node) or {}).get("status", "")) for node in nodes}


def counts(out: MemoryOutlet) -> dict[str, tuple[int, int]]:
    """Running and starting allocations of each job, as last told."""
    found: dict[str, tuple[int, int]] = {}
    for record in out.kept:
        if record.entity.kind is EntityKind.JOB and record.kind is RecordKind.STATE:
            groups = record.body["groups"].values()
            found[record.entity.id] = (sum(g["running"] for g in groups), sum(g["starting"] for g in groups))
    return found


def truth(nomad: NomadDouble) -> dict[str, tuple[int, int]]:
    found = {key: [0, 0] for key in nomad.world.rows["jobs"]}
    for _, full in nomad.world.rows["allocations"].values():
        if full["DesiredStatus"] == "run" and full["ClientStatus"] in ("running", "pending"):
            found[f"{full['Namespace']}/{full['JobID']}"][full["ClientStatus"] == "pending"] += 1
    return {key: (running, starting) for key, (running, starting) in found.items()}
