"""One line of text with roles: a header, a footer, a notice."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from widgets.lines import LineWidget, strip_of
from widgets.text import Span, fit_spans, spans_width


class StatusLine(LineWidget):
    """Spans from the left and, if given, spans up to the right end; the left ones are cut when both do not fit.

    ``role`` is the style of the line itself and of spans without one.
    """

    DEFAULT_CSS = "StatusLine { height: 1; }"

    def __init__(
        self,
        left: Sequence[Span] = (),
        right: Sequence[Span] = (),
        *,
        role: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._left = tuple(left)
        self._right = tuple(right)
        self._role = role

    def set_spans(self, left: Sequence[Span], right: Sequence[Span] = ()) -> None:
        """Show these; sends only what looks different."""
        wanted = (tuple(left), tuple(right))
        if wanted != (self._left, self._right):
            self._left, self._right = wanted
            self.repaint()

    def line(self, y: int, width: int) -> Strip:
        palette = self.palette
        if y or width < 1:
            return Strip.blank(width, palette.style(self._role))
        more = palette.glyphs.more
        # the right end matters more (time, live or not), but something of the left is always there
        right = fit_spans(self._right, min(spans_width(self._right), width * 2 // 3), more)
        taken = sum(cell_len(span.text) for span in right)
        left = fit_spans(self._left, width - taken - (1 if taken else 0), more)
        space = width - taken - sum(cell_len(span.text) for span in left)
        parts = [*left, Span(" " * space), *right]
        return strip_of((Segment(span.text, palette.style(span.role or self._role)) for span in parts), width)
