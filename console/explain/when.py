"""Times of a verdict in a sentence. What is no time is told as it is: a verdict may come from another version."""

from __future__ import annotations

import math
import re

from console.format import duration

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z", re.ASCII)


def time_of_day(at: str, day: str = "") -> str:
    """``14:01:40Z``; with its date where that is another ``day``."""
    found = _MOMENT.fullmatch(at)
    if found is None:
        return at
    return f"{found[2]}Z" if not day or found[1] == day else f"{found[1]} {found[2]}Z"


def date_and_time(at: str) -> str:
    """``2026-11-23 14:01:40Z``."""
    found = _MOMENT.fullmatch(at)
    return at if found is None else f"{found[1]} {found[2]}Z"


def between(earliest: str | None, latest: str | None, day: str) -> str:
    """In brackets, the interval of an onset; empty where it is one moment or not known."""
    if earliest is None or latest is None or earliest == latest:
        return ""
    return f" ({time_of_day(earliest, day)} to {time_of_day(latest, day)})"


def span(begin: str, end: str | None, day: str) -> str:
    """``14:01:40Z-14:03:00Z``; without an end it lasts."""
    return f"since {time_of_day(begin, day)}" if end is None else f"{time_of_day(begin, day)}-{time_of_day(end, day)}"


def in_words(seconds: float) -> str:
    """A duration; nothing is said of what is no number."""
    return duration(seconds) if math.isfinite(seconds) else "unknown"


def beside(lag_s: float | None, doubt_s: float | None) -> str:
    """When something moved, seen from the symptom: ``40s before``, ``same moment``; empty where it did not move."""
    if lag_s is None or not math.isfinite(lag_s):
        return ""
    if abs(lag_s) <= (doubt_s or 0.0):
        return "same moment"
    return f"{duration(abs(lag_s))} {'before' if lag_s < 0 else 'after'}"
