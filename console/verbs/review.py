"""``review``: say that a flow, a KPI or a model was reviewed. Opening its page is no review."""

from __future__ import annotations

import argparse
import sys
import time

from console import exits
from console.config import Settings
from console.exits import Refused
from console.parsing import UseError
from console.plain import plain


def arguments(parser: argparse.ArgumentParser) -> None:
    """What was reviewed, by whom, and what came of it."""
    parser.add_argument("subject", metavar="SUBJECT",
                        help="flow:docs.price, kpi:NAME, model:NAME, or a name that only one of these has")  # fmt: skip
    parser.add_argument("--by", metavar="NAME", help="who reviewed it (you, by your login)")
    outcome = parser.add_mutually_exclusive_group()
    outcome.add_argument("--change", metavar="TEXT", help="what was changed")
    outcome.add_argument("--no-change", action="store_true", help="nothing had to be changed")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Write the review down and say so. Raises UseError, Refused and TapeError."""
    from console.governance.subjects import UnclearSubjectError
    from console.reviewing import RefusedReviewError, Review, record_review
    from console.settings.paths import shown_address

    for flag, said in (("--by", args.by), ("--change", args.change)):
        if said is not None and not said.strip():
            raise UseError(f"{flag} says nothing" + ("; --no-change says so" if flag == "--change" else ""))
    if settings.is_demo:
        raise Refused("the bundled recording is finished; name the tape of a recorder with --tape", exits.USAGE)
    change = args.change.strip() if args.change is not None else "" if args.no_change else None
    tape = settings.tape
    try:
        record = record_review(tape, Review(args.subject, args.by or "", change), time.time_ns() // 1_000_000)
    except (UnclearSubjectError, RefusedReviewError) as problem:
        raise UseError(f"{shown_address(tape)}: {problem}") from None
    if args.json:
        from console.jsontext import json_text
        from console.times import format_time

        doc = {
            "at": format_time(record.at_ms),
            "subject": str(record.entity),
            "by": record.body["by"],
            "change": change,
            "text": record.body["text"],
            "tape": shown_address(tape),
        }
        sys.stdout.write(json_text(doc) + "\n")
    else:
        said = plain(f"recorded on {shown_address(tape)}: {record.body['text']}")
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(said.encode(encoding, "replace").decode(encoding) + "\n")
    return exits.FINE
