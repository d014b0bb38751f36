"""A screen and a container that send no more than what looks different.

Textual repaints the whole screen when the focus moves (46 kB at 200x50), draws every widget a second time once its
size is known, and sends a changed part of a line from the left edge of its widget. None of that is needed here: lists
show the focus themselves, and nobody's looks depend on a virtual size. What a key changes is painted at once. The
compositor is Textual's own matter, so the version is pinned and a test compares an emulated terminal with the screen
after many partial updates.
"""

from __future__ import annotations

from itertools import pairwise
from time import monotonic

from rich.console import Console
from rich.control import Control
from textual import events
from textual._compositor import ChopsUpdate, Compositor
from textual.containers import Grid
from textual.geometry import Region, Size
from textual.reactive import Reactive
from textual.screen import UPDATE_PERIOD, Screen, ScreenResultType
from textual.strip import Strip
from textual.widget import Widget

_FEW = 12  # spans that are drawn one by one; more of them Textual draws together, widget by widget


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
    """A compositor whose partial updates are exact, and made of no more than the lines that changed."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The changed cells since the last update; None if there are none."""
        spans = list(self._regions_to_spans(self._dirty_regions))
        if not spans or len(spans) > _FEW or not all(0 <= y < self.size.height for y, _, _ in spans):
            update = super().render_partial_update()
            return None if update is None else ExactUpdate(update.chops, update.spans, update.chop_ends)
        self._dirty_regions.clear()
        chops: list[dict[int, Strip | None]] = [{}] * self.size.height
        ends: list[list[int]] = [[]] * self.size.height
        for y, start, end in spans:
            cuts = self.cuts[y]
            if not chops[y]:
                chops[y], ends[y] = dict.fromkeys(cuts[:-1]), cuts[1:]
            self._render_pieces(y, start, end, chops[y])
        return ExactUpdate(chops, spans, ends)

    def _render_pieces(self, y: int, start: int, end: int, pieces: dict[int, Strip | None]) -> None:
        """Draw the pieces of a line that lie in a span: each by the widget that is in front there, and no other.

        Textual draws every widget between the first and the last change, in full, and drops what is behind.
        """
        cuts = self.cuts[y]
        wanted = {x for x, until in pairwise(cuts) if x < end and until > start and pieces[x] is None}
        for widget, shown, whole in self.layers_visible[y]:
            mine = [cut for cut in cuts if shown.x <= cut <= shown.right]
            if wanted.isdisjoint(mine[:-1]):
                continue
            line = widget.render_lines(Region(shown.x - whole.x, y - whole.y, shown.width, 1))[0]
            for x, piece in zip(mine, line.divide([cut - shown.x for cut in mine[1:]]), strict=False):
                if x in wanted:
                    pieces[x] = piece
                    wanted.discard(x)
            if not wanted:
                return


class QuietScreen(Screen[ScreenResultType]):
    """A screen on which a change costs what it changes, and a change of focus what the two widgets send."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    virtual_size = Reactive(Size(0, 0), repaint=False)

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        self._compositor = ExactCompositor()
        self._painted_s = 0.0

    async def _on_idle(self, event: events.Idle) -> None:
        """Paint at once what a key has done. Textual waits for the next beat of its clock, up to 8 ms at 120 a second;
        here only what follows so soon does.
        """
        now_s = monotonic()
        if self._dirty_widgets and not self._layout_required and now_s - self._painted_s >= UPDATE_PERIOD:
            self._painted_s = now_s
            self._on_timer_update()


class QuietGrid(Grid):
    """A grid that is drawn once when its size is known."""

    virtual_size = Reactive(Size(0, 0), repaint=False)
