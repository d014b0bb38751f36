"""``demo``: the bundled recording, playing from its start."""

from __future__ import annotations

import argparse

from console import exits
from console.config import Settings
from console.settings.paths import DEMO_TAPE
from console.verbs.common import add_playing, has_terminal, moment


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to begin and how fast."""
    add_playing(parser, plays=True)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Open the board on the bundled tape; no network is used."""
    if not has_terminal("demo"):
        return exits.USAGE
    from console.screens.opening.launch import open_board

    at_ms = moment(args.at, str(DEMO_TAPE))
    return open_board(
        settings, tape=DEMO_TAPE, mode="demo", at=at_ms, speed=args.speed, play=args.play, theme=settings.theme
    )
