"""Everything that can go wrong with a Nomad: a clear sentence, a gap, and the right picture afterwards."""

from __future__ import annotations

import asyncio

import pytest

from console.feeds.nomad import watch
from console.signals import EntityKind
from tests.doubles.nomad import Fault, NomadDouble
from tests.doubles.nomad.faults import FaultName
from tests.doubles.outlet import until
from tests.feeds.nomad.running import doc_of, feed_on, gateway, until_state


async def test_away_at_start_then_there() -> None:
    nomad = NomadDouble.recorded(frozen=True).start()
    nomad.stop()
    async with feed_on(nomad) as out:
        await until_state(out, "down")
        assert out.feeds["nomad"]["why"] == f"Nomad at {nomad.address} refused the connection"
        assert "NOMAD_ADDR" in out.feeds["nomad"]["todo"]
        nomad.clock.step(10_000)
        with nomad:
            await until_state(out, "ok")
            assert out.gaps and out.gaps[-1][2] - out.gaps[0][1] >= 10_000


async def test_killed_and_back_the_picture_is_right() -> None:
    nomad = NomadDouble.recorded(frozen=True).start()
    async with feed_on(nomad) as out:
        await until_state(out, "ok")
        assert gateway(out)["running"] == 1
        nomad.stop()
        await until_state(out, "down")
        alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
        nomad.clock.step(60_000)
        nomad.change("allocations", alloc["ID"], ClientStatus="failed")
        nomad.lose_events()  # a restarted server has none
        with nomad:
            await until_state(out, "ok")
            await until(lambda: gateway(out)["running"] == 0 and gateway(out)["failed"] == 1)
            assert out.events("AllocationFailed")
            first, last = out.gaps[0], out.gaps[-1]
            assert last[2] - first[1] >= 60_000
            assert all(gap[1] < gap[2] for gap in out.gaps)


async def test_stream_closed_nothing_is_lost_or_told_twice() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            nomad.close_streams()
            index = nomad.change("allocations", alloc["ID"], ClientStatus="lost", DesiredDescription="for a test")
            await until(lambda: out.events("AllocationLost"))
            await until_state(out, "ok")
            assert nomad.world.index == index
            keys = [r.once for r in out.events()]
            assert len(keys) == len(set(keys))


async def test_events_lost_from_the_buffer_are_made_good_by_the_lists() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            node = nomad.find("nodes", Name="fra1-gpu-02")
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            with nomad.world.changed:  # both happen and are forgotten before the feed can look
                nomad.clock.step(4_000)
                nomad.change("nodes", node["ID"], Status="down", StatusUpdatedAt=nomad.clock.now_ms() // 1000)
                nomad.change("allocations", alloc["ID"], ClientStatus="failed")
                nomad.lose_events()
            nomad.close_streams()
            await until(lambda: out.events("NodeDown") and out.events("AllocationFailed"))


async def test_index_going_backwards_lists_again_from_zero() -> None:
    with NomadDouble.recorded(at_s=700, frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            nomad.restore(20)
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            nomad.change("allocations", alloc["ID"], ClientStatus="failed")
            await until(lambda: gateway(out)["failed"] == 1)
            await until_state(out, "ok")
            nomad.change("allocations", alloc["ID"], ClientStatus="running")
            await until(lambda: gateway(out)["running"] == 1)


async def test_index_going_backwards_while_the_stream_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "CHECK_S", 0.1)
    with NomadDouble.recorded(at_s=700, frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            nomad.world.restore(20)
            await until(lambda: any("went back" in doc["why"] for _, doc in out.healths))
            await until_state(out, "ok")


@pytest.mark.parametrize(
    ("fault", "state", "why"),
    [
        ("down", "down", "closed the connection"),
        ("no_leader", "down", "has no leader"),
        ("forbidden", "denied", "does not permit"),
        ("error", "down", "answered 500 on /v1/status/leader: rpc error: EOF"),
        ("broken_json", "down", "is not Nomad's JSON"),
        ("not_nomad", "down", "is not Nomad's JSON"),
    ],
)
async def test_faults_at_start_are_told_and_survived(fault: FaultName, state: str, why: str) -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        nomad.fault(fault)
        async with feed_on(nomad) as out:
            await until_state(out, state)
            assert why in out.feeds["nomad"]["why"] and out.feeds["nomad"]["todo"]
            nomad.clear()
            await until_state(out, "ok")
            assert gateway(out)["running"] == 1


async def test_no_leader_later_says_that_what_is_shown_may_be_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "CHECK_S", 0.1)
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            nomad.faults.on(Fault("no_leader"))
            await until_state(out, "degraded")
            assert "no leader: what is shown may be old" in out.feeds["nomad"]["why"]
            nomad.clear()
            await until_state(out, "ok")


async def test_silent_denial_of_nodes_goes_on_without_them_and_says_what_is_missing() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        nomad.fault("forbidden", paths=("/v1/nodes", "/v1/node/"))
        nomad.fault("silent_stream", topics=("Node",))
        async with feed_on(nomad) as out:
            await until(lambda: doc_of(out).get("missing"), 20)
            await until_state(out, "degraded")
            doc = out.feeds["nomad"]
            assert doc["why"] == "the token lacks node:read: nodes are not shown" and doc["missing"] == ["node:read"]
            assert doc["todo"] == 'add to its policy: node { policy = "read" }'
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            await until(lambda: nomad.open_streams == 1)
            nomad.change("allocations", alloc["ID"], ClientStatus="failed")
            await until(lambda: out.events("AllocationFailed"), 20)


async def test_a_stream_silent_on_every_topic_is_replaced_by_lists() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        nomad.fault("silent_stream")
        async with feed_on(nomad) as out:
            await until(lambda: "though plain calls work" in str(doc_of(out).get("why")), 20)
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            nomad.change("allocations", alloc["ID"], ClientStatus="failed")
            await until(lambda: gateway(out).get("failed") == 1, 20)


async def test_slow_answers_are_waited_for() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        nomad.fault("slow", delay_s=0.3)
        async with feed_on(nomad) as out:
            await until_state(out, "ok", seconds=30)


async def test_a_broken_line_lists_again() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            nomad.faults.on(Fault("broken_line"))
            nomad.change("allocations", alloc["ID"], ClientStatus="failed")
            await until(lambda: any("a line that cannot be read" in doc["why"] for _, doc in out.healths))
            await until(lambda: gateway(out)["failed"] == 1)
            nomad.clear()
            await until_state(out, "ok")


async def test_what_the_stream_did_not_tell_of_is_found_and_the_stream_asked_for_again() -> None:
    """A namespace that is younger than the stream is not in it, although the token may read it."""
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad, list_s=0.1) as out:
            await until_state(out, "ok")
            before = nomad.requests["/v1/event/stream"]
            listed, whole = nomad.world.rows["jobs"]["llm-prod/gateway"]
            with nomad.world.changed:  # both happen, and no event comes to us
                index = nomad.world.index + 1
                young = {"Namespace": "search", "CreateIndex": index, "ModifyIndex": index, "JobModifyIndex": index}
                nomad.world.rows["jobs"]["search/gateway"] = [{**listed, **young}, {**whole, **young}]
                nomad.world.index = nomad.world.indexes["jobs"] = index
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            nomad.change("allocations", alloc["ID"], ClientDescription="a later event")
            nomad.change("allocations", alloc["ID"], ClientDescription="and another")
            await until(lambda: any("did not tell of job search/gateway" in doc["why"] for _, doc in out.healths))
            await until(lambda: out.state(EntityKind.JOB, "search/gateway"))
            await until_state(out, "ok")
            assert nomad.requests["/v1/event/stream"] == before + 1
            with nomad.world.changed:  # the namespace is deleted, with all that was in it
                nomad.world.remove("jobs", "search/gateway")
            await until(lambda: (out.state(EntityKind.JOB, "search/gateway") or {})["status"] == "dead")


async def test_cancelling_leaves_at_once() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 3
