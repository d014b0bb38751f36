"""How likely a signal's trouble is part of the symptom's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.analysis.member import Traits, membership

ONE = Traits(
    peak=20.0, met=0.8, followed=0.8, r=0.4, lead_s=60.0, slots=20, symptom_slots=24, way="unknown", load=False
)
COUNTS = st.integers(0, 10_000)
SHARES = st.floats(0, 1)
ANY = st.builds(
    Traits, st.floats(0, 1e12), SHARES, SHARES, st.floats(-1, 1), st.floats(-1e6, 1e6), COUNTS, COUNTS,
    st.sampled_from(["up", "down", "same", "none", "unknown"]), st.booleans(),
)  # fmt: skip


@given(ANY)
def test_always_a_share(one: Traits) -> None:
    assert 0 <= membership(one) <= 1


@given(ANY)
def test_more_that_speaks_for_it_never_makes_it_less_likely(one: Traits) -> None:
    stronger: list[dict[str, Any]] = [
        {"peak": one.peak * 2}, {"met": 1.0}, {"followed": 1.0}, {"r": 1.0}, {"slots": one.symptom_slots},
        {"load": False},
    ]  # fmt: skip
    for more in stronger:
        assert membership(one._replace(**more)) >= membership(one) - 1e-12


@pytest.mark.parametrize("less", [{"peak": 2.0}, {"r": 0.0}, {"slots": 600}, {"way": "none"}])
def test_what_speaks_against_it(less: dict[str, Any]) -> None:
    assert membership(ONE._replace(**less)) < membership(ONE)


def test_which_way_the_changes_go_together_does_not_matter() -> None:
    assert membership(ONE._replace(r=-0.4)) == membership(ONE)
