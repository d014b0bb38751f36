"""Lists below each other as lines, which of them are in view, and where the cursor is. Arithmetic only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

HEADING, SENTENCE, BLANK = -1, -2, -3


class Line(NamedTuple):
    """One line: a row of a list by its number, or its heading, the sentence for its rows, a blank after it."""

    list: int
    row: int


class Places:
    """Lines with a cursor that is only ever on rows, and a view of ``height`` of them.

    The first line in view is covered by the heading of its list where more rows of that list follow, so the cursor is
    never brought there.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.stops: list[int] = []  # the lines that are rows
        self.cursor = 0  # among the stops
        self.top = 0
        self.height = 0
        self._of: tuple[tuple[int, ...], int, bool] = ((), 0, False)

    @property
    def at(self) -> int | None:
        """The line that the cursor is on; None where there are no rows."""
        return self.stops[self.cursor] if self.stops else None

    @property
    def selected(self) -> Line | None:
        """The row that the cursor is on."""
        return None if self.at is None else self.lines[self.at]

    @property
    def shown(self) -> Sequence[Line]:
        """The lines in view, also the one that a heading covers."""
        return self.lines[self.top : self.top + max(0, self.height)]

    @property
    def in_view(self) -> bool:
        """Whether the cursor's row can be seen."""
        return self.at is not None and self.top <= self.at < self.top + self.height

    def lay_out(self, counts: Sequence[int], height: int, *, blanks: bool) -> None:
        """Lists of so many rows each, in a view of another height. The cursor stays at its number."""
        of = (tuple(counts), height, blanks)
        if of == self._of:
            return
        self._of = of
        self.lines, self.height = [], height
        for at, count in enumerate(counts):
            if blanks and at:
                self.lines.append(Line(at - 1, BLANK))
            self.lines.append(Line(at, HEADING))
            self.lines += [Line(at, row) for row in range(count)] or [Line(at, SENTENCE)]
        self.stops = [at for at, line in enumerate(self.lines) if line.row >= 0]
        self.cursor = self._inside(self.cursor)
        self._clamp()

    def go(self, at: int) -> None:
        """Put the cursor on a row, by its number among all rows, and bring that into view.

        The view moves by a third of a page at once: every scrolled line is sent again, so one key in many pays for
        that and not every key.
        """
        self.cursor = self._inside(at)
        self.reveal(self.height // 3)

    def reveal(self, beyond: int = 0) -> None:
        """Bring the cursor's row into view, with ``beyond`` more lines in the direction of the move."""
        at = self.at
        if at is None:
            return
        if at <= self.top:
            self.top = at - 1 - beyond
        elif at >= self.top + self.height:
            self.top = at - self.height + 1 + beyond
        if self.cursor == 0:
            self.top = min(self.top, at - 1)
        self._clamp()

    def scroll(self, by: int) -> None:
        """Move the view and leave the cursor where it is."""
        self.top += by
        self._clamp()

    def line_at(self, y: int) -> Line | None:
        """What stands in a line of the view; None below all of them."""
        at = self.top + y
        if at >= len(self.lines):
            return None
        line = self.lines[at]
        follows = at + 1 < len(self.lines) and self.lines[at + 1].row >= 0
        covered = y == 0 and line.row >= 0 and follows
        return Line(line.list, HEADING) if covered else line

    def _inside(self, cursor: int) -> int:
        return max(0, min(cursor, len(self.stops) - 1))

    def _clamp(self) -> None:
        self.top = max(0, min(self.top, len(self.lines) - self.height))
