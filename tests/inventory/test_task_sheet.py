"""A task of an allocation as a sheet: how it runs or ended, and what it belongs to."""

from __future__ import annotations

from console.inventory.book import Book
from console.inventory.sheet import sheet
from console.signals import EntityKind, EntityRef, Health
from tests.inventory.making import MINUTE, T0, alloc, job, node, task, uuid

ALLOCATION = uuid(1, "b5e0")


def book() -> Book:
    found = Book()
    killed = task(state="dead", failed=True, restarts=3, oom_kills=1, exit_code=137, started_ms=T0 - 5 * MINUTE,
                  finished_ms=T0 - MINUTE, last_event="Not Restarting", last_event_ms=T0 - MINUTE)  # fmt: skip
    found.load([alloc(ALLOCATION, tasks={"server": killed, "sidecar": task()}), job(), node()])
    return found


def test_a_task_that_was_killed_says_why_and_where() -> None:
    made = sheet(book(), EntityRef(EntityKind.TASK, f"{ALLOCATION}/server"), T0)
    assert made is not None
    assert (made.name, made.health, made.where) == ("server", Health.BAD, "llm-prod")
    assert made.word == "failed, its newest end: 137, killed for memory"
    facts = {fact.label: fact.text for fact in made.facts}
    assert facts["restarts"] == "3 times"
    assert facts["ended"].startswith("1m ago")
    assert facts["limits"] == "500MHz and 256MiB for all tasks of its allocation"
    assert [section.title for section in made.parts] == ["Allocation", "Node"]
    assert made.parts[0].lines[0].opens == EntityRef(EntityKind.ALLOCATION, ALLOCATION)
    assert made.job == EntityRef(EntityKind.JOB, "llm-prod/answerer")
    assert made.allocations == (ALLOCATION,)


def test_tasks_of_an_allocation_can_be_gone_on_to() -> None:
    whole = sheet(book(), EntityRef(EntityKind.ALLOCATION, ALLOCATION), T0)
    assert whole is not None
    tasks = whole.parts[0].lines
    assert [line.name for line in tasks] == ["server", "sidecar"]
    for line in tasks:
        assert line.opens is not None
        part = sheet(book(), line.opens, T0)
        assert part is not None
        assert part.health is line.health


def test_there_is_no_sheet_of_a_task_that_is_not_on_the_tape() -> None:
    for known in (f"{ALLOCATION}/other", f"{uuid(2)}/server", ALLOCATION, ""):
        assert sheet(book(), EntityRef(EntityKind.TASK, known), T0) is None
