"""Lagged correlation of changes and its chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from console.analysis.correlate import correlate, discoveries
from tests.analysis.making import Array, bursts

RNG = np.random.default_rng(11)


def test_the_lag_is_found_and_its_sign_says_who_leads() -> None:
    symptom = RNG.standard_normal(400) + bursts(400, [100, 180, 230, 330], 12, 10)
    early = np.roll(symptom, -7) + 0.3 * RNG.standard_normal(400)
    late = -np.roll(symptom, 3) + 0.3 * RNG.standard_normal(400)
    found = correlate(np.array([early, late]), symptom, -10, 30)
    assert list(found.lag) == [7, -3]
    assert found.r[0] > 0.5
    assert found.r[1] < -0.5


def test_random_walks_do_not_correlate() -> None:
    walks = np.cumsum(RNG.standard_normal((400, 300)), axis=1)
    found = correlate(walks, np.cumsum(RNG.standard_normal(300)), -5, 20)
    assert (np.abs(found.r) > 0.5).mean() < 0.01


def test_one_change_each_proves_little() -> None:
    symptom, other = np.zeros(300), np.zeros(300)
    symptom[150:] = 20
    other[140:] = 20
    found = correlate(other[None], symptom, -5, 20)
    assert found.lag[0] == 10
    assert abs(found.r[0]) < 0.35
    assert found.p_value[0] > 0.05


def test_chance_is_uniform_under_the_null() -> None:
    symptom = RNG.standard_normal(300)
    found = correlate(RNG.standard_normal((500, 300)), symptom, -5, 20)
    assert 0.02 < (found.p_value <= 0.1).mean() < 0.25
    assert found.p_value.min() > 0


def test_a_signal_that_stands_still_has_no_correlation() -> None:
    found = correlate(np.array([np.zeros(100), np.full(100, np.nan)]), RNG.standard_normal(100), -3, 10)
    assert list(found.r) == [0, 0]
    assert list(found.p_value) == [1, 1]


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float64, st.tuples(st.integers(0, 3), st.integers(1, 40)), elements=st.floats(-50, 50)),
    st.integers(0, 8),
)
def test_any_departures(values: Array, most: int) -> None:
    symptom = values[0] if len(values) else np.zeros(values.shape[1])
    found = correlate(values, symptom, -1, most)
    assert (np.abs(found.r) <= 1 + 1e-6).all()
    assert ((found.p_value > 0) & (found.p_value <= 1)).all()


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    p_values = np.array([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216])
    adjusted = discoveries(p_values)
    assert adjusted[:5] == pytest.approx([0.01, 0.04, 0.084, 0.084, 0.084], abs=1e-6)
    assert (np.diff(adjusted) >= 0).all()
    assert discoveries(np.empty(0)).size == 0


@given(arrays(np.float64, st.integers(1, 30), elements=st.floats(1e-6, 1)))
def test_adjusting_never_makes_a_chance_smaller(p_values: Array) -> None:
    adjusted = discoveries(p_values)
    assert (adjusted >= p_values * (1 - 1e-9)).all()
    assert (adjusted <= 1).all()
