"""Numbers for narrow columns."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import format as fmt

UNITS = ("s", "ms", "1", "%", "/s", "By", "By/s", "", "tok", "\x1b[31m")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.31, "s", "310ms"),
        (0, "s", "0s"),
        (0.0001, "s", "<1ms"),
        (0.9999, "s", "1.0s"),
        (4.2, "s", "4.2s"),
        (59.7, "s", "1m00s"),
        (252, "s", "4m12s"),
        (3599.7, "s", "1h00m"),
        (7500, "s", "2h05m"),
        (12.5 * 86400, "s", "12d"),
        (-0.04, "s", "-40ms"),
        (310, "ms", "310ms"),
        (0.97, "1", ".97"),
        (1, "1", "1.0"),
        (0, "1", "0"),
        (0.997, "1", "1.0"),
        (310, "/s", "310/s"),
        (1234, "/s", "1.2k/s"),
        (0.42, "/s", ".42/s"),
        (0, "/s", "0/s"),
        (-126_000, "/s", "-126k/s"),
        (1.4 * 2**30, "By", "1.4GiB"),
        (512 * 2**20, "By", "512MiB"),
        (1010 * 2**20, "By", "1.0GiB"),
        (-512 * 2**20, "By", "-512MiB"),
        (-990 * 2**20, "By", "-990MiB"),
        (17, "By", "17B"),
        (12_600, "", "12.6k"),
        (3, "", "3"),
        (1_260_000, "", "1.26M"),
        (999.6, "", "1k"),
        (97.4, "%", "97%"),
        (4.24, "%", "4.2%"),
        (0.3, "%", ".3%"),
        (0.001, "%", "<.1%"),
        (-0.001, "1", ">-.01"),
        (1e300, "", ">1E"),
        (-1e300, "/s", "<-1E/s"),
        (None, "s", "–"),
        (math.nan, "By", "–"),
        (math.inf, "1", "∞"),
        (-math.inf, "s", "-∞"),
    ],
)
def test_numbers_by_unit(value: float | None, unit: str, text: str) -> None:
    assert fmt.number(value, unit) == text


def test_a_ratio_of_errors_reads_as_percent() -> None:
    assert fmt.number(0.04, "1", percent=True) == "4%"
    assert fmt.number(0.004, "1", percent=True) == ".4%"
    assert fmt.number(1, "1", percent=True) == "100%"
    assert fmt.number(1.7e308, "1", percent=True) == "∞"


@given(st.floats(), st.sampled_from(UNITS), st.booleans())
def test_never_wider_than_a_column_and_never_raises(value: float, unit: str, percent: bool) -> None:
    assert 1 <= len(fmt.number(value, unit, percent=percent)) <= fmt.CELLS


_FACTORS = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
_BINARY = {"": 1.0, "K": 2.0**10, "M": 2.0**20, "G": 2.0**30, "T": 2.0**40, "P": 2.0**50, "E": 2.0**60}


def _read(text: str, unit: str) -> float:
    """The value that a text stands for, as a person would read it."""
    if text in ("∞", "-∞"):
        return math.inf if text == "∞" else -math.inf
    sign = -1.0 if "-" in text else 1.0
    edge = 0.1 if "<." in text or ">-." in text else 1.0
    body = text.lstrip("<>-")
    if unit in ("s", "ms"):
        parts = re.findall(r"([\d.]+)([kMGTPE]?)(ms|[smhd])", body)
        size = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
        return sign * edge * sum(float(digits) * _FACTORS[letter] * size[end] for digits, letter, end in parts)
    found = re.match(r"([\d.]+)([kKMGTPE]?)", body)
    assert found, text
    return sign * edge * float(found[1]) * (_BINARY if unit.startswith("By") else _FACTORS)[found[2]]


@given(
    st.floats(allow_nan=False, min_value=-1e17, max_value=1e17),
    st.floats(allow_nan=False, min_value=-1e17, max_value=1e17),
    st.sampled_from(["s", "1", "%", "/s", "By", ""]),
)
def test_a_greater_value_never_reads_smaller(one: float, other: float, unit: str) -> None:
    low, high = min(one, other), max(one, other)
    assert _read(fmt.number(low, unit), unit) <= _read(fmt.number(high, unit), unit)


@given(st.floats(allow_nan=False, min_value=0.01, max_value=1e16), st.sampled_from(["s", "1", "%", "/s", "By", ""]))
def test_rounding_keeps_the_size(value: float, unit: str) -> None:
    if unit == "%" and value < 0.05:
        return
    if unit == "By" and value < 1:
        return
    assert _read(fmt.number(value, unit), unit) == pytest.approx(value, rel=0.5)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (2.9, "2s"), (47, "40s"), (61, "1m"), (3599, "59m"), (3 * 3600, "3h"), (3 * 86400, "3d"), (-5, "0s")],
)
def test_ages(seconds: float, text: str) -> None:
    assert fmt.age(seconds) == text


@given(st.floats(min_value=-10, max_value=1e12))
def test_an_age_reads_the_same_until_it_changes(seconds: float) -> None:
    change = fmt.next_age_s(seconds)
    assert change > seconds
    assert fmt.age(max(seconds, change - 1)) == fmt.age(seconds) or change - 1 < seconds
    assert fmt.age(change) != fmt.age(seconds) or change > 1e6


@given(st.floats())
def test_an_age_is_short(seconds: float) -> None:
    assert len(fmt.age(seconds)) <= 6
    fmt.next_age_s(seconds)


def test_clock_times_say_that_they_are_utc() -> None:
    assert fmt.clock(1_795_409_325_075) == "04:48:45Z"
    assert fmt.clock(1_795_409_325_075, seconds=False) == "04:48Z"
    assert fmt.moment(1_795_409_325_075) == "2026-11-23 04:48:45Z"
    assert fmt.clock(None) == fmt.clock(-1) == fmt.moment(10**18) == "–"
