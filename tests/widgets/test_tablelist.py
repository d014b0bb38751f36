"""A list with titles: they stand over their columns, and columns fall away from the right."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.widgets.sample import Stage, screen_text, stripped
from widgets.rowlayout import Figure, RowView
from widgets.sectionlayout import ColumnView
from widgets.tablelist import TableList, TitledColumns
from widgets.text import Span

COLUMNS = (ColumnView("Node", left=True, cells=8), ColumnView("Age"), ColumnView("Restarts"))


def _rows(count: int) -> list[RowView]:
    return [
        RowView(f"row-{at}", "ok", (Span(f"web[{at}]"),), (Figure(f"n-{at}", left=True), Figure("4m"), Figure(str(at))))
        for at in range(count)
    ]


def _table() -> TableList:
    table = TableList()
    table.set_titles(Span("Name", "muted"), [(Span(one.title, "muted"), one) for one in COLUMNS], 8)
    table.set_rows(_rows(30))
    return table


async def test_titles_stand_over_their_columns() -> None:
    app = Stage(_table())
    async with app.run_test(size=(50, 6)):
        lines = stripped(screen_text(app))
    titles, first = lines[0], lines[1]
    assert titles.index("Name") == first.index("web[0]")
    assert titles.index("Node") == first.index("n-0")
    assert titles.index("Age") + 3 == first.index("4m") + 2
    assert len(titles) == len(first)
    assert len(lines) == 6


async def test_columns_fall_away_from_the_right() -> None:
    app = Stage(_table())
    async with app.run_test(size=(33, 4)):
        lines = stripped(screen_text(app))
    assert lines[0].split() == ["Name", "Node", "Age"]
    assert lines[1].split() == ["▏●", "web[0]", "n-0", "4m"]


async def test_moving_leaves_the_titles_where_they_are() -> None:
    table = _table()
    app = Stage(table)
    async with app.run_test(size=(50, 6)) as pilot:
        table.focus()
        await pilot.press("G")
        lines = stripped(screen_text(app))
        assert lines[0].split() == ["Name", "Node", "Age", "Restarts"]
        assert lines[-1].split()[1] == "web[29]"
        assert table.window.height == 5
        await pilot.press("g")
        await pilot.click(TableList, offset=(4, 3))
        assert table.selected_key == "row-2"
        await pilot.click(TableList, offset=(4, 0))
        assert table.selected_key == "row-2"


async def test_the_cursor_stays_at_the_top_until_it_is_moved_and_then_on_its_row() -> None:
    table = _table()
    app = Stage(table)
    async with app.run_test(size=(50, 6)) as pilot:
        table.focus()
        table.set_rows(_rows(30)[::-1])
        assert table.selected_key == "row-29"
        await pilot.press("j")
        assert table.selected_key == "row-28"
        table.set_rows(_rows(30))
        await pilot.pause()
        assert table.selected_key == "row-28"
        assert table.window.top > 0
        await pilot.press("g")
        table.set_rows(_rows(30)[::-1])
        assert table.selected_key == "row-29"
        assert table.window.top == 0


@given(
    st.lists(st.tuples(st.text(max_size=9), st.booleans(), st.integers(0, 30)), max_size=8),
    st.integers(0, 60), st.lists(st.text(max_size=40), max_size=8), st.integers(0, 200),
)  # fmt: skip
def test_what_is_shown_never_takes_more_than_there_is(
    columns: list[tuple[str, bool, int]], name: int, texts: list[str], width: int
) -> None:
    room = TitledColumns()
    room.name([ColumnView(*column) for column in columns], name)
    room.resize(width)
    room.see([RowView("a", "ok", (Span("x" * name),), tuple(map(Figure, texts)))])
    layout = room.layout
    assert len(layout.numbers) == len(room.shown) <= len(columns)
    if width > 20:
        assert layout.name + sum(layout.numbers) + len(layout.numbers) + 4 <= width
    before = layout.numbers
    room.see([RowView("b", "ok", (Span("y"),), ())])
    assert room.layout.numbers == before
