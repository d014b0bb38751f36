"""Lists of different kinds below each other: where the columns of each stand at a width, and its heading. Pure.

Each list has columns of its own, named in its heading. Where room is short columns fall away from the right; a name,
and the word after it that says why it is not well, stay longest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from widgets.lines import strip_of
from widgets.palette import Palette
from widgets.rowlayout import Layout, RowView
from widgets.text import Span, clean, fit, fit_spans, spans_width, width_of

LEAD_IN = 3  # mark, glyph, blank
_MARGIN = 1
_QUANTUM = 2  # columns grow in steps of so many cells
_MOST_COLUMN = 24
_MOST_WORDS = 80  # of a last column of words
_LEAD_MIN = 8
_LEAD_WANTED = 40  # cells of name and word before columns have to go for them


class ColumnView(NamedTuple):
    """One column: its title, whether it holds words (at its left) or numbers, and the room that it wants at least."""

    title: str
    left: bool = False
    cells: int = 0


class ListView(NamedTuple):
    """One list: its title with a word after it (how many), its columns, and its rows.

    The title identifies it. The ``numbers`` of the rows are the cells of the columns, in their order; rows may be made
    one by one when they are asked for, and then ``keys`` are theirs. ``empty`` stands for rows where there are none.
    """

    title: str
    told: str = ""
    columns: tuple[ColumnView, ...] = ()
    rows: Sequence[RowView] = ()
    empty: str = ""
    keys: Sequence[str] = ()


def row_keys(view: ListView) -> Sequence[str]:
    """The keys of all rows of a list, in their order."""
    return view.keys or [row.key for row in view.rows]


class Room:
    """The widths of the columns of one list: they grow with what is shown and stay, so that nothing jumps."""

    def __init__(self) -> None:
        self._width = 0
        self._lead = 0
        self._columns: list[int] = []
        self.layout = Layout(0, 0, (), 0, 0)

    def see(self, view: ListView, rows: Iterable[RowView], width: int) -> Layout:
        """Make room for some rows of a list at a width. Another width, or other columns, begin anew. A column takes
        room from when a row has something in it."""
        if width != self._width or len(view.columns) != len(self._columns):
            self._width, self._lead, self._columns = width, 0, [0] * len(view.columns)
            if view.columns and view.columns[0].title:
                self._lead = width_of(f"{view.title} {view.told}".strip()) + 1
        for row in rows:
            self._lead = max(self._lead, spans_width(row.lead))
            for at, figure in enumerate(row.numbers[: len(self._columns)]):
                cells = min(width_of(figure.text), self._most(view, at))
                if cells and cells > self._columns[at]:
                    least = max(view.columns[at].cells, width_of(view.columns[at].title))
                    self._columns[at] = max(least, -(-cells // _QUANTUM) * _QUANTUM)
        self.layout = self._arrange(view)
        return self.layout

    @staticmethod
    def _most(view: ListView, at: int) -> int:
        return _MOST_WORDS if view.columns[at].left and at == len(view.columns) - 1 else _MOST_COLUMN

    def _arrange(self, view: ListView) -> Layout:
        room = max(0, self._width - LEAD_IN - _MARGIN)
        left = room - max(_LEAD_MIN, min(self._lead, _LEAD_WANTED, room * 3 // 5))
        kept: list[int] = []
        for at, wanted in enumerate(self._columns):
            column = view.columns[at]
            words = column.left and at == len(self._columns) - 1  # these may be cut where there is less room
            least = min(wanted, max(column.cells, width_of(column.title))) if words else wanted
            if wanted and least + 1 > left:
                break
            kept.append(max(least, min(wanted, left - 1)))
            left -= kept[-1] + 1 if wanted else 0
        taken = sum(kept) + sum(map(bool, kept))
        return Layout(self._width, room - taken, tuple(kept), 0, _MARGIN)


def hidden(view: ListView, row: RowView, layout: Layout) -> str:
    """What of a row its line has no room for, as one text: the words after its name, columns, its note."""
    told: list[str] = []
    lead = spans_width(row.lead)
    if lead > layout.name:
        told.append("".join(span.text for span in row.lead).strip())
    dropped = zip(view.columns[len(layout.numbers) :], row.numbers[len(layout.numbers) :], strict=False)
    cut = [
        figure.text
        for figure, cells in zip(row.numbers, layout.numbers, strict=False)
        if width_of(figure.text) > cells
    ]  # fmt: skip
    told += cut
    told += [f"{column.title} {figure.text}".strip() for column, figure in dropped if figure.text]
    if row.note and (told or width_of(row.note) > layout.name - lead - 2):
        told.append(row.note)
    return clean(" · ".join(told))


def heading_strip(palette: Palette, view: ListView, layout: Layout, *, focused: bool) -> Strip:
    """A rule with the list's title, and the titles of its columns over them; heavier with the focus."""
    glyphs, width = palette.glyphs, layout.width
    box = glyphs.box_focus if focused else glyphs.box
    role = "border_focus" if focused else "border"
    shown = list(zip(view.columns, layout.numbers, strict=False)) if view.rows else []
    room = LEAD_IN + layout.name if shown else width - 1
    while shown and not shown[0][0].title:  # the list's own title goes on over columns that have none
        room += shown[0][1] + bool(shown[0][1])
        del shown[0]
    named = [Span(view.title, "title_focus" if focused else "title")]
    named += [Span(f" {view.told}", "muted")] if view.told else []
    spans = [Span(box.top, role), Span(" "), *fit_spans(named, max(0, room - 4), glyphs.more), Span(" ")]
    spans.append(Span(box.top * max(0, room - spans_width(spans)), role))
    for column, cells in shown:
        spans += _column(column, cells, box.top, role, glyphs.more) if cells else []
    spans.append(Span(box.top * max(0, width - spans_width(spans)), role))
    return strip_of(map(palette.segment, spans), width)


def _column(column: ColumnView, cells: int, line: str, role: str, more: str) -> list[Span]:
    """A column's title over its cells, with the rule around it."""
    text = clean(column.title)
    text = text if cell_len(text) <= cells else fit(text, cells, more=more)
    if not text:
        return [Span(line * (cells + 1), role)]
    fill = cells - cell_len(text)
    if column.left:  # a blank on either side, as far as there is room for it
        after = " " if fill else ""
        return [Span(" "), Span(text + after, "muted"), Span(line * (fill - len(after)), role)]
    return [Span(line * fill, role), Span(f" {text}", "muted")]


def sentence_strip(palette: Palette, text: str, width: int) -> Strip:
    """The sentence of a list without rows."""
    told = fit(f"{' ' * LEAD_IN}{text}", width, more=palette.glyphs.more)
    return strip_of([Segment(told, palette.style("muted"))], width)
