"""Objects as lines of a list: the same line for an object wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, overload

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


class Lines(Sequence[Line]):
    """The lines of a list, each made when it is asked for: of ten thousand a screen shows forty."""

    def __init__(self, kind: Kind, placed: Sequence[Placed], now_ms: int, differs: Where | None = None) -> None:
        self._kind = kind
        self._placed = placed
        self._now_ms = now_ms
        self._differs = differs

    def __len__(self) -> int:
        return len(self._placed)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        if isinstance(at, slice):
            return [self._line(placed) for placed in self._placed[at]]
        return self._line(self._placed[at])

    def __eq__(self, other: object) -> bool:
        """Whether they are of the same objects at the same time."""
        if not isinstance(other, Lines) or self._now_ms != other._now_ms or self._differs != other._differs:
            return False
        return self._kind is other._kind and tuple(self._placed) == tuple(other._placed)

    def __hash__(self) -> int:
        return hash((self._now_ms, len(self._placed)))

    def keys(self) -> tuple[str, ...]:
        """The keys of all lines, none of which is made for that."""
        begins = str(EntityRef(self._kind.kind, ""))
        return tuple([begins + placed.object.id for placed in self._placed])

    def place_of(self, key: str) -> int | None:
        """Where the line of that key is; None where it is not here."""
        kind, _, known = key.partition(":")
        if kind != self._kind.kind:
            return None
        return next((at for at, placed in enumerate(self._placed) if placed.object.id == known), None)

    def _line(self, placed: Placed) -> Line:
        return line(self._kind, placed, self._now_ms, self._differs)


def section(title: str, kind: Kind, objects: Iterable[Placed], now_ms: int, empty: str = "") -> Section:
    """Objects as a section, worst first, else in the order in which they come. They are all of one place."""
    ordered = sorted(objects, key=lambda placed: placed.standing.turn)
    return Section(title, tuple(field.column for field in kind.fields), Lines(kind, ordered, now_ms), empty)


def count(value: int | None, health: Health = Health.OK) -> Cell:
    """A cell of a count: nothing where it is 0, so that what is there stands out."""
    return Cell(str(value), health, value) if value else Cell("", Health.OK, value)
