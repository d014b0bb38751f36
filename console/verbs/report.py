"""``report``: what a period came to: KPIs and budgets, who owns what, lifecycle, what fixes did; in four formats."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from console import exits
from console.config import Settings
from console.jsontext import json_text
from console.parsing import UseError
from console.plain import plain
from console.settings.kinds import parse_duration

if TYPE_CHECKING:
    from console.report.document import ReportDoc

FORMATS = ("md", "html", "json", "csv")
_SUFFIXES = {"": "md", "markdown": "md", "txt": "md", "htm": "html"}
PERIOD_S = 7 * 86_400.0
_LEAST_S, _MOST_S = 60.0, 400 * 86_400.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Of which time, in which format, and where to."""
    parser.add_argument(
        "--period", type=period, default=PERIOD_S, metavar="DURATION", help="how long it looks back (7d)"
    )
    parser.add_argument("--at", metavar="TIME", help="its end: 14:05, 2026-11-23T14:05:00Z, -5m, +8m from the start")
    parser.add_argument("--format", choices=FORMATS, help="md, html, json or csv (by the file's name, else md)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write to a new file and not to standard output")
    parser.add_argument("--json", action="store_true", help="the same as --format json")


def period(text: str) -> float:
    """Seconds of ``7d``. For argparse."""
    seconds = parse_duration(text)
    if seconds is None or not _LEAST_S <= seconds <= _MOST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration from 1m to 400d; write it as 7d or 12h")
    return seconds


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Write the report."""
    form = _form(args)
    if args.out is not None and args.out.exists():
        raise UseError(f"{args.out} is there already and stays; name another file with --out")
    text = _written(form)(_report(args, settings))
    if args.out is None:
        sys.stdout.write(text)
        return exits.FINE
    from console.privatefile import write_new

    try:
        write_new(args.out, text.encode("utf-8", "replace"))
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise UseError(f"{args.out} cannot be written ({why}); name another file with --out") from None
    sys.stderr.write(f"fourthsignal: wrote {plain(str(args.out))}\n")
    return exits.FINE


def _form(args: argparse.Namespace) -> str:
    """The format that is asked for, else that of the file's name; two that are not the same are refused."""
    if args.json and args.format not in (None, "json"):
        raise UseError(f"--json and --format {args.format} ask for two formats; give one of them")
    asked = "json" if args.json else args.format
    suffix = args.out.suffix.removeprefix(".").lower() if args.out is not None else ""
    named = suffix if suffix in FORMATS else _SUFFIXES.get(suffix)
    if asked is None and named is None:
        raise UseError(f"no format is called {suffix!r}; name it with --format: {', '.join(FORMATS)}")
    if asked is not None and suffix in FORMATS and named != asked:
        raise UseError(f"{args.out} is named as {named} and {asked} is asked for; give one of them")
    return asked or str(named)


def _report(args: argparse.Namespace, settings: Settings) -> ReportDoc:
    """Raises TapeError, TimeTextError and UseError."""
    from console.report.compose import report_of
    from console.report.read import read_period
    from console.scenes.audit import findings_at
    from console.tape.errors import TapeError
    from console.tape.store import open_tape
    from console.times import parse_time

    with open_tape(settings.tape, "read") as store:
        span = store.span()
        if span is None:
            raise TapeError("the tape is empty", settings.tape, "record something first")
        # A tape that is being recorded is reported on up to now; one that has ended, up to its end.
        end_ms = time.time_ns() // 1_000_000 if store.grows else span[1]
        at_ms = end_ms if args.at is None else parse_time(args.at, reference_ms=end_ms, start_ms=span[0])
        if at_ms < span[0]:
            raise UseError(f"{args.at} lies before the first moment of the tape; +8m counts from its start")
        return report_of(read_period(store, at_ms - round(args.period * 1000), at_ms, findings_at(store, at_ms)))


def _written(form: str) -> Callable[[ReportDoc], str]:
    if form == "md":
        from console.report.markdown import markdown

        return markdown
    if form == "html":
        from console.report.page import page

        return page
    if form == "csv":
        from console.report.rows import table

        return table
    return lambda report: json_text(report) + "\n"
