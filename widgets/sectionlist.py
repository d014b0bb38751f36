"""Lists of different kinds below each other under headings, with one cursor through all of their rows.

Headings cannot be selected. The heading of the list that one is in stays at the top while its rows move under it. What
the line of the selected row has no room for stands at the foot, so that no row moves when another one is selected.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from widgets.focused import FocusedLines
from widgets.lines import spans_strip, strip_of
from widgets.palette import Selection
from widgets.rowlayout import Layout, RowView, draw_row
from widgets.rowlist import RowList
from widgets.sectionlayout import ListView, Room, heading_strip, hidden, row_keys, sentence_strip
from widgets.sectionplaces import BLANK, HEADING, SENTENCE, Line, Places
from widgets.text import Span, fit, wrap

__all__ = ["ListView", "SectionList"]

_WHEEL = 3
_MOST_STRIPS = 512  # drawn rows that are kept; a screen shows a tenth of it
_FOOT_FROM = 5  # lines of the widget
_FOOT_MORE_FROM = 16
_BLANKS_FROM = 28  # lines of the widget where there is a blank one before each heading


class SectionList(FocusedLines, can_focus=True):
    """Lists below each other; the owner calls ``set_lists`` when they changed.

    ``grows``: it asks for as many lines as it has had most of, and never for fewer, so that what is below it does not
    jump to and fro.
    """

    DEFAULT_CSS = "SectionList { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = list(RowList.BINDINGS)

    class Selected(Message):
        """The cursor is on another row; ``key`` is None when there are none."""

        def __init__(self, sections: SectionList, key: str | None) -> None:
            super().__init__()
            self.sections = sections
            self.key = key

        @property
        def control(self) -> SectionList:
            return self.sections

    class Activated(Message):
        """Enter, or a second click on the row of that key; it is empty while there are no rows."""

        def __init__(self, sections: SectionList, key: str) -> None:
            super().__init__()
            self.sections = sections
            self.key = key

        @property
        def control(self) -> SectionList:
            return self.sections

    def __init__(
        self, *, empty: str = "", grows: bool = False, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._lists: tuple[ListView, ...] = ()
        self._places = Places()
        self._chosen = False  # somebody has moved the cursor, so the view follows its row
        self._empty = empty
        self._grows = grows
        self._tallest = 1
        self._rooms: dict[str, Room] = {}
        self._layouts: list[Layout] = []
        self._strips: dict[tuple[int, int, Selection], tuple[RowView, Layout, int, Strip]] = {}

    # what it shows

    @property
    def lists(self) -> Sequence[ListView]:
        """The lists as last set."""
        return self._lists

    @property
    def selected(self) -> tuple[ListView, RowView] | None:
        """The row that the cursor is on, with its list."""
        at = self._places.selected
        return None if at is None else (self._lists[at.list], self._row(at))

    @property
    def selected_key(self) -> str | None:
        """The key of the row that the cursor is on."""
        return None if (found := self.selected) is None else found[1].key

    def set_lists(self, lists: Sequence[ListView]) -> None:
        """Show these, which are not changed later. The cursor stays on its row wherever that went, or on its place if
        the row is gone; the view follows it only in the focused list and after a key or click."""
        lists = tuple(lists)
        if lists == self._lists:
            return
        before = self.selected
        follow = self._chosen and self.has_focus and self._places.in_view
        self._lists = lists
        self._lay_out()
        if before is not None and (at := self._find(before[0].title, before[1].key)) is not None:
            self._places.cursor = at
        if follow:
            self._places.reveal()
        self._settle(before[1].key if before is not None else None)

    def set_empty(self, text: str) -> None:
        """The sentence to show while there are no lists."""
        if text != self._empty:
            self._empty = text
            self.repaint()

    def select(self, key: str) -> bool:
        """Put the cursor on the row of that key and bring it into view; False if there is none."""
        at = self._find("", key)
        if at is not None:
            self._go(at)
        return at is not None

    def _find(self, title: str, key: str) -> int | None:
        """Where among the stops the row of that key is, that of the list of that title first."""
        found = [(at, keys.index(key)) for at, keys in enumerate(map(row_keys, self._lists)) if key in keys]
        same = (one for one in found if self._lists[one[0]].title == title)
        place = next(same, found[0] if found else None)
        return None if place is None else sum(len(view.rows) for view in self._lists[: place[0]]) + place[1]

    def _row(self, line: Line) -> RowView:
        return self._lists[line.list].rows[line.row]

    def _lay_out(self) -> None:
        """Put all lists below each other."""
        blanks = self.size.height >= _BLANKS_FROM
        self._places.lay_out([len(view.rows) for view in self._lists], self._body, blanks=blanks)
        self._see()
        wanted = len(self._places.lines) + (2 if len(self._places.lines) + 2 < _FOOT_MORE_FROM else 3)
        if self._grows and self._lists and wanted > self._tallest:
            self._tallest = wanted
            self.styles.min_height = wanted

    def _see(self) -> None:
        """Fit the columns of each list to its rows that are in view: others need not be made."""
        shown: dict[int, list[RowView]] = {}
        for line in self._places.shown:
            if line.row >= 0:
                shown.setdefault(line.list, []).append(self._row(line))
        width = self.size.width
        self._layouts = [
            self._rooms.setdefault(view.title, Room()).see(view, shown.get(at, ()), width)
            for at, view in enumerate(self._lists)
        ]

    # drawing

    @property
    def _foot(self) -> int:
        height = self.size.height
        return 0 if height < _FOOT_FROM else 2 if height < _FOOT_MORE_FROM else 3

    @property
    def _body(self) -> int:
        return self.size.height - self._foot

    def line(self, y: int, width: int) -> Strip:
        if not self._lists:
            return self._nothing(y, width)
        if self._layouts and self._layouts[0].width != width:
            self._lay_out()
        if y >= self._body:
            return self._at_foot(y - self._body, width)
        line = self._places.line_at(y)
        if line is None or line.row == BLANK:
            return Strip.blank(width, self.palette.base)
        if line.row == HEADING:
            return heading_strip(self.palette, self._lists[line.list], self._layouts[line.list], focused=self.has_focus)
        if line.row == SENTENCE:
            return sentence_strip(self.palette, self._lists[line.list].empty, width)
        return self._drawn_row(line)

    def _drawn_row(self, line: Line) -> Strip:
        row, layout, palette = self._row(line), self._layouts[line.list], self.palette
        selection = Selection.NONE
        if line == self._places.selected:
            selection = Selection.FOCUSED if self.has_focus else Selection.BLURRED
        place = (line.list, line.row, selection)
        held = self._strips.get(place)
        if held is not None and held[0] == row and held[1] == layout and held[2] == palette.version:
            return held[3]
        strip = draw_row(row, layout, palette, selection)
        if len(self._strips) >= _MOST_STRIPS:
            self._strips.clear()
        self._strips[place] = (row, layout, palette.version, strip)
        return strip

    def _at_foot(self, y: int, width: int) -> Strip:
        """A line of what the selected row has no room for."""
        found, at = self.selected, self._places.selected
        if found is None or at is None:
            return Strip.blank(width, self.palette.base)
        layout = self._layouts[at.list]
        lines = wrap(hidden(*found, layout), max(1, width - 4))
        if y == self._foot - 1 and len(lines) > self._foot:
            lines[y] = fit(" ".join(lines[y:]), width - 4, more=self.palette.glyphs.more)
        return spans_strip(self.palette, [Span("   "), Span(lines[y] if y < len(lines) else "", "muted")], width)

    def _nothing(self, y: int, width: int) -> Strip:
        lines = wrap(self._empty, max(1, width - 4))
        at = y - max(0, (self.size.height - len(lines)) // 2)
        text = lines[at] if 0 <= at < len(lines) else ""
        blank = max(0, width - len(text)) // 2
        return strip_of([Segment(fit(" " * blank + text, width), self.palette.style("muted"))], width)

    # moving

    def _go(self, at: int) -> None:
        key = self.selected_key
        self._chosen = True
        self._places.go(at)
        self._settle(key)

    def _settle(self, key_before: str | None) -> None:
        self._see()
        self.repaint()
        if self.selected_key != key_before:
            self.post_message(self.Selected(self, self.selected_key))

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._go(self._places.cursor + by)

    def action_first(self) -> None:
        """Cursor to the first row."""
        self._go(0)

    def action_last(self) -> None:
        """Cursor to the last row."""
        self._go(len(self._places.stops) - 1)

    def action_half_page(self, pages: int) -> None:
        """Move the cursor by half a page."""
        self._go(self._places.cursor + pages * max(1, self._body // 2))

    def action_page(self, pages: int) -> None:
        """Move the cursor by a page, keeping two rows for orientation."""
        self._go(self._places.cursor + pages * max(1, self._body - 2))

    def action_activate(self) -> None:
        """Tell that the row at the cursor is wanted."""
        key = self.selected_key
        self._chosen = self._chosen or key is not None
        self.post_message(self.Activated(self, key or ""))

    # what Textual tells

    def on_resize(self) -> None:
        self._lay_out()
        if self._chosen:
            self._places.reveal()
            self._see()
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        line = self._places.line_at(event.y) if event.y < self._body else None
        if line is not None and line.row >= 0:
            again = line == self._places.selected and event.chain > 1
            self._go(self._places.stops.index(self._places.top + event.y))
            if again:
                self.action_activate()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(_WHEEL, event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(-_WHEEL, event)

    def _wheel(self, by: int, event: events.Event) -> None:
        self._places.scroll(by)
        self._see()
        self.repaint()
        event.stop()
