"""An app around one widget, and what is on its screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.widget import Widget

import themes
from widgets.palette import Palette
from widgets.quiet import QuietScreen
from widgets.rowlist import Figure, RowList, RowView
from widgets.text import Span
from widgets.textual_theme import use_palette


class Stage(App[None]):
    """Shows the widgets that it is given and notes the messages of lists."""

    AUTO_FOCUS = None

    def __init__(self, *shown: Widget, theme: str = "dark", ascii_only: bool = False) -> None:
        super().__init__()
        self._shown = shown
        self.told: list[tuple[str, str | None]] = []
        use_palette(self, Palette(themes.load(theme), ascii_only=ascii_only))

    def get_default_screen(self) -> QuietScreen[None]:
        return QuietScreen(id="_default")

    def compose(self) -> ComposeResult:
        yield from self._shown

    def on_row_list_selected(self, message: RowList.Selected) -> None:
        self.told.append(("selected", message.key))

    def on_row_list_activated(self, message: RowList.Activated) -> None:
        self.told.append(("activated", message.key))


def rows(*keys: str, health: str = "ok", number: str = "7ms") -> list[RowView]:
    """Plain rows of these keys."""
    return [RowView(key, health, (Span(key),), (Figure(number),)) for key in keys]


def keys(count: int) -> list[str]:
    """row-000, row-001 ..."""
    return [f"row-{at:03d}" for at in range(count)]


def screen_text(app: App[None]) -> list[str]:
    """The lines of the screen as the terminal has them."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def sgr_of(app: App[None]) -> str:
    """The whole screen as the codes that are sent to a terminal of many colours."""
    return "".join(strip.render(app.console) for strip in app.screen._compositor.render_strips())


def stripped(lines: Sequence[str]) -> list[str]:
    """Lines without their blanks at the end, for comparing pictures."""
    return [line.rstrip() for line in lines]
