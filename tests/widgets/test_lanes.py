"""Lanes, as pictures and under keys."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from textual.strip import Strip

from tests.widgets.sample import Stage, screen_text, stripped
from widgets.lanelayout import cell_of, cells, inside, lane_room
from widgets.lanes import Lane, LaneAxis, Lanes
from widgets.text import Span

MINUTE = 60_000
START = 1_699_999_200_000  # 22:00 UTC
AXIS = LaneAxis(START, START + 20 * MINUTE, ((START + 10 * MINUTE, START + 12 * MINUTE),))
RISE = (0.0,) * 10 + (4.0,) * 2 + (None,) * 4 + (0.0,) * 4


def lane(at: int, why: str = "moved 9 times its spread") -> Lane:
    return Lane(
        f"lane-{at}", f"signal {at}", of=f"job {at}", values=RISE, onset_ms=START + 10 * MINUTE,
        earliest_ms=START + 9 * MINUTE, latest_ms=START + 10 * MINUTE,
        rank=str(at) if at else "", lag=f"{at}0s before" if at else "22:10:00Z", score=".9", why=why,
    )  # fmt: skip


class Noted(Stage):
    """Notes the lanes that were gone on from."""

    followed: Sequence[str] = ()

    def on_lanes_activated(self, message: Lanes.Activated) -> None:
        self.followed = [*self.followed, message.key]


async def drawn(lanes: Lanes, width: int, height: int, *, ascii_only: bool = False) -> list[str]:
    app = Stage(lanes, ascii_only=ascii_only)
    async with app.run_test(size=(width, height)) as pilot:
        await pilot.pause()
        return stripped(screen_text(app))


def some(count: int, why: str = "moved 9 times its spread") -> Lanes:
    shown = Lanes([Span("Moved")])
    shown.set_lanes(AXIS, [lane(at, why) for at in range(count)])
    return shown


async def test_one_line_a_lane_with_the_reason_at_the_foot() -> None:
    assert await drawn(some(4), 64, 8) == [
        "─ Moved ────────────────────────────────────────────────────────",
        "             22:00Z────────────━━━━────────22:20Z",
        "▏   signal 0 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▼███       ▁▁▁▁▁▁▁  22:10:00Z .9",
        "  1 signal 1 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▼███       ▁▁▁▁▁▁▁ 10s before .9",
        "  2 signal 2 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▼███       ▁▁▁▁▁▁▁ 20s before .9",
        "  3 signal 3 ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▼███       ▁▁▁▁▁▁▁ 30s before .9",
        " moved 9 times its spread",
        "",
    ]


async def test_two_and_three_lines_where_there_is_room() -> None:
    two = await drawn(some(3), 64, 9)
    assert ["moved 9 times" in line for line in two] == [False, False, *[False, True] * 3, False]
    three = await drawn(some(3), 64, 12, ascii_only=True)
    assert three[5:8] == [
        "  1 signal 1                 --v###               10s before .9",
        "    job 1    __________________####       _______",
        "      moved 9 times its spread",
    ]


async def test_onset_and_holes_are_where_they_belong() -> None:
    line = (await drawn(some(4), 64, 8))[2]
    axis = (await drawn(some(4), 64, 8))[1]
    at = line.index("▼")
    assert axis[at] == "━"
    assert "█  " in line[at:]
    assert "▼" not in (await drawn(some(4), 64, 8, ascii_only=True))[2]


async def test_keys_move_and_enter_goes_on() -> None:
    lanes = some(20)
    app = Noted(lanes)
    async with app.run_test(size=(64, 10)) as pilot:
        lanes.focus()
        await pilot.press("j", "j", "enter", "G", "enter", "k", "enter", "g", "enter")
        await pilot.pause()
        assert list(app.followed) == ["lane-2", "lane-19", "lane-18", "lane-0"]
        assert "↓14" in screen_text(app)[0]


async def test_the_selection_stays_on_its_lane() -> None:
    lanes = some(5)
    app = Stage(lanes)
    async with app.run_test(size=(64, 20)) as pilot:
        lanes.focus()
        await pilot.press("j", "j")
        lanes.set_lanes(AXIS, [lane(at) for at in (0, 4, 3, 2)])
        await pilot.pause()
        assert lanes.selected is not None
        assert lanes.selected.key == "lane-2"
        lanes.set_lanes(AXIS, [lane(0)])
        assert lanes.selected.key == "lane-0"
        lanes.set_lanes(AXIS, [])
        await pilot.press("j", "enter", "G")
        assert not lanes.lanes


async def test_a_key_repaints_only_the_two_lanes_and_the_foot() -> None:
    asked: list[int] = []

    class Counted(Lanes):
        def render_line(self, y: int) -> Strip:
            asked.append(y)
            return super().render_line(y)

    lanes = Counted([Span("Moved")])
    lanes.set_lanes(AXIS, [lane(at, f"reason {at}") for at in range(8)])
    app = Stage(lanes)
    async with app.run_test(size=(64, 12)) as pilot:
        lanes.focus()
        await pilot.pause()
        asked.clear()
        await pilot.press("j")
        await pilot.pause()
    assert sorted(set(asked)) == [2, 3, 10]


async def test_words_from_outside_are_harmless_and_a_reason_is_never_markup() -> None:
    lanes = Lanes([Span("[bold]a\x1b[31mb")])
    bad = lane(1)._replace(name="\x1b[2J\u202eevil", of="x\ny", why="[red]\x9b1m", lag="\x07")
    lanes.set_lanes(AXIS, [bad])
    text = "".join(await drawn(lanes, 70, 8))
    assert not any(code < 32 or 0x7F <= code < 0xA0 or code == 0x202E for code in map(ord, text))
    assert "[bold]" in text
    assert "[red]" in text


async def test_a_sentence_where_there_are_no_lanes() -> None:
    lanes = Lanes([Span("Moved")])
    lanes.set_empty("ranking 213 signals ...")
    assert "ranking 213 signals" in "\n".join(await drawn(lanes, 50, 8))


values = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True))


@given(st.lists(values, max_size=60), st.integers(0, 80), st.booleans())
def test_each_cell_shows_a_value_that_was_seen(seen: list[float | None], width: int, rising: bool) -> None:
    found = cells(Lane("a", "a", values=tuple(seen), rising=rising), width)
    assert len(found) == width
    assert {one for one in found if one is not None} <= set(seen)
    if seen and width >= len(seen):
        finite = [one for one in seen if one is not None and one == one]
        assert (max if rising else min)(finite, default=None) in found


@given(st.integers(-(2**62), 2**62), st.integers(1, 300))
def test_any_time_has_a_cell(at_ms: int, width: int) -> None:
    assert 0 <= cell_of(AXIS, at_ms, width) < width


@given(st.lists(st.tuples(st.integers(0, 2**41), st.integers(0, 2**41)), max_size=5), st.integers(0, 100))
def test_episodes_mark_no_cell_that_is_not_there(episodes: list[tuple[int, int]], width: int) -> None:
    assert len(inside(LaneAxis(START, START + MINUTE, tuple(episodes)), width)) == width


@given(st.integers(1, 250), st.integers(1, 80), st.integers(0, 30))
def test_the_parts_of_a_line_never_take_more_than_there_is(width: int, height: int, count: int) -> None:
    room = lane_room([lane(at) for at in range(count)], width, height, head=2, foot=2)
    right = sum(part + 1 for part in (room.lag, room.score) if part)
    assert room.axis >= 0
    assert width < room.axis_at or room.axis_at + room.axis + right <= width


async def test_any_size_is_drawn() -> None:
    for width, height in ((1, 1), (3, 4), (12, 3), (20, 9), (59, 7), (250, 60)):
        lanes = some(12, why="a very long reason " * 20)
        app = Stage(lanes)
        async with app.run_test(size=(width, height)) as pilot:
            await pilot.pause()
            assert all(len(line) == width for line in screen_text(app))
