"""What widgets of lines with a title have in common: the title, and a sentence where there is nothing to show."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from widgets.focused import FocusedLines
from widgets.lines import spans_strip
from widgets.text import Span, wrap


class TitledLines(FocusedLines):
    """Lines below a title. The first line is drawn by whoever inherits, with ``_title`` and ``_status``."""

    def __init__(self, title: Sequence[Span] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._title = tuple(title)
        self._status: tuple[Span, ...] = ()
        self._empty = Span("", "muted")

    def set_title(self, title: Sequence[Span], status: Sequence[Span] = ()) -> None:
        """The first line: a title at its left, a status at its right."""
        wanted = (tuple(title), tuple(status))
        if wanted != (self._title, self._status):
            self._title, self._status = wanted
            self.repaint_lines([0])

    def set_empty(self, text: str, role: str = "muted") -> None:
        """The sentence to show where there is nothing else."""
        if self._empty != Span(text, role):
            self._empty = Span(text, role)
            self.repaint()

    def empty_line(self, y: int, width: int) -> Strip:
        """A line of that sentence, wrapped."""
        lines = wrap(self._empty.text, max(1, width - 4))
        return spans_strip(self.palette, [Span(f"  {lines[y]}" if y < len(lines) else "", self._empty.role)], width)
