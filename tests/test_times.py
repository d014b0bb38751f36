"""Moments as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.times import TimeTextError, format_time, parse_time

NOW = 1_795_442_400_000  # 2026-11-23T14:00:00Z, a Monday
START = NOW - 3_600_000
MINUTE = 60_000
MOMENTS = st.integers(0, 253_402_214_400_000)


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("2026-11-23T14:00:00Z", NOW),
        ("2026-11-23t14:00:00.250z", NOW + 250),
        ("2026-11-23 16:00:00+02:00", NOW),
        ("2026-11-23T14:00", NOW),
        ("2026-11-23T13:59:60Z", NOW),
        ("1795442400", NOW),
        ("1795442400.5", NOW + 500),
        ("14:00", NOW),
        ("13:59:30", NOW - 30_000),
        ("14:01", NOW + MINUTE - 86_400_000),
        ("15:30+02:00", NOW - 30 * MINUTE),
        ("08:59-05:00", NOW - MINUTE),
        ("-5m", NOW - 5 * MINUTE),
        ("-1h30m", NOW - 90 * MINUTE),
        ("-90", NOW - 90_000),
        ("now", NOW),
        ("+8m", START + 8 * MINUTE),
        ("+08:30", START + 8 * MINUTE + 30_000),
        ("+1:08:30", START + 68 * MINUTE + 30_000),
        ("+90:00", START + 90 * MINUTE),
    ],
)
def test_known_forms(text: str, at_ms: int) -> None:
    assert parse_time(text, reference_ms=NOW, start_ms=START) == at_ms


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "24:00", "14:60", "2026-02-30T00:00:00Z", "-", "+", "+5x", "-8:75", "14:00+99:00", "1e9", "٣:٣٠"],
)
def test_anything_else_is_told(text: str) -> None:
    with pytest.raises(TimeTextError) as caught:
        parse_time(text, reference_ms=NOW, start_ms=START)
    assert repr(text)[:10] in str(caught.value)


def test_an_empty_tape_has_no_start() -> None:
    with pytest.raises(TimeTextError, match="tape is empty"):
        parse_time("+8m", reference_ms=NOW)


@given(MOMENTS)
def test_what_is_formatted_is_parsed(at_ms: int) -> None:
    assert parse_time(format_time(at_ms), reference_ms=0) == at_ms


@given(st.integers(86_400_000, 253_402_214_400_000), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_a_time_of_day_is_the_last_one(reference_ms: int, hour: int, minute: int, second: int) -> None:
    at_ms = parse_time(f"{hour:02}:{minute:02}:{second:02}", reference_ms=reference_ms)
    assert reference_ms - 86_400_000 < at_ms <= reference_ms
    assert f"T{hour:02}:{minute:02}:{second:02}" in format_time(at_ms)


@given(st.text(max_size=80), MOMENTS, st.none() | MOMENTS)
def test_any_text_is_a_moment_or_told(text: str, reference_ms: int, start_ms: int | None) -> None:
    try:
        at_ms = parse_time(text, reference_ms=reference_ms, start_ms=start_ms)
    except TimeTextError as problem:
        assert len(str(problem)) < 400
    else:
        assert 0 <= at_ms <= 253_402_214_400_000


@given(st.from_regex(r"[+-]?[0-9:.hmsdwZT -]{1,24}", fullmatch=True))
def test_near_misses_are_a_moment_or_told(text: str) -> None:
    try:
        parse_time(text, reference_ms=NOW, start_ms=START)
    except TimeTextError:
        return
