"""Stages on lanes, as pictures and under keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from tests.widgets.sample import Stage, screen_text, sgr_of, stripped
from widgets.stageaxis import StageAxis, StageMark
from widgets.stagelines import cut_text, day_text
from widgets.text import Span

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = 1_795_411_560_000  # 2026-11-23 05:26Z
LANES = ("data", "model", "operations")
MARKS = (
    StageMark("t", "model", NOW - 87 * DAY, "trained", "v7 trained"),
    StageMark("e", "model", NOW - 87 * DAY + 3 * HOUR, "evaluated", "v7 evaluated"),
    StageMark("s", "data", NOW - 28 * MINUTE, "schema", "docs changed its schema", role="bad", flagged=True),
    StageMark("b", "data", NOW - 25 * MINUTE, "backlog", "DOCS is behind", until_ms=NOW - 8 * MINUTE, role="warn"),
    StageMark("d", "operations", NOW - 16 * MINUTE, "deployed", "indexer v1 deployed", role="bad", flagged=True),
    StageMark("r", "operations", NOW - 9 * MINUTE, "rolled back", "partner-feed went back to v0"),
)
NOTE = Span("docs changed its schema 87 days after the model was trained.", "bad")


class Noted(Stage):
    """Notes the marks that were gone on from."""

    followed: Sequence[str] = ()

    def on_stage_axis_activated(self, message: StageAxis.Activated) -> None:
        self.followed = [*self.followed, message.mark.key]


def some(marks: Sequence[StageMark] = MARKS) -> StageAxis:
    shown = StageAxis([Span("Life")])
    shown.set_title([Span("Life")], [Span("2 out of order", "bad")])
    shown.set_marks(LANES, marks, NOW, [NOTE])
    return shown


async def drawn(shown: StageAxis, width: int, height: int, *, ascii_only: bool = False) -> list[str]:
    app = Stage(shown, ascii_only=ascii_only)
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.pause()
        return stripped(screen_text(app))


async def test_at_80_columns_months_and_minutes_are_told_apart() -> None:
    assert await drawn(some(), 80, 10) == [
        "─ Life ──────────────────────────────────────────────────────── 2 out of order ─",
        "  data        ───────────────────     S!──Backlog━━━━━━━━━━━━━━━━━━━───────────",
        "  model       Trained───────────E     ─────────────────────────────────────────",
        "  operations  ───────────────────     ─────────────────Deployed!─Rolled back───",
        "              ───────────────────╱86d╱────────────────────────────────────────┃",
        "              05:26Z       08:26Z     04:58Z                             05:26Z",
        "              28 Aug                  23 Nov",
        "  docs changed its schema 87 days after the model was trained.",
        "▏ 2026-11-23 05:17:00Z, 7m after deployed: partner-feed went back to v0",
        "",
    ]


async def test_words_that_have_no_room_beside_their_marks_stand_below_them_where_there_is_height() -> None:
    lines = await drawn(some(), 100, 16)
    at = next(y for y, line in enumerate(lines) if "S!" in line)
    assert lines[at + 1].index("Schema!") == lines[at].index("S!")
    assert "Evaluated" in "".join(lines)


async def test_ascii_needs_no_other_glyphs() -> None:
    lines = await drawn(some(), 80, 10, ascii_only=True)
    assert all(line.isascii() for line in lines)
    assert any("/86d/" in line for line in lines)


async def test_several_marks_in_one_cell_are_counted_and_each_can_be_chosen() -> None:
    close = [StageMark(str(at), "data", NOW - 90 * DAY + at, f"word{at}", f"number {at}") for at in range(3)]
    shown = some([*close, StageMark("z", "model", NOW - DAY, "trained")])
    app = Noted(shown)
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert "3" in screen_text(app)[1]
        shown.focus()
        told = []
        for key in ("g", "j", "j"):
            await pilot.press(key)
            told.append(shown.plain()[8].rpartition(": ")[2].strip())
        assert told == ["number 0", "number 1", "number 2"]


async def test_keys_go_from_mark_to_mark_by_time_and_enter_goes_on() -> None:
    shown = some()
    app = Noted(shown)
    async with app.run_test(size=(80, 10)) as pilot:
        shown.focus()
        await pilot.press("enter", "g", "enter", "j", "enter", "j", "enter", "G", "k", "enter")
        await pilot.pause()
        assert list(app.followed) == ["r", "t", "e", "s", "d"]


async def test_the_cursor_stays_on_its_mark() -> None:
    shown = some()
    app = Stage(shown)
    async with app.run_test(size=(80, 10)) as pilot:
        shown.focus()
        await pilot.press("g", "j", "j")
        shown.set_marks(LANES, MARKS[2:], NOW + MINUTE)
        assert shown.selected is not None
        assert shown.selected.key == "s"
        shown.set_marks(LANES, (), NOW)
        shown.set_empty("Nothing is known of its life.")
        await pilot.press("j", "enter", "G")
        await pilot.pause()
        assert "Nothing is known of its life." in "".join(shown.plain())


async def test_a_key_repaints_the_lanes_of_both_marks_and_the_foot_only() -> None:
    asked: list[int] = []

    class Counted(StageAxis):
        def render_line(self, y: int) -> Strip:
            asked.append(y)
            return super().render_line(y)

    shown = Counted([Span("Life")])
    shown.set_marks(LANES, MARKS, NOW)
    app = Stage(shown)
    async with app.run_test(size=(80, 10)) as pilot:
        shown.focus()
        await pilot.press("g")
        await pilot.pause()
        asked.clear()
        await pilot.press("j", "j")
        await pilot.pause()
        assert set(asked) <= {1, 2, 8, 9}
        asked.clear()
        shown.set_marks(LANES, MARKS, NOW)
        await pilot.pause()
        assert not asked


async def test_text_from_outside_is_drawn_as_data() -> None:
    evil = StageMark("x", "data", NOW - HOUR, "\x1b[31mdone", "said \x1b]0;pwned\x07 [bold]so[/bold]")
    shown = some([evil])
    app = Stage(shown)
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert "\x1b]0" not in sgr_of(app)
        assert "[bold]so[/bold]" in "".join(screen_text(app))


async def test_it_fits_into_any_room() -> None:
    for width, height in ((20, 3), (30, 6), (46, 9), (250, 30)):
        for line in await drawn(some(), width, height):
            assert len(line) <= width


def test_what_is_cut_is_told_in_two_or_three_letters() -> None:
    assert [cut_text(ms) for ms in (90 * DAY, 30 * HOUR, 5 * HOUR, 12 * MINUTE, 40_000)] == [
        "90d", "30h", "5h", "12m", "40s",
    ]  # fmt: skip
    assert day_text(NOW, NOW) == "23 Nov"
    assert day_text(NOW - 400 * DAY, NOW) == "2025-10-19"
