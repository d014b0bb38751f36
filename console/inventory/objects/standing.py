"""How an object stands: how healthy, in a word, and where that puts it among others."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from console.signals import Health


class Turn(IntEnum):
    """The order of a list that begins with what needs somebody."""

    BAD = 0
    WARN = 1
    UNKNOWN = 2
    MOVING = 3  # well as far as one can tell, and not there yet
    WELL = 4
    ENDED = 5
    GONE = 6


class Standing(NamedTuple):
    """``word`` says it in few words, ``turn`` where it stands in a list with the worst first."""

    health: Health
    word: str
    turn: Turn


_TURNS = {
    Health.BAD: Turn.BAD,
    Health.WARN: Turn.WARN,
    Health.STALE: Turn.UNKNOWN,
    Health.UNKNOWN: Turn.UNKNOWN,
    Health.OK: Turn.WELL,
}


def standing(health: Health, word: str, turn: Turn | None = None) -> Standing:
    """A standing; without a turn the one that its health gives it."""
    return Standing(health, word, _TURNS[health] if turn is None else turn)


def needs_a_look(one: Standing) -> bool:
    """Whether somebody should look at it; what is over is told as it ended, and counts no more."""
    return one.turn <= Turn.UNKNOWN
