"""How far a server's clock is from ours: never surer than its answers allow."""

from __future__ import annotations

from email.utils import formatdate

from hypothesis import given
from hypothesis import strategies as st

from console.feeds.skew import Skew


@given(st.integers(-50_000, 50_000), st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 400)), min_size=1))
def test_skew_always_holds_the_truth(true_ms: int, calls: list[tuple[int, int]]) -> None:
    skew = Skew()
    for sent, took in sorted(calls):
        sent_ms = 1_795_409_325_000 + sent
        server_s = (sent_ms + took // 2 + true_ms) // 1000
        skew.heard(formatdate(server_s, usegmt=True), sent_ms, sent_ms + took)
    assert skew.ms is not None and abs(skew.ms - true_ms) <= skew.error_ms + 1


def test_an_answer_without_date_says_nothing_of_the_clock() -> None:
    skew = Skew()
    skew.heard(None, 0, 1)
    skew.heard("yesterday", 0, 1)
    assert skew.ms is None


def test_a_clock_that_was_set_is_believed_anew() -> None:
    skew = Skew()
    skew.heard("Mon, 23 Nov 2026 05:00:00 GMT", 1795410010_000, 1795410010_200)
    assert (skew.ms, skew.error_ms) == (-9600, 600)
    skew.heard("Mon, 23 Nov 2026 05:00:20 GMT", 1795410020_000, 1795410020_200)
    assert (skew.ms, skew.error_ms) == (400, 600)
