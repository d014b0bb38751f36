"""The parts of an object as lists below each other. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from console.inventory.lines import Lines
from console.inventory.shapes import Cell, Column, Line, Section, Sheet
from console.signals import Health
from widgets.rowlayout import Figure, RowView
from widgets.sectionlayout import ColumnView, ListView
from widgets.text import Span


def part_lists(parts: Sequence[Section]) -> list[ListView]:
    """Each section as a list; one without lines says so in its sentence, or is left out where it has none."""
    return [_list(section) for section in parts if section.lines or section.empty]


def _list(section: Section) -> ListView:
    return ListView(
        title=section.title,
        told=_count(section),
        columns=tuple(ColumnView(column.title, column.left, column.cells) for column in section.columns),
        rows=_Rows(section),
        empty=section.empty,
        keys=lines.keys() if isinstance(lines := section.lines, Lines) else tuple(line.key for line in lines),
    )


def _count(section: Section) -> str:
    """How many there are, where they are things that one counts: lines under no titles say one thing each."""
    listed = any(column.title for column in section.columns) and "," not in section.title
    return str(len(section.lines)) if listed and len(section.lines) > 1 else ""


class _Rows(Sequence[RowView]):
    """The rows of a section, each made when it is first drawn: of a thousand a screen shows thirty."""

    def __init__(self, section: Section) -> None:
        self._section = section
        self._made: dict[int, RowView] = {}

    def __len__(self) -> int:
        return len(self._section.lines)

    @overload
    def __getitem__(self, at: int) -> RowView: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[RowView]: ...

    def __getitem__(self, at: int | slice) -> RowView | Sequence[RowView]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        made = self._made.get(at)
        if made is None:
            made = self._made[at] = _row(self._section.lines[at], self._section.columns)
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rows) and self._section == other._section

    def __hash__(self) -> int:
        return hash(len(self))


def _row(line: Line, columns: Sequence[Column]) -> RowView:
    lead = [Span(line.name)]
    if line.word:
        lead.append(Span(f" {line.word}", "" if line.health is Health.OK else line.health.value))
    if line.where:
        lead.append(Span(f" {line.where}", "muted"))
    return RowView(
        key=line.key,
        health=line.health.value,
        lead=tuple(lead),
        numbers=tuple(_figure(cell, column) for cell, column in zip(line.cells, columns, strict=False)),
        note=line.note,
    )


def _figure(cell: Cell, column: Column) -> Figure:
    role = "number" if cell.health is Health.OK else cell.health.value
    return Figure(cell.text, role, left=column.left)


def part_of(sheet: Sheet | None, key: str | None) -> tuple[Section, Line] | None:
    """The part of that key with its section; None where there is none."""
    if sheet is None or key is None:
        return None
    for section in sheet.parts:
        lines = section.lines
        at = lines.place_of(key) if isinstance(lines, Lines) else _place_of(lines, key)
        if at is not None:
            return section, lines[at]
    return None


def _place_of(lines: Sequence[Line], key: str) -> int | None:
    return next((at for at, line in enumerate(lines) if line.key == key), None)
