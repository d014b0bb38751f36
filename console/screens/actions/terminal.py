"""What can be done about the terminal itself."""

from __future__ import annotations

from console.screens.actions.parts import plain
from console.screens.actions.registry import Action

TERMINAL_ACTIONS: tuple[Action, ...] = (
    Action(
        "redraw",
        "Console",
        "Draw again",
        "draw the whole screen again, when something else has written on it",
        plain(lambda desk: desk.redraw()),
        keys=("ctrl+l",),
        command="redraw",
    ),
)
