"""What is asked about one object: itself, its checks, its use, its versions; with a Nomad double behind."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from console.errands.asks.checks import read_checks
from console.errands.asks.diff import read_steps
from console.errands.asks.object import told
from console.errands.asks.stats import read_stats
from tests.doubles.nomad import NomadDouble
from tests.errands.conftest import OpenOffice

ODD = "team a/web [v1]"
SECRET = "hunter2hunter2"
ABSENT = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def double() -> Iterator[NomadDouble]:
    with NomadDouble.cluster(allocations=12, jobs=4, nodes=2, events_per_s=0) as one:
        yield one


def some(double: NomadDouble, table: str) -> dict[str, Any]:
    return dict(next(iter(double.world.rows[table].values()))[1])


@pytest.mark.parametrize(("table", "kind"), [("allocations", "allocation"), ("nodes", "node")])
def test_an_object_comes_as_text(double: NomadDouble, office: OpenOffice, table: str, kind: str) -> None:
    wanted = some(double, table)["ID"]
    with office(double) as asking:
        reply = asking.one("object", kind=kind, key=wanted)
    assert reply.kind == "answer"
    assert json.loads(reply.told["text"])["ID"] == wanted
    assert reply.told["text"].startswith('{\n  "')
    assert abs(reply.told["asked_ms"] / 1000 - time.time()) < 30


def test_a_job_of_any_name_comes_without_its_secrets(double: NomadDouble, office: OpenOffice) -> None:
    job = some(double, "jobs")
    job = {**job, "ID": ODD, "Name": ODD, "VaultToken": SECRET, "Meta": {"api_key": SECRET, "owner": "shop"}}
    task = {"Name": "t", "Env": {"A": SECRET}, "Templates": [{"EmbeddedTmpl": SECRET}]}
    job["TaskGroups"] = [{"Name": "front [1]", "Count": 1, "Tasks": [task]}]
    namespace = job["Namespace"]
    with double.world.changed:
        double.world.rows["jobs"][f"{namespace}/{ODD}"] = [job, job]
    with office(double) as asking:
        whole = asking.one("object", kind="job", key=f"{namespace}@eu/{ODD}")
        group = asking.one("object", kind="group", key=f"{namespace}/{ODD}/front [1]")
        none = asking.one("object", kind="group", key=f"{namespace}/{ODD}/other")
    assert whole.kind == "answer"
    assert SECRET not in json.dumps(whole.told)
    shown = json.loads(whole.told["text"])
    assert (shown["ID"], shown["Meta"]) == (ODD, {"api_key": "(hidden)", "owner": "shop"})
    assert json.loads(group.told["text"])["Tasks"][0]["Env"] == {"A": "(hidden)"}
    assert none.told == {"gone": True}


@pytest.mark.parametrize(("kind", "key"), [("allocation", ABSENT), ("job", "default/none"), ("deployment", ABSENT)])
def test_what_nomad_has_no_more_is_gone(double: NomadDouble, office: OpenOffice, kind: str, key: str) -> None:
    with office(double) as asking:
        assert asking.one("object", kind=kind, key=key).told == {"gone": True}


def test_what_nomad_never_has_is_refused(double: NomadDouble, office: OpenOffice) -> None:
    with office(double) as asking:
        assert asking.one("object", kind="topic", key="docs").sentence == "Nomad has nothing of the kind topic."


def test_a_large_object_is_one_answer() -> None:
    """A megabyte of job is text in one go, whole."""
    job = {"ID": "x", "TaskGroups": [{"Name": f"g{at}", "Meta": {"note": "n" * 900}} for at in range(1100)]}
    text = told(job)
    assert len(text) > 1_000_000
    assert json.loads(text) == job


def test_use_comes_from_the_client(double: NomadDouble, office: OpenOffice) -> None:
    allocation = some(double, "allocations")["ID"]
    usage = {"CpuStats": {"TotalTicks": 63.9, "ThrottledPeriods": 3}, "MemoryStats": {"RSS": 28966912, "Usage": 0}}
    double.world.statistics[allocation] = {
        "ResourceUsage": usage, "Tasks": {"server": {"ResourceUsage": usage}}, "Timestamp": 1795409509_000_000_000,
    }  # fmt: skip
    with office(double) as asking:
        reply = asking.one("stats", allocation=allocation)
        absent = asking.one("stats", allocation=ABSENT)
    use = {"cpu_mhz": 63.9, "memory_bytes": 28966912, "throttled": 3}
    assert reply.told == {"at_ms": 1795409509_000, **use, "tasks": {"server": use}}
    assert absent.kind == "error"
    assert ABSENT in absent.sentence


def test_a_driver_that_measures_nothing_is_not_taken_for_zero() -> None:
    assert read_stats({"ResourceUsage": {"CpuStats": {}, "MemoryStats": None}, "Tasks": None}) == {
        "at_ms": 0, "cpu_mhz": None, "memory_bytes": None, "throttled": 0, "tasks": {},
    }  # fmt: skip


def test_checks_that_fail_come_first() -> None:
    def check(name: str, status: str, **more: Any) -> dict[str, Any]:
        return {"Check": name, "Service": "web", "Status": status, "Output": "said", "Timestamp": 1795409509, **more}

    body = {"1": check("a", "success", StatusCode=200), "2": check("b", "failure", StatusCode=503, Task="server")}
    assert read_checks(body) == [
        {"name": "b", "service": "web", "task": "server", "status": "failure", "said": "said", "code": 503,
         "at_ms": 1795409509_000},
        {"name": "a", "service": "web", "task": "", "status": "success", "said": "said", "code": 200,
         "at_ms": 1795409509_000},
    ]  # fmt: skip
    assert read_checks(None) == []


def version(number: int, image: str) -> dict[str, Any]:
    task = {"Name": "t", "Config": {"image": image}, "Env": {"A": f"{SECRET}{number}"}}
    return {"ID": "web", "Version": number, "TaskGroups": [{"Name": "g", "Count": 1, "Tasks": [task]}]}


def test_versions_are_compared_step_by_step() -> None:
    change = {"Type": "Edited", "Fields": [{"Type": "Edited", "Name": "Priority", "Old": "50", "New": "70"}]}
    body = {"Versions": [version(7, "a:3"), version(6, "a:2"), version(4, "a:1")], "Diffs": [change, {"Type": "None"}]}
    assert read_steps(body) == [
        {"from": 6, "to": 7, "changes": ["Priority 50 → 70"]},
        {"from": 4, "to": 6, "changes": []},
    ]


def test_where_nomad_compares_nothing_it_is_done_here(double: NomadDouble, office: OpenOffice) -> None:
    job = some(double, "jobs")
    where = {"job": job["ID"], "namespace": job["Namespace"]}
    versions = double.world.versions.setdefault((job["Namespace"], job["ID"]), {})
    versions.clear()
    versions.update({number: version(number, f"a:{number}") for number in (4, 5, 6, 7)})
    with office(double) as asking:
        newest = asking.one("diff", **where).told
        several = asking.one("diff", **where, **{"from": 4, "to": 6}).told
        turned = asking.one("diff", **where, **{"from": 6, "to": 4}).told
        gone = asking.one("diff", **where, **{"from": 1, "to": 6})
        versions.pop(4), versions.pop(5), versions.pop(6)
        alone = asking.one("diff", **where)
    assert (newest["from"], newest["to"]) == (6, 7)
    assert "image a:6 → a:7" in newest["steps"][0]["changes"]
    assert [(step["from"], step["to"]) for step in several["steps"]] == [(5, 6), (4, 5)]
    assert turned == several
    assert SECRET not in json.dumps([newest, several])
    assert gone.sentence == "Nomad has no version 1 of this job any more; it keeps v4 to v7."
    assert alone.kind == "answer"
    assert alone.told["steps"] == []
    assert alone.told["said"] == "Nomad keeps one version of this job only: there is nothing to compare."
