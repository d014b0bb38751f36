"""Where times lie in a picture, and which of them are named."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.report.timeaxis import TimeAxis
from console.times import format_time

START_S = 1_795_400_000.0  # 2026-11-23 02:13:20Z


@given(st.floats(0, 4e9), st.floats(60, 400 * 86_400))
def test_marks_lie_in_order_on_the_axis_and_can_be_read(from_s: float, span_s: float) -> None:
    marks = list(TimeAxis(from_s, from_s + span_s, 100, 900).marks())
    assert len(marks) <= 10
    assert all(100 <= mark.x <= 900 for mark in marks)
    assert all(later.x - earlier.x > 70 for earlier, later in pairwise(marks))
    assert len({mark.label for mark in marks}) == len(marks)


@pytest.mark.parametrize(
    ("span_s", "labels"),
    [
        (600, ["02:14Z", "02:16Z", "02:18Z", "02:20Z", "02:22Z"]),
        (40 * 60, ["02:15Z", "02:20Z", "02:25Z", "02:30Z", "02:35Z", "02:40Z", "02:45Z", "02:50Z"]),
        (86_400, ["11-23 03:00Z", "11-23 06:00Z", "11-23 09:00Z", "11-23 12:00Z", "11-23 15:00Z", "11-23 18:00Z",
                  "11-23 21:00Z", "11-24 00:00Z"]),
        (7 * 86_400, ["11-24", "11-25", "11-26", "11-27", "11-28", "11-29", "11-30"]),
    ],
)  # fmt: skip
def test_marks_stand_at_round_times(span_s: float, labels: list[str]) -> None:
    assert [mark.label for mark in TimeAxis(START_S, START_S + span_s, 0, 100).marks()] == labels


def test_a_time_outside_is_at_its_end() -> None:
    axis = TimeAxis(START_S, START_S + 100, 0, 50)
    assert [axis.place(format_time(round((START_S + at) * 1000))) for at in (-10, 0, 50, 100, 200)] == [
        0,
        0,
        25,
        50,
        50,
    ]
