"""An action on Nomad in lines: what it affects, what to think of, how it goes. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from console.format import duration
from console.screens.deeds.deed import Told
from widgets.glyphs import Glyphs
from widgets.text import Span, clean

_MOST = 100
Line = list[Span]


def deed_lines(told: Told, glyphs: Glyphs, width: int) -> Sequence[Line]:
    """All lines for a width."""
    return [line for part in (_plan, _warned, _way, _end) for line in part(told, glyphs, min(_MOST, width - 2))]


def _plan(told: Told, glyphs: Glyphs, width: int) -> Iterator[Line]:
    yield []
    if told.stage == "planning":
        yield from _wrapped("Nomad is asked what this would affect ...", width, "muted")
        return
    if told.title:
        yield from _wrapped(told.title, width, "title")
    if told.stage == "refused" and not told.did:
        return
    for one in told.affects:
        yield from _wrapped(one, width, "", f"   {glyphs.dot} ")


def _warned(told: Told, glyphs: Glyphs, width: int) -> Iterator[Line]:
    if told.stage not in ("planned", "sent", "over"):
        return
    for one in (*told.warnings, *([told.permit] if told.permit else [])):
        role = "bad" if one.startswith("STALE") else "warn"
        yield from _wrapped(one, width, role, f"   {glyphs.health['warn']} ")
    if told.stage == "planned":
        yield []
        yield from _wrapped("It is done once, written to the tape with your name, and followed.", width, "muted")


def _way(told: Told, glyphs: Glyphs, width: int) -> Iterator[Line]:
    if told.did:
        yield []
        yield from _wrapped(told.did, width, "title")
    for after_s, text in told.steps:
        yield from _wrapped(text, width, "", f"   +{duration(after_s):<6} ")
    if told.stage == "sent" and told.did:
        waiting = "waiting for what comes of it; esc leaves this screen, it is followed on"
        yield from _wrapped(waiting, width, "muted", "   ")


def _end(told: Told, glyphs: Glyphs, width: int) -> Iterator[Line]:
    if told.outcome:
        role = "ok" if told.well else "warn"
        yield []
        yield from _wrapped(f"{told.outcome}.", width, role, f" {glyphs.health[role]} ")
        yield from _wrapped("v tells what it did to the signals, as soon as that can be told; esc goes back.", width)
    if told.problem:
        yield []
        yield from _wrapped(told.problem, width, "bad", f" {glyphs.health['bad']} ")
        yield from _wrapped("esc goes back.", width, "muted")
    if told.notice:
        yield []
        yield from _wrapped(told.notice, width, "notice")


def _wrapped(text: str, width: int, role: str = "", sign: str = " ") -> Iterator[Line]:
    lines = textwrap.wrap(clean(text), max(20, width - len(sign)), break_on_hyphens=False) or [""]
    for place, line in enumerate(lines):
        yield [Span(sign if not place else " " * len(sign), role), Span(line, role)]
