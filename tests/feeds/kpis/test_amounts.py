"""Expressions for how much came: what is put around a query, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feeds.kpis.amounts import MOST_LOOKS, UnreadableError, amount_of, kept_of, look_s
from console.feeds.kpis.plan import MOST_STRETCHES, plan_of
from tests.feeds.kpis.measuring import kpi


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("a_total", "((sum(increase(a_total[60s]))) > -Inf < Inf)"),
        ('sum by (x)(a{b="c"})', '((sum(sum by (x)(increase(a{b="c"}[60s])))) > -Inf < Inf)'),
        ("sum(a) - sum(b)", "((sum(sum(increase(a[60s])) - sum(increase(b[60s])))) > -Inf < Inf)"),
        ("sum(a offset 5m) or vector(0)", "((sum(sum(increase(a[60s] offset 5m)) or vector(0))) > -Inf < Inf)"),
        ('sum({__name__="a"})', '((sum(sum(increase({__name__="a"}[60s])))) > -Inf < Inf)'),
    ],
)
def test_counters(query: str, wanted: str) -> None:
    assert amount_of(query, counter=True)(60) == wanted


def test_a_wider_range_is_scaled() -> None:
    assert amount_of("a", counter=True, reach_s=300)(60) == "((sum(increase(a[300s])) * 60 / 300) > -Inf < Inf)"


@pytest.mark.parametrize("query", ["a / b", "sum(a) > 5", "topk(3, a)", "clamp_min(a, 0)", "time()", "5", "a and b"])
def test_growth_that_cannot_be_told_is_refused(query: str) -> None:
    with pytest.raises(UnreadableError) as why:
        amount_of(query, counter=True)
    assert "counter" in str(why.value)


def test_a_range_that_stands_there_is_left_alone() -> None:
    query = "sum(increase(a[5m]))"
    assert amount_of(query, counter=True)(60) == "((sum(sum(increase(a[5m])))) > -Inf < Inf)"
    assert amount_of(query, counter=False)(600).startswith("sum_over_time((((sum(sum(increase(a[5m])))) > -Inf < Inf))")


def test_the_worst_of_several_series_counts() -> None:
    assert "max(lag)" in kept_of("lag", "<=", 30.0)[0](60)
    assert "min(quality)" in kept_of("quality", ">", 0.5)[0](60)


@given(st.integers(1, 1_000_000))
def test_looks_fill_a_stretch(seconds: int) -> None:
    step_s = look_s(seconds)
    assert seconds % step_s == 0 and seconds // step_s <= MOST_LOOKS
    assert step_s >= 60 or step_s == seconds


@given(
    st.floats(120, 3650 * 86_400.0),
    st.sampled_from(["occurrences", "timeslices", "ratio timeslices"]),
    st.integers(1, 86_400),
)
def test_stretches_are_bounded_and_hold_whole_slices(window_s: float, method: str, slice_s: int) -> None:
    doc = kpi({"good": "a", "total": "b"}, window_s, method=method, slice_s=slice_s, slice_target=0.9)
    if slice_s > window_s:
        with pytest.raises(UnreadableError, match="wider than its window"):
            plan_of(doc)
        return
    plan = plan_of(doc)
    assert window_s / plan.stretch_s <= MOST_STRETCHES
    assert not plan.slice_s or plan.stretch_s % plan.slice_s == 0


def test_what_cannot_be_read_says_why() -> None:
    with pytest.raises(UnreadableError, match="read from Datadog"):
        plan_of(kpi({"unread": "it is read from Datadog, not PromQL"}))


@pytest.mark.parametrize("window_s", [0.0, 30.0, 4e9])
def test_windows_that_nobody_means(window_s: float) -> None:
    with pytest.raises(UnreadableError, match="window"):
        plan_of(kpi({"good": "a", "total": "b"}, window_s))
