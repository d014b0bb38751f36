"""Rows of a pane as rows of a list, made when one is looked at: of a thousand rows a screen shows twenty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

from console.panes.rows import PaneRow
from console.screens.board.rowviews import Filter, row_views
from console.signals import Pane
from widgets.rowlist import RowView

_Made = dict[str, tuple[PaneRow, RowView]]
_MOST = 2_000  # drawn rows that are kept
_EVERY = Filter()


class LazyViews(Sequence[RowView]):
    """Rows of a list, each made when it is asked for; one that was made before for the same row is taken again."""

    def __init__(self, pane: Pane, rows: Sequence[PaneRow], width: int, made: _Made) -> None:
        self._pane = pane
        self._rows = rows
        self._width = width
        self._made = made

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> RowView: ...
    @overload
    def __getitem__(self, at: slice) -> list[RowView]: ...
    def __getitem__(self, at: int | slice) -> RowView | list[RowView]:
        found = self._rows[at]
        return self._view(found) if isinstance(found, PaneRow) else [self._view(row) for row in found]

    def __iter__(self) -> Iterator[RowView]:
        return map(self._view, self._rows)

    def place_of(self, key: str) -> int | None:
        """Where the row of that key is; none is made for it."""
        return next((at for at, row in enumerate(self._rows) if row.key == key), None)

    def behind(self, key: str) -> PaneRow:
        """What a row tells of that was asked for. Raises KeyError for one that was not."""
        return self._made[key][0]

    def _view(self, row: PaneRow) -> RowView:
        known = self._made.get(row.key)
        if known is None or known[0] is not row:
            if len(self._made) >= _MOST:
                self._made.clear()
            known = self._made[row.key] = (row, row_views(self._pane, (row,), _EVERY, self._width)[0])
        return known[1]


class KeptViews:
    """The rows of one pane as they were last drawn."""

    def __init__(self, pane: Pane) -> None:
        self._pane = pane
        self._width = -1
        self._made: _Made = {}

    def of(self, rows: Sequence[PaneRow], kept: Filter, width: int) -> LazyViews:
        """The rows that the filter lets through, as they are to be drawn in a list of so many cells."""
        if width != self._width:
            self._width, self._made = width, {}
        through = [row for row in rows if kept.lets(row)] if not kept.is_open else rows
        return LazyViews(self._pane, through, width, self._made)
