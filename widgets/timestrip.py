"""A stretch of time as one or two lines: an axis with marks, holes where nothing was seen, a cursor, and now."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.strip import Strip

from widgets.glyphs import HEALTHS
from widgets.lines import LineWidget, strip_of
from widgets.text import Span, clean, fit, width_of

_SEVERITY = {health: rank for rank, health in enumerate(("ok", "stale", "unknown", "warn", "bad"))}


class Mark(NamedTuple):
    """Something at an instant (unix ms). ``glyph`` "" takes that of the health; ``label`` is drawn if there is room for
    all of it. Of marks of one health in one cell the one of the greatest ``weight`` is drawn. ``role`` "" takes that of
    the health.
    """

    at_ms: int
    health: str = "ok"
    glyph: str = ""
    label: str = ""
    weight: int = 0
    role: str = ""


class TimeView(NamedTuple):
    """What a strip shows; all times in unix ms.

    ``gaps`` are (from, to) where nothing was seen, drawn as holes. What lies after ``now_ms`` is drawn as not yet
    there. ``cursor_ms`` None means live: the cursor is at now.
    """

    from_ms: int
    to_ms: int
    now_ms: int
    cursor_ms: int | None = None
    marks: tuple[Mark, ...] = ()
    gaps: tuple[tuple[int, int], ...] = ()


def utc_clock(at_ms: int) -> str:
    """HH:MM in UTC, with the Z that says so."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%H:%MZ")


class TimeStrip(LineWidget):
    """One line (labels at both ends of the axis) or, two lines high, the axis with the times below it.

    ``clock`` turns unix ms into what a person reads; the caller knows the zone.
    """

    DEFAULT_CSS = "TimeStrip { height: 1; }"

    class Picked(Message):
        """A click on the axis: the time (unix ms) in the middle of that cell."""

        def __init__(self, strip: TimeStrip, at_ms: int) -> None:
            super().__init__()
            self.strip = strip
            self.at_ms = at_ms

        @property
        def control(self) -> TimeStrip:
            return self.strip

    def __init__(
        self,
        view: TimeView | None = None,
        clock: Callable[[int], str] = utc_clock,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._view = view
        self._clock = clock

    def set_view(self, view: TimeView) -> None:
        """Show this; sends only cells that look different, so a second that moves nothing costs nothing."""
        if view != self._view:
            self._view = view
            self.repaint()

    def line(self, y: int, width: int) -> Strip:
        palette = self.palette
        view = self._view
        if view is None or view.to_ms <= view.from_ms or width < 1 or y > 1:
            return Strip.blank(width, palette.base)
        start, axis_width = self._axis_place(view, width)
        if y == 1:
            return self._join(_below(view, axis_width, self._ends(view), self._clock), width)
        cells = self._axis(view, axis_width)
        if start:
            first, last = self._ends(view)
            cells = [*_cells(f"{first} ", "muted"), *cells, *_cells(f" {last}", _end_role(view))]
        return self._join(cells, width)

    def _ends(self, view: TimeView) -> tuple[str, str]:
        end = "now" if view.to_ms <= view.now_ms and view.cursor_ms is None else self._clock(view.to_ms)
        return self._clock(view.from_ms), end

    def _axis_place(self, view: TimeView, width: int) -> tuple[int, int]:
        """First cell and width of the axis: all of it when the times are on a line of their own."""
        first, last = self._ends(view)
        taken = width_of(first) + width_of(last) + 2
        if self.size.height > 1 or width - taken < 8:
            return 0, width
        return width_of(first) + 1, width - taken

    def _axis(self, view: TimeView, width: int) -> list[Span]:
        """One span for each cell."""
        glyphs = self.palette.glyphs
        cells = [Span(glyphs.axis, "axis")] * width
        for gap_from, gap_to in view.gaps:
            if gap_to > view.from_ms and gap_from < view.to_ms:
                first, last = (column(view, max(view.from_ms, min(at, view.to_ms)), width) for at in (gap_from, gap_to))
                cells[first : last + 1] = [Span(" ", "axis")] * (last + 1 - first)
        if view.now_ms < view.to_ms:
            ahead = column(view, max(view.now_ms, view.from_ms), width) + 1
            cells[ahead:] = [Span(glyphs.ahead, "axis")] * len(cells[ahead:])
        self._draw_marks(cells, view, width)
        if view.cursor_ms is not None and view.from_ms <= view.cursor_ms <= view.to_ms:
            at = column(view, view.cursor_ms, width)
            under = cells[at].text
            bare = under in (glyphs.axis, glyphs.ahead, " ", "")
            cells[at] = Span(glyphs.cursor if bare else under, "cursor")
        return cells

    def _draw_marks(self, cells: list[Span], view: TimeView, width: int) -> None:
        places = _worst_in_each_cell(view, width)
        columns = sorted(places)
        more = self.palette.glyphs.more
        for at, following in itertools.pairwise([*columns, width]):
            mark = places[at]
            shape = self.palette.shape(mark.health)
            own = width_of(mark.glyph) == 1 and (mark.glyph.isascii() or not self.palette.ascii_only)
            cells[at] = Span(clean(mark.glyph) if own else shape.glyph, mark.role or shape.word)
            room = min(following - at - 2, width_of(mark.label))  # a piece of axis stays before the next mark
            free = all(cell.text == self.palette.glyphs.axis for cell in cells[at + 1 : at + 1 + room])
            if mark.label and free and room == width_of(mark.label):
                label = _cells(fit(mark.label, room, more=more), "muted")
                cells[at + 1 : at + 1 + len(label)] = label

    def _join(self, cells: Sequence[Span], width: int) -> Strip:
        return strip_of(map(self.palette.segment, cells), width)

    def on_click(self, event: events.Click) -> None:
        view = self._view
        if view is None or view.to_ms <= view.from_ms:
            return
        start, width = self._axis_place(view, self.size.width)
        if 0 <= event.x - start < width:
            step = (view.to_ms - view.from_ms) / width
            self.post_message(self.Picked(self, round(view.from_ms + (event.x - start + 0.5) * step)))


def column(view: TimeView, at_ms: int, width: int) -> int:
    """The cell of an axis of ``width`` cells that a time within the view falls into."""
    return min(width - 1, (at_ms - view.from_ms) * width // (view.to_ms - view.from_ms))


def _worst_in_each_cell(view: TimeView, width: int) -> dict[int, Mark]:
    """Of several marks in one cell the worst is drawn, and of those the first."""
    places: dict[int, Mark] = {}
    for mark in view.marks:
        if not view.from_ms <= mark.at_ms <= view.to_ms:
            continue
        at = column(view, mark.at_ms, width)
        there = places.get(at)
        if there is None or _loudness(mark) > _loudness(there):
            places[at] = mark
    return places


def _loudness(mark: Mark) -> tuple[int, int]:
    return _SEVERITY.get(mark.health, 0), mark.weight


def _below(view: TimeView, width: int, ends: tuple[str, str], clock: Callable[[int], str]) -> list[Span]:
    """The line of times: from at the left, to at the right, the cursor's below the cursor."""
    line = [Span(" ", "muted")] * width

    def put(text: str, at: int, role: str) -> None:
        cells = _cells(text, role)
        if len(cells) <= width:
            at = max(0, min(at, width - len(cells)))
            line[at : at + len(cells)] = cells

    put(ends[0], 0, "muted")
    put(ends[1], width, _end_role(view))
    if view.cursor_ms is not None and view.from_ms <= view.cursor_ms <= view.to_ms:
        text = clock(view.cursor_ms)
        put(f" {text} ", column(view, view.cursor_ms, width) - cell_len(text) // 2 - 1, "past")
    return line


def _end_role(view: TimeView) -> str:
    return "live" if view.to_ms <= view.now_ms and view.cursor_ms is None else "muted"


def _cells(text: str, role: str) -> list[Span]:
    """A text as one span for each cell. A character two cells wide takes one span and an empty one."""
    spans: list[Span] = []
    for character in text:
        wide = cell_len(character)
        if wide:
            spans.extend([Span(character, role), Span("", role)][:wide])
        elif spans:
            spans[-1] = Span(spans[-1].text + character, role)
    return spans


assert set(_SEVERITY) == set(HEALTHS), "every health has a severity"
