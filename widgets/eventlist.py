"""A list of what happened, the newest at the end: it stays at the end while lines come, unless somebody looks further
up. Lines are drawn once for each look; a line that did not change is not drawn again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from widgets.focused import FocusedLines
from widgets.lines import spans_strip, strip_of
from widgets.palette import Selection
from widgets.rowlist import RowList
from widgets.text import Span, fit, fit_spans, spans_width
from widgets.viewport import Viewport, Window

_WHEEL = 3
_MOST_STRIPS = 512
_DELTA_FROM, _WIDE_FROM = 100, 160  # cells of a list in which there is a column of distances, and more room for names


class EventLine(NamedTuple):
    """One line. ``key`` identifies it; an empty one is of a line that cannot be chosen: a change of day, the end.

    ``glyph`` with its ``role`` says what it is. ``time`` has eight cells; ``sign`` stands before it (in doubt),
    ``after`` behind it (learned late), one cell each. ``delta`` is a distance in time. ``text`` is cut at the right;
    with ``ruled`` the line is filled up as a rule.
    """

    key: str
    text: tuple[Span, ...]
    glyph: str = " "
    role: str = ""
    time: str = ""
    sign: str = ""
    after: str = ""
    delta: str = ""
    system: str = ""
    subject: str = ""
    ruled: bool = False


class Room(NamedTuple):
    """Cells of the columns of a list; 0 where there is none."""

    delta: int
    system: int
    subject: int


def room_of(width: int) -> Room:
    """The columns of a list of so many cells."""
    if width < _DELTA_FROM:
        return Room(0, 8, 13)
    return Room(8, 12, 20) if width < _WIDE_FROM else Room(8, 16, 30)


class EventList(FocusedLines, can_focus=True):
    """Lines in order of time. The owner calls ``set_lines``."""

    DEFAULT_CSS = "EventList { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = list(RowList.BINDINGS)

    class Selected(Message):
        """The cursor is on another line."""

        def __init__(self, event_list: EventList, key: str | None) -> None:
            super().__init__()
            self.event_list = event_list
            self.key = key

    class Activated(Message):
        """Enter, or a second click on the line of that key."""

        def __init__(self, event_list: EventList, key: str) -> None:
            super().__init__()
            self.event_list = event_list
            self.key = key

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._keys: Sequence[str] = ()
        self._line_of: Callable[[int], EventLine] = lambda at: EventLine("", ())
        self._view = Viewport()
        self._follows = True
        self._last_known = ""
        self._empty = ""
        self._strips: dict[tuple[EventLine, Selection, int, int], Strip] = {}

    # what it shows

    @property
    def window(self) -> Window:
        """Which of the lines are in view."""
        return self._view.window

    @property
    def selected_key(self) -> str | None:
        """The key of the line that the cursor is on."""
        return (self._keys[self._view.cursor] or None) if self._keys else None

    @property
    def selected_line(self) -> EventLine | None:
        """The line that the cursor is on."""
        return self._line_of(self._view.cursor) if self.selected_key else None

    @property
    def all_lines(self) -> list[EventLine]:
        """Every line, in order."""
        return [self._line_of(at) for at in range(len(self._keys))]

    @property
    def follows(self) -> bool:
        """Whether it stays at the end."""
        return self._follows

    @property
    def new(self) -> int:
        """Lines that came after those that were there when somebody went up."""
        at = None if self._follows else self._index_of(self._last_known)
        return 0 if at is None else sum(map(bool, self._keys[at + 1 :]))

    def set_lines(self, keys: Sequence[str], line_of: Callable[[int], EventLine], empty: str = "") -> None:
        """Show these lines, made when they are looked at; ``empty`` is what to say when none can be chosen."""
        before = self.selected_key
        cursor, top = self._view.cursor, self._view.top
        self._keys, self._line_of, self._empty = keys, line_of, empty
        self._view.resize(self.size.height, len(keys))
        if self._follows:
            self._to_end()
        else:
            at = self._index_of(before)
            if at is not None:
                self._view.scroll(at - cursor + (top - self._view.top))
                self._view.cursor = at
            self._settle_on(-1)
        self._tell(before)

    def select(self, key: str) -> bool:
        """Put the cursor on the line of that key and bring it into view; False if there is none."""
        at = self._index_of(key)
        if at is None:
            return False
        self._move(lambda: self._view.go(at), 1)
        return True

    def _index_of(self, key: str | None) -> int | None:
        if not key:
            return None
        cursor = self._view.cursor
        if cursor < len(self._keys) and self._keys[cursor] == key:
            return cursor
        try:
            return self._keys.index(key)
        except ValueError:
            return None

    # drawing

    def line(self, y: int, width: int) -> Strip:
        """One visible line."""
        if self._view.height != self.size.height:
            self._resized()
        if self._empty and not any(self._keys):
            text = self._empty if y == self.size.height // 2 else ""
            return spans_strip(self.palette, [Span(" "), Span(text, "muted")], width)
        at = self._view.top + y
        if at >= len(self._keys):
            return Strip.blank(width, self.palette.base)
        selection = Selection.NONE
        if at == self._view.cursor and self._keys[at]:
            selection = Selection.FOCUSED if self.has_focus else Selection.BLURRED
        drawn = self._line_of(at)
        made_for = (drawn, selection, width, self.palette.version)
        found = self._strips.get(made_for)
        if found is None:
            if len(self._strips) >= _MOST_STRIPS:
                self._strips.clear()
            found = self._strips[made_for] = self._draw(drawn, width, selection)
        return found

    def _draw(self, one: EventLine, width: int, selection: Selection) -> Strip:
        palette, room = self.palette, room_of(width)
        glyphs = palette.glyphs
        marker = (" ", glyphs.marker_blur, glyphs.marker)[selection]
        spans = [Span(marker, "marker" if selection else "")]
        if one.key:
            spans += [Span(one.glyph, one.role), Span(f"{one.sign:1}", "muted"), Span(f"{one.time:8}"),
                      Span(f"{one.after:1} ", "muted")]  # fmt: skip
            if room.delta:
                spans.append(Span(f"{one.delta[: room.delta]:>{room.delta}}  ", "muted"))
            if not one.ruled:
                spans.append(Span(fit(one.system, room.system, more=glyphs.more) + " ", "muted"))
                spans.append(Span(fit(one.subject, room.subject, more=glyphs.more) + " "))
        left = max(0, width - spans_width(spans))
        text = fit_spans(one.text, left, glyphs.more)
        left -= spans_width(text)
        rule = glyphs.axis * (left - 1) if one.ruled and left > 1 else ""
        drawn = [*spans, *text, Span(f" {rule}" if rule else "", "axis"), Span(" " * (0 if rule else left))]
        segments = (Segment(span.text, palette.style(span.role, selection)) for span in drawn)
        return strip_of(segments, width)

    # moving

    def action_move(self, by: int) -> None:
        """Move the cursor by lines that can be chosen."""
        self._move(lambda: self._view.step(by), by)

    def action_first(self) -> None:
        """Cursor to the first line."""
        self._move(lambda: self._view.go(0), 1)

    def action_last(self) -> None:
        """Cursor to the last line, and stay at the end."""
        self._move(lambda: self._view.go(len(self._keys) - 1), -1)

    def action_half_page(self, pages: int) -> None:
        """Move the cursor and the view by half a page."""
        self._move(lambda: self._view.turn(pages * max(1, self.size.height // 2)), pages)

    def action_page(self, pages: int) -> None:
        """Move the cursor and the view by a page, keeping two lines for orientation."""
        self._move(lambda: self._view.turn(pages * max(1, self.size.height - 2)), pages)

    def action_activate(self) -> None:
        """Tell that the line at the cursor is wanted."""
        if (key := self.selected_key) is not None:
            self.post_message(self.Activated(self, key))

    def _move(self, move: Callable[[], None], by: int) -> None:
        before = self.selected_key
        if self._follows:
            self._last_known = next((key for key in reversed(self._keys) if key), "")
        move()
        self._settle_on(by)
        self._follows = not any(self._keys[self._view.cursor + 1 :])
        if self._follows:
            self._to_end()
        self._tell(before)

    def _settle_on(self, by: int) -> None:
        """From a line that cannot be chosen to the next that can, in the direction of the move if there is one."""
        at, keys = self._view.cursor, self._keys
        on = range(at, len(keys)) if by > 0 else range(at, -1, -1)
        back = range(at, -1, -1) if by > 0 else range(at, len(keys))
        found = next((place for way in (on, back) for place in way if keys[place]), at) if keys else 0
        if found != at:
            self._view.cursor = found
            self._view.reveal()

    def _to_end(self) -> None:
        self._view.cursor = max(0, len(self._keys) - 1)
        self._view.scroll(len(self._keys))
        self._settle_on(-1)

    def _resized(self) -> None:
        self._view.resize(self.size.height, len(self._keys))
        if self._follows:
            self._to_end()
        else:
            self._view.reveal()

    def _tell(self, before: str | None) -> None:
        self.repaint()
        if self.selected_key != before:
            self.post_message(self.Selected(self, self.selected_key))

    # what Textual tells

    def on_resize(self) -> None:
        self._resized()
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        at = self._view.top + event.y
        if at < len(self._keys) and self._keys[at]:
            again = at == self._view.cursor and event.chain > 1
            self._move(lambda: self._view.go(at), 1)
            if again:
                self.action_activate()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(_WHEEL, event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(-_WHEEL, event)

    def _wheel(self, by: int, event: events.Event) -> None:
        self._move(lambda: self._view.turn(by), by)
        event.stop()
