"""A node in words: whether it is there and takes work, its drivers, its drain, and what runs on it."""

from __future__ import annotations

from collections.abc import Iterator

from console.format import age
from console.inventory.book import Book
from console.inventory.objects.fields import known as known_number
from console.inventory.objects.fields import section as part_of
from console.inventory.objects.fields import text, whole
from console.inventory.objects.others import Node
from console.inventory.shapes import Fact, Section, Sheet
from console.inventory.sheets.allocations import allocations_section, logs_of
from console.inventory.standings import node_standing
from console.inventory.tables.nodes import name_of
from console.inventory.words import ago, many, resources_text, sentence, short_id, times
from console.naming import where_text
from console.signals import EntityKind, EntityRef, Health

_MEANS = {
    "down": "its heartbeats have stopped; Nomad counts what ran there as lost",
    "disconnected": "its heartbeats have stopped; Nomad waits for it to come back",
    "initializing": "it has not said yet what it can run",
    "gone": "it is no longer in the cluster",
}


def sheet(book: Book, known: str, now_ms: int) -> Sheet | None:
    one = book.nodes.get(known)
    if one is None:
        return None
    stands = node_standing(one, book, now_ms)
    allocations = book.allocations_on(one.id)
    return Sheet(
        entity=EntityRef(EntityKind.NODE, one.id),
        name=name_of(one),
        health=stands.health,
        word=stands.word,
        facts=tuple(fact for fact in _facts(one, book, now_ms) if fact.text),
        parts=tuple(_parts(one, book, now_ms)),
        where=where_text(one.place),
        gone=one.doc.get("status") == "gone",
        allocations=logs_of(allocations) if any(not one.ended for one in allocations) else (),
        why=_MEANS.get(text(one.doc.get("status")), ""),
    )


def _facts(one: Node, book: Book, now_ms: int) -> Iterator[Fact]:
    doc = one.doc
    status = text(doc.get("status"))
    updated = known_number(doc.get("updated_ms"))
    since = f"since {age((now_ms - updated) / 1000)}" if updated else ""
    bad = None if status == "ready" else Health.BAD if status in ("down", "disconnected") else Health.WARN
    yield Fact("state", sentence(status, since, _MEANS.get(status, "")), bad)
    if doc.get("drain") is True:
        by_ms = known_number(doc.get("drain_by_ms"))
        ahead = by_ms is not None and by_ms > now_ms
        passed = f", its deadline passed {ago(by_ms, now_ms)}" if by_ms and not ahead else ""
        left = sum(not alloc.ended and not alloc.gone for alloc in book.allocations_on(one.id))
        said = f"what runs there is moved away, {many(left, 'allocation')} left{passed}"
        yield Fact("drain", said, Health.WARN, by_ms if ahead else None)
    eligibility = text(doc.get("eligibility"))
    ineligible = eligibility not in ("", "eligible")
    yield Fact("takes work", "no: it is ineligible" if ineligible else "yes" if eligibility else "",
               Health.WARN if ineligible else None)  # fmt: skip
    missed = whole(doc.get("disconnects"))
    yield Fact("disconnected", f"{times(missed)}, as far as its history tells" if missed else "", Health.WARN)
    yield from _drivers(one)
    yield Fact("resources", _resources(one, book))
    yield Fact("address", text(doc.get("address")))
    yield Fact("datacenter", text(doc.get("datacenter")))
    yield Fact("class, pool", f"{text(doc.get('node_class')) or 'none'}, {text(doc.get('pool')) or 'none'}")
    yield Fact("Nomad", text(doc.get("version")))
    yield Fact("id", short_id(one.id))


def _drivers(one: Node) -> Iterator[Fact]:
    """The drivers that are unhealthy, each with why, then those that are well."""
    drivers = {str(name): text(said) for name, said in part_of(one.doc, "drivers").items()}
    unhealthy = one.doc.get("unhealthy_drivers")
    for name in unhealthy if isinstance(unhealthy, list) else ():
        yield Fact(f"driver {name}", drivers.get(str(name)) or "unhealthy", Health.WARN)
    yield Fact("drivers", ", ".join(sorted(name for name, said in drivers.items() if said == "healthy")))


def _resources(one: Node, book: Book) -> str:
    """What is promised to allocations there, of what it has."""
    runs = [alloc for alloc in book.allocations_on(one.id) if not alloc.ended and not alloc.gone]
    cpu_mhz, memory_mb = whole(one.doc.get("cpu_mhz")), whole(one.doc.get("memory_mb"))
    promised = resources_text(sum(alloc.cpu_mhz for alloc in runs), sum(alloc.memory_mb for alloc in runs))
    has = resources_text(cpu_mhz, memory_mb)
    if not has:
        return f"{promised} promised to allocations" if promised else ""
    return f"{promised or 'nothing'} of {has} promised to allocations"


def _parts(one: Node, book: Book, now_ms: int) -> Iterator[Section]:
    found = book.allocations_on(one.id)
    here = [alloc for alloc in found if not alloc.ended and not alloc.gone]
    yield allocations_section(here, now_ms, "Nothing runs there.", "Allocations there now")
    over = [alloc for alloc in found if alloc.ended or alloc.gone]
    if over:
        yield allocations_section(over, now_ms, "", "Allocations that were there")
