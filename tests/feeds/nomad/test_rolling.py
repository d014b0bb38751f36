"""What leaves without a word is noticed by one list a minute; beside it and the stream nothing is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from console.feeds.nomad import rolling
from console.feeds.nomad.calls import Calls
from console.feeds.nomad.cluster import Cluster
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.listing import list_all
from console.feeds.nomad.rolling import Found, Rolling
from console.signals import EntityKind
from tests.doubles.nomad import NomadDouble
from tests.doubles.outlet import until
from tests.feeds.nomad.running import feed_on, until_state


@pytest.fixture
def nomad() -> Iterator[NomadDouble]:
    with NomadDouble.recorded(at_s=900, frozen=True) as double:
        yield double


async def listed(calls: Calls) -> Cluster:
    cluster = Cluster()
    for name, table in (await list_all(calls, "*")).tables.items():
        cluster.relist(name, table.things, table.raft_index)
    return cluster


async def steps(rolling_: Rolling, told: int, count: int) -> list[Found]:
    return [await rolling_.step(told) for _ in range(count)]


async def test_a_whole_round_finds_exactly_what_is_gone(nomad: NomadDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rolling, "PAGE", 5)
    calls = Calls(NomadAddress(nomad.address), nomad.clock.now_ms)
    try:
        cluster = await listed(calls)
        pages = -(-len(cluster.allocations) // 5)
        going = Rolling(calls, cluster)
        first = await steps(going, nomad.world.index, 1 + pages)
        assert [found.table for found in first] == ["jobs"] + ["allocations"] * pages
        assert not any(found.changes or found.missed for found in first), "nothing changed: nothing is said"
        ids = sorted(cluster.allocations)
        gone = {ids[0], ids[7], ids[-1]}
        for key in gone:
            nomad.collect("allocations", key)
        child = nomad.find("jobs", ParentID="nightly-eval")
        nomad.collect("jobs", f"{child['Namespace']}/{child['ID']}")
        again = await steps(going, nomad.world.index, 1 + pages)
        told = [change for found in again for change in found.changes]
        assert {change.after.id for change in told} == gone | {child["ID"]} and all(one.removed for one in told)
        assert not any(found.missed for found in again)
        assert set(cluster.allocations) == set(nomad.world.rows["allocations"])
    finally:
        calls.close()


async def test_what_the_stream_should_have_told_is_named(nomad: NomadDouble) -> None:
    calls = Calls(NomadAddress(nomad.address), nomad.clock.now_ms)
    try:
        cluster = await listed(calls)
        alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
        index = nomad.change("allocations", alloc["ID"], DesiredTransition={"Migrate": True})
        jobs, touched = await steps(Rolling(calls, cluster), index + 1, 2)
        assert not jobs.missed and not touched.missed, "Nomad touches allocations without a word"
        index = nomad.change("allocations", alloc["ID"], ClientStatus="failed")
        _, unheard = await steps(Rolling(calls, cluster), index, 2)
        assert not unheard.missed, "it may still be on its way"
        _, unheard = await steps(Rolling(calls, cluster), index + 1, 2)
        assert unheard.missed == f"allocation {alloc['ID'][:8]}"
    finally:
        calls.close()


async def test_allocations_that_may_not_be_listed_or_come_in_another_order_say_nothing(nomad: NomadDouble) -> None:
    calls = Calls(NomadAddress(nomad.address), nomad.clock.now_ms)
    try:
        cluster = await listed(calls)
        known = len(cluster.allocations)
        nomad.fault("forbidden", paths=("/v1/allocations",))
        denied = await steps(Rolling(calls, cluster), nomad.world.index, 3)
        assert [found.table for found in denied] == ["jobs", "allocations", "jobs"]
        nomad.clear()
        going = Rolling(calls, cluster)
        await going.step(nomad.world.index)

        async def upside_down(*asked: Any, **more: Any) -> Any:
            answer = await Calls.get(calls, *asked, **more)
            return answer._replace(body=answer.body[::-1][:3])

        going._calls = type("Other", (), {"get": staticmethod(upside_down), "address": calls.address})()
        found = await going.step(nomad.world.index)
        assert not found.changes and len(cluster.allocations) == known
    finally:
        calls.close()


async def test_under_steady_events_only_the_stream_and_one_list_a_minute_are_asked_for() -> None:
    """A minute is a second here."""
    with NomadDouble.recorded(at_s=900, frozen=True) as nomad:
        async with feed_on(nomad, list_s=1.0) as out:
            await until_state(out, "ok")
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            (task, state) = next(iter(alloc["TaskStates"].items()))
            nomad.requests.clear()
            began = asyncio.get_running_loop().time()
            for restarts in range(1, 101):
                nomad.change("allocations", alloc["ID"], TaskStates={task: {**state, "Restarts": restarts}})
                await asyncio.sleep(0.03)
            took = asyncio.get_running_loop().time() - began
            await until(lambda: (out.state(EntityKind.ALLOCATION, alloc["ID"]) or {})["restarts"] == 100)
            assert set(nomad.requests) <= {"/v1/jobs", "/v1/allocations"}, nomad.requests
            assert 2 <= sum(nomad.requests.values()) <= took + 2, nomad.requests
