"""A list of rows of any length that repaints only what changed, with a cursor that stays on its row.

Not a Textual ScrollView: that lays out the screen and paints the list again whenever the number of rows changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from widgets.focused import MOVES, FocusedLines
from widgets.lines import spans_strip
from widgets.palette import Selection
from widgets.rowlayout import ColumnRoom, Columns, Figure, Placing, RowView, draw_row
from widgets.text import Span, wrap
from widgets.viewport import Viewport, Window

__all__ = ["Figure", "RowList", "RowView", "Window"]

_WHEEL = 3  # rows that one notch of the wheel moves
_MOST_STRIPS = 512  # drawn rows that are kept; a screen shows a tenth of it
_StripKey = tuple[str, Selection]
_MadeFor = tuple[int, int]  # versions of the columns and of the palette


class RowList(FocusedLines, can_focus=True):
    """Rows, worst first or in any order that its owner likes; the owner calls ``set_rows`` when they changed.

    ``spark`` is how many cells a sparkline may take where there is room (None: as many as suit the width).
    """

    DEFAULT_CSS = "RowList { height: 1fr; }"
    HEAD: ClassVar[int] = 0  # lines above the rows
    BINDINGS: ClassVar[list[BindingType]] = list(MOVES)

    class Selected(Message):
        """The cursor is on another row; ``key`` is None when there are none."""

        def __init__(self, row_list: RowList, key: str | None) -> None:
            super().__init__()
            self.row_list = row_list
            self.key = key

        @property
        def control(self) -> RowList:
            return self.row_list

    class Activated(Message):
        """Enter, or a second click on the row of that key."""

        def __init__(self, row_list: RowList, key: str) -> None:
            super().__init__()
            self.row_list = row_list
            self.key = key

        @property
        def control(self) -> RowList:
            return self.row_list

    class Scrolled(Message):
        """Other rows are in view, or there are more or fewer of them."""

        def __init__(self, row_list: RowList, window: Window) -> None:
            super().__init__()
            self.row_list = row_list
            self.window = window

        @property
        def control(self) -> RowList:
            return self.row_list

    def __init__(
        self, rows: Sequence[RowView] = (), *, empty: str = "", spark: int | None = None,
        id: str | None = None, classes: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(id=id, classes=classes)
        self._rows: Sequence[RowView] = rows
        self._view = Viewport()
        self._view.resize(0, len(self._rows))
        self._chosen = False  # somebody has moved the cursor, so the view follows its row
        self._empty = Span(empty, "muted")
        self._columns: ColumnRoom = Columns(spark)
        self._strips: dict[_StripKey, tuple[RowView, _MadeFor, Strip]] = {}
        self._told = Window(0, 0, 0)
        self._measured: Size | None = None

    # what it shows

    @property
    def rows(self) -> Sequence[RowView]:
        """The rows as last set."""
        return self._rows

    @property
    def window(self) -> Window:
        """Which of the rows are in view."""
        return self._view.window

    @property
    def selected(self) -> RowView | None:
        """The row that the cursor is on."""
        return self._rows[self._view.cursor] if self._rows else None

    @property
    def selected_key(self) -> str | None:
        """The key of the row that the cursor is on."""
        return row.key if (row := self.selected) else None

    def set_rows(self, rows: Sequence[RowView]) -> None:
        """Show these rows, which are not changed later. The cursor stays on its row wherever that went, or on its
        line if the row is gone.

        The view follows the row only in the focused list and after a key or click: on an unattended screen the
        first rows stay in view.
        """
        key = self.selected_key
        follow = self._chosen and self.has_focus and self._view.cursor_in_view
        self._rows = rows
        self._view.cursor = self._stay(key)
        self._view.resize(self._height, len(self._rows))
        if follow:
            self._view.reveal()
        self._settle(key)

    def select(self, key: str) -> bool:
        """Put the cursor on the row of that key and bring it into view; False if there is none."""
        at = self._index_of(key, -1)
        if at < 0:
            return False
        self._go(at)
        return True

    def set_empty(self, text: str, role: str = "muted") -> None:
        """The sentence to show while there are no rows."""
        if self._empty != Span(text, role):
            self._empty = Span(text, role)
            self.repaint()

    # drawing

    @property
    def _height(self) -> int:
        """Lines for rows."""
        return max(0, self.size.height - self.HEAD)

    def head(self, width: int) -> Strip:
        """The line above the rows, where there is one."""
        return Strip.blank(width, self.palette.base)

    def line(self, y: int, width: int) -> Strip:
        """One visible line: a row, or a line of the sentence that stands for them."""
        if self._size is not self._measured or width != self._columns.layout.width:
            self._measured = self._size  # asking Textual for the size of the inside is slow, and there are many lines
            self._measure(width)
        if y < self.HEAD:
            return self.head(width)
        y -= self.HEAD
        at = self._view.top + y
        if at < len(self._rows):
            return self._row_strip(at)
        if not self._rows and self._empty.text:
            return self._empty_strip(y, width)
        return Strip.blank(width, self.palette.base)

    def _row_strip(self, at: int) -> Strip:
        row = self._rows[at]
        palette = self.palette
        selection = Selection.NONE
        if at == self._view.cursor:
            selection = Selection.FOCUSED if self.has_focus else Selection.BLURRED
        made_for = (self._columns.version, palette.version)
        found = self._strips.get((row.key, selection))
        if found is not None and found[1] == made_for and (found[0] is row or found[0] == row):
            return found[2]
        strip = draw_row(row, self._columns.layout, palette, selection)
        if len(self._strips) >= _MOST_STRIPS:
            self._strips.clear()
        self._strips[(row.key, selection)] = (row, made_for, strip)
        return strip

    def _empty_strip(self, y: int, width: int) -> Strip:
        lines = wrap(self._empty.text, max(1, width - 4))
        at = y - max(0, (self._height - len(lines)) // 2)
        text = lines[at] if 0 <= at < len(lines) else ""
        indent = " " * max(0, (width - cell_len(text)) // 2)
        return spans_strip(self.palette, [Span(indent + text, self._empty.role)], width)

    def _measure(self, width: int) -> None:
        if self._view.height != self._height:
            self._view.resize(self._height, len(self._rows))
        if width != self._columns.layout.width:
            self._columns.resize(width)
            self._columns.see(self._in_view())

    def _in_view(self) -> Sequence[RowView]:
        return self._rows[self._view.top : self._view.top + self._height]

    # moving

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._move(self._view.step, by)

    def action_first(self) -> None:
        """Cursor to the first row."""
        self._go(0)

    def action_last(self) -> None:
        """Cursor to the last row."""
        self._go(len(self._rows) - 1)

    def action_half_page(self, pages: int) -> None:
        """Move the cursor and the view by half a page."""
        self._turn(pages * max(1, self._height // 2))

    def action_page(self, pages: int) -> None:
        """Move the cursor and the view by a page, keeping two rows for orientation."""
        self._turn(pages * max(1, self._height - 2))

    def action_activate(self) -> None:
        """Tell that the row at the cursor is wanted."""
        if (key := self.selected_key) is not None:
            self._chosen = True
            self.post_message(self.Activated(self, key))

    def _turn(self, by: int) -> None:
        self._move(self._view.turn, by)

    def _go(self, at: int) -> None:
        self._move(self._view.go, at)

    def _move(self, move: Callable[[int], None], rows: int) -> None:
        key = self.selected_key
        self._chosen = True
        move(rows)
        self._settle(key)

    def _stay(self, key: str | None) -> int:
        """Where the cursor goes when there are other rows: where its row went."""
        return self._index_of(key, self._view.cursor)

    def _index_of(self, key: str | None, otherwise: int) -> int:
        """Where the row of that key is; mostly where the cursor was."""
        rows, cursor = self._rows, self._view.cursor
        if key is None:
            return otherwise
        if cursor < len(rows) and rows[cursor].key == key:
            return cursor
        if isinstance(rows, Placing):
            return otherwise if (at := rows.place_of(key)) is None else at
        return next((at for at, row in enumerate(rows) if row.key == key), otherwise)

    def _settle(self, key_before: str | None) -> None:
        """After any change: columns fit what is in view, changed cells are sent, listeners are told."""
        if width := self.size.width:
            self._measure(width)
            self._columns.see(self._in_view())
        self.repaint()
        if self.selected_key != key_before:
            self.post_message(self.Selected(self, self.selected_key))
        if self.window != self._told:
            self._told = self.window
            self.post_message(self.Scrolled(self, self._told))

    # what Textual tells

    def on_resize(self) -> None:
        self._view.resize(self._height, len(self._rows))
        if self._chosen:
            self._view.reveal()
        self._settle(self.selected_key)

    def on_click(self, event: events.Click) -> None:
        at = self._view.top + event.y - self.HEAD
        if event.y >= self.HEAD and at < len(self._rows):
            again = at == self._view.cursor and event.chain > 1
            self._go(at)
            if again:
                self.action_activate()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(_WHEEL, event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(-_WHEEL, event)

    def _wheel(self, by: int, event: events.Event) -> None:
        self._view.scroll(by)
        self._settle(self.selected_key)
        event.stop()
