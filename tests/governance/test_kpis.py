"""Attainment, budget and burn are as the Site Reliability Workbook has them, bounded, and made of what was seen."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.governance.kpis import (
    KEPT_AGAIN,
    Tally,
    Window,
    attainment,
    budget_left,
    burn_rate,
    coverage,
    measured,
    occurrences,
    points,
    sliced,
    target_of,
    used_up,
)

MINUTE = 60_000
numbers = st.floats(0, 1e9)
anything = st.one_of(numbers, st.sampled_from([math.nan, math.inf, -math.inf, -1.0]))
targets = st.floats(0, 0.99999)


def tallies(*shares: tuple[float, float], step_s: float = 60.0) -> list[Tally]:
    step = round(step_s * 1000)
    return [Tally(at * step, (at + 1) * step, good, total, step_s) for at, (good, total) in enumerate(shares)]


def test_the_numbers_of_the_workbook() -> None:
    """A service with a 99.9 % objective that fails 43.2 minutes of 30 days has used its budget up."""
    month = 30 * 24 * 60
    seen = [Tally(0, 1, month - 43.2, month, 1.0)]
    share = attainment(seen)
    assert share == pytest.approx(0.999)
    assert budget_left(share or 0, 0.999) == pytest.approx(0, abs=1e-9)
    hour = tallies((100 - 1.44, 100), step_s=3600)
    assert burn_rate(hour, 0.999, 3_600_000, 30 * 86_400) == pytest.approx(14.4)


@pytest.mark.parametrize(
    ("value", "percent", "wanted"),
    [(0.999, False, 0.999), (99.9, True, 0.999), (99.9, False, None), (1, False, None), (100, True, None),
     (0, False, 0.0), (-1, True, None), (math.nan, False, None)],
)  # fmt: skip
def test_targets(value: float, percent: bool, wanted: float | None) -> None:
    found = target_of(value, percent=percent)
    assert found == (None if wanted is None else pytest.approx(wanted))


def test_what_is_no_number_was_not_seen() -> None:
    times = [MINUTE * (at + 1) for at in range(6)]
    found = occurrences(times, [9, math.nan, 5, 5, math.inf, 3], [10, 10, math.nan, math.inf, 10, -1], 60)
    assert [(one.good, one.total) for one in found] == [(9, 10), (0, 10), (0, 10)]
    assert coverage(found, Window(0, 6 * MINUTE, 6 * MINUTE)) == pytest.approx(0.5)


def test_bad_is_what_is_not_good() -> None:
    found = occurrences([MINUTE], [2], [10], 60, bad=True)
    assert attainment(found) == pytest.approx(0.8)


@given(st.lists(st.tuples(anything, anything), min_size=1, max_size=40), st.booleans())
def test_attainment_is_a_share(pairs: list[tuple[float, float]], bad: bool) -> None:
    times = [MINUTE * (at + 1) for at in range(len(pairs))]
    share = attainment(occurrences(times, [a for a, _ in pairs], [b for _, b in pairs], 60, bad=bad))
    assert share is None or 0 <= share <= 1


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1e6)), min_size=1, max_size=30), st.integers(0, 29), targets)
def test_more_bad_is_never_better(parts: list[tuple[float, float]], at: int, target: float) -> None:
    seen = tallies(*((share * total, total) for share, total in parts))
    worse = list(seen)
    worse[at % len(seen)] = worse[at % len(seen)]._replace(good=0.0)
    before, after = attainment(seen), attainment(worse)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after <= before + 1e-9
        assert budget_left(after, target) <= budget_left(before, target) + 1e-6


@given(st.floats(0, 1), targets, targets)
def test_a_higher_target_leaves_less(share: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert budget_left(share, high) <= budget_left(share, low) + 1e-9


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(-1e6, 1e6))
def test_a_value_keeps_its_limit_or_not(values: list[float], limit: float) -> None:
    times = [MINUTE * (at + 1) for at in range(len(values))]
    below = attainment(points(times, values, 60, "lt", limit))
    above = attainment(points(times, values, 60, "gte", limit))
    assert (below or 0) + (above or 0) == pytest.approx(1)


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(1, 1e6)), min_size=1, max_size=60), st.floats(0.01, 1))
def test_slices_are_good_or_not(parts: list[tuple[float, float]], least: float) -> None:
    seen = tallies(*((share * total, total) for share, total in parts))
    judged = sliced(seen, 300, least)
    assert len(judged) == -(-len(seen) // 5)
    assert all(one.good in (0.0, 1.0) and one.total == 1.0 for one in judged)
    own = sliced(seen, 300, None)
    assert all(0 <= one.good <= 1 for one in own)
    assert (attainment(judged) == 1.0) == all(one.good + 1e-12 >= least for one in own)


def test_slices_in_which_nothing_came_are_neither() -> None:
    judged = sliced(tallies((9, 10), (0, 0), (1, 10)), 60, 0.5)
    assert [(one.good, one.total) for one in judged] == [(1, 1), (0, 0), (0, 1)]
    assert attainment(judged) == pytest.approx(0.5)
    assert sum(one.seen_s for one in judged) == 180


def test_ratio_timeslices_weigh_each_slice_the_same() -> None:
    seen = tallies((1, 1), (0, 99))
    assert attainment(seen) == pytest.approx(0.01)
    assert attainment(sliced(seen, 60, None)) == pytest.approx(0.5)


def test_too_little_seen_tells_nothing_but_how_little() -> None:
    window = Window(0, 100 * MINUTE, 100 * MINUTE)
    doc = measured(tallies((1, 2), (1, 2)), window, 0.9, by_time=False)
    assert doc["attainment"] is None and doc["budget_left"] is None and doc["burn"] is None
    assert doc["coverage"] == pytest.approx(0.02)
    assert doc["why"] == "only 2m00s of its window was seen"
    assert measured([], window, 0.9, by_time=False)["why"] == "nothing of its window was seen"


def test_nothing_came_is_not_all_good() -> None:
    doc = measured(tallies((0, 0), (0, 0)), Window(0, 2 * MINUTE, 2 * MINUTE), 0.9, by_time=False)
    assert doc["attainment"] is None
    assert doc["coverage"] == 1.0
    assert "nothing came in" in doc["why"]


def test_more_good_than_all_is_no_number() -> None:
    doc = measured(tallies((20, 10)), Window(0, MINUTE, MINUTE), 0.9, by_time=False)
    assert doc["attainment"] is None
    assert "do not count the same things" in doc["why"]


def test_what_was_not_seen_is_neither_good_nor_bad() -> None:
    hour = Window(0, 60 * MINUTE, 60 * MINUTE)
    doc = measured(tallies(*[(9.0, 10.0)] * 20), hour, 0.9, by_time=False)
    assert doc["attainment"] == pytest.approx(0.9)
    assert doc["budget_left"] == pytest.approx(0, abs=1e-9)
    assert doc["coverage"] == pytest.approx(1 / 3)


def test_the_budget_of_a_calendar_window_is_for_all_of_it() -> None:
    """One bad minute of the first ten of a day at 99 %: 14.4 bad minutes are allowed, not a tenth of one."""
    day = Window(0, 10 * MINUTE, 1440 * MINUTE)
    seen = tallies(*[(1.0, 1.0)] * 9, (0.0, 1.0))
    doc = measured(seen, day, 0.99, by_time=True)
    assert doc["attainment"] == pytest.approx(0.9)
    assert doc["budget_left"] == pytest.approx(1 - 1 / 14.4)
    events = measured(seen, day, 0.99, by_time=False)
    assert events["budget_left"] == pytest.approx(-9)


def test_burn_is_of_late() -> None:
    hour = 60 * MINUTE
    seen = tallies(*[(0.0, 1.0)] * 57, *[(1.0, 1.0)] * 3)
    assert burn_rate(seen, 0.9, hour, 3600) == pytest.approx(0)
    assert burn_rate(seen, 0.9, hour, 86_400) == pytest.approx(9.5)
    assert burn_rate(seen, 0.9, hour + 3_600_000, 3600) is None


def test_a_budget_that_hovers_about_nothing_is_told_once() -> None:
    over, crossings = False, 0
    for left in (0.2, 0.01, -0.01, 0.01, -0.02, 0.02, None, 0.04, KEPT_AGAIN, 0.01):
        now = used_up(left, over)
        crossings += now != over
        over = now
    assert crossings == 2 and not over
