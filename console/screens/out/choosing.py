"""One of a few, chosen from a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual import on
from textual.widget import Widget

from console.screens.base import DeskScreen
from widgets.panel import Panel
from widgets.rowlist import RowList, RowView
from widgets.text import Span


class ChoosingScreen(DeskScreen):
    """A list under a question; enter takes a row, whose key ``chosen`` gets once this is gone, and esc takes none."""

    def __init__(self, question: str, rows: Sequence[RowView], chosen: Callable[[str], None]) -> None:
        super().__init__()
        self._rows = rows
        self._chosen = chosen
        self._list = Panel([Span(question)])

    def body(self) -> Iterable[Widget]:
        yield self._list

    def on_mount(self) -> None:
        self._list.rows.set_rows(self._rows)
        self._list.rows.focus()

    @on(RowList.Activated)
    def _activated(self, message: RowList.Activated) -> None:
        message.stop()
        self.board.pop_screen()
        self.board.call_later(self._chosen, message.key)
