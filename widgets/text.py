"""Text on its way to the screen: harmless, and of an exact width.

What is drawn came from job names, labels, annotations and logs that anybody could have written. It is data: never
markup, never a control sequence, never something that reorders or hides the text beside it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from rich.cells import cell_len

ODD = "\ufffd"  # stands where something was that must not reach a terminal
_MOST_MARKS = 2  # combining marks on one letter; more is an attempt to smear over other lines
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")  # inside emoji; terminals disagree about the width of what they join
_INDICATORS = range(0x1F1E6, 0x1F200)  # letters that make flags; widths differ between terminals
_SKIN_TONES = range(0x1F3FB, 0x1F400)


class Span(NamedTuple):
    """A piece of text and the theme role that it is drawn in ("" = plain text)."""

    text: str
    role: str = ""


def clean(text: str) -> str:
    """The text with everything removed or made visible that is not plain text.

    Line breaks and tabs become a space; other control characters become their picture (ESC is drawn as ␛, and the
    rest of its sequence stays as letters); direction overrides and invisible characters become U+FFFD.
    """
    if text.isascii() and text.isprintable():
        return text
    return _clean(text)


@lru_cache(maxsize=4096)
def _clean(text: str) -> str:
    kept: list[str] = []
    marks = _MOST_MARKS  # nothing to sit on yet
    for character in unicodedata.normalize("NFC", text):
        code = ord(character)
        if cell_len(character) == 0 and unicodedata.category(character) in ("Mn", "Me", "Mc", "Lo"):
            marks += 1
            if marks <= _MOST_MARKS:
                kept.append(character)
            continue
        harmless = _harmless(character, code)
        if harmless:
            kept.append(harmless)
            marks = 0 if harmless == character else _MOST_MARKS
    return "".join(kept)


def _harmless(character: str, code: int) -> str:
    """What to draw in place of one character; "" for nothing."""
    if 0x20 <= code < 0x7F:
        return character
    if character in "\t\n\r\v\f\x85\u2028\u2029\xa0":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if character in _JOINERS or code in _SKIN_TONES:
        return ""
    if code in _INDICATORS:
        return chr(ord("A") + code - _INDICATORS.start)
    # Cc: the rest of the control characters; Cf: overrides and invisible ones; Cs, Cn: cannot be encoded or drawn
    odd = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn") or cell_len(character) == 0
    return ODD if odd else character


def width_of(text: str) -> int:
    """Cells that the text takes once it is cleaned."""
    return cell_len(clean(text))


def fit(text: str, width: int, align: Literal["left", "right"] = "left", more: str = "…") -> str:
    """The text, cleaned, in exactly ``width`` cells: padded, or cut with ``more`` (one cell) at its end."""
    if width <= 0:
        return ""
    return _fit(clean(text), width, align, more)


@lru_cache(maxsize=4096)
def _fit(text: str, width: int, align: str, more: str) -> str:
    cells = cell_len(text)
    if cells > width:
        text, cells = _cut(text, width - 1)
        text, cells = text + more, cells + 1
    pad = " " * (width - cells)
    return pad + text if align == "right" else text + pad


def _cut(text: str, width: int) -> tuple[str, int]:
    """The beginning of the text that is at most ``width`` cells wide, and its width."""
    if text.isascii():
        return text[:width], min(len(text), width)
    cells = 0
    for at, character in enumerate(text):
        wide = cell_len(character)
        if cells + wide > width:
            return text[:at], cells
        cells += wide
    return text, cells


def fit_spans(spans: Iterable[Span], width: int, more: str = "…") -> list[Span]:
    """The spans, cleaned, cut together to at most ``width`` cells (not padded); the last one kept ends in ``more``."""
    kept: list[Span] = []
    left = max(width, 0)
    for span in spans:
        text = clean(span.text)
        cells = cell_len(text)
        if cells > left:
            if left:
                kept.append(Span(_fit(text, left, "left", more), span.role))
            elif kept:
                kept[-1] = _ended(kept[-1], more)
            return kept
        if text:
            kept.append(Span(text, span.role))
            left -= cells
    return kept


def _ended(span: Span, more: str) -> Span:
    text, cells = _cut(span.text, cell_len(span.text) - 1)
    return Span(text + " " * (cell_len(span.text) - 1 - cells) + more, span.role)


def spans_width(spans: Iterable[Span]) -> int:
    """Cells that the spans take once they are cleaned."""
    return sum(width_of(span.text) for span in spans)


def wrap(text: str, width: int) -> list[str]:
    """The text, cleaned, as lines of at most ``width`` cells, broken between words where that is possible."""
    if width <= 0:
        return []
    lines: list[str] = []
    line = ""
    for word in clean(text).split(" "):
        if line and cell_len(line) + 1 + cell_len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
        while cell_len(line) > width:
            head, _ = _cut(line, width)
            if not head:  # one character is wider than the whole line
                return [*lines, more_only(width)]
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line] if line else lines


def fold(text: str, width: int) -> list[str]:
    """The text, cleaned, as lines of at most ``width`` cells, each as full as it can be."""
    lines: list[str] = []
    rest = clean(text)
    while rest:
        head, _ = _cut(rest, width)
        if not head:  # one character is wider than the whole line
            return [*lines, more_only(width)]
        lines.append(head)
        rest = rest[len(head) :]
    return lines


def more_only(width: int) -> str:
    """What is drawn where not even one character fits."""
    return "…"[:width]
