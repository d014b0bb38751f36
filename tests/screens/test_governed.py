"""Drill-downs of what is declared: a flow, a model, a KPI, an owner, a schedule, a contract, a finding."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.panes.rows import FeedView
from console.screens.drill.drawings import FlowDrawing, LifeDrawing
from console.screens.drill.screen import DetailScreen
from console.screens.governed.reader import KEPT_MS
from console.screens.out.widgettext import chosen_line
from console.screens.snapshot import key_of
from console.screens.unseen import declared_unseen
from console.signals import EntityKind, EntityRef, Health
from console.tape.store import open_tape
from tests.screens.conftest import Desk, OpenDesk
from tests.screens.governed import flows, governed, state
from tests.screens.test_drill import rank_with, settled
from tests.tapes.story import minute
from widgets.sectionlist import SectionList

SNAPSHOTS = Path(__file__).parent / "snapshots"
ROOT = Path(__file__).parent.parent.parent
SIZES = ((80, 24), (120, 36), (200, 50))
AT = 22.0


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return governed(tmp_path_factory.mktemp("tapes") / "governed.tape")


@pytest.fixture(autouse=True)
def paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


async def opened(board: Desk, tape: Path, key: str) -> list[str]:
    rank_with(board, tape, "fine")
    board.app.push_screen(DetailScreen(key))
    return await settled(board)


def front(board: Desk) -> DetailScreen:
    screen = board.app.screen
    assert isinstance(screen, DetailScreen)
    return screen


def listed(board: Desk) -> str:
    """All rows of the parts, with their headings, as text."""
    told = []
    for view in front(board).query_one(SectionList).lists:
        told.append(view.title)
        for row in view.rows:
            told.append(" ".join(" ".join([*(span.text for span in row.lead), *(n.text for n in row.numbers)]).split()))
    return "\n".join(told)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ("flow:catalog-docs", "flow:partner-docs", "model:answerer-m@7"))
async def test_pictures(desk: OpenDesk, tape: Path, name: str, size: tuple[int, int]) -> None:
    async with desk(tape=tape, at=AT, size=size) as board:
        drawn = "\n".join(line.rstrip() for line in await opened(board, tape, name)) + "\n"
    called = name.replace(":", "-").partition("@")[0]
    file = SNAPSHOTS / f"governed-{called}-{size[0]}x{size[1]}.txt"
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")
    lines = drawn.splitlines()
    assert len(lines) == size[1]
    assert all(len(line) <= size[0] for line in lines)


async def test_a_flow_that_nobody_owns_says_so_and_whom_to_ask(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        shown = "\n".join(await opened(board, tape, "ownership flow:partner-docs"))
        assert "NO OWNER" in shown
        told = listed(board)
    assert "deployed last by token c0ffee00" in told
    assert "indexer takes it search-data" in told
    assert "contract NONE" in told
    assert "O1 no owner critical Nobody owns partner-docs" in told
    assert "last review never" in told


async def test_as_of_the_end_the_flow_is_owned_and_its_finding_gone(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=36, size=(120, 36)) as board:
        await opened(board, tape, "flow:partner-docs")
        told = listed(board)
    assert "owner partners" in told
    assert "O1" not in told


async def test_sources_that_disagree_stand_below_each_other(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        shown = "\n".join(await opened(board, tape, "flow:price-docs"))
        told = listed(board)
    assert "its sources disagree about its owner" in shown
    first = told.index("owner in force pricing odcs")
    assert first < told.index("owner another finance backstage")
    assert "retention catalog/price.yaml:22 3m may be three minutes or three months" in told
    assert "ends ENDED" in told
    assert "PagerDuty answers 503" in told
    assert "by ana · no change" in told


async def test_promises_are_held_against_what_is_seen_and_the_unseen_is_never_kept(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        await opened(board, tape, "flow:catalog-docs")
        told = listed(board)
    promised = [line for line in told.splitlines() if line.startswith(("latency", "retention"))]
    assert promised == [
        "latency 5.0s not seen not seen, so not known to be kept",
        "retention 30d not seen not seen, so not known to be kept",
    ]


async def test_stages_show_what_was_not_seen_by_a_word_and_enter_goes_on(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        await opened(board, tape, "flow:catalog-docs")
        drawing = front(board).query_one(FlowDrawing)
        assert [stage.name for stage in drawing.stages] == ["catalog-feed", "DOCS", "indexer"]
        feed, _, indexer = drawing.stages
        assert (feed.ins.value, feed.outs.value, feed.word) == (None, None, "not seen in this time")
        assert indexer.lost.value is not None
        assert indexer.lost.value > 0
        lines = await board.press("shift+tab", "enter")
        assert "Board > catalog-docs > catalog-feed" in lines[0]
        await board.press("escape")
        assert front(board).query_one(FlowDrawing).has_focus


async def test_a_model_runs_another_version_than_the_registry_says(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        shown = "\n".join(await opened(board, tape, "models model:answerer-m@7"))
        told = listed(board)
    assert "7 runs, the registry calls 8 production" in shown
    assert "out of order" in shown
    assert "7 RUNS previous" in told
    assert "8 production production" in told
    assert "Answers are right and fresh" in told
    assert "partner-docs NO OWNER no contract" in told


async def test_the_life_of_a_model_is_walked_by_marks_and_a_mark_on_the_tape_is_gone_to(
    desk: OpenDesk, tape: Path
) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        await opened(board, tape, "model:answerer-m")
        life = front(board).query_one(LifeDrawing)
        assert {mark.lane for mark in life.marks} <= {"data", "model", "operations"}
        assert any(mark.flagged for mark in life.marks)
        before = board.at_ms
        lines = await board.press("shift+tab", "g", "enter")
        assert "lies before this tape" in lines[1]
        assert board.at_ms == before


async def test_from_a_model_to_its_input_to_its_finding_and_back(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        await opened(board, tape, "model:answerer-m")
        front(board).query_one(SectionList).select("flow:partner-docs")
        assert "answerer-m > partner-docs" in (await board.press("enter"))[0]
        front(board).query_one(SectionList).select("finding:O1 flow:partner-docs")
        lines = await board.press("enter")
        assert "answerer-m > partner-docs > O1 no owner" in lines[0]
        assert "critical: Nobody owns partner-docs" in "\n".join(lines)
        await board.press("escape")
        assert front(board).subject == EntityRef(EntityKind.FINDING, "O1 flow:partner-docs")
        lines = await board.press("escape")
        assert lines[0].startswith(" Board > answerer-m ")


@pytest.mark.parametrize(
    ("key", "expected"),
    (
        ("kpi:answers right", ("97.5%", "promised 97%", "burn 14.0x", "answerer-m model", "last review 10d ago")),
        ("owner:search-data", ("on call ana", "bo", "catalog-docs flow", "indexer job")),
        ("oncall:pagerduty:PPRICE", ("chris on call", "price-docs flow")),
        ("contract:catalog-docs", ("catalog-docs flow", "status active", "version 1.4.0")),
    ),
)
async def test_sheets_of_the_others(desk: OpenDesk, tape: Path, key: str, expected: tuple[str, ...]) -> None:
    async with desk(tape=tape, at=AT, size=(80, 24)) as board:
        await opened(board, tape, key)
        told = listed(board)
    for one in expected:
        assert one in told


async def test_who_is_on_call_follows_the_time(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=17.0, size=(120, 36)) as board:
        await opened(board, tape, "oncall:rota:answers-oncall")
        assert "eli is on call" in "\n".join(await board.lines())
        board.feed.turn(lambda reader: reader._go(minute(5)))
        assert "dana is on call" in "\n".join(await board.lines())


async def test_a_job_says_who_is_on_call_for_it(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(200, 50)) as board:
        shown = "\n".join(await opened(board, tape, "job:llm-prod/indexer"))
    assert "on call now" in shown
    assert "ana · until 18:00Z" in shown


async def test_what_nobody_has_heard_of_is_said_to_be_unknown(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        shown = "\n".join(await opened(board, tape, "flow:never-heard-of"))
    assert "Nothing of it is on the tape at this time." in shown


async def test_all_of_it_can_be_reached_by_tab_at_80_columns(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(80, 24)) as board:
        await opened(board, tape, "flow:catalog-docs")
        assert "Who answers" in "\n".join(await board.lines())
        assert "Moved with" in "\n".join(await board.press("tab"))
        assert "Moved with" in "\n".join(await board.press("tab"))
        facts = "\n".join(await board.press("tab"))
        assert "What is known" in facts
        assert "Stages" not in facts
        assert "Stages" in "\n".join(await board.press("tab"))


async def test_live_what_is_declared_anew_is_shown_without_asking(desk: OpenDesk, tmp_path: Path) -> None:
    path = governed(tmp_path / "live.tape")
    async with desk(tape=path, at=None, mode="live", now=minute(38), size=(120, 36)) as board:
        await opened(board, path, "flow:partner-docs")
        assert "owner partners" in listed(board)
        with open_tape(path, "write") as store:
            store.append(records=[state(EntityKind.FLOW, "partner-docs", {**flows()["partner-docs"]}, 38.0)])
        await board.wait(1.0)
        assert "owner NO OWNER" in listed(board)


async def test_nothing_is_kept_up_before_somebody_looks_and_a_minute_after(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        kept = []
        board.feed.turn(lambda reader: kept.append(len(reader.inventory.governed.kinds)))
        await opened(board, tape, "flow:partner-docs")
        board.feed.turn(lambda reader: kept.append(len(reader.inventory.governed.kinds)))
        await board.press("escape")
        await board.wait(KEPT_MS / 1000 + 1)
        board.feed.turn(lambda reader: kept.append(len(reader.inventory.governed.kinds)))
    assert [bool(count) for count in kept] == [False, True, False]


async def test_a_drawing_is_copied_by_its_chosen_line(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        await opened(board, tape, "flow:catalog-docs")
        await board.press("shift+tab", "G")
        stage = chosen_line(front(board).query_one(FlowDrawing))
        assert stage.startswith("indexer  in –, out ")
        await opened(board, tape, "model:answerer-m")
        assert "answerer-m v8 evaluated" in chosen_line(front(board).query_one(LifeDrawing))


def test_who_tells_of_a_thing_is_not_seen_and_others_do_not_matter() -> None:
    feeds = [FeedView("models", Health.BAD, "down", 190.0), FeedView("kpis", Health.OK, "ok", 2.0)]
    assert declared_unseen(feeds, EntityKind.MODEL) == "models down 3m"
    assert declared_unseen(feeds, EntityKind.KPI) == ""
    assert declared_unseen(feeds, EntityKind.FINDING) == ""


async def test_open_by_kind_and_name(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        rank_with(board, tape, "fine")
        assert "Board > Answers are right and fresh" in (await board.command("open kpi:answers right"))[0]
        assert "Nothing is known of owner 'nobody'" in (await board.command("open owner:nobody"))[1]
        near = (await board.command("open model:answer"))[1]
        assert "Nothing is known of model 'answer' at this time; did you mean answerer-m?" in near
        assert key_of(board.app, "kpi:ranking") == "kpi:ranking"
