"""What a row shows at a width, as pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import themes
from widgets.palette import Palette, Selection
from widgets.rowlayout import Columns, Layout, RowView, draw_row
from widgets.text import Span

DARK = Palette(themes.load("dark"))
ROW = RowView(
    "a",
    "bad",
    (Span("docs/"), Span("indexer", "title")),
    (Span("4m12s", "bad"), Span("310/s"), Span("97%"), Span("1.2k")),
    (0.0, None, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0),
    note="catches up",
)


def arranged(width: int, *rows: RowView) -> Layout:
    columns = Columns()
    columns.resize(width)
    columns.see(rows)
    return columns.layout


def picture(row: RowView, width: int, palette: Palette = DARK, selection: Selection = Selection.NONE) -> str:
    strip = draw_row(row, arranged(width, row), palette, selection)
    assert strip.cell_length == width
    return strip.text


def test_narrow_middle_and_wide() -> None:
    assert [picture(ROW, width) for width in (20, 38, 58, 98)] == [
        " ■ docs/indexer     ",
        " ■ docs/indexer  catche…  4m12s  310/s",
        " ■ docs/indexer  catches up    4m12s  310/s  97%  ▂▃▄▅▆▇█ ",
        " ■ docs/indexer  catches up                       4m12s  310/s  97% 1.2k                ▁ ▂▃▄▅▆▇█ ",
    ]


def test_selected_row_has_a_mark_and_not_only_a_colour() -> None:
    assert picture(ROW, 38, selection=Selection.FOCUSED).startswith("▌■")
    assert picture(ROW, 38, selection=Selection.BLURRED).startswith("▏■")
    plain = Palette(themes.load("mono"), ascii_only=True)
    assert picture(ROW, 38, plain, Selection.FOCUSED).startswith("># docs/")


@pytest.mark.parametrize(
    ("health", "glyph", "plain"),
    [("ok", "●", "o"), ("warn", "▲", "^"), ("bad", "■", "#"), ("stale", "◌", "~"), ("unknown", "?", "?")],
)
def test_health_has_its_shape(health: str, glyph: str, plain: str) -> None:
    row = RowView("k", health, (Span("x"),))
    assert picture(row, 20)[1] == glyph
    assert picture(row, 20, Palette(themes.load("ansi"), ascii_only=True))[1] == plain


def test_a_health_that_is_none_is_unknown() -> None:
    assert picture(RowView("k", "splendid", (Span("x"),)), 20)[1] == "?"


def test_columns_grow_and_stay_until_the_width_changes() -> None:
    columns = Columns()
    columns.resize(58)
    columns.see([RowView("a", numbers=(Span("9%"),))])
    narrow = columns.layout.numbers
    columns.see([RowView("a", numbers=(Span("4m12s"),))])
    wide = columns.layout.numbers
    assert not columns.see([RowView("a", numbers=(Span("9%"),))])
    assert columns.layout.numbers == wide > narrow
    columns.resize(60)
    assert columns.layout.numbers == ()


def test_a_number_of_absurd_length_does_not_take_the_name() -> None:
    row = RowView("k", "ok", (Span("name"),), (Span("9" * 200),))
    assert "name" in picture(row, 38)
    assert "…" in picture(row, 38)


def test_escape_sequences_in_a_row_are_drawn() -> None:
    row = RowView("k", "ok", (Span("x\x1b[2Jy"),), (Span("\x1b[0m"),), note="\u202edet")
    assert "\x1b" not in picture(row, 58)
    assert "x␛[2Jy" in picture(row, 58)


SPANS = st.lists(st.builds(Span, st.text(max_size=20), st.sampled_from(["", "bad", "nonsense"])), max_size=4).map(tuple)


@given(
    st.builds(
        RowView,
        key=st.text(max_size=3),
        health=st.sampled_from(["ok", "bad", "what"]),
        lead=SPANS,
        numbers=SPANS,
        spark=st.lists(st.none() | st.floats(), max_size=30).map(tuple),
        note=st.text(max_size=30),
    ),
    st.integers(0, 130),
    st.sampled_from(Selection),
)
def test_any_row_fills_any_width_exactly(row: RowView, width: int, selection: Selection) -> None:
    strip = draw_row(row, arranged(width, row), DARK, selection)
    assert sum(segment.cell_length for segment in strip) == width
