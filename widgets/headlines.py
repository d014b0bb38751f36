"""What a screen is about: a line, and below it a sentence in as many lines as it needs."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from widgets.lines import LineWidget, spans_strip
from widgets.text import Span, fit, wrap

_MOST = 3  # lines of the sentence
_INDENT = 3


class HeadLines(LineWidget):
    """``least`` lines at first, one of them the first line; it grows with its sentence and never shrinks, so that what
    lies below it does not jump to and fro."""

    DEFAULT_CSS = "HeadLines { height: 1; }"

    def __init__(self, least: int = 1, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._first: tuple[Span, ...] = ()
        self._sentence = Span("")
        self._lines = least
        self.styles.height = least

    def set_head(self, first: Sequence[Span], sentence: str = "", role: str = "") -> None:
        """Show these; sends only what looks different."""
        wanted = (tuple(first), Span(sentence, role))
        if wanted != (self._first, self._sentence):
            self._first, self._sentence = wanted
            self._grow()
            self.repaint()

    def on_resize(self) -> None:
        self._grow()

    def _grow(self) -> None:
        needed = 1 + min(_MOST, len(self._wrapped(self.size.width))) if self.size.width else 1
        if needed > self._lines:
            self._lines = needed
            self.styles.height = needed

    def _wrapped(self, width: int) -> list[str]:
        return wrap(self._sentence.text, max(1, width - _INDENT - 1)) if self._sentence.text else []

    def line(self, y: int, width: int) -> Strip:
        if y == 0:
            return spans_strip(self.palette, self._first, width)
        lines = self._wrapped(width)
        text = lines[y - 1] if y <= len(lines) else ""
        if y == _MOST and len(lines) > _MOST:
            text = fit(" ".join(lines[y - 1 :]), width - _INDENT - 1, more=self.palette.glyphs.more)
        return spans_strip(self.palette, [Span(" " * _INDENT), Span(text, self._sentence.role)], width)
