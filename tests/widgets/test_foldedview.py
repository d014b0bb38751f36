"""A long text, folded and searched: every line can be reached, whatever it is and however wide the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from widgets.foldedview import FoldedView, _rows
from widgets.text import Span, fold


class Shown(App[None]):
    def __init__(self, view: FoldedView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view


@asynccontextmanager
async def shown(lines: list[str], size: tuple[int, int] = (20, 6)) -> AsyncIterator[FoldedView]:
    view = FoldedView(lines)
    async with Shown(view).run_test(size=size) as pilot:
        view.focus()
        await pilot.pause()
        yield view


async def test_lines_are_folded_and_the_cursor_goes_by_lines() -> None:
    async with shown(["a" * 50, "b", "c"]) as view:
        assert [line.strip("▌▏ ") for line in view.plain()] == ["a" * 19, "a" * 19, "a" * 12, "b", "c", ""]
        view.action_move(1)
        assert view.selected_line == "b"
        view.action_last()
        assert (view.at, view.selected_line) == (2, "c")
        view.action_move(5)
        assert view.at == 2
        view.action_first()
        assert view.at == 0


async def test_a_line_longer_than_a_page_does_not_hold_one() -> None:
    async with shown(["x" * 1000, "end"]) as view:
        for _ in range(20):
            view.action_page(1)
        assert view.selected_line == "end"
        for _ in range(20):
            view.action_half_page(-1)
        assert view.at == 0


async def test_what_is_looked_for_is_found_from_where_one_stands_and_marked() -> None:
    lines = [f"line {at}" for at in range(40)]
    async with shown(lines) as view:
        view.action_move(5)
        for typed in ("l", "li", "line 1", "line 12"):
            view.search(typed)
        assert (view.at, list(view.hits)) == (12, [12])
        view.search("line 1")  # a letter taken back: from where one stood before
        assert view.at == 10
        view.search("LINE 3")
        assert list(view.hits) == [3, *range(30, 40)]
        assert view.at == 30
        assert view.next_hit(1)
        assert view.at == 31
        view.next_hit(-1)
        view.next_hit(-1)
        assert view.at == 3
        view.next_hit(-1)
        assert view.at == 39, "on from the other end"
        view.next_hit(1)
        assert view.at == 3
        view.search("LINE")
        view.action_first()
        found = [one for one in view.line(1, 20) if one.text == "line"]
        assert found[0].style is view.palette.style("found")
        view.search("nowhere")
        assert not view.next_hit(1)
        view.search("")
        assert not view.hits


async def test_nothing_to_show_is_nothing() -> None:
    async with shown([]) as view:
        assert view.selected_line == ""
        for key in ("j", "k", "G", "g", "ctrl+d", "ctrl+b"):
            await view.app._press_keys([key])
        assert "".join(view.plain()).strip("▌▏ ") == ""


async def test_a_megabyte_is_opened_and_searched() -> None:
    lines = ['      "Attribute": "${node.unique.name}",'] * 30_000
    async with shown([*lines, "the end"], size=(80, 24)) as view:
        view.search("THE END")
        assert view.at == 30_000
        assert "the end" in "".join(view.plain())


ANY = st.text(max_size=60) | st.text(alphabet="日本語ab\u0301\x1b\u202e🚀", max_size=60)


@given(ANY, st.integers(2, 40))
def test_the_rows_counted_are_those_drawn(line: str, width: int) -> None:
    assert _rows(line, width) == max(1, len(fold(line, width)))


@settings(max_examples=25, deadline=None)
@given(st.lists(ANY, max_size=8), st.integers(4, 40))
async def test_every_row_fills_its_line_and_no_escape_gets_through(lines: list[str], width: int) -> None:
    view = FoldedView(lines, paint=lambda piece: [Span(piece[:3], "accent"), Span(piece[3:])])
    async with Shown(view).run_test(size=(width, 5)) as pilot:
        await pilot.pause()
        view.search("a")
        for _ in range(len(lines) + 1):
            for strip in (view.line(y, width) for y in range(5)):
                assert cell_len(strip.text) == width
                assert "\x1b" not in strip.text
                assert "\u202e" not in strip.text
            view.action_move(1)
