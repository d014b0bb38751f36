"""The two lines of analysis on the board: the verdict under the title, the fourth signal over the time strip. Pure.

A line that has no room for all it could say drops what matters least as a whole; no word that matters is cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from console.format import chance, clock, duration
from console.screens.verdict.told import Fourth, Told
from console.tape.verdicts import unix_ms
from widgets.glyphs import Glyphs
from widgets.spark import last_cells, spark
from widgets.text import Span, spans_width

if TYPE_CHECKING:
    from console.findings import FourthSignalDoc, MoverDoc, VerdictDoc

_STATES = {"quiet": "ok", "suspect": "warn", "incident": "bad"}
_IN_ASCII = str.maketrans({"·": "-", "±": "+-", "×": "x"})
_SPARKS = (40, 24, 16, 8)
_LONG_NAME = 28
_SENTENCES = re.compile(r"; |\. (?=[A-Z])")
_MORE = [Span("v", "key"), Span(" in full ", "muted")]


def verdict_spans(doc: VerdictDoc | None, told: Told, glyphs: Glyphs, width: int) -> list[Span]:
    """The verdict in one line: its state by shape and word, what moved first and when, what alarmed first and whether
    that misleads, how sure it is; at the left, before all that, that it is old where it is."""
    if doc is None:
        why = f": {told.fault}" if told.fault else f"; {told.signals} signals watched" if told.signals else ""
        return _first_that_fits(
            [[Span(" "), _shape("unknown", glyphs), Span(f" no verdict yet{why}", "muted")]], glyphs, width
        )
    ways = _quiet(doc, told) if doc["state"] == "quiet" else _trouble(doc, glyphs)
    state = "stale" if told.late else _STATES.get(doc["state"], "unknown")
    lead = [Span(" "), _shape(state, glyphs), Span(" ")]
    return _first_that_fits([[*lead, *late, *way] for late in _late(told) for way in ways], glyphs, width)


def more_spans(doc: VerdictDoc | None, said: Sequence[Span], width: int) -> list[Span]:
    """For the right end of the verdict's line: the key that opens it, where there is room for that."""
    return _MORE if doc is not None and spans_width(said) + spans_width(_MORE) + 1 <= width else []


def _shape(health: str, glyphs: Glyphs) -> Span:
    return Span(glyphs.health[health], health)


def _late(told: Told) -> list[list[Span]]:
    """That the verdict is old, from the fullest way to say it to the shortest."""
    if not told.late:
        return [[]]
    texts = [f"verdict {told.late} old  ", f"{told.late} old  "]
    if told.fault:
        texts.insert(0, f"verdict {told.late} old, {told.fault}  ")
    return [[Span(text, "stale")] for text in texts]


def _quiet(doc: VerdictDoc, told: Told) -> list[list[Span]]:
    role = "stale" if told.late else "ok"  # what is old is never green
    said = doc["headline"].partition(":")[2].strip().rstrip(".") or "nothing that matters has left its normal range"
    texts = [said, said.partition(";")[0], "nothing has left its range", ""]
    return [[Span("QUIET  ", role), Span(text, "muted")] for text in texts]


def _trouble(doc: VerdictDoc, glyphs: Glyphs) -> list[list[Span]]:
    """From the fullest way to say it to the shortest."""
    mover = doc["first_mover"]
    state = Span(f"{doc['state'].upper()}  ", _STATES.get(doc["state"], "unknown"))
    sure = [Span(f" · {doc['confidence_word']} confidence", "muted")]
    if mover is None:
        said = [Span(part.strip().rstrip("."), "banner") for part in _SENTENCES.split(doc["headline"])]
        ways = [_joined(said[:count]) for count in range(len(said), 0, -1)]
        return [[state, *way, *more] for way in ways for more in (sure, [])]
    name, short = [Span(mover["name"], "banner")], [Span(_short(mover["name"], glyphs), "banner")]
    label, brief = Span("FIRST MOVER ", "mover"), Span("FIRST ", "mover")
    exact, plain, coarse = (_moved(mover, glyphs, doubt, seconds) for doubt, seconds in ((1, 1), (0, 1), (0, 0)))
    alarms = _alarm(doc)
    fullest, shortest, misleads = alarms[0], alarms[-1], doc["misleading"]["is"]
    # How long before the alarm is worth more than seconds of the clock, and those more than a word.
    looks = (([label], plain), ([label], coarse), ([brief], plain), ([brief], coarse))
    ways = [
        [state, label, *name, *exact, *fullest, *sure],
        [state, label, *name, *exact, *fullest],
        [label, *name, *exact, *fullest],
        *([*head, *name, *when, *alarm] for head, when in looks for alarm in alarms[: 2 if misleads else 1]),
        *([*head, *name, *when, *alarm] for head, when in looks for alarm in alarms[1:]),
        [brief, *short, *plain, *shortest],
        [brief, *short, *coarse, *shortest],
        [brief, *short, *shortest],
        [brief, *short],
    ]
    return ways


def _moved(mover: MoverDoc, glyphs: Glyphs, doubt: int, seconds: int) -> list[Span]:
    """Which way it went and when, with the doubt about that."""
    arrow = glyphs.down if mover["direction"] == "down" else glyphs.up
    try:
        at_ms = unix_ms(mover["onset"])
        off_ms = max(at_ms - unix_ms(mover["onset_earliest"]), unix_ms(mover["onset_latest"]) - at_ms)
    except ValueError:
        return [Span(f" {arrow}", "mover")]
    spans = [Span(f" {arrow} {clock(at_ms, seconds=bool(seconds))}", "mover")]
    return [*spans, Span(f" ±{_whole(off_ms / 1000)}", "muted")] if doubt and off_ms > 0 else spans


def _alarm(doc: VerdictDoc) -> list[list[Span]]:
    """How that lies to the first alarm and whether it misleads, the fullest first."""
    alarm = doc["first_alarm"]
    if alarm is None:
        return [[Span(" · nothing has alarmed", "muted")], [Span(" · no alarm", "muted")], []]
    lead = doc["lead_text"]
    when = f" · {lead}" if lead else " · first alarm"
    before = when + (" as " if lead.endswith("moment") else " ")
    what = Span(alarm["what"], "alarm")
    if doc["misleading"]["is"]:
        return [
            [Span(before), what, Span(", which misleads", "alarm")],
            [Span(before), what, Span(" (misleads)", "alarm")],
            [Span(" · "), what, Span(" misleads", "alarm")],
        ]
    return [[Span(before), what], [Span(" · alarm "), what], []]


def _short(name: str, glyphs: Glyphs) -> str:
    """A long name without its middle: whose it is stands at its beginning, what it is at its end."""
    if len(name) <= _LONG_NAME:
        return name
    half = (_LONG_NAME - 1) // 2
    return f"{name[:half]}{glyphs.more}{name[-half:]}"


def _whole(seconds: float) -> str:
    """How long, without fractions of a second."""
    return f"{round(seconds)}s" if 1 <= seconds < 60 else duration(seconds)


def _joined(parts: Sequence[Span]) -> list[Span]:
    spans: list[Span] = []
    for place, part in enumerate(parts):
        if place:
            spans.append(Span("; ", "muted"))
        spans.append(part)
    return spans


def _first_that_fits(ways: Iterable[list[Span]], glyphs: Glyphs, width: int) -> list[Span]:
    """The fullest way that fits; the last one where none does."""
    way: list[Span] = []
    for way in ways:
        if glyphs.dot.isascii():
            way = [Span(span.text.translate(_IN_ASCII), span.role) for span in way]
        if spans_width(way) <= width:
            return way
    return way


# -- the fourth signal -----------------------------------------------------------------------------------------------


def fourth_spans(doc: VerdictDoc | None, told: Told, glyphs: Glyphs, width: int) -> list[Span]:
    """The interaction of model and ingestion in a line, with the course of the model signal; or that there is none."""
    label = Span(" 4TH SIGNAL ", "fourth")
    said = doc["fourth_signal"] if doc is not None else None
    if said is None:
        none = "none stands out" if doc is not None else "no verdict yet"
        return [Span(label.text, "muted"), Span(none, "muted")]
    texts = _fourth_texts(said, told.fourth)
    course = told.fourth
    drawn = "" if course is None or course.range is None else spark(course.values, *course.range, glyphs.levels)
    # The course gives way first, down to eight cells, which still show an episode; then what is said.
    ways = [
        [label, *text, Span(" "), Span(last_cells(drawn, cells), "spark")]
        for text in texts
        for cells in _SPARKS
        if drawn
    ]
    return _first_that_fits([*ways, *([label, *text] for text in texts)], glyphs, width)


def _fourth_texts(said: FourthSignalDoc, course: Fourth | None) -> list[list[Span]]:
    """The fullest first."""
    p_value = said["p_value"]
    p_text = "" if p_value is None else f", {chance(p_value)}"
    hidden = "; neither crossed a limit" if said["hidden"] else ""
    full, count = said["text"].rstrip("."), len(said["episodes"])
    names = [said[part].partition("{")[0] for part in ("model_signal", "ingestion_signal")]
    pair = " × ".join((course.model, course.ingestion) if course is not None else names)
    times = f", {count} episode{'s' if count != 1 else ''}" if count else ""
    lag = f": {_whole(abs(said['lag_s']))} {'earlier' if said['lag_s'] < 0 else 'later'}"
    return [
        [Span(full, "banner"), Span(f"{p_text}{hidden}", "muted")],
        [Span(full, "banner"), Span(p_text, "muted")],
        [Span(full, "banner")],
        [Span(f"{pair}{lag}{times}", "banner"), Span(p_text, "muted")],
        [Span(f"{pair}{lag}{times}", "banner")],
        [Span(pair, "banner")],
    ]
