"""The drill-down: lanes beside a row's detail, on from a lane and back, and a ranker that fails."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from console.screens.drill.asking import LIVE_S, Drill
from console.screens.drill.lanetext import lag_text
from console.screens.drill.ranking import Answer, Question, Ranking
from console.screens.drill.screen import DetailScreen
from console.screens.frame import Place
from console.screens.trail import trail_spans
from tests.screens.conftest import Desk, OpenDesk
from widgets.lanes import Lanes

FAKE = Path(__file__).parent / "fakeranker.py"
ROOT = Path(__file__).parent.parent.parent
SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture(autouse=True)
def paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def rank_with(board: Desk, tape: Path, how: str) -> Ranking:
    """Have the stand-in answer in place of the ranker."""
    ranking = Ranking(str(tape), (sys.executable, str(FAKE), how))
    board.app._ranking = ranking
    return ranking


async def settled(board: Desk, seconds: float = 20.0) -> list[str]:
    """Wait until the drill-down has what it shows."""
    ends = time.monotonic() + seconds
    while not (isinstance(board.app.screen, DetailScreen) and board.app.screen.settled):
        assert time.monotonic() < ends, "\n".join(await board.lines())
        await asyncio.sleep(0.02)
        await board.lines()
    return await board.lines()


async def opened(board: Desk) -> list[str]:
    """Look into the first row of the ingestion pane."""
    await board.press("3", "enter")
    return await settled(board)


async def test_enter_brings_lanes_another_enter_goes_on_and_escape_back(desk: OpenDesk, story: Path) -> None:
    async with desk(size=(120, 36)) as board:
        rank_with(board, story, "fine")
        first = await opened(board)
        assert first[0].startswith(" Board > DOCS/indexer")
        assert any("▼" in line and " 1 " in line and "20s before" in line for line in first)
        await board.press("j")
        lanes = board.app.screen.query_one(Lanes)
        chosen = lanes.selected
        assert chosen is not None
        await board.press("enter")
        second = await settled(board)
        assert first[0].split("  ")[0] in second[0]
        assert second[0].count(" > ") == 2
        symptom = board.app.screen.query_one(Lanes).lanes[0]
        assert symptom.key == chosen.key
        back = await board.press("escape")
        assert back[0] == first[0]
        assert board.app.screen.query_one(Lanes).selected == chosen
        await board.press("escape")
        assert board.app.screen is board.app.board_screen


async def test_the_selected_signal_is_what_others_are_held_against(desk: OpenDesk, story: Path) -> None:
    async with desk(size=(120, 36)) as board:
        rank_with(board, story, "fine")
        await opened(board)
        before = board.app.screen.query_one(Lanes).lanes[0].key
        await board.press("shift+tab", "j")
        await asyncio.sleep(0.3)
        await settled(board)
        assert board.app.screen.query_one(Lanes).lanes[0].key != before


async def test_tab_goes_through_the_parts_and_facts_take_the_place_of_lanes(desk: OpenDesk, story: Path) -> None:
    async with desk(size=(80, 24)) as board:
        rank_with(board, story, "fine")
        await opened(board)
        facts = await board.press("tab")
        assert any("What is known" in line or "Signal:" in line for line in facts)
        assert not any("Moved with" in line for line in facts)
        assert any("Moved with" in line for line in await board.press("tab", "tab"))


async def test_that_nothing_moved_is_said(desk: OpenDesk, story: Path) -> None:
    async with desk(size=(120, 36)) as board:
        rank_with(board, story, "nothing")
        shown = "\n".join(await opened(board))
    assert "Nothing moved with it between" in shown
    assert "group counts" in shown


async def test_a_ranker_that_dies_is_told_logged_and_tried_again(desk: OpenDesk, story: Path, tmp_path: Path) -> None:
    async with desk(size=(120, 36)) as board:
        rank_with(board, story, "dies")
        shown = "\n".join(await opened(board))
        assert "There is no ranking" in shown
        log = tmp_path / "fourthsignal" / "log" / "fourthsignal.log"
        assert "made to fail" in log.read_text()
        await board.press("escape")
        rank_with(board, story, "fine")
        assert any("20s before" in line for line in await opened(board))


async def test_while_it_ranks_keys_answer_and_it_says_so(desk: OpenDesk, story: Path) -> None:
    async with desk(size=(120, 36)) as board:
        ranking = rank_with(board, story, "mute")
        shown = "\n".join(await board.press("3", "enter"))
        assert "ranking" in shown
        assert "Board >" in shown
        await board.press("escape")
        assert board.app.screen is board.app.board_screen
        ranking.close()


async def test_an_unused_ranker_ends(story: Path) -> None:
    got: list[Answer] = []
    ranking = Ranking(str(story), (sys.executable, str(FAKE), "nothing"), unused_s=0.2)
    ranking.ask(Question(1_800_000_000_000, None), got.append)
    ends = time.monotonic() + 20
    while (not got or ranking.runs) and time.monotonic() < ends:
        await asyncio.sleep(0.02)
    assert got
    assert got[0].verdict is not None
    assert not ranking.runs


@pytest.mark.parametrize("size", ((80, 24), (120, 36), (200, 50)), ids=lambda size: f"{size[0]}x{size[1]}")
async def test_pictures(desk: OpenDesk, story: Path, size: tuple[int, int]) -> None:
    async with desk(size=size) as board:
        rank_with(board, story, "fine")
        drawn = "\n".join(line.rstrip() for line in await opened(board)) + "\n"
    file = SNAPSHOTS / f"drill-{size[0]}x{size[1]}.txt"
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


PAUSED = Place(1_000_000, (0, 2_000_000), live=False)


def test_answers_about_something_else_are_dropped() -> None:
    drill = Drill()
    first = drill.due("a", PAUSED, 0.0)
    assert first is not None
    drill.ask(first, 0.0)
    assert drill.due("a", PAUSED, 1.0) is None
    second = drill.due("b", PAUSED, 1.0)
    assert second is not None
    drill.ask(second, 1.0)
    assert not drill.take(Answer(first, None, "late"))
    assert drill.waits
    assert drill.take(Answer(second, None, "in time"))
    assert not drill.waits


def test_live_it_asks_again_only_now_and_then_and_not_after_a_failure() -> None:
    drill = Drill()
    live = PAUSED._replace(live=True)
    later = live._replace(at_ms=1_005_000)
    question = drill.due("a", live, 0.0)
    assert question is not None
    drill.ask(question, 0.0)
    assert drill.due("a", later, LIVE_S + 1) is None  # the answer is still to come
    drill.take(Answer(question, None))
    assert drill.due("a", later, LIVE_S - 1) is None
    assert drill.due("a", later, LIVE_S + 1) is not None
    drill.take(Answer(question, None, "broken"))
    assert drill.due("a", later, LIVE_S + 1) is None
    assert drill.due("b", later, LIVE_S + 1) is not None


def test_crumbs_fall_away_from_the_left_and_the_last_stays() -> None:
    names = ["answer-8b quality", "docs/indexer pending", "partner schema failures"]
    wide = "".join(span.text for span in trail_spans(names, 200, [], "…"))
    assert wide == " Board > answer-8b quality > docs/indexer pending > partner schema failures"
    narrow = "".join(span.text for span in trail_spans(names, 80, [], "…"))
    assert narrow == " Board > … > partner schema failures"
    assert len("".join(span.text for span in trail_spans(["x" * 300], 60, [], "…"))) <= 60


def test_a_lag_within_its_doubt_is_the_same_moment() -> None:
    assert lag_text(-40.0, 5.0) == "40s before"
    assert lag_text(40.0, 5.0) == "40s after"
    assert lag_text(-4.0, 5.0) == "same moment"
    assert lag_text(None) == ""
