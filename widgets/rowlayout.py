"""Where the parts of a row go at a width, and the row as a line.

From the left: mark of the selected row, glyph of its health, name and note, then numbers in columns and the sparkline.
Notes go first when room is short, then numbers from the right end; the first number and the name stay longest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol, runtime_checkable

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from widgets.lines import strip_of
from widgets.palette import Palette, Selection
from widgets.spark import last_cells, spark
from widgets.text import Span, clean, fit, fit_spans, spans_width, width_of

_LEAD_IN = 3  # mark, glyph, blank
_NOTE_MIN = 18  # a note that is cut to less than this says nothing
_BETWEEN = " · "  # between the parts of a note
_QUANTUM = 2  # columns grow in steps of so many cells
_COLUMN_MIN = 4  # cells of any column, so that 9% and 10% are not a change of layout
_NAME_MIN = 6  # cells of a name that is cut
_FEW = 2  # numbers of a list that is too narrow for a second one beside a sparkline
_YIELDS = 2  # cells of a name that are worth less than a sparkline
_SPARK_MIN = 5  # a sparkline shorter than this tells no story


class Figure(NamedTuple):
    """One number of a row: a muted label before its text. ``left`` puts words at the left of their column."""

    text: str
    role: str = ""
    label: str = ""
    left: bool = False


class RowView(NamedTuple):
    """One row as it should look.

    ``key`` identifies it between ticks. ``health`` is ok, warn, bad, stale or unknown. ``lead`` is the name, cut when
    there is no room; ``numbers`` are columns, the most important first; ``spark`` holds values, oldest first (None
    where nothing was seen), drawn between ``spark_range`` or between their least and greatest. ``note`` follows the
    name where there is room; its parts are parted by `` · `` and fall away from the end. Texts may come from anywhere:
    they are cleaned here.
    """

    key: str
    health: str = "ok"
    lead: tuple[Span, ...] = ()
    numbers: tuple[Figure, ...] = ()
    spark: tuple[float | None, ...] = ()
    spark_range: tuple[float, float] | None = None
    note: str = ""


@runtime_checkable
class Placing(Protocol):
    """Rows that know where one of them is, without making all of them."""

    def place_of(self, key: str) -> int | None: ...


class Measure(NamedTuple):
    """Room at a width: cells of a name at most before it takes those of others, and of a name with what is said after
    it, numbers at most, cells of one number at most, cells of a sparkline where room is short and where it is not,
    blank at the end."""

    name: int
    said: int
    numbers: int
    number: int
    spark: int
    spark_wide: int
    margin: int


def measure(width: int) -> Measure:
    """Room at a width: 36 is in a pane of four at 80 columns, 58 at 120, 98 at 200."""
    if width < 48:
        return Measure(18, 18, 2, 14, 8, 8, 0)
    if width < 80:
        return Measure(19, 28, 3, 20, 8, 12, 1)
    return Measure(32, 40, 5, 28, 16, 16, 1)


class Layout(NamedTuple):
    """Cells of each part of every row of a list. ``spark`` is 0 where there is none."""

    width: int
    name: int
    numbers: tuple[int, ...]
    spark: int
    margin: int


class ColumnRoom(Protocol):
    """The widths of the columns of one list; ``version`` rises with each change of ``layout``."""

    version: int
    layout: Layout

    def resize(self, width: int) -> None: ...
    def see(self, rows: Iterable[RowView]) -> bool: ...


class Columns:
    """The widths of the columns of one list: they grow with what is shown and stay, so that nothing jumps.

    They start anew only when the list gets another width. ``spark`` is how many cells a sparkline may take where there
    is room; None: as many as suit the width.
    """

    def __init__(self, spark: int | None = None) -> None:
        self._spark = spark
        self._width = 0
        self._name = 0
        self._numbers: list[int] = []
        self._sparks = False
        self.version = 0
        self.layout = Layout(0, 0, (), 0, 0)

    def resize(self, width: int) -> None:
        """Use another width; columns start anew."""
        if width != self._width:
            self._width = width
            self._name = 0
            self._numbers = []
            self._sparks = False
            self._arrange()

    def see(self, rows: Iterable[RowView]) -> bool:
        """Make room for these rows; whether any column has changed."""
        most = max(4, min(measure(self._width).number, self._width // 2))
        before = (self._name, tuple(self._numbers), self._sparks)
        rows = tuple(rows)
        self._sparks = self._sparks or any(row.spark for row in rows)
        for row in rows:
            if row.spark or not self._sparks:  # the name of an alert, say, takes no sparkline from the others
                self._name = max(self._name, _lead_width(row.lead, measure(self._width)))
            for at, number in enumerate(row.numbers):
                cells = _figure_width(number)
                wanted = min(max(_COLUMN_MIN, -(-cells // _QUANTUM) * _QUANTUM), most) if cells else 0
                if at == len(self._numbers):
                    self._numbers.append(wanted)
                elif wanted > self._numbers[at]:
                    self._numbers[at] = wanted
        if (self._name, tuple(self._numbers), self._sparks) == before:
            return False
        was = self.layout
        self._arrange()
        return self.layout != was

    def _arrange(self) -> None:
        room = measure(self._width)
        left = max(0, self._width - _LEAD_IN - room.margin)
        kept: list[int] = []
        if self._numbers and left > self._numbers[0]:
            kept.append(self._numbers[0])
            left -= kept[0] + 1 if kept[0] else 0
        name = min(left, room.said, max(self._name, 4))
        if self._sparks and 0 < (short := _SPARK_MIN + 1 - (left - name)) <= _YIELDS:
            name -= short
        left -= name
        spark_cells = 0
        if self._sparks and left > _SPARK_MIN:
            spark_cells = min(room.spark, left - 1)
            left -= spark_cells + 1
            second = next(filter(None, self._numbers[1:]), 0)
            if room.numbers > _FEW and 0 < (short := second + 1 - left) <= spark_cells - _SPARK_MIN:
                spark_cells, left = spark_cells - short, left + short
        for cells in self._numbers[1:]:
            if not kept or cells + 1 > left or sum(map(bool, kept)) >= room.numbers:
                break
            kept.append(cells)
            left -= cells + 1 if cells else 0  # a column in which no row has anything takes no room
        if spark_cells:
            wide = room.spark_wide if self._spark is None else max(self._spark, spark_cells)
            spark_cells += max(0, min(left, wide - spark_cells))
        taken = sum(kept) + sum(map(bool, kept)) + (spark_cells + 1 if spark_cells else 0) + _LEAD_IN + room.margin
        layout = Layout(self._width, max(0, self._width - taken), tuple(kept), spark_cells, room.margin)
        if layout != self.layout:
            self.layout = layout
            self.version += 1


def _lead_width(lead: tuple[Span, ...], room: Measure) -> int:
    """Cells that a name and what is said after it want: of a long name its beginning, but all that is said of it."""
    if not lead:
        return 0
    name, said = width_of(lead[0].text), spans_width(lead[1:])
    return max(min(name + said, room.name), min(name, _NAME_MIN) + said)


def _figure_width(figure: Figure) -> int:
    label = width_of(figure.label)
    return width_of(figure.text) + (label + 1 if label else 0)


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
    for span in _lead(row.lead, left, glyphs.more):
        left -= cell_len(span.text)
        yield segment(span.text, span.role)
    told = _note(row.note, left - 2, glyphs.more)
    yield segment(f"  {told}" if told else "", "muted")
    yield segment(" " * (left - (cell_len(told) + 2 if told else 0)))
    for at, cells in enumerate(layout.numbers):
        yield segment(" " if cells else "")
        for span in _figure(row.numbers[at] if at < len(row.numbers) else Figure(""), cells, glyphs.more):
            yield segment(span.text, span.role)
    if layout.spark:
        low, high = row.spark_range or (None, None)
        yield segment(" ")
        yield segment(last_cells(spark(row.spark, low, high, glyphs.levels), layout.spark), "spark")
    yield segment(" " * layout.margin)


def _lead(lead: tuple[Span, ...], room: int, more: str) -> list[Span]:
    """Name and what is said after it: the name is cut first, for what is said after it is why one looks."""
    said = spans_width(lead[1:])
    if len(lead) < 2 or spans_width(lead) <= room or said > room - _NAME_MIN:
        return fit_spans(lead, room, more)
    return [Span(fit(lead[0].text, room - said, more=more), lead[0].role), *fit_spans(lead[1:], said, more)]


def _note(note: str, room: int, more: str) -> str:
    """As many whole parts of a note as there is room for; of one that is too long its beginning, if that says much."""
    parts = clean(note).split(_BETWEEN)
    while parts:
        told = _BETWEEN.join(parts)
        if cell_len(told) <= room:
            return told
        if len(parts) == 1:
            return fit(told, room, more=more) if room >= _NOTE_MIN else ""
        parts.pop()
    return ""


def _figure(figure: Figure, cells: int, more: str) -> list[Span]:
    """A number in its column: blanks, label, text; the label gives way where both have no room."""
    if not cells:
        return []
    text, label = clean(figure.text), clean(figure.label)
    text = text if cell_len(text) <= cells else fit(text, cells, more=more)
    if label and cell_len(label) + 1 + cell_len(text) > cells:
        label = ""
    role = figure.role or "number"
    blank = cells - cell_len(text) - (cell_len(label) + 1 if label else 0)
    told = [Span(f"{label} ", "muted" if role == "number" else role)] if label else []
    told.append(Span(text, role))
    return [*told, Span(" " * blank)] if figure.left else [Span(" " * blank), *told]
