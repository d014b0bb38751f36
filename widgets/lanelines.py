"""The lines of a list of lanes: its title, its axis of time, and each lane."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from widgets.lanelayout import LEAD_IN, REASON_AT, Lane, LaneAxis, LaneRoom, cell_of, cells, inside
from widgets.lines import strip_of
from widgets.palette import Palette, Selection
from widgets.spark import spark
from widgets.text import Span, clean, fit, fit_spans, spans_width

_MINUTE_MS = 60_000
_STEPS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440)
_BETWEEN = 4  # cells that stay between two times on the axis
_TWICE = "abcdefghijklmnop"  # levels of a sparkline two lines high, as one letter each


def rule_strip(palette: Palette, title: Sequence[Span], status: Sequence[Span], width: int, *, focused: bool) -> Strip:
    """A title in a line, and a status at its right; heavier with the focus, as the border of a panel is."""
    glyphs = palette.glyphs
    box = glyphs.box_focus if focused else glyphs.box
    role = "border_focus" if focused else "border"
    title_role = "title_focus" if focused else "title"
    room = max(0, width - 2)
    told = fit_spans(status, max(0, min(spans_width(status), room * 2 // 3 - 2)), glyphs.more)
    right = [Span(" "), *told, Span(" ")] if told else []
    named = fit_spans(title, max(0, room - _length(right) - 2), glyphs.more)
    left = [Span(" "), *named, Span(" ")] if named else []
    parts = [
        Span(box.top, role),
        *(Span(span.text, span.role or title_role) for span in left),
        Span(box.top * (room - _length(left) - _length(right)), role),
        *(Span(span.text, span.role or "muted") for span in right),
        Span(box.top, role),
    ]
    return strip_of(map(palette.segment, parts), width) if width >= 2 else Strip.blank(width, palette.base)


def _length(spans: Sequence[Span]) -> int:
    return sum(cell_len(span.text) for span in spans)


def axis_strip(palette: Palette, axis: LaneAxis, room: LaneRoom, clock: Callable[[int], str]) -> Strip:
    """The times over the lanes; where an episode is, the line is heavier."""
    glyphs, width = palette.glyphs, room.axis
    line = [
        Span(glyphs.box_focus.top, "bad") if marked else Span(glyphs.axis, "axis") for marked in inside(axis, width)
    ]
    free = [True] * width

    def put(text: str, at: int) -> None:
        """Write a time at a cell, unless another one is too near."""
        at = max(0, min(at, width - len(text)))
        if len(text) <= width and all(free[max(0, at - _BETWEEN) : at + len(text) + _BETWEEN]):
            for place, letter in enumerate(text, at):
                line[place] = Span(letter, "bad" if line[place].role == "bad" else "muted")
                free[place] = False

    if axis.to_ms > axis.from_ms and width:
        first, last = clean(clock(axis.from_ms)), clean(clock(axis.to_ms))
        put(last, width)
        put(first, 0)
        step_ms = _step_ms(axis, width, len(first) + _BETWEEN)
        for at_ms in range(-(-axis.from_ms // step_ms) * step_ms, axis.to_ms, step_ms):
            text = clean(clock(at_ms))
            at = cell_of(axis, at_ms, width) - len(text) // 2
            if all(span.role != "bad" for span in line[max(0, at) : at + len(text)]):  # episodes come first
                put(text, at)
    rest = max(0, room.width - room.axis_at - width)
    parts = [Span(" " * min(room.axis_at, room.width)), *line, Span(" " * rest)]
    return strip_of(map(palette.segment, parts), room.width)


def _step_ms(axis: LaneAxis, width: int, wanted: int) -> int:
    """A round time between two labels that leaves so many cells for each."""
    least_ms = (axis.to_ms - axis.from_ms) * wanted / width
    steps = (step * _MINUTE_MS for step in _STEPS_MIN)
    return next((step for step in steps if step >= least_ms), max(_MINUTE_MS, int(least_ms)))


def lane_strip(palette: Palette, lane: Lane, part: int, axis: LaneAxis, room: LaneRoom, selection: Selection) -> Strip:
    """One of the ``room.tall`` lines of a lane."""
    if room.width <= LEAD_IN:
        return Strip.blank(room.width, palette.style("", selection))
    spans = _spans(palette, lane, part, axis, room, selection)
    return strip_of((Segment(span.text, palette.style(span.role, selection)) for span in spans), room.width)


def _spans(
    palette: Palette, lane: Lane, part: int, axis: LaneAxis, room: LaneRoom, selection: Selection
) -> Iterator[Span]:
    glyphs = palette.glyphs
    mark = (" ", glyphs.marker_blur, glyphs.marker)[selection]
    reason = room.tall > 1 and part == room.tall - 1
    yield Span(mark, "marker" if selection else "")
    yield Span(fit(lane.rank if part == 0 else "", 2, "right"), "muted")
    yield Span(" ")
    if room.width < room.axis_at:
        yield Span(fit(lane.name if part == 0 else "", room.width - 4, more=glyphs.more))
        return
    if reason:
        yield Span(" " * (REASON_AT - LEAD_IN))
        yield Span(fit(lane.why, room.width - REASON_AT, more=glyphs.more), "" if selection else "muted")
        return
    name = Span(lane.name) if part == 0 else Span(lane.of, "muted")
    yield Span(fit(name.text, room.name, more=glyphs.more), name.role)
    yield Span(" ")
    yield from _picture(palette, lane, part, axis, room)
    rest = room.width - room.axis_at - room.axis
    for text, width, role in ((lane.lag, room.lag, "number"), (lane.score, room.score, "muted")):
        if width:
            yield Span(" ")
            yield Span(fit(text if part == 0 else "", width, "right", glyphs.more), role)
            rest -= width + 1
    yield Span(" " * rest)


def _picture(palette: Palette, lane: Lane, part: int, axis: LaneAxis, room: LaneRoom) -> Iterator[Span]:
    """The lane's values with its onset, a span for each cell."""
    glyphs, width = palette.glyphs, room.axis
    drawn = _drawn(lane, part, room, glyphs.levels)
    marked = inside(axis, width)
    roles = [lane.role if in_episode else "spark" for in_episode in marked]
    if lane.onset_ms is not None and width and axis.from_ms <= lane.onset_ms <= axis.to_ms:
        at = cell_of(axis, lane.onset_ms, width)
        first = at if lane.earliest_ms is None else cell_of(axis, lane.earliest_ms, width)
        last = at if lane.latest_ms is None else cell_of(axis, lane.latest_ms, width)
        for place in range(min(first, at), max(last, at) + 1):
            roles[place] = "mover"
            if part == 0 and room.tall > 2 and drawn[place] == " ":
                drawn[place] = glyphs.axis
        if part == 0:
            drawn[at] = glyphs.onset
    return map(Span, drawn, roles)


def _drawn(lane: Lane, part: int, room: LaneRoom, levels: str) -> list[str]:
    """A character for each cell; of a lane two lines high the upper or the lower ones."""
    low, high = lane.value_range or (None, None)
    values = cells(lane, room.axis)
    if room.tall < 3:
        return list(spark(values, low, high, levels))
    heights = [_TWICE.find(letter) for letter in spark(values, low, high, _TWICE)]
    top = len(levels)
    if part:
        return [" " if height < 0 else levels[min(height, top - 1)] for height in heights]
    return [" " if height < top else levels[height - top] for height in heights]
