"""An address as text, in full, that terminals which know how also open when it is clicked (OSC 8)."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from widgets.lines import LineWidget, strip_of
from widgets.text import Span, clean, fold, width_of


class LinkView(LineWidget):
    """One address, folded where it is longer than a line; each piece of it leads to the whole. Without ``leads`` it
    is any other text that somebody takes elsewhere."""

    DEFAULT_CSS = "LinkView { height: 1fr; }"

    def __init__(self, address: str, *, leads: bool = True, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        # Nothing that a terminal would act on gets into the sequence: an address has only such letters anyway.
        self.address = "".join(one for one in address if "!" <= one <= "~") if leads else clean(address)
        self._leads = leads

    def line(self, y: int, width: int) -> Strip:
        pieces = fold(clean(self.address), max(1, width - 2))
        if y >= len(pieces) or width < 3:
            return Strip.blank(width, self.palette.base)
        style = self.palette.style("accent") + (Style(link=self.address) if self._leads else Style.null())
        after = Span(" " * (width - 1 - width_of(pieces[y])))
        return strip_of(
            [self.palette.segment(Span(" ")), Segment(pieces[y], style), self.palette.segment(after)], width
        )
