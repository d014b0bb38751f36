"""The board as somebody left it: kept as text, and shown with its age at the next start until the tape is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from console.screens.opening.skeleton import at, harmless

_FIRST_LINE = "fourthsignal picture 1"
_LARGEST_PICTURE = 400_000


class Picture(NamedTuple):
    """The text of a screen as it was when somebody left it."""

    width: int
    height: int
    at_s: int
    tape: str
    lines: tuple[str, ...]


def old_picture(picture: Picture, now_s: int) -> str:
    """The picture of the last visit, dim, with its age where the banner stands, as text over the first frame."""
    lines = [line.ljust(picture.width)[: picture.width] for line in picture.lines]
    parts = ["\x1b[2m"]
    parts += [f"{at(0, row)}{harmless(line)}" for row, line in enumerate(lines[: picture.height])]
    label = f" As you left it {_age(now_s - picture.at_s)} ago. Opening {harmless(picture.tape)} "
    parts.append(f"\x1b[0m{at(0, 1)}\x1b[7m{label[: picture.width].ljust(picture.width)}\x1b[0m")
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


def _age(seconds: int) -> str:
    if seconds < 120:
        return f"{max(0, seconds)} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 172800 else f"{seconds // 86400} days"
