"""Lists of lines that have the keys: only what looks different is drawn when they get or lose them."""

from __future__ import annotations

from textual import events
from textual.binding import Binding

from widgets.lines import LineWidget

MOVES = (
    Binding("j,down", "move(1)", "next row", show=False),
    Binding("k,up", "move(-1)", "previous row", show=False),
    Binding("g,home", "first", "first row", show=False),
    Binding("G,end", "last", "last row", show=False),
    Binding("ctrl+d", "half_page(1)", "half a page down", show=False),
    Binding("ctrl+u", "half_page(-1)", "half a page up", show=False),
    Binding("ctrl+f,pagedown", "page(1)", "page down", show=False),
    Binding("ctrl+b,pageup", "page(-1)", "page up", show=False),
    Binding("enter", "activate", "open the row", show=False),
)
"""The keys that move through a list, for widgets with these actions."""


class FocusedLines(LineWidget):
    """A widget of lines with a selected one that looks different while the widget has the keys."""

    def _on_focus(self, event: events.Focus) -> None:
        self._focus_changed(True, event, events.DescendantFocus(self))

    def _on_blur(self, event: events.Blur) -> None:
        self._focus_changed(False, event, events.DescendantBlur(self))

    def _focus_changed(self, has_focus: bool, event: events.Event, tell: events.Event) -> None:
        event.prevent_default()  # Textual would send the whole list again; only the selected line looks different
        self.has_focus = has_focus
        self.repaint()
        if self.parent is not None:
            self.parent.post_message(tell)
