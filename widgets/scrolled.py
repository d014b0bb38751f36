"""Lines longer than the screen, moved with the keys that lists know. Subclasses say what the lines are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from widgets.lines import LineWidget, spans_strip
from widgets.text import Span
from widgets.viewport import Viewport


class Scrolled(LineWidget, can_focus=True):
    """A view over lines that are made once for each width."""

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

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._view = Viewport()
        self._lines: Sequence[Sequence[Span]] = ()
        self._lines_width = -1

    def lines_of(self, width: int) -> Sequence[Sequence[Span]]:
        """All lines for a width, in cells."""
        raise NotImplementedError

    def arrange_anew(self) -> None:
        """What there is to show is another; where one stands in it stays."""
        self._lines_width = -1
        self.repaint()

    def line(self, y: int, width: int) -> Strip:
        self._arrange(width)
        at = self._view.top + y
        return spans_strip(self.palette, self._lines[at] if at < len(self._lines) else [], width)

    def _arrange(self, width: int) -> None:
        if width != self._lines_width:
            self._lines = self.lines_of(width)
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
