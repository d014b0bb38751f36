"""Lines that a person is asked for: the filter after `/`, a command after `:`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


def _nothing() -> None:
    return None


def _ignore(value: str) -> None:
    return None


class Prompt(NamedTuple):
    """A question in the last line. ``sign`` stands before it, ``value`` is there at first, ``complete`` gives what a
    text could become. ``typed`` is called with each change, then ``done`` with the line or ``given_up``.
    """

    sign: str
    done: Callable[[str], None]
    value: str = ""
    typed: Callable[[str], None] = _ignore
    given_up: Callable[[], None] = _nothing
    complete: Callable[[str], Sequence[str]] | None = None
