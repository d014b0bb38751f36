"""Lines of logs: at the end or where one looks, wrapped or cut, and no more painted than is different."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from widgets.loglines import LogRow, pieces
from widgets.logview import LogView
from widgets.quiet import QuietScreen
from widgets.text import Span


class Viewer(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.view = LogView()
        self.painted: list[Region] = []
        self.pilot: Pilot[None] | None = None

    def get_default_screen(self) -> QuietScreen[None]:
        return QuietScreen(id="_default")

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()
        refresh = self.view.refresh

        def counted(*regions: Region, **more: bool) -> LogView:
            self.painted += regions
            return refresh(*regions, **more)

        self.view.refresh = counted  # type: ignore[method-assign]


OpenView = Callable[..., AbstractAsyncContextManager[LogView]]


def row(number: int) -> LogRow:
    return LogRow(f"line {number}", Span("one", "ok"))


@pytest.fixture
def view() -> OpenView:
    @asynccontextmanager
    async def opened(count: int = 100, size: tuple[int, int] = (40, 10)) -> AsyncIterator[LogView]:
        app = Viewer()
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            app.view.set_rows(0, count, row, 4)
            app.pilot = pilot
            await pilot.pause()
            yield app.view

    return opened


def shown(view: LogView) -> list[str]:
    return [line.split("line ")[-1].strip() for line in view.plain()]


def numbers(first: int, end: int) -> list[str]:
    return [str(number) for number in range(first, end)]


async def test_it_stays_at_the_end_unless_somebody_goes_up(view: OpenView) -> None:
    async with view() as log:
        assert shown(log) == numbers(90, 100)
        log.set_rows(0, 103, row, 4)
        assert shown(log) == numbers(93, 103)
        log.action_move(-3)
        assert not log.follows
        assert shown(log) == numbers(90, 100)
        log.set_rows(0, 150, row, 4)
        assert shown(log) == numbers(90, 100)
        assert log.below == 50
        log.action_move(49)
        assert log.below == 1
        log.action_move(1)
        assert log.below == 0
        log.action_first()
        assert shown(log) == numbers(0, 10)
        log.action_last()
        assert shown(log) == numbers(140, 150)


async def test_what_is_looked_at_stays_while_the_oldest_go(view: OpenView) -> None:
    async with view() as log:
        log.action_move(-30)
        assert shown(log) == numbers(60, 70)
        log.set_rows(55, 160, row, 4)
        assert shown(log) == numbers(60, 70)
        log.set_rows(65, 170, row, 4)
        assert shown(log) == numbers(65, 75)
        log.set_rows(0, 0, row, 4, "nothing yet")
        assert any("nothing yet" in line for line in log.plain())
        log.action_move(-1)
        log.action_page(1)


async def test_going_to_a_line(view: OpenView) -> None:
    async with view() as log:
        log.go_to(50)
        assert "50" in shown(log)
        assert log.current == 50
        assert not log.follows
        log.go_to(52)
        assert log.current == 52
        log.go_to(99)
        assert "99" in shown(log)
        log.set_rows(0, 200, row, 4)
        assert "99" in shown(log)  # it stays with it
        log.action_last()
        assert log.current == 199


async def test_long_lines_are_cut_moved_or_wrapped(view: OpenView) -> None:
    async with view(count=0, size=(20, 6)) as log:
        log.set_rows(0, 3, lambda number: LogRow("abcdefghij" * 5 + str(number), note="cut" if number == 1 else ""))
        assert log.plain()[2] == "  abcdefghijabcdefg…"
        log.action_aside(1)
        assert log.plain()[2] == "  ghijabcdefghijabc…"
        log.action_aside(-5)
        log.set_wrap(True)
        assert log.plain()[-3:] == ["  abcdefghijabcdefgh", "  ijabcdefghijabcdef", "  ghijabcdefghij2   "]
        log.action_move(-1)
        assert log.plain()[-1] == "  ijabcdefghijabcdef"
        log.action_aside(1)  # nothing to move: all of it is there
        assert log.plain()[-1] == "  ijabcdefghijabcdef"


async def test_only_what_looks_different_is_painted(view: OpenView) -> None:
    async with view() as log:
        app = log.app
        assert isinstance(app, Viewer)
        app.painted.clear()
        log.set_rows(0, 100, row, 4)
        assert app.painted == []
        log.action_move(-1)
        assert app.pilot is not None
        await app.pilot.pause()
        app.painted.clear()
        log.set_rows(0, 300, row, 4)  # nobody sees them
        assert app.painted == []


async def test_marks_notes_and_what_was_found(view: OpenView) -> None:
    async with view(count=0, size=(40, 4)) as log:
        rows = [
            LogRow("mark", ruled=True),
            LogRow("it broke", glyph="■", role="bad", note="[1MiB left out]", places=((3, 8),)),
            LogRow("évil\x1b[31m", places=((0, 4),)),
        ]
        log.set_rows(0, 3, rows.__getitem__)
        plain = log.plain()
        assert plain[0].startswith("  mark ──────")
        assert plain[1].startswith("■ [1MiB left out] it broke")
        assert "\x1b" not in "".join(plain)
        strip = log.line(1, 40)
        found = log.palette.style("found")
        assert [segment.text for segment in strip if segment.style == found] == ["broke"]


@given(st.text(alphabet="ab é漢字\u0301", max_size=60), st.integers(2, 20))
def test_parts_of_a_line_fit_and_leave_nothing_out(text: str, width: int) -> None:
    found = pieces(text, width)
    assert "".join(text[start:end] for start, end in found) == text
    assert all(cell_len(text[start:end]) <= width for start, end in found)
