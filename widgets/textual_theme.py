"""A palette made known to Textual, so that its own parts (palette of commands, dialogs) look the same."""

from __future__ import annotations

from typing import Any

from rich.color import Color
from textual.app import App
from textual.color import Color as CssColor
from textual.theme import BUILTIN_THEMES, Theme

from widgets.palette import Painted, Palette


def textual_theme(palette: Palette) -> Theme:
    """The Textual theme with the palette's colours; for a theme of 16 colours one that stays with those."""
    background = _name(palette.base.bgcolor)
    return Theme(
        name=f"file-{palette.name}",
        dark=palette.theme.dark,
        ansi=palette.theme.ansi,
        primary=_colour(palette, "accent"),
        secondary=_colour(palette, "muted"),
        accent=_colour(palette, "accent"),
        warning=_colour(palette, "warn"),
        error=_colour(palette, "bad"),
        success=_colour(palette, "ok"),
        foreground=_name(palette.base.color),
        background=background,
        surface=background,
        panel=background,
        boost=background,
        variables=dict(BUILTIN_THEMES["ansi-dark"].variables) if palette.theme.ansi else {},
    )


def use_palette(app: App[Any], palette: Palette) -> None:
    """Draw the whole app with this palette from now on; also sets ``app.palette``, where widgets look for it."""
    app.palette = palette  # type: ignore[attr-defined]  # any App may be given one
    theme = textual_theme(palette)
    app.register_theme(theme)
    app.ansi_color = None  # as the theme says: a theme of 16 colours must not be turned into RGB
    app.theme = theme.name
    for screen in app.screen_stack if app.is_running else ():
        for widget in screen.query(Painted):
            widget.palette_changed()


def _colour(palette: Palette, role: str) -> str:
    return _name(palette.style(role).color)


def _name(colour: Color | None) -> str:
    """A Rich colour as Textual's CSS names it."""
    return CssColor.from_rich_color(colour or Color.default()).hex
