"""An axis that leaves out what is long and empty: everything on it, in order, and nothing cut in silence."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from widgets.brokenaxis import BrokenAxis, broken_axis

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = 1_795_411_000_000


def made(times: list[int], width: int) -> BrokenAxis:
    return broken_axis(times, width, lambda from_ms, to_ms: 6 if from_ms == to_ms else 13, lambda cut_ms: 5)


def test_months_and_minutes_stand_side_by_side() -> None:
    times = [NOW - 90 * DAY, NOW - 90 * DAY + 3 * HOUR, NOW - 20 * MINUTE, NOW - 16 * MINUTE, NOW]
    axis = made(times, 66)
    assert [round(cut.cut_ms / DAY) for cut in axis.cuts] == [90]
    cells = [axis.cell(at) for at in times]
    assert None not in cells
    assert len(set(cells)) == len(times)


def test_what_is_all_of_one_scale_is_not_cut() -> None:
    axis = made([NOW - at * HOUR for at in range(6)], 60)
    assert not axis.cuts
    assert [axis.cell(NOW - at * HOUR) for at in (5, 0)] == [0, 59]


def test_two_times_are_a_plain_line() -> None:
    axis = made([NOW - 400 * DAY, NOW], 40)
    assert not axis.cuts
    assert axis.cell(NOW - 200 * DAY) in (19, 20)


def test_where_there_is_no_room_the_cut_that_is_least_needed_goes_first() -> None:
    times = [NOW - 90 * DAY, NOW - 90 * DAY + HOUR, NOW - 80 * DAY, NOW - 5 * MINUTE, NOW]
    wide, narrow = made(times, 80), made(times, 34)
    assert len(narrow.cuts) < len(wide.cuts)
    assert all(narrow.cell(at) is not None for at in times)


def test_a_time_that_is_cut_out_has_no_cell_and_a_span_over_it_has() -> None:
    axis = made([NOW - 90 * DAY, NOW - 10 * MINUTE, NOW], 60)
    assert axis.cell(NOW - 40 * DAY) is None
    over = axis.cells_between(NOW - 90 * DAY, NOW)
    assert (over.start, over.stop) == (0, 60)
    assert not axis.cells_between(NOW + DAY, NOW + 2 * DAY)


def test_nothing_is_no_axis() -> None:
    assert made([], 40) == BrokenAxis()
    assert made([NOW], 0) == BrokenAxis()


TIMES = st.lists(st.integers(0, 10**13), min_size=1, max_size=30)


@given(TIMES, st.integers(40, 240))
def test_every_time_has_a_cell_inside_and_order_is_kept(times: list[int], width: int) -> None:
    axis = made(times, width)
    cells = [axis.cell(at) for at in sorted(times)]
    assert all(cell is not None and 0 <= cell < width for cell in cells)
    known = [cell for cell in cells if cell is not None]
    assert all(one <= later for one, later in pairwise(known))


@given(TIMES, st.integers(40, 240))
def test_stretches_and_cuts_fill_the_axis_without_touching(times: list[int], width: int) -> None:
    axis = made(times, width)
    pieces = sorted([*((one.at, one.cells) for one in axis.stretches), *((one.at, one.cells) for one in axis.cuts)])
    assert all(at + cells == later for (at, cells), (later, _) in pairwise(pieces))
    assert sum(cells for _, cells in pieces) <= width
    shown = sum(one.to_ms - one.from_ms for one in axis.stretches)
    assert shown + sum(one.cut_ms for one in axis.cuts) == max(times) - min(times)


@given(TIMES, st.integers(40, 240))
def test_within_a_stretch_distances_are_true_to_scale(times: list[int], width: int) -> None:
    for one in made(times, width).stretches:
        span = one.to_ms - one.from_ms
        for at in times:
            if one.from_ms <= at <= one.to_ms and span:
                exact = one.at + (at - one.from_ms) * (one.cells - 1) / span
                assert abs(one.cell(at) - exact) <= 0.5
