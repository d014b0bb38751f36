"""One row looked into: its signals with their past, what its document says, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.containers import Container
from textual.widget import Widget

from console.format import clock, duration
from console.screens.base import DeskScreen
from console.screens.frame import Detail, Trace
from console.screens.rowviews import number_span
from console.signals import Health, Pane
from widgets.helpview import HelpView, Section
from widgets.panel import Panel
from widgets.rowlist import RowView
from widgets.statusline import StatusLine
from widgets.text import Span


class DetailScreen(DeskScreen):
    """The row with that key, at the time at which the screen stands."""

    DEFAULT_CSS: ClassVar[str] = """
    DetailScreen > #halves { layout: vertical; height: 1fr; }
    DetailScreen.-wide > #halves { layout: horizontal; }
    DetailScreen.-narrow Panel { max-height: 60%; }
    DetailScreen.-wide HelpView { margin: 1 1 0 2; }
    DetailScreen.-narrow HelpView { margin: 0 1; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual's name and type

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._head = StatusLine()
        self._signals = Panel([Span("Signals")])
        self._story = HelpView()

    def body(self) -> Iterable[Widget]:
        yield self._head
        yield Container(self._signals, self._story, id="halves")

    def on_mount(self) -> None:
        self._signals.rows.focus()
        self.board.watch_row(self._key)

    def on_unmount(self) -> None:
        self.board.watch_row(None)

    def cycle(self) -> None:
        """Let the other half have the keys."""
        (self._story if self._signals.rows.has_focus else self._signals.rows).focus()

    def show_body(self, changed: set[Pane]) -> None:
        detail = self.board.picture.detail
        if detail is None or detail.key != self._key:
            return
        self._head.set_spans(head_spans(detail))
        self._signals.set_status([Span(f"last {duration(detail.window_s)}, newest at the right", "muted")])
        self._signals.rows.set_rows([trace_row(place, one) for place, one in enumerate(detail.traces)])
        self._signals.styles.height = max(3, len(detail.traces) + 2) if self.has_class("-narrow") else "1fr"
        self._signals.set_notice("" if detail.traces else "No signal of this row has been seen.")
        self._story.set_sections(story(detail))


def head_spans(detail: Detail) -> list[Span]:
    """What the row itself says: name, state, all its numbers."""
    row = detail.row
    if row is None:
        return [Span(f" {detail.key} is not on the board at this time.", "warn")]
    spans = [Span(f" {row.name}", "title"), Span(f"  {row.word or row.health.value}", row.health.value)]
    for number in row.numbers:
        spans += [Span("   "), number_span(number)]
    return [*spans, Span(f"   {row.note}", "muted")] if row.note else spans


def trace_row(place: int, trace: Trace) -> RowView:
    """A signal as a row: newest value, then how far it went."""
    role = "number" if trace.health in (Health.OK, Health.UNKNOWN) else trace.health.value
    return RowView(
        key=f"{place}",
        health=trace.health.value,
        lead=(Span(trace.name),),
        numbers=(Span(trace.value, role), Span(trace.extremes, "muted")),
        spark=trace.spark,
        spark_range=trace.range,
        note=trace.note,
    )


def story(detail: Detail) -> Sequence[Section]:
    """Facts and events as a table of two columns."""
    facts = [(fact.label, fact.text) for fact in detail.facts]
    events = [(clock(at_ms), text) for at_ms, _, text in detail.events]
    return (
        Section("What is known", facts or [("", "No document of it has been seen.")]),
        Section("What happened, newest first", events or [("", "Nothing in the last six hours.")]),
    )
