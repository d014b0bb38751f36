"""The columns of nodes."""

from __future__ import annotations

from console.format import age
from console.inventory.lines import Field, Kind
from console.inventory.objects.fields import text, whole, words
from console.inventory.objects.others import Node
from console.inventory.query import Where
from console.inventory.shapes import Cell, Column
from console.inventory.words import cpu_text, memory_text, short_id
from console.signals import EntityKind


def name_of(one: Node) -> str:
    """Its name, else the beginning of its id."""
    return text(one.doc.get("name")) or short_id(one.id)


def _since(one: Node, now_ms: int) -> str:
    updated_ms = whole(one.doc.get("updated_ms"))
    return age((now_ms - updated_ms) / 1000) if updated_ms else ""


def _takes(one: Node) -> str:
    if one.doc.get("drain") is True:
        return "draining"
    return text(one.doc.get("eligibility"))


def _unhealthy(one: Node) -> str:
    found = words(one.doc, "unhealthy_drivers")
    return f"unhealthy: {', '.join(found)}" if found else ""


def _said(title: str, field: str) -> Field:
    """A column of a text as the document has it."""
    return Field(
        Column(title, left=True, cells=8),
        lambda one, _: Cell(text(one.doc.get(field))),
        lambda one: text(one.doc.get(field)) or None,
    )


NODES = Kind(
    EntityKind.NODE,
    name=name_of,
    where=lambda one: Where(one.place),
    note=_unhealthy,
    tie=lambda one: (name_of(one), one.id),
    text=lambda one: " ".join(
        (
            one.id,
            one.place,
            _takes(one),
            _unhealthy(one),
            *(
                text(one.doc.get(field))
                for field in ("name", "status", "datacenter", "node_class", "pool", "version", "address")
            ),
        )
    ),
    fields=(
        Field(Column("ID", left=True, cells=8), lambda one, _: Cell(short_id(one.id)), lambda one: one.id),
        Field(
            Column("Allocs"),
            lambda one, _: Cell(str(whole(one.doc.get("allocations"))) if "allocations" in one.doc else ""),
            lambda one: whole(one.doc.get("allocations")),
            falling=True,
        ),
        Field(Column("Takes work", left=True, cells=10), lambda one, _: Cell(_takes(one)), _takes),
        Field(
            Column("Since"),
            lambda one, now: Cell(_since(one, now)),
            lambda one: -whole(one.doc.get("updated_ms")) or None,
        ),
        _said("Class", "node_class"),
        _said("Pool", "pool"),
        _said("Datacenter", "datacenter"),
        Field(
            Column("CPU", cells=7),
            lambda one, _: Cell(cpu_text(whole(one.doc.get("cpu_mhz")))),
            lambda one: whole(one.doc.get("cpu_mhz")),
            falling=True,
        ),
        Field(
            Column("Memory", cells=7),
            lambda one, _: Cell(memory_text(whole(one.doc.get("memory_mb")))),
            lambda one: whole(one.doc.get("memory_mb")),
            falling=True,
        ),
        Field(
            Column("Nomad", left=True),
            lambda one, _: Cell(text(one.doc.get("version"))),
            lambda one: text(one.doc.get("version")) or None,
        ),
    ),
)
