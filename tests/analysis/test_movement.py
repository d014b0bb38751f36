"""Baselines, episodes and onsets: what is normal, what left it, and when."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from console.analysis import episodes, movement
from console.analysis.baseline import FEWEST, baseline
from console.analysis.episodes import beyond, episodes_of
from console.analysis.movement import moves_of
from console.analysis.moves import Moves
from console.signals import Bad, Signal
from tests.analysis.making import Array, bursts, grid, noise, signal

RNG = np.random.default_rng(7)
NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True, width=64), st.sampled_from([0.0, 1.0, np.nan, 1e300, -1e300])
)


def moved(row: Array, one: Signal | None = None, first: int = 0) -> Moves:
    return moves_of(grid([row], first), [one or signal("x")])


@settings(max_examples=150, deadline=None)
@given(
    arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(0, 60)), elements=NUMBERS),
    st.integers(0, 59),
    st.sampled_from(Bad),
)
def test_any_numbers_give_moves_within_the_grid(values: Array, first: int, bad: Bad) -> None:
    count, slots = values.shape
    found = moves_of(grid(values, min(first, max(slots - 1, 0))), [signal("x", bad=bad)] * count)
    assert found.z.shape == found.beyond.shape == values.shape
    assert not np.isinf(found.z).any()
    assert ((found.onset >= -1) & (found.onset < max(slots, 1))).all()
    told = found.onset >= 0
    assert (found.earliest[told] <= found.onset[told]).all()
    assert (found.onset[told] <= found.latest[told]).all()
    assert (found.way[told] != 0).all() and (found.way[~told] == 0).all()
    assert found.usable[told].all()


@pytest.mark.parametrize("size", [6.0, 20.0])
@pytest.mark.parametrize("at", [100, 137, 150])
def test_a_step_is_found_where_it_is(size: float, at: int) -> None:
    row = noise(RNG, 200)
    row[at:] += size
    found = moved(row)
    assert found.earliest[0] <= at <= found.latest[0] + 1
    assert abs(int(found.onset[0]) - at) <= 1
    assert found.way[0] == 1


def test_noise_alone_does_not_move() -> None:
    values = [noise(RNG, 400) for _ in range(300)]
    found = moves_of(grid(values, 160), [signal("x")] * 300)
    assert (found.onset >= 0).sum() <= 3


def test_sporadic_faults_are_episodes_each() -> None:
    starts = [120, 160, 200, 240]
    row = noise(RNG, 280) + bursts(280, starts, 6, 12.0)
    found = moved(row)
    told = episodes_of(found.beyond[0])
    assert [one.first for one in told] == pytest.approx(starts, abs=1)
    assert not told[-1].open


def test_a_trembling_signal_is_one_episode() -> None:
    row = noise(RNG, 200)
    row[120:160:2] += 8
    row[121:160:2] += 3
    assert len(episodes_of(moved(row).beyond[0])) == 1


def test_trend_and_daily_rhythm_are_no_moves() -> None:
    slots = np.arange(1440)
    rhythm = 100 + 30 * np.sin(slots / 1440 * 2 * np.pi * 2) + RNG.standard_normal(1440)
    trend = 100 + 0.05 * slots + RNG.standard_normal(1440)
    found = moves_of(grid([rhythm, trend], 1280), [signal("x")] * 2)
    assert (found.onset == -1).all()


def test_a_step_on_a_trend_is_a_move() -> None:
    slots = np.arange(1440)
    row = 100 + 0.02 * slots + RNG.standard_normal(1440)
    row[1400:] += 30
    assert abs(int(moved(row, first=1280).onset[0]) - 1400) <= 1


def test_a_signal_that_never_moved_has_a_floor() -> None:
    row = np.full(200, 50.0)
    row[150:] = 50.4
    assert moved(row).onset[0] == -1
    row[150:] = 60.0
    assert moved(row).onset[0] == 150


def test_the_incident_does_not_become_its_own_baseline() -> None:
    row = noise(RNG, 300)
    row[60:] += 15  # four fifths of all that is known
    found = moved(row)
    assert abs(int(found.onset[0]) - 60) <= 1
    assert found.centre[0] == pytest.approx(10, abs=1)


def test_too_little_past_says_nothing() -> None:
    row = np.full(100, np.nan)
    row[95:] = [1, 1, 1, 50, 50]
    found = moved(row)
    assert not found.usable[0]
    assert found.onset[0] == -1
    few = np.concatenate([np.full(FEWEST - 1, 3.0), np.full(91, np.nan)])
    assert not baseline(grid([few]), [signal("x")]).usable[0]


def test_constant_empty_and_two_samples() -> None:
    rows = [np.full(50, 4.0), np.full(50, np.nan), np.r_[np.full(48, np.nan), 1.0, 2.0]]
    found = moves_of(grid(rows), [signal("x")] * 3)
    assert (found.onset == -1).all()
    assert list(found.usable) == [True, False, False]


def test_a_gap_widens_the_interval() -> None:
    row = noise(RNG, 200)
    row[150:] += 15
    row[138:150] = np.nan
    found = moved(row)
    assert found.earliest[0] <= 138
    assert found.latest[0] >= 150


def test_a_rate_window_is_taken_off() -> None:
    row = noise(RNG, 200)
    row[150:] += 15
    slow = moved(row, signal("x", window_s=60.0))
    assert 150 - 6 <= slow.onset[0] < 150
    assert slow.earliest[0] <= slow.onset[0] - 2


def test_what_was_out_when_first_seen_has_no_onset() -> None:
    row = np.r_[np.full(12, 90.0), noise(RNG, 188)]
    assert moved(row).onset[0] == -1


def test_direction_good_moves_are_told_as_such() -> None:
    fallen = noise(RNG, 200)
    fallen[150:] -= 12
    for bad, turned in ((Bad.DOWN, 1), (Bad.UP, -1)):
        found = moved(fallen, signal("x", bad=bad))
        assert found.way[0] == -1
        assert np.sign(np.nanmedian(found.bad[0, 150:])) == turned


def test_levels_far_from_zero_keep_their_digits() -> None:
    row = 1.7e9 + noise(RNG, 200)
    row[150:] += 20
    # a fiftieth of such a level would hide everything: the floor is a share of the level, so this is no move
    assert moved(row).onset[0] == -1
    small = 1e6 + np.zeros(200)
    small[150:] = 1.2e6
    assert moved(small).onset[0] == 150


@settings(max_examples=300, deadline=None)
@given(
    arrays(
        np.float64,
        st.tuples(st.integers(1, 5), st.integers(1, 40)),
        elements=st.sampled_from([0.0, 1.9, 2.4, 2.6, 3.1, 3.2, 3.3, 4.4, 4.5, 6.4, 8.9, 9.0, -3.0, np.nan]),
    )
)
def test_rows_that_are_left_out_hold_no_episode(departure: Array) -> None:
    assert (beyond(departure) == episodes._beyond(departure)).all()


def test_moves_are_the_same_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    values = [noise(RNG, 120) + (bursts(120, [60, 90], 5, 8.0) if row % 2 else 0.0) for row in range(10)]
    signals = [signal("x", bad=list(Bad)[row % 3]) for row in range(10)]
    whole = moves_of(grid(values, 40), signals)
    known = baseline(grid(values, 40), signals)
    monkeypatch.setattr(movement, "_CELLS", 360)
    for parts in (moves_of(grid(values, 40), signals), moves_of(grid(values, 40), signals, known)):
        for one, other in zip(whole, parts, strict=True):
            np.testing.assert_array_equal(one, other)
