"""What ``audit`` looks at: a tape, or what servers and files tell when they are asked once."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from console import exits
from console.config import Settings, shown_address
from console.format import moment
from console.parsing import UseError
from console.plain import plain
from console.tape.errors import TapeError
from console.times import parse_time
from console.verbs.sources import tape_to_read

if TYPE_CHECKING:
    from console.analysis.audit.judgement import Audited
    from console.recorder.once import Unread
    from console.tape.store import Store

_BACK_S = 6 * 3_600.0
_DECLARE = ("ownership", "models", "kpis", "oncall")  # feeds that read declaring files
_FILES = ("flows", "catalog")  # settings that name declaring files
_ONLY_NOW = "files and schedules tell what is declared now, not what was at that time; a tape does (--tape)"


class Found(NamedTuple):
    """An audit, and of what. ``since``: when findings were first seen, by rule and subject. ``broken`` are files that
    could not be read, ``unread`` servers that somebody named; the ``notes`` tell of both."""

    audited: Audited
    what: str
    tape: str | None
    since: Mapping[str, int]
    notes: Sequence[str] = ()
    broken: Sequence[str] = ()
    unread: Sequence[Unread] = ()


def look(settings: Settings, at: str | None) -> Found:
    """Audit the tape that holds the time; else what is configured. Files named by a flag are read as they are now.

    Raises UseError, Refused, TapeError and TimeTextError.
    """
    named = any(settings.origin(name).kind == "flag" for name in _FILES)
    tape = None if named and settings.origin("tape").kind != "flag" else tape_to_read(settings, at, 0)
    return _of_tape(settings, tape, at) if tape is not None else _of_servers(settings, at)


def _of_tape(settings: Settings, tape: str, at: str | None) -> Found:
    from console.scenes.audit import audited_at, first_seen
    from console.tape.store import open_tape

    with open_tape(tape, "read") as store:
        span = store.span()
        if span is None:
            raise TapeError("the tape is empty", str(tape), "record something first")
        # A tape that is being recorded is audited as of now: dates pass although nothing is said.
        end_ms = max(span[1], time.time_ns() // 1_000_000) if store.grows and _is_fresh(span[1]) else span[1]
        at_ms = end_ms if at is None else parse_time(at, reference_ms=end_ms, start_ms=span[0])
        if at_ms < span[0]:
            raise UseError(f"{at} lies before the first moment of the tape; +8m counts from its start")
        shown = "demo" if settings.is_demo else shown_address(tape)
        notes = _broken(store, at_ms)
        if at_ms - max(end_ms, span[1]) > _FRESH_MS:
            notes = [f"the tape ends {moment(span[1])}; of what came after it nothing is known", *notes]
        return Found(audited_at(store, at_ms), shown, shown, first_seen(store, at_ms), notes)


_FRESH_MS = 60_000


def _is_fresh(end_ms: int) -> bool:
    return time.time_ns() // 1_000_000 - end_ms < _FRESH_MS


def _of_servers(settings: Settings, at: str | None) -> Found:
    from console.recorder.once import look_once, servers_of
    from console.scenes.audit import audited_at
    from console.tape.store import open_tape

    now_ms = time.time_ns() // 1_000_000
    at_ms = now_ms if at is None else parse_time(at, reference_ms=now_ms)
    if at_ms > now_ms:
        raise UseError(f"{at} lies in the future")
    with look_once(settings, at_ms, _BACK_S, named_only=True) as seen:
        unread = [one for one in seen.unread if one.given]
        with open_tape(seen.tape, "read") as store:
            if at is None:
                at_ms = time.time_ns() // 1_000_000  # what was read meanwhile is part of it
            broken = _broken(store, at_ms)
            audited = audited_at(store, at_ms, people=False)
        past = [_ONLY_NOW] if now_ms - at_ms > _FRESH_MS and _declares(settings) else []
        if not audited.judgements:
            raise _nothing(settings, unread, [*broken, *past], servers_of(settings))
        notes = [*past, *broken, *(f"{one.source} was not read: {_why(one)}" for one in unread)]
    for one in unread:
        sys.stderr.write(f"fourthsignal: {plain(one.source)} was not read: {plain(_why(one))}\n")
    return Found(audited, "what is configured", None, {}, notes, broken, unread)


def _declares(settings: Settings) -> bool:
    """Whether anything is configured that says how things are declared, and not when they came to be so."""
    return any(settings.given(name) for name in _FILES) or bool(settings.oncall)


def _broken(store: Store, at_ms: int) -> list[str]:
    """What a source of declarations could not read, as of a time."""
    from console.signals import EntityKind

    feeds = store.states_at(at_ms, (EntityKind.FEED,))
    mine = [one.body for one in feeds if one.entity.id in _DECLARE and one.body.get("state") == "degraded"]
    said = [str(one.get("why") or "") for one in mine]
    return [one.rstrip(".") for one in dict.fromkeys(said) if one]


def _nothing(
    settings: Settings, unread: Sequence[Unread], broken: Sequence[str], named: Sequence[str]
) -> exits.Refused:
    """Why there is nothing to audit."""
    if unread:
        told = "; ".join(f"{one.source}: {_why(one)}" for one in unread)
        return exits.Refused(told, exits.DENIED if all(one.denied for one in unread) else exits.UNREACHABLE)
    if broken:
        return exits.Refused("; ".join(broken), exits.USAGE)
    if named or any(settings.given(name) for name in _FILES):
        return exits.Refused("nothing is declared there: no flow, no model, no KPI", exits.USAGE)
    todo = "name a tape with --tape, files with --catalog, or servers with NOMAD_ADDR and PROMETHEUS_URL"
    return exits.Refused(f"there is nothing to look at; {todo}", exits.USAGE)


def _why(one: Unread) -> str:
    return one.why + (f"; {one.todo}" if one.todo else "")
