"""Moments as people type them: ``--at 14:05``, ``--at -5m``, ``--at +8m``."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from console.settings.kinds import parse_duration

FORMS = "2026-11-23T14:05:00Z, unix seconds, 14:05 or 14:05:30 (UTC, or with Z or +02:00), -5m, +8m, now"

_DAY_MS = 86_400_000
# Years 1970 to 9999: what a date can hold, with a day to spare for zones.
_LAST_MS = 253_402_214_400_000
_UNIX = re.compile(r"\d{9,12}(?:\.\d{1,9})?")
_MOMENT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII)
_COUNT = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{2})", re.ASCII)


class TimeTextError(ValueError):
    """A text that is no moment; ``str()`` is one sentence that says what would be."""


def parse_time(text: str, *, reference_ms: int, start_ms: int | None = None) -> int:
    """The moment that a text means, in unix milliseconds.

    ``reference_ms`` is what ``now`` and ``-5m`` count from and the last moment that a time of day may mean: the end
    of a tape, or now. ``start_ms`` is what ``+8m`` and ``+08:30`` (minutes:seconds) count from: the tape's start.
    A date or time of day without a zone is UTC. Raises TimeTextError.
    """
    given = text.strip()
    if given in ("now", "live"):
        return reference_ms
    if given[:1] == "+":
        return _from_start(text, given[1:], start_ms)
    if given[:1] == "-":
        return _checked(reference_ms - _count(text, given[1:]), text)
    if _UNIX.fullmatch(given):
        return _checked(round(float(given) * 1000), text)
    if found := _MOMENT.fullmatch(given):
        return _moment(found, text)
    if found := _CLOCK.fullmatch(given):
        return _checked(_time_of_day(found, text, reference_ms), text)
    raise TimeTextError(f"{_shown(text)} is not a time; known forms are {FORMS}")


def format_time(at_ms: int) -> str:
    """RFC 3339 in UTC, with milliseconds only where there are any."""
    moment = datetime.fromtimestamp(at_ms // 1000, UTC) + timedelta(milliseconds=at_ms % 1000)
    return moment.isoformat(timespec="milliseconds" if at_ms % 1000 else "seconds").replace("+00:00", "Z")


def _from_start(text: str, rest: str, start_ms: int | None) -> int:
    if start_ms is None:
        raise TimeTextError(f"{_shown(text)} counts from the start of a tape, and this tape is empty")
    return _checked(start_ms + _count(text, rest), text)


def _count(text: str, rest: str) -> int:
    """Milliseconds of ``8m``, ``1h30m``, ``90`` (seconds), ``08:30`` or ``1:08:30``."""
    if found := _COUNT.fullmatch(rest):
        hours, minutes, seconds = int(found[1] or 0), int(found[2]), int(found[3])
        if seconds < 60 and (found[1] is None or minutes < 60):
            return ((hours * 60 + minutes) * 60 + seconds) * 1000
    seconds_given = float(rest) if re.fullmatch(r"\d{1,9}", rest, re.ASCII) else parse_duration(rest)
    if seconds_given is None or seconds_given > _LAST_MS / 1000:
        raise TimeTextError(f"{_shown(text)} is not a time; {text[:1]}5m, {text[:1]}1h30m and {text[:1]}08:30 are")
    return round(seconds_given * 1000)


def _moment(found: re.Match[str], text: str) -> int:
    year, month, day, hour, minute = (int(found[i]) for i in range(1, 6))
    second = int(found[6] or 0)
    try:
        # A leap second is told as the first moment after it, as unix time does.
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError:
        raise TimeTextError(f"{_shown(text)} is not a date and time that exists") from None
    if second > 60:
        raise TimeTextError(f"{_shown(text)} is not a date and time that exists")
    whole = round((moment - _EPOCH).total_seconds()) * 1000 + (1000 if second == 60 else 0)
    return _checked(whole + _fraction(found[7]) - _zone(found[8], text), text)


def _time_of_day(found: re.Match[str], text: str, reference_ms: int) -> int:
    """The last time not after the reference that the clock showed this."""
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise TimeTextError(f"{_shown(text)} is not a time of day; the last one is 23:59:59")
    in_day = ((hour * 60 + minute) * 60 + second) * 1000 + _fraction(found[4]) - _zone(found[5], text)
    return reference_ms - (reference_ms - in_day) % _DAY_MS


def _fraction(digits: str | None) -> int:
    return int((digits or "0").ljust(3, "0")[:3])


def _zone(zone: str | None, text: str) -> int:
    if zone is None or zone in "Zz":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours > 23 or minutes > 59:
        raise TimeTextError(f"{_shown(text)} has a zone that does not exist; write Z or +02:00")
    return (hours * 60 + minutes) * 60_000 * (-1 if zone[0] == "-" else 1)


def _checked(at_ms: int, text: str) -> int:
    if not 0 <= at_ms <= _LAST_MS:
        raise TimeTextError(f"{_shown(text)} is outside the years 1970 to 9999")
    return at_ms


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
