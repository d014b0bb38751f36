"""Stages of something on lanes over one axis of time, marked by letter and word: what came first, what came too late.

The axis leaves out what is long and empty, and says so: weeks and minutes stand on it side by side, in their order.
The cursor goes from mark to mark by time; what is chosen is told at the foot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from widgets.brokenaxis import BrokenAxis
from widgets.focused import MOVES
from widgets.lanelines import rule_strip
from widgets.lines import spans_strip, strip_of
from widgets.palette import Selection
from widgets.stagelines import (
    Cell,
    StageMark,
    apart_text,
    axis_cells,
    axis_of,
    in_order,
    label_rows,
    lane_cells,
    spans_of,
    utc_moment,
    whole_s,
)
from widgets.text import Span, fit, width_of, wrap
from widgets.titled import TitledLines

__all__ = ["StageAxis", "StageMark"]

_LEAD = 2
_FOOT = 2  # lines of what is chosen
_NAME_MOST = 14
_AXIS_LEAST = 8


class StageAxis(TitledLines, can_focus=True):
    """Lanes below a title, an axis below them, sentences and what is chosen below that.

    ``moment`` turns unix ms into what a person reads; the caller knows the zone.
    """

    DEFAULT_CSS = "StageAxis { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = list(MOVES)

    class Activated(Message):
        """Enter, or a second click on a mark."""

        def __init__(self, axis: StageAxis, mark: StageMark) -> None:
            super().__init__()
            self.axis = axis
            self.mark = mark

        @property
        def control(self) -> StageAxis:
            return self.axis

    def __init__(
        self,
        title: Sequence[Span] = (),
        moment: Callable[[int], str] = utc_moment,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(title, id=id, classes=classes)
        self._moment = moment
        self._lanes: tuple[str, ...] = ()
        self._marks: tuple[StageMark, ...] = ()
        self._now_ms = 0
        self._notes: tuple[Span, ...] = ()
        self._cursor = 0
        self._axis = BrokenAxis()
        self._made_for: tuple[object, ...] = ()

    # what it shows

    @property
    def marks(self) -> Sequence[StageMark]:
        """The marks in order of time."""
        return self._marks

    @property
    def selected(self) -> StageMark | None:
        """The mark that the cursor is on."""
        return self._marks[self._cursor] if self._marks else None

    def set_marks(
        self, lanes: Sequence[str], marks: Sequence[StageMark], now_ms: int, notes: Sequence[Span] = ()
    ) -> None:
        """Show these, up to now (unix ms), with sentences below. The cursor stays on its mark; at first it is on the
        newest one."""
        wanted = (tuple(lanes), tuple(in_order(marks, lanes)), now_ms, tuple(notes))
        if wanted == (self._lanes, self._marks, self._now_ms, self._notes):
            return
        before, first = self.selected, not self._marks
        self._lanes, self._marks, self._now_ms, self._notes = wanted
        keys = [mark.key for mark in self._marks]
        if before is not None and before.key in keys:
            self._cursor = keys.index(before.key)
        else:
            self._cursor = max(0, len(keys) - 1) if first else max(0, min(self._cursor, len(keys) - 1))
        self.repaint()

    # drawing

    @property
    def _names(self) -> int:
        return min(_NAME_MOST, max((width_of(lane) for lane in self._lanes), default=0))

    def _arrange(self, width: int) -> tuple[int, BrokenAxis]:
        """The first cell of the axis, and the axis."""
        at = _LEAD + self._names + 2
        room = max(_AXIS_LEAST, width - at - 1)
        made_for = (self._marks, self._now_ms, room)
        if made_for != self._made_for:
            self._made_for, self._axis = made_for, axis_of(self._marks, self._now_ms, room)
        return at, self._axis

    @property
    def _tall(self) -> int:
        """Lines of a lane: two where words that have no room beside their marks have some below them."""
        height, lanes = self.size.height, len(self._lanes)
        return 2 if height >= 1 + 2 * lanes + 3 + _FOOT + min(2, len(self._notes)) else 1

    def line(self, y: int, width: int) -> Strip:
        if y == 0:
            return rule_strip(self.palette, self._title, self._status, width, focused=self.has_focus)
        if not self._marks:
            return self.empty_line(y - 1, width)
        lane, part = divmod(y - 1, self._tall)
        if lane < len(self._lanes):
            return self._lane(self._lanes[lane], part, width)
        return self._below(y - 1 - len(self._lanes) * self._tall, width)

    def _lane(self, lane: str, part: int, width: int) -> Strip:
        at, axis = self._arrange(width)
        chosen = None if (one := self.selected) is None else one.key
        marks = [mark for mark in self._marks if mark.lane == lane]
        rows = lane_cells(axis, marks, chosen, max(_AXIS_LEAST, width - at - 1), self.palette.glyphs)
        name = fit(lane if part == 0 else "", self._names, more=self.palette.glyphs.more)
        return self._strip([Cell(" " * _LEAD), Cell(name, "key"), Cell("  ")], rows[part], width)

    def _below(self, y: int, width: int) -> Strip:
        """The axis, its two lines of labels, the sentences, and at the end of the widget what is chosen."""
        at, axis = self._arrange(width)
        room = max(_AXIS_LEAST, width - at - 1)
        foot_at = self.size.height - 1 - len(self._lanes) * self._tall - _FOOT
        if y == 0:
            return self._strip([Cell(" " * at)], axis_cells(axis, self._now_ms, room, self.palette.glyphs), width)
        if y >= foot_at:
            return self._foot(y - foot_at, width)
        if y <= 2:
            return self._strip([Cell(" " * at)], label_rows(axis, room)[y - 1], width)
        return self._note(y - 3, foot_at - 3, width)

    def _strip(self, lead: Sequence[Cell], cells: Sequence[Cell], width: int) -> Strip:
        palette = self.palette
        chosen = Selection.FOCUSED if self.has_focus else Selection.BLURRED
        whole = [Cell(letter, one.role, one.chosen) for one in (*lead, *cells) for letter in one.text][:width]
        segments = [
            Segment(span.text, palette.style(span.role or "", chosen if selected else Selection.NONE))
            for span, selected in spans_of(whole)
        ]
        segments.append(Segment(" " * (width - len(whole)), palette.base))
        return strip_of(segments, width)

    def _note(self, y: int, room: int, width: int) -> Strip:
        lines = [Span(line, note.role) for note in self._notes for line in wrap(note.text, max(1, width - 4))]
        if len(lines) > room > 0:
            lines[room - 1] = Span(fit(f"{lines[room - 1].text} ...", width - 4), lines[room - 1].role)
        return spans_strip(self.palette, [Span("  "), lines[y]] if y < min(room, len(lines)) else [], width)

    def _foot(self, y: int, width: int) -> Strip:
        """What is chosen: when it was, how long after the one before, and its sentence."""
        one = self.selected
        if one is None:
            return Strip.blank(width, self.palette.base)
        apart = apart_text(self._marks, self._cursor)
        ends = f" to {self._moment(one.until_ms)}" if one.until_ms is not None else ""
        head = f"{self._moment(one.at_ms)}{ends}{f', {apart}' if apart else ''}: "
        lines = wrap(f"{head}{one.text or one.word}", max(1, width - 3))
        if len(lines) > _FOOT:
            lines[_FOOT - 1] = " ".join(lines[_FOOT - 1 :])  # cut where the line ends
        mark = self.palette.glyphs.marker if self.has_focus else self.palette.glyphs.marker_blur
        spans = [Span(mark if y == 0 else " ", "marker"), Span(" "), Span(lines[y] if y < len(lines) else "", one.role)]
        return spans_strip(self.palette, spans, width)

    # moving

    def action_move(self, by: int) -> None:
        """To the mark that came next, or with -1 before."""
        self._go(self._cursor + by)

    def action_first(self) -> None:
        """To the earliest mark."""
        self._go(0)

    def action_last(self) -> None:
        """To the newest mark."""
        self._go(len(self._marks) - 1)

    def action_half_page(self, pages: int) -> None:
        """A few marks on."""
        self._go(self._cursor + 3 * pages)

    def action_page(self, pages: int) -> None:
        """Some marks on."""
        self._go(self._cursor + 6 * pages)

    def action_activate(self) -> None:
        """Tell that it is to go on from the chosen mark."""
        if (one := self.selected) is not None:
            self.post_message(self.Activated(self, one))

    def _go(self, at: int) -> None:
        self._cursor = max(0, min(at, len(self._marks) - 1))
        self.repaint()

    # what Textual tells

    def on_resize(self) -> None:
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        lane = (event.y - 1) // self._tall
        if not self._marks or event.y < 1 or lane >= len(self._lanes):
            return
        at, axis = self._arrange(self.size.width)
        near = [
            (abs(cell + at - event.x), place)
            for place, mark in enumerate(self._marks)
            if mark.lane == self._lanes[lane] and (cell := axis.cell(whole_s(mark.at_ms))) is not None
        ]
        if near:
            place = min(near)[1]
            again = place == self._cursor and event.chain > 1
            self._go(place)
            if again:
                self.action_activate()
