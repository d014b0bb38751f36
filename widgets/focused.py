"""Lists of lines that have the keys: only what looks different is drawn when they get or lose them."""

from __future__ import annotations

from textual import events

from widgets.lines import LineWidget


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
