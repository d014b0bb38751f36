"""The list: its cursor stays on its row, and only what changed is drawn again."""

from __future__ import annotations

import pytest
from textual.events import MouseScrollDown
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tests.widgets.sample import Stage, keys, rows, screen_text, stripped
from widgets.rowlist import Figure, RowList, RowView
from widgets.text import Span

SIZE = (40, 10)


async def test_the_keys_that_hands_know() -> None:
    rowlist = RowList(rows(*keys(100)))
    app = Stage(rowlist)
    async with app.run_test(size=SIZE) as pilot:
        rowlist.focus()
        for key, expected in [
            ("j", 1),
            ("down", 2),
            ("k", 1),
            ("up", 0),
            ("k", 0),
            ("G", 99),
            ("j", 99),
            ("home", 0),
            ("end", 99),
            ("g", 0),
            ("ctrl+d", 5),
            ("ctrl+f", 13),
            ("pagedown", 21),
            ("ctrl+b", 13),
            ("pageup", 5),
            ("ctrl+u", 0),
        ]:
            await pilot.press(key)
            assert rowlist.selected_key == f"row-{expected:03d}", key
            window = rowlist.window
            assert window.top <= expected < window.top + window.height
        await pilot.press("j", "enter")
    assert app.told[-2:] == [("selected", "row-001"), ("activated", "row-001")]


async def test_an_empty_list_takes_every_key_and_shows_its_sentence() -> None:
    rowlist = RowList(empty="nothing has been seen of any kettle so far")
    app = Stage(rowlist)
    async with app.run_test(size=(30, 5)) as pilot:
        rowlist.focus()
        await pilot.press("j", "k", "G", "g", "ctrl+d", "ctrl+f", "enter")
        assert rowlist.selected_key is None
        assert app.told == []
        assert stripped(screen_text(app)) == ["", "   nothing has been seen of", "      any kettle so far", "", ""]
        rowlist.set_rows(rows("a"))
        await pilot.pause()
        assert stripped(screen_text(app))[0] == "▌● a" + " " * 23 + "7ms"
        rowlist.set_rows([])
        await pilot.pause()
        assert stripped(screen_text(app))[1] == "   nothing has been seen of"
    assert app.told == [("selected", "a"), ("selected", None)]


async def test_the_cursor_follows_its_row() -> None:
    rowlist = RowList(rows("a", "b", "c", "d"))
    app = Stage(rowlist)
    async with app.run_test(size=SIZE) as pilot:
        rowlist.focus()
        await pilot.press("j")
        rowlist.set_rows(rows("d", "c", "b", "a"))
        await pilot.pause()
        assert rowlist.selected_key == "b"
        assert [line[:4] for line in screen_text(app)[:4]] == [" ● d", " ● c", "▌● b", " ● a"]
        rowlist.set_rows(rows("d", "c", "a"))  # gone: the cursor stays where it was
        assert rowlist.selected_key == "a"
        rowlist.set_rows(rows("d"))
        assert rowlist.selected_key == "d"
        await pilot.pause()
    assert [key for _, key in app.told] == ["b", "a", "d"]


async def test_the_view_follows_a_row_that_somebody_chose_and_no_other() -> None:
    names = keys(50)
    rowlist = RowList(rows(*names))
    app = Stage(rowlist)
    async with app.run_test(size=SIZE) as pilot:
        rowlist.focus()
        await pilot.pause()
        rowlist.set_rows(rows(*names[1:], names[0]))
        assert rowlist.window.top == 0  # on an unattended screen the first rows stay in view
        assert rowlist.selected_key == names[0]
        await pilot.press("j")  # and the cursor comes in at the top of what is seen
        assert rowlist.selected_key == names[1]
        rowlist.set_rows(rows(*names[2:], names[0], names[1]))
        assert rowlist.window.top == 40


def refreshes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[type[Widget], tuple[Region, ...]]]:
    """Every refresh from now on: which widget, and which of its regions (none: all of it)."""
    seen: list[tuple[type[Widget], tuple[Region, ...]]] = []
    original = Widget.refresh

    def refresh(
        self: Widget, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Widget:
        if repaint:
            seen.append((type(self), regions))
        return original(self, *regions, repaint=repaint, layout=layout, recompose=recompose)

    monkeypatch.setattr(Widget, "refresh", refresh)
    return seen


class Counted(RowList):
    """Notes which lines Textual asks for."""

    drawn: list[int]

    def render_line(self, y: int) -> Strip:
        self.drawn.append(y)
        return super().render_line(y)


async def test_only_changed_lines_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    names = keys(1000)
    rowlist = Counted(rows(*names))
    rowlist.drawn = []
    app = Stage(rowlist)
    async with app.run_test(size=SIZE) as pilot:
        rowlist.focus()
        await pilot.pause()
        rowlist.drawn.clear()
        seen = refreshes(monkeypatch)

        rowlist.set_rows(rows(*names))  # equal rows, other objects
        await pilot.pause()
        assert (rowlist.drawn, seen) == ([], [])

        changed = rows(*names)
        changed[3] = RowView(names[3], "ok", (Span(names[3]),), (Figure("8ms"),))
        changed[500] = RowView(names[500], "bad", (Span("not in view"),))
        rowlist.set_rows(changed)
        await pilot.pause()
        assert rowlist.drawn == [3]
        assert [(regions[0].x > 20, regions[0].bottom) for _, regions in seen] == [(True, 4)]
        assert screen_text(app)[3].rstrip().endswith("8ms")

        rowlist.drawn.clear()
        seen.clear()
        rowlist.set_rows([*changed, *rows("one", "more")])  # below the view: nothing to draw, nothing to lay out
        await pilot.pause()
        assert (rowlist.drawn, seen) == ([], [])

        await pilot.press("j")
        assert rowlist.drawn == [0, 1]


async def test_a_change_of_focus_draws_the_selected_row(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Counted(rows(*keys(9))), Counted(rows(*keys(9)))
    first.drawn, second.drawn = [], []
    app = Stage(first, second)
    async with app.run_test(size=SIZE) as pilot:
        first.focus()
        await pilot.pause()
        first.drawn.clear()
        second.drawn.clear()
        seen = refreshes(monkeypatch)
        await pilot.press("tab")
        await pilot.pause()
        assert second.has_focus
        assert (first.drawn, second.drawn) == ([0], [0])
        assert all(regions for _, regions in seen)


async def test_what_is_on_the_screen_is_what_a_new_screen_would_show() -> None:
    """Partial repaints leave nothing behind: after many random changes the picture equals one drawn at once."""
    names = keys(60)
    rowlist = RowList(rows(*names))
    app = Stage(rowlist)
    async with app.run_test(size=(58, 12)) as pilot:
        rowlist.focus()
        for step in range(25):
            some = names[step % 7 :] + names[: step % 7]
            rowlist.set_rows(
                [
                    RowView(k, ("ok", "bad")[(i + step) % 2], (Span(k * (1 + step % 3)),), (Figure(f"{i * step}ms"),))
                    for i, k in enumerate(some[: 60 - step])
                ]
            )
            await pilot.press(("j", "G", "k", "ctrl+u", "ctrl+d")[step % 5])
            shown = screen_text(app)
            app.refresh(layout=True)
            rowlist.palette_changed()
            await pilot.pause()
            assert shown == screen_text(app)


async def test_resizing_keeps_the_cursor_in_view() -> None:
    rowlist = RowList(rows(*keys(50)))
    app = Stage(rowlist)
    async with app.run_test(size=(40, 20)) as pilot:
        rowlist.focus()
        await pilot.press(*"j" * 17)
        for size in ((30, 5), (1, 1), (4, 2), (98, 40), (38, 8)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            window = rowlist.window
            assert window.top <= 17 < window.top + window.height
            assert all(len(line) == size[0] for line in screen_text(app))


async def test_the_mouse_selects_and_scrolls() -> None:
    rowlist = RowList(rows(*keys(50)))
    app = Stage(rowlist)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(rowlist, offset=(5, 4))
        assert rowlist.selected_key == "row-004"
        assert rowlist.has_focus
        await pilot._post_mouse_events([MouseScrollDown], rowlist)
        await pilot.pause()
        assert rowlist.window.top == 3
        assert rowlist.selected_key == "row-004"
        await pilot.click(rowlist, offset=(5, 0), times=2)
        await pilot.pause()
    assert app.told[-1] == ("activated", "row-003")


async def test_select_by_key() -> None:
    rowlist = RowList(rows(*keys(50)))
    async with Stage(rowlist).run_test(size=SIZE):
        assert rowlist.select("row-040")
        assert rowlist.selected_key == "row-040"
        assert not rowlist.select("nobody")
        assert rowlist.selected_key == "row-040"
