"""Durations, moments and ratios: what is taken, and what is a doubt and never a guess."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.governance.units import Ambiguous, Moment, duration_s, moment_ms, ratio

DAY = 86400.0


@pytest.mark.parametrize(
    ("value", "unit", "seconds"),
    [
        (4, "d", 4 * DAY),
        (4, "day", 4 * DAY),
        (4, "Days", 4 * DAY),
        ("4", "d", 4 * DAY),
        (1, "y", 365 * DAY),
        (2, "yrs", 730 * DAY),
        (1.5, "h", 5400.0),
        (3, "hr", 10800.0),
        (5, "min", 300.0),
        (5, "minutes", 300.0),
        (5, "s", 5.0),
        (250, "ms", 0.25),
        (2, "weeks", 14 * DAY),
        (3, "months", 90 * DAY),
        (1, "quarter", 90 * DAY),
        ("5m", None, 300.0),
        ("1h30m", None, 5400.0),
        ("30 s", None, 30.0),
        ("PT5M", None, 300.0),
        ("P1M", None, 30 * DAY),
        ("P3Y", None, 1095 * DAY),
        ("P1DT12H", None, 1.5 * DAY),
        ("P2W", None, 14 * DAY),
        ("pt0.5s", None, 0.5),
        ("4h", "h", 14400.0),
        (5, "", None),
        ("4 d", "", 4 * DAY),
    ],
)
def test_durations(value: Any, unit: Any, seconds: float | None) -> None:
    found = duration_s(value, unit)
    if seconds is None:
        assert isinstance(found, Ambiguous)
    else:
        assert found == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("value", "unit", "why"),
    [
        (5, "m", "the unit 'm' means minutes to some and months to others; write min or month"),
        (5, "M", "the unit 'M' means minutes to some and months to others; write min or month"),
        ("3M", None, "the unit 'M' means minutes to some and months to others"),
        (5, None, "'5' has no unit; write one, as d, h or min"),
        ("5", None, "'5' has no unit"),
        (5, "parsec", "'parsec' is not a unit that is known here"),
        (0, "d", "'0' is not above zero"),
        (-1, "d", "'-1' is not a duration"),
        ("-1d", None, "'-1d' is not a duration"),
        (True, "d", "'True' is not a duration"),
        ([1], "d", "'[1]' is not a duration"),
        (math.inf, "d", "'inf' is not a duration"),
        (math.nan, "d", "'nan' is not a duration"),
        (5, 7, "'7' is not a unit"),
        ("P", None, "'P' is not a duration"),
        ("PT", None, "'PT' is not a duration"),
        ("5m", "d", "'5m' has a unit and beside it stands the unit 'd'; keep one of them"),
        ("soon", None, "'soon' is not a duration; write it as 30s, 5min, 2h or PT5M"),
        ("9" * 29, "y", "is not above zero and below 1000 years"),
        ("\x1b[2J", None, "'\ufffd[2J' is not a duration"),
    ],
)
def test_doubtful_durations(value: Any, unit: Any, why: str) -> None:
    found = duration_s(value, unit)
    assert isinstance(found, Ambiguous)
    assert why in found.why


def test_what_m_means_may_be_left_open() -> None:
    assert isinstance(duration_s("5m", m_s=None), Ambiguous)
    assert duration_s("1h5m", m_s=None) == 3900.0
    assert duration_s("PT5M", m_s=None) == 300.0


@pytest.mark.parametrize(
    ("value", "at_ms", "doubt"),
    [
        ("1970-01-02", 86_400_000, ""),
        ("1970-01-02T00:00:00Z", 86_400_000, ""),
        ("1970-01-02 02:00:00.500+02:00", 86_400_500, ""),
        ("1970-01-02T00:00", 86_400_000, "'1970-01-02T00:00' has no zone, so it is taken for UTC"),
        ("1970-01-02 00:00:00", 86_400_000, "has no zone"),
    ],
)
def test_moments(value: str, at_ms: int, doubt: str) -> None:
    found = moment_ms(value)
    assert isinstance(found, Moment)
    assert found.at_ms == at_ms
    assert doubt in found.doubt
    assert bool(doubt) is bool(found.doubt)


@pytest.mark.parametrize("value", ["soon", "2022-13-01", "2022-02-30", "2022", 20220101, None, "22-01-01", "", "14:05"])
def test_what_is_no_date(value: Any) -> None:
    found = moment_ms(value)
    assert isinstance(found, Ambiguous)
    assert "is not a date; write it as 2026-11-23 or 2026-11-23T14:05:00Z" in found.why


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.999, None, 0.999),
        ("99.9%", None, 0.999),
        (99.9, "percent", 0.999),
        ("99.9", "%", 0.999),
        (1, None, 1.0),
        (0, None, 0.0),
        (99.9, None, "more than 1 and no unit says that it is percent"),
        (101, "percent", "more than all of it"),
        ("many", None, "is not a ratio"),
        (True, None, "is not a ratio"),
        (math.nan, None, "is not a ratio"),
        ([], None, "is not a ratio"),
    ],
)
def test_ratios(value: Any, unit: Any, expected: float | str) -> None:
    found = ratio(value, unit)
    if isinstance(expected, str):
        assert isinstance(found, Ambiguous)
        assert expected in found.why
    else:
        assert found == pytest.approx(expected)


_ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.lists(st.integers())


@given(_ANY, _ANY)
def test_anything_is_taken_or_a_doubt(value: Any, unit: Any) -> None:
    seconds, moment, share = duration_s(value, unit), moment_ms(value), ratio(value, unit)
    assert isinstance(seconds, Ambiguous) or seconds > 0
    assert isinstance(moment, Ambiguous) or moment.at_ms >= 0
    assert isinstance(share, Ambiguous) or 0 <= share <= 1


@given(st.integers(1, 10_000), st.sampled_from(["m", "M", " m", "m "]))
def test_a_bare_m_is_never_guessed(value: int, unit: str) -> None:
    assert isinstance(duration_s(value, unit), Ambiguous)
    assert isinstance(duration_s(str(value), unit), Ambiguous)


@pytest.mark.parametrize("text", ["99.9", "99.99", "99.95", "99.999", "33.3", "0.1"])
def test_a_percentage_is_the_ratio_that_one_would_write(text: str) -> None:
    """Not 0.9990000000000001: it is shown, and compared with what another file says."""
    assert ratio(f"{text}%") == ratio(float(text), "percent") == round(float(text) / 100, 6)
