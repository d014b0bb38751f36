"""One row looked into: its signals with their past, what its document says, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.containers import Container
from textual.widget import Widget

from console.format import clock, duration
from console.screens.base import DeskScreen
from console.screens.details import CELLS
from console.screens.frame import Detail, Trace
from console.screens.rowviews import GUESSED
from console.screens.watched import Watched
from console.signals import Health, Pane
from widgets.glyphs import UNICODE
from widgets.helpview import HelpView, Section
from widgets.panel import Panel
from widgets.rowlist import Figure, RowList, RowView
from widgets.statusline import StatusLine
from widgets.text import Span


class DetailScreen(DeskScreen):
    """The row with that key, at the time at which the screen stands."""

    DEFAULT_CSS: ClassVar[str] = """
    DetailScreen > #halves { layout: vertical; height: 1fr; }
    DetailScreen.-wide > #halves { layout: horizontal; }
    DetailScreen.-narrow Panel { max-height: 50%; }
    DetailScreen.-wide #halves > Panel { width: 1fr; max-height: 100%; }
    DetailScreen.-wide HelpView { width: 1fr; margin: 1 1 0 2; }
    DetailScreen.-narrow HelpView { margin: 0 1; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (160, "-wide")]  # noqa: RUF012 - Textual's name and type

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._head = StatusLine()
        self._signals = Panel([Span("Signals")], RowList(spark=CELLS))
        self._story = HelpView()
        self._told: Sequence[Section] = ()

    def body(self) -> Iterable[Widget]:
        yield self._head
        yield Container(self._signals, self._story, id="halves")

    def on_mount(self) -> None:
        self._signals.rows.focus()
        self.board.look_into(Watched(self._key))

    def on_unmount(self) -> None:
        self.board.look_into(None)

    def cycle(self) -> None:
        """Let the other half have the keys."""
        (self._story if self._signals.rows.has_focus else self._signals.rows).focus()

    def show_body(self, changed: set[Pane]) -> None:
        detail = self._detail()
        if detail is None:
            return
        self._head.set_spans(head_spans(detail))
        self._signals.set_status([Span(f"{duration(detail.window_s / CELLS)} a cell, newest at the right", "muted")])
        self._signals.rows.set_rows([trace_row(one) for one in detail.traces])
        height = max(3, len(detail.traces) + 2)
        if self._signals.styles.height is None or self._signals.styles.height.value != height:
            self._signals.styles.height = height
        self._signals.set_notice("" if detail.traces else "No signal of this row has been seen.")
        self._show_story(detail)

    def _detail(self) -> Detail | None:
        detail = self.board.picture.detail
        return detail if detail is not None and detail.key == self._key else None

    def _show_story(self, detail: Detail) -> None:
        told = story(detail, self._signals.rows.selected_key)
        if told != self._told:
            self._told = told
            self._story.set_sections(told)

    @on(RowList.Selected)
    def _selected(self) -> None:
        detail = self._detail()
        if detail is not None:
            self._show_story(detail)


def head_spans(detail: Detail) -> list[Span]:
    """What the row itself says: name, state, the numbers that are no signal's, and the note."""
    row = detail.row
    if row is None:
        return [Span(f" {detail.key.partition(' ')[2] or detail.key} is not on the board at this time.", "warn")]
    spans = [Span(f" {row.name}", "title"), Span(f"  {row.health.value}", row.health.value)]
    if row.word and row.word != row.health.value:
        spans.append(Span(f": {row.word}", row.health.value))
    for number in row.numbers:
        if number.text and number.signal_key is None and number.text != row.word:
            role = "number" if number.health is Health.OK else number.health.value
            spans += [Span("   "), Span(f"{number.label} ".lstrip(), "muted"), Span(number.text, role)]
    return [*spans, Span(f"   {row.note}", "muted")] if row.note else spans


def trace_key(trace: Trace) -> str:
    """What a signal's row is known by while the list changes."""
    return f"{trace.of} {trace.name} {trace.expr}"


def trace_row(trace: Trace) -> RowView:
    """A signal as a row: newest value, then how far it went."""
    role = "number" if trace.health in (Health.OK, Health.UNKNOWN) else trace.health.value
    return RowView(
        key=trace_key(trace),
        health=trace.health.value,
        lead=(Span(trace.name), *([Span(GUESSED, "muted")] if trace.guessed else [])),
        numbers=(Figure(trace.value, role), Figure(trace.extremes, "muted")),
        spark=trace.spark,
        spark_range=trace.range,
    )


def story(detail: Detail, selected: str | None) -> Sequence[Section]:
    """The selected signal, facts and events as a table of two columns."""
    traces = [one for one in detail.traces if trace_key(one) == selected] or list(detail.traces[:1])
    facts = [(fact.label, fact.text) for fact in detail.facts]
    events = [(clock(at_ms), f"{_GLYPH[health]} {text}") for at_ms, health, text in detail.events]
    return (
        *(Section(f"Signal: {one.name}", list(_about(one))) for one in traces),
        Section("What is known", facts or [("", "No document of it has been seen.")]),
        Section("What happened, newest first", events or [("", "Nothing in the last six hours.")]),
    )


def _about(trace: Trace) -> Iterator[tuple[str, str]]:
    """What is known of one signal, beyond its line in the list."""
    yield ("now", f"{trace.value}, {trace.health.value}; {trace.extremes} in this time")
    yield ("normal", trace.normal or "nothing says what is normal")
    if trace.of:
        yield ("of", trace.of.replace(":", " ", 1))
    if trace.expr:
        yield ("read from", f"{trace.source}: {trace.expr}")
    if trace.guessed:
        yield (GUESSED, "placed by its name; a pack of yours would say for sure what it is")


_GLYPH = {health: UNICODE.health[health.value] if health is not Health.OK else " " for health in Health}
