"""What goes through the stages of something, and what is lost on the way: a bar for each stage, all on one scale.

A bar shows what came in: what went on, what was thrown out, and what is nowhere. Where something was not seen
there is no bar and a word for that, never a zero. Enter goes on from a stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from widgets.focused import MOVES, FocusedLines
from widgets.lanelines import rule_strip
from widgets.lines import spans_strip, strip_of
from widgets.palette import Palette, Selection
from widgets.text import Span, fit, width_of, wrap
from widgets.viewport import Viewport

__all__ = ["Amount", "Funnel", "FunnelStage", "Part"]

_LEAD_IN = 3  # mark, glyph, blank
_HEAD = 2  # title, titles of the columns
_FOOT = 2
_FOOT_FROM = 6
_NAME_MOST = 28
_BAR_LEAST = 8
_BAR_MOST = 64


class Amount(NamedTuple):
    """How much was counted (None: nobody saw it), as a number and as a text for a narrow column."""

    value: float | None
    text: str


class FunnelStage(NamedTuple):
    """One stage. ``lost`` is what did not go on of what came in, as far as it is counted; ``missing`` what came in and
    is nowhere. ``share`` is what went on of what came in, in words. ``note`` is told in full while it is chosen.

    ``word`` stands in place of a bar where neither end was seen.
    """

    key: str
    name: str
    health: str
    ins: Amount
    outs: Amount
    lost: Amount
    missing: float = 0.0
    share: str = ""
    note: str = ""
    word: str = ""


class Part(NamedTuple):
    """Cells of one part of a bar, and what it is: full, lost, missing, unseen."""

    what: str
    cells: int


class _Room(NamedTuple):
    name: int
    bar: int
    columns: tuple[int, ...]  # in, out, lost, share; 0 where there is no room


_COLUMNS = ("in", "out", "lost", "on")


class Funnel(FocusedLines, can_focus=True):
    """Stages below a title; the owner calls ``set_stages`` when they changed."""

    DEFAULT_CSS = "Funnel { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = list(MOVES)

    class Activated(Message):
        """Enter, or a second click on the stage of that key."""

        def __init__(self, funnel: Funnel, key: str) -> None:
            super().__init__()
            self.funnel = funnel
            self.key = key

        @property
        def control(self) -> Funnel:
            return self.funnel

    def __init__(self, title: Sequence[Span] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._title = tuple(title)
        self._status: tuple[Span, ...] = ()
        self._stages: tuple[FunnelStage, ...] = ()
        self._empty = ""
        self._view = Viewport()

    # what it shows

    @property
    def stages(self) -> Sequence[FunnelStage]:
        """The stages as last set."""
        return self._stages

    @property
    def selected(self) -> FunnelStage | None:
        """The stage that the cursor is on."""
        return self._stages[self._view.cursor] if self._stages else None

    def set_stages(self, stages: Sequence[FunnelStage]) -> None:
        """Show these, in the order in which things go through them. The cursor stays on its stage."""
        wanted = tuple(stages)
        if wanted == self._stages:
            return
        before = self.selected
        self._stages = wanted
        self._fit()
        keys = [stage.key for stage in wanted]
        if before is not None and before.key in keys:
            self._view.cursor = keys.index(before.key)
        self.repaint()

    def set_title(self, title: Sequence[Span], status: Sequence[Span] = ()) -> None:
        """The first line: a title at its left, a status at its right."""
        if (tuple(title), tuple(status)) != (self._title, self._status):
            self._title, self._status = tuple(title), tuple(status)
            self.repaint_lines([0])

    def set_empty(self, text: str) -> None:
        """The sentence to show while there is no stage."""
        if text != self._empty:
            self._empty = text
            self.repaint()

    # drawing

    @property
    def _foot(self) -> int:
        return _FOOT if self.size.height >= _FOOT_FROM else 0

    def _fit(self) -> None:
        self._view.resize(max(1, self.size.height - _HEAD - self._foot), len(self._stages))

    def line(self, y: int, width: int) -> Strip:
        palette = self.palette
        if y == 0:
            return rule_strip(palette, self._title, self._told(), width, focused=self.has_focus)
        if not self._stages:
            lines = wrap(self._empty, max(1, width - 4))
            return spans_strip(palette, [Span(f"  {lines[y - 1]}" if y <= len(lines) else "", "muted")], width)
        if y == 1:
            return strip_of(map(palette.segment, self._titles(width)), width)
        if self._foot and y >= self.size.height - self._foot:
            return self._note(y - (self.size.height - self._foot), width)
        at = self._view.top + y - _HEAD
        if at >= len(self._stages):
            return Strip.blank(width, palette.base)
        selection = Selection.NONE
        if at == self._view.cursor:
            selection = Selection.FOCUSED if self.has_focus else Selection.BLURRED
        return _stage_strip(palette, self._stages[at], self._room(width), self._most, width, selection)

    @property
    def _most(self) -> float:
        """What the longest bar stands for."""
        ends = [one.value for stage in self._stages for one in (stage.ins, stage.outs) if one.value is not None]
        return max(ends, default=0.0)

    def _room(self, width: int) -> _Room:
        """Names as long as they are within bounds, columns while there is a bar beside them."""
        name = min(_NAME_MOST, max((width_of(stage.name) for stage in self._stages), default=0))
        name = max(4, min(name, (width - _LEAD_IN) // 3))
        left = width - _LEAD_IN - name - 2
        columns: list[int] = []
        for title, texts in zip(_COLUMNS, zip(*(_texts(stage) for stage in self._stages), strict=True), strict=True):
            cells = max(len(title), *(width_of(text) for text in texts)) if any(texts) else 0
            if cells and left - cells - 1 < _BAR_LEAST:
                break
            columns.append(cells)
            left -= cells + 1 if cells else 0
        columns += [0] * (len(_COLUMNS) - len(columns))
        bar = max(0, min(left, _BAR_MOST))
        return _Room(name + max(0, min(left - bar, _NAME_MOST - name)), bar, tuple(columns))

    def _titles(self, width: int) -> list[Span]:
        room = self._room(width)
        spans = [Span(" " * (_LEAD_IN + room.name + 1 + room.bar))]
        for title, cells in zip(_COLUMNS, room.columns, strict=True):
            if cells:
                spans.append(Span(" " + fit(title, cells, "right"), "muted"))
        return [*spans, Span(" " * max(0, width - sum(width_of(span.text) for span in spans)))]

    def _told(self) -> Sequence[Span]:
        glyphs, window = self.palette.glyphs, self._view.window
        beyond = ((glyphs.up, window.top), (glyphs.down, window.below))
        words = " ".join(f"{arrow}{count}" for arrow, count in beyond if count)
        return (*self._status, Span(f"  {words}", "muted")) if words else self._status

    def _note(self, y: int, width: int) -> Strip:
        one = self.selected
        lines = wrap(one.note, max(1, width - 4)) if one is not None else []
        if len(lines) > _FOOT:
            lines[_FOOT - 1] = " ".join(lines[_FOOT - 1 :])  # cut where the line ends
        return spans_strip(self.palette, [Span("   "), Span(lines[y] if y < len(lines) else "", "muted")], width)

    # moving

    def action_move(self, by: int) -> None:
        """Move the cursor by stages."""
        self._view.step(by)
        self.repaint()

    def action_first(self) -> None:
        """Cursor to the first stage."""
        self._view.go(0)
        self.repaint()

    def action_last(self) -> None:
        """Cursor to the last stage."""
        self._view.go(len(self._stages) - 1)
        self.repaint()

    def action_half_page(self, pages: int) -> None:
        """Move the cursor and the view by half a page."""
        self._view.turn(pages * max(1, self._view.height // 2))
        self.repaint()

    def action_page(self, pages: int) -> None:
        """Move the cursor and the view by a page."""
        self._view.turn(pages * max(1, self._view.height - 1))
        self.repaint()

    def action_activate(self) -> None:
        """Tell that it is to go on from the stage at the cursor."""
        if (one := self.selected) is not None:
            self.post_message(self.Activated(self, one.key))

    # what Textual tells

    def on_resize(self) -> None:
        self._fit()
        self._view.reveal()
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        at = self._view.top + event.y - _HEAD
        if event.y >= _HEAD and at < len(self._stages) and event.y < self.size.height - self._foot:
            again = at == self._view.cursor and event.chain > 1
            self._view.go(at)
            self.repaint()
            if again:
                self.action_activate()


def _texts(stage: FunnelStage) -> tuple[str, ...]:
    return stage.ins.text, stage.outs.text, stage.lost.text, stage.share


def bar_parts(stage: FunnelStage, most: float, width: int) -> list[Part]:
    """The parts of a stage's bar, at most ``width`` cells together. What there is of something takes a cell at least.

    Of a stage whose out-end nobody saw all of what came in is ``unseen``: where it went cannot be told.
    """
    ins, outs = stage.ins.value, stage.outs.value
    if most <= 0 or width < 1 or (ins is None and outs is None):
        return []
    wanted = [("full", outs or 0.0), ("lost", stage.lost.value or 0.0), ("missing", stage.missing)]
    if outs is None and ins is not None:
        wanted[2] = ("unseen", max(0.0, ins - (stage.lost.value or 0.0)))
    total = max(ins or 0.0, sum(value for _, value in wanted))
    room = max(1 if total > 0 else 0, round(min(1.0, total / most) * width))
    parts = [Part(what, max(1, round(min(1.0, value / most) * width))) for what, value in wanted if value > 0]
    over = sum(part.cells for part in parts) - room
    while over > 0 and any(part.cells > 1 for part in parts):
        largest = max(range(len(parts)), key=lambda at: parts[at].cells)
        parts[largest] = parts[largest]._replace(cells=parts[largest].cells - 1)
        over -= 1
    return parts[:width]


_ROLES = {"full": "spark", "lost": "bad", "missing": "warn", "unseen": "unknown"}


def _stage_strip(
    palette: Palette, stage: FunnelStage, room: _Room, most: float, width: int, selection: Selection
) -> Strip:
    spans = list(_stage_spans(palette, stage, room, most, selection))
    used = sum(width_of(span.text) for span in spans)
    spans.append(Span(" " * max(0, width - used)))
    segments = (Segment(span.text, palette.style(span.role, selection)) for span in spans)
    return strip_of(segments, width).adjust_cell_length(width, palette.style("", selection))


def _stage_spans(
    palette: Palette, stage: FunnelStage, room: _Room, most: float, selection: Selection
) -> Iterator[Span]:
    glyphs, shape = palette.glyphs, palette.shape(stage.health)
    fills = {"full": glyphs.full, "lost": glyphs.lost, "missing": glyphs.missing, "unseen": glyphs.ahead}
    yield Span((" ", glyphs.marker_blur, glyphs.marker)[selection], "marker" if selection else "")
    yield Span(shape.glyph, shape.word)
    yield Span(" ")
    yield Span(fit(stage.name, room.name, more=glyphs.more))
    yield Span(" ")
    parts = bar_parts(stage, most, room.bar)
    for part in parts:
        yield Span(fills[part.what] * part.cells, _ROLES[part.what])
    rest = room.bar - sum(part.cells for part in parts)
    unseen = stage.ins.value is None and stage.outs.value is None
    yield Span(fit(stage.word if unseen else "", rest, more=glyphs.more), "unknown")
    roles = ("number", "number", "bad" if stage.lost.value else "muted", shape.word if shape.word != "ok" else "number")
    for text, cells, role in zip(_texts(stage), room.columns, roles, strict=True):
        if cells:
            yield Span(" ")
            yield Span(fit(text, cells, "right", glyphs.more), role)
