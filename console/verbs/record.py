"""``record``: the recorder alone, as a service or on a bastion."""

from __future__ import annotations

import argparse

from console.config import Settings
from console.verbs.common import complain


def arguments(parser: argparse.ArgumentParser) -> None:
    """How long it stays."""
    parser.add_argument(
        "--until-unwatched",
        action="store_true",
        help="leave when nobody has been watching for as long as --linger says; otherwise it stays until it is stopped",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Record until stopped; returns the recorder's exit code."""
    if settings.is_demo:
        return complain("the bundled demo tape cannot be recorded to; name another with --tape.")
    from console.recorder.process import run_process

    return run_process(settings, linger_s=settings.linger_s if args.until_unwatched else None)
