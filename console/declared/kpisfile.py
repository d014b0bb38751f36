"""``kpis.toml``: what was promised, and how it is measured. Every error names file, line and key.

    [[kpi]]
    name = "answers-quality"                  # required, unique
    title = "Answers are right"
    about = "model output"                    # or model input, or system; else guessed from the queries, with a doubt
    subject = "model:answer-8b"               # flow:docs.price, job:namespace/job, service:answers
    target = "99%"                            # required: 0.99 or "99%", below 1
    window = "28d"                            # required; "1 month" with a calendar
    calendar = { start = 2026-01-01T00:00:00, zone = "Europe/Berlin" }   # the window begins anew, else it rolls
    good = 'sum(answers_total{verdict="ok"})' # PromQL; or bad
    total = "sum(answers_total)"
    counter = true                            # these only ever grow; else guessed from their names, with a doubt
    owner = "answers"
    last_review = 2026-10-01                  # `fourthsignal review` records later ones
    review_every = "90d"

    [[kpi]]
    name = "answers-grounded"
    target = 0.95
    window = "7d"
    value = "avg(llm_eval_groundedness)"      # a value and its limit, in place of good and total
    objective = "value >= 0.9"                # or op = "gte" and limit = 0.9
    method = "timeslices"                     # occurrences (the default), timeslices, ratio timeslices
    slice = "5min"
    slice_target = 0.9                        # the share of good that makes a slice a good one

A bare ``m`` is refused: in a window it is minutes to some and months to others. Write ``30min`` or ``1 month``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from console.declared.kpiindicator import indicator_of
from console.declared.kpisubject import ABOUTS, KINDS, about_of, guessed, subject_of
from console.declared.opensloterms import METHODS, Method
from console.declared.shapes import Contents
from console.declared.tomlentry import TomlEntry, named_entries
from console.governance.calendars import Calendar, zone_of
from console.governance.kpis import target_of
from console.governance.shapes import KpiDoc
from console.governance.units import Ambiguous, doubt, duration_s
from console.tomlfile import TomlFile

TABLE = "kpi"
KEYS = (
    "name", "title", "about", "subject", "target", "window", "calendar", "good", "bad", "total", "counter", "value",
    "op", "limit", "objective", "method", "slice", "slice_target", "owner", "last_review", "review_every",
)  # fmt: skip
_CALENDAR = re.compile(r"(\d{1,4})\s*(min|minute|h|hour|d|day|w|week|month|quarter|y|year)s?")
_SHORT = {"min": "minute", "h": "hour", "d": "day", "w": "week", "y": "year"}


def contents_of(file: TomlFile) -> Contents:
    """The KPIs of a TOML file. Raises TomlError."""
    return Contents(kpis={name: _kpi(entry, name) for name, entry in named_entries(file, TABLE, "a KPI", KEYS)})


def _kpi(entry: TomlEntry, name: str) -> KpiDoc:
    method = _method(entry)
    indicator = indicator_of(entry)
    guess = guessed(one for key in ("good", "bad", "total", "value") if isinstance(one := indicator.get(key), str))
    about = _about(entry)
    if about is None:
        entry.doubts.append(doubt("about", guess.why, entry.origin()))
    doc: KpiDoc = {
        "title": entry.text("title") or name,
        "about": about or guess.about,
        "subject": _subject(entry) or guess.subject,
        "target": _target(entry),
        "window_s": 0.0,
        "method": method,
        "indicator": indicator,
        "origin": entry.origin(),
    }
    _window(entry, doc)
    if method != "occurrences":
        doc["slice_s"] = _seconds(entry, "slice", "the width of its slices")
    if method == "timeslices":
        doc["slice_target"] = _slice_target(entry)
    if owner := entry.text("owner"):
        doc["owner"] = owner
    if entry.said("review_every"):
        doc["review_every_s"] = _seconds(entry, "review_every", "")
    if entry.said("last_review"):
        doc["last_review_ms"] = entry.moment("last_review")
    if entry.doubts:
        doc["doubts"] = [*entry.doubts]
    return doc


def _method(entry: TomlEntry) -> Method:
    said = entry.text("method") or "occurrences"
    method = METHODS.get(said.replace("_", "").replace("-", "").replace(" ", "").casefold())
    if method is None:
        raise entry.wrong("method", "must be occurrences, timeslices or ratio timeslices")
    return method


def _about(entry: TomlEntry) -> Any:
    if not entry.said("about"):
        return None
    about = about_of(entry.text("about") or "")
    if about is None:
        raise entry.wrong("about", f"must be {', '.join(ABOUTS[:-1])} or {ABOUTS[-1]}")
    return about


def _subject(entry: TomlEntry) -> str | None:
    if not entry.said("subject"):
        return None
    subject = subject_of(entry.text("subject") or "")
    if subject is None:
        raise entry.wrong("subject", f"must be kind:name, with a kind of {', '.join(KINDS)}")
    return subject


def _target(entry: TomlEntry) -> float:
    if not entry.said("target"):
        raise entry.file.error('it has no target; write target = "99.9%"', *entry.at)
    target = target_of(entry.ratio("target"))
    if target is None:
        raise entry.wrong("target", "must be below 1, since all of it would leave no error budget")
    return target


def _seconds(entry: TomlEntry, key: str, what: str) -> float:
    """A duration whose unit is clear."""
    if not entry.said(key):
        raise entry.file.error(f"{what} is not said; write {key} with a duration", *entry.at)
    seconds = duration_s(entry.data[key], m_s=None) if isinstance(entry.data[key], str) else None
    if seconds is None or isinstance(seconds, Ambiguous):
        raise entry.wrong(key, seconds.why if seconds else 'must be a duration with a unit, as "30min", "7d" or "28d"')
    return seconds


def _slice_target(entry: TomlEntry) -> float:
    if not entry.said("slice_target"):
        raise entry.file.error("it does not say when a slice is good; write slice_target = 0.9", *entry.at)
    share = entry.ratio("slice_target")
    if share <= 0:
        raise entry.wrong("slice_target", "must be above 0")
    return share


def _window(entry: TomlEntry, doc: KpiDoc) -> None:
    doc["window_s"] = _seconds(entry, "window", "its window")
    if not entry.said("calendar"):
        return
    said = entry.data["calendar"]
    found = _CALENDAR.fullmatch((entry.text("window") or "").casefold())
    start, zone = (said.get("start"), said.get("zone", "UTC")) if isinstance(said, dict) else (None, None)
    if isinstance(start, str):
        try:
            start = datetime.fromisoformat(start)
        except ValueError:
            start = None
    if not isinstance(start, datetime) or start.tzinfo is not None or not isinstance(zone, str):
        raise entry.wrong("calendar", 'must be { start = 2026-01-01T00:00:00, zone = "Europe/Berlin" }')
    if found is None or not int(found[1]):
        raise entry.wrong("window", 'must be of one unit with a calendar, as "1 month", "1 week" or "1d"')
    try:
        zone_of(zone)
    except ValueError as problem:
        raise entry.wrong("calendar", f"{problem}; write it as Europe/Berlin") from None
    calendar = Calendar(int(found[1]), _SHORT.get(found[2], found[2]), start, zone)
    doc["window_s"], doc["calendar"] = calendar.rough_s, str(calendar)
