"""How much came: integrated over what was seen, never across a gap, and spans of time that are seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.governance.counting import Count, Counted, both, length_s, risen, without
from tests.governance.counters import MINUTE, NAN, STEP, STEP_S, rated, signal


def test_a_rate_is_added_up() -> None:
    found = Count(0, 60_000).amount([rated("ingest_events_received_total", MINUTE)], [(0, 60_000)])
    assert found is not None and found.things == pytest.approx(600) and found.seen_s == 60


def test_a_gap_is_nobodys_time() -> None:
    """Two minutes with the middle one unseen: what came then is not made up."""
    series = rated("ingest_events_received_total", [*MINUTE, *[NAN] * 12, *MINUTE])
    count = Count(0, 180_000)
    spans = count.spans([series])
    assert spans == [(0, 60_000), (120_000, 180_000)]
    found = count.amount([series], spans)
    assert found is not None and found.things == pytest.approx(1200)


moments = st.integers(0, 400_000)


@given(
    st.lists(st.one_of(st.just(NAN), st.floats(0, 1e6)), max_size=80), st.integers(0, 400_000), st.integers(0, 400_000)
)
def test_what_is_counted_was_seen(values: list[float], one: int, other: int) -> None:
    begin, end = sorted((one, other))
    series = rated("a_received_total", values)
    spans = Count(begin, end).spans([series])
    assert all(begin <= a < b <= end for a, b in spans)
    assert length_s(spans) <= STEP_S * len(series.times_ms) * 2.5 + 1e-9
    found = Count(begin, end).amount([series], spans)
    assert (found is None) == (not spans)
    if found is not None:
        assert 0 <= found.things <= max(series.values) * found.seen_s * (1 + 1e-9)
        seen = [(max(begin, at - STEP), min(end, at), v) for at, v in zip(series.times_ms, series.values, strict=True)]
        least = sum(v * (b - a) / 1000 for a, b, v in seen if a < b)
        assert found.things >= least * (1 - 1e-9)


@given(st.lists(st.floats(0, 1e6), max_size=40), moments, moments)
def test_samples_with_a_hole_far_away_count_the_same(values: list[float], one: int, other: int) -> None:
    begin, end = sorted((one, other))
    whole = rated("a_received_total", values)
    holed = Counted(whole.signal, [*whole.times_ms, 10**9], [*whole.values, 1.0])
    counts = Count(begin, end), Count(begin, end)
    assert counts[0].spans([whole]) == counts[1].spans([holed])
    assert counts[0].amount([whole], counts[0].spans([whole])) == counts[1].amount([holed], counts[1].spans([holed]))


spans_ = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 20)), max_size=6).map(
    lambda pairs: _apart([(a * 50, a * 50 + b) for a, b in sorted(set(pairs))])
)


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for begin, end in spans:
        if not found or begin > found[-1][1]:
            found.append((begin, end))
    return found


@given(spans_, spans_)
def test_spans(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    shared, rest = both(one, other), without(one, other)
    assert length_s(shared) + length_s(rest) == pytest.approx(length_s(one))
    assert length_s(both(rest, other)) == 0


def test_levels_count_by_their_rises() -> None:
    dead = Counted(signal("queue_dead_letters", "", "topic:DLQ"), [5_000, 10_000, 15_000, 20_000], [3.0, 5.0, 1.0, 2.0])
    assert risen(dead, 0, 60_000) == pytest.approx(3)
    far = Counted(dead.signal, [5_000, 60_000], [3.0, 9.0])
    assert risen(far, 0, 60_000) is None
