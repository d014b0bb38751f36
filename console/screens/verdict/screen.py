"""The verdict in full, as ``explain`` tells it, at the time at which the screen stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.widget import Widget

from console.screens.base import DeskScreen
from console.screens.verdict.told import Told
from console.signals import Pane
from widgets.text import Span
from widgets.textview import TextView

if TYPE_CHECKING:
    from console.findings import VerdictDoc

_MOST = 100  # cells of a line that a person still reads with ease


class VerdictScreen(DeskScreen):
    """Follows the time: another verdict in force is another text."""

    def __init__(self) -> None:
        super().__init__()
        self._view = TextView()
        self._shown: tuple[VerdictDoc | None, str] | None = None

    def body(self) -> Iterable[Widget]:
        yield self._view

    def on_mount(self) -> None:
        self._view.focus()

    def show_body(self, changed: set[Pane]) -> None:
        picture = self.board.picture
        doc, told = picture.verdict, picture.told
        if self._shown is None or self._shown[0] is not doc or self._shown[1] != told.late:
            self._shown = (doc, told.late)
            self._view.set_lines(lambda width: verdict_text(doc, told, width))


def verdict_text(doc: VerdictDoc | None, told: Told, width: int) -> Sequence[Sequence[Span]]:
    """The document as lines; headings stand out."""
    if doc is None:
        return [[], [Span(" No verdict had been said by this time.", "muted")]]
    from console.explain.text import tell

    lines = [
        [Span(" "), Span(line, "title" if line and not line.startswith(" ") else "")]
        for line in tell(doc, min(_MOST, width - 2)).splitlines()
    ]
    if told.late:
        lines.insert(0, [Span(f" This is {told.late} old: analysis has not looked since.", "stale")])
    if doc["changed"]:
        lines += [[], [Span(" Since the verdict before it", "title")], *([Span(f"   {one}")] for one in doc["changed"])]
    return lines
