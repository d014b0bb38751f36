"""A screen and a container that send no more than what looks different.

Textual repaints the whole screen when the focus moves (46 kB at 200x50), draws every widget a second time once its
size is known, and sends a changed part of a line from the left edge of its widget. None of that is needed here: lists
show the focus themselves, and nobody's looks depend on a virtual size. The compositor is Textual's own matter, so the
version is pinned and a test compares an emulated terminal with the screen after many partial updates.
"""

from __future__ import annotations

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.containers import Grid
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget


class ExactUpdate(ChopsUpdate):
    """A partial update that sends just the changed cells of a line, not those to their left."""

    def render_segments(self, console: Console) -> str:
        """What goes to the terminal."""
        sent: list[str] = []
        for y, start, end in self.spans:
            for piece_end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or x >= end or piece_end <= start:
                    continue
                first = max(x, start)
                sent.append(Control.move_to(first, y).segment.text)
                sent.append(strip.crop(first - x, min(piece_end, end) - x).render(console))
        return "".join(sent)


class ExactCompositor(Compositor):
    """A compositor whose partial updates are exact."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The changed cells since the last update; None if there are none."""
        update = super().render_partial_update()
        return None if update is None else ExactUpdate(update.chops, update.spans, update.chop_ends)


class QuietScreen(Screen[ScreenResultType]):
    """A screen on which a change costs what it changes, and a change of focus what the two widgets send."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    virtual_size = Reactive(Size(0, 0), repaint=False)

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._compositor = ExactCompositor()


class QuietGrid(Grid):
    """A grid that is drawn once when its size is known."""

    virtual_size = Reactive(Size(0, 0), repaint=False)
