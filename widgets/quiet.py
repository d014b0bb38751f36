"""A screen and a container that do not draw themselves again when nothing about them looks different.

Textual repaints the whole screen when the focus moves (46 kB at 200x50) and every widget a second time after its size
is known. The lists here show the focus themselves, and what a widget looks like does not depend on its virtual size.
"""

from __future__ import annotations

from typing import Any

from textual.containers import Grid
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget


class QuietScreen(Screen[Any]):
    """A screen on which a change of focus costs what the two widgets send."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    virtual_size = Reactive(Size(0, 0), repaint=False)


class QuietGrid(Grid):
    """A grid that is drawn once when its size is known."""

    virtual_size = Reactive(Size(0, 0), repaint=False)
