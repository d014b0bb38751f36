"""What ``explain`` looks at: a CSV file, a tape, or what the servers tell when they are asked."""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from console import exits
from console.config import Settings
from console.parsing import UseError
from console.plain import plain
from console.tape.errors import TapeError, TapeMissing
from console.times import parse_time

if TYPE_CHECKING:
    from console.analysis.scene import Omission, Scene
    from console.recorder.once import Unread

PAST_S = 6 * 3_600
_FRESH_MS = 60_000  # a tape that ends not longer ago is being recorded


def scene_of_file(args: argparse.Namespace, window_ms: int) -> Scene:
    """From ``--csv`` and ``--graph``. Raises UseError."""
    from console.scenes.csv import scene_of_csv
    from console.scenes.errors import FileError
    from console.scenes.header import ENTITY
    from console.scenes.table import read_table

    try:
        table = read_table(args.csv)
        at_ms = None
        if args.at is not None:
            # What is counted from an end or a start, as -5m, is counted from the file's.
            first, last = (int(table.times_ms.min()), int(table.times_ms.max())) if len(table.times_ms) else (0, 0)
            at_ms = parse_time(args.at, reference_ms=last, start_ms=first)
        return scene_of_csv(
            args.csv,
            table=table,
            at_ms=at_ms,
            window_ms=window_ms,
            symptom=args.symptom,
            graph_path=args.graph,
            entity_label=args.entity_label or ENTITY,
        )
    except FileError as problem:
        raise UseError(str(problem)) from None


def tape_to_read(settings: Settings, at: str | None, window_ms: int) -> str | None:
    """The tape that answers; None where the servers are to be asked.

    A tape given by flag is the one. One that the environment or the file names, or the one that boards record to, is
    read where it holds the time that is asked about: nobody may have recorded then.
    """
    from console.tape.store import open_tape

    if settings.is_demo or settings.origin("tape").kind == "flag":
        return settings.tape
    try:
        with open_tape(settings.tape, "read") as store:
            span, grows = store.span(), store.grows
    except TapeMissing:
        return None
    if settings.given("tape") and not grows:
        return settings.tape
    now_ms = time.time_ns() // 1_000_000
    if span is None:
        return None
    at_ms = parse_time(at, reference_ms=now_ms, start_ms=span[0]) if at is not None else now_ms
    holds = span[0] <= at_ms - window_ms and at_ms <= span[1] + _FRESH_MS
    return settings.tape if holds or (settings.given("tape") and not _can_ask(settings)) else None


def scene_of_tape(tape: str, at: str | None, window_ms: int) -> Scene:
    """From a tape, at its end if no time is given. Raises TapeError and TimeTextError."""
    from console.scenes.tape import scene_of
    from console.tape.store import open_tape

    with open_tape(tape, "read") as store:
        span = store.span()
        if span is None:
            raise TapeError("the tape is empty", str(tape), "record something first")
        at_ms = span[1] if at is None else parse_time(at, reference_ms=span[1], start_ms=span[0])
        if at_ms < span[0]:
            raise UseError(f"{at} lies before the first moment of the tape; +8m counts from its start")
        return scene_of(store, at_ms, window_ms=window_ms)


def scene_of_servers(settings: Settings, at: str | None, window_ms: int) -> Scene:
    """From what the configured servers still know. Raises UseError, Refused, TapeError, TimeTextError."""
    from console.recorder.once import DECLARE, look_once
    from console.scenes.tape import scene_of
    from console.tape.store import open_tape

    now_ms = time.time_ns() // 1_000_000
    at_ms = now_ms if at is None else parse_time(at, reference_ms=now_ms)
    if at_ms > now_ms:
        raise UseError(f"{at} lies in the future")
    if not _can_ask(settings):
        todo = "name a tape with --tape, a file with --csv, or servers with NOMAD_ADDR and PROMETHEUS_URL"
        raise UseError(f"there is nothing to look at; {todo}")
    with look_once(settings, at_ms, window_ms / 1000 + PAST_S) as look:
        unread = [one for one in look.unread if one.given]
        if not set(look.read) - DECLARE:
            raise _nothing(unread)
        for one in unread:
            sys.stderr.write(f"fourthsignal: {plain(one.source)} was not read: {plain(_why(one))}\n")
        with open_tape(look.tape, "read") as store:
            scene = scene_of(store, at_ms, window_ms=window_ms)
    return scene._replace(omitted=[*scene.omitted, *map(_omission, unread)])


def _can_ask(settings: Settings) -> bool:
    from console.recorder.once import DECLARE, servers_of

    return bool(set(servers_of(settings)) - DECLARE)


def _omission(one: Unread) -> Omission:
    from console.analysis.scene import Omission

    return Omission(one.source, _why(one))


def _why(one: Unread) -> str:
    return one.why + (f"; {one.todo}" if one.todo else "")


def _nothing(unread: list[Unread]) -> exits.Refused:
    denied = bool(unread) and all(one.denied for one in unread)
    told = "; ".join(f"{one.source}: {_why(one)}" for one in unread) or "no server answered"
    return exits.Refused(told, exits.DENIED if denied else exits.UNREACHABLE)
