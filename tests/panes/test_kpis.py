"""How a KPI stands: never well where nobody knows, never green where it is old; it says when it changes by itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.governance.shapes import KpiDoc
from console.panes.kpis import STALE_MS, percent, standing, worst_first
from console.signals import Health
from tests.panes.build import T0

RATIOS = st.floats(0, 1)


def kpi(**measured: Any) -> KpiDoc:
    came: Any = {"at_ms": T0, "from_ms": T0 - 1, "attainment": 0.99, "budget_left": 0.8, "burn": 0.1, "coverage": 1.0,
                 "why": "", **measured}  # fmt: skip
    return {
        "title": "right", "about": "model output", "subject": "", "target": 0.95, "window_s": 86_400.0,
        "method": "occurrences", "indicator": {"kind": "ratio"}, "origin": "", "measured": came,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("measured", "health", "word", "number"),
    [
        ({}, Health.OK, "", "80%"),
        ({"budget_left": 0.05}, Health.WARN, "budget low", "5%"),
        ({"budget_left": 0.0}, Health.WARN, "budget spent", "spent"),
        ({"burn": 7.0}, Health.WARN, "KPI burns 7x", "7x"),
        ({"burn": 14.4}, Health.BAD, "KPI burns 14x", "14x"),
        ({"budget_left": -0.2, "burn": 20.0}, Health.BAD, "KPI burns 20x", "20x"),
        ({"budget_left": -0.2, "burn": 7.0}, Health.WARN, "budget spent", "spent"),
        ({"budget_left": None}, Health.OK, "", "99%"),
        ({"budget_left": None, "attainment": 0.9}, Health.BAD, "KPI missed", "90%"),
        ({"attainment": None, "why": "nothing came"}, Health.UNKNOWN, "KPI unknown", "unknown"),
    ],
)
def test_word_and_number(measured: dict[str, Any], health: Health, word: str, number: str) -> None:
    found = standing(kpi(**measured), T0 + 1)
    assert (found.health, found.word, found.number.text) == (health, word, number)
    assert found.number.health is health
    assert found.note.startswith("right: ")
    if "burns" in word or "spent" in word:  # a row says it by its number alone
        assert f"{found.number.label} {found.number.text}" == word


@given(
    attainment=RATIOS, left=st.none() | st.floats(-5, 1), burn=st.none() | st.floats(0, 100), old=st.integers(0, 10**8)
)
def test_old_is_never_well_and_a_change_is_announced(
    attainment: float, left: float | None, burn: float | None, old: int
) -> None:
    found = standing(kpi(attainment=attainment, budget_left=left, burn=burn), T0 + old)
    assert (found.health is Health.STALE) is (old > STALE_MS)
    assert found.until_ms > T0 + old
    if found.health is not Health.STALE:
        then = standing(kpi(attainment=attainment, budget_left=left, burn=burn), int(found.until_ms))
        assert then.health is Health.STALE
    assert standing(kpi(attainment=attainment, budget_left=left), T0, seen=False).health is Health.STALE


def test_one_that_cannot_be_read_says_why() -> None:
    doc = kpi()
    del doc["measured"]
    doc["indicator"] = {"kind": "ratio", "unread": "it names Datadog"}
    assert standing(doc, T0).note == "right: it names Datadog"


def test_the_worst_comes_first_and_of_equals_the_one_with_least_left() -> None:
    found = [standing(kpi(budget_left=left), T0) for left in (0.8, 0.3, -1.0, 0.05)]
    assert [one.left for one in worst_first(found)] == [-1.0, 0.05, 0.3, 0.8]


@given(RATIOS)
def test_a_share_is_never_rounded_up(share: float) -> None:
    text = percent(share)
    assert float(text.removesuffix("%")) <= share * 100 + 1e-6
    assert text != "100%" or share > 0.99999


def test_shares_in_words() -> None:
    told = [percent(one) for one in (0.9999, 0.995, 0.975, 0.5, 0.0, -0.133, -float("inf"))]
    assert told == ["99.99%", "99.5%", "97.5%", "50%", "0%", "-13%", "none"]
