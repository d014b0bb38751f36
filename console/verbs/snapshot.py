"""``snapshot``: a screen as text or SVG, without a terminal."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from console import exits
from console.config import Settings
from console.verbs.common import complain, moment

_LISTS = ("jobs", "allocations", "nodes", "deployments", "evaluations", "services")
_SCREENS = ("board", "drill", "timeline", "verdict", "audit", *_LISTS)
_SIZE = re.compile(r"(\d{1,4})x(\d{1,4})")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which screen, how large, of when, and in which form."""
    parser.add_argument("--screen", default="board", choices=_SCREENS, help="the screen to draw (board)")
    parser.add_argument(
        "--row",
        default="",
        metavar="NAME",
        help="what 'drill' looks into: a row (answer-8b), an object (allocation:1f3a), or an id's beginning",
    )
    parser.add_argument("--size", default=(120, 36), type=size, metavar="WxH", help="columns x rows (120x36)")
    parser.add_argument("--at", metavar="TIME", help="the moment: 14:05, 2026-11-23T14:05:00Z, -5m, +8m from the start")
    parser.add_argument("--format", default="text", choices=["text", "svg"], help="text or svg (text)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write to a file and not to standard output")


def size(text: str) -> tuple[int, int]:
    """Columns and rows of ``120x36``. For argparse."""
    found = _SIZE.fullmatch(text.lower())
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write columns x rows, as 120x36")
    width, height = int(found[1]), int(found[2])
    if not (20 <= width <= 1000 and 5 <= height <= 500):
        raise argparse.ArgumentTypeError(f"{text!r} is outside 20x5 to 1000x500")
    return width, height


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Draw the screen and write it."""
    at_ms = moment(args.at, settings.tape)
    if args.screen == "drill" and not args.row:
        return complain("--screen drill looks into a row; name it with --row.")
    from console.screens.board.rowsearch import NoSuchRowError
    from console.screens.snapshot import draw

    try:
        picture = draw(
            settings,
            tape=settings.tape,
            screen=args.screen,
            size=args.size,
            at=at_ms,
            form=args.format,
            theme=settings.theme,
            row=args.row,
        )
    except NoSuchRowError as error:
        return complain(f"{error}.")
    text = picture if picture.endswith("\n") else picture + "\n"
    if args.out is None:
        sys.stdout.write(text)
        return exits.FINE
    try:
        args.out.write_text(text, encoding="utf-8")
    except OSError as problem:
        return complain(f"{args.out} cannot be written ({problem.strerror}); name another file with --out.")
    return exits.FINE
