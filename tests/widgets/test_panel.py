"""Panel and status line: pictures, and what is drawn again."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.strip import Strip

from tests.widgets.sample import Stage, keys, rows, screen_text, sgr_of, stripped
from widgets.panel import Panel
from widgets.rowlist import RowList
from widgets.statusline import StatusLine
from widgets.text import Span


class Counted(Panel):
    """Notes which lines Textual asks for."""

    drawn: Sequence[int] = ()

    def render_line(self, y: int) -> Strip:
        self.drawn = [*self.drawn, y]
        return super().render_line(y)


def panel(*names: str) -> Counted:
    made = Counted([Span("1 Kettles")], RowList(rows(*names), empty="nothing here"))
    made.set_status([Span("2 bad", "bad"), Span(" · shelf 2s")])
    return made


async def test_border_title_and_status() -> None:
    app = Stage(panel(*keys(3)))
    async with app.run_test(size=(40, 6)) as pilot:
        await pilot.pause()
        assert screen_text(app) == [
            "╭─ 1 Kettles ─────── 2 bad · shelf 2s ─╮",
            "│▏● row-000" + " " * 25 + "7ms│",
            "│ ● row-001" + " " * 25 + "7ms│",
            "│ ● row-002" + " " * 25 + "7ms│",
            "│" + " " * 38 + "│",
            "╰" + "─" * 38 + "╯",
        ]


async def test_focus_shows_in_the_shape_of_the_border() -> None:
    for ascii_only, corners in ((False, "┍┑"), (True, "##")):
        shown = panel(*keys(3))
        app = Stage(shown, theme="mono", ascii_only=ascii_only)
        async with app.run_test(size=(40, 6)) as pilot:
            await pilot.pause()
            before = screen_text(app)[0]
            shown.rows.focus()
            await pilot.pause()
            after = screen_text(app)[0]
            assert before != after
            assert after[0] + after[-1] == corners
            assert "\x1b[1" in sgr_of(app)  # and bold


async def test_a_status_draws_the_border_row_and_only_when_it_differs() -> None:
    shown = panel(*keys(3))
    app = Stage(shown)
    async with app.run_test(size=(40, 6)) as pilot:
        await pilot.pause()
        shown.drawn = []
        shown.set_status([Span("2 bad", "bad"), Span(" · shelf 2s")])
        await pilot.pause()
        assert shown.drawn == []
        shown.set_status([Span("3 bad", "bad"), Span(" · shelf 2s")])
        shown.set_title([Span("1 Pots")])
        await pilot.pause()
        assert shown.drawn == [0]
        assert screen_text(app)[0].startswith("╭─ 1 Pots ─")


async def test_more_rows_than_room_are_counted_in_the_lower_border() -> None:
    shown = panel(*keys(30))
    app = Stage(shown)
    async with app.run_test(size=(40, 7)) as pilot:
        shown.rows.focus()
        await pilot.pause()
        assert screen_text(app)[-1].endswith("━ ↓25 ━┙")
        await pilot.press("ctrl+d")
        await pilot.pause()
        assert screen_text(app)[-1].endswith("━ ↑2 ↓23 ━┙")
        await pilot.press("G")
        await pilot.pause()
        assert screen_text(app)[-1].endswith("━ ↑25 ━┙")


async def test_a_notice_stands_above_the_last_rows_or_in_their_place() -> None:
    shown = panel(*keys(2))
    app = Stage(shown)
    async with app.run_test(size=(30, 7)) as pilot:
        await pilot.pause()
        shown.set_notice("shelf away since 14:05")
        await pilot.pause()
        assert screen_text(app)[1:4] == [
            "│shelf away since 14:05      │",
            "│▏● row-000               7ms│",
            "│ ● row-001               7ms│",
        ]
        shown.rows.set_rows([])
        await pilot.pause()
        assert "shelf away since 14:05" in screen_text(app)[3]
        assert "shelf" not in screen_text(app)[1]
        shown.set_notice("")
        shown.rows.set_rows(rows("a"))
        await pilot.pause()
        assert "● a" in screen_text(app)[1]
        assert not any("shelf away" in line for line in screen_text(app))


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5, 8, 12, 20])
async def test_any_size_is_survived(width: int) -> None:
    shown = panel(*keys(3))
    app = Stage(shown)
    async with app.run_test(size=(width, 3)) as pilot:
        shown.set_notice("a notice")
        await pilot.pause()
        assert all(len(line) == width for line in screen_text(app))


async def test_a_status_line_cuts_the_left_and_keeps_the_right() -> None:
    line = StatusLine([Span("Fourth", "title"), Span(" on eu and us")], [Span("live", "live")])
    app = Stage(line)
    async with app.run_test(size=(18, 1)) as pilot:
        await pilot.pause()
        assert screen_text(app) == ["Fourth on eu… live"]
        line.set_spans([Span("a\x1b[31m")], [Span("past", "past")])
        await pilot.pause()
        assert stripped(screen_text(app)) == ["a␛[31m        past"]
