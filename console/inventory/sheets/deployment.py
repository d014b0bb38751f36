"""A deployment in words: how far it is with each group, its canaries, and how long it has to make progress."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from console.inventory.book import Book
from console.inventory.lines import Placed, section
from console.inventory.objects.fields import known as known_number
from console.inventory.objects.fields import section as part_of
from console.inventory.objects.fields import text, whole
from console.inventory.objects.others import Deployment
from console.inventory.shapes import Fact, Section, Sheet
from console.inventory.sheets.allocations import allocations_section, logs_of
from console.inventory.sheets.job import progress
from console.inventory.standings import deployment_standing, job_standing, progress_by_ms, waits_for_promotion
from console.inventory.tables.jobs import JOBS
from console.inventory.words import sentence, short_id, when, where_of, where_said
from console.naming import job_name
from console.signals import EntityKind, EntityRef, Health


def sheet(book: Book, known: str, now_ms: int) -> Sheet | None:
    one = book.deployments.get(known)
    if one is None:
        return None
    stands = deployment_standing(one, book, now_ms)
    allocations = book.allocations_of_deployment(one.id)
    return Sheet(
        entity=EntityRef(EntityKind.DEPLOYMENT, one.id),
        name=f"{job_name(one.job)} v{whole(one.doc.get('version'))} {short_id(one.id)}",
        health=stands.health,
        word=stands.word,
        facts=tuple(fact for fact in _facts(one, now_ms) if fact.text),
        parts=tuple(_parts(one, book, now_ms)),
        where=where_said(where_of(one.job, one.doc)),
        job=EntityRef(EntityKind.JOB, one.job) if one.job else None,
        allocations=logs_of(allocations),
        why="" if stands.health is Health.OK else text(one.doc.get("text")),
    )


def _facts(one: Deployment, now_ms: int) -> Iterator[Fact]:
    doc = one.doc
    status = text(doc.get("status"))
    bad = {"failed": Health.BAD, "paused": Health.WARN, "blocked": Health.WARN}.get(status)
    yield Fact("state", sentence(status, text(doc.get("text"))), bad)
    groups = {str(name): group for name, group in part_of(doc, "groups").items() if isinstance(group, dict)}
    for name, group in sorted(groups.items()):
        label = "progress of all" if len(groups) == 1 else f"group {name}"
        yield Fact(label, ", ".join(_group(group)), Health.WARN if whole(group.get("unhealthy")) else None)
    by_ms = progress_by_ms(doc)
    if by_ms is not None:
        yield progress(by_ms, now_ms)
    if status == "running" and waits_for_promotion(doc):
        yield Fact("waits for", "somebody to promote it: all of its canaries are healthy", Health.WARN)
    yield Fact("began", when(known_number(doc.get("created_ms")), now_ms))
    yield Fact("changed", when(known_number(doc.get("modified_ms")), now_ms))
    yield Fact("id", one.id)


def _group(group: Mapping[str, object]) -> Iterator[str]:
    canaries, promoted = whole(group.get("canaries_desired")), group.get("promoted") is True
    if canaries and not promoted:
        yield f"{whole(group.get('canaries'))} of {canaries} canaries placed, not promoted"
    yield f"{whole(group.get('healthy'))} of {whole(group.get('desired')) or canaries} healthy"
    placed = whole(group.get("placed"))
    if placed:
        yield f"{placed} placed"
    unhealthy = whole(group.get("unhealthy"))
    if unhealthy:
        yield f"{unhealthy} unhealthy"
    if canaries and promoted:
        yield "canaries promoted"
    if group.get("auto_promote") is True:
        yield "promotes itself"
    if group.get("auto_revert") is True:
        yield "goes back to the stable version when it fails"


def _parts(one: Deployment, book: Book, now_ms: int) -> Iterator[Section]:
    found = book.allocations_of_deployment(one.id)
    canaries = [alloc for alloc in found if alloc.canary]
    if canaries:
        yield allocations_section(canaries, now_ms, "", "Canaries")
    others = [alloc for alloc in found if not alloc.canary]
    if others or not canaries:
        yield allocations_section(others, now_ms, "No allocation of it is on this tape.")
    job = book.jobs.get(one.job)
    if job is not None:
        yield section("Job", JOBS, [Placed(job, job_standing(job, book, now_ms))], now_ms)
