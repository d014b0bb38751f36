"""The actions on a text that is searched; `/` itself is that of the board."""

from __future__ import annotations

from collections.abc import Callable

from console.screens.actions.parts import plain
from console.screens.actions.registry import Action, Desk, RefusedError

_SEARCH = "Search"


def _go(by: int) -> Callable[[Desk, str], None]:
    def run(desk: Desk) -> None:
        if desk.searched is None:
            raise RefusedError("There is no text to search here.")
        desk.searched.next_hit(by)

    return plain(run)


def _searched(desk: Desk) -> bool:
    return desk.searched is not None


SEARCH_ACTIONS: tuple[Action, ...] = (
    Action(
        "next-hit",
        _SEARCH,
        "Next hit",
        "to the next place where the text is that '/' looked for",
        _go(1),
        keys=("n",),
        hint=lambda desk: "next hit" if desk.searched is not None and desk.searched.sought else "",
        available=_searched,
    ),
    Action(
        "previous-hit",
        _SEARCH,
        "Hit before",
        "to the place before",
        _go(-1),
        keys=("N",),
        available=_searched,
    ),
)
