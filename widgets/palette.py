"""A theme in use: role -> style, and health -> shape. What every widget here draws with.

A widget takes its palette from the app's attribute ``palette`` (see ``widgets.textual_theme.use_palette``), so that a
theme changes on all screens at once. An app without one gets the terminal's own 16 colours.
"""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from itertools import count

from rich.segment import Segment
from rich.style import Style
from textual.widget import Widget

import themes
from themes import ROLES, ThemeFile
from widgets.glyphs import ASCII, UNICODE, Glyphs, Shape
from widgets.text import Span

_versions = count(1)


class Selection(IntEnum):
    """How a row is selected: not, in a list that has not the focus, or in the one that has."""

    NONE = 0
    BLURRED = 1
    FOCUSED = 2


class Palette:
    """The styles and shapes of one theme.

    ``version`` differs between any two palettes, so that what was drawn with one is never taken for the other.
    Styles always carry the theme's background: a Segment without one would show the terminal's.
    """

    def __init__(self, theme: ThemeFile, *, ascii_only: bool = False) -> None:
        self.theme = theme
        self.version = next(_versions)
        self.ascii_only = ascii_only
        self.glyphs: Glyphs = ASCII if ascii_only else UNICODE
        self._own = {role: Style.parse(style) for role, style in theme.roles.items()}
        self.base = self._own["text"]
        self._styles: dict[tuple[str, Selection], Style] = {}
        self._same: dict[Style, Style] = {}  # equal styles are one object, so that comparing them is cheap

    @property
    def name(self) -> str:
        """The theme's name."""
        return self.theme.name

    def style(self, role: str, selection: Selection = Selection.NONE) -> Style:
        """The style of a role (an unknown one looks like text), as it is on a row so selected."""
        key = (role, selection)
        if (style := self._styles.get(key)) is None:
            style = self._make(role, selection)
            style = self._styles[key] = self._same.setdefault(style, style)
        return style

    def _make(self, role: str, selection: Selection) -> Style:
        own = self._lookup(role)
        if selection is Selection.NONE:
            return self.base + own
        over = self._lookup("selected" if selection is Selection.FOCUSED else "selected_blur")
        if over.reverse:
            # A reversed row in many colours is a patchwork, and reversing what is reversed hides it: one style.
            return self.base + over + Style(bold=own.bold or None)
        # what has its own background (a warning, say) keeps it, or it could not be read on that of the selection
        return self.base + over + own if own.bgcolor else self.base + own + over

    def _lookup(self, role: str) -> Style:
        while role:
            if (own := self._own.get(role)) is not None:
                return own
            role = ROLES.get(role, "")
        return Style.null()

    def shape(self, health: str) -> Shape:
        """Glyph and word of a health; anything that is not one is drawn as unknown."""
        known = health if health in self.glyphs.health else "unknown"
        return Shape(self.glyphs.health[known], known)

    def segment(self, span: Span, selection: Selection = Selection.NONE) -> Segment:
        """A span, which must be clean, as what Textual draws."""
        return Segment(span.text, self.style(span.role, selection))


@cache
def default_palette() -> Palette:
    """The palette of an app that has chosen none: right on any terminal."""
    return Palette(themes.load("ansi"))


class Painted(Widget):
    """A widget that draws its lines itself with the app's palette."""

    ALLOW_SELECT = False  # marking text repaints rows; terminals do it themselves with shift

    @property
    def palette(self) -> Palette:
        """What to draw with now."""
        palette = getattr(self.app, "palette", None)
        return palette if isinstance(palette, Palette) else default_palette()

    def palette_changed(self) -> None:
        """Draw again with another palette."""
        self.refresh()
