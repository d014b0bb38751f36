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
    from collections.abc import Sequence

    from console.doctor.examine import examine, terminal_facts
    from console.doctor.report import as_json, as_table
    from console.doctor.section import exit_code
    from console.feeds.check import Finding

    async def nomad() -> Sequence[Finding]:
        from console.feeds.nomad.check import check
        from console.recorder.feeds import nomad_address

        return await check(nomad_address(settings.nomad))

    sections = asyncio.run(examine(settings, nomad))
    if args.json:
        sys.stdout.write(as_json(sections, settings))
    else:
        facts = terminal_facts()
        utf8 = "utf" in facts.encoding.lower()
        sys.stdout.write(
            as_table(sections, settings, width=min(facts.size[0] if facts.size else 100, 120), ascii_only=not utf8)
        )
    return exit_code(sections)
