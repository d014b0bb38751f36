"""``watch``: the board on the configured systems."""

from __future__ import annotations

import argparse

from console import exits
from console.config import Settings
from console.verbs.common import has_terminal


def arguments(parser: argparse.ArgumentParser) -> None:
    """It has none of its own: the settings say what is watched."""


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Open the board; returns when somebody leaves it."""
    if not has_terminal("watch"):
        return exits.USAGE
    from console.screens.launch import open_board

    # The bundled recording is nobody's live tape, whatever way it was named.
    return open_board(settings, tape=settings.tape, mode="demo" if settings.is_demo else "live", theme=settings.theme)
