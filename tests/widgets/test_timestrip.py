"""The strip of time, as pictures."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from textual.strip import Strip

from tests.widgets.sample import Stage, screen_text
from widgets.timestrip import Mark, TimeStrip, TimeView, column, utc_clock

HOUR = 3_600_000
START = 1_699_999_200_000  # 22:00 UTC
VIEW = TimeView(START, START + HOUR, START + HOUR)
MARKS = (
    Mark(START + HOUR // 4, "ok", "◆", "deploy"),
    Mark(START + HOUR // 2, "warn", label="lag"),
    Mark(START + HOUR // 2 + 1, "bad", label="down"),
)


async def drawn(view: TimeView, width: int, height: int = 1, ascii_only: bool = False) -> list[str]:
    strip = TimeStrip(view)
    strip.styles.height = height
    app = Stage(strip, ascii_only=ascii_only)
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.pause()
        return screen_text(app)


async def test_one_line_and_two() -> None:
    view = VIEW._replace(marks=MARKS, gaps=((START + HOUR * 3 // 4, START + HOUR * 7 // 8),))
    assert await drawn(view, 51) == ["22:00Z ──────────◆deploy───■down─────      ──── now"]
    assert await drawn(view, 40, 2) == [
        "──────────◆deploy───■down─────      ────",
        "22:00Z                               now",
    ]
    assert (await drawn(view, 40, 2, ascii_only=True))[0] == "----------odeploy---#down-----      ----"


async def test_cursor_in_the_past_and_time_to_come() -> None:
    past = VIEW._replace(cursor_ms=START + HOUR // 2)
    assert await drawn(past, 40, 2) == [
        "─" * 20 + "┃" + "─" * 19,
        "22:00Z" + " " * 10 + " 22:30Z " + " " * 10 + "23:00Z",
    ]
    ahead = VIEW._replace(now_ms=START + HOUR // 2)
    assert (await drawn(ahead, 40, 2))[0] == "─" * 21 + "·" * 19
    on_mark = VIEW._replace(marks=MARKS, cursor_ms=START + HOUR // 2)
    assert "■" in (await drawn(on_mark, 40, 2))[0]


async def test_a_gap_without_end_in_view_and_nothing_at_all() -> None:
    gone = VIEW._replace(gaps=((START - HOUR, START + 2 * HOUR),))
    assert (await drawn(gone, 40, 2))[0] == " " * 40
    assert await drawn(VIEW._replace(to_ms=START), 40) == [" " * 40]


@given(st.integers(START, START + HOUR), st.integers(1, 300))
def test_any_time_in_view_has_a_cell(at_ms: int, width: int) -> None:
    assert 0 <= column(VIEW, at_ms, width) < width


class Counted(TimeStrip):
    """Notes which lines Textual asks for, and what it tells."""

    drawn: Sequence[int] = ()

    def render_line(self, y: int) -> Strip:
        self.drawn = [*self.drawn, y]
        return super().render_line(y)


class Picking(Stage):
    """Notes the times that were picked."""

    picked: Sequence[int] = ()

    def on_time_strip_picked(self, message: TimeStrip.Picked) -> None:
        self.picked = [*self.picked, message.at_ms]


async def test_only_a_cell_that_moves_is_drawn() -> None:
    strip = Counted(VIEW)
    app = Stage(strip)
    async with app.run_test(size=(40, 1)) as pilot:
        await pilot.pause()
        strip.drawn = []
        strip.set_view(VIEW._replace(from_ms=START + 10, to_ms=START + HOUR + 10, now_ms=START + HOUR + 10))
        await pilot.pause()
        assert strip.drawn == []
        strip.set_view(VIEW._replace(marks=MARKS))
        await pilot.pause()
        assert strip.drawn == [0]


async def test_a_click_gives_its_time() -> None:
    strip = TimeStrip(VIEW)
    strip.styles.height = 2
    app = Picking(strip)
    async with app.run_test(size=(60, 2)) as pilot:
        await pilot.click(strip, offset=(30, 0))
        await pilot.pause()
    assert app.picked == [START + HOUR // 2 + HOUR // 120]
    assert utc_clock(START) == "22:00Z"
