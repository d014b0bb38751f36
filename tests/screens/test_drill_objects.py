"""From a row to the reason: an object of Nomad with its parts, on to a part, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events

from console.errands.protocol import Reply
from console.inventory.shapes import Sheet
from console.screens.drill import details, storyview
from console.screens.drill.diffscreen import DiffScreen, compared, version_of
from console.screens.drill.keys import entity_of, sheeted, split
from console.screens.drill.screen import DetailScreen
from console.screens.frame import Running
from console.signals import EntityKind, EntityRef, Pane
from tests.screens.conftest import Desk, OpenDesk
from tests.screens.fakeerrands import FakeErrands
from tests.screens.sheets import JOB, LOST, NODE, SHEETS, TASK, WHY, give, job, lost
from tests.screens.test_drill import rank_with, settled
from tests.tapes.story import minute
from widgets.lanes import Lanes
from widgets.rowlist import RowList
from widgets.sectionlist import SectionList
from widgets.textview import TextView

SIZES = ((80, 24), (120, 36), (200, 50))


@pytest.fixture(autouse=True)
def sheets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[EntityRef, Sheet]]:
    """What drill-downs get as sheets; a test may change it."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent.parent))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    given = dict(SHEETS)
    give(monkeypatch, given)
    yield given


async def opened(board: Desk, story: Path, key: str = str(JOB)) -> DetailScreen:
    """The drill-down of a key, with all that it shows."""
    rank_with(board, story, "fine")
    screen = DetailScreen(key)
    board.app.push_screen(screen)
    await settled(board)
    return screen


def text(lines: list[str]) -> str:
    return "\n".join(lines)


def front(board: Desk) -> DetailScreen:
    screen = board.app.screen
    assert isinstance(screen, DetailScreen)
    return screen


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_parts_have_the_keys_and_facts_are_beside_or_below(
    desk: OpenDesk, story: Path, size: tuple[int, int]
) -> None:
    async with desk(at=13.6, size=size) as board:
        screen = await opened(board, story)
        shown = text(await board.lines())
        assert isinstance(screen.focused, SectionList)
        for expected in ("■ answerer  bad", "1 lost with node fra1-gpu-02", "Allocations 2", "answerer[0] lost",
                         "Evaluations", "Versions 2", "What is known", "in 3m24s"):  # fmt: skip
            assert expected in shown
        assert ("Moved with" in shown) is (size[0] >= 100)


async def test_board_to_task_in_four_keys_and_back_with_the_cursor_where_it_was(desk: OpenDesk, story: Path) -> None:
    async with desk(at=13.6, size=(120, 36)) as board:
        rank_with(board, story, "fine")
        await board.press("j")
        rows = board.app.board_screen.panels[Pane.SCHEDULING].rows
        rows.select(str(JOB))
        await board.press("enter")
        await board.press("enter")
        assert "Board > answerer > answerer[0]" in (await board.lines())[0]
        shown = await board.press("enter")
        assert "Board > answerer > answerer[0] > server" in shown[0]
        assert front(board).subject == TASK
        await board.press("escape")
        assert front(board).subject == TASK  # the part at the cursor of the allocation
        await board.press("escape")
        assert front(board).subject == LOST
        assert "Board > answerer  " in (await board.lines())[0]
        await board.press("escape")
        assert rows.selected_key == str(JOB)


async def test_the_selected_part_stays_selected_while_parts_move(
    desk: OpenDesk, story: Path, sheets: dict[EntityRef, Sheet]
) -> None:
    async with desk(at=13.6) as board:
        screen = await opened(board, story)
        await board.press("j")
        before = screen.subject
        sheets[JOB] = job(lost_first=False)
        await board.press("right")
        assert screen.subject == before
        await board.press("k")
        assert screen.subject == before  # it is the first one now
        await board.press("j")
        assert screen.subject == LOST


async def test_tab_goes_from_parts_to_signals_to_lanes_to_facts(desk: OpenDesk, story: Path) -> None:
    async with desk(at=13.6, size=(80, 24)) as board:
        screen = await opened(board, story)
        order: list[type] = []
        for _ in range(4):
            order.append(type(screen.focused))
            await board.press("tab")
        assert [one.__mro__[0] for one in order][:2] == [SectionList, RowList]
        assert issubclass(order[2], Lanes)
        assert issubclass(order[3], TextView)
        shown = text(await board.press("tab"))
        assert "Signals" in shown
        assert "Moved with" in shown
        assert "Allocations" not in shown
        shown = text(await board.press("tab", "tab"))
        assert "What happened" in shown
        assert "Moved with" not in shown


async def test_the_subject_is_the_part_only_while_the_parts_have_the_keys(desk: OpenDesk, story: Path) -> None:
    async with desk(at=13.6) as board:
        screen = await opened(board, story)
        assert board.app.desk.subject == LOST
        await board.press("tab")
        assert board.app.desk.subject == JOB
        await board.press("shift+tab", "G")
        assert screen.subject == JOB  # a version is no entity of its own


async def test_describe_shows_facts_in_front(desk: OpenDesk, story: Path) -> None:
    async with desk(at=13.6) as board:
        screen = await opened(board, story)
        shown = text(await board.press("d"))
        assert front(board).about == LOST
        assert isinstance(front(board).focused, TextView)
        assert "256 MiB of limit 512 MiB" in shown
        await board.press("escape", "tab", "d")
        assert board.app.screen is screen
        assert isinstance(screen.focused, TextView)
        await board.press("escape")
        board.app.board_screen.panels[Pane.SCHEDULING].rows.select(str(JOB))
        await board.press("d")
        assert front(board).about == JOB
        assert isinstance(front(board).focused, TextView)


async def test_the_whole_sentence_of_an_evaluation_stands_at_80_columns(desk: OpenDesk, story: Path) -> None:
    async with desk(at=13.6, size=(80, 24)) as board:
        await opened(board, story)
        lines = await board.press("j", "j", "j")
        assert WHY in " ".join(" ".join(line.split()) for line in lines)


async def test_an_allocation_that_nomad_has_collected(
    desk: OpenDesk, story: Path, sheets: dict[EntityRef, Sheet]
) -> None:
    sheets[LOST] = lost(gone=True)
    async with desk(at=13.6) as board:
        await opened(board, story, str(LOST))
        lines = " ".join(line.strip() for line in (await board.lines())[3:5])
        assert lines.startswith("lost with node fra1-gpu-02. Nomad has collected it; this is what the tape holds.")


async def test_signals_of_its_job_are_said_to_be_that(desk: OpenDesk, story: Path) -> None:
    async with desk(at=13.6, size=(120, 36)) as board:
        await opened(board, story, str(LOST))
        shown = text(await board.lines())
        assert "Signals of its job answerer" in shown
        assert "Moved with answerer cpu" in shown
        await board.press("escape")
        await opened(board, story, str(JOB))
        assert "Signals of its job" not in text(await board.lines())


async def test_what_a_version_changed_is_told_by_the_tape_and_by_nomad(desk: OpenDesk, story: Path) -> None:
    async with desk(at=13.6) as board:
        errands = FakeErrands()
        board.app._errands = errands
        await opened(board, story)
        lines = await board.press("G", "k", "enter")
        assert isinstance(board.app.screen, DiffScreen)
        assert "Board > answerer > v7" in lines[0]
        assert "image answerer:1.13 -> answerer:1.14; env RELEASE changed" in text(lines)
        assert "asking Nomad" in text(lines)
        asked = errands.asked[-1]
        assert asked == {"ask": "diff", "job": "answerer", "namespace": "llm-prod", "from": -1, "to": 7, "cluster": ""}
        steps = [{"from": 6, "to": 7, "changes": ["task server: image changed", "env RELEASE: changed (not shown)"]}]
        errands.answer("diff", {"from": 6, "to": 7, "steps": steps})
        lines = await board.lines()
        assert "v6 -> v7" in text(lines)
        assert "env RELEASE: changed (not shown)" in text(lines)
        await board.press("escape", "enter")
        errands.fail("diff", "Nomad has no version 6 of this job any more", "it keeps v7")
        assert "Nomad has no version 6 of this job any more; it keeps v7." in text(await board.lines())
        await board.press("escape", "enter", "escape")
        assert not errands.waiting


async def test_a_recording_says_that_nomad_is_asked_live(desk: OpenDesk, story: Path) -> None:
    async with desk(at=13.6) as board:
        await opened(board, story)
        assert "Nomad is asked for this live" in text(await board.press("G", "enter"))


def test_what_is_compared_is_told_step_by_step() -> None:
    steps = [{"from": 6, "to": 7, "changes": ["a", "b"]}, {"from": 5, "to": 6, "changes": []}]
    assert [(one.label, one.text) for one in compared({"steps": steps})] == [("v6 -> v7", "a"), ("", "b")]
    many = [{"from": 0, "to": 1, "changes": ["x"] * 3_000}]
    assert "Nomad's web UI" in list(compared({"steps": many}))[-1].text


async def test_a_countdown_goes_on_by_itself_once_a_second(
    desk: OpenDesk, story: Path, monkeypatch: pytest.MonkeyPatch, sheets: dict[EntityRef, Sheet]
) -> None:
    clock = [minute(38)]
    monkeypatch.setattr(storyview, "wall_ms", lambda: clock[0])
    sheets[JOB] = job(countdown_by_ms=minute(40))
    async with desk(at=None, mode="live", now=minute(38), size=(120, 36)) as board:
        screen = await opened(board, story)
        assert "in 2m00s" in text(await board.lines())
        assert screen._story._ticking is not None
        clock[0] += 1_000
        screen._story._ticked()
        assert "in 1m59s" in text(await board.lines())
        clock[0] = minute(41)
        screen._story._ticked()
        assert "passed 1m00s ago" in text(await board.lines())
        assert screen._story._ticking is None


async def test_nothing_ticks_on_a_recording(desk: OpenDesk, story: Path) -> None:
    async with desk(at=13.6, size=(120, 36)) as board:
        screen = await opened(board, story)
        assert "in 3m24s" in text(await board.lines())
        assert screen._story._ticking is None
        assert screen._story._asking is None


@pytest.mark.parametrize("keys", [("enter", "2"), ("enter", "tab"), ("enter", "escape", "enter", "3")])
async def test_keys_that_come_at_once_open_the_row_that_was_meant(
    desk: OpenDesk, story: Path, keys: tuple[str, ...]
) -> None:
    """While the demo played fast, a key after enter moved the focus before the row was opened: it was looked for on the
    pane that had the focus by then, and was 'not on the board at this time'."""
    async with desk(at=13.6, size=(120, 36)) as board:
        rank_with(board, story, "fine")
        driver = board.app._driver
        assert driver is not None
        for key in keys:
            driver.send_message(events.Key(key, None))
        for _ in range(5):
            await board.pilot.pause()
        shown = text(await board.lines())
        assert "Board > fra1-gpu-02" in shown  # or, with a second enter typed ahead, what it consists of
        assert "not on the board" not in shown


def test_keys_name_what_they_open() -> None:
    assert split("models job:prod/a") == (Pane.MODELS, "job:prod/a")
    assert split("job:prod/a b[c]") == (None, "job:prod/a b[c]")
    assert entity_of("allocation:b5e0") == EntityRef(EntityKind.ALLOCATION, "b5e0")
    assert entity_of('signal pending{consumer="x"}') is None
    assert sheeted("scheduling node:n1") == EntityRef(EntityKind.NODE, "n1")
    assert sheeted("models job:prod/a") is None
    assert sheeted("topic:partner") is None
    assert sheeted("ingestion flow:partner") == EntityRef(EntityKind.FLOW, "partner")
    assert version_of("version:prod@eu/a@b/c@12") == (EntityRef(EntityKind.JOB, "prod@eu/a@b/c"), 12)
    assert version_of("version:prod/a@x") is None
    assert version_of("check:prod/a@1") is None


async def test_use_is_asked_for_while_a_running_allocation_is_in_front(
    desk: OpenDesk, story: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = Running(LOST.id, "", 500, 512)
    monkeypatch.setattr(details, "_running", lambda entity, document: runs if entity == LOST else None)
    async with desk(at=None, mode="live", now=minute(38), size=(120, 36)) as board:
        errands = board.app._errands = FakeErrands()
        screen = await opened(board, story, str(LOST))
        assert [one["ask"] for one in errands.asked] == ["stats", "checks"]
        assert "asking its client" in text(await board.lines())
        errands.answer("stats", {"cpu_mhz": 340.0, "memory_bytes": 500 * 1_048_576})
        errands.fail("checks", "its client does not answer")
        shown = text(await board.lines())
        assert "340 of 500 MHz" in shown
        assert "▲ 500 of 512 MiB (98%)" in shown
        assert "silent: its client does not answer." in shown
        screen._story._ask()
        assert len(errands.asked) == 4
        await board.press("enter")  # its task: of which the double knows no use
        assert screen._story._asking is None
        assert not errands.waiting
        await board.press("escape")
        await board.lines()
        assert len(errands.asked) == 6


async def test_a_reply_that_comes_late_is_nobodys(desk: OpenDesk, story: Path) -> None:
    async with desk(at=13.6) as board:
        screen = await opened(board, story, str(LOST))
        screen._story._heard("stats", Reply(1, "answer", {}))
        assert "Just now" not in text(await board.lines())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_a_node_with_many_allocations_is_drawn_in_full_width(
    desk: OpenDesk, story: Path, size: tuple[int, int]
) -> None:
    async with desk(at=13.6, size=size) as board:
        await opened(board, story, str(NODE))
        lines = await board.press("G")
        assert all(len(line) == size[0] for line in lines)
        assert any("batch-0000059" in line and "▌" in line for line in lines)
        assert sum("Allocations 60" in line for line in lines) == 1


async def test_enter_typed_ahead_goes_on_as_far_as_it_was_typed(desk: OpenDesk) -> None:
    async with desk(at=13.6) as board:
        app = board.app
        await board.press("1")
        before = len(app.screen_stack)
        for _ in range(2):
            app.board_screen.panels[Pane.SCHEDULING].rows.action_activate()  # both before anything was opened
        await board.lines()
        await settled(board)
        assert len(app.screen_stack) == before + 2
        assert front(board).about != app.board_screen.subject


async def test_enter_on_what_has_no_parts_opens_nothing(
    desk: OpenDesk, story: Path, sheets: dict[EntityRef, Sheet]
) -> None:
    async with desk() as board:
        sheets[JOB] = sheets[JOB]._replace(parts=())
        screen = await opened(board, story)
        await board.press("enter", "enter")
        assert board.app.screen is screen
