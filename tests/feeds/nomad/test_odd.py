"""Odd names, odd events, null tables, denied tables, clocks that are off: nothing is lost, nothing breaks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feeds.nomad.calls import Calls
from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.reading import read_all, read_allocation
from console.feeds.nomad.stream import read_line
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.signals import EntityKind
from tests.doubles.nomad import NomadDouble
from tests.doubles.outlet import until
from tests.feeds.nomad.golden import body
from tests.feeds.nomad.running import doc_of, feed_on, until_state

HERE = NomadAddress("http://nomad.example:4646")
ODD = ["a/b", "a b", "[batch] nightly (eu)", "größe/日本 ☃", "100%", "q?x=1&y=#z", "p-1/periodic-2", "a//b"]


def line(*events: dict[str, Any]) -> bytes:
    return json.dumps({"Index": 9, "Events": list(events)}).encode()


def event(topic: str, kind: str, payload: Any) -> dict[str, Any]:
    return {"Topic": topic, "Type": kind, "Key": "k", "Namespace": "n", "Payload": {topic: payload}}


def test_topics_and_types_that_are_not_known_are_passed_over_or_read_by_what_they_carry() -> None:
    alloc = body("allocation")
    known = event("Allocation", "AllocationTeleported", alloc)
    strange = event("Dimension", "Opened", {"ID": "x"})
    empty = {"Topic": "Job", "Type": "JobRegistered", "Payload": None}
    null = event("Job", "JobRegistered", None)
    items, index = read_line(line(strange, known, empty, null), HERE)
    assert index == 9 and [item.thing.id for item in items] == [alloc["ID"]]
    assert read_line(b'{"Index": 3, "Events": null}', HERE) == ([], 3)
    assert read_line(b"{}", HERE) == ([], 0)


@given(st.dictionaries(st.sampled_from(sorted(body("allocation"))), st.none(), max_size=40))
def test_an_allocation_with_null_anywhere_is_read_or_refused_as_no_nomads(nulls: dict[str, None]) -> None:
    raw = event("Allocation", "AllocationUpdated", {**body("allocation"), **nulls})
    try:
        read_line(line(raw), HERE)
    except NomadTroubleError as error:
        assert error.trouble is Trouble.NOT_NOMAD
        assert {"ID", "Namespace", "JobID", "TaskGroup", "ModifyIndex"} & set(nulls)


def test_null_tables_and_null_entries_are_empty() -> None:
    raw = body("allocations")[0]
    (task, state), *_ = raw["TaskStates"].items()
    for states in (None, {}, {task: None}, {task: {**state, "Events": [None]}}):
        assert not [e for t in read_allocation({**raw, "TaskStates": states}).tasks for e in t.events]
    assert read_all(None, read_allocation) == [] and read_all([None], read_allocation) == []


@pytest.mark.parametrize("name", ODD)
async def test_a_job_id_of_any_kind_comes_through_calls_lists_and_stream(name: str) -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        whole = dict(nomad.world.rows["jobs"]["llm-prod/gateway"][1])
        alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
        service = nomad.find("services", ServiceName="gateway")

        def put(namespace: str) -> None:
            own = {"Namespace": namespace, "JobID": name}
            nomad.change("jobs", f"{namespace}/{name}", **{**whole, "Namespace": namespace, "ID": name, "Version": 0})
            nomad.change("allocations", f"{namespace}-a", **{**alloc, **own, "ID": f"{namespace}-a",
                                                             "Name": f"{name}.gateway[0]"})  # fmt: skip
            nomad.change("services", f"{namespace}-s", **{**service, **own, "ID": f"{namespace}-s",
                                                          "ServiceName": "odd"})  # fmt: skip

        put("listed")
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            put("streamed")
            await until(lambda: out.state(EntityKind.SERVICE, "streamed/odd"))
            for namespace in ("listed", "streamed"):
                await until(lambda key=f"{namespace}/{name}": out.state(EntityKind.JOB, key))  # type: ignore[misc]
                job = out.state(EntityKind.JOB, f"{namespace}/{name}") or {}
                assert (job["namespace"], job["job"]) == (namespace, name)
                assert job["versions"][0]["version"] == 0, "its versions were read by name"
                assert (out.state(EntityKind.ALLOCATION, f"{namespace}-a") or {})["job"] == name
                assert (out.state(EntityKind.SERVICE, f"{namespace}/odd") or {})["job"] == name
            nomad.purge("streamed", name)
            await until(lambda: out.events("JobPurged"))
            assert out.events("JobPurged")[0].entity.id == f"streamed/{name}"
        calls = Calls(NomadAddress(nomad.address), nomad.clock.now_ms)
        try:
            assert (await calls.get("job", name, namespace="listed")).body["ID"] == name
        finally:
            calls.close()


@pytest.mark.parametrize(
    ("table", "kind", "others", "lacks"),
    [
        ("allocations", EntityKind.ALLOCATION, EntityKind.NODE, "read-job"),
        ("deployments", EntityKind.DEPLOYMENT, EntityKind.ALLOCATION, "read-job"),
        ("evaluations", EntityKind.EVALUATION, EntityKind.ALLOCATION, "read-job"),
        ("services", EntityKind.SERVICE, EntityKind.ALLOCATION, ""),
        ("nodes", EntityKind.NODE, EntityKind.ALLOCATION, "node:read"),
    ],
)
async def test_one_table_that_is_denied_is_said_and_the_rest_goes_on(
    table: str, kind: EntityKind, others: EntityKind, lacks: str
) -> None:
    with NomadDouble.recorded(at_s=900, frozen=True) as nomad:
        nomad.fault("forbidden", paths=(f"/v1/{table}", f"/v1/{table[:-1]}/"))
        nomad.lose_events()  # what the stream still holds is not what is listed
        async with feed_on(nomad) as out:
            await until_state(out, "degraded" if lacks else "ok")
            assert out.states(others) and out.states(EntityKind.JOB)
            assert not out.states(kind)
            assert doc_of(out).get("missing", []) == ([lacks] if lacks else [])


@pytest.mark.parametrize("skew_ms", [7 * 60_000, -7 * 60_000, -3 * 3_600_000])
async def test_a_server_whose_clock_is_off_is_taken_at_its_own_time(skew_ms: int) -> None:
    with NomadDouble.recorded(at_s=900, frozen=True) as nomad:
        nomad.skew_ms = skew_ms
        async with feed_on(nomad) as out:
            await until_state(out, "ok")
            assert abs((doc_of(out)["skew_ms"] or 0) - skew_ms) <= 2_000
            alloc = nomad.find("allocations", JobID="gateway", ClientStatus="running")
            at_ms = nomad.clock.now_ms() + skew_ms
            nomad.change("allocations", alloc["ID"], ClientStatus="failed", ModifyTime=at_ms * 10**6)
            await until(lambda: out.events("AllocationFailed"))
            assert out.events("AllocationFailed")[0].at_ms == at_ms, "what is told live is never too old to tell"
            service = nomad.find("services", ServiceName="gateway")
            nomad.change("services", "second", **{**service, "ID": "second"})
            await until(lambda: out.events("ServiceRegistered"))
            assert abs(out.events("ServiceRegistered")[0].at_ms - at_ms) <= 2_000
