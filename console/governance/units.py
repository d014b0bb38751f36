"""Durations, moments and ratios as contracts write them, and why one cannot be taken as it stands. Pure.

A duration is a number with a unit (``4`` and ``d``), both in one text (``5m``, ``1h30m``) or ISO 8601 (``PT5M``). A
unit ``m`` on its own is minutes to some tools and months to others, so it is never guessed. Years have 365 days and
months 30, as terms of contracts are no dates of a calendar.
"""

# No postponed annotations here: NamedTuple would compile each of them at every start.
import math
import re
from typing import NamedTuple

from console.governance.shapes import DoubtDoc
from console.plain import plain
from console.times import TimeTextError, parse_time

_SECONDS = {
    **dict.fromkeys(("ns", "nanosecond", "nanoseconds"), 1e-9),
    **dict.fromkeys(("us", "µs", "microsecond", "microseconds"), 1e-6),
    **dict.fromkeys(("ms", "msec", "millis", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), 604_800.0),
    **dict.fromkeys(("mo", "mon", "mth", "month", "months"), 2_592_000.0),
    **dict.fromkeys(("q", "quarter", "quarters"), 7_776_000.0),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), 31_536_000.0),
}
_UNCLEAR = "m"
_MINUTE_S = 60.0
_LONGEST_S = 1000 * 31_536_000.0
_PERCENT = frozenset(("%", "percent", "pct"))

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
_COUNTED = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-zµ]+)\s*", re.ASCII)
# Compiled when one is met: that takes longer than to load all else that is here.
_ISO = (
    r"P(?=.)(?:(?P<y>\d+(?:\.\d+)?)Y)?(?:(?P<mo>\d+(?:\.\d+)?)M)?(?:(?P<w>\d+(?:\.\d+)?)W)?(?:(?P<d>\d+(?:\.\d+)?)D)?"
    r"(?:T(?=.)(?:(?P<h>\d+(?:\.\d+)?)H)?(?:(?P<min>\d+(?:\.\d+)?)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?"
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ZONED = re.compile(r".*(?:[Zz]|[+-]\d{2}:?\d{2})", re.ASCII)


class Ambiguous(NamedTuple):
    """A value that cannot be taken: ``why`` is one sentence without its stop, fit for a DoubtDoc."""

    why: str


class Moment(NamedTuple):
    """A moment (unix ms); ``doubt`` says what was taken for granted, and is empty where nothing was."""

    at_ms: int
    doubt: str


def duration_s(value: object, unit: object = None, *, m_s: float | None = _MINUTE_S) -> float | Ambiguous:
    """Seconds, more than 0.

    ``m_s`` is what ``m`` means where it is written onto its number (``5m``), as it always is minutes in the files of
    Prometheus, OpenSLO and ours; None where that too may be months. As a unit of its own it is never clear.
    """
    unit = None if unit is None or (isinstance(unit, str) and not unit.strip()) else unit
    if unit is not None and not isinstance(unit, str):
        return Ambiguous(f"{_shown(unit)} is not a unit; write it as d, h or min")
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        found = _text_s(value.strip(), m_s)
        if unit is not None and not isinstance(found, Ambiguous):
            return _same(found, value, unit)
        return found
    number = _number(value)
    if number is None:
        return Ambiguous(f"{_shown(value)} is not a duration; write a number with a unit, as 5 and min")
    if unit is None:
        return Ambiguous(f"{_shown(value)} has no unit; write one, as d, h or min")
    seconds = _unit_s(unit.strip(), None)
    return seconds if isinstance(seconds, Ambiguous) else _bounded(number * seconds, value)


def moment_ms(value: object) -> Moment | Ambiguous:
    """The moment of an ISO 8601 date or date with time. A whole date is its start in UTC; a time without zone is taken
    for UTC, with a doubt."""
    text = value.strip() if isinstance(value, str) else ""
    wrong = f"{_shown(value)} is not a date; write it as 2026-11-23 or 2026-11-23T14:05:00Z"
    if not _DAY.match(text):
        return Ambiguous(wrong)
    whole = _DAY.fullmatch(text) is not None
    try:
        at_ms = parse_time(f"{text}T00:00Z" if whole else text, reference_ms=0)
    except TimeTextError:
        return Ambiguous(wrong)
    if whole or _ZONED.fullmatch(text[10:]):
        return Moment(at_ms, "")
    return Moment(at_ms, f"{_shown(text)} has no zone, so it is taken for UTC; write it with Z or +02:00")


def ratio(value: object, unit: object = None) -> float | Ambiguous:
    """0 to 1 of ``0.999``, ``99.9`` and ``percent``, or ``99.9%``."""
    text = str(value).strip() if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""
    percent = (isinstance(unit, str) and unit.strip().lower() in _PERCENT) or text.endswith("%")
    number = _number(text.removesuffix("%").strip())
    if number is None:
        return Ambiguous(f"{_shown(value)} is not a ratio; write it as 0.999 or 99.9%")
    if percent:
        number = round(number / 100, 12)  # 99.9 percent is 0.999 and not 0.9990000000000001
    elif number > 1:
        return Ambiguous(f"{_shown(value)} is more than 1 and no unit says that it is percent; write it as 99.9%")
    return number if number <= 1 else Ambiguous(f"{_shown(value)} is more than all of it; write at most 100%")


def doubt(field: str, why: str, origin: str) -> DoubtDoc:
    """A doubt about a field, and where that stands."""
    return {"field": field, "why": why, "origin": origin}


def _text_s(text: str, m_s: float | None) -> float | Ambiguous:
    wrong = Ambiguous(f"{_shown(text)} is not a duration; write it as 30s, 5min, 2h or PT5M")
    if len(text) > 60:
        return wrong
    if text[:1] in "Pp" and (iso := re.fullmatch(_ISO, text.upper(), re.ASCII)):
        parts = iso.groupdict()
        return _bounded(sum(float(count) * _SECONDS[unit] for unit, count in parts.items() if count), text)
    total, at = 0.0, 0
    counted = list(_COUNTED.finditer(text))
    # Beside hours, days or seconds, as in 1h30m, it can only be minutes.
    clear = _MINUTE_S if len(counted) > 1 else m_s
    for found in counted:
        if found.start() != at:
            return wrong
        seconds = _unit_s(found[2], clear)
        if isinstance(seconds, Ambiguous):
            return seconds
        total, at = total + float(found[1]) * seconds, found.end()
    return _bounded(total, text) if counted and at == len(text) else wrong


def _unit_s(unit: str, m_s: float | None) -> float | Ambiguous:
    """Seconds of a unit. ``M`` is months to those who tell it from ``m``, so neither is clear."""
    if unit.lower() == _UNCLEAR:
        if unit == _UNCLEAR and m_s is not None:
            return m_s
        return Ambiguous(f"the unit {_shown(unit)} means minutes to some and months to others; write min or month")
    seconds = _SECONDS.get(unit.lower())
    return seconds or Ambiguous(f"{_shown(unit)} is not a unit that is known here; write s, min, h, d, w, month or y")


def _same(seconds: float, value: str, unit: str) -> float | Ambiguous:
    """A duration that has its unit in its text, beside a unit that must not say another thing."""
    beside = _unit_s(unit.strip(), None)
    if isinstance(beside, Ambiguous) or not value.strip().lower().endswith(unit.strip().lower()):
        return Ambiguous(f"{_shown(value)} has a unit and beside it stands the unit {_shown(unit)}; keep one of them")
    return seconds


def _bounded(seconds: float, value: object) -> float | Ambiguous:
    if not 0 < seconds <= _LONGEST_S:
        return Ambiguous(f"{_shown(value)} is not above zero and below 1000 years; write a duration that is")
    return seconds


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value.strip()) and len(value) <= 30 else None
    if isinstance(value, (int, float)) and math.isfinite(value) and value >= 0:
        return float(value)
    return None


def _shown(value: object) -> str:
    return f"'{plain(str(value), 40)}'"
