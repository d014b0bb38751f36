"""Lists below each other: one cursor through all rows, columns that stay, a foot for what is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import MouseScrollDown
from textual.geometry import Region
from textual.widget import Widget

from tests.widgets.sample import Stage, screen_text
from widgets.rowlayout import Figure, RowView
from widgets.sectionlayout import ColumnView, ListView, Room, hidden
from widgets.sectionlist import SectionList
from widgets.sectionplaces import HEADING, Line, Places
from widgets.text import Span

COLUMNS = (ColumnView("node", left=True), ColumnView("age"), ColumnView("what it said", left=True, cells=10))


def row(key: str, *cells: str, word: str = "", note: str = "", health: str = "ok") -> RowView:
    lead = (Span(key), *([Span(f" {word}", health)] if word else []))
    return RowView(key, health, lead, tuple(Figure(cell) for cell in cells), note=note)


def allocations(*names: str) -> ListView:
    return ListView("Allocations", str(len(names)), COLUMNS, tuple(row(name, "fra1-cpu-01", "14m") for name in names))


VERSIONS = ListView("Versions", "", (ColumnView("by", left=True),), (row("v7", "ana"), row("v6", "ci")))
NOTHING = ListView("Services", empty="No service is registered.")


def chosen(sections: SectionList) -> str | None:
    return sections.selected_key


async def test_headings_are_never_selected_and_the_first_stays_at_the_top() -> None:
    sections = SectionList()
    app = Stage(sections)
    async with app.run_test(size=(60, 8)) as pilot:
        sections.set_lists([allocations(*(f"a[{number}]" for number in range(9))), VERSIONS, NOTHING])
        sections.focus()
        await pilot.pause()
        for key, expected in [
            ("j", "a[1]"), ("G", "v6"), ("k", "v7"), ("k", "a[8]"), ("g", "a[0]"), ("ctrl+d", "a[3]"),
            ("pagedown", "a[7]"), ("pageup", "a[3]"), ("ctrl+u", "a[0]"), ("up", "a[0]"), ("end", "v6"),
        ]:  # fmt: skip
            await pilot.press(key)
            assert sections.selected_key == expected, key
            lines = screen_text(app)
            assert any(line.startswith("▌") and expected in line for line in lines), "\n".join(lines)
            assert "━" in lines[0] or "━" in lines[1], "\n".join(lines)
        assert any("Versions" in line for line in screen_text(app))


async def test_the_cursor_stays_on_its_row_while_rows_move() -> None:
    sections = SectionList()
    app = Stage(sections)
    async with app.run_test(size=(60, 14)) as pilot:
        sections.set_lists([allocations("a", "b", "c"), VERSIONS])
        sections.focus()
        await pilot.pause()
        await pilot.press("j")
        sections.set_lists([VERSIONS, allocations("x", "c", "a", "b")])
        assert chosen(sections) == "b"
        sections.set_lists([allocations("x", "c"), VERSIONS])  # it is gone: the row in its place
        assert chosen(sections) == "v6"
        sections.set_lists([])
        assert chosen(sections) is None
        sections.set_lists([NOTHING])
        await pilot.press("j", "enter")
        assert chosen(sections) is None
        assert "No service is registered." in screen_text(app)[1]


async def test_a_row_of_one_key_in_two_lists_is_the_one_that_was_chosen() -> None:
    sections = SectionList()
    app = Stage(sections)
    async with app.run_test(size=(60, 14)) as pilot:
        both = [allocations("a"), ListView("Before", "", COLUMNS, (row("a", "fra1-cpu-09"),))]
        sections.set_lists(both)
        sections.focus()
        await pilot.press("j")
        sections.set_lists([allocations("z", "a"), both[1]])
        found = sections.selected
        assert found is not None
        assert found[0].title == "Before"


async def test_only_what_changed_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    sections = SectionList()
    app = Stage(sections)
    async with app.run_test(size=(60, 14)) as pilot:
        sections.set_lists([allocations("a", "b"), VERSIONS])
        await pilot.pause()
        refreshed: list[Region] = []

        def refresh(self: Widget, *regions: Region, **_more: object) -> Widget:
            refreshed.extend(regions)
            assert regions, "all of it was sent"
            return self

        monkeypatch.setattr(SectionList, "refresh", refresh)
        sections.set_lists([allocations("a", "b"), VERSIONS])
        assert refreshed == []
        changed = ListView(
            "Allocations", "2", COLUMNS, (row("a", "fra1-cpu-01", "14m"), row("b", "fra1-cpu-01", "15m"))
        )
        sections.set_lists([changed, VERSIONS])
        assert [region.height for region in refreshed] == [1]
        assert refreshed[0].y == 2


async def test_the_foot_tells_what_the_line_has_no_room_for() -> None:
    sections = SectionList()
    app = Stage(sections)
    why = "0 of 4 nodes fit: 2 filtered by class gpu, 2 out of memory by 3.1 GiB"
    async with app.run_test(size=(50, 12)) as pilot:
        waiting = ListView("Evaluations", "", (ColumnView("status", left=True),),
                           (row("e1", "blocked", word=why, health="warn"), row("e2", "complete")))  # fmt: skip
        sections.set_lists([waiting])
        sections.focus()
        await pilot.pause()
        assert why in " ".join(line.strip() for line in screen_text(app)[-2:])
        await pilot.press("j")
        assert not any(line.strip() for line in screen_text(app)[-2:])


async def test_a_click_selects_and_the_wheel_leaves_the_cursor() -> None:
    sections = SectionList()
    app = Stage(sections)
    async with app.run_test(size=(60, 8)) as pilot:
        sections.set_lists([allocations(*(f"a[{number}]" for number in range(30)))])
        sections.focus()
        await pilot.pause()
        await pilot.click(SectionList, offset=(5, 0))
        assert sections.selected_key == "a[0]"
        await pilot.click(SectionList, offset=(5, 3))
        assert sections.selected_key == "a[2]"
        wheel = MouseScrollDown(sections, 5, 3, 0, 0, 0, False, False, False)
        sections.post_message(wheel)
        await pilot.pause()
        assert sections.selected_key == "a[2]"
        assert "a[4]" in screen_text(app)[2]


def test_columns_grow_and_stay_and_empty_ones_take_no_room() -> None:
    room = Room()
    view = ListView("Allocations", "", COLUMNS, (row("a", "", "14m"),))
    narrow = room.see(view, view.rows, 60)
    assert narrow.numbers[0] == 0
    wide = room.see(view, [row("b", "fra1-cpu-01", "14m")], 60)
    assert wide.numbers[0] >= len("fra1-cpu-01")
    assert room.see(view, view.rows, 60) == wide
    assert room.see(view, view.rows, 61).numbers[0] == 0  # another width begins anew


@given(
    width=st.integers(0, 220),
    rows=st.lists(
        st.builds(row, st.text(max_size=40), st.text(max_size=40), st.text(max_size=9), st.text(max_size=99),
                  word=st.text(max_size=90), note=st.text(max_size=40)),
        max_size=6,
    ),
)  # fmt: skip
def test_a_layout_never_takes_more_than_there_is(width: int, rows: list[RowView]) -> None:
    view = ListView("Any", "", COLUMNS, tuple(rows))
    layout = Room().see(view, rows, width)
    used = layout.name + sum(layout.numbers) + sum(map(bool, layout.numbers))
    assert used == max(0, width - 4)
    for one in rows:
        assert "\n" not in hidden(view, one, layout)


@given(
    counts=st.lists(st.integers(0, 12), max_size=5),
    height=st.integers(0, 20),
    moves=st.lists(st.one_of(st.integers(-30, 80), st.sampled_from(["scroll", "back"])), max_size=12),
    blanks=st.booleans(),
)
def test_the_cursor_is_on_a_row_and_can_be_seen(
    counts: list[int], height: int, moves: list[int | str], blanks: bool
) -> None:
    places = Places()
    places.lay_out(counts, height, blanks=blanks)
    assert len(places.stops) == sum(counts)
    for move in moves:
        if isinstance(move, int):
            places.go(move)
            if places.at is not None and height >= 2:
                assert places.in_view
                seen = places.line_at(places.at - places.top)
                assert seen == places.selected, "its heading covers it"
        else:
            places.scroll(3 if move == "scroll" else -3)
        assert places.selected is None or places.selected.row >= 0
        first, second = places.line_at(0), places.line_at(1)
        if first is not None and second is not None and second.row >= 0:
            assert first == Line(second.list, HEADING), "rows in view without their heading"
