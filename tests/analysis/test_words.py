"""How findings are said."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.analysis.words import SHORT, apart, count, hurts, reason, short_change, signal_name, times
from console.format import chance
from tests.analysis.making import grid
from tests.analysis.saying import CPU, FAILURES, QUALITY, candidate, made


@given(st.one_of(st.none(), st.floats(), st.floats(0, 1)))
def test_no_chance_reads_as_none_at_all(p_value: float | None) -> None:
    text = chance(p_value)
    assert text in ("p unknown", "p<.001", "p=1") or re.fullmatch(r"p=\.\d*[1-9]\d*", text)


@pytest.mark.parametrize(
    ("p_value", "text"),
    [(0.0, "p<.001"), (0.0004, "p<.001"), (0.0012, "p=.001"), (0.0083, "p=.008"), (0.0096, "p=.01"), (0.0312, "p=.03"),
     (0.4, "p=.40"), (0.994, "p=.99"), (0.996, "p=1"), (1.0, "p=1"), (None, "p unknown"), (math.nan, "p unknown")],
)  # fmt: skip
def test_chance(p_value: float | None, text: str) -> None:
    assert chance(p_value) == text


def test_moments_within_doubt_are_the_same() -> None:
    assert apart(40.0, 5.0) == "40s before"
    assert apart(-40.0, 5.0) == "40s after"
    assert apart(4.0, 5.0) == apart(math.nan, 5.0) == "at the same moment"


def test_one_and_many() -> None:
    assert count(1, "signal") == "1 signal"
    assert count(0, "step") == "0 steps"


@pytest.mark.parametrize(
    ("what", "short"),
    [
        ("indexer version 1 registered: env CHECKS, RELEASE changed", "indexer version 1"),
        ("indexer version 12 registered", "indexer version 12"),
        ("feed reverted to version 0 (now version 2)", "feed reverted to version 0"),
        ("api scaled: web 2 → 5 (version 7)", "api scaled web 2 → 5"),
        ("finetune-large stopped", "finetune-large stopped"),
        ("fix: we turned it off: and on", "fix: we turned it off: and on"),
    ],
)
def test_changes_by_their_short_names(what: str, short: str) -> None:
    assert short_change(what) == short


@given(st.text())
def test_any_change_has_a_short_harmless_name(what: str) -> None:
    text = short_change(what)
    assert len(text) <= SHORT and "\n" not in text and "\x1b" not in text


def test_which_way_a_trouble_went_is_seen_from_where_it_lay() -> None:
    values = grid([np.r_[np.ones(10), np.zeros(5)], np.r_[np.ones(10), np.full(5, 3.0)], np.full(15, np.nan)])
    assert [hurts(values, row, 10, 14) for row in range(3)] == ["fell", "rose", "moved"]


def test_sizes() -> None:
    assert [times(each) for each in (1.42, 4.3, 96.4, 1e9, math.inf)] == [
        "1.4 times", "4 times", "96 times", "over 100 times", "over 100 times",
    ]  # fmt: skip


def test_a_reason_says_size_order_company_and_way() -> None:
    text = reason(candidate(hits=3, of=4), made(), QUALITY)
    for part in ("moved 30 times its usual spread, 1m10s before the symptom", "met 3 of 4 episodes", "r +0.50",
                 "feeds answer, 1 step away", "p=.01"):  # fmt: skip
        assert part in text
    assert "at the same moment as the symptom" in reason(candidate(lead=1.0), made(), QUALITY)
    assert "no known way to answer" in reason(candidate(way="none", hops=None), made(), QUALITY)


def test_a_reason_for_what_never_moved() -> None:
    text = reason(candidate(chain=None, lead=math.nan), made(), QUALITY)
    assert text.startswith("did not leave its range") and "before" not in text


def test_a_reason_says_no_order_to_a_symptom_that_never_moved() -> None:
    text = reason(candidate(lead=math.nan), made(), QUALITY)
    assert "the symptom" not in text and "moment" not in text


def test_names() -> None:
    assert signal_name(FAILURES, {}) == "partner schema failures"
    assert signal_name(CPU, {CPU.entity: "gpu-02"}) == "gpu-02 cpu"
