"""What several verbs ask: is there a terminal, which moment of a tape is meant, how fast is it to play."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time

from console import exits
from console.plain import plain
from console.screens.opening import entrance
from console.settings.paths import DEMO_TAPE


def has_terminal(verb: str) -> bool:
    """Whether the board can be shown here; says on stderr what to do otherwise."""
    term = os.environ.get("TERM", "")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        why = "needs a terminal on standard input and output"
    elif term in ("", "dumb"):
        why = f"needs a terminal that can place a cursor, and TERM is {term or 'not set'}"
    else:
        return True
    complain(f"{verb} {why}; 'fourthsignal snapshot --screen board' draws the board without one.")
    return False


def complain(sentence: str) -> int:
    """Say on stderr why a verb cannot go on; returns the exit code of wrong use."""
    entrance.leave()
    sys.stderr.write(f"fourthsignal: {plain(sentence)}\n")
    return exits.USAGE


def tape_of(text: str) -> str:
    """The path or URL that a person means by the name of a tape."""
    return str(DEMO_TAPE) if text == "demo" else os.path.expanduser(text)  # noqa: PTH111 - a URL is no path


def moment(text: str | None, tape: str) -> int | None:
    """The moment of a tape that ``--at`` means, in unix milliseconds. Raises TapeError and TimeTextError."""
    if text is None:
        return None
    from console.tape.store import open_tape
    from console.times import parse_time

    store = open_tape(tape, "read")
    try:
        span = store.span()
    finally:
        store.close()
    start, end = span if span is not None else (None, time.time_ns() // 1_000_000)
    return parse_time(text, reference_ms=end, start_ms=start)


def speed(text: str) -> float:
    """A speed of playing: times real time, above zero. For argparse."""
    try:
        times = float(text.removesuffix("x"))
    except ValueError:
        times = math.nan
    if not 0.01 <= times <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a speed from 0.01 to 10000 (2 is twice real time)")
    return times


def add_playing(parser: argparse.ArgumentParser, *, plays: bool) -> None:
    """The flags of a verb that plays a recording; ``plays`` is what it does when nobody says."""
    parser.add_argument("--at", metavar="TIME", help="where to begin: 14:05, 2026-11-23T14:05:00Z, +8m from the start")
    parser.add_argument("--speed", metavar="N", type=speed, help="times real time")
    parser.add_argument("--play", action=argparse.BooleanOptionalAction, default=plays, help="play at once")
