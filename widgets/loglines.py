"""One line of a log as it is drawn: cut or wrapped to a width, with what was found in it marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

from widgets.text import Span, clean, fit

Places = Sequence[tuple[int, int]]


class LogRow(NamedTuple):
    """What is drawn of a line. ``glyph`` with its ``role`` stands first, then ``prefix``; ``role`` draws the text, too.

    ``note`` is told before the text. ``places`` are from and to (exclusive) in the text of what was found there.
    ``ruled``: the line is a mark, filled up as a rule.
    """

    text: str
    prefix: Span = Span("")
    glyph: str = " "
    role: str = ""
    note: str = ""
    places: Places = ()
    ruled: bool = False


def pieces(text: str, width: int) -> list[tuple[int, int]]:
    """From and to of the parts of a clean text that are at most ``width`` cells wide; one part at least."""
    if width < 2:
        return [(0, len(text))]
    if text.isascii():
        return [(at, min(at + width, len(text))) for at in range(0, max(1, len(text)), width)]
    found: list[tuple[int, int]] = []
    start = cells = 0
    for at, letter in enumerate(text):
        wide = cell_len(letter)
        if cells + wide > width:
            found.append((start, at))
            start, cells = at, 0
        cells += wide
    return [*found, (start, len(text))]


def head_spans(row: LogRow, prefix_width: int, more: str) -> list[Span]:
    """What stands before the text: its shape and whose it is."""
    spans = [Span(row.glyph, row.role)]
    if prefix_width:
        spans += [Span(" "), Span(fit(row.prefix.text, prefix_width, more=more), row.prefix.role)]
    return [*spans, Span(" ")]


def head_width(prefix_width: int) -> int:
    """Cells of that."""
    return 3 + prefix_width if prefix_width else 2


def text_spans(row: LogRow, text: str, start: int, end: int, at_first: bool) -> list[Span]:
    """The part of a clean text from ``start`` to ``end``, with what was found in it marked."""
    spans = [Span(f"{row.note} ", "notice")] if row.note and at_first else []
    at = start
    for first, last in row.places:
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        spans += [Span(text[at:first], row.role), Span(text[first:last], "found")]
        at = last
    return [*spans, Span(text[at:end], row.role)]


def shown_text(row: LogRow) -> str:
    """The text as it is drawn; where cleaning changes its length nothing is marked in it."""
    return clean(row.text)
