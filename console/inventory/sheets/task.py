"""A task of an allocation in words: how it runs or ended, how often it was started again, where it is."""

from __future__ import annotations

from collections.abc import Iterator

from console.inventory.book import Book
from console.inventory.lines import Placed, section
from console.inventory.objects.allocation import Allocation, Task
from console.inventory.objects.allocation_standing import standing_of
from console.inventory.objects.standing import Standing
from console.inventory.shapes import Fact, Section, Sheet
from console.inventory.sheets.allocation import UNHEARD, WELL_CODES, task_standing
from console.inventory.sheets.allocations import allocations_section
from console.inventory.standings import STANDINGS
from console.inventory.tables.nodes import NODES
from console.inventory.words import alloc_text, exit_text, resources_text, sentence, times, when, where_of, where_said
from console.naming import job_name
from console.signals import EntityKind, EntityRef, Health


def sheet(book: Book, known: str, now_ms: int) -> Sheet | None:
    """``known`` is the id of its allocation, a slash, and its name."""
    allocation, _, name = known.partition("/")
    one = book.allocations.get(allocation)
    task = next((task for task in one.tasks if task.name == name), None) if one is not None else None
    if one is None or task is None:
        return None
    stands = task_standing(task, one.status)
    ended = exit_text(task.exit_code, task.oom_kills) if stands.health is not Health.OK else ""
    return Sheet(
        entity=EntityRef(EntityKind.TASK, known),
        name=task.name,
        health=stands.health,
        word=sentence(stands.word, f"its newest end: {ended}" if ended else ""),
        facts=tuple(fact for fact in _facts(one, task, stands, now_ms) if fact.text),
        parts=tuple(_parts(book, one, now_ms)),
        where=where_said(where_of(one.job, job.doc if (job := book.jobs.get(one.job)) is not None else {})),
        gone=one.gone,
        job=EntityRef(EntityKind.JOB, one.job) if one.job else None,
        allocations=(one.id,),
        why="" if stands.health is Health.OK else task.last_event,
    )


def _facts(one: Allocation, task: Task, stands: Standing, now_ms: int) -> Iterator[Fact]:
    loud = None if stands.health is Health.OK else stands.health
    state = stands.word if one.status in UNHEARD else task.state
    yield Fact("state", sentence(state, "failed" if task.failed else ""), loud)
    if one.status in UNHEARD:
        yield Fact("its client", f"is not heard of: the allocation is {standing_of(one).word}", Health.WARN)
    bad = task.exit_code is not None and task.exit_code not in WELL_CODES
    yield Fact("exit code", exit_text(task.exit_code, task.oom_kills), Health.WARN if bad else None)
    yield Fact("killed for memory", times(task.oom_kills) if task.oom_kills else "", Health.WARN)
    yield Fact("restarts", times(task.restarts) if task.restarts else "", loud)
    yield Fact("started", when(task.started_ms, now_ms))
    yield Fact("ended", when(task.finished_ms, now_ms))
    yield Fact("last event", sentence(task.last_event, when(task.last_event_ms, now_ms)))
    yield Fact("allocation", alloc_text(one))
    limits = resources_text(one.cpu_mhz, one.memory_mb)
    yield Fact("limits", f"{limits} for all tasks of its allocation" if limits else "")
    yield Fact("job", sentence(job_name(one.job), f"group {one.group}" if one.group else "", f"version {one.version}"))


def _parts(book: Book, one: Allocation, now_ms: int) -> Iterator[Section]:
    yield allocations_section([one], now_ms, "", "Allocation")
    node = book.nodes.get(one.node_id)
    if node is not None:
        yield section("Node", NODES, [Placed(node, STANDINGS[EntityKind.NODE](node, book, now_ms))], now_ms)
