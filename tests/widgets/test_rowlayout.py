"""What a row shows at a width, as pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import themes
from widgets.palette import Palette, Selection
from widgets.rowlayout import Columns, Figure, Layout, RowView, draw_row
from widgets.text import Span

DARK = Palette(themes.load("dark"))
ROW = RowView(
    "a",
    "bad",
    (Span("docs/"), Span("indexer", "title")),
    (Figure("4m12s", "bad"), Figure("310/s"), Figure("97%"), Figure("1.2k")),
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
    assert [picture(ROW, width) for width in (20, 36, 58, 98)] == [
        " ■ docs/inde…  4m12s",
        " ■ docs/indexer       4m12s  ▂▃▄▅▆▇█",
        " ■ docs/indexer            4m12s  310/s  97%    ▁ ▂▃▄▅▆▇█ ",
        " ■ docs/indexer  catches up                               4m12s  310/s  97% 1.2k        ▁ ▂▃▄▅▆▇█ ",
    ]


def test_notes_fall_away_part_by_part_and_are_not_cut_to_nothing() -> None:
    row = RowView("a", "ok", (Span("indexer"),), note="bad 40s ago · from catalog-feed")
    assert picture(row, 60) == " ● indexer  bad 40s ago · from catalog-feed                 "
    assert picture(row, 36) == " ● indexer  bad 40s ago             "
    assert picture(row, 20) == " ● indexer          "


def test_the_name_is_cut_before_what_is_said_of_it() -> None:
    row = RowView("a", "bad", (Span("finetune-large-nightly"), Span(" blocked", "bad")), (Figure("0/1", label="run"),))
    assert picture(row, 36) == " ■ finetune-large-… blocked  run 0/1"


def test_what_is_said_of_a_name_is_never_cut_where_numbers_can_give_way() -> None:
    lead = (Span("answer-8b"), Span("~", "muted"), Span(" unapproved version", "bad"))
    row = RowView("a", "bad", lead, (Figure("611ms", label="p95"), Figure("2.4/s", label="req")), (1.0, 2.0))
    assert " unapproved version " in picture(row, 58)


def test_a_sparkline_yields_for_a_second_number() -> None:
    lead = (Span("answer-8b"), Span("~", "muted"), Span(" train outdated", "warn"))
    numbers = (Figure("800ms", label="behind"), Figure("spent", label="budget"))
    layout = arranged(58, RowView("a", "warn", lead, numbers, (1.0, 2.0)))
    assert (layout.numbers, layout.spark) == ((12, 12), 5)


def test_a_name_yields_little_for_a_sparkline() -> None:
    lead = (Span("rerank-mini-4b"), Span(" spent", "bad"))  # they want 18
    row = RowView("a", "bad", lead, (Figure("800.95ms", label="p95"),), (1.0, 2.0))
    assert [arranged(width, row).spark for width in (37, 38, 40)] == [0, 5, 5]
    assert picture(row, 37).startswith(" ■ rerank-mini-4b spent  p95 800.95ms")
    assert picture(row, 38).startswith(" ■ rerank-mi… spent p95 800.95ms  ")


def test_a_label_is_muted_and_gives_way_to_its_number() -> None:
    row = RowView("a", "ok", (Span("indexer"),), (Figure("12345678", label="pending"),))
    assert picture(row, 36).endswith(" pending 12345678") is False
    assert picture(row, 36).endswith("      12345678")
    assert picture(row, 58).rstrip().endswith("pending 12345678")
    roles = [segment.style for segment in draw_row(row, arranged(58, row), DARK, Selection.NONE)]
    assert DARK.style("muted") in roles
    assert DARK.style("number") in roles


def test_words_stand_at_the_left_of_their_column() -> None:
    rows = [RowView(name, "ok", (Span("x"),), (Figure(name, left=True),)) for name in ("pricing", "catalog-team")]
    layout = arranged(36, *rows)
    drawn = [draw_row(row, layout, DARK, Selection.NONE).text for row in rows]
    assert drawn[0].index("pricing") == drawn[1].index("catalog-team")


def test_a_column_that_is_blank_in_every_row_takes_no_room() -> None:
    blank = RowView("a", "ok", (Span("x"),), (Figure("1"), Figure(""), Figure("2")))
    assert arranged(58, blank).numbers == (4, 0, 4)
    assert picture(blank, 58).rstrip().endswith("1    2")
    filled = RowView("b", "ok", (Span("x"),), (Figure("1"), Figure("9%"), Figure("2")))
    assert arranged(58, blank, filled).numbers == (4, 4, 4)


def test_a_name_without_a_sparkline_takes_none_from_the_others() -> None:
    series = RowView("a", "ok", (Span("x"),), (Figure("1"),), (1.0, 2.0))
    alert = RowView("b", "bad", (Span("AnAlertWithAVeryLongNameIndeed"),), (Figure("4m"),))
    assert arranged(36, alert, series).spark == 8


def test_selected_row_has_a_mark_and_not_only_a_colour() -> None:
    assert picture(ROW, 38, selection=Selection.FOCUSED).startswith("▌■")
    assert picture(ROW, 38, selection=Selection.BLURRED).startswith("▏■")
    plain = Palette(themes.load("mono"), ascii_only=True)
    assert picture(ROW, 38, plain, Selection.FOCUSED).startswith("># docs/")


@pytest.mark.parametrize(
    ("health", "glyph", "plain"),
    [("ok", "●", "o"), ("warn", "▲", "^"), ("bad", "■", "#"), ("stale", "◌", "%"), ("unknown", "?", "?")],
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
    columns.see([RowView("a", numbers=(Figure("9%"),))])
    narrow = columns.layout.numbers
    columns.see([RowView("a", numbers=(Figure("4m12s"),))])
    wide = columns.layout.numbers
    assert not columns.see([RowView("a", numbers=(Figure("9%"),))])
    assert columns.layout.numbers == wide > narrow
    columns.resize(60)
    assert columns.layout.numbers == ()


def test_a_number_of_absurd_length_does_not_take_the_name() -> None:
    row = RowView("k", "ok", (Span("name"),), (Figure("9" * 200),))
    assert "name" in picture(row, 38)
    assert "…" in picture(row, 38)


def test_escape_sequences_in_a_row_are_drawn() -> None:
    row = RowView("k", "ok", (Span("x\x1b[2Jy"),), (Figure("\x1b[0m"),), note="\u202edet")
    assert "\x1b" not in picture(row, 58)
    assert "x␛[2Jy" in picture(row, 58)


FIGURES = st.lists(
    st.builds(Figure, st.text(max_size=20), st.sampled_from(["", "bad"]), st.text(max_size=20), st.booleans()),
    max_size=7,
).map(tuple)
SPANS = st.lists(st.builds(Span, st.text(max_size=20), st.sampled_from(["", "bad", "nonsense"])), max_size=4).map(tuple)


@given(
    st.builds(
        RowView,
        key=st.text(max_size=3),
        health=st.sampled_from(["ok", "bad", "what"]),
        lead=SPANS,
        numbers=FIGURES,
        spark=st.lists(st.none() | st.floats(), max_size=30).map(tuple),
        note=st.text(max_size=30),
    ),
    st.integers(0, 130),
    st.sampled_from(Selection),
)
def test_any_row_fills_any_width_exactly(row: RowView, width: int, selection: Selection) -> None:
    strip = draw_row(row, arranged(width, row), DARK, selection)
    assert sum(segment.cell_length for segment in strip) == width
