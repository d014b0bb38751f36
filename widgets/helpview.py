"""A table of keys and what they do, in sections, longer than the screen if need be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from widgets.lines import LineWidget, spans_strip
from widgets.text import Span, fit, width_of, wrap
from widgets.viewport import Viewport

_KEYS_MOST = 24  # cells that the column of keys takes at most


class Section(NamedTuple):
    """A heading and its (keys, description) rows."""

    title: str
    rows: Sequence[tuple[str, str]]


class HelpView(LineWidget, can_focus=True):
    """Scrolls with the keys that lists know. Descriptions are wrapped, never cut."""

    DEFAULT_CSS = "HelpView { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_by(1)", "down", show=False),
        Binding("k,up", "scroll_by(-1)", "up", show=False),
        Binding("g,home", "scroll_by(-1000000)", "to the top", show=False),
        Binding("G,end", "scroll_by(1000000)", "to the end", show=False),
        Binding("ctrl+d", "scroll_pages(0.5)", "half a page down", show=False),
        Binding("ctrl+u", "scroll_pages(-0.5)", "half a page up", show=False),
        Binding("ctrl+f,pagedown,space", "scroll_pages(1)", "page down", show=False),
        Binding("ctrl+b,pageup", "scroll_pages(-1)", "page up", show=False),
    ]

    def __init__(self, sections: Sequence[Section] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._sections = tuple(sections)
        self._view = Viewport()
        self._lines: list[list[Span]] = []
        self._lines_width = -1

    def set_sections(self, sections: Sequence[Section]) -> None:
        """Show these."""
        self._sections = tuple(sections)
        self._lines_width = -1
        self.repaint()

    def line(self, y: int, width: int) -> Strip:
        self._arrange(width)
        at = self._view.top + y
        return spans_strip(self.palette, self._lines[at] if at < len(self._lines) else [], width)

    def _arrange(self, width: int) -> None:
        if width != self._lines_width:
            self._lines = help_lines(self._sections, width)
            self._lines_width = width
        self._view.resize(self.size.height, len(self._lines))

    def action_scroll_by(self, lines: int) -> None:
        """Move by lines."""
        self._arrange(self.size.width)
        self._view.scroll(lines)
        self.repaint()

    def action_scroll_pages(self, pages: float) -> None:
        """Move by pages."""
        self.action_scroll_by(round(pages * max(1, self.size.height - 2)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.action_scroll_by(3)
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.action_scroll_by(-3)
        event.stop()


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
