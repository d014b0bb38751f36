"""The timeline: one order up to the time of all screens, filters, and the way to a line's time and its row."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.config import Settings, load_settings
from console.panes.sieve import searchable
from console.screens.drill.screen import DetailScreen
from console.screens.snapshot import draw
from console.screens.timeline.screen import TimelineScreen
from console.screens.verdict.screen import VerdictScreen
from console.settings.paths import DEMO_TAPE
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import open_tape
from tests.screens.conftest import Desk, OpenDesk
from tests.screens.verdictdocs import finding, incident, quiet, suspect
from tests.tapes.story import make_story, minute

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (120, 36), (200, 50))
PARTNER = EntityRef(EntityKind.JOB, "llm-prod/partner-feed")


def note(at: float, text: str) -> Record:
    at_ms = minute(at)
    return Record(RecordKind.JOURNAL, "people", PARTNER, "note", at_ms, at_ms, {"text": text, "author": "ana"})


def gap(begin: float, end: float | None) -> Record:
    about = EntityRef(EntityKind.FEED, "nomad")
    body = {"to_ms": None if end is None else minute(end), "why": "connection refused"}
    return Record(RecordKind.GAP, "nomad", about, "gap", minute(begin), minute(end or begin), body)


def placed(number: int, at_ms: int) -> Record:
    body = {"text": f"indexer[{number}] placed on n1", "severity": "info", "job": "llm-prod/indexer"}
    about = EntityRef(EntityKind.ALLOCATION, f"storm-{number}")
    return Record(RecordKind.EVENT, "nomad", about, "AllocationPlaced", at_ms, at_ms + 30, body)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story with verdicts, what people said, a gap and a storm of allocations."""
    tape = make_story(tmp_path_factory.mktemp("tapes") / "night.tape")
    verdicts = ((8.0, quiet(8.0)), (12.4, suspect(12.4)), (12.6, suspect(12.6)), (19.0, incident(19.0)))
    with open_tape(tape, "write") as store:
        store.append([finding(doc, at) for at, doc in verdicts])
        store.append([note(14.5, "the node is back; answers are still wrong"), note(21.4, "indexer 1.15.0 goes out")])
        store.append([gap(16.0, 17.2)])
        store.append([placed(one, minute(22.5) + one * 90) for one in range(40)])
    return tape


def shown(desk: Desk) -> TimelineScreen:
    screen = desk.app.screen
    assert isinstance(screen, TimelineScreen)
    return screen


def texts(desk: Desk) -> list[str]:
    story = desk.app.picture.timeline
    assert story is not None
    return [entry.text for entry in story.entries]


async def type_in(desk: Desk, text: str) -> list[str]:
    named = {" ": "space", "!": "exclamation_mark"}
    return await desk.press("slash", *(named.get(letter, letter) for letter in text), "enter")


# -- what it shows ---------------------------------------------------------------------------------------------------


async def test_nothing_later_than_the_time_of_all_screens_is_shown(desk: OpenDesk, night: Path) -> None:
    async with desk(at=12.5, tape=night) as board:
        lines = await board.press("e")
        screen = "\n".join(lines)
        assert "Board > Timeline" in lines[0]
        assert "DOCS/indexer moved" not in screen
        assert "lag left its normal range" in screen
        assert "here in time: 05:01:15Z; later is not shown" in screen
        assert not any("NodeDown" in text or "answers are still wrong" in text for text in texts(board))
        assert any("partner-feed" in text for text in texts(board))


async def test_all_that_is_on_the_demo_tape_is_in_one_order(desk: OpenDesk) -> None:
    with open_tape(DEMO_TAPE, "read") as store:
        span = store.span()
        assert span is not None
        events = [one for one in store.records_between(-1, span[1], (RecordKind.EVENT,)) if not one.minor]
    async with desk(at=None, tape=DEMO_TAPE) as board:
        await board.command("at 2030-01-01T00:00:00Z")
        await board.press("e")
        story = board.app.picture.timeline
        assert story is not None
        told = [one.key for entry in story.entries for one in entry.told]
        assert {str(record.seq) for record in events} <= set(told)
        assert len(told) == len(set(told)) == story.total == story.shown
        times = [entry.at_ms for entry in story.entries]
        assert times == sorted(times)
        assert any(set(entry.systems) == {"alertmanager", "prometheus"} for entry in story.entries)


async def test_gaps_people_and_findings_are_lines(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        await board.press("e")
        told = texts(board)
        assert "nomad not seen from here: connection refused" in told
        assert "nomad seen again after 1m12s: connection refused" in told
        assert "note: the node is back; answers are still wrong" in told
        assert "40 allocations placed: indexer 40" in told
        assert sum("moved first" in text for text in told) == 2


async def test_a_gap_that_lasts_at_the_time_has_no_end(desk: OpenDesk, night: Path) -> None:
    async with desk(at=16.5, tape=night) as board:
        await board.press("e")
        assert "nomad not seen since here: connection refused" in texts(board)
        assert not any("nomad seen again" in text for text in texts(board))


async def test_it_follows_the_time(desk: OpenDesk, night: Path) -> None:
    async with desk(at=12.5, tape=night) as board:
        await board.press("e")
        before = texts(board)
        await board.press("right_curly_bracket", "right_curly_bracket")
        grown = texts(board)
        assert grown[: len(before)] == before
        assert len(grown) > len(before)
        await board.press("left_curly_bracket", "left_curly_bracket")
        assert texts(board) == before


async def test_a_step_on_shows_what_reading_anew_shows(desk: OpenDesk, night: Path) -> None:
    async with desk(at=15.7, tape=night) as board:
        await board.press("e", "right_curly_bracket", "right_curly_bracket")
        stepped = texts(board)
        await board.press("escape", "e")
        assert texts(board) == stepped


# -- filters ---------------------------------------------------------------------------------------------------------


async def test_a_text_filter_and_its_opposite(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        await board.press("e")
        total = len(texts(board))
        lines = await type_in(board, "partner")
        assert 0 < len(texts(board)) < total
        story = board.app.picture.timeline
        assert story is not None
        assert all("partner" in searchable(one) for entry in story.entries for one in entry.told)
        assert "/partner" in lines[2]
        assert " of " in lines[2]
        await type_in(board, "!partner")  # behind what is there already
        await board.press("escape")
        assert len(texts(board)) == total
        await type_in(board, "!partner")
        assert texts(board)
        assert not any("partner" in text for text in texts(board))
        assert not board.app.picture.kept.text, "the board has a filter of its own"


async def test_severities_go_round(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        await board.press("e")
        counts = [len(texts(board))]
        for _ in range(3):
            lines = await board.press("s")
            counts.append(len(texts(board)))
        assert counts[0] > counts[1] > counts[2] > 0
        assert counts[3] == counts[0]
        lines = await board.command("severity bad")
        assert "info and warnings hidden" in lines[2]
        assert any("note:" in text for text in texts(board)), "what people say is of no severity"
        lines = await board.command("severity loud")
        assert "There is no severity 'loud'" in lines[1]


async def test_systems_one_after_the_other_and_by_name(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        await board.press("e")
        systems = shown(board).systems
        assert {"nomad", "people", "analysis"} <= set(systems)
        for system in systems:
            await board.press("S")
            assert shown(board).sieve.systems == frozenset({system})
        await board.press("S")
        assert shown(board).sieve.is_open
        await board.command("system people, analysis")
        story = board.app.picture.timeline
        assert story is not None
        assert {name for entry in story.entries for name in entry.systems} == {"people", "analysis"}
        lines = await board.command("system kubernetes")
        assert "Nothing here was told by 'kubernetes'" in lines[1]
        await board.command("system all")
        assert shown(board).sieve.is_open


async def test_only_what_the_line_is_about(desk: OpenDesk, night: Path) -> None:
    async with desk(at=21.6, tape=night) as board:
        await board.press("e")
        await type_in(board, "1.15.0 deployed")
        await board.press("i")
        await board.command("filter")
        assert shown(board).sieve.entity == "indexer"
        assert len(texts(board)) > 1
        await board.press("i")
        assert shown(board).sieve.entity == ""
        await board.command("entity partner")
        story = board.app.picture.timeline
        assert story is not None
        assert story.entries
        assert all(entry.entity == PARTNER for entry in story.entries)


async def test_what_is_hidden_stays_hidden_when_it_is_opened_again(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        await board.press("e", "s")
        hidden = texts(board)
        await board.press("1", "e")
        assert texts(board) == hidden


async def test_a_filter_that_nothing_fits_says_so(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        await board.press("e")
        lines = await type_in(board, "zzz")
        assert any("No event fits the filter; esc clears it." in line for line in lines)
        await board.press("enter", "o", "i", "j", "k", "g", "G", "x")
        await board.press("escape")
        assert texts(board)


# -- the way on ------------------------------------------------------------------------------------------------------


async def test_enter_shows_the_board_at_the_time_of_the_line(desk: OpenDesk, night: Path) -> None:
    async with desk(at=30, tape=night) as board:
        await board.press("e")
        await type_in(board, "answers are still")
        lines = await board.press("enter")
        assert board.app.screen is board.app.board_screen
        assert board.at_ms == minute(14.5)
        assert "1 Scheduling" in "\n".join(lines)


async def test_what_a_line_is_about_is_opened(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        await board.press("e")
        await type_in(board, "ana")
        lines = await board.press("o")
        assert isinstance(board.app.screen, DetailScreen)
        assert "Board > Timeline > partner-feed" in lines[0]
        await board.press("escape", "escape")
        await type_in(board, "misleads")
        await board.press("o")
        assert isinstance(board.app.screen, VerdictScreen)
        await board.press("escape", "escape")
        await type_in(board, "before all others")
        await board.press("o")
        assert isinstance(board.app.screen, DetailScreen)


async def test_an_alert_leads_to_what_it_is_about(desk: OpenDesk) -> None:
    async with desk(at=None, tape=DEMO_TAPE) as board:
        await board.command("at +20m")
        await board.press("e")
        for name, row in (("does not answer", "fra1-gpu-02"), ("Less than 75", "answer-8b")):
            await type_in(board, name)
            lines = await board.press("o")
            assert f"> {row}" in lines[0]
            await board.press("escape", "escape")
            await board.command("at +35m")


async def test_counted_lines_are_shown_one_by_one(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        await board.press("e")
        counted = len(texts(board))
        await board.press("x")
        assert len(texts(board)) == counted + 39
        await board.press("x")
        assert len(texts(board)) == counted


async def test_the_chosen_line_is_told_in_full_below(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        await board.press("e")
        lines = await type_in(board, "before all others")
        below = "\n".join(lines[-6:-1])
        assert "between 05:00:28Z and 05:00:38Z" in below
        assert "learned 36s later" in below


async def test_a_live_tape_is_followed_until_somebody_goes_up(desk: OpenDesk, tmp_path: Path) -> None:
    tape = make_story(tmp_path / "live.tape", until_minute=12)
    async with desk(at=None, tape=tape, mode="live", now=minute(12)) as board:
        await board.press("e")
        with open_tape(tape, "write") as store:
            store.append([placed(1, minute(12) + 500)])
        await board.wait(1)
        assert texts(board)[-1] == "indexer[1] placed on n1"
        assert shown(board).selected is not None
        await board.press("g")
        top = shown(board).selected
        with open_tape(tape, "write") as store:
            store.append([placed(2, minute(12) + 1_500), note(12.03, "somebody looks")])
        lines = await board.wait(2)
        assert shown(board).selected == top
        assert "2 new below, G goes there" in lines[2]
        lines = await board.press("G")
        selected = shown(board).selected
        assert selected is not None
        assert selected.text == "note: somebody looks"
        assert "new below" not in lines[2]


async def test_leaving_it_ends_its_reading(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        await board.press("e", "escape")
        assert board.app.screen is board.app.board_screen
        await board.press("left")
        assert board.app.picture.timeline is None


async def test_its_commands_say_where_they_belong(desk: OpenDesk, night: Path) -> None:
    async with desk(at=24, tape=night) as board:
        lines = await board.command("system nomad")
        assert "':system' does nothing here." in "\n".join(lines)
        await board.command("timeline")
        assert shown(board)


# -- pictures --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings({}, {"HOME": "/nonexistent"})


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(settings: Settings, night: Path, size: tuple[int, int]) -> None:
    drawn = draw(settings, tape=str(night), screen="timeline", size=size, at=minute(24))
    file = SNAPSHOTS / f"timeline-{size[0]}x{size[1]}-minute-24.txt"
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")
