"""An evaluation in words: why it came about, what it could not place and why, what it waits for."""

from __future__ import annotations

from collections.abc import Iterator

from console.inventory.book import Book
from console.inventory.lines import Placed, section
from console.inventory.objects.fields import known as known_number
from console.inventory.objects.fields import parts, text, whole
from console.inventory.objects.others import Evaluation
from console.inventory.shapes import Fact, Section, Sheet
from console.inventory.sheets.allocations import allocations_section, logs_of
from console.inventory.standings import deployment_standing, evaluation_standing, job_standing, node_standing
from console.inventory.tables.deployments import DEPLOYMENTS
from console.inventory.tables.evaluations import EVALUATIONS
from console.inventory.tables.jobs import JOBS
from console.inventory.tables.nodes import NODES
from console.inventory.words import many, sentence, short_id, when, where_of, where_said
from console.naming import job_name
from console.signals import EntityKind, EntityRef, Health

_BECAUSE = {
    "job-register": "somebody registered the job",
    "job-deregister": "somebody stopped the job",
    "job-scaling": "somebody scaled the job",
    "periodic-job": "the clock started a run",
    "node-update": "a node changed",
    "node-drain": "a node is drained",
    "alloc-stop": "somebody stopped an allocation",
    "alloc-failure": "an allocation failed",
    "retry-failed-alloc": "an allocation failed and is tried again",
    "queued-allocs": "there may be room for what could not be placed",
    "deployment-watcher": "a deployment went on",
    "failed-follow-up": "an evaluation failed",
    "max-plan-attempts": "plans were rejected too often",
    "preemption": "a job of higher priority took its place",
    "max-disconnect-timeout": "a client was disconnected for too long",
    "reconnect": "a client came back",
}


def sheet(book: Book, known: str, now_ms: int) -> Sheet | None:
    one = book.evaluations.get(known)
    if one is None:
        return None
    stands = evaluation_standing(one, book, now_ms)
    name = f"{job_name(one.job)} {short_id(one.id)}" if one.job else short_id(one.id)
    return Sheet(
        entity=EntityRef(EntityKind.EVALUATION, one.id),
        name=name,
        health=stands.health,
        word=stands.word,
        facts=tuple(fact for fact in _facts(one, now_ms) if fact.text),
        parts=tuple(_parts(one, book, now_ms)),
        where=where_said(where_of(one.job, one.doc)),
        job=EntityRef(EntityKind.JOB, one.job) if one.job else None,
        allocations=logs_of(book.allocations_of_evaluation(one.id) or book.allocations_of_job(one.job)),
        why=next((text(failure.get("text")) for failure in parts(one.doc, "failures")), text(one.doc.get("text"))),
    )


def _facts(one: Evaluation, now_ms: int) -> Iterator[Fact]:
    doc = one.doc
    status = text(doc.get("status"))
    waits = "it waits until there is room" if status == "blocked" else ""
    bad = {"failed": Health.BAD, "blocked": Health.WARN}.get(status)
    yield Fact("state", sentence(status, waits, text(doc.get("text"))), bad)
    for failure in parts(doc, "failures"):
        queued = whole(failure.get("queued"))
        what = f"{many(queued, 'allocation')} of group" if queued else "group"
        yield Fact("not placed", f"{what} {text(failure.get('group'))}: {text(failure.get('text'))}", Health.WARN)
    trigger = text(doc.get("trigger"))
    said = _BECAUSE.get(trigger)
    yield Fact("because", f"{said} ({trigger})" if said else trigger)
    yield Fact("scheduler", text(doc.get("type")))
    yield Fact("waits in its stead", f"evaluation {short_id(text(doc.get('blocked')))}" if doc.get("blocked") else "")
    yield Fact("follows", f"evaluation {short_id(text(doc.get('previous')))}" if doc.get("previous") else "")
    yield Fact("created", when(known_number(doc.get("created_ms")), now_ms))
    yield Fact("changed", when(known_number(doc.get("modified_ms")), now_ms))
    yield Fact("id", one.id)


def _parts(one: Evaluation, book: Book, now_ms: int) -> Iterator[Section]:
    job = book.jobs.get(one.job)
    if job is not None:
        yield section("Job", JOBS, [Placed(job, job_standing(job, book, now_ms))], now_ms)
    found = book.allocations_of_evaluation(one.id)
    if found:
        yield allocations_section(found, now_ms, "", "Placed by it")
    others = [
        book.evaluations[other]
        for other in (text(one.doc.get("blocked")), text(one.doc.get("previous")))
        if other in book.evaluations
    ]
    if others:
        stands = (Placed(other, evaluation_standing(other, book, now_ms)) for other in others)
        yield section("Before and after it", EVALUATIONS, stands, now_ms)
    node = book.nodes.get(text(one.doc.get("node_id")))
    if node is not None:
        yield section("Node", NODES, [Placed(node, node_standing(node, book, now_ms))], now_ms)
    deployment = book.deployments.get(text(one.doc.get("deployment")))
    if deployment is not None:
        placed = Placed(deployment, deployment_standing(deployment, book, now_ms))
        yield section("Deployment", DEPLOYMENTS, [placed], now_ms)
