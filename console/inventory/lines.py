"""Objects as lines of a list: the same line for an object wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from console.inventory.objects.standing import Standing
from console.inventory.query import Where
from console.inventory.shapes import Cell, Column, Line, Section
from console.naming import where_text
from console.signals import EntityKind, EntityRef, Health

AT = " · "
Order = float | str | None


class Field(NamedTuple):
    """One column of a kind: what of an object stands there at a time (unix ms), and by what it is sorted.

    ``falling``: who asks for this column wants the greatest first. An order of None stands last.
    """

    column: Column
    cell: Callable[[Any, int], Cell]
    order: Callable[[Any], Order]
    falling: bool = False


class Kind(NamedTuple):
    """How objects of a kind are told in lists. ``tie`` orders what is alike otherwise, ``text`` is what is searched."""

    kind: EntityKind
    name: Callable[[Any], str]
    where: Callable[[Any], Where]
    note: Callable[[Any], str]
    tie: Callable[[Any], tuple[Any, ...]]
    text: Callable[[Any], str]
    fields: tuple[Field, ...]


class Placed(NamedTuple):
    """An object with how it stands."""

    object: Any
    standing: Standing


def line(kind: Kind, placed: Placed, now_ms: int, differs: Where | None = None) -> Line:
    """An object as a line. ``differs`` has a text in each part that is not the same for all lines beside it.

    Its cluster stands behind its name, where it is seen however short room is; the rest of where it is at the end.
    """
    one = placed.object
    where = kind.where(one)
    entity = EntityRef(kind.kind, one.id)
    return Line(
        key=str(entity),
        opens=entity,
        health=placed.standing.health,
        name=f"{kind.name(one)}{AT}{where.place}" if differs and differs.place and where.place else kind.name(one),
        word=placed.standing.word,
        cells=tuple(field.cell(one, now_ms) for field in kind.fields),
        note=kind.note(one),
        where=_where(where, differs) if differs is not None else "",
    )


def _where(where: Where, differs: Where) -> str:
    _, region, namespace = (part if told else "" for part, told in zip(where, differs, strict=True))
    return where_text("", namespace, region)


def section(title: str, kind: Kind, objects: Iterable[Placed], now_ms: int, empty: str = "") -> Section:
    """Objects as a section, worst first, else in the order in which they come. They are all of one place."""
    ordered = sorted(objects, key=lambda placed: placed.standing.turn)
    lines = tuple(line(kind, placed, now_ms) for placed in ordered)
    return Section(title, tuple(field.column for field in kind.fields), lines, empty)


def count(value: int | None, health: Health = Health.OK) -> Cell:
    """A cell of a count: nothing where it is 0, so that what is there stands out."""
    return Cell(str(value), health, value) if value else Cell("", Health.OK, value)
