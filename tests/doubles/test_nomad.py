"""The double behaves as the recordings say that Nomad does."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from tests.doubles.nomad import NomadDouble

ROOT = Path(__file__).parents[2]


def lines(address: str, query: str, count: int, seconds: float = 5.0) -> list[dict[str, Any]]:
    """The first lines of a stream; fewer when it says no more in time."""
    got: list[dict[str, Any]] = []

    def read() -> None:
        with httpx.stream("GET", f"{address}/v1/event/stream?{query}", timeout=None) as answer:
            for line in answer.iter_lines():
                got.append(json.loads(line))
                if len(got) >= count:
                    return

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(seconds)
    return got


def test_lists_carry_the_recorded_index_and_respect_namespaces() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        every = httpx.get(f"{nomad.address}/v1/jobs?namespace=*&meta=true")
        assert every.headers["X-Nomad-Index"] == "138" and len(every.json()) == 13
        assert {j["Namespace"] for j in httpx.get(f"{nomad.address}/v1/jobs").json()} == {"default"}
        page = httpx.get(f"{nomad.address}/v1/allocations?namespace=*&per_page=5")
        rest = httpx.get(f"{nomad.address}/v1/allocations?namespace=*&next_token={page.headers['X-Nomad-NextToken']}")
        assert len(page.json()) == 5 and len(rest.json()) == 14
        assert nomad.requests["/v1/jobs"] == 2


def test_the_stream_says_hello_replays_its_buffer_and_resumes_inclusively() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        whole = lines(nomad.address, "topic=*&namespace=*", 101)
        assert whole[0] == {} and whole[1]["Index"] >= 39
        resumed = lines(nomad.address, "topic=*&namespace=*&index=138", 2)
        assert resumed[0] == {} and resumed[1]["Index"] == 138
        assert lines(nomad.address, "topic=Node&namespace=*&index=9999", 2, 0.5) == [{}]


def test_only_a_hundred_raft_entries_are_kept() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        alloc = nomad.find("allocations", JobID="gateway")
        for _ in range(150):
            nomad.change("allocations", alloc["ID"], ClientStatus="running")
        oldest = lines(nomad.address, "topic=*&namespace=*&index=1", 2)[1]["Index"]
        assert oldest == nomad.world.index - 99


def test_a_blocking_query_returns_on_change_and_with_the_same_index_when_nothing_changed() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        same = httpx.get(f"{nomad.address}/v1/nodes?index=138&wait=100ms")
        assert same.headers["X-Nomad-Index"] == "138"
        node = nomad.find("nodes", Name="fra1-gpu-02")
        threading.Timer(0.2, lambda: nomad.change("nodes", node["ID"], Status="down")).start()
        began = time.monotonic()
        changed = httpx.get(f"{nomad.address}/v1/nodes?index=138&wait=20s", timeout=30)
        assert time.monotonic() - began < 10 and int(changed.headers["X-Nomad-Index"]) > 138


def test_denied_streams_are_silent_and_errors_are_plain_text() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        nomad.fault("forbidden")
        assert lines(nomad.address, "topic=*&namespace=*", 1, 0.5) == []
        refused = httpx.get(f"{nomad.address}/v1/jobs")
        assert (refused.status_code, refused.text) == (403, "Permission denied")
        nomad.clear()
        unknown = httpx.get(f"{nomad.address}/v1/job/nope?namespace=llm-prod")
        assert (unknown.status_code, unknown.text) == (404, "job not found")


def test_recorded_time_brings_the_recorded_changes() -> None:
    with NomadDouble.recorded(frozen=True) as nomad:
        nomad.clock.step(14 * 60_000)
        nomad.catch_up()
        assert nomad.find("nodes", Name="fra1-gpu-02")["Status"] == "down"
        nomad.seek(nomad.clock.now_ms() - 10 * 60_000)
        assert nomad.find("nodes", Name="fra1-gpu-02")["Status"] == "ready"


def test_a_generated_cluster_is_the_same_for_the_same_seed_and_moves() -> None:
    one, other = (NomadDouble.cluster(200, 20, 10, events_per_s=100, seed=7) for _ in range(2))
    assert sorted(one.world.rows["allocations"]) == sorted(other.world.rows["allocations"])
    assert len(one.world.rows["allocations"]) == 200
    with one:
        time.sleep(0.5)
        assert one.generated is not None and one.generated.happened >= 10


def test_it_runs_as_a_process_of_its_own_and_is_controlled_over_http() -> None:
    command = [sys.executable, "-m", "tests.doubles.nomad", "--frozen", "--at", "60"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = json.loads(process.stdout.readline())["address"]
            httpx.post(f"{address}/_double/fault", json={"name": "error", "paths": ["/v1/nodes"]})
            assert httpx.get(f"{address}/v1/nodes").status_code == 500
            httpx.request("DELETE", f"{address}/_double/fault", json={})
            assert httpx.get(f"{address}/v1/nodes").status_code == 200
            httpx.post(f"{address}/_double/clock", json={"step_ms": 840_000})
            nodes = {n["Name"]: n["Status"] for n in httpx.get(f"{address}/v1/nodes").json()}
            deadline = time.monotonic() + 5
            while nodes["fra1-gpu-02"] != "down" and time.monotonic() < deadline:
                nodes = {n["Name"]: n["Status"] for n in httpx.get(f"{address}/v1/nodes").json()}
            assert nodes["fra1-gpu-02"] == "down"
            assert httpx.get(f"{address}/_double/requests").json()["/v1/nodes"] >= 3
            assert httpx.post(f"{address}/_double/fault", json={"name": "nonsense"}).status_code == 400
        finally:
            process.terminate()
