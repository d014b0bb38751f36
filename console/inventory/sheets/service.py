"""A service in words: its instances, where each is reached, and what their checks say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from console.inventory.book import Book
from console.inventory.lines import Placed, section
from console.inventory.objects.fields import section as part_of
from console.inventory.objects.fields import text, words
from console.inventory.objects.others import Service
from console.inventory.shapes import Cell, Column, Fact, Line, Section, Sheet
from console.inventory.sheets.allocations import logs_of
from console.inventory.standings import instance_checks, instance_standing, job_standing, service_standing
from console.inventory.tables.jobs import JOBS
from console.inventory.words import many, node_text, sentence, where_of, where_said
from console.naming import job_name
from console.signals import EntityKind, EntityRef, Health

_COLUMNS = (
    Column("Address", left=True, cells=18),
    Column("Node", left=True, cells=12),
    Column("Checks", left=True, cells=10),
    Column("Tags", left=True),
)


def sheet(book: Book, known: str, now_ms: int) -> Sheet | None:
    one = book.services.get(known)
    if one is None:
        return None
    stands = service_standing(one, book, now_ms)
    found = [book.allocations[alloc] for alloc in one.allocations if alloc in book.allocations]
    return Sheet(
        entity=EntityRef(EntityKind.SERVICE, one.id),
        name=job_name(one.id),
        health=stands.health,
        word=stands.word,
        facts=tuple(fact for fact in _facts(one) if fact.text),
        parts=tuple(_parts(one, book, now_ms)),
        where=where_said(where_of(one.id, one.doc)),
        gone=not one.allocations,
        job=EntityRef(EntityKind.JOB, one.job) if one.job else None,
        allocations=logs_of(found),
    )


def _instances(one: Service) -> list[tuple[str, Mapping[str, Any]]]:
    return [(str(key), found) for key, found in part_of(one.doc, "instances").items() if isinstance(found, dict)]


def _facts(one: Service) -> Iterator[Fact]:
    instances = _instances(one)
    failing = sum(instance_standing(found).health is Health.BAD for _, found in instances)
    said = sentence(many(len(instances), "instance"), f"{failing} failing their checks" if failing else "")
    bad = not instances or failing == len(instances)
    yield Fact("instances", said, Health.BAD if bad else Health.WARN if failing else None)
    for _, found in instances:
        for name, what in instance_checks(found).items():
            if what != "success" and not what.startswith("pending"):
                yield Fact(f"check {name}", f"{what}, at {text(found.get('address'))}", Health.WARN)
    yield Fact("job", job_name(one.job) if one.job else "")
    yield Fact("tags", ", ".join(dict.fromkeys(tag for _, found in instances for tag in words(found, "tags"))))


def _parts(one: Service, book: Book, now_ms: int) -> Iterator[Section]:
    told = sorted(
        ((instance_standing(found), key, found) for key, found in _instances(one)),
        key=lambda each: (each[0].turn, each[1]),
    )
    lines = tuple(_line(book, key, found) for _, key, found in told)
    yield Section("Instances", _COLUMNS, lines, "No instance of it is registered.")
    job = book.jobs.get(one.job)
    if job is not None:
        yield section("Job", JOBS, [Placed(job, job_standing(job, book, now_ms))], now_ms)


def _line(book: Book, key: str, found: Mapping[str, Any]) -> Line:
    """An instance; it opens its allocation."""
    stands = instance_standing(found)
    alloc, node = text(found.get("allocation")), text(found.get("node_id"))
    placed, on = book.allocations.get(alloc), book.nodes.get(node)
    name = text(on.doc.get("name")) if on is not None else ""
    checks = instance_checks(found)
    said = " · ".join(f"{check} {what}" for check, what in checks.items() if what != "success")
    opens = EntityRef(EntityKind.ALLOCATION, alloc) if alloc else None
    return Line(
        key=f"instance:{key}",
        opens=opens,
        health=stands.health,
        name=placed.name if placed is not None else alloc[:8] or key,
        word=stands.word,
        cells=(
            Cell(text(found.get("address"))),
            Cell(node_text(name, node)),
            Cell(said or (many(len(checks), "check") if checks else "")),
            Cell(" ".join(words(found, "tags"))),
        ),
    )
