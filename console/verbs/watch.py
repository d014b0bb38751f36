"""``watch``: the board on the configured systems."""

from __future__ import annotations

import argparse

from console import exits
from console.config import Settings
from console.verbs.common import has_terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """The settings say what is watched. No file and no variable can allow actions: whoever sits there says so."""
    parser.add_argument(
        "--allow-actions",
        dest="allow_actions",
        action="store_true",
        help="let commands restart, stop, revert, promote, fail; each says what it affects and asks for a name",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Open the board; returns when somebody leaves it."""
    if not has_terminal("watch"):
        return exits.USAGE
    from console.screens.opening.launch import open_board

    # The bundled recording is nobody's live tape, whatever way it was named.
    demo = settings.is_demo
    return open_board(
        settings,
        tape=settings.tape,
        mode="demo" if demo else "live",
        theme=settings.theme,
        actions=args.allow_actions and not demo,
    )
