"""A sparkline never lies about what was not seen."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from widgets.glyphs import ASCII, UNICODE
from widgets.spark import last_cells, spark

VALUES = st.lists(st.none() | st.floats(), max_size=40)


@given(VALUES, st.none() | st.floats(), st.none() | st.floats())
def test_any_numbers_give_one_character_each_and_holes_only_for_gaps(
    values: list[float | None], lo: float | None, hi: float | None
) -> None:
    drawn = spark(values, lo, hi)
    assert len(drawn) == len(values)
    for value, character in zip(values, drawn, strict=True):
        assert (character == " ") == (value is None or math.isnan(value))
        assert character == " " or character in UNICODE.levels


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_a_greater_value_is_never_drawn_lower(values: list[float]) -> None:
    drawn = [UNICODE.levels.index(c) for c in spark(values)]
    for a, b in zip(range(len(values)), range(1, len(values)), strict=False):
        assert (values[a] - values[b]) * (drawn[a] - drawn[b]) >= 0


def test_pictures() -> None:
    assert spark([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert spark([0, None, math.nan, 7]) == "▁  █"
    assert spark([5, 5, 5]) == "▁▁▁"
    assert spark([1e9, 1e9 + 1]) == "▁▁"
    assert spark([5, 5], 0, 10) == "▅▅"
    assert spark([-5, 50], 0, 10) == "▁█"
    assert spark([math.inf, -math.inf, 1, 2]) == "█▁▁█"
    assert spark([]) == ""
    assert spark([0, None, 7], levels=ASCII.levels) == "_ #"


def test_newest_cells_and_a_hole_before_the_first() -> None:
    assert last_cells("abcd", 2) == "cd"
    assert last_cells("ab", 4) == "  ab"
    assert last_cells("ab", 0) == ""
