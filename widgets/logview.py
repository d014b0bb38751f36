"""Lines of logs, the newest at the end: stays there while lines come, unless somebody looks further up.

Lines are known by numbers that only rise, so that what is looked at stays where it is when the oldest lines go. Lines
are wrapped, or cut and moved sideways. Only the lines in view are ever made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from widgets.lines import LineWidget, spans_strip
from widgets.loglines import LogRow, head_spans, head_width, pieces, shown_text, text_spans
from widgets.palette import Selection
from widgets.text import Span, fit_spans

_WHEEL = 3
_ASIDE = 16  # cells that one key moves sideways
_MOST_STRIPS = 1024
_Place = tuple[int, int]  # number of a line, and which of its parts


class LogView(LineWidget, can_focus=True):
    """The owner calls ``set_rows`` when lines came or went, at most a few times a second."""

    DEFAULT_CSS = "LogView { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("g,home", "first", "first line", show=False),
        Binding("G,end", "last", "last line, and stay there", show=False),
        Binding("ctrl+d", "half_page(1)", "half a page down", show=False),
        Binding("ctrl+u", "half_page(-1)", "half a page up", show=False),
        Binding("ctrl+f,pagedown", "page(1)", "page down", show=False),
        Binding("ctrl+b,pageup", "page(-1)", "page up", show=False),
        Binding("h,left", "aside(-1)", "to the left", show=False),
        Binding("l,right", "aside(1)", "to the right", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._first = self._end = 0
        self._row_of: Callable[[int], LogRow] = lambda number: LogRow("")
        self._prefix_width = 0
        self._look = 0  # goes up when all lines look different
        self._top: _Place | None = None  # None: it stays at the end
        self._current: int | None = None
        self._wraps = False
        self._aside = 0
        self._empty = ""
        self._laid_out: list[_Place] | None = None
        self._strips: dict[tuple[object, ...], Strip] = {}

    # what it shows

    @property
    def follows(self) -> bool:
        """Whether it stays at the end."""
        return self._top is None

    @property
    def wraps(self) -> bool:
        return self._wraps

    @property
    def current(self) -> int | None:
        """The number of the line that was gone to last, while it is held; else of the last one in view."""
        if self._current is not None and self._first <= self._current < self._end:
            return self._current
        rows = self._layout()
        return rows[-1][0] if rows else None

    @property
    def below(self) -> int:
        """Lines that are further down than what is in view."""
        rows = self._layout()
        return self._end - 1 - rows[-1][0] if rows else 0

    def set_rows(
        self, first: int, end: int, row_of: Callable[[int], LogRow], prefix_width: int = 0, empty: str = ""
    ) -> None:
        """There are the lines from ``first`` to ``end`` (exclusive). A line that was drawn never looks different."""
        self._first, self._end, self._row_of, self._empty = first, end, row_of, empty
        self._laid_out = None
        if prefix_width != self._prefix_width:
            self._prefix_width = prefix_width
            self.look_anew()
        else:
            self._moved()

    def look_anew(self) -> None:
        """All lines may look different now."""
        self._look += 1
        self._strips.clear()
        self._moved()

    def set_wrap(self, wraps: bool) -> None:
        """Wrap long lines, or cut them."""
        self._wraps, self._aside = wraps, 0
        if self._top is not None:
            self._top = (self._top[0], 0)
        self.look_anew()

    def go_to(self, number: int) -> None:
        """Bring a line into view, marked, and stay with it."""
        self._current = max(self._first, min(number, self._end - 1))
        if self._current not in {shown for shown, _ in self._layout()}:
            self._top = (self._current, 0)
            self._scroll(-(self.size.height // 3))
        elif self._top is None and self._layout():
            self._top = self._layout()[0]
        self._moved()

    # which lines are in view

    def _parts(self, number: int) -> int:
        return len(self._pieces(number)) if self._wraps else 1

    def _pieces(self, number: int) -> list[tuple[int, int]]:
        row = self._row_of(number)
        note = len(row.note) + 1 if row.note else 0
        return pieces(shown_text(row), self._room - (note if note < self._room // 2 else 0))

    @property
    def _room(self) -> int:
        """Cells for the text."""
        return max(2, self.size.width - head_width(self._prefix_width))

    def _layout(self) -> list[_Place]:
        """What is drawn on each line of the widget, from its top."""
        if self._laid_out is None:
            self._laid_out = self._from_top() if self._top is not None else self._to_end()
        return self._laid_out

    def _from_top(self) -> list[_Place]:
        assert self._top is not None
        number, part = self._top if self._top[0] >= self._first else (self._first, 0)
        rows: list[_Place] = []
        while number < self._end and len(rows) < self.size.height:
            count = self._parts(number)
            rows += [(number, one) for one in range(min(part, count - 1), count)]
            number, part = number + 1, 0
        rows = rows[: self.size.height]
        return rows if len(rows) == self.size.height else self._to_end()

    def _to_end(self) -> list[_Place]:
        rows: list[_Place] = []
        number = self._end - 1
        while number >= self._first and len(rows) < self.size.height:
            rows += [(number, part) for part in reversed(range(self._parts(number)))]
            number -= 1
        return rows[: self.size.height][::-1]

    def _scroll(self, by: int) -> None:
        """Move the top by so many lines of the widget."""
        rows = self._layout()
        if not rows:
            return
        number, part = rows[0] if self._top is None else self._top
        number, part = (number, part) if number >= self._first else (self._first, 0)
        part += by
        while part < 0 and number > self._first:
            number -= 1
            part += self._parts(number)
        while part >= (count := self._parts(number)) and number < self._end - 1:
            part -= count
            number += 1
        self._top, self._laid_out = (number, max(0, part)), None
        rows = self._layout()
        at_end = rows[-1] == (self._end - 1, self._parts(self._end - 1) - 1)
        self._top = None if at_end and by > 0 else rows[0]
        self._laid_out = None

    def _moved(self) -> None:
        self._laid_out = None
        self.repaint()

    # drawing

    def line(self, y: int, width: int) -> Strip:
        rows = self._layout()
        if y >= len(rows):
            text = self._empty if not rows and y == self.size.height // 2 else ""
            return spans_strip(self.palette, [Span(" "), Span(text, "muted")], width)
        number, part = rows[y]
        selection = Selection.FOCUSED if number == self._current else Selection.NONE
        made_for = (number, part, selection, width, self._aside, self._look, self.palette.version)
        strip = self._strips.get(made_for)
        if strip is None:
            if len(self._strips) >= _MOST_STRIPS:
                self._strips.clear()
            strip = self._strips[made_for] = self._draw(number, part, width, selection)
        return strip

    def _draw(self, number: int, part: int, width: int, selection: Selection) -> Strip:
        row, glyphs = self._row_of(number), self.palette.glyphs
        text = shown_text(row)
        if len(text) != len(row.text):
            row = row._replace(places=())
        spans = head_spans(row, self._prefix_width, glyphs.more)
        if part:
            spans = [Span(" " * head_width(self._prefix_width))]
        if row.ruled:
            spans += [Span(f"{text} ", row.role), Span(glyphs.axis * width, "axis")]
            return spans_strip(self.palette, fit_spans(spans, width, glyphs.axis), width, selection=selection)
        if self._wraps:
            found = self._pieces(number)
            start, end = found[min(part, len(found) - 1)]
        else:
            start, end = min(self._aside, len(text)), min(len(text), self._aside + width + 1)
        spans += text_spans(row, text, start, end, at_first=not part)
        return spans_strip(self.palette, spans, width, selection=selection)

    # moving

    def action_move(self, by: int) -> None:
        """Scroll by lines."""
        self._current = None
        self._scroll(by)
        self._moved()

    def action_first(self) -> None:
        """To the first line."""
        self._current, self._top = None, (self._first, 0)
        self._moved()

    def action_last(self) -> None:
        """To the last line, and stay at the end."""
        self._current = self._top = None
        self._moved()

    def action_half_page(self, pages: int) -> None:
        """Scroll by half a page."""
        self.action_move(pages * max(1, self.size.height // 2))

    def action_page(self, pages: int) -> None:
        """Scroll by a page, keeping two lines for orientation."""
        self.action_move(pages * max(1, self.size.height - 2))

    def action_aside(self, by: int) -> None:
        """Move long lines sideways; wrapped ones are whole already."""
        if not self._wraps:
            self._aside = max(0, self._aside + by * _ASIDE)
            self._moved()

    # what Textual tells

    def on_resize(self) -> None:
        self._moved()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.action_move(_WHEEL)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.action_move(-_WHEEL)
        event.stop()
