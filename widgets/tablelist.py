"""A list of rows with a line of titles above its columns, which stand where the columns stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.strip import Strip

from widgets.lines import strip_of
from widgets.rowlayout import Layout, RowView
from widgets.rowlist import RowList
from widgets.sectionlayout import LEAD_IN, ColumnView
from widgets.text import Span, clean, fit, spans_width, width_of

_MARGIN = 1
_QUANTUM = 2  # columns grow in steps of so many cells
_MOST_COLUMN = 28
_LEAST_NAME = 12
_MOST_NAME = 44  # cells of a name that columns have to go for


class TitledColumns:
    """The widths of titled columns: at first what was asked for; they grow with what is shown and stay.

    Columns fall away from the right where there is no room.
    """

    def __init__(self) -> None:
        self.version = 0
        self.layout = Layout(0, 0, (), 0, 0)
        self._columns: tuple[ColumnView, ...] = ()
        self._name = 0
        self._least: list[int] = []
        self._cells: list[int] = []

    def name(self, columns: Sequence[ColumnView], name_cells: int) -> bool:
        """Have these columns beside a name that takes so many cells; whether anything has changed."""
        wanted = tuple(columns)
        if wanted == self._columns and name_cells <= self._name:
            return False
        if wanted != self._columns:
            self._columns, self._name = wanted, 0
            self._least = [max(column.cells, width_of(column.title)) for column in wanted]
            self._cells = list(self._least)
        self._name = max(self._name, name_cells)
        self._arrange(self.layout.width)
        return True

    @property
    def shown(self) -> Sequence[ColumnView]:
        """The columns that there is room for."""
        return self._columns[: len(self.layout.numbers)]

    def resize(self, width: int) -> None:
        """Use another width; columns start anew."""
        if width != self.layout.width:
            self._cells = list(self._least)
            self._arrange(width)

    def see(self, rows: Iterable[RowView]) -> bool:
        """Make room for these rows; whether any column has changed."""
        grown = False
        for row in rows:
            for at, figure in enumerate(row.numbers[: len(self._cells)]):
                cells = min(width_of(figure.text), _MOST_COLUMN)
                if cells > self._cells[at]:
                    self._cells[at] = -(-cells // _QUANTUM) * _QUANTUM
                    grown = True
            lead = spans_width(row.lead)
            if lead > self._name:
                self._name, grown = lead, True
        before = self.layout
        if grown:
            self._arrange(before.width)
        return self.layout != before

    def _arrange(self, width: int) -> None:
        room = max(0, width - LEAD_IN - _MARGIN)
        left = room - max(_LEAST_NAME, min(self._name, _MOST_NAME, room // 2))
        kept: list[int] = []
        for cells in self._cells:
            if cells + 1 > left:
                break
            kept.append(cells)
            left -= cells + 1
        layout = Layout(width, max(0, room - sum(kept) - len(kept)), tuple(kept), 0, _MARGIN)
        if layout != self.layout:
            self.layout = layout
            self.version += 1


class TableList(RowList):
    """Rows under titles; ``set_titles`` before the rows that go with them."""

    DEFAULT_CSS = "TableList { height: 1fr; }"
    HEAD: ClassVar[int] = 1

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._titled = TitledColumns()
        self._columns = self._titled
        self._over_names = Span("")
        self._titles: tuple[Span, ...] = ()

    def set_titles(self, name: Span, columns: Sequence[tuple[Span, ColumnView]], name_cells: int) -> None:
        """What stands above the name, and above each column; ``name_cells`` is what the longest name takes."""
        titles = tuple(title for title, _ in columns)
        changed = self._titled.name([column for _, column in columns], name_cells)
        if changed or (name, titles) != (self._over_names, self._titles):
            self._over_names, self._titles = name, titles
            self.repaint()

    def _stay(self, key: str | None) -> int:
        """Nobody chose the first row, it is where a list begins: then it stays there whatever moves."""
        return super()._stay(key) if self._chosen else 0

    def action_first(self) -> None:
        """To the beginning, and to stay there until the cursor is moved."""
        super().action_first()
        self._chosen = False

    def action_activate(self) -> None:
        """Tell that the row at the cursor is wanted; with an empty key while there are no rows: they may be on their
        way."""
        if self.rows:
            super().action_activate()
        else:
            self.post_message(self.Activated(self, ""))

    def head(self, width: int) -> Strip:
        more = self.palette.glyphs.more
        layout = self._titled.layout
        spans = [Span(" " * LEAD_IN), _padded(self._over_names, layout.name, more, left=True)]
        for title, column, cells in zip(self._titles, self._titled.shown, layout.numbers, strict=False):
            spans += [Span(" "), _padded(title, cells, more, left=column.left)]
        spans.append(Span(" " * max(0, width - spans_width(spans))))
        return strip_of((self.palette.segment(span) for span in spans), width)


def _padded(title: Span, cells: int, more: str, *, left: bool) -> Span:
    text = clean(title.text)
    text = text if cell_len(text) <= cells else fit(text, cells, more=more)
    blank = " " * (cells - cell_len(text))
    return Span(text + blank if left else blank + text, title.role)
