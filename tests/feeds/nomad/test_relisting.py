"""A long list is taken in some at a time: what half of it says of a job or node is not told meanwhile."""

from __future__ import annotations

from console.feeds.nomad.cluster import Cluster
from console.feeds.nomad.reading import read_allocation, read_job
from console.feeds.nomad.teller import Teller
from console.signals import EntityKind
from tests.doubles.outlet import MemoryOutlet

JOB = {"ID": "web", "Namespace": "shop", "Type": "service", "Status": "running", "ModifyIndex": 1}


def allocation(number: int) -> dict[str, object]:
    return {
        "ID": f"0000000{number}", "Namespace": "shop", "JobID": "web", "TaskGroup": "web", "Name": f"web.web[{number}]",
        "DesiredStatus": "run", "ClientStatus": "running", "ModifyIndex": 2 + number, "CreateIndex": 2 + number,
    }  # fmt: skip


async def test_of_half_a_list_no_job_is_told() -> None:
    out, cluster = MemoryOutlet(), Cluster()
    teller = Teller(out, cluster, out.clock.now_ms, 3_600_000)
    half = [change for change in cluster.relisted("jobs", [read_job(JOB)], 9) if change is not None]
    listed = cluster.relisted("allocations", [read_allocation(allocation(number)) for number in range(4)], 9)
    with teller.holding():
        for _ in range(2):
            half += [change for change in (next(listed), next(listed)) if change is not None]
            teller.tell(half)
            await teller.flush()
            half.clear()
            assert out.state(EntityKind.JOB, "shop/web") is None
    assert out.state(EntityKind.ALLOCATION, "00000003"), "allocations are told at once"
    await teller.flush()
    doc = out.state(EntityKind.JOB, "shop/web")
    assert doc is not None and doc["groups"]["web"]["running"] == 4
