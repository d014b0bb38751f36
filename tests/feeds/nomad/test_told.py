"""What reaches the tape beside jobs and nodes: deployments, evaluations, services with their checks, what is collected,
and task events."""

from __future__ import annotations

from typing import Any

from console.feeds.nomad import sampling
from console.signals import EntityKind, RecordKind
from tests.doubles.nomad import NomadDouble
from tests.doubles.outlet import MemoryOutlet, until
from tests.feeds.nomad.running import START_MS, feed_on, until_state


def states_of(out: MemoryOutlet, kind: EntityKind, key: str) -> list[dict[str, Any]]:
    """All documents of an entity in the order in which they were told."""
    return [dict(r.body) for r in out.kept if r.kind is RecordKind.STATE and r.entity == (kind, key)]


async def test_a_recorder_that_comes_late_has_every_kind_of_object_and_the_events_of_tasks() -> None:
    with NomadDouble.recorded(at_s=1_900, frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            deployments = out.states(EntityKind.DEPLOYMENT)
            assert set(deployments) == set(nomad.world.rows["deployments"])
            assert {doc["status"] for doc in deployments.values()} == {"successful"}
            first = min(deployments, key=lambda key: deployments[key]["created_ms"])
            told = states_of(out, EntityKind.DEPLOYMENT, first)
            assert told[0]["status"] == "running" and told[-1]["status"] == "successful"

            evaluations = out.states(EntityKind.EVALUATION)
            failed = [doc for doc in evaluations.values() if doc["failures"]]
            assert {doc["job"] for doc in failed} == {"finetune-large", "reranker"}
            assert any("out of memory by 25" in doc["failures"][0]["text"] for doc in failed)
            assert all(
                doc["failures"] or doc["status"] != "complete" or doc["previous"] for doc in evaluations.values()
            )

            services = out.states(EntityKind.SERVICE)
            assert len(services["llm-prod/answerer"]["instances"]) == 3
            instance = next(iter(services["llm-prod/answerer"]["instances"].values()))
            assert instance["allocation"] in nomad.world.rows["allocations"] and ":" in instance["address"]

            minor = [r for r in out.events() if r.minor]
            assert {r.name for r in minor} >= {"TaskReceived", "TaskSetup", "TaskStarted", "TaskKilling", "TaskKilled"}
            assert {r.entity.kind for r in minor} == {EntityKind.ALLOCATION}
            assert [r.at_ms for r in out.events()] == sorted(r.at_ms for r in out.events())
            job = out.state(EntityKind.JOB, "llm-prod/partner-feed") or {}
            assert [v["text"] for v in job["versions"]] == [
                "reverted to version 0", "env PAYLOAD, RELEASE changed", "first version",
            ]  # fmt: skip


async def test_what_is_told_live_and_what_is_rebuilt_are_the_same_task_events() -> None:
    keys: list[set[str | None]] = []
    for at_s, until_s in ((9 * 60, 15 * 60), (15 * 60, 15 * 60)):
        with NomadDouble.recorded(at_s=at_s, frozen=True) as nomad:
            async with feed_on(nomad) as out:
                await until_state(out, "ok")
                nomad.clock.set(START_MS + until_s * 1000)
                await until(lambda: out.events("NodeDown"))
                await until(lambda: len(out.events("AllocationLost")) == 4)
                between = [r for r in out.events() if START_MS + 9 * 60_000 < r.at_ms < START_MS + 13 * 60_000]
                keys.append({r.once for r in between if r.minor})
    assert keys[0] == keys[1] and len(keys[0]) > 5


async def test_an_allocation_that_nomad_collects_keeps_its_last_state_on_the_tape() -> None:
    with NomadDouble.recorded(at_s=900) as nomad:
        async with feed_on(nomad, list_s=0.1) as out:
            await until_state(out, "ok")
            child = nomad.find("jobs", ParentID="nightly-eval")
            gone = nomad.find("allocations", JobID=child["ID"])
            nomad.collect("allocations", gone["ID"])
            await until(lambda: (out.state(EntityKind.ALLOCATION, gone["ID"]) or {}).get("gone"))
            doc = out.state(EntityKind.ALLOCATION, gone["ID"]) or {}
            assert doc["status"] == "complete" and doc["tasks"] and doc["exit_code"] == 0
            others = [key for key, one in out.states(EntityKind.ALLOCATION).items() if one.get("gone")]
            assert others == [gone["ID"]]


async def test_a_deployment_with_canaries_is_followed_until_it_fails() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            known = nomad.find("deployments", JobID="gateway")
            (group,) = known["TaskGroups"]
            counts = {**known["TaskGroups"][group], "DesiredCanaries": 1, "PlacedCanaries": ["x"], "HealthyAllocs": 0}
            new = {**known, "ID": "d-1", "Status": "running", "JobVersion": 1, "StatusDescription": "Deployment is "
                   "running but requires manual promotion", "TaskGroups": {group: counts},
                   "CreateTime": nomad.clock.now_ms() * 10**6}  # fmt: skip
            nomad.change("deployments", "d-1", **new)
            await until(lambda: out.state(EntityKind.DEPLOYMENT, "d-1"))
            doc = out.state(EntityKind.DEPLOYMENT, "d-1") or {}
            assert doc["groups"][group]["canaries"] == 1 and not doc["groups"][group]["promoted"]
            nomad.clock.step(1_000)
            nomad.change("deployments", "d-1", Status="failed", StatusDescription="Failed due to progress deadline")
            await until(lambda: (out.state(EntityKind.DEPLOYMENT, "d-1") or {})["status"] == "failed")
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            nomad.change("allocations", alloc["ID"], DeploymentStatus={"Canary": True, "Healthy": None})
            await until(lambda: (out.state(EntityKind.ALLOCATION, alloc["ID"]) or {}).get("canary"))


async def test_instances_of_a_service_come_and_go() -> None:
    with NomadDouble.recorded(at_s=60, frozen=True) as nomad:
        async with feed_on(nomad) as out:
            await until_state(out, "ok")

            def instances() -> dict[str, Any]:
                return dict((out.state(EntityKind.SERVICE, "llm-prod/gateway") or {}).get("instances") or {})

            (one,) = instances()
            known = nomad.find("services", ServiceName="gateway")
            nomad.change("services", "second", **{**known, "ID": "second", "Port": 1})
            await until(lambda: set(instances()) == {one, "second"})
            nomad.change("services", one, "ServiceDeregistration")
            await until(lambda: set(instances()) == {"second"})
            nomad.change("services", "second", "ServiceDeregistration", **{**known, "ID": "second"})
            await until(lambda: instances() == {})


def checked(status: str, said: str, at_ms: int) -> dict[str, Any]:
    one = {"Check": "health", "Service": "gateway", "Status": status, "Output": said, "Timestamp": at_ms // 1000}
    return {"c1": one}


async def test_a_check_that_turns_is_told_and_stands_with_its_instance() -> None:
    with NomadDouble.recorded(at_s=60, frozen=True) as nomad:
        alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
        nomad.world.checks[alloc["ID"]] = checked("success", "nomad: http ok", nomad.clock.now_ms())
        async with feed_on(nomad, sample_s=0.1) as out:

            def stands() -> str:
                doc = out.state(EntityKind.SERVICE, "llm-prod/gateway") or {}
                return next((one["checks"]["health"] for one in doc["instances"].values() if "checks" in one), "")

            await until_state(out, "ok")
            await until(lambda: stands() == "success", 20)
            assert not out.events("CheckFailing") and not out.events("CheckPassing")
            nomad.clock.step(300_000)
            said = "Get http://ana:pa55@127.0.0.1/health: connection refused\\x1b[2J"
            nomad.world.checks[alloc["ID"]] = checked("failure", said, nomad.clock.now_ms())
            await until(lambda: out.events("CheckFailing"))
            told = out.events("CheckFailing")[0]
            assert told.body["severity"] == "warn" and told.entity == (EntityKind.SERVICE, "llm-prod/gateway")
            assert told.body["text"].startswith(
                "check health of service gateway fails on gateway[0] on fra1-gpu-01: Get http://(hidden)@127.0.0.1"
            )
            await until(lambda: stands().startswith("failure: Get"))
            nomad.clock.step(5_000)
            nomad.world.checks[alloc["ID"]] = checked("success", "nomad: http ok", nomad.clock.now_ms())
            await until(lambda: out.events("CheckPassing"))
            assert out.events("CheckPassing")[0].body["severity"] == "ok"
            await until(lambda: stands() == "success")
            assert len(out.events("CheckFailing")) == len(out.events("CheckPassing")) == 1
            assert "pa55" not in str(out.kept)


async def test_services_without_checks_and_frozen_clients_are_left_alone(monkeypatch: Any) -> None:
    monkeypatch.setattr(sampling, "TIMEOUT_S", 0.2)
    with NomadDouble.recorded(at_s=60, frozen=True) as nomad:
        async with feed_on(nomad, sample_s=0.1) as out:
            await until(lambda: len(out.blocks) > 5, 20)
            asked = nomad.requests["/v1/client/allocation/:id/checks"]
            serving = len({row[0]["AllocID"] for row in nomad.world.rows["services"].values()})
            assert 0 < asked <= serving, "none has a check: each is asked once"
            nomad.fault("hang", paths=("/v1/client",))
            stats = nomad.requests["/v1/client/allocation/:id/stats"]
            running = sum(row[0]["ClientStatus"] == "running" for row in nomad.world.rows["allocations"].values())
            blocks = len(out.blocks)
            await until(lambda: nomad.requests["/v1/client/allocation/:id/stats"] > stats)
            nodes = len(nomad.world.rows["nodes"])
            await until_state(out, "ok")
            assert len(out.blocks) - blocks <= 2
            assert nomad.requests["/v1/client/allocation/:id/stats"] - stats <= running + nodes
