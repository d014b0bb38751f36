"""The first frame, written to the terminal before anything heavy is imported, and the last picture kept for it.

Imports nothing but small parts of the standard library: a person sees four panes 20 ms after pressing return.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from console.screens.layout import PANE_TITLES, pane_boxes, too_small

ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J\x1b[H"
LEAVE = "\x1b[?2004l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1004l\x1b[<u\x1b[?7h\x1b[0m\x1b[?1049l\x1b[?25h"

_FIRST_LINE = "fourthsignal picture 1"
_LARGEST_PICTURE = 400_000


class Picture(NamedTuple):
    """The text of a screen as it was when somebody left it."""

    width: int
    height: int
    at_s: int
    tape: str
    lines: tuple[str, ...]


def first_frame(width: int, height: int, tape: str, *, ascii_only: bool = False) -> str:
    """Four empty panes, the title and what is being opened, as text for the terminal."""
    small = too_small(width, height)
    if small:
        return f"{ENTER}{harmless(small)[:width]}"
    parts = [ENTER, _at(0, 0), "\x1b[1m Fourth Signal\x1b[0m", _at(0, 1)]
    parts.append(f"\x1b[2m {harmless(f'opening {tape}')[: width - 2]}\x1b[0m\x1b[2m")
    across, up, left, right, bottom_left, bottom_right = "-|++++" if ascii_only else "─│╭╮╰╯"
    for box, title in zip(pane_boxes(width, height), PANE_TITLES, strict=True):
        inner = box.width - 2
        parts.append(f"{_at(box.x, box.y)}{left}{across} {title} {across * (inner - len(title) - 3)}{right}")
        for line in range(1, box.height - 1):
            parts.append(f"{_at(box.x, box.y + line)}{up}{_at(box.x + box.width - 1, box.y + line)}{up}")
        parts.append(f"{_at(box.x, box.y + box.height - 1)}{bottom_left}{across * inner}{bottom_right}")
    parts.append("\x1b[0m")
    return "".join(parts)


def old_picture(picture: Picture, now_s: int) -> str:
    """The picture of the last visit, dim, with its age where the banner stands, as text for the terminal."""
    lines = [line.ljust(picture.width)[: picture.width] for line in picture.lines]
    parts = [ENTER, "\x1b[2m"]
    parts += [f"{_at(0, row)}{harmless(line)}" for row, line in enumerate(lines[: picture.height])]
    label = f" As you left it {_age(now_s - picture.at_s)} ago. Opening {harmless(picture.tape)} "
    parts.append(f"\x1b[0m{_at(0, 1)}\x1b[7m{label[: picture.width].ljust(picture.width)}\x1b[0m")
    return "".join(parts)


def keep_picture(path: Path, picture: Picture) -> None:
    """Write a picture, readable by its owner only. A disk that takes no file is no reason to trouble anybody."""
    head = f"{_FIRST_LINE} {picture.width} {picture.height} {picture.at_s} {picture.tape}\n"
    text = head + "\n".join(picture.lines) + "\n"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text.encode("utf-8", "replace"))
    except OSError:
        return


def find_picture(path: Path, tape: str, width: int, height: int) -> Picture | None:
    """The kept picture, when it is of this tape and of a terminal of this size."""
    try:
        with path.open("rb") as file:
            head, _, body = file.read(_LARGEST_PICTURE).decode("utf-8", "replace").partition("\n")
    except OSError:
        return None
    words = head.removeprefix(_FIRST_LINE).split(maxsplit=3)
    if not head.startswith(_FIRST_LINE) or len(words) < 4 or not all(word.isdecimal() for word in words[:3]):
        return None
    picture = Picture(int(words[0]), int(words[1]), int(words[2]), words[3], tuple(body.split("\n")[:height]))
    return picture if (picture.width, picture.height, picture.tape) == (width, height, tape) else None


def harmless(text: str) -> str:
    """Text without anything that a terminal could obey."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _at(x: int, y: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H"


def _age(seconds: int) -> str:
    if seconds < 120:
        return f"{max(0, seconds)} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 172800 else f"{seconds // 86400} days"
