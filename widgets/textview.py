"""A text longer than the screen: its lines are made for the width that there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from widgets.scrolled import Scrolled
from widgets.text import Span

Lines = Callable[[int], Sequence[Sequence[Span]]]


class TextView(Scrolled):
    """Shows what ``lines`` makes of a width."""

    DEFAULT_CSS = "TextView { height: 1fr; }"

    def __init__(self, lines: Lines | None = None, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._make = lines

    def set_lines(self, lines: Lines) -> None:
        """Show another text."""
        self._make = lines
        self.arrange_anew()

    def lines_of(self, width: int) -> Sequence[Sequence[Span]]:
        return () if self._make is None else self._make(width)
