"""Looking for a text in lines: plain, or a regular expression between slashes; with capitals only as it is written."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from console.logs.held import Held

_LOOKED_AT = 4096  # characters of a line; a regular expression may take its time with each


class WrongPatternError(ValueError):
    """A text that is no regular expression; its text is one sentence."""


class Sought(NamedTuple):
    """What is looked for; ``text`` is as it was typed. ``plain`` is a text that needs no pattern to be found, in small
    letters where case does not matter."""

    text: str
    pattern: re.Pattern[str]
    plain: str = ""
    exactly: bool = False

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where in a line it is: from, to (exclusive)."""
        return [found.span() for found in self.pattern.finditer(text[:_LOOKED_AT]) if found.end() > found.start()]

    def is_in(self, text: str) -> bool:
        if self.plain and text.isascii():
            return self.plain in (text if self.exactly else text.lower())[:_LOOKED_AT]
        found = self.pattern.search(text[:_LOOKED_AT])
        return found is not None


def sought(typed: str) -> Sought | None:
    """What a typed text looks for; None for nothing. Raises WrongPatternError."""
    if not typed:
        return None
    is_expression = len(typed) > 2 and typed[0] == typed[-1] == "/"
    expression = typed[1:-1] if is_expression else re.escape(typed)
    bare = re.sub(r"\\.", "", expression)  # \S and \W are no capitals of a person's
    try:
        exactly = bare != bare.lower()
        pattern = re.compile(expression, 0 if exactly else re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        raise WrongPatternError(f"'{typed}' is no regular expression: {error}.") from None
    return Sought(typed, pattern, "" if is_expression or not typed.isascii() else typed, exactly)


class Hits:
    """The numbers of the lines that have it, kept up as lines come and go."""

    def __init__(self, what: Sought) -> None:
        self.what = what
        self._numbers: list[int] = []
        self._read = 0

    def update(self, held: Held) -> None:
        """Look at the lines that came, and forget those that went."""
        del self._numbers[: bisect_left(self._numbers, held.first)]
        start = max(self._read, held.first)
        fresh: Sequence[str] = [line.text for line in held.since(start)]
        self._numbers += [start + at for at, text in enumerate(fresh) if self.what.is_in(text)]
        self._read = held.end

    def __len__(self) -> int:
        return len(self._numbers)

    def place(self, number: int) -> int | None:
        """Which one of the hits a line is, from 1 on."""
        at = bisect_left(self._numbers, number)
        return at + 1 if at < len(self._numbers) and self._numbers[at] == number else None

    def beside(self, number: int, by: int) -> int | None:
        """The next hit after a line, or with -1 the one before; past the end it goes on at the other. None: no hit."""
        if not self._numbers:
            return None
        at = bisect_right(self._numbers, number) if by > 0 else bisect_left(self._numbers, number) - 1
        return self._numbers[at % len(self._numbers)]
