"""Rows of a pane as rows of a list, made anew only where a row has changed: of a thousand rows a few do at a time."""

from __future__ import annotations

from collections.abc import Sequence

from console.panes.rows import PaneRow
from console.screens.rowviews import Filter, row_views
from console.signals import Pane
from widgets.rowlist import RowView


class KeptViews:
    """The rows of one pane as they were last drawn."""

    def __init__(self, pane: Pane) -> None:
        self._pane = pane
        self._made_for: tuple[Filter, int] | None = None
        self._made: dict[str, tuple[PaneRow, RowView | None]] = {}

    def of(self, rows: Sequence[PaneRow], kept: Filter, width: int) -> list[RowView]:
        """The rows that the filter lets through, as they are to be drawn in a list of so many cells."""
        if self._made_for != (kept, width):
            self._made_for, self._made = (kept, width), {}
        before, self._made = self._made, {}
        for row in rows:
            known = before.get(row.key)
            if known is None or known[0] is not row:
                known = (row, next(iter(row_views(self._pane, (row,), kept, width)), None))
            self._made[row.key] = known
        return [view for _, view in self._made.values() if view is not None]
