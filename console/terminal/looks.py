"""How a cell looks and what makes a terminal change from one look to another. Pure.

Equal looks are one object, and so are equal cells: two screens are compared by identity first.
"""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

from rich.color import ColorSystem
from rich.style import Style

_MOST_CELLS = 4096  # kept for one look; a screen in one look rarely has a hundred different ones
_ATTRIBUTES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "21", "51", "52", "53")  # in the order of Rich's bits
_OFF = {
    "1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29", "21": "24",
    "51": "54", "52": "54", "53": "55",
}  # fmt: skip
_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "51", "52", "53"})


class Look:
    """One way to look. ``link`` is what is between ``ESC ] 8 ;`` and the end of that sequence, "" for none."""

    __slots__ = ("attributes", "background", "cells", "erasable", "foreground", "link")

    def __init__(
        self, attributes: tuple[str, ...], foreground: tuple[str, ...], background: tuple[str, ...], link: str
    ) -> None:
        self.attributes = attributes
        self.foreground = foreground
        self.background = background
        self.link = link
        self.erasable = not (background or link or _SEEN_ON_BLANKS.intersection(attributes))
        self.cells = _Cells(self)


# What is in a cell: a character with the marks on it, and its look. The right half of a wide one has no text.
Cell = tuple[str, Look]


class _Cells(dict[str, Cell]):
    """The cells of one look, made when they are first asked for."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, text: str) -> Cell:
        if len(self) >= _MOST_CELLS:
            self.clear()
        cell = self[text] = (text, self._look)
        return cell


@lru_cache(maxsize=1024)
def _look(attributes: tuple[str, ...], foreground: tuple[str, ...], background: tuple[str, ...], link: str) -> Look:
    return Look(attributes, foreground, background, link)


PLAIN = Look((), (), (), "")
BLANK: Cell = PLAIN.cells[" "]


@lru_cache(maxsize=2048)
def look_of(style: Style | None, colours: ColorSystem) -> Look:
    """The look of a Rich style on a terminal with such colours."""
    if style is None:
        return PLAIN
    bits = style._attributes & style._set_attributes
    attributes = tuple(code for place, code in enumerate(_ATTRIBUTES) if bits & (1 << place))
    foreground = style.color.downgrade(colours).get_ansi_codes() if style.color is not None else ()
    background = style.bgcolor.downgrade(colours).get_ansi_codes(foreground=False) if style.bgcolor is not None else ()
    foreground, background = () if foreground == ("39",) else foreground, () if background == ("49",) else background
    link = _link(style.link or "")
    if not (attributes or foreground or background or link):
        return PLAIN
    return _look(attributes, foreground, background, link)


def _link(address: str) -> str:
    """A hyperlink's parameters and address; the same address always has the same id, so it is one link everywhere."""
    harmless = "".join(char for char in address if "\x21" <= char <= "\x7e")
    return f"id={crc32(harmless.encode()):08x};{harmless}" if harmless else ""


@lru_cache(maxsize=4096)
def change(now: Look, then: Look) -> str:
    """What a terminal must get to go from one look to another; the shorter of saying it anew and of what differs."""
    parts = []
    if now.link != then.link:
        parts.append(f"\x1b]8;{then.link or ';'}\x1b\\")
    if (now.attributes, now.foreground, now.background) != (then.attributes, then.foreground, then.background):
        codes = [*then.attributes, *then.foreground, *then.background]
        anew = ";".join(["0", *codes]) if codes else ""
        differing = ";".join(_differing(now, then))
        parts.append(f"\x1b[{anew if len(anew) <= len(differing) else differing}m")
    return "".join(parts)


def _differing(now: Look, then: Look) -> list[str]:
    gone = dict.fromkeys(_OFF[code] for code in now.attributes if code not in then.attributes)
    codes = list(gone)
    codes += [code for code in then.attributes if code not in now.attributes or _OFF[code] in gone]
    if now.foreground != then.foreground:
        codes += then.foreground or ("39",)
    if now.background != then.background:
        codes += then.background or ("49",)
    return codes
