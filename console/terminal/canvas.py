"""The screen twice: as it is wanted, and as the terminal shows it. Pure.

Textual draws on the first whenever it likes. What differs is sent when the terminal has room for it, so what was
drawn over meanwhile is never sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.terminal.cells import text_cells
from console.terminal.looks import BLANK, Cell

Shown = list[Cell | None]  # None: nobody knows what is there


class Canvas:
    """A screen of ``width`` times ``height`` cells; at first nothing is known of what the terminal shows.

    Rows that may differ are either ``hurried``, what a key did, or not.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.wanted: list[list[Cell]] = [[BLANK] * width for _ in range(height)]
        self.shown: list[Shown] = [[None] * width for _ in range(height)]
        self._hurried: dict[int, None] = {}
        self._calm: dict[int, None] = dict.fromkeys(range(height))

    def draw(self, x: int, y: int, cells: Sequence[Cell], hurried: bool = False) -> None:
        """Want these cells from that place on; what lies outside is left out."""
        if not 0 <= y < self.height or x >= self.width or not cells:
            return
        if x < 0:
            cells, x = cells[-x:], 0
        row = self.wanted[y]
        end = min(x + len(cells), self.width)
        cells = cells[: end - x]
        if row[x:end] == cells:
            return
        # A wide character has two cells: none is left without its other half.
        if x and not row[x][0]:
            row[x - 1] = _blank(row[x - 1])
        if end < self.width and not row[end][0]:
            row[end] = _blank(row[end])
        row[x:end] = cells
        if not row[x][0]:
            row[x] = _blank(row[x])
        if end == self.width or row[end][0]:
            _mend(row, end)
        self._touch(y, hurried)

    def _touch(self, y: int, hurried: bool) -> None:
        if hurried:
            self._calm.pop(y, None)
            self._hurried[y] = None
        elif y not in self._hurried:
            self._calm[y] = None

    def forget(self) -> None:
        """Somebody else has written on the terminal: all of it has to be sent."""
        for row in self.shown:
            row[:] = [None] * self.width
        self._calm = dict.fromkeys(range(self.height))
        self._hurried.clear()

    @property
    def hurries(self) -> bool:
        """Whether something waits that a key has done."""
        return bool(self._hurried)

    @property
    def clean(self) -> bool:
        """Whether the terminal shows what is wanted, once it has what was sent."""
        return not self._hurried and not self._calm

    def take(self, hurried: bool) -> Iterator[int]:
        """The rows to send, and forget about: what a key did last comes first."""
        rows = self._hurried if hurried else self._calm
        while rows:
            yield rows.popitem()[0] if hurried else _pop_first(rows)


def _pop_first(rows: dict[int, None]) -> int:
    first = next(iter(rows))
    del rows[first]
    return first


def _blank(cell: Cell) -> Cell:
    return cell[1].cells[" "]


def _mend(row: list[Cell], end: int) -> None:
    """The cell before ``end`` may be the left half of a wide character whose right half is not there."""
    last = row[end - 1]
    if last[0] and last[0] > "\x7e" and len(text_cells(last[0], last[1])) > 1:
        row[end - 1] = _blank(last)
