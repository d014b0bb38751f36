"""The feed against a double that works: lists, stream, what is told and when."""

from __future__ import annotations

import asyncio
import time

from console.feeds.backoff import Backoff
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.feed import NomadFeed
from console.feeds.nomad.telling import SOURCE
from console.signals import EntityKind, RecordKind
from tests.doubles.nomad import NomadDouble
from tests.doubles.outlet import MemoryOutlet, until
from tests.feeds.nomad.running import START_MS, SteadyClock, feed_on, gateway, until_state


async def test_start_lists_everything_and_says_how_well_it_sees() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            jobs = out.states(EntityKind.JOB)
            assert jobs["llm-prod/answerer"]["groups"]["answerer"]["running"] == 3
            assert jobs["llm-prod/answerer"]["groups"]["answerer"]["desired"] == 3
            assert jobs["llm-prod/nightly-eval"]["periodic"] and not jobs["llm-prod/nightly-eval"]["groups"]
            assert jobs["llm-prod/indexer"]["meta"]["owner"] == "search-data"
            assert jobs["llm-prod/partner-feed"]["meta"] == {}
            assert {n["name"] for n in out.states(EntityKind.NODE).values()} == {
                "fra1-gpu-01", "fra1-gpu-02", "fra1-cpu-01", "fra1-cpu-02",
            }  # fmt: skip
            doc = out.feeds["nomad"]
            assert (doc["version"], doc["region"], doc["why"], doc["todo"]) == ("2.0.6-dev", "eu", "", "")
            assert abs(doc["skew_ms"] or 0) <= doc["skew_error_ms"]
            assert SOURCE in out.pulses and out.gaps == []


async def test_an_allocation_that_fails_is_told_at_once_and_rolls_up() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            (task, state) = next(iter(alloc["TaskStates"].items()))
            nomad.clock.step(5_000)
            at = nomad.clock.now_ms() * 1_000_000
            event = {"Type": "Terminated", "Time": at, "ExitCode": 3, "DisplayMessage": "Exit Code: 3", "Details": {}}
            tasks = {task: {**state, "State": "dead", "Failed": True, "Events": [*state["Events"], event]}}
            nomad.change("allocations", alloc["ID"], ClientStatus="failed", TaskStates=tasks)
            await until(lambda: out.events("AllocationFailed"))
            told = out.events("AllocationFailed")[0]
            assert told.body["text"] == "gateway[0] failed on fra1-gpu-01 with exit code 3: Exit Code: 3"
            assert told.body["severity"] == "bad" and told.body["pane"] == "scheduling"
            assert told.at_ms == nomad.clock.now_ms()
            await until(lambda: gateway(out)["failed"] == 1)
            assert gateway(out)["running"] == 0


async def test_a_kill_out_of_memory_is_counted_and_named() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            (task, state) = next(iter(alloc["TaskStates"].items()))
            nomad.clock.step(5_000)
            at = nomad.clock.now_ms() * 1_000_000
            ended = {"Type": "Terminated", "Time": at, "ExitCode": 137, "Details": {"oom_killed": "true"}}
            again = {"Type": "Restarting", "Time": at + 1, "Details": {}}
            tasks = {task: {**state, "State": "pending", "Restarts": 1, "Events": [*state["Events"], ended, again]}}
            nomad.change("allocations", alloc["ID"], ClientStatus="pending", TaskStates=tasks)
            await until(lambda: out.events("OOMKilled"))
            assert "killed out of memory (limit" in out.events("OOMKilled")[0].body["text"]
            await until(lambda: (out.state(EntityKind.ALLOCATION, alloc["ID"]) or {}).get("oom_kills") == 1)


async def test_the_recorded_night_is_told_in_order() -> None:
    """The whole recording at speed, from the stream: no event of Nomad's objects is lost."""
    with NomadDouble.recorded(at_s=175, frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            for minute in range(3, 39):
                nomad.clock.set(START_MS + minute * 60_000)
                await asyncio.sleep(0.05)
            await until(lambda: out.events("JobReverted")[1:], what="both reverts")
            await until(lambda: len(out.events("JobFinished")) >= 7, what="every run")
            texts = out.texts()
            for sentence in (
                "finetune-large waits to be placed: 0 of 4 nodes fit: 2 filtered by class gpu (2 of class cpu), "
                "2 out of memory by 257 GiB",
                "partner-feed version 1 registered: env PAYLOAD, RELEASE changed",
                "fra1-gpu-02 is down: heartbeat missed",
                "answerer[0] is lost: its node fra1-gpu-02 is down",
                "reranker placed after waiting 2 min 48 s",
                "fra1-gpu-02 is ready again",
                "finetune-large no longer waits to be placed, after 15 min",
                "partner-feed reverted to version 0 (now version 2)",
            ):
                assert sentence in texts
            assert texts.index("fra1-gpu-02 is down: heartbeat missed") < texts.index("fra1-gpu-02 is ready again")
            assert sum("is lost" in text for text in texts) == 4
            fixes = [r.body["text"] for r in out.events() if r.body.get("change")]
            assert "indexer version 1 registered: env INPUT_CHECKS, RELEASE changed" in fixes
            placed = {r.entity.id for r in out.events("AllocationPlaced")}
            assert placed == set(nomad.world.rows["allocations"])
            registered = {r.entity.id for r in out.kept if r.name == "ServiceRegistered"}
            assert "llm-prod/answerer" in registered
            for r in out.kept:
                assert "4.0.0" not in str(r.body), "values of environment variables stay where they are"


async def test_many_restarts_in_a_blink_are_few_rollups() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            before = len([r for r in out.kept if r.entity == (EntityKind.JOB, "llm-prod/gateway")])
            (task, state) = next(iter(alloc["TaskStates"].items()))
            for restarts in range(1, 41):
                nomad.change("allocations", alloc["ID"], TaskStates={task: {**state, "Restarts": restarts}})
                await asyncio.sleep(0.01)
            await until(lambda: gateway(out)["restarts"] == 40)
            rollups = len([r for r in out.kept if r.entity == (EntityKind.JOB, "llm-prod/gateway")]) - before
            assert 1 <= rollups <= 8


async def test_names_with_markup_and_escapes_pass_through_as_data() -> None:
    evil = "[bold red]x[/]\x1b[2J\u202egnp"
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            job = dict(nomad.world.rows["jobs"]["llm-prod/gateway"][1])
            nomad.change("jobs", f"llm-prod/{evil}", **{**job, "ID": evil, "Name": evil, "Meta": {"owner": evil}})
            await until(lambda: out.state(EntityKind.JOB, f"llm-prod/{evil}"))
            assert (out.state(EntityKind.JOB, f"llm-prod/{evil}") or {})["meta"]["owner"] == evil


async def test_use_is_sampled_for_running_jobs_and_a_frozen_client_costs_nothing_else() -> None:
    with NomadDouble.recorded(at_s=60, frozen=True) as nomad:
        async with feed_on(nomad, sample_s=0.2) as out:
            await until(lambda: out.blocks, seconds=20)
            block = out.blocks[0]
            by_name = {(s.entity.id, s.name): row[0] for s, row in zip(block.signals, block.values, strict=True)}
            assert 0 < by_name[("llm-prod/answerer", "memory")] < 100
            assert all(s.pane == "scheduling" and s.unit == "%" for s in block.signals)
            nomad.fault("hang", paths=("/v1/client",))
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            nomad.change("allocations", alloc["ID"], ClientStatus="lost")
            await until(lambda: out.events("AllocationLost"))


async def test_every_state_is_told_once() -> None:
    with NomadDouble.recorded(at_s=900, frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            nomad.close_streams()
            await until(lambda: nomad.requests["/v1/allocations"] == 2)
            await until_state(out, "ok")
            await asyncio.sleep(0.2)
            seen = [(r.entity, r.at_ms, str(r.body)) for r in out.kept if r.kind is RecordKind.STATE]
            assert len(seen) == len(set(seen))


async def test_a_purged_job_is_gone_although_the_stream_does_not_say_so() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            nomad.purge("llm-prod", "gateway")
            await until(lambda: out.events("JobPurged"))
            assert "gateway is no longer there" in out.texts()[-1]
            doc = out.state(EntityKind.JOB, "llm-prod/gateway") or {}
            assert (doc["status"], doc["stopped"]) == ("dead", True)
            assert all(group["desired"] == 0 for group in doc["groups"].values())
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            nomad.change("allocations", alloc["ID"], ClientStatus="complete", DesiredStatus="stop")
            await until(lambda: (out.state(EntityKind.ALLOCATION, alloc["ID"]) or {}).get("status") == "complete")
            assert (out.state(EntityKind.JOB, "llm-prod/gateway") or {})["status"] == "dead"


async def test_a_job_that_is_only_stopped_stays() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            nomad.change("evaluations", "e1", Namespace="llm-prod", JobID="gateway", ID="e1", Status="complete",
                         TriggeredBy="job-deregister")  # fmt: skip
            nomad.change("jobs", "llm-prod/gateway", Stop=True, JobModifyIndex=10**6, Version=9)
            await until(lambda: out.events("JobStopped"))
            assert not out.events("JobPurged")


async def test_what_nomad_collects_is_forgotten_while_the_stream_runs() -> None:
    with NomadDouble.recorded(at_s=900, heartbeat_s=0.1) as nomad:
        async with feed_on(nomad, list_s=0.1) as out:
            await until_state(out, "ok")
            child = nomad.find("jobs", ParentID="nightly-eval")
            gone = nomad.find("allocations", JobID=child["ID"])
            nomad.collect("allocations", gone["ID"])
            nomad.collect("jobs", f"{child['Namespace']}/{child['ID']}")
            await until(lambda: out.events("JobPurged"))
            repeated = out.repeated
            await until(lambda: nomad.requests["/v1/allocations"] >= 5)
            assert out.repeated == repeated, "what was told is not told again with every list"
            assert out.gaps == []


async def test_use_is_sampled_with_the_token_as_it_is_after_a_rotation() -> None:
    tokens = ["old"]
    with NomadDouble.recorded(at_s=60, frozen=True) as nomad:
        out = MemoryOutlet(SteadyClock(nomad))
        address = NomadAddress(nomad.address, token=lambda: tokens[-1])
        feed = NomadFeed(address, sample_s=0.1, backoff=Backoff(0.05, 0.1, 0.05))
        task = asyncio.create_task(feed.run(out))
        try:
            await until(lambda: out.blocks, seconds=20)
            tokens.append("new")
            nomad.close_streams()
            await until(lambda: nomad.tokens["/v1/client/allocation/:id/stats"] == {"old", "new"})
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_a_slow_token_command_holds_up_nothing_else() -> None:
    """The lease of the recorder is renewed in the same loop."""

    def slow() -> str:
        time.sleep(0.25)
        return "t"

    late: list[float] = []

    async def beat() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.01)
            late.append(time.monotonic() - began)

    with NomadDouble.recorded(frozen=True) as nomad:
        out = MemoryOutlet(SteadyClock(nomad))
        feed = NomadFeed(NomadAddress(nomad.address, token=slow), sample_s=0.0)
        tasks = [asyncio.create_task(feed.run(out)), asyncio.create_task(beat())]
        try:
            await until_state(out, "ok")
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    assert max(late) < 0.2


async def test_a_node_that_leaves_the_cluster_is_gone() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            node = nomad.find("nodes", Name="fra1-cpu-02")
            nomad.change("nodes", node["ID"], "NodeDeregistration")
            await until(lambda: out.events("NodeGone"))
            assert (out.state(EntityKind.NODE, node["ID"]) or {})["status"] == "gone"
