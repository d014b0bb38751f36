"""Windows that begin anew by the calendar: each month from the 1st, each week from Monday 09:00 in Berlin.

A calendar is kept in a KPI's document as one line that people and this module read alike:
``every 1 month from 2026-01-01T00:00 Europe/Berlin``. Months are those of the calendar, and days have 23 or 25 hours
where the clock is set. Pure.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from console.governance.kpis import Window

MONTHS = {"month": 1, "quarter": 3, "year": 12}
SECONDS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
MONTH_S = 30 * 86_400.0
"""A month, where only its rough length matters: to choose how finely it is looked at."""
_TEXT = re.compile(r"every (\d{1,4}) (minute|hour|day|week|month|quarter|year)s? from (\S+) (\S+)")


class Calendar(NamedTuple):
    """Windows of ``every`` units, one after the other, the first from the local time ``start`` on in ``zone``."""

    every: int
    unit: str
    start: datetime
    zone: str

    def __str__(self) -> str:
        plural = "s" if self.every > 1 else ""
        return f"every {self.every} {self.unit}{plural} from {self.start.isoformat(timespec='minutes')} {self.zone}"

    @property
    def rough_s(self) -> float:
        """About how long a window is, in seconds."""
        return float(self.every * (SECONDS.get(self.unit) or MONTHS[self.unit] * MONTH_S))


def calendar_of(text: str) -> Calendar:
    """The calendar that a line tells. Raises ValueError where it tells none, or names a zone that nobody knows."""
    found = _TEXT.fullmatch(text)
    if found is None or not int(found[1]):
        raise ValueError(f"{text!r} is no calendar")
    zone_of(found[4])
    return Calendar(int(found[1]), found[2], datetime.fromisoformat(found[3]), found[4])


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name. Raises ValueError where there is none."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError(f"there is no time zone {name!r}") from None


def window_at(calendar: Calendar, now_ms: int) -> Window | None:
    """The window that a moment (unix ms) lies in; None before the first one, and where no calendar reaches."""
    number = _about(calendar, now_ms)
    try:
        while _begin(calendar, number) > now_ms:
            number -= 1
        while (after := _begin(calendar, number + 1)) <= now_ms:
            number += 1
        return Window(_begin(calendar, number), now_ms, after) if number >= 0 else None
    except (OverflowError, ValueError):
        return None


def rolling(now_ms: int, window_s: float) -> Window:
    """The window of so many seconds that ends now."""
    return Window(now_ms - round(window_s * 1000), now_ms, now_ms)


def _about(calendar: Calendar, now_ms: int) -> int:
    """The number of the window, or one near it."""
    since = datetime.fromtimestamp(now_ms / 1000, zone_of(calendar.zone)).replace(tzinfo=None) - calendar.start
    return int(since.total_seconds() // calendar.rough_s)


def _begin(calendar: Calendar, number: int) -> int:
    """When a window begins, unix ms. A day that a month does not have is its last one; counted from the first window,
    so that the 31st comes back after February."""
    steps = number * calendar.every
    if calendar.unit in MONTHS:
        years, month = divmod(calendar.start.month - 1 + steps * MONTHS[calendar.unit], 12)
        year = calendar.start.year + years
        day = min(calendar.start.day, monthrange(year, month + 1)[1])
        local = calendar.start.replace(year=year, month=month + 1, day=day)
    elif calendar.unit in ("day", "week"):
        local = calendar.start + timedelta(days=steps * (7 if calendar.unit == "week" else 1))
    else:  # hours and minutes are as long as they are, whatever the clock on the wall does
        begun = calendar.start.replace(tzinfo=zone_of(calendar.zone)).astimezone(UTC)
        return _ms(begun + timedelta(seconds=steps * SECONDS[calendar.unit]))
    return _ms(local.replace(tzinfo=zone_of(calendar.zone)))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
