"""A table of Nomad's objects as rows of a list, each made when it is looked at, and the titles above them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from console.inventory.lines import Lines
from console.inventory.query import WORST_FIRST
from console.inventory.shapes import Cell, Column, Line, Table
from console.inventory.table import NAME, STATUS
from console.screens.unseen import as_seen
from console.signals import Health
from widgets.glyphs import Glyphs
from widgets.rowlayout import Figure, RowView
from widgets.sectionlayout import ColumnView
from widgets.text import Span

_STATUS_CELLS = 12
_WHERE_CELLS = 10
WHERE = "Where"


class TableViews(Sequence[RowView]):
    """The lines of a table, each made when it is looked at, and once. ``stale``: they are as they were once."""

    def __init__(self, table: Table, *, stale: bool = False) -> None:
        self._stale = stale
        self._lines = table.section.lines
        self._columns = table.section.columns
        self._made: dict[int, RowView] = {}

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, at: int) -> RowView: ...
    @overload
    def __getitem__(self, at: slice) -> list[RowView]: ...
    def __getitem__(self, at: int | slice) -> RowView | list[RowView]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        found = self._made.get(at)
        if found is None:
            found = self._made[at] = line_view(self._lines[at], self._columns, stale=self._stale)
        return found

    def __iter__(self) -> Iterator[RowView]:
        return (line_view(line, self._columns, stale=self._stale) for line in self._lines)

    def place_of(self, key: str) -> int | None:
        """Where the row of that key is."""
        lines = self._lines
        if isinstance(lines, Lines):
            return lines.place_of(key)
        return next((at for at, line in enumerate(lines) if line.key == key), None)


def line_view(line: Line, columns: Sequence[Column], *, stale: bool = False) -> RowView:
    """One object: its name, in columns how it stands and what is known of it, at the end where it is."""
    health = as_seen(line.health, stale=stale)
    loud = health is not Health.OK
    figures = [Figure(line.word, health.value if loud else "muted", left=True)]
    figures += [_figure(cell, column) for cell, column in zip(line.cells, columns, strict=True)]
    return RowView(
        key=line.key,
        health=health.value,
        lead=(Span(line.name),),
        numbers=(*figures, Figure(line.where, "muted", left=True)),
        note=line.note,
    )


def _figure(cell: Cell, column: Column) -> Figure:
    return Figure(cell.text, "" if cell.health is Health.OK else cell.health.value, left=column.left)


def title_spans(table: Table, glyphs: Glyphs) -> tuple[Span, list[tuple[Span, ColumnView]]]:
    """The titles of name and columns; an arrow is at the one that the list is sorted by."""
    columns = [Column(STATUS, left=True, cells=_STATUS_CELLS), *table.section.columns]
    if table.places:
        columns.append(Column(WHERE, left=True, cells=_WHERE_CELLS))
    return _title(NAME, table, glyphs), [
        (_title(column.title, table, glyphs), ColumnView(column.title, column.left, _cells(column)))
        for column in columns
    ]


def _cells(column: Column) -> int:
    """With room for the arrow, so that nothing moves when the list is sorted by it."""
    return max(column.cells, len(column.title) + 1)


def _title(title: str, table: Table, glyphs: Glyphs) -> Span:
    by = table.query.sorted_by
    if by == WORST_FIRST and title == STATUS:
        return Span(f"{title}{glyphs.up if table.query.inverted else glyphs.down}", "muted")
    if by != title:
        return Span(title, "muted")
    return Span(f"{title}{glyphs.down if table.falling else glyphs.up}", "title")


def head_spans(table: Table | None, what: str, width: int, unseen: str = "") -> tuple[list[Span], list[Span]]:
    """``10000 allocations, 12 to look at``, and at the right the filter and the order. ``unseen``: of which Nomads
    nothing is heard."""
    if table is None:
        return [Span(f" Reading {what} from the tape ...", "muted")], []
    shown, total = len(table.section.lines), table.total
    left = [Span(f" {total} {what if total != 1 else what.removesuffix('s')}", "title")]
    well = "  all well" if total and not unseen else ""
    left.append(Span(f"  {table.unwell} to look at", "warn") if table.unwell else Span(well, "ok"))
    if unseen:
        left.append(Span(f"  as last seen: {unseen}", "stale"))
    query = table.query
    if query.filter:
        left += [Span(f"  /{query.filter}", "found"), Span(f" {shown} of {total}, esc clears", "muted")]
    order = "worst first" if query.sorted_by == WORST_FIRST else f"by {query.sorted_by.casefold()}"
    inverted = ", inverted" if query.inverted else ""
    where = " ".join(part for part in query.within if part)
    right = [Span(f"only {where}  ", "found")] if where else []
    return left, [*right, Span(f"{order}{inverted} ", "muted")] if width >= 60 else right
