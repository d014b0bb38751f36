"""A terminal in memory: what it shows after some bytes, cell by cell with all that can be seen of its style."""

from __future__ import annotations

import re
from typing import Any

import pyte

# pyte draws what it does not know. Hyperlinks are compared apart: see `links`.
_UNKNOWN = re.compile(r"\x1b\]8;[^\x1b\x07]*\x1b\\|\x1b\[[<>?][0-9;]*[a-zA-Z$]+p?|\x1b\[6n")
_LINK = re.compile(r"\x1b\]8;([^;\x1b]*);([^\x1b]*)\x1b\\")

Seen = list[list[tuple[str, ...]]]


class Emulated:
    """A screen of cells. ``links`` is not kept by cell: `linked` tells which texts were written under which address."""

    def __init__(self, width: int, height: int) -> None:
        self._screen = pyte.Screen(width, height)
        self._screen.reset_mode(7, private=True)  # as the driver has it: no wrapping
        self._stream = pyte.Stream(self._screen)
        self.size = (width, height)
        self.linked: list[tuple[str, str]] = []
        self.bytes = 0

    def feed(self, text: str) -> None:
        self.bytes += len(text.encode())
        self.linked += _linked(text)
        self._stream.feed(_UNKNOWN.sub("", text))

    def seen(self) -> Seen:
        """All cells: text, colours and attributes. What cannot be seen of a blank is left out."""
        width, height = self.size
        return [[_seen(self._screen.buffer[y][x]) for x in range(width)] for y in range(height)]

    def text(self) -> str:
        return "\n".join(self._screen.display)


def _seen(cell: Any) -> tuple[str, ...]:
    marks = "".join(name[0] for name in ("underscore", "strikethrough", "reverse") if getattr(cell, name))
    if cell.data == " " and not marks:
        return (" ", cell.bg)
    style = marks + "".join(name[0] for name in ("bold", "italics", "blink") if getattr(cell, name))
    return (cell.data, cell.fg, cell.bg, style)


def _linked(text: str) -> list[tuple[str, str]]:
    found, address, at = [], "", 0
    for match in _LINK.finditer(text):
        if address:
            found.append((address, re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text[at : match.start()])))
        address, at = match[2], match.end()
    assert not address, "a link is left open"
    return found
