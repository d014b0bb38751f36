"""Windows of the calendar begin by the local clock, whatever months and clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.governance.calendars import MONTHS, SECONDS, Calendar, calendar_of, rolling, window_at
from console.governance.kpis import Window


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def window(line: str, now: str) -> Window:
    found = window_at(calendar_of(line), at(now))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("line", "now", "begins", "ends"),
    [
        ("every 1 month from 2026-01-01T00:00 Europe/Berlin", "2026-03-31T23:30:00+02:00",
         "2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00"),
        ("every 1 month from 2026-01-31T00:00 UTC", "2026-02-28T12:00:00Z",
         "2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"),
        ("every 1 day from 2026-01-01T00:00 Europe/Berlin", "2026-10-25T12:00:00+01:00",
         "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"),
        ("every 1 week from 2026-01-05T09:00 America/New_York", "2026-11-23T16:00:00Z",
         "2026-11-23T09:00:00-05:00", "2026-11-30T09:00:00-05:00"),
        ("every 1 quarter from 2026-01-01T00:00 UTC", "2026-11-23T00:00:00Z",
         "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("every 1 year from 2024-02-29T00:00 UTC", "2026-01-01T00:00:00Z",
         "2025-02-28T00:00:00Z", "2026-02-28T00:00:00Z"),
        ("every 6 hours from 2026-01-01T00:30 UTC", "2026-11-23T07:00:00Z",
         "2026-11-23T06:30:00Z", "2026-11-23T12:30:00Z"),
    ],
)  # fmt: skip
def test_where_a_window_begins_and_ends(line: str, now: str, begins: str, ends: str) -> None:
    assert window(line, now) == Window(at(begins), at(now), at(ends))


def test_days_have_as_many_hours_as_they_have() -> None:
    long = window("every 1 day from 2026-01-01T00:00 Europe/Berlin", "2026-10-25T12:00:00+01:00")
    short = window("every 1 day from 2026-01-01T00:00 Europe/Berlin", "2026-03-29T12:00:00+02:00")
    assert long.ends_ms - long.from_ms == 25 * 3_600_000
    assert short.ends_ms - short.from_ms == 23 * 3_600_000


def test_before_the_first_window_there_is_none() -> None:
    assert window_at(calendar_of("every 1 month from 2027-01-01T00:00 UTC"), at("2026-11-23T00:00:00Z")) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "monthly",
        "every 0 month from 2026-01-01T00:00 UTC",
        "every 1 month from yesterday UTC",
        "every 1 month from 2026-01-01T00:00 Mars/Base",
    ],
)
def test_what_is_no_calendar(line: str) -> None:
    with pytest.raises(ValueError):
        calendar_of(line)


calendars = st.builds(
    Calendar,
    st.integers(1, 40),
    st.sampled_from((*SECONDS, *MONTHS)),
    st.datetimes(datetime(2000, 1, 1), datetime(2026, 1, 1)).map(lambda one: one.replace(second=0, microsecond=0)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
moments = st.datetimes(datetime(2026, 1, 2), datetime(2040, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))


@given(calendars, moments)
def test_every_moment_is_in_one_window_and_windows_touch(calendar: Calendar, moment: datetime) -> None:
    now = round(moment.timestamp() * 1000)
    found = window_at(calendar_of(str(calendar)), now)
    assert found is not None and found.from_ms <= now < found.ends_ms
    after = window_at(calendar, found.ends_ms)
    assert after is not None and after.from_ms == found.ends_ms
    rough = timedelta(seconds=calendar.rough_s).total_seconds() * 1000
    assert abs((found.ends_ms - found.from_ms) - rough) <= 0.1 * rough + 3_600_000


def test_rolling() -> None:
    assert rolling(10_000_000, 3600) == Window(6_400_000, 10_000_000, 10_000_000)
