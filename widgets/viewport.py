"""Which rows of a long list are in view, and where its cursor is. Arithmetic only."""

from __future__ import annotations

from typing import NamedTuple


class Window(NamedTuple):
    """Which rows are in view: index of the first, how many fit, how many there are."""

    top: int
    height: int
    total: int

    @property
    def below(self) -> int:
        """Rows further down that are not in view."""
        return max(0, self.total - self.top - self.height)


class Viewport:
    """A window of ``height`` rows over ``total``, with a cursor. Nothing here can leave the rows that there are."""

    def __init__(self) -> None:
        self.top = 0
        self.cursor = 0
        self.height = 0
        self.total = 0

    @property
    def window(self) -> Window:
        """Which rows are in view."""
        return Window(self.top, self.height, self.total)

    @property
    def cursor_in_view(self) -> bool:
        """Whether the cursor's row can be seen."""
        return self.top <= self.cursor < self.top + self.height

    def resize(self, height: int, total: int) -> None:
        """Another number of rows, in view or at all."""
        self.height, self.total = height, total
        self._clamp()

    def step(self, by: int) -> None:
        """Move the cursor by rows; one that was scrolled out of view comes in at the edge it moves away from."""
        if not self.cursor_in_view:
            self.cursor = self.top - 1 if by > 0 else self.top + self.height
        self.go(self.cursor + by)

    def turn(self, by: int) -> None:
        """Move cursor and view together."""
        self.scroll(by)
        self.go(self.cursor + by)

    def go(self, at: int) -> None:
        """Put the cursor on a row and bring that into view.

        The view moves by a third of a page at once: every scrolled line is sent again, so one key in many pays for
        that and not every key.
        """
        self.cursor = at
        self._clamp()
        self.reveal(self.height // 3)

    def scroll(self, by: int) -> None:
        """Move the view and leave the cursor where it is."""
        self.top += by
        self._clamp()

    def reveal(self, beyond: int = 0) -> None:
        """Bring the cursor's row into view, with ``beyond`` more rows in the direction of the move."""
        if self.cursor < self.top:
            self.top = self.cursor - beyond
        elif self.cursor >= self.top + self.height:
            self.top = self.cursor - self.height + 1 + beyond
        self._clamp()

    def _clamp(self) -> None:
        self.cursor = max(0, min(self.cursor, self.total - 1))
        self.top = max(0, min(self.top, self.total - self.height))
