"""Sheets say in words and numbers how an object stands and why."""

from __future__ import annotations

from typing import Any

import pytest

from console.inventory.book import Book
from console.inventory.shapes import Fact, Section, Sheet
from console.inventory.sheet import sheet
from console.signals import EntityKind, EntityRef, Health
from tests.inventory.making import MINUTE, T0, alloc, book, deployment, evaluation, job, node, service, task, uuid


def _sheet(made: Book, kind: EntityKind, known: str, now_ms: int = T0) -> Sheet:
    told = sheet(made, EntityRef(kind, known), now_ms)
    assert told is not None
    return told


def _fact(told: Sheet, label: str) -> Fact:
    return next(fact for fact in told.facts if fact.label == label)


def _part(told: Sheet, title: str) -> Section:
    return next(part for part in told.parts if part.title == title)


def _labels(told: Sheet) -> list[str]:
    return [fact.label for fact in told.facts]


# -- allocations -------------------------------------------------------------------------------------------------------


def test_an_allocation_that_was_killed_for_memory() -> None:
    killed = task(restarts=2, oom_kills=1, exit_code=137, state="pending", started_ms=T0 - MINUTE,
                  last_event="OOM Killed", last_event_ms=T0 - 5_000)  # fmt: skip
    told = _sheet(book(alloc(uuid(1), restarts=2, oom_kills=1, exit_code=137, tasks={"answerer": killed},
                             reschedules=1, evaluation=uuid(600, "6e"))), EntityKind.ALLOCATION, uuid(1))  # fmt: skip
    assert (told.health, told.word) == (Health.WARN, "restarting")
    assert _fact(told, "exit code") == Fact("exit code", "137, killed for memory", Health.WARN)
    assert _fact(told, "killed for memory").text == "once"
    assert _fact(told, "restarts").text == "twice"
    assert _fact(told, "rescheduled").text == "once"
    assert _fact(told, "placed").text.startswith("10m ago, 04:38:45Z, on fra1-gpu-01, by evaluation 6e")
    assert _fact(told, "limits").text == "500MHz and 256MiB"
    (line,) = _part(told, "Tasks").lines
    assert (line.name, line.word, line.health) == ("answerer", "restarting", Health.WARN)
    assert [cell.text for cell in line.cells] == ["2", "137, killed for memory", "1", "1m ago", "",
                                                  "OOM Killed, 04:48:40Z"]  # fmt: skip
    assert told.allocations == (uuid(1),)
    assert told.job == EntityRef(EntityKind.JOB, "llm-prod/answerer")


@pytest.mark.parametrize(
    ("more", "word", "health"),
    [
        ({"healthy": False}, "unhealthy", Health.WARN),
        ({"healthy": None, "deployment": uuid(700)}, "running, not yet healthy", Health.OK),
        ({"desired": "stop"}, "stopping", Health.OK),
        ({"status": "pending"}, "starting", Health.OK),
        ({"status": "pending", "restarts": 1}, "restarting", Health.WARN),
        ({"status": "failed"}, "failed", Health.BAD),
        ({"status": "failed", "next": uuid(2)}, "failed, replaced", Health.WARN),
        ({"status": "failed", "desired": "stop"}, "failed, stopped", Health.WARN),
        ({"status": "lost"}, "lost", Health.BAD),
        ({"status": "unknown"}, "disconnected", Health.WARN),
        ({"status": "complete", "desired": "stop"}, "complete", Health.OK),
        ({"status": "complete"}, "ended", Health.WARN),
        ({"status": "complete", "type": "batch"}, "complete", Health.OK),
        ({"status": "weird"}, "weird", Health.UNKNOWN),
        ({"gone": True, "status": "failed"}, "collected", Health.OK),
    ],
)
def test_how_an_allocation_stands(more: dict[str, Any], word: str, health: Health) -> None:
    told = _sheet(book(alloc(uuid(1), **more)), EntityKind.ALLOCATION, uuid(1))
    assert (told.word, told.health) == (word, health)
    assert told.gone is ("gone" in more)
    assert ("collected" in _labels(told)) is told.gone


def test_what_an_allocation_replaced_and_what_replaced_it() -> None:
    made = book(
        alloc(uuid(1), previous=uuid(9), next=uuid(2), status="failed", desired="stop", desired_why="evicted"),
        alloc(uuid(2), node="fra1-gpu-02"), node(),
    )  # fmt: skip
    told = _sheet(made, EntityKind.ALLOCATION, uuid(1))
    assert _fact(told, "replaced").text == f"{uuid(9)[:8]}, which is not on this tape"
    assert _fact(told, "replaced by").text == f"{uuid(2)[:8]} on fra1-gpu-02, running, placed 10m ago"
    assert _fact(told, "why").text == "evicted"
    assert _fact(told, "state").text == "failed, Nomad wants it stopped"
    assert [line.opens for line in _part(told, "Before and after it").lines] == [
        EntityRef(EntityKind.ALLOCATION, uuid(2))
    ]
    assert [line.name for line in _part(told, "Node").lines] == ["fra1-gpu-01"]


def test_the_checks_of_an_allocation() -> None:
    made = book(alloc(uuid(1)), service("api", (uuid(1), {"up": "success", "ready": "failure: connection refused"}),
                                        (uuid(2), {"up": "failure: other"})))  # fmt: skip
    told = _sheet(made, EntityKind.ALLOCATION, uuid(1))
    lines = _part(told, "Checks, 1 of 2 failing").lines
    assert [(line.name, line.word, line.cells[0].text) for line in lines] == [
        ("ready", "failure", "connection refused"), ("up", "success", ""),
    ]  # fmt: skip


# -- jobs --------------------------------------------------------------------------------------------------------------


def test_a_job_that_waits_for_room() -> None:
    why = "0 of 4 nodes fit: 2 filtered by class gpu, 2 out of memory by 3.1 GiB"
    blocked = [{"group": "answerer", "queued": 2, "text": why}]
    versions = [{"version": 3, "submitted_ms": T0 - MINUTE, "by": "4f5e6d7c-1", "stable": True, "text": "count 1 to 3"},
                {"version": 2, "submitted_ms": T0 - 60 * MINUTE, "text": ""}]  # fmt: skip
    made = book(job(running=1, desired=3, blocked=blocked, counts={"queued": 2}, versions=versions, by="4f5e6d7c-1"),
                alloc(uuid(1)), alloc(uuid(2), number=1, status="failed"), evaluation(uuid(600)))  # fmt: skip
    told = _sheet(made, EntityKind.JOB, "llm-prod/answerer")
    assert (told.health, told.word) == (Health.WARN, "1/3, blocked")
    assert _fact(told, "waits for room") == Fact("waits for room", f"2 of group answerer: {why}", Health.WARN)
    assert _fact(told, "allocations").text == "1 of 3 running, 2 not placed"
    assert _fact(told, "version").text == "v3, submitted 1h ago, 03:48:45Z, by token 4f5e6d7c-1"
    assert [line.word for line in _part(told, "Allocations").lines] == ["failed", "running"]
    current, before = _part(told, "Versions").lines
    assert (current.name, current.word, [cell.text for cell in current.cells]) == (
        "v3", "current, stable", ["1m ago", "4f5e6d7c", "", "count 1 to 3"],
    )  # fmt: skip
    assert before.word == ""
    assert before.opens is None
    assert told.allocations == (uuid(1),)


def test_a_deployment_of_a_job_has_a_deadline() -> None:
    brief = {"id": uuid(700), "status": "running", "text": "Deployment is running", "version": 3, "healthy": 2,
             "desired": 3, "canaries": 1, "require_progress_by_ms": T0 + MINUTE}  # fmt: skip
    made = book(job(running=3, desired=3, deployment=brief))
    ahead = _sheet(made, EntityKind.JOB, "llm-prod/answerer")
    assert ahead.word == "deploying 2/3"
    assert _fact(ahead, "deployment").text == "v3 running, 2 of 3 healthy, 1 canary not promoted: Deployment is running"
    assert _fact(ahead, "progress").by_ms == T0 + MINUTE
    late = _sheet(made, EntityKind.JOB, "llm-prod/answerer", T0 + 3 * MINUTE)
    assert (late.word, late.health) == ("deploying 2/3, no progress", Health.WARN)
    assert _fact(late, "progress") == Fact("progress", "its progress deadline passed 2m ago", Health.WARN)


def test_a_periodic_job_and_its_runs() -> None:
    made = book(
        job("nightly", periodic=True, type="batch", groups={}, cron="0 2 * * * UTC"),
        job("nightly/periodic-17", parent="nightly", type="batch", status="dead", running=0, desired=0,
            submitted_ms=T0 - MINUTE),
        job("nightly/periodic-16", parent="nightly", type="batch", status="dead", running=0, desired=0,
            submitted_ms=T0 - 9 * MINUTE),
        alloc(uuid(1), "nightly/periodic-17", status="complete", type="batch"),
    )  # fmt: skip
    told = _sheet(made, EntityKind.JOB, "llm-prod/nightly")
    assert told.word == "periodic"
    assert _fact(told, "starts runs at").text == "0 2 * * * UTC"
    assert _fact(told, "last run").text == "done, 1m ago, 04:47:45Z"
    assert [line.name for line in _part(told, "Runs").lines] == ["nightly/periodic-17", "nightly/periodic-16"]
    assert told.allocations == (uuid(1),)
    run = _sheet(made, EntityKind.JOB, "llm-prod/nightly/periodic-17")
    assert _fact(run, "started by").text == "nightly"


def test_a_parameterized_job_that_nobody_dispatched() -> None:
    told = _sheet(book(job("convert", parameterized=True, type="batch", groups={})), EntityKind.JOB, "llm-prod/convert")
    assert told.word == "parameterized"
    assert _fact(told, "last run").text == "none is on this tape"


# -- nodes, deployments, evaluations, services -------------------------------------------------------------------------


def test_a_node_that_is_down_and_what_was_promised_there() -> None:
    made = book(node(status="down", updated_ms=T0 - 2 * MINUTE, cpu_mhz=8_000, memory_mb=16_384), alloc(uuid(1)),
                alloc(uuid(2), number=1, status="lost"))  # fmt: skip
    told = _sheet(made, EntityKind.NODE, uuid(900))
    assert (told.health, told.word) == (Health.BAD, "down")
    assert _fact(told, "state").text.startswith("down, since 2m, its heartbeats have stopped")
    assert _fact(told, "resources").text == "500MHz and 256MiB of 8000MHz and 16GiB promised to allocations"
    assert [line.name for line in _part(told, "Allocations there now").lines] == ["answerer[0]"]
    assert [line.word for line in _part(told, "Allocations that were there").lines] == ["lost"]


def test_a_node_that_is_drained_with_a_driver_that_is_down() -> None:
    made = book(node(drain=True, drain_by_ms=T0 + MINUTE, eligibility="ineligible", unhealthy_drivers=["docker"],
                     drivers={"docker": "unhealthy: no daemon", "exec": "healthy"}), alloc(uuid(1)))  # fmt: skip
    told = _sheet(made, EntityKind.NODE, uuid(900))
    assert told.word == "draining"
    drain = _fact(told, "drain")
    assert (drain.text, drain.by_ms) == ("what runs there is moved away, 1 allocation left", T0 + MINUTE)
    assert _fact(told, "driver docker").text == "unhealthy: no daemon"
    assert _fact(told, "drivers").text == "exec"
    assert _fact(told, "takes work").text == "no: it is ineligible"
    passed = _sheet(made, EntityKind.NODE, uuid(900), T0 + 3 * MINUTE)
    assert _fact(passed, "drain").text.endswith("its deadline passed 2m ago")


def test_a_deployment_whose_canaries_wait_for_somebody() -> None:
    made = book(deployment(uuid(700), desired=3, healthy=1, placed=1, canaries_desired=1, canaries=1,
                           progress_by_ms=T0 + MINUTE, auto_revert=True),
                alloc(uuid(1), deployment=uuid(700), canary=True), job())  # fmt: skip
    told = _sheet(made, EntityKind.DEPLOYMENT, uuid(700))
    assert told.word == "waits to be promoted"
    assert _fact(told, "progress of all").text == (
        "1 of 1 canaries placed, not promoted, 1 of 3 healthy, 1 placed, goes back to the stable version when it fails"
    )
    assert "somebody to promote it" in _fact(told, "waits for").text
    assert [line.opens for line in _part(told, "Canaries").lines] == [EntityRef(EntityKind.ALLOCATION, uuid(1))]
    assert [line.name for line in _part(told, "Job").lines] == ["answerer"]


def test_a_blocked_evaluation_says_why_with_numbers() -> None:
    made = book(evaluation(uuid(600), previous=uuid(601)), evaluation(uuid(601), status="complete"), job())
    told = _sheet(made, EntityKind.EVALUATION, uuid(600))
    assert _fact(told, "state").text == "blocked, it waits until there is room"
    assert _fact(told, "not placed").text == (
        "2 allocations of group answerer: 0 of 4 nodes fit: 2 filtered by class gpu, 2 out of memory by 3.1 GiB"
    )
    assert _fact(told, "because").text == "there may be room for what could not be placed (queued-allocs)"
    assert [line.opens for line in _part(told, "Before and after it").lines] == [
        EntityRef(EntityKind.EVALUATION, uuid(601))
    ]


def test_a_service_with_a_failing_instance() -> None:
    made = book(service("api", (uuid(1), {"up": "success"}), (uuid(2), {"up": "failure: refused"})), alloc(uuid(1)),
                alloc(uuid(2), number=1), node())  # fmt: skip
    told = _sheet(made, EntityKind.SERVICE, "llm-prod/api")
    assert (told.word, told.health) == ("1 of 2 failing", Health.WARN)
    assert _fact(told, "check up").text == "failure: refused, at 10.0.0.1:8080"
    bad, good = _part(told, "Instances").lines
    assert (bad.name, bad.word) == ("answerer[1]", "1 check failing")
    assert bad.opens == EntityRef(EntityKind.ALLOCATION, uuid(2))
    assert good.word == "checks passing"
    assert set(told.allocations) == {uuid(1), uuid(2)}


def test_what_is_not_on_the_tape_has_no_sheet() -> None:
    for kind in EntityKind:
        assert sheet(book(job()), EntityRef(kind, "none"), T0) is None


@pytest.mark.parametrize("status", ["lost", "unknown"])
def test_what_a_client_said_before_it_was_lost_is_not_told_as_so(status: str) -> None:
    made = book(alloc(uuid(1), status=status))
    told = _sheet(made, EntityKind.ALLOCATION, uuid(1))
    assert [(line.word, line.health) for line in _part(told, "Tasks").lines] == [
        ("running when last heard of", Health.WARN)
    ]
    task = _sheet(made, EntityKind.TASK, f"{uuid(1)}/{_part(told, 'Tasks').lines[0].name}")
    assert (task.health, task.word) == (Health.WARN, "running when last heard of")
    assert _fact(task, "state").text == "running when last heard of"
    assert _fact(task, "its client").text.startswith("is not heard of")
