"""A long text of many lines, folded where they are too long, with a cursor and a search. Megabytes are no trouble.

Only lines in view are ever drawn; of the others it is known how many rows they take.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.strip import Strip

from widgets.focused import FocusedLines
from widgets.lines import strip_of
from widgets.palette import Selection
from widgets.rowlist import RowList
from widgets.text import Span, fold, width_of
from widgets.viewport import Viewport

_WHEEL = 3
_MARK = 1  # cells of the cursor's mark


class FoldedView(FocusedLines, can_focus=True):
    """Shows lines as they are. ``paint`` gives the spans of a clean piece of a line; by default it is plain."""

    DEFAULT_CSS = "FoldedView { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [one for one in RowList.BINDINGS if "enter" not in str(one)]

    def __init__(
        self,
        lines: Sequence[str] = (),
        paint: Callable[[str], Sequence[Span]] | None = None,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._lines = lines
        self._paint = paint or (lambda piece: [Span(piece)])
        self._view = Viewport()  # over rows; its cursor is the first row of the cursor's line
        self._at = 0
        self._from = 0  # the line from which on a text is looked for, while it is typed letter by letter
        self._starts: list[int] = [0]
        self._width = -1
        self._sought = ""
        self._pattern: re.Pattern[str] | None = None
        self._hits: list[int] = []

    # what it shows

    @property
    def lines(self) -> Sequence[str]:
        """All lines."""
        return self._lines

    @property
    def at(self) -> int:
        """The line that the cursor is on, from 0."""
        return self._at

    @property
    def selected_line(self) -> str:
        """The line that the cursor is on; empty where there is none."""
        return self._lines[self._at] if self._lines else ""

    def set_lines(self, lines: Sequence[str]) -> None:
        """Show another text, from its beginning."""
        self._lines, self._at, self._from, self._width = lines, 0, 0, -1
        self._find()
        self._go(0)

    # searching

    @property
    def sought(self) -> str:
        """What is looked for."""
        return self._sought

    @property
    def hits(self) -> Sequence[int]:
        """The lines in which it is."""
        return self._hits

    def search(self, text: str) -> None:
        """Look for a text, whatever its case, and go to the first line that has it, from where one stood on before it
        was typed; back to there where no line has it."""
        if text != self._sought:
            if not (self._sought and text.startswith(self._sought)) and not self._sought.startswith(text or " "):
                self._from = self._at
            self._sought = text
            self._find()
        self._go(next((at for at in self._hits if at >= self._from), self._hits[0] if self._hits else self._from))

    def next_hit(self, by: int) -> bool:
        """Go to the next line with the text, with -1 to the one before, and on from the other end; False: none has."""
        if not self._hits:
            return False
        after = bisect_right(self._hits, self._at if by > 0 else self._at - 1)
        at = after if by > 0 else after - 1
        self._go(self._hits[at % len(self._hits)])
        return True

    def _find(self) -> None:
        self._pattern = re.compile(re.escape(self._sought), re.IGNORECASE) if self._sought else None
        wanted = self._sought.casefold()
        self._hits = [at for at, line in enumerate(self._lines) if wanted in line.casefold()] if wanted else []

    # drawing

    def line(self, y: int, width: int) -> Strip:
        self._measure(width)
        row = self._view.top + y
        palette = self.palette
        if row >= self._starts[-1] or width <= _MARK:
            return Strip.blank(max(0, width), palette.base)
        at = bisect_right(self._starts, row) - 1
        selection = Selection.NONE
        if at == self._at:
            selection = Selection.FOCUSED if self.has_focus else Selection.BLURRED
        pieces = fold(self._lines[at], width - _MARK) or [""]
        piece = pieces[min(row - self._starts[at], len(pieces) - 1)]
        glyphs = palette.glyphs
        mark = (" ", glyphs.marker_blur, glyphs.marker)[selection]
        spans = [Span(mark, "marker" if selection else ""), *self._marked(self._paint(piece))]
        used = _MARK + width_of(piece)
        spans.append(Span(" " * max(0, width - used)))
        return strip_of((Segment(span.text, palette.style(span.role, selection)) for span in spans), width)

    def _marked(self, spans: Sequence[Span]) -> list[Span]:
        """With what is looked for in its own role."""
        if self._pattern is None:
            return list(spans)
        marked: list[Span] = []
        for span in spans:
            done = 0
            for found in self._pattern.finditer(span.text):
                marked += [Span(span.text[done : found.start()], span.role), Span(found[0], "found")]
                done = found.end()
            marked.append(Span(span.text[done:], span.role))
        return marked

    def _measure(self, width: int) -> None:
        """How many rows each line takes at a width."""
        if width != self._width and width > _MARK:
            self._width = width
            room = width - _MARK
            self._starts = list(accumulate((_rows(line, room) for line in self._lines), initial=0))
            self._view.resize(self.size.height, self._starts[-1])
            self._view.go(self._starts[self._at])
        elif self._view.height != self.size.height:
            self._view.resize(self.size.height, self._starts[-1])
            self._view.reveal()

    # moving

    def action_move(self, by: int) -> None:
        """Move the cursor by lines."""
        self._go(self._at + by)

    def action_first(self) -> None:
        """Cursor to the first line."""
        self._go(0)

    def action_last(self) -> None:
        """Cursor to the last line."""
        self._go(len(self._lines) - 1)

    def action_half_page(self, pages: int) -> None:
        """Move by half a page."""
        self._turn(pages * max(1, self.size.height // 2))

    def action_page(self, pages: int) -> None:
        """Move by a page, keeping two rows for orientation."""
        self._turn(pages * max(1, self.size.height - 2))

    def _go(self, at: int) -> None:
        self._at = max(0, min(at, len(self._lines) - 1))
        self._measure(self.size.width)
        self._view.go(self._starts[self._at])
        self.repaint()

    def _turn(self, rows: int) -> None:
        self._measure(self.size.width)
        self._view.turn(rows)
        at = bisect_right(self._starts, self._view.cursor) - 1
        moved = at if at != self._at else at + (1 if rows > 0 else -1)  # a line may be longer than a page
        self._at = max(0, min(moved, len(self._lines) - 1))
        self.repaint()

    def on_resize(self) -> None:
        self._measure(self.size.width)
        self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._turn(_WHEEL)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._turn(-_WHEEL)
        event.stop()


def _rows(line: str, width: int) -> int:
    """Rows that a line takes when it is folded."""
    if line.isascii() and line.isprintable():
        return max(1, -(-len(line) // width))
    return max(1, len(fold(line, width)))
