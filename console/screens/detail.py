"""One row looked into: its signals with their past, what its document says, what happened to it, and beside that the
signals that moved with it, ranked, as lanes on one axis of time. Enter on a lane goes on from there."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Container
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from console.format import clock, duration
from console.screens.base import DeskScreen
from console.screens.details import SIGNAL
from console.screens.detailtext import head_spans, story, trace_rows
from console.screens.drill import Drill
from console.screens.frame import Detail
from console.screens.lanetext import (
    axis_of,
    default_symptom,
    lanes_of,
    lanes_status,
    lanes_title,
    nothing_text,
    own_name,
    waiting_text,
)
from console.screens.ranking import Answer
from console.screens.traces import CELLS
from console.screens.trail import trail_spans
from console.screens.watched import Watched
from console.signals import Pane
from widgets.helpview import HelpView, Section
from widgets.lanes import Lanes
from widgets.panel import Panel
from widgets.rowlist import RowList
from widgets.statusline import StatusLine
from widgets.text import Span

if TYPE_CHECKING:
    from console.screens.ranking import Question

SETTLED_S = 0.25  # a selection or a place in time that stays for so long is asked about


class DetailScreen(DeskScreen):
    """The row with that key, or the signal (``signal KEY``), at the time at which the screen stands.

    ``symptom`` is the signal that others are held against at first; None: the one that says most. ``trail`` names what
    one came through.
    """

    DEFAULT_CSS: ClassVar[str] = """
    DetailScreen > #halves { layout: vertical; height: 1fr; }
    DetailScreen #own { layout: vertical; height: auto; }
    DetailScreen Panel { height: auto; }
    DetailScreen HelpView { height: 1fr; margin: 0 1; }
    DetailScreen.-narrow HelpView { display: none; }
    DetailScreen.-narrow Panel { max-height: 7; }
    DetailScreen.-narrow.-story #own { height: 1fr; }
    DetailScreen.-narrow.-story HelpView { display: block; }
    DetailScreen.-narrow.-story Lanes { display: none; }
    DetailScreen.-middle #own { layout: horizontal; height: 30%; }
    DetailScreen.-middle #own > * { width: 1fr; max-height: 100%; }
    DetailScreen.-wide > #halves { layout: horizontal; }
    DetailScreen.-wide #own { width: 36%; height: 1fr; }
    DetailScreen.-wide Panel { max-height: 50%; }
    DetailScreen.-wide HelpView { margin: 1 1 0 2; }
    DetailScreen.-wide Lanes { width: 1fr; margin: 0 0 0 1; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-middle"), (160, "-wide")]  # noqa: RUF012 - Textual's name, type

    class Ranked(Message):
        """The ranker has answered."""

        def __init__(self, answer: Answer) -> None:
            super().__init__()
            self.answer = answer

    def __init__(self, key: str, symptom: str | None = None, trail: Sequence[str] = ()) -> None:
        super().__init__()
        self._key = key
        self._symptom = symptom
        self._trail = tuple(trail)
        self._named = ""
        self._begun = False  # it is known what the row has, and so with which signal to begin
        self._drill = Drill()
        self._settling: Timer | None = None
        self._head = StatusLine()
        self._signals = Panel([Span("Signals")], RowList(spark=CELLS))
        self._story = HelpView()
        self._told: Sequence[Section] = ()
        self._lanes = Lanes(clock=lambda at_ms: clock(at_ms, seconds=False))

    def body(self) -> Iterable[Widget]:
        yield self._head
        yield Container(Container(self._signals, self._story, id="own"), self._lanes, id="halves")

    def on_mount(self) -> None:
        self._lanes.focus()

    def on_screen_resume(self) -> None:
        self._look()

    def on_unmount(self) -> None:
        if self._settling is not None:
            self._settling.stop()
        self.board.ranking.forget(self._tell)
        if not isinstance(self.app.screen, DetailScreen):
            self.board.look_into(None)

    def on_screen_suspend(self) -> None:
        self._drill.forget()

    @property
    def settled(self) -> bool:
        """Whether all that it shows is there: nothing is being ranked or read."""
        detail = self._detail()
        return detail is not None and not self._drill.waits and detail.query == self._drill.query()

    # -- parts -------------------------------------------------------------------------------------------------------

    def cycle(self, by: int) -> None:
        """Let the next part have the keys: signals, lanes, facts."""
        parts: list[Widget] = [self._signals.rows, self._lanes, self._story]
        at = next((at for at, part in enumerate(parts) if part.has_focus), 1)
        self._turn_to(parts[(at + by) % len(parts)])

    def _turn_to(self, part: Widget) -> None:
        """Where there is no room for all, facts take the place of the lanes while they have the keys."""
        self.set_class(part is self._story, "-story")
        part.focus()

    def go_on(self) -> None:
        """Do what enter does on the part that has the keys."""
        if self._lanes.has_focus:
            self._lanes.action_activate()
        elif self._signals.rows.has_focus:
            self._signals.rows.action_activate()

    # -- what is shown -----------------------------------------------------------------------------------------------

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        return trail_spans((*self._trail, self._crumb()), width, right, self.board.palette.glyphs.more), right

    def _crumb(self) -> str:
        detail = self._detail()
        if detail is not None:
            self._named = own_name(detail, self._symptom)
        return self._named

    def _detail(self) -> Detail | None:
        detail = self.board.picture.detail
        return detail if detail is not None and detail.key == self._key else None

    def show_body(self, changed: set[Pane]) -> None:
        detail = self._detail()
        if detail is None:
            return
        if not self._begun:
            self._begin(detail)
        self._head.set_spans(head_spans(detail))
        self._signals.set_status([Span(f"{duration(detail.window_s / CELLS)} a cell, newest at the right", "muted")])
        self._signals.rows.set_rows(trace_rows(detail.traces))
        if self._symptom is not None and self._signals.rows.selected_key is None:
            self._signals.rows.select(self._symptom)
        height = max(3, len(detail.traces) + 2)
        if self._signals.styles.height is None or self._signals.styles.height.value != height:
            self._signals.styles.height = height
        self._signals.set_notice("" if detail.traces else "No signal of this row has been seen.")
        self._show_story(detail)
        self._show_lanes(detail)
        self._consider()

    def _said_of(self) -> list[str]:
        """The signals that the verdict in force is about, what hurts first."""
        verdict = self.board.picture.verdict
        if verdict is None:
            return []
        about = [verdict["symptom"], verdict["first_mover"]]
        return [one["signal"] for one in (*about, *verdict["ranked"]) if one is not None]

    def _begin(self, detail: Detail) -> None:
        self._begun = True
        if self._symptom is None:
            self._symptom = default_symptom(detail, self._said_of())
        rows = self._signals.rows
        rows.set_rows(trace_rows(detail.traces))
        if self._symptom is not None:
            rows.select(self._symptom)
        elif not detail.traces:
            self._turn_to(self._story)

    def _show_story(self, detail: Detail) -> None:
        told = story(detail, self._signals.rows.selected_key)
        if told != self._told:
            self._told = told
            self._story.set_sections(told)

    def _show_lanes(self, detail: Detail) -> None:
        drill, lanes = self._drill, self._lanes
        lanes.set_title(
            lanes_title(own_name(detail, self._symptom) if self._symptom else ""),
            lanes_status(drill.verdict, detail.signals, waits=drill.waits),
        )
        verdict, query = drill.verdict, drill.query()
        if drill.answer is not None and drill.answer.problem:
            lanes.set_empty(drill.answer.problem, "warn")
        elif verdict is None or query is None:
            lanes.set_empty(f"{waiting_text(detail.signals)} ..." if drill.waits else "")
        elif detail.query == query:
            asked = drill.answer.question.symptom if drill.answer is not None else None
            drawn = lanes_of(verdict, detail.lanes, asked, own_name(detail, asked))
            first_time = not lanes.lanes
            lanes.set_lanes(axis_of(verdict, query._replace(from_ms=detail.lanes_from_ms)), drawn)
            if first_time and len(drawn) > 1:
                lanes.select(drawn[1].key)  # what moved most with it, not what it is held against
            lanes.set_empty(nothing_text(verdict, query, detail.signals))

    # -- asking ------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Have what is shown read with every frame."""
        self.board.look_into(Watched(self._key, self._drill.query()))

    def _consider(self) -> None:
        """Ask for a ranking if it is time: at once at first, else when selection and place have settled."""
        place = self.board.picture.place
        if not self._begun or place is None or self.board.screen is not self:
            return
        question = self._drill.due(self._symptom, place, time.monotonic())
        if question is None:
            return
        if self._drill.asked is None:
            self._ask(question)
        elif self._settling is None:
            self._settling = self.set_timer(SETTLED_S, self._settle)

    def _settle(self) -> None:
        self._settling = None
        place = self.board.picture.place
        question = self._drill.due(self._symptom, place, time.monotonic()) if place is not None else None
        if question is not None and self.board.screen is self:
            self._ask(question)

    def _ask(self, question: Question) -> None:
        self._drill.ask(question, time.monotonic())
        self.board.ranking.ask(question, self._tell)
        detail = self._detail()
        if detail is not None:
            self._show_lanes(detail)

    def _tell(self, answer: Answer) -> None:
        self.post_message(self.Ranked(answer))

    @on(Ranked)
    def _ranked(self, message: Ranked) -> None:
        if self._drill.take(message.answer):
            if self.board.screen is self:
                self._look()
            self.show(set())

    @on(RowList.Selected)
    def _selected(self, message: RowList.Selected) -> None:
        detail = self._detail()
        if detail is None:
            return
        if message.key is not None and message.key != self._symptom and self._signals.rows.has_focus:
            self._symptom = message.key
            if self._settling is not None:  # a key moved on: the time to settle begins anew
                self._settling.stop()
                self._settling = None
        self.show(set())

    @on(RowList.Activated)
    def _activated(self) -> None:
        self._turn_to(self._lanes)

    @on(Lanes.Activated)
    def _followed(self, message: Lanes.Activated) -> None:
        if message.key == self._symptom:
            self.board.say("The others are held against this one; enter on another lane goes on from there.")
            return
        self.app.push_screen(DetailScreen(f"{SIGNAL}{message.key}", message.key, (*self._trail, self._crumb())))
