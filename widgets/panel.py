"""A bordered panel around a list: title at the left of the border, status at its right, a notice when it must be said.

The focused panel is told by the shape of its border and a bold title, not only by colour.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual import events, on
from textual.app import ComposeResult
from textual.strip import Strip

from widgets.glyphs import Box
from widgets.lines import LineWidget, strip_of
from widgets.notice import Notice
from widgets.rowlist import RowList, Window
from widgets.text import Span, fit_spans, spans_width


class Panel(LineWidget):
    """A RowList (``rows``) in a border.

    ``set_status`` and ``set_title`` send the changed part of the border's first row. ``set_notice`` says why there is
    nothing to see, or, above the last rows, why they are old.
    """

    DEFAULT_CSS = """
    Panel { layout: vertical; height: 1fr; width: 1fr; overflow: hidden; }
    Panel > RowList { margin: 1; }
    Panel > Notice { display: none; margin: 1 1 0 1; }
    Panel.-noticed > Notice { display: block; }
    Panel.-noticed > RowList { margin: 0 1 1 1; }
    """

    def __init__(
        self,
        title: Sequence[Span] = (),
        rows: RowList | None = None,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.rows = RowList() if rows is None else rows
        self._notice = Notice()
        self._notice_text = ""
        self._title = tuple(title)
        self._status: tuple[Span, ...] = ()
        self._window = Window(0, 0, 0)
        self._focused = False

    def compose(self) -> ComposeResult:
        yield self._notice
        yield self.rows

    def set_title(self, spans: Sequence[Span]) -> None:
        """The title, in the border's first row at the left."""
        if tuple(spans) != self._title:
            self._title = tuple(spans)
            self.repaint_lines([0])

    def set_status(self, spans: Sequence[Span]) -> None:
        """The status, in the border's first row at the right, the most important first: its end is cut."""
        if tuple(spans) != self._status:
            self._status = tuple(spans)
            self.repaint_lines([0])

    def set_notice(self, text: str, role: str = "notice", lines: int = 1) -> None:
        """One sentence in place of rows, or above them in at most so many lines; "" takes it away."""
        self._notice_text = text
        self._notice.show(text, role, lines)
        self.rows.set_empty(text, role)
        self._place_notice()

    def _place_notice(self) -> None:
        self.set_class(bool(self._notice_text) and bool(self.rows.rows), "-noticed")

    def line(self, y: int, width: int) -> Strip:
        height = self.size.height
        if width < 4 or height < 2:
            return Strip.blank(width, self.palette.base)
        box = self.palette.glyphs.box_focus if self._focused else self.palette.glyphs.box
        if y == 0:
            return self._first(box, width)
        if y == height - 1:
            return self._last(box, width)
        border = self.palette.style("border")
        return Strip(
            [Segment(box.left, border), Segment(" " * (width - 2), self.palette.base), Segment(box.right, border)],
            width,
        )

    @property
    def _border_role(self) -> str:
        return "border_focus" if self._focused else "border"

    def _first(self, box: Box, width: int) -> Strip:
        room = width - 4  # two corners, and one piece of border beside each
        more = self.palette.glyphs.more
        wanted = min(spans_width(self._title), room // 2 if self._status else room - 2)
        title = _spaced(fit_spans(self._title, wanted, more))
        room -= _cells(title)
        status = _spaced(fit_spans(self._status, room - 3, more)) if room > 3 else []
        fill = room - _cells(status)
        title_role = "title_focus" if self._focused else "title"
        parts = [
            Span(box.top_left + box.top, self._border_role),
            *(Span(span.text, span.role or title_role) for span in title),
            Span(box.top * fill, self._border_role),
            *(Span(span.text, span.role or "muted") for span in status),
            Span(box.top + box.top_right, self._border_role),
        ]
        return strip_of(map(self.palette.segment, parts), width)

    def _last(self, box: Box, width: int) -> Strip:
        glyphs = self.palette.glyphs
        above, below = self._window.top, self._window.below
        words = [f"{arrow}{count}" for arrow, count in ((glyphs.up, above), (glyphs.down, below)) if count]
        text = f" {' '.join(words)} " if words and width > 24 else ""
        parts = [
            Span(box.bottom_left + box.bottom * (width - 3 - cell_len(text)), self._border_role),
            Span(text, "muted"),
            Span(box.bottom + box.bottom_right, self._border_role),
        ]
        return strip_of(map(self.palette.segment, parts), width)

    @on(RowList.Scrolled)
    def _rows_scrolled(self, message: RowList.Scrolled) -> None:
        self._window = message.window
        self._place_notice()
        self.repaint_lines([self.size.height - 1])

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        self._focus_is(True)

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        self._focus_is(False)

    def _focus_is(self, focused: bool) -> None:
        """Redraw the upper and lower border. The sides stay: each of their lines would cost a jump of the cursor."""
        self._focused = focused
        self.repaint_lines([0, self.size.height - 1])


def _spaced(spans: list[Span]) -> list[Span]:
    """With a blank on either side, if there is anything."""
    return [Span(" "), *spans, Span(" ")] if spans else []


def _cells(spans: Sequence[Span]) -> int:
    return sum(cell_len(span.text) for span in spans)
