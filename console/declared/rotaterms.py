"""The terms of a rota: zones, times by a clock, how long a turn is, hours of the day and days of the week.

Each reads one key of an entry and raises TomlError with its line. Turns are counted in hours, days and weeks only: what
may be minutes or months is refused, as a wrong guess would call the wrong person.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

from console.declared.tomlentry import TomlEntry
from console.settings.errors import nearest

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST_LEVEL = 20
_EVERY = re.compile(r"(\d{1,6})\s*([A-Za-z]+)\s*")
_UNITS = {"h": 3600, "hour": 3600, "d": 86_400, "day": 86_400, "w": 604_800, "week": 604_800}
_UNITS |= {f"{unit}s": seconds for unit, seconds in _UNITS.items() if len(unit) > 1}
_DOUBTFUL = ("m", "mo", "month", "months")
_EVERY_S = (3600, 366 * 86_400)
_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})")
_YEARS = (1971, 9000)  # what can be counted on from without leaving what a date can hold


def level(entry: TomlEntry) -> int:
    """``level``, 1 where it is not said."""
    value = entry.data.get("level", 1)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_LEVEL:
        raise entry.wrong("level", f"must be a whole number from 1 (called first) to {_MOST_LEVEL}")
    return value


def zone(entry: TomlEntry, otherwise: str | None) -> str:
    """``zone``, the name of a time zone; another one where it is not said."""
    if "zone" not in entry.data and otherwise is not None:
        return otherwise
    name = entry.text("zone")
    if name is None:
        raise entry.wrong("", 'no zone is given; write zone = "Europe/Berlin", or "UTC"')
    if not _is_zone(name):
        near = nearest(name, available_timezones())
        told = f"did you mean {near}?" if near else "write one as Europe/Berlin or UTC"
        raise entry.wrong("zone", f"{name!r} is not a time zone; {told}")
    return name


def local(entry: TomlEntry, key: str) -> datetime:
    """A date and time; without a zone where none is given. A date alone is its first moment."""
    value = entry.data.get(key)
    if value is None:
        raise entry.wrong("", f"{key} is missing; write {key} = 2026-11-02T09:00:00")
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            value = None
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime) or not _YEARS[0] <= value.year <= _YEARS[1]:
        raise entry.wrong(key, "is not a date and time; write it as 2026-11-02T09:00:00")
    return value.replace(microsecond=0)


def moment_ms(entry: TomlEntry, key: str, in_zone: str) -> int:
    """The moment (unix ms) of a date and time, by the clock of a zone where it has none of its own."""
    said = local(entry, key)
    placed = said if said.tzinfo is not None else said.replace(tzinfo=ZoneInfo(in_zone))
    return round(placed.timestamp() * 1000)


def every_s(entry: TomlEntry) -> float:
    """``every``: how long a turn is (seconds)."""
    given = (entry.text("every") or "").lower()
    if not given:
        raise entry.wrong("", 'every is missing; write how long a turn is, as every = "7d" or "12h"')
    units = {unit for _, unit in _EVERY.findall(given)}
    if units & set(_DOUBTFUL):
        raise entry.wrong("every", f'{given!r} may be minutes or months; write hours, days or weeks, as "12h" or "28d"')
    if not units or _EVERY.sub("", given).strip() or units - set(_UNITS):
        raise entry.wrong("every", f'{given!r} is not a duration in hours, days or weeks; write it as "12h" or "7d"')
    seconds = sum(int(number) * _UNITS[unit] for number, unit in _EVERY.findall(given))
    if not _EVERY_S[0] <= seconds <= _EVERY_S[1]:
        raise entry.wrong("every", "a turn must last from 1h to 366d")
    return float(seconds)


def hours(entry: TomlEntry) -> tuple[int, int] | None:
    """``hours``: the minutes of the day at which a rotation begins and ends to hold; None where it always does."""
    if "hours" not in entry.data:
        return None
    found = _HOURS.fullmatch(entry.checked("hours", entry.data["hours"]))
    minutes = [int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3)] if found else []
    if not found or max(int(found[2]), int(found[4])) > 59 or minutes[0] >= 1440 or minutes[1] > 1440:
        raise entry.wrong("hours", 'must be two times of day, as "09:00-17:00"')
    return minutes[0], minutes[1] % 1440


def days(entry: TomlEntry) -> tuple[int, ...]:
    """``days`` of the week, 0 for Monday; empty where all are meant."""
    given = [one.lower()[:3] for one in entry.texts("days")]
    if "days" in entry.data and (not given or any(one not in _DAYS for one in given)):
        raise entry.wrong("days", f"must be days of the week, as {list(_DAYS[:5])}".replace("'", '"'))
    return tuple(sorted({_DAYS.index(one) for one in given}))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
