"""The time that a line of a log gives itself. A time without a zone is UTC, as tasks of a cluster log it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

LOOKED_AT = 200  # characters at the beginning, in which a field may name the time
_LEADING = 40  # characters at the beginning, in which a bare one must stand
_AHEAD_MS = 86_400_000  # a clock is not wrong by more than this: what is later is another number
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"

_DATE = re.compile(
    r"(\d{4})[-/.](\d\d)[-/.](\d\d)[Tt _](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(Z|z|UTC|[+-]\d\d:?\d\d)?", re.ASCII
)
_COMMON = re.compile(r"(\d{1,2})/([A-Za-z]{3})/(\d{4}):(\d\d):(\d\d):(\d\d)(?: ([+-]\d{4}))?", re.ASCII)
_SYSLOG = re.compile(r"^(?:<\d+>)?([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?", re.ASCII)
_KLOG = re.compile(r"^[IWEFD](\d\d)(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?", re.ASCII)
_UNIX = re.compile(r"^\[?(\d{10}|\d{13}|\d{16}|\d{19})(?:\.(\d{1,9}))?(?=[\]\s:,]|$)", re.ASCII)
_FIELD = re.compile(
    r"(?:^|[\s{,\"])(?:@?timestamp|time|ts|t|datetime|asctime)\"?\s*[=:]\s*\"?"
    r"([^\",}\s]+(?: \d\d:\d\d:\d\d[^\",}\s]*)?)"
)


def time_of(text: str, now_ms: int) -> int | None:
    """Unix milliseconds; None where the line says no time."""
    head = text[:LOOKED_AT]
    found = _bare(head, now_ms)
    if found is None and (field := _FIELD.search(head)):
        found = _bare(field[1], now_ms)
    return found if found is not None and 0 <= found <= now_ms + _AHEAD_MS else None


def _bare(text: str, now_ms: int) -> int | None:
    for pattern, read in _FORMS:
        match = pattern.search(text, 0, _LEADING)
        if match is not None:
            try:
                return read(match, now_ms)
            except (ValueError, OverflowError):  # the 31st of February
                return None
    return None


def _date(found: re.Match[str], now_ms: int) -> int:
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    return _ms(year, month, day, hour, minute, second) + _fraction(found[7]) - _zone(found[8])


def _common(found: re.Match[str], now_ms: int) -> int:
    day, name, year, hour, minute, second, zone = found.groups()
    return _ms(int(year), _month(name), int(day), int(hour), int(minute), int(second)) - _zone(zone)


def _syslog(found: re.Match[str], now_ms: int) -> int:
    return _this_year(now_ms, _month(found[1]), *map(int, found.groups()[1:5])) + _fraction(found[6])


def _klog(found: re.Match[str], now_ms: int) -> int:
    return _this_year(now_ms, *map(int, found.groups()[:5])) + _fraction(found[6])


def _unix(found: re.Match[str], now_ms: int) -> int:
    """Seconds, milli-, micro- or nanoseconds, told by how many digits there are."""
    digits = found[1]
    return int(digits) * 1000 + _fraction(found[2]) if len(digits) == 10 else int(digits[:13])


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int], int]], ...] = (
    (_DATE, _date),
    (_UNIX, _unix),
    (_KLOG, _klog),
    (_SYSLOG, _syslog),
    (_COMMON, _common),
)


def _month(name: str) -> int:
    return _MONTHS.split().index(name.lower()) + 1


def _this_year(now_ms: int, month: int, day: int, hour: int, minute: int, second: int) -> int:
    """A time without a year: the last one that is not ahead of now by more than a day."""
    year = datetime.fromtimestamp(now_ms / 1000, UTC).year
    at_ms = _ms(year, month, day, hour, minute, second)
    return at_ms if at_ms <= now_ms + _AHEAD_MS else _ms(year - 1, month, day, hour, minute, second)


def _ms(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int:
    moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    return int(moment.timestamp()) * 1000


def _fraction(digits: str | None) -> int:
    return int((digits or "0").ljust(3, "0")[:3])


def _zone(zone: str | None) -> int:
    if zone is None or zone in ("Z", "z", "UTC"):
        return 0
    return (int(zone[1:3]) * 60 + int(zone[-2:])) * 60_000 * (-1 if zone[0] == "-" else 1)
