"""An allocation in words: what Nomad wants of it and what its client says, its tasks, what it replaced."""

from __future__ import annotations

from collections.abc import Iterator

from console.format import NOTHING, clock
from console.inventory.book import Book
from console.inventory.lines import Placed, section
from console.inventory.objects.allocation import Allocation, Task
from console.inventory.objects.allocation_standing import standing_of
from console.inventory.objects.fields import section as part_of
from console.inventory.objects.standing import Standing, Turn, standing
from console.inventory.shapes import Cell, Column, Fact, Line, Section, Sheet
from console.inventory.sheets.allocations import allocations_section
from console.inventory.standings import STANDINGS, instance_checks
from console.inventory.tables.deployments import DEPLOYMENTS
from console.inventory.tables.evaluations import EVALUATIONS
from console.inventory.tables.nodes import NODES
from console.inventory.tables.services import SERVICES
from console.inventory.words import (
    ago,
    exit_text,
    many,
    node_text,
    resources_text,
    sentence,
    short_id,
    times,
    when,
    where_of,
    where_said,
)
from console.naming import job_name
from console.signals import EntityKind, EntityRef, Health

_WANTS = {"run": "Nomad wants it to run", "stop": "Nomad wants it stopped", "evict": "Nomad wants it gone"}
WELL_CODES = (0, 130, 143)  # ended, or ended because it was told to


def sheet(book: Book, known: str, now_ms: int) -> Sheet | None:
    one = book.allocations.get(known)
    if one is None:
        return None
    stands = standing_of(one)
    return Sheet(
        entity=EntityRef(EntityKind.ALLOCATION, one.id),
        name=f"{one.name} {short_id(one.id)}",
        health=stands.health,
        word=stands.word,
        facts=tuple(fact for fact in _facts(book, one, stands, now_ms) if fact.text),
        parts=tuple(_parts(book, one, now_ms)),
        where=where_said(where_of(one.job, job.doc if (job := book.jobs.get(one.job)) is not None else {})),
        gone=one.gone,
        job=EntityRef(EntityKind.JOB, one.job) if one.job else None,
        allocations=(one.id,),
        why="" if stands.health is Health.OK else one.desired_why or (one.last_event if one.status == "failed" else ""),
    )


def _facts(book: Book, one: Allocation, stands: Standing, now_ms: int) -> Iterator[Fact]:
    loud = None if stands.health is Health.OK else stands.health
    yield Fact("state", sentence(_status(one), _wanted(one)), loud)
    if one.gone:
        yield Fact("collected", "Nomad no longer has it: this is what was last known of it")
    yield Fact("why", one.desired_why)
    yield Fact("last event", one.last_event)
    code = one.exit_code
    ended_badly = code is not None and code not in WELL_CODES
    yield Fact("exit code", exit_text(code, one.oom_kills), Health.WARN if ended_badly else None)
    yield Fact("killed for memory", times(one.oom_kills) if one.oom_kills else "", Health.WARN)
    yield Fact(
        "restarts", times(one.restarts) if one.restarts else "", Health.WARN if stands.turn < Turn.WELL else None
    )
    yield Fact("rescheduled", times(one.reschedules) if one.reschedules else "")
    yield Fact("health", _healthy(one), Health.WARN if one.healthy is False else None)
    by = f"by evaluation {short_id(one.evaluation)}" if one.evaluation else ""
    yield Fact("placed", sentence(when(one.created_ms, now_ms), f"on {node_text(one.node, one.node_id)}", by))
    yield Fact("changed", when(one.at_ms, now_ms))
    yield Fact("job", sentence(job_name(one.job), f"group {one.group}" if one.group else "", f"version {one.version}"))
    yield Fact("limits", resources_text(one.cpu_mhz, one.memory_mb))
    yield Fact("replaced", _other(book, one.previous, now_ms))
    yield Fact("replaced by", _other(book, one.next, now_ms))


def _status(one: Allocation) -> str:
    return {"unknown": "its client is disconnected", "": "not known"}.get(one.status, one.status)


def _wanted(one: Allocation) -> str:
    """What Nomad wants of it, where that does not go without saying."""
    if one.desired == "run" and one.status == "running":
        return ""
    return _WANTS.get(one.desired, one.desired)


def _healthy(one: Allocation) -> str:
    if one.healthy is None:
        return "its deployment has not judged it yet" if one.deployment and not one.ended else ""
    canary = ", a canary" if one.canary else ""
    return ("healthy, as its deployment judged" if one.healthy else "unhealthy, as its deployment judged") + canary


def _other(book: Book, known: str, now_ms: int) -> str:
    if not known:
        return ""
    other = book.allocations.get(known)
    if other is None:
        return f"{short_id(known)}, which is not on this tape"
    on = node_text(other.node, other.node_id)
    return sentence(f"{short_id(known)} on {on}", standing_of(other).word, f"placed {ago(other.created_ms, now_ms)}")


# -- parts -------------------------------------------------------------------------------------------------------------


def _parts(book: Book, one: Allocation, now_ms: int) -> Iterator[Section]:
    yield _tasks(one, now_ms)
    family = [book.allocations[other] for other in (one.previous, one.next) if other in book.allocations]
    if family:
        yield allocations_section(family, now_ms, "", "Before and after it")
    node = book.nodes.get(one.node_id)
    if node is not None:
        placed = Placed(node, STANDINGS[EntityKind.NODE](node, book, now_ms))
        yield section("Node", NODES, [placed], now_ms)
    services = [found for found in book.services_of(one.job) if one.id in found.allocations]
    if services:
        stands = STANDINGS[EntityKind.SERVICE]
        yield section("Services", SERVICES, (Placed(found, stands(found, book, now_ms)) for found in services), now_ms)
        yield from _checks(one, [part_of(found.doc, "instances") for found in services])
    deployment = book.deployments.get(one.deployment)
    if deployment is not None:
        placed = Placed(deployment, STANDINGS[EntityKind.DEPLOYMENT](deployment, book, now_ms))
        yield section("Deployment", DEPLOYMENTS, [placed], now_ms)
    evaluation = book.evaluations.get(one.evaluation)
    if evaluation is not None:
        placed = Placed(evaluation, STANDINGS[EntityKind.EVALUATION](evaluation, book, now_ms))
        yield section("Placed by", EVALUATIONS, [placed], now_ms)


_TASK_COLUMNS = (
    Column("Restarts"),
    Column("Exit", left=True),
    Column("OOM"),
    Column("Started"),
    Column("Ended"),
    Column("Last event", left=True, cells=16),
)


def _tasks(one: Allocation, now_ms: int) -> Section:
    told = sorted(((task_standing(task, one.status), task) for task in one.tasks), key=lambda pair: pair[0].turn)
    lines = tuple(_task(one, task, stands, now_ms) for stands, task in told)
    return Section("Tasks", _TASK_COLUMNS, lines, "No task of it has been told of: its client has not begun with it.")


UNHEARD = ("lost", "unknown")  # allocations whose client is gone: its last word of their tasks is old


def task_standing(task: Task, status: str) -> Standing:
    """How a task of an allocation stands that has that status."""
    if status in UNHEARD and task.state not in ("dead", ""):
        return standing(Health.WARN, f"{task.state} when last heard of")
    if task.failed:
        return standing(Health.BAD, "failed")
    if task.state == "pending":
        return standing(Health.WARN, "restarting") if task.restarts else standing(Health.OK, "pending", Turn.MOVING)
    if task.state == "dead":
        return standing(Health.OK, "ended", Turn.ENDED)
    return standing(Health.OK if task.state == "running" else Health.UNKNOWN, task.state or "not known")


def _task(one: Allocation, task: Task, stands: Standing, now_ms: int) -> Line:
    code = task.exit_code
    bad = code is not None and code not in WELL_CODES
    last = f"{task.last_event}, {clock(task.last_event_ms)}" if task.last_event_ms else task.last_event
    return Line(
        key=f"{EntityKind.TASK}:{one.id}/{task.name}",
        opens=EntityRef(EntityKind.TASK, f"{one.id}/{task.name}"),
        health=stands.health,
        name=task.name,
        word=stands.word,
        cells=(
            Cell(str(task.restarts) if task.restarts else "", Health.OK, task.restarts),
            Cell(exit_text(code, task.oom_kills), Health.WARN if bad else Health.OK, code),
            Cell(str(task.oom_kills) if task.oom_kills else "", Health.WARN if task.oom_kills else Health.OK),
            Cell(_when(task.started_ms, now_ms)),
            Cell(_when(task.finished_ms, now_ms)),
            Cell(last),
        ),
    )


def _when(at_ms: int | None, now_ms: int) -> str:
    said = ago(at_ms, now_ms)
    return "" if said == NOTHING else said


_CHECK_COLUMNS = (Column("Said", left=True, cells=20),)


def _checks(one: Allocation, services: list[object]) -> Iterator[Section]:
    """What the checks of this allocation's instances say."""
    found = [
        (str(name), said)
        for instances in services
        if isinstance(instances, dict)
        for instance in instances.values()
        if isinstance(instance, dict) and instance.get("allocation") == one.id
        for name, said in instance_checks(instance).items()
    ]
    if not found:
        return
    lines = [_check(one, name, said) for name, said in found]
    failing = sum(line.health is Health.BAD for line in lines)
    title = f"Checks, {failing} of {len(lines)} failing" if failing else many(len(lines), "check").capitalize()
    yield Section(title, _CHECK_COLUMNS, tuple(sorted(lines, key=lambda line: line.health is not Health.BAD)))


def _check(one: Allocation, name: str, said: str) -> Line:
    word, _, more = said.partition(":")
    health = Health.OK if word == "success" or word == "pending" else Health.BAD
    return Line(f"check:{one.id}/{name}", None, health, name, word, (Cell(more.strip()),))
