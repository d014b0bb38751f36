"""A table of keys and what they do, in sections, longer than the screen if need be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from widgets.scrolled import Scrolled
from widgets.text import Span, fit, width_of, wrap

_KEYS_MOST = 24  # cells that the column of keys takes at most


class Section(NamedTuple):
    """A heading and its (keys, description) rows."""

    title: str
    rows: Sequence[tuple[str, str]]


class HelpView(Scrolled):
    """Scrolls with the keys that lists know. Descriptions are wrapped, never cut."""

    DEFAULT_CSS = "HelpView { height: 1fr; }"

    def __init__(self, sections: Sequence[Section] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._sections = tuple(sections)

    def set_sections(self, sections: Sequence[Section]) -> None:
        """Show these."""
        self._sections = tuple(sections)
        self.arrange_anew()

    def lines_of(self, width: int) -> Sequence[Sequence[Span]]:
        return help_lines(self._sections, width)


def help_lines(sections: Sequence[Section], width: int) -> list[list[Span]]:
    """The sections as lines: a heading, then keys in a column and their description beside it."""
    keys = [width_of(key) for section in sections for key, _ in section.rows]
    column = min(max(keys, default=0), _KEYS_MOST, max(1, width // 3))
    lines: list[list[Span]] = []
    for section in sections:
        if lines:
            lines.append([])
        lines.append([Span(section.title, "title")])
        for key, description in section.rows:
            told = wrap(description, max(1, width - column - 4)) or [""]
            lines.append([Span("  "), Span(fit(key, column), "key"), Span("  "), Span(told[0])])
            lines.extend([Span(" " * (column + 4)), Span(more)] for more in told[1:])
    return lines
