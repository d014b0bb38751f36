"""A row's detail in words: its head line, its signals as rows, its facts and events as a table. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.format import clock
from console.screens.frame import Detail, Trace
from console.screens.rowviews import GUESSED
from console.signals import Health
from widgets.glyphs import UNICODE
from widgets.helpview import Section
from widgets.rowlist import Figure, RowView
from widgets.text import Span


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


def trace_rows(traces: Sequence[Trace]) -> list[RowView]:
    """Signals as rows; those of one name are told apart by who reads them."""
    names = [one.name for one in traces]
    return [_trace_row(one, one.source if names.count(one.name) > 1 else "") for one in traces]


def _trace_row(trace: Trace, reader: str) -> RowView:
    """A signal as a row: newest value, then how far it went."""
    role = "number" if trace.health in (Health.OK, Health.UNKNOWN) else trace.health.value
    return RowView(
        key=trace.key,
        health=trace.health.value,
        lead=(
            Span(trace.name),
            *([Span(GUESSED, "muted")] if trace.guessed else []),
            *([Span(f" {reader}", "muted")] if reader else []),
        ),
        numbers=(Figure(trace.value, role), Figure(trace.extremes, "muted")),
        spark=trace.spark,
        spark_range=trace.range,
    )


def story(detail: Detail, selected: str | None) -> Sequence[Section]:
    """The selected signal, facts and events as a table of two columns."""
    traces = [one for one in detail.traces if one.key == selected] or list(detail.traces[:1])
    facts = [(fact.label, fact.text) for fact in detail.facts]
    events = [(clock(one.at_ms), f"{_GLYPH[one.health]} {one.text}") for one in detail.events]
    return (
        *(Section(f"Signal: {one.name}", list(_about(one))) for one in traces),
        Section("What is known", facts or [("", "No document of it has been seen.")]),
        Section("What happened, newest first", events or [("", "Nothing in the last six hours.")]),
    )


def _about(trace: Trace) -> Iterator[tuple[str, str]]:
    """What is known of one signal, beyond its line in the list."""
    yield (
        "last seen" if trace.health is Health.STALE else "now",
        f"{trace.value}, {trace.health.value}; {trace.extremes} in this time",
    )
    yield ("normal", trace.normal or "nothing says what is normal")
    if trace.of:
        yield ("of", trace.of.replace(":", " ", 1))
    if trace.expr:
        yield ("read from", f"{trace.source}: {trace.expr}")
    if trace.guessed:
        yield (GUESSED, "placed by its name; a pack of yours would say for sure what it is")


_GLYPH = {health: UNICODE.health[health.value] if health is not Health.OK else " " for health in Health}
