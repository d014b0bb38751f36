"""``explain``: what moved first, what misleads, and what stands behind it; from a tape, a CSV file or the servers."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from console import exits
from console.config import Settings
from console.jsontext import json_text
from console.parsing import UseError
from console.settings.kinds import parse_duration

if TYPE_CHECKING:
    from console.analysis.scene import Scene
    from console.findings import VerdictDoc

WINDOW_S = 2_400.0
_LEAST_S, _MOST_S = 10.0, 7 * 86_400.0
_STATES = ("quiet", "suspect", "incident")
_WIDTHS = (60, 110)  # between which a terminal's width is taken as it is


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at, when, and in which form to answer."""
    parser.add_argument("--at", metavar="TIME", help="the moment: 14:05, 2026-11-23T14:05:00Z, -5m, +8m from the start")
    parser.add_argument("--window", type=window, default=WINDOW_S, metavar="DURATION",
                        help="how long before it an onset is looked for (40m)")  # fmt: skip
    parser.add_argument("--symptom", metavar="SIGNAL", help="the signal to explain (what hurts most, if none is given)")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="a CSV file: time, and one column a series")
    parser.add_argument("--graph", type=Path, metavar="FILE", help="with --csv: a CSV file of caller,callee")
    parser.add_argument("--entity-label", metavar="NAME", help="with --csv: the label that says whose it is (entity)")
    parser.add_argument("--fail-on", choices=_STATES[1:], help="exit with 1 when it is that bad, or worse")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def window(text: str) -> float:
    """Seconds of ``40m``. For argparse."""
    seconds = parse_duration(text)
    if seconds is None or not _LEAST_S <= seconds <= _MOST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration from 10s to 7d; write it as 40m or 2h")
    return seconds


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the verdict; 1 when it is as bad as ``--fail-on`` says."""
    _together(args, settings)
    doc = judged(*_scene(args, settings))
    if args.json:
        sys.stdout.write(json_text(doc) + "\n")
    else:
        _print(doc)
    failing = args.fail_on is not None and _STATES.index(doc["state"]) >= _STATES.index(args.fail_on)
    return exits.FINDINGS if failing else exits.FINE


def judged(scene: Scene, symptom: str | None) -> VerdictDoc:
    """The verdict against that symptom. Raises UseError when there is no such signal."""
    from console.analysis.verdict import judge
    from console.scenes.asked import meant, nearest

    if symptom is None:
        return judge(scene)
    keys = [one.key for one in scene.signals]
    key = meant(symptom, keys)
    if key is None:
        near = nearest(symptom, keys)
        hint = f"the nearest {'is' if len(near) == 1 else 'are'} {' and '.join(near)}" if near else "none is like it"
        raise UseError(f"there is no signal {symptom}; {hint}")
    return judge(scene._replace(symptom=key))


def _together(args: argparse.Namespace, settings: Settings) -> None:
    """Flags that do not go together are refused before anything is read."""
    if args.csv is not None and settings.origin("tape").kind == "flag":
        raise UseError("--csv and --tape name two things to look at; give one of them")
    for flag, value in (("--graph", args.graph), ("--entity-label", args.entity_label)):
        if args.csv is None and value is not None:
            raise UseError(f"{flag} says how to read a CSV file; give one with --csv")
    if args.entity_label is not None and not args.entity_label.strip():
        raise UseError("--entity-label needs the name of a label")


def _scene(args: argparse.Namespace, settings: Settings) -> tuple[Scene, str | None]:
    from console.verbs.sources import scene_of_file, scene_of_servers, scene_of_tape, tape_to_read

    window_ms = round(args.window * 1000)
    if args.csv is not None:
        return scene_of_file(args, window_ms), args.symptom
    tape = tape_to_read(settings, args.at, window_ms)
    if tape is not None:
        return scene_of_tape(tape, args.at, window_ms), args.symptom
    return scene_of_servers(settings, args.at, window_ms), args.symptom


def _print(doc: VerdictDoc) -> None:
    from console.explain.text import tell

    try:
        width = max(_WIDTHS[0], min(os.get_terminal_size(sys.stdout.fileno()).columns, _WIDTHS[1]))
    except (OSError, ValueError):
        width = 80
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(tell(doc, width).encode(encoding, "replace").decode(encoding))
