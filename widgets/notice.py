"""A sentence over as many lines as it needs, up to a few."""

from __future__ import annotations

from textual.geometry import Size
from textual.strip import Strip

from widgets.lines import LineWidget, spans_strip
from widgets.text import Span, clean, fold, wrap


class Notice(LineWidget):
    """``show`` says what; over ``most`` lines the end is cut. Broken between words where the sentence fits so."""

    DEFAULT_CSS = "Notice { height: auto; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._text = Span("")
        self._most = 1

    def show(self, text: str, role: str, most: int) -> None:
        """Say this in at most so many lines."""
        before = len(self._lines(self.size.width)), self._most
        self._text, self._most = Span(text, role), max(1, most)
        if (len(self._lines(self.size.width)), self._most) != before:
            self.refresh(layout=True)
        self.repaint()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, len(self._lines(width)))

    def line(self, y: int, width: int) -> Strip:
        lines = self._lines(width)
        text = lines[y] if y < len(lines) else ""
        return spans_strip(self.palette, [Span(text, self._text.role)], width)

    def _lines(self, width: int) -> list[str]:
        if width < 1 or not self._text.text:
            return []
        lines = wrap(self._text.text, width)
        if len(lines) > self._most:
            lines = fold(self._text.text, width)
        if len(lines) > self._most:
            cut = clean(self._text.text)[sum(map(len, lines[: self._most - 1])) :]
            lines = [*lines[: self._most - 1], cut]
        return lines
