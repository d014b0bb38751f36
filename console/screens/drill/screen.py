"""One row or one object of Nomad looked into: its parts to go on to, its signals with their past, what is known of it,
what happened to it, and beside that the signals that moved with it, ranked, as lanes on one axis of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal

from textual import on
from textual.containers import Container
from textual.widget import Widget

from console.format import duration
from console.naming import place_of
from console.screens.base import DeskScreen
from console.screens.drill.companions import Companions
from console.screens.drill.details import SIGNAL
from console.screens.drill.diffscreen import DiffScreen, version_of
from console.screens.drill.drawings import drawing_of
from console.screens.drill.keys import GOVERNED, entity_of, sheeted
from console.screens.drill.lanetext import default_symptom, own_name, said_of, whose
from console.screens.drill.layout import BREAKPOINTS, CSS
from console.screens.drill.partslist import part_lists, part_of
from console.screens.drill.storyview import StoryView
from console.screens.drill.text import called, head, trace_rows
from console.screens.drill.traces import CELLS
from console.screens.drill.watched import Watched
from console.screens.frame import Detail
from console.screens.trail import trail_spans
from console.screens.unseen import declared_unseen, none_is_seen, unseen
from console.signals import EntityRef, Pane
from widgets.funnel import Funnel
from widgets.headlines import HeadLines
from widgets.lanes import Lanes
from widgets.panel import Panel
from widgets.rowlist import RowList
from widgets.sectionlist import SectionList
from widgets.stageaxis import StageAxis
from widgets.text import Span

Front = Literal["parts", "facts"]


class DetailScreen(DeskScreen):
    """The row with that key, the object (``kind:id``), or the signal (``signal KEY``), at the time at which the screen
    stands.

    ``symptom`` is the signal that others are held against at first; None: the one that says most. ``trail`` names what
    one came through. ``front`` is what has the keys at first.
    """

    DEFAULT_CSS: ClassVar[str] = CSS
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS

    def __init__(self, key: str, symptom: str | None = None, trail: Sequence[str] = (), front: Front = "parts") -> None:
        super().__init__()
        self._key = key
        self._asked_for = sheeted(key)
        self._symptom = symptom
        self._trail = tuple(trail)
        self._front: Front = front
        self._named = "" if self._asked_for is None else called(self._asked_for)
        self._ahead = 0  # times that enter was typed before there was anything to open
        self._onward = 0  # of them those that are meant for what is opened
        self._begun = False  # it is known what it has, and so with which signal to begin
        self._head = HeadLines(1 if self._asked_for is None else 2)
        self._drawing = drawing_of(self._asked_for)
        self._parts = SectionList(grows=True)
        self._signals = Panel([Span("Signals")], RowList(spark=CELLS))
        self._story = StoryView()
        self._lanes = Companions()

    def body(self) -> Iterable[Widget]:
        yield self._head
        if self._drawing is not None:
            yield self._drawing
        if self._asked_for is None:
            own = Container(self._signals, self._story, id="own")
        else:
            own = Container(self._parts, Container(self._story, self._signals, id="beside"), id="own")
        yield Container(own, self._lanes, id="halves")

    def on_mount(self) -> None:
        if self._asked_for is not None:
            self.add_class("-object")
        self.set_class(self._drawing is not None, "-drawn")
        first: Widget = self._lanes if self._asked_for is None else self._parts
        self._turn_to(self._story if self._front == "facts" else first)

    def on_screen_resume(self) -> None:
        self._look()

    def on_unmount(self) -> None:
        if not isinstance(self.app.screen, DetailScreen):
            self.board.look_into(None)

    def on_screen_suspend(self) -> None:
        self._story.rest()
        self._lanes.forget()

    @property
    def settled(self) -> bool:
        """Whether all that it shows is there: nothing is being ranked or read."""
        detail = self._detail()
        return detail is not None and self._lanes.settled(detail)

    @property
    def about(self) -> EntityRef | None:
        """What the screen is about."""
        detail = self._detail()
        return entity_of(self._key) if detail is None else detail.entity

    @property
    def subject(self) -> EntityRef | None:
        """The part at the cursor while the parts have the keys, else what the screen is about."""
        detail = self._detail()
        if self._parts.has_focus and detail is not None:
            part = part_of(detail.sheet, self._parts.selected_key)
            if part is not None and part[1].opens is not None:
                return part[1].opens
        return self.about

    # -- parts of the screen -----------------------------------------------------------------------------------------

    def cycle(self, by: int) -> None:
        """Let the next part of the screen have the keys: what is drawn, the object's parts, signals, lanes, facts."""
        rows: list[Widget] = [self._signals.rows, self._lanes, self._story]
        turns = rows if self._asked_for is None else [self._parts, *rows]
        turns = turns if self._drawing is None else [self._drawing, *turns]
        at = next((at for at, part in enumerate(turns) if part.has_focus), len(turns) - 2)
        self._turn_to(turns[(at + by) % len(turns)])

    def _turn_to(self, part: Widget) -> None:
        """Where there is no room for all, what has the keys takes the place of others."""
        self.set_class(part is self._story, "-story")
        self.set_class(part in (self._signals.rows, self._lanes), "-signals")
        self.set_focus(part, scroll_visible=False)  # at once: keys of the same burst are meant for it

    def describe(self) -> None:
        """Let the facts have the keys."""
        self._turn_to(self._story)

    def go_on(self) -> None:
        """Do what enter does on the part that has the keys; while its parts are being read, once they are there."""
        focused = self.focused
        if self._waits_for_parts:
            self._ahead += 1
        elif isinstance(focused, SectionList | Lanes | RowList | Funnel | StageAxis):
            focused.action_activate()

    @property
    def _unseen(self) -> str:
        feeds = self.board.picture.feeds
        if self._asked_for is not None and self._asked_for.kind in GOVERNED:
            return declared_unseen((feed for pane in feeds.values() for feed in pane), self._asked_for.kind)
        nomads = feeds[Pane.SCHEDULING]
        place = "" if self._asked_for is None else place_of(self._asked_for.id)
        return unseen(nomads, place) if none_is_seen(nomads, place) else ""

    @property
    def _waits_for_parts(self) -> bool:
        detail = self._detail()
        return self._asked_for is not None and self._front == "parts" and (detail is None or detail.sheet is None)

    # -- what is shown -----------------------------------------------------------------------------------------------

    @property
    def crumbs(self) -> tuple[str, ...]:
        """What one came through, and this."""
        return (*self._trail, self._crumb())

    def title_spans(self, width: int) -> tuple[list[Span], list[Span]]:
        right = self.board.picture.title(width)[1]
        return trail_spans(self.crumbs, width, right, self.board.palette.glyphs.more), right

    def _crumb(self) -> str:
        detail = self._detail()
        if detail is not None:
            self._named = own_name(detail, self._symptom) if self._asked_for is None else whose(detail)
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
        self._head.set_head(*head(detail, self._asked_for, self.board.palette.glyphs, self._unseen))
        if self._drawing is not None:
            self._drawing.draw(detail)
        self._show_parts(detail)
        self._show_signals(detail)
        self._show_story(detail)
        place = self.board.picture.place
        if place is not None and self.board.screen is self:
            self._lanes.consider(self._symptom, place)
        self._lanes.show(detail, own_name(detail, self._symptom) if self._symptom else "")

    def _begin(self, detail: Detail) -> None:
        self._begun = True
        if self._symptom is None:
            self._symptom = default_symptom(detail, said_of(self.board.picture.verdict))
        rows = self._signals.rows
        rows.set_rows(trace_rows(detail.traces))
        if self._symptom is not None:
            rows.select(self._symptom)
        elif not detail.traces and self._asked_for is None:
            self._turn_to(self._story)

    def _show_parts(self, detail: Detail) -> None:
        if detail.sheet is not None:
            self._parts.set_lists(part_lists(detail.sheet.parts))
            self._parts.set_empty("It has no parts.")
            if self._ahead and self._parts.has_focus and self.board.screen is self:
                self._ahead, self._onward = 0, self._ahead - 1
                self._parts.action_activate()

    def _show_signals(self, detail: Detail) -> None:
        panel = self._signals
        panel.set_title([Span(f"Signals {detail.borrowed}".rstrip())])
        cell = Span(f"{duration(detail.window_s / CELLS)} a cell, newest at the right", "muted")
        panel.set_status([] if detail.borrowed else [cell])  # whose they are matters more
        panel.rows.set_rows(trace_rows(detail.traces))
        if self._symptom is not None and panel.rows.selected_key is None:
            panel.rows.select(self._symptom)
        height = max(3, len(detail.traces) + 2)
        if panel.styles.height is None or panel.styles.height.value != height:
            panel.styles.height = height
        panel.set_notice("" if detail.traces else "No signal of it has been seen.")

    def _show_story(self, detail: Detail) -> None:
        by_signal = self._asked_for is None or self._signals.rows.has_focus
        self._story.show(detail, self._signals.rows.selected_key if by_signal else None)

    # -- what is done ------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Have what is shown read with every frame."""
        self.board.look_into(Watched(self._key, self._lanes.samples))

    @on(Companions.Wants)
    def _wanted(self) -> None:
        if self.board.screen is self:
            self._look()
        self.show(set())

    @on(RowList.Selected)
    def _selected(self, message: RowList.Selected) -> None:
        detail = self._detail()
        if detail is None:
            return
        if message.key is not None and self._signals.rows.has_focus:
            self._symptom = message.key
        self.show(set())

    @on(RowList.Activated)
    def _activated(self) -> None:
        self._turn_to(self._lanes)

    @on(SectionList.Activated)
    def _opened(self, message: SectionList.Activated) -> None:
        detail, front = self._detail(), self.board.screen
        part = part_of(detail.sheet, message.key) if detail is not None else None
        if front is not self and isinstance(front, DetailScreen):
            front.go_on()  # it was typed for what the key before it opens
        elif not message.key and self._waits_for_parts:
            self._ahead += 1
        if part is None or front is not self:
            return
        section, line = part
        version = version_of(line.key)
        if line.opens is not None:
            opened = DetailScreen(str(line.opens), trail=self.crumbs)
            opened._ahead, self._onward = self._onward, 0
            self.app.push_screen(opened)
        elif version is not None:
            self.app.push_screen(DiffScreen(*version, section, line, self.crumbs))
        else:
            self.board.say(f"There is nothing more to see of {line.name} than what stands here.")

    @on(Lanes.Activated)
    def _followed(self, message: Lanes.Activated) -> None:
        if self.board.screen is not self:
            return
        if message.key == self._symptom:
            self.board.say("The others are held against this one; enter on another lane goes on from there.")
            return
        self.app.push_screen(DetailScreen(f"{SIGNAL}{message.key}", message.key, self.crumbs))
