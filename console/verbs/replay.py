"""``replay FILE``: the board on a tape that somebody recorded."""

from __future__ import annotations

import argparse

from console import exits
from console.config import Settings
from console.verbs.common import add_playing, complain, has_terminal, moment, tape_of


def arguments(parser: argparse.ArgumentParser) -> None:
    """The tape, where to begin and how fast."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="the tape; demo is the bundled one (or use --tape)")
    add_playing(parser, plays=False)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Open the board on a tape without recording to it."""
    if args.file is None and not settings.given("tape"):
        return complain("replay needs a tape: fourthsignal replay FILE.")
    if not has_terminal("replay"):
        return exits.USAGE
    from console.screens.opening.launch import open_board

    tape = settings.tape if args.file is None else tape_of(args.file)
    at_ms = moment(args.at, tape)
    return open_board(
        settings, tape=tape, mode="replay", at=at_ms, speed=args.speed, play=args.play, theme=settings.theme
    )
