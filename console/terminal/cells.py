"""Text as cells: what of it stands in which column. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import get_character_cell_size, split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment

from console.terminal.looks import Cell, Look, look_of

_MOST_NARROW = 4096
_narrow: set[str] = {chr(code) for code in range(0x20, 0x7F)}  # known to take one cell and to be no control character


def cells_of(segments: Iterable[Segment], colours: ColorSystem) -> list[Cell]:
    """The cells that segments take, one after the other."""
    cells: list[Cell] = []
    for text, style, control in segments:
        if not control:
            cells += text_cells(text, look_of(style, colours))
    return cells


def text_cells(text: str, look: Look) -> list[Cell]:
    """The cells of a text in one look. Control characters take none and are left out."""
    if _narrow.issuperset(text) or _are_narrow(text):
        return list(map(look.cells.__getitem__, text))
    cells: list[Cell] = []
    for start, end, width in split_graphemes(text)[0]:
        cluster = "".join(char for char in text[start:end] if not _is_control(char))
        if width and cluster:
            cells.append(look.cells[cluster])
            cells += [look.cells[""]] * (width - 1)
    return cells


def is_odd(text: str) -> bool:
    """Whether terminals disagree about how many cells this takes: emoji, and what variation or joining makes of it."""
    return bool(text) and (text[0] >= "\U0001f000" or "\ufe0f" in text or "\u200d" in text)


def _are_narrow(text: str) -> bool:
    fresh = set(text) - _narrow
    if any(_is_control(char) or get_character_cell_size(char) != 1 for char in fresh):
        return False
    if len(_narrow) < _MOST_NARROW:
        _narrow.update(fresh)
    return True


def _is_control(char: str) -> bool:
    return char < " " or "\x7f" <= char <= "\x9f"
