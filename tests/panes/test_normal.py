"""How a signal stands against its limits and its past."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.panes.history import History
from console.panes.normal import Judge, Verdict, limits, past_range
from console.signals import Bad, EntityKind, EntityRef, Health, Pane, Signal
from tests.panes.build import MINUTE, T0, series, signal

MODEL = EntityRef(EntityKind.MODEL, "answer-8b@r4")
TRACE_MS = 8 * MINUTE
CALM = [0.97, 0.96, 0.98, 0.97] * 150


def verdict(one: Signal, values: list[float], now_ms: int = T0, seen: bool = True, late_ms: int = 0) -> Verdict:
    history = History(one)
    history.extend(*series(now_ms - late_ms, values))
    return Judge(one, history, TRACE_MS).at(now_ms, seen)


def quality(**fields: float) -> Signal:
    return signal("quality", MODEL, Pane.MODELS, "1", Bad.DOWN, **fields)


def lag(**fields: float) -> Signal:
    return signal("lag", MODEL, Pane.INGESTION, "s", Bad.UP, **fields)


def pending(**fields: float) -> Signal:
    return signal("pending", MODEL, Pane.INGESTION, "", Bad.UP, **fields)


@pytest.mark.parametrize(
    ("one", "values", "health"),
    [
        (quality(), CALM, Health.OK),
        (quality(), [*CALM, 0.85, 0.85], Health.WARN),
        (quality(), [*CALM, 0.3, 0.24], Health.BAD),
        (quality(), [*CALM, 1.0, 1.0], Health.OK),
        (lag(), [0.02] * 600 + [64.0] * 2, Health.BAD),
        (lag(), [0.02] * 600 + [0.1] * 2, Health.OK),
        (pending(), [0.0] * 600 + [5.0] * 2, Health.OK),
        (pending(), [0.0] * 600 + [400.0] * 2, Health.BAD),
        (signal("in", MODEL, Pane.INGESTION, "/s", Bad.EITHER), [300.0] * 600 + [0.0] * 2, Health.WARN),
        (signal("in", MODEL, Pane.INGESTION, "/s", Bad.EITHER), [300.0] * 600 + [90_000.0] * 2, Health.WARN),
        (signal("tok", MODEL, Pane.MODELS, "/s", Bad.DOWN), [42.0] * 600 + [0.0] * 2, Health.WARN),
    ],
)
def test_against_its_own_past(one: Signal, values: list[float], health: Health) -> None:
    assert verdict(one, values).health is health


def test_a_share_without_a_unit_is_judged_as_one() -> None:
    score = signal("quality", MODEL, Pane.MODELS, "", Bad.DOWN)
    assert verdict(score, [*CALM, 0.3, 0.24]).health is Health.BAD
    assert verdict(signal("nodes", MODEL, Pane.SCHEDULING, "", Bad.DOWN), [1.0] * 600).health is Health.OK


def test_one_outlier_is_no_news() -> None:
    assert verdict(quality(), [*CALM, 0.1]).health is Health.OK
    assert verdict(quality(), [*CALM, 0.85, 0.1]).health is Health.WARN


def test_a_known_limit_decides_at_once_and_without_a_past() -> None:
    limited = quality(warn_at=0.9, bad_at=0.75)
    assert verdict(limited, [0.97]).health is Health.OK
    assert verdict(limited, [0.89]).health is Health.WARN
    assert verdict(limited, [0.75]).health is Health.BAD
    assert verdict(pending(bad_at=5000), [0.0, 5000.0]).health is Health.BAD


def test_inside_its_limits_but_far_from_where_it_always_was_is_a_warning() -> None:
    assert verdict(pending(bad_at=5000), [0.0] * 600 + [600.0] * 3).health is Health.WARN


def test_without_limits_and_past_nobody_can_tell() -> None:
    assert verdict(quality(), [0.97] * 20).health is Health.UNKNOWN
    assert verdict(quality(), []).health is Health.UNKNOWN


def test_stale_after_three_steps_or_fifteen_seconds_or_with_its_source() -> None:
    assert verdict(quality(), CALM, late_ms=15_000).health is Health.OK
    assert verdict(quality(), CALM, late_ms=15_001).health is Health.STALE
    assert verdict(quality(step_s=30.0), CALM, late_ms=90_000).health is Health.OK
    assert verdict(quality(step_s=30.0), CALM, late_ms=90_001).health is Health.STALE
    assert verdict(quality(), CALM, seen=False).health is Health.STALE


def test_what_was_bad_and_is_over_leaves_a_trace() -> None:
    now = T0 // MINUTE * MINUTE
    over = verdict(quality(), CALM + [0.2] * 6 + [0.97] * 8, now)
    assert over.health is Health.OK
    assert over.bad_ms is not None
    assert 30_000 <= over.bad_ms <= 40_000
    assert verdict(quality(), CALM + [0.2] * 6 + [0.97] * 110, now).bad_ms is None


def test_an_episode_does_not_become_the_normal() -> None:
    """Four bad minutes of every ten: the next one is still bad."""
    past = (CALM[:72] + [0.3] * 48) * 5
    assert verdict(quality(), past).health is Health.BAD


def test_which_side_a_limit_bounds() -> None:
    assert limits(quality(warn_at=0.9, bad_at=0.75)) == (0.75, 0.9, math.inf, math.inf)
    assert limits(lag(bad_at=60)) == (-math.inf, -math.inf, 60, 60)
    assert limits(signal("load", MODEL, Pane.MODELS, bad=Bad.EITHER, warn_at=3, bad_at=1)) == (1, 3, math.inf, math.inf)
    assert limits(lag()) is None


@given(st.lists(st.floats(), max_size=80), st.sampled_from(list(Bad)), st.sampled_from(["s", "1", "/s", "By", "%", ""]))
def test_any_past_gives_a_range_that_holds_its_median(past: list[float], bad: Bad, unit: str) -> None:
    one = signal("x", MODEL, Pane.MODELS, unit, bad)
    found = past_range(one, past)
    if found is None:
        return
    seen = sorted(value for value in past if value == value)
    assert found.health(seen[len(seen) // 2]) is Health.OK or math.isinf(seen[len(seen) // 2])
    assert found.bad_low <= found.warn_low < found.warn_high <= found.bad_high


@given(
    # Zero has no sign here: which of the two zeros is kept makes no difference to anybody.
    st.lists(
        st.tuples(st.integers(0, 720), st.floats(width=32).map(lambda value: value + 0.0)),
        max_size=60,
        unique_by=lambda pair: pair[0],
    ),
    st.sampled_from(list(Bad)),
    st.randoms(use_true_random=False),
)
def test_samples_in_any_order_make_one_past(samples: list[tuple[int, float]], bad: Bad, shuffle: object) -> None:
    one = signal("x", MODEL, Pane.MODELS, "", bad)
    in_order, mixed = History(one), History(one)
    pairs = sorted(samples)
    in_order.extend([T0 + at * 5000 for at, _ in pairs], [value for _, value in pairs])
    shuffle.shuffle(pairs)  # type: ignore[attr-defined]
    for at, value in pairs:
        mixed.extend([T0 + at * 5000], [value])
    window = (T0 // 10_000, T0 // 10_000 + 365)
    assert repr(in_order.window(*window)) == repr(mixed.window(*window))
    assert in_order.newest_ms == mixed.newest_ms
    assert repr((in_order.newest, in_order.before)) == repr((mixed.newest, mixed.before))


@given(st.floats(), st.integers(0, 10**7), st.booleans())
def test_what_is_stale_is_never_ok(value: float, late_ms: int, seen: bool) -> None:
    found = verdict(quality(warn_at=0.5), [value], late_ms=late_ms, seen=seen)
    if late_ms > 15_000 or not seen or math.isnan(value):
        assert found.health in (Health.STALE, Health.UNKNOWN)
