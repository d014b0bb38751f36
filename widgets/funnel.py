"""What goes through the stages of something, and what is lost on the way: a bar for each stage, all on one scale.

A bar shows what came in: what went on, what was thrown out, and what is nowhere. Where something was not seen
there is no bar and a word for that, never a zero. Enter goes on from a stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip

from widgets.focused import MOVES
from widgets.funnellines import Amount, FunnelStage, room_of, stage_strip, title_spans
from widgets.lanelines import rule_strip
from widgets.lines import spans_strip, strip_of
from widgets.palette import Selection
from widgets.text import Span, wrap
from widgets.titled import TitledLines
from widgets.viewport import Viewport

__all__ = ["Amount", "Funnel", "FunnelStage"]

_HEAD = 2  # title, titles of the columns
_FOOT = 2
_FOOT_FROM = 6


class Funnel(TitledLines, can_focus=True):
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
        super().__init__(title, id=id, classes=classes)
        self._stages: tuple[FunnelStage, ...] = ()
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
            return self.empty_line(y - 1, width)
        if y == 1:
            return strip_of(map(palette.segment, title_spans(room_of(self._stages, width), width)), width)
        if self._foot and y >= self.size.height - self._foot:
            return self._note(y - (self.size.height - self._foot), width)
        at = self._view.top + y - _HEAD
        if at >= len(self._stages):
            return Strip.blank(width, palette.base)
        selection = Selection.NONE
        if at == self._view.cursor:
            selection = Selection.FOCUSED if self.has_focus else Selection.BLURRED
        return stage_strip(palette, self._stages[at], room_of(self._stages, width), self._most, width, selection)

    @property
    def _most(self) -> float:
        """What the longest bar stands for."""
        ends = [one.value for stage in self._stages for one in (stage.ins, stage.outs) if one.value is not None]
        return max(ends, default=0.0)

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
