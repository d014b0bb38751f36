"""``doctor``: what works, what does not, and what to do."""

from __future__ import annotations

import argparse
import os
import sys

from console.config import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """The form of the answer."""
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Check everything; 3 when a configured system could not be reached, 4 when not permitted."""
    import asyncio

    from console.doctor.examine import examine, terminal_facts
    from console.doctor.nomad import try_nomad
    from console.doctor.report import as_json, as_table
    from console.doctor.section import exit_code

    # Not asyncio.run: it would wait for threads whose call never returns.
    loop = asyncio.new_event_loop()
    sections = loop.run_until_complete(examine(settings, try_nomad))
    if args.json:
        sys.stdout.write(as_json(sections, settings))
    else:
        facts = terminal_facts()
        utf8 = "utf" in facts.encoding.lower()
        sys.stdout.write(
            as_table(sections, settings, width=min(facts.size[0] if facts.size else 100, 120), ascii_only=not utf8)
        )
    code = exit_code(sections)
    if any(section.late for section in sections):
        # Python would wait at its end, too, until the last call has timed out; everything has been said.
        sys.stdout.flush()
        os._exit(code)
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    return code
