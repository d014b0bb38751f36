"""Signals as lanes on one axis of time, ranked: where each began to move, how it moved on, and why it stands there.

The first lane is the one that the others are held against. A lane is one line; where there is room for enough of them,
two, with its reason below it, or three, with a sparkline of twice the height. A reason that is cut there stands at the
foot in full while its lane is selected, so that no lane moves when another one is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from widgets.lanelayout import NO_AXIS, Lane, LaneAxis, LaneRoom, lane_room
from widgets.lanelines import axis_strip, lane_strip, rule_strip
from widgets.lines import spans_strip
from widgets.palette import Selection
from widgets.text import Span, wrap
from widgets.timestrip import utc_clock
from widgets.titled import TitledLines
from widgets.viewport import Viewport

__all__ = ["Lane", "LaneAxis", "Lanes"]

_HEAD = 2  # title, axis
_FOOT = 2  # lines of the reason at the foot
_FOOT_FROM = 7  # lines of the widget
_MOST_STRIPS = 512


class Lanes(TitledLines, can_focus=True):
    """Lanes below a title and an axis; the owner calls ``set_lanes`` when they changed.

    ``clock`` turns unix ms into what a person reads; the caller knows the zone.
    """

    DEFAULT_CSS = "Lanes { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "next lane", show=False),
        Binding("k,up", "move(-1)", "previous lane", show=False),
        Binding("g,home", "first", "first lane", show=False),
        Binding("G,end", "last", "last lane", show=False),
        Binding("ctrl+d", "half_page(1)", "half a page down", show=False),
        Binding("ctrl+u", "half_page(-1)", "half a page up", show=False),
        Binding("ctrl+f,pagedown", "page(1)", "page down", show=False),
        Binding("ctrl+b,pageup", "page(-1)", "page up", show=False),
        Binding("enter", "activate", "go on from the lane", show=False),
    ]

    class Activated(Message):
        """Enter, or a second click on the lane of that key."""

        def __init__(self, lanes: Lanes, key: str) -> None:
            super().__init__()
            self.lanes = lanes
            self.key = key

        @property
        def control(self) -> Lanes:
            return self.lanes

    def __init__(
        self,
        title: Sequence[Span] = (),
        clock: Callable[[int], str] = utc_clock,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(title, id=id, classes=classes)
        self._clock = clock
        self._axis = NO_AXIS
        self._lanes: tuple[Lane, ...] = ()
        self._view = Viewport()
        self._room: LaneRoom | None = None
        self._strips: dict[tuple[str, int, Selection], tuple[Lane, object, Strip]] = {}

    # what it shows

    @property
    def lanes(self) -> Sequence[Lane]:
        """The lanes as last set."""
        return self._lanes

    @property
    def selected(self) -> Lane | None:
        """The lane that the cursor is on."""
        return self._lanes[self._view.cursor] if self._lanes else None

    def set_lanes(self, axis: LaneAxis, lanes: Sequence[Lane]) -> None:
        """Show these. The cursor stays on its lane wherever that went, or on its line if the lane is gone."""
        lanes = tuple(lanes)
        if (axis, lanes) == (self._axis, self._lanes):
            return
        selected = self.selected
        at = next((at for at, lane in enumerate(lanes) if selected is not None and lane.key == selected.key), None)
        self._axis, self._lanes = axis, lanes
        self._arrange()
        if at is not None:
            self._view.cursor = at
            self._view.reveal()
        self.repaint()

    def select(self, key: str) -> bool:
        """Put the cursor on the lane of that key; False if there is none."""
        at = next((at for at, lane in enumerate(self._lanes) if lane.key == key), -1)
        if at >= 0:
            self._go(at)
        return at >= 0

    # drawing

    def line(self, y: int, width: int) -> Strip:
        room = self._room
        if room is None or room.width != width or room.height != self.size.height:
            room = self._arrange()
        if y == 0:
            return rule_strip(self.palette, self._title, self._told(), width, focused=self.has_focus)
        if not self._lanes:
            return self._sentence(y - 1, width)
        if y == 1:
            return axis_strip(self.palette, self._axis, room, self._clock)
        if room.foot and y >= room.height - room.foot:
            return self._reason(y - (room.height - room.foot), width)
        at, part = divmod(y - _HEAD, room.tall)
        if self._view.top + at < len(self._lanes) and at < self._view.height:
            return self._lane(self._view.top + at, part, room)
        return self._sentence(y - _HEAD - len(self._lanes) * room.tall, width)

    def _told(self) -> Sequence[Span]:
        """The status, and how many lanes are further up or down."""
        glyphs, window = self.palette.glyphs, self._view.window
        beyond = ((glyphs.up, window.top), (glyphs.down, window.below))
        words = " ".join(f"{arrow}{count}" for arrow, count in beyond if count)
        return (*self._status, Span(f"  {words}" if self._status else words, "muted")) if words else self._status

    def _lane(self, at: int, part: int, room: LaneRoom) -> Strip:
        lane, palette = self._lanes[at], self.palette
        selection = Selection.NONE
        if at == self._view.cursor:
            selection = Selection.FOCUSED if self.has_focus else Selection.BLURRED
        made_for = (room, self._axis, palette.version)
        found = self._strips.get((lane.key, part, selection))
        if found is not None and found[0] == lane and found[1] == made_for:
            return found[2]
        strip = lane_strip(palette, lane, part, self._axis, room, selection)
        if len(self._strips) >= _MOST_STRIPS:
            self._strips.clear()
        self._strips[(lane.key, part, selection)] = (lane, made_for, strip)
        return strip

    def _reason(self, y: int, width: int) -> Strip:
        lane = self.selected
        lines = wrap(lane.why, max(1, width - 2)) if lane is not None else []
        if len(lines) > _FOOT:
            lines[_FOOT - 1] = f"{lines[_FOOT - 1]} {' '.join(lines[_FOOT:])}"  # cut where the line ends
        return spans_strip(self.palette, [Span(" "), Span(lines[y])] if y < len(lines) else [], width)

    def _sentence(self, y: int, width: int) -> Strip:
        lines = wrap(self._empty.text, max(1, width - 4))
        at = y - 1  # an empty line before it
        text = lines[at] if 0 <= at < len(lines) else ""
        return spans_strip(self.palette, [Span("  "), Span(text, self._empty.role)], width)

    def _arrange(self) -> LaneRoom:
        """Share the room out among the lanes."""
        width, height = self.size
        room = self._room = lane_room(self._lanes, width, height, head=_HEAD, foot=_FOOT if height >= _FOOT_FROM else 0)
        self._view.resize(max(0, height - _HEAD - room.foot) // room.tall, len(self._lanes))
        return room

    # moving

    def action_move(self, by: int) -> None:
        """Move the cursor by lanes."""
        self._view.step(by)
        self.repaint()

    def action_first(self) -> None:
        """Cursor to the first lane."""
        self._go(0)

    def action_last(self) -> None:
        """Cursor to the last lane."""
        self._go(len(self._lanes) - 1)

    def action_half_page(self, pages: int) -> None:
        """Move the cursor and the view by half a page."""
        self._turn(pages * max(1, self._view.height // 2))

    def action_page(self, pages: int) -> None:
        """Move the cursor and the view by a page, keeping one lane for orientation."""
        self._turn(pages * max(1, self._view.height - 1))

    def action_activate(self) -> None:
        """Tell that it is to go on from the lane at the cursor."""
        if (lane := self.selected) is not None:
            self.post_message(self.Activated(self, lane.key))

    def _turn(self, by: int) -> None:
        self._view.turn(by)
        self.repaint()

    def _go(self, at: int) -> None:
        self._view.go(at)
        self.repaint()

    # what Textual tells

    def on_resize(self) -> None:
        self._arrange()
        self._view.reveal()
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        room = self._room
        at = self._view.top + (event.y - _HEAD) // (room.tall if room is not None else 1)
        if event.y >= _HEAD and at < len(self._lanes):
            again = at == self._view.cursor and event.chain > 1
            self._go(at)
            if again:
                self.action_activate()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._view.scroll(1)
        self.repaint()
        event.stop()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._view.scroll(-1)
        self.repaint()
        event.stop()
