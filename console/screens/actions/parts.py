"""How actions are put together: with an argument or without, and where they can be done."""

from __future__ import annotations

from collections.abc import Callable

from console.screens.actions.registry import Desk, RefusedError


def plain(work: Callable[[Desk], None]) -> Callable[[Desk, str], None]:
    """An action that takes no argument."""

    def run(desk: Desk, argument: str) -> None:
        work(desk)

    return run


def needs(what: str, example: str, work: Callable[[Desk, str], None]) -> Callable[[Desk, str], None]:
    """An action whose argument must be there."""

    def run(desk: Desk, argument: str) -> None:
        if not argument:
            raise RefusedError(f"{what}, for example '{example}'.")
        work(desk, argument)

    return run


def on_board(desk: Desk) -> bool:
    return desk.on_board
