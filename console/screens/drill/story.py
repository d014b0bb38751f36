"""What is known of an object and what happened to it, as chapters of short lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from console.format import clock, duration, moment
from console.inventory.shapes import Fact
from console.screens.board.rowviews import GUESSED
from console.screens.frame import Detail, Happening, Trace
from console.signals import Health
from widgets.glyphs import Glyphs
from widgets.text import Span, fit, spans_width, width_of, wrap

_LABEL_MOST = 24
_DAY_MS = 86_400_000
_LOUD = (Health.BAD, Health.WARN, Health.STALE)


class Saying(NamedTuple):
    """One line: a label, the text and how healthy that is; ``dim`` for what matters less. ``until`` is a time that is
    counted down to, in words, at the end."""

    label: str
    text: str
    health: Health | None = None
    dim: bool = False
    until: str = ""


class Chapter(NamedTuple):
    """A title and its lines; ``marked``: they have a column for the mark of their health."""

    title: str
    lines: tuple[Saying, ...]
    marked: bool = True


def chapters(
    detail: Detail, now_ms: int, selected: str | None = None, live: Sequence[Fact] = ()
) -> tuple[Chapter, ...]:
    """What is told at a time (unix ms). ``selected`` is the key of the signal that is told first, ``live`` what Nomad
    says of the object just now."""
    about = [trace for trace in detail.traces if trace.key == selected]
    facts = tuple(_fact(fact, now_ms) for fact in detail.facts if fact.text or fact.by_ms is not None)
    events = tuple(_event(event, now_ms) for event in detail.events)
    told = [Chapter(f"Signal: {one.name}", tuple(_about(one)), marked=False) for one in about]
    if live:
        told.append(Chapter("Just now, by Nomad", tuple(_fact(fact, now_ms) for fact in live)))
    nothing = "" if detail.seen else "No document of it has been seen."
    told.append(Chapter("What is known", facts or (Saying("", nothing),)))
    told.append(
        Chapter("What happened, newest first", events or (Saying("", "Nothing in the last week."),))
    )  # fmt: skip
    return tuple(told)


def _fact(fact: Fact, now_ms: int) -> Saying:
    return Saying(
        fact.label, fact.text, fact.health, until="" if fact.by_ms is None else until_text(fact.by_ms, now_ms)
    )


def until_text(by_ms: int, now_ms: int) -> str:
    """``in 4m12s``, or how long ago the time has passed."""
    left_s = (by_ms - now_ms) // 1000
    return f"in {duration(left_s)}" if left_s >= 0 else f"passed {duration(-left_s)} ago"


def _event(event: Happening, now_ms: int) -> Saying:
    at = clock(event.at_ms) if now_ms - event.at_ms < _DAY_MS else moment(event.at_ms)
    return Saying(at, event.text, event.health, dim=event.minor)


def _about(trace: Trace) -> Iterator[Saying]:
    """What is known of one signal, beyond its line in the list."""
    yield Saying(
        "last seen" if trace.health is Health.STALE else "now",
        f"{trace.value}, {trace.health.value}; {trace.extremes} in this time",
    )
    yield Saying("normal", trace.normal or "nothing says what is normal")
    if trace.of:
        yield Saying("of", trace.of)
    if trace.expr:
        yield Saying("read from", f"{trace.source}: {trace.expr}")
    if trace.guessed:
        yield Saying(GUESSED, "placed by its name; a pack of yours would say for sure what it is")


def story_lines(told: Sequence[Chapter], width: int, glyphs: Glyphs) -> list[list[Span]]:
    """The chapters as lines: a heading, then labels in a column and their text beside it, wrapped."""
    labels = [width_of(line.label) for chapter in told for line in chapter.lines]
    column = min(max(labels, default=0), _LABEL_MOST, max(1, width // 3))
    lines: list[list[Span]] = []
    for chapter in told:
        if lines:
            lines.append([])
        lines.append([Span(chapter.title, "title")])
        for line in chapter.lines:
            lines += _lines(line, column, width, glyphs if chapter.marked else None)
    return lines


def _lines(line: Saying, column: int, width: int, glyphs: Glyphs | None) -> Iterator[list[Span]]:
    """Label, mark of its health, text; the mark has a column of its own, so that texts stand below each other."""
    loud = line.health.value if line.health in _LOUD and line.health is not None else ""
    mark = "" if glyphs is None else f"{glyphs.health[loud]} " if loud else "  "
    role = "muted" if line.dim else loud
    room = max(1, width - column - 4 - len(mark))
    told = wrap(line.text, room) or [""]
    until = [Span(f" {line.until}".removeprefix("" if told[-1] else " "), role or "notice")] if line.until else []
    if until and width_of(told[-1]) + spans_width(until) > room:
        told.append("")
        until = [Span(line.until, role or "notice")]
    for at, text in enumerate(told):
        label = Span(fit("" if at else line.label, column), "muted" if line.dim else "key")
        body = [Span(" " * len(mark) if at else mark, role), Span(text, role), *(until if at == len(told) - 1 else [])]
        yield [Span("  "), label, Span("  "), *body]


def counts_down(facts: Sequence[Fact], now_ms: int) -> bool:
    """Whether any of the facts is about a time that is still to come (unix ms)."""
    return any(fact.by_ms is not None and fact.by_ms > now_ms for fact in facts)
