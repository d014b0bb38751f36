"""A row's or an object's detail in words: its head, its signals as rows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from console.inventory.shapes import Sheet
from console.naming import job_name, place_of
from console.screens.board.rowviews import GUESSED
from console.screens.frame import Detail, Trace
from console.screens.unseen import as_seen
from console.signals import EntityKind, EntityRef, Health
from widgets.glyphs import Glyphs
from widgets.rowlist import Figure, RowView
from widgets.text import Span

COLLECTED = "Nomad has collected it; this is what the tape holds."
_SHORT = (EntityKind.ALLOCATION, EntityKind.DEPLOYMENT, EntityKind.EVALUATION, EntityKind.NODE)
_OF_NOMAD = (*_SHORT, EntityKind.JOB, EntityKind.GROUP, EntityKind.SERVICE)
_CELLS_OF_ID = 8
_CALLED = {EntityKind.KPI: "KPI", EntityKind.ONCALL: "schedule"}


class Head(NamedTuple):
    """The line that says what a drill-down is about, and the sentence below it with its role."""

    first: list[Span]
    sentence: str = ""
    role: str = ""


def head(detail: Detail, asked: EntityRef | None, glyphs: Glyphs, unseen: str = "") -> Head:
    """Name, where it is and how it stands. ``asked`` is the object of Nomad that is looked into, if it is one;
    ``unseen`` says since when nothing is heard of its Nomad, if nothing is."""
    if asked is None:
        return Head(row_spans(detail))
    sheet, row = detail.sheet, detail.row
    name, where, health, word = called(asked), "", Health.UNKNOWN, ""
    if sheet is not None:
        name, where, health, word = sheet.name, sheet.where, sheet.health, _reason(sheet)
    elif row is not None:
        name, health, word = row.name, row.health, row.word
    elif not detail.seen:
        return Head([Span(f" {name}", "title"), Span(f"  {_CALLED.get(asked.kind, asked.kind.value)}", "muted")],
                    "Nothing of it is on the tape at this time.", "warn")  # fmt: skip
    health = as_seen(health, stale=bool(unseen))
    first = [
        Span(f" {glyphs.health[health.value]} ", health.value),
        Span(name, "title"),
        Span(f"  {health.value}", health.value),
        Span(f"   {_CALLED.get(asked.kind, asked.kind.value)}{f', {where}' if where else ''}", "muted"),
    ]
    role = "" if health is Health.OK else health.value
    if sheet is not None and sheet.gone:
        return Head(first, f"{word.rstrip('.')}. {COLLECTED}" if word else COLLECTED, "stale")
    if unseen:
        return Head(first, f"{word.rstrip('.') or 'this'}, as last seen: {unseen}", role)
    return Head(first, "" if word == health.value else word, role)


def _reason(sheet: Sheet) -> str:
    """How it stands and why, each said once."""
    if not sheet.why or sheet.why.casefold() in sheet.word.casefold():
        return sheet.word
    return f"{sheet.word}: {sheet.why}" if sheet.word and not sheet.why.startswith(sheet.word) else sheet.why


def called(entity: EntityRef) -> str:
    """What an object is called before more is known of it: an id at eight cells, a name without its namespace."""
    if entity.kind in _SHORT:
        return entity.id[:_CELLS_OF_ID]
    return job_name(entity.id)


def owner(entity: EntityRef) -> str:
    """Whose a signal is, as lanes say it: ``job answerer``, with its place where there are several."""
    if entity.kind not in _OF_NOMAD:
        return f"{entity.kind.value} {entity.id}"
    place = place_of(entity.id)
    return f"{entity.kind.value} {called(entity)}{f' · {place}' if place else ''}"


def row_spans(detail: Detail) -> list[Span]:
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
    """Signals as rows; those of one name are told apart by whose they are, or else by who reads them."""
    names, owners = [one.name for one in traces], {(one.name, one.of) for one in traces}
    several = {name for name in names if names.count(name) > 1}
    own = {name for name in several if sum(one == name for one, _ in owners) == names.count(name)}
    return [
        _trace_row(one, "" if one.name not in several else one.of.partition(" ")[2] if one.name in own else one.source)
        for one in traces
    ]


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
