"""Where the parts of a row go at a width, and the row as a line.

From the left: mark of the selected row, glyph of its health, name and note, then numbers in right-aligned columns and
the sparkline. What does not fit is left out from the right end of the numbers; the name is cut last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from widgets.lines import strip_of
from widgets.palette import Palette, Selection
from widgets.spark import last_cells, spark
from widgets.text import Span, fit, fit_spans, width_of

_LEAD_IN = 3  # mark, glyph, blank
_NOTE_MIN = 6  # a note shorter than this says nothing
_QUANTUM = 2  # columns grow in steps of so many cells
_COLUMN_MIN = 4  # cells of any column, so that 9% and 10% are not a change of layout
_NAME_BEFORE_SPARK = 18  # in a narrow list a sparkline must leave the name so many cells


@dataclass(frozen=True, slots=True)
class RowView:
    """One row as it should look.

    ``key`` identifies it between ticks. ``health`` is ok, warn, bad, stale or unknown. ``lead`` is the name, cut when
    there is no room; ``numbers`` are columns, the most important first; ``spark`` holds values, oldest first (None
    where nothing was seen), drawn between ``spark_range`` or between their least and greatest. ``note`` follows the
    name where there is room. Texts may come from anywhere: they are cleaned here.
    """

    key: str
    health: str = "ok"
    lead: tuple[Span, ...] = ()
    numbers: tuple[Span, ...] = ()
    spark: tuple[float | None, ...] = ()
    spark_range: tuple[float, float] | None = None
    note: str = ""


class Measure(NamedTuple):
    """What a width leaves room for: cells that the name wants, most numbers, cells of a sparkline, blank at the end."""

    name: int
    numbers: int
    spark: int
    spark_wide: int
    margin: int


def measure(width: int) -> Measure:
    """Room at a width: 38 is a pane of four at 80 columns, 58 at 120, 98 at 200."""
    if width < 48:
        return Measure(12, 2, 0, 8, 0)
    if width < 80:
        return Measure(16, 3, 8, 8, 1)
    return Measure(24, 5, 16, 24, 1)


class Layout(NamedTuple):
    """Cells of each part of every row of a list. ``spark`` is 0 where there is none."""

    width: int
    name: int
    numbers: tuple[int, ...]
    spark: int
    margin: int


class Columns:
    """The widths of the columns of one list: they grow with what is shown and stay, so that nothing jumps.

    They start anew only when the list gets another width.
    """

    def __init__(self) -> None:
        self._width = 0
        self._numbers: list[int] = []
        self._sparks = False
        self.version = 0
        self.layout = Layout(0, 0, (), 0, 0)

    def resize(self, width: int) -> None:
        """Use another width; columns start anew."""
        if width != self._width:
            self._width = width
            self._numbers = []
            self._sparks = False
            self._arrange()

    def see(self, rows: Iterable[RowView]) -> bool:
        """Make room for these rows; whether any column has changed."""
        most = max(4, self._width // 4)
        before = (tuple(self._numbers), self._sparks)
        for row in rows:
            self._sparks = self._sparks or bool(row.spark)
            for at, number in enumerate(row.numbers):
                cells = width_of(number.text)
                wanted = min(max(_COLUMN_MIN, -(-cells // _QUANTUM) * _QUANTUM), most)
                if at == len(self._numbers):
                    self._numbers.append(wanted)
                elif wanted > self._numbers[at]:
                    self._numbers[at] = wanted
        if (tuple(self._numbers), self._sparks) == before:
            return False
        self._arrange()
        return True

    def _arrange(self) -> None:
        room = measure(self._width)
        left = max(0, self._width - _LEAD_IN - room.margin - room.name)
        spark_cells = 0
        if self._sparks and room.spark and left > room.spark:
            spark_cells = room.spark
            left -= spark_cells + 1
        kept: list[int] = []
        for cells in self._numbers[: room.numbers]:
            if cells + 1 > left:
                break
            kept.append(cells)
            left -= cells + 1
        if self._sparks:
            more = room.spark_wide - spark_cells if spark_cells else room.spark_wide + 1
            if left + room.name - more >= max(room.name, _NAME_BEFORE_SPARK):
                spark_cells = room.spark_wide
        taken = sum(kept) + len(kept) + (spark_cells + 1 if spark_cells else 0) + _LEAD_IN + room.margin
        self.layout = Layout(self._width, max(0, self._width - taken), tuple(kept), spark_cells, room.margin)
        self.version += 1


def draw_row(row: RowView, layout: Layout, palette: Palette, selection: Selection) -> Strip:
    """The row as a line of the layout's width."""
    if layout.width < _LEAD_IN + 1:
        return strip_of([Segment(" " * layout.width, palette.style("", selection))], layout.width)
    return strip_of(_segments(row, layout, palette, selection), layout.width)


def _segments(row: RowView, layout: Layout, palette: Palette, selection: Selection) -> Iterator[Segment]:
    def segment(text: str, role: str = "") -> Segment:
        return Segment(text, palette.style(role, selection))

    glyphs = palette.glyphs
    shape = palette.shape(row.health)
    yield segment((" ", glyphs.marker_blur, glyphs.marker)[selection], "marker" if selection else "")
    yield segment(shape.glyph, shape.word)
    yield segment(" ")
    left = layout.name
    for span in fit_spans(row.lead, left, glyphs.more):
        left -= cell_len(span.text)
        yield segment(span.text, span.role)
    if row.note and left >= _NOTE_MIN + 2:
        yield segment("  ")
        yield segment(fit(row.note, left - 2, more=glyphs.more), "muted")
    else:
        yield segment(" " * left)
    for at, cells in enumerate(layout.numbers):
        number = row.numbers[at] if at < len(row.numbers) else Span("")
        text = fit(number.text, cells, "right", glyphs.more)
        bare = text.lstrip(" ")
        yield segment(" " * (1 + len(text) - len(bare)))
        yield segment(bare, number.role or "number")
    if layout.spark:
        low, high = row.spark_range or (None, None)
        yield segment(" ")
        yield segment(last_cells(spark(row.spark, low, high, glyphs.levels), layout.spark), "spark")
    yield segment(" " * layout.margin)
