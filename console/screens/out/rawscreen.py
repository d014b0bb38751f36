"""An object as JSON: searched, copied, saved."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from console.savedfile import Saved
from console.screens.actions.registry import RefusedError
from console.screens.base import DeskScreen
from console.screens.out.copying import Offer
from console.screens.out.linkscreen import called
from console.screens.out.rawread import read_raw
from console.screens.trail import trail_spans
from console.signals import EntityRef
from widgets.foldedview import FoldedView
from widgets.statusline import StatusLine
from widgets.text import Span

if TYPE_CHECKING:
    from console.screens.out.rawread import Raw

_KEY = re.compile(r'( *)("(?:[^"\\]|\\.)*")(: .*)')


class RawScreen(DeskScreen):
    """Asks once, when it is opened."""

    def __init__(self, entity: EntityRef) -> None:
        super().__init__()
        self._entity = entity
        self._raw: Raw | None = None
        self._head = StatusLine([Span(" Nomad is being asked ...", "muted")])
        self._view = FoldedView(paint=paint_json)

    def body(self) -> Iterable[Widget]:
        yield self._head
        yield self._view

    def on_mount(self) -> None:
        self._view.focus()
        read_raw(self.board, self._entity, self._take)

    def _take(self, raw: Raw) -> None:
        if not self.is_mounted:
            return  # somebody has gone back meanwhile
        self._raw = raw
        self._view.set_lines(raw.text.split("\n") if raw.text else [])
        self._show_head()

    def _show_head(self) -> None:
        raw = self._raw
        if raw is None:
            return
        left = [Span(f" {raw.said}" if raw.said else "", "title")]
        if raw.problem:
            left.append(Span(f"  {raw.problem}", "warn"))
        self._head.set_spans(left, self._counted())

    def _counted(self) -> list[Span]:
        """How much there is, or how much of what is looked for."""
        view = self._view
        if not view.sought:
            return [Span(f"{len(view.lines)} lines ", "muted")] if view.lines else []
        count = len(view.hits)
        return [Span(f"/{view.sought}", "found"), Span(f" {count or 'no'} line{'s' * (count != 1)} ")]

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        return trail_spans((called(self._entity), "raw JSON"), width, right, self.board.palette.glyphs.more), right

    @property
    def subject(self) -> EntityRef:
        """The object."""
        return self._entity

    # -- searching, copying, saving ----------------------------------------------------------------------------------

    @property
    def sought(self) -> str:
        """What is looked for."""
        return self._view.sought

    def search(self, text: str) -> None:
        """Look for a text."""
        self._view.search(text)
        self._show_head()

    def next_hit(self, by: int) -> None:
        """Go to the next hit, or the one before."""
        if not self._view.sought:
            raise RefusedError("Nothing is looked for; '/' does.")
        if not self._view.next_hit(by):
            raise RefusedError(f"Nothing here has '{self._view.sought}' in it.")

    def offer(self, what: str) -> Offer | None:
        """The line at the cursor, or all of it."""
        raw = self._raw
        if what == "line" and self._view.lines:
            return Offer(self._view.selected_line.strip(), "the line")
        if what == "json" and raw is not None and raw.text:
            return Offer(raw.text, f"the JSON of {called(self._entity)}, {raw.said},")
        return None

    def to_save(self) -> Saved | None:
        """The JSON."""
        raw = self._raw
        return Saved(called(self._entity), "json", raw.text + "\n") if raw is not None and raw.text else None


def paint_json(piece: str) -> Sequence[Span]:
    """A line of JSON; its key stands out."""
    found = _KEY.fullmatch(piece)
    return [Span(piece)] if found is None else [Span(found[1]), Span(found[2], "accent"), Span(found[3])]
