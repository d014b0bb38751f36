"""``doctor``: what works, what does not, and what to do."""

from __future__ import annotations

import argparse
import sys

from console.config import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """The form of the answer."""
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Check everything; 3 when a configured system could not be reached, 4 when not permitted."""
    import asyncio

    from console.doctor.examine import examine
    from console.doctor.report import as_json, as_table, exit_code

    results = asyncio.run(examine(settings))
    sys.stdout.write(as_json(results) if args.json else as_table(results))
    return exit_code(results)
