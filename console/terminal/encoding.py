"""What differs between two rows as the fewest bytes that a terminal needs for it. Pure.

Only what every terminal of the last forty years knows: cursor moves, colours, erasing to the end of the line.
"""

from __future__ import annotations

from console.terminal.canvas import Shown
from console.terminal.cells import is_odd
from console.terminal.looks import BLANK, PLAIN, Cell, Look, change

_ERASE_TO_END = "\x1b[K"
_ERASING_PAYS = 4  # blanks that are written rather than erased
_KNOWING_PAYS = 8  # blanks on an unknown row that make it pay to erase all of it first
_REWRITING_PAYS = 4  # equal cells that are written again rather than jumped over


class Pen:
    """Where the terminal's cursor is and how it writes, while rows are written. Ends plain: see ``lift``."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.size = 0  # characters so far
        self._x = self._y = -1  # not known
        self._look = PLAIN

    def put(self, text: str) -> None:
        self.out.append(text)
        self.size += len(text)

    def row(self, y: int, shown: Shown, wanted: list[Cell]) -> None:
        """Write row ``y``, of which the terminal shows ``shown``; from then on it shows what is wanted."""
        if shown[0] is None and shown[-1] is None and wanted.count(BLANK) > _KNOWING_PAYS:
            self._to(0, y)
            self._as(PLAIN)
            self.put(_ERASE_TO_END)
            shown[:] = [BLANK] * len(shown)
        start, end = _differing(shown, wanted)
        if start == end:
            return
        rest = _erasable_from(wanted)
        erase = end - max(rest, start) > _ERASING_PAYS
        self._cells(y, shown, wanted, start, rest if erase else end)
        if erase:
            at = max(rest, start)
            self._to(at, y)
            self._as(wanted[-1][1])
            self.put(_ERASE_TO_END)
        shown[:] = wanted

    def lift(self) -> None:
        """Leave the terminal writing plainly, on any row but the first."""
        self._as(PLAIN)

    @property
    def on_first_row(self) -> bool:
        """Whether the cursor is on the first row."""
        return self._y == 0

    def _cells(self, y: int, shown: Shown, wanted: list[Cell], start: int, end: int) -> None:
        width = len(wanted)
        at = start
        while at < end:
            cell = wanted[at]
            if shown[at] is cell or shown[at] == cell:
                at += 1
                continue
            if not cell[0]:  # the right half of a wide character comes with its left half
                at -= 1
                cell = wanted[at]
            if self._y != y or self._x != at:
                self._jump(at, y, wanted)
            text, look = cell
            if look is not self._look:
                self._as(look)
            self.put(text)
            at += 2 if at + 1 < width and not wanted[at + 1][0] else 1
            # With wrapping off the cursor stays on the last column, with it on it is nobody knows where.
            self._x = at if at < width and (text.isascii() or not is_odd(text)) else -1

    def _jump(self, x: int, y: int, wanted: list[Cell]) -> None:
        """To a cell further on; over a few equal cells by writing them again, where that is shorter."""
        if self._y == y and 0 <= self._x < x <= self._x + _REWRITING_PAYS:
            between = wanted[self._x : x]
            if all(look is self._look and text.isascii() and text for text, look in between):
                self.put("".join(text for text, _ in between))
                self._x = x
                return
        self._to(x, y)

    def _to(self, x: int, y: int) -> None:
        if self._y == y and self._x >= 0:
            by = x - self._x
            if not by:
                return
            count, way = abs(by), "C" if by > 0 else "D"
            self.put(f"\x1b[{count if count > 1 else ''}{way}" if x else "\r")
        else:
            self.put(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H")
        self._x, self._y = x, y

    def _as(self, look: Look) -> None:
        if look is not self._look:
            self.put(change(self._look, look))
            self._look = look


def _differing(shown: Shown, wanted: list[Cell]) -> tuple[int, int]:
    """From and to which cell (exclusive) two rows differ; two equal numbers if they do not."""
    if shown == wanted:
        return 0, 0
    end = len(wanted)
    start = next(at for at in range(end) if shown[at] != wanted[at])
    while shown[end - 1] == wanted[end - 1]:
        end -= 1
    return start, end


def _erasable_from(wanted: list[Cell]) -> int:
    """From which cell on a row is blank in one look that erasing gives; its width if it is not at its end."""
    last = wanted[-1]
    at = len(wanted)
    if last[0] != " " or not last[1].erasable:
        return at
    while at and wanted[at - 1] == last:
        at -= 1
    return at
