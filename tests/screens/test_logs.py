"""The screen of logs: what keys do, what is told around the lines, and what it says on a recording."""

from __future__ import annotations

import os
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from textual.pilot import Pilot

from console.errands.protocol import Reply
from console.screens.app import BoardApp
from console.screens.desk import BoardDesk
from console.screens.errands import Errands
from console.screens.frame import Place
from console.screens.logs.bytape import allocations_known
from console.screens.logs.feed import LogFeed
from console.screens.logs.screen import LogScreen
from console.screens.snapshot import StillFeed
from console.screens.start import Start
from console.signals import EntityKind, EntityRef
from console.tape.store import open_tape
from console.times import format_time
from tests.inventory.making import alloc, uuid
from tests.screens.conftest import Desk, OpenDesk
from tests.tapes.story import minute

ONE, TWO = "1fcd6a11-0000-4000-8000-000000000001", "2b7e0c22-0000-4000-8000-000000000002"
SNAPSHOTS = Path(__file__).parent / "snapshots"
FIRST = EntityRef(EntityKind.ALLOCATION, ONE)
Take = Callable[[Reply], None]


class Asked:
    """In place of the errands: keeps what is asked, and answers when the test says so."""

    def __init__(self) -> None:
        self.requests: list[Mapping[str, Any]] = []
        self.takes: list[Take] = []
        self.stopped: list[int] = []

    def ask(self, request: Mapping[str, Any], take: Take) -> Asked.One:
        self.requests.append(request)
        self.takes.append(take)
        return Asked.One(self, len(self.requests))

    def close(self) -> None:
        """Nothing runs."""

    class One:
        def __init__(self, asked: Asked, number: int) -> None:
            self.asked, self.number = asked, number

        def stop(self) -> None:
            self.asked.stopped.append(self.number)

    def tell(self, kind: Any, **told: Any) -> None:
        """Reply to what was asked last."""
        self.takes[-1](Reply(len(self.takes), kind, told))

    def lines(self, *rows: tuple[int, str], **more: Any) -> None:
        now_ms = int(time.time() * 1000)
        self.tell("part", lines=[[source, now_ms, None, "", text, 0] for source, text in rows], **more)

    def follow(self, *ids: str, standing: str = "following", why: str = "") -> None:
        states = [
            [
                number,
                standing,
                why,
                {"allocation": one, "name": f"web.web[{number}]", "task": "web", "stream": "stdout"},
            ]
            for number, one in enumerate(ids, start=1)
        ]
        self.tell("part", states=states)


class Logs:
    """A board with logs on it."""

    def __init__(self, desk: Desk, asked: Asked) -> None:
        self.desk, self.asked = desk, asked

    @property
    def screen(self) -> LogScreen:
        screen = self.desk.app.screen
        assert isinstance(screen, LogScreen)
        return screen

    async def until(self, text: str) -> list[str]:
        """Wait until a text is on the screen: what comes is drawn a few times a second."""
        ends = time.monotonic() + 10
        while True:
            lines = await self.desk.lines()
            if any(text in line for line in lines):
                return lines
            assert time.monotonic() < ends, f"{text!r} did not appear:\n" + "\n".join(lines)
            await self.desk.pilot.pause(0.05)


OpenLogs = Callable[..., AbstractAsyncContextManager[Logs]]


@pytest.fixture
def opened(story: Path) -> OpenLogs:
    """Logs of an object of the story."""

    @asynccontextmanager
    async def open_logs(
        entity: EntityRef = FIRST,
        size: tuple[int, int] = (100, 24),
        whole: bool = False,
        tape: Path = story,
    ) -> AsyncIterator[Logs]:
        asked = Asked()
        feed = StillFeed(Start(str(tape), "story.tape", "live", None), lambda: minute(60))
        try:
            app = BoardApp(feed, driver_class=None, errands=lambda: cast(Errands, asked))
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                app.push_screen(LogScreen(entity, app.errands_or_refuse("logs are read"), whole=whole))
                await pilot.pause()
                yield Logs(Desk(feed, app, cast("Pilot[Any]", pilot), [minute(60)]), asked)
        finally:
            feed.close()

    return open_logs


async def test_lines_of_one_allocation(opened: OpenLogs) -> None:
    async with opened() as logs:
        assert dict(logs.asked.requests[-1]) == {
            "ask": "logs", "allocations": [ONE], "task": "", "stream": "stdout", "cluster": "", "tail": 65_536,
            "head": 0, "since_ms": 0,
        }  # fmt: skip
        logs.asked.follow(ONE)
        logs.asked.lines((1, "first"), (1, "second"))
        shown = await logs.until("second")
        assert "1 following" in shown[2]
        assert shown[-2].startswith(" 2 lines")
        assert "Logs of allocation 1fcd6a11" in shown[0]


async def test_a_job_is_its_allocations_those_that_are_not_well_first(opened: OpenLogs) -> None:
    async with opened(EntityRef(EntityKind.JOB, "prod@eu/web")) as logs:
        assert logs.asked.requests == [{"ask": "allocations", "of": "job", "key": "prod/web", "cluster": "eu"}]
        many = [
            {"id": f"{at:08}-0", "status": "running" if at else "failed", "desired": "run", "modified_ms": at}
            for at in range(31)
        ]
        logs.asked.tell("answer", allocations=many)
        await logs.until("20 of 31 allocations")
        assert logs.asked.requests[-1]["allocations"][0] == "00000000-0"
        assert len(logs.asked.requests[-1]["allocations"]) == 20
        assert logs.asked.requests[-1]["cluster"] == "eu"


async def test_a_job_that_may_not_be_listed_is_what_the_tape_knows_of_it(opened: OpenLogs, tmp_path: Path) -> None:
    tape = tmp_path / "known.tape"
    with open_tape(tape, "create") as store:
        others = [alloc(uuid(3), "indexer"), alloc(uuid(4), gone=True)]
        store.append([alloc(uuid(1)), alloc(uuid(2), number=1, status="lost"), *others])
    async with opened(EntityRef(EntityKind.JOB, "llm-prod/answerer"), tape=tape) as logs:
        logs.asked.tell("error", why="The token may not list jobs", todo="it needs read-job", denied=True)
        await logs.until("2 of 2 allocations on the tape; Nomad lists none to this token")
        request = logs.asked.requests[-1]
        assert (request["ask"], request["allocations"]) == ("logs", [uuid(2), uuid(1)])
        logs.asked.follow(*request["allocations"])
        logs.asked.lines((1, "first"))
        await logs.until("first")


@pytest.mark.parametrize(
    ("kind", "key", "whole", "found"),
    [
        (EntityKind.GROUP, "llm-prod/answerer/answerer", False, [1, 2]),
        (EntityKind.GROUP, "llm-prod/answerer/answerer", True, [1, 2]),
        (EntityKind.ALLOCATION, uuid(2), True, [1, 2]),
        (EntityKind.TASK, f"{uuid(3)}/indexer", True, [3]),
        (EntityKind.NODE, uuid(900), False, [1, 2, 3]),
        (EntityKind.DEPLOYMENT, uuid(700), False, [2]),
        (EntityKind.SERVICE, "llm-prod/nobody", False, []),
    ],
)
def test_whose_allocations_the_tape_knows(
    tmp_path: Path, kind: EntityKind, key: str, whole: bool, found: list[int]
) -> None:
    with open_tape(tmp_path / "known.tape", "create") as store:
        store.append([alloc(uuid(1)), alloc(uuid(2), number=1, deployment=uuid(700)), alloc(uuid(3), "indexer")])
        place = Place(at_ms=minute(60), live=True, span=(minute(0), minute(60)))
        known = allocations_known(store, place, EntityRef(kind, key), whole=whole)
    assert sorted(str(one["id"]) for one in known) == [uuid(one) for one in found]


async def test_what_the_tape_does_not_know_either_is_told_as_refused(opened: OpenLogs) -> None:
    async with opened(EntityRef(EntityKind.JOB, "prod/none")) as logs:
        logs.asked.tell("error", why="The token may not list jobs", todo="it needs read-job", denied=True)
        await logs.until("The token may not list jobs; it needs read-job.")
        assert len(logs.asked.requests) == 1


@pytest.mark.parametrize(
    ("kind", "key", "whole", "request_of"),
    [
        (EntityKind.TASK, f"{ONE}/web", True, ("allocation", ONE)),
        (EntityKind.ALLOCATION, ONE, True, ("allocation", ONE)),
        (EntityKind.GROUP, "prod/web/api", False, ("group", "prod/web/api")),
        (EntityKind.GROUP, "prod/web/api", True, ("job", "prod/web")),
        (EntityKind.SERVICE, "prod/web", False, ("service", "prod/web")),
        (EntityKind.DEPLOYMENT, TWO, False, ("deployment", TWO)),
        (EntityKind.NODE, TWO, False, ("node", TWO)),
    ],
)
async def test_whose_logs_are_meant(
    opened: OpenLogs, kind: EntityKind, key: str, whole: bool, request_of: tuple[str, str]
) -> None:
    async with opened(EntityRef(kind, key), whole=whole) as logs:
        asked = logs.asked.requests[-1]
        assert (asked["of"], asked["key"]) == request_of
        logs.asked.tell("answer", allocations=[])
        await logs.until("There is no allocation of it.")
        assert "There is no log here to read." in (await logs.desk.press("s"))[1]


async def test_a_task_is_read_alone(opened: OpenLogs) -> None:
    async with opened(EntityRef(EntityKind.TASK, f"{ONE}/web/x")) as logs:
        assert logs.asked.requests[-1]["task"] == "web/x"


async def test_several_are_merged_in_time_and_named(opened: OpenLogs) -> None:
    async with opened(EntityRef(EntityKind.JOB, "prod/web")) as logs:
        ids = [{"id": one, "status": "running", "desired": "run"} for one in (ONE, TWO)]
        logs.asked.tell("answer", allocations=ids)
        await logs.desk.lines()
        logs.asked.follow(ONE, TWO)
        at = minute(3)
        rows = [(1, 0, "one a"), (1, 4, "one b"), (2, 2, "two a"), (2, None, "two, of that"), (2, 9, "two b")]
        logs.asked.tell(
            "part", lines=[[source, at, None if ms is None else at + ms, "", text, 0] for source, ms, text in rows]
        )
        shown = await logs.until("two b")
        lines = [line.strip() for line in shown if "one" in line or "two" in line]
        assert [line[7:] for line in lines] == ["one a", "two a", "two, of that", "one b", "two b"]
        assert lines[0].startswith("web[1]")
        assert lines[1].startswith("web[2]")


async def test_pause_counts_what_comes(opened: OpenLogs) -> None:
    async with opened() as logs:
        logs.asked.follow(ONE)
        logs.asked.lines((1, "before"))
        await logs.until("before")
        await logs.desk.press("space")
        logs.asked.lines(*((1, f"later {at}") for at in range(312)))
        shown = await logs.until("paused, 312 new")
        assert not any("later" in line for line in shown)
        shown = await logs.desk.press("space")
        assert any("later 311" in line for line in shown)


async def test_search_goes_up_first_then_from_hit_to_hit(opened: OpenLogs) -> None:
    async with opened() as logs:
        logs.asked.follow(ONE)
        logs.asked.lines(*((1, f"line {at} {'Broken pipe' if at % 50 == 0 else 'well'}") for at in range(300)))
        await logs.until("line 299")
        shown = await logs.desk.press("slash", *"broken")
        assert any("line 250 " in line for line in shown)
        shown = await logs.desk.press("enter")
        assert "/broken 6 of 6 lines" in shown[-2]
        assert "5 of 6" in (await logs.desk.press("N"))[-2]
        assert "6 of 6" in (await logs.desk.press("n"))[-2]
        assert "1 of 6" in (await logs.desk.press("n"))[-2]
        assert "below, G follows" in (await logs.desk.lines())[-2]
        await logs.desk.press("slash", *("ctrl+u",))
        shown = await logs.desk.press(*"xyz", "enter")
        assert "no lines" in shown[-2]
        assert "No line that is held" in (await logs.desk.press("n"))[1]
        assert "is no regular expression" in (await logs.desk.press("slash", "ctrl+u", "slash", "(", "slash"))[1]


async def test_windows_streams_and_more_ask_anew(opened: OpenLogs) -> None:
    async with opened() as logs:
        logs.asked.follow(ONE)
        logs.asked.lines((1, "old"))
        await logs.until("old")
        shown = await logs.desk.press("3")
        asked = logs.asked.requests[-1]
        assert asked["tail"] == 512 * 1024
        assert abs(asked["since_ms"] - (time.time() - 300) * 1000) < 20_000
        assert logs.asked.stopped == [1]
        assert not any("old" in line for line in shown)
        assert "5m" in shown[-2]
        await logs.desk.press("1")
        assert (logs.asked.requests[-1]["tail"], logs.asked.requests[-1]["head"]) == (0, 262_144)
        assert "More than this is not read" in (await logs.desk.command("more"))[1]
        await logs.desk.command("window 1h")
        await logs.desk.command("more")
        assert logs.asked.requests[-1]["tail"] == 8 * 1024 * 1024
        assert "Which part of the logs?" in (await logs.desk.command("window 2h"))[1]
        for stream in ("stderr", "both", "stdout"):
            await logs.desk.press("s")
            assert logs.asked.requests[-1]["stream"] == stream


async def test_what_cannot_be_read_is_told_and_what_was_dropped(opened: OpenLogs) -> None:
    async with opened() as logs:
        logs.asked.follow(ONE, standing="denied", why="the token lacks the capability read-logs")
        logs.asked.lines((1, "x"), dropped=[[1, 1204]], left=3)
        shown = await logs.until("1,204 earlier lines dropped")
        assert "1 denied: the token lacks the capability read-logs" in shown[2]
        assert "3 more are not followed, 20 at once" in shown[2]
        logs.asked.tell("error", why="the process that asks Nomad ended with -9", todo="ask once more", denied=False)
        await logs.until("the process that asks Nomad ended with -9; ask once more.")


async def test_to_the_time_of_the_board_and_marks(opened: OpenLogs) -> None:
    async with opened() as logs:
        assert "There is no line here yet." in (await logs.desk.press("t"))[1]
        logs.asked.follow(ONE)
        at_ms = logs.desk.at_ms
        rows = [[1, at_ms, at_ms + (at - 100) * 1000, "", f"line {at} ", 0] for at in range(200)]
        logs.asked.tell("part", lines=rows)
        await logs.until("line 199")
        shown = await logs.desk.press("t")
        assert any("line 100 " in line for line in shown)
        await logs.desk.command(f"at {format_time(at_ms - 200_000)}")
        shown = await logs.desk.press("t")
        assert re.search(r"The board stands at .*; the lines here begin there: from .*Z to .*Z\.", shown[1])
        assert any("line 0 " in line for line in shown)
        shown = await logs.desk.press("G", "m")
        assert any("mark at" in line for line in shown)


async def test_wrap_and_aside(opened: OpenLogs) -> None:
    async with opened(size=(80, 24)) as logs:
        logs.asked.follow(ONE)
        logs.asked.lines((1, "a" * 90 + " the end"))
        await logs.until("aaaa")
        assert any("the end" in line for line in await logs.desk.press("w"))
        assert "wrapped" in (await logs.desk.lines())[-2]
        await logs.desk.press("w")
        assert any("the end" in line for line in await logs.desk.press("l", "l"))


async def test_all_lines_are_saved_and_one_is_copied(opened: OpenLogs) -> None:
    async with opened() as logs:
        assert logs.screen.to_save() is None
        logs.asked.follow(ONE)
        logs.asked.lines((1, "first"), (1, "second"))
        await logs.until("second")
        await logs.desk.press("m")
        saved, offer = logs.screen.to_save(), logs.screen.offer("line")
        assert saved is not None
        assert saved.what == "logs allocation 1fcd6a11"
        assert re.fullmatch(r"web\[1\]   first\nweb\[1\]   second\n-- mark at .* --\n", saved.text)
        assert offer is not None
        assert offer.text.startswith("mark")


async def test_back_stops_following(opened: OpenLogs) -> None:
    async with opened() as logs:
        logs.asked.follow(ONE)
        await logs.until("1 following")
        await logs.desk.press("escape")
        assert logs.desk.app.screen is logs.desk.app.board_screen
        assert logs.asked.stopped == [1]
        logs.asked.lines((1, "too late"))
        assert not any("too late" in line for line in await logs.desk.lines())


async def test_the_board_opens_them_with_one_key(opened: OpenLogs) -> None:
    async with opened() as logs:
        await logs.desk.press("escape")
        subject = logs.desk.app.desk.subject
        assert subject is not None
        await logs.desk.press("l")
        assert logs.screen.subject == subject


async def test_a_recording_says_it_in_one_sentence(desk: OpenDesk) -> None:
    async with desk() as board:
        shown = await board.press("l")
        assert any("This is a recording: logs are read from Nomad, live." in line for line in shown)
        assert isinstance(board.app.desk, BoardDesk)
        shown = await board.command("logs 1fcd")
        assert any("This is a recording: logs are read from Nomad, live." in line for line in shown)


async def test_ids_by_their_beginning(opened: OpenLogs) -> None:
    async with opened() as logs:
        await logs.desk.press("escape")
        shown = await logs.desk.command("logs zzzz")
        assert any("Nothing on the tape begins with 'zzzz'" in line for line in shown)
        await logs.desk.press("l")
        opened_first = logs.screen
        shown = await logs.desk.command("logs zzzz")
        assert any("Nothing on the tape begins with 'zzzz'" in line for line in shown)
        await logs.desk.command("logs")
        assert logs.screen is opened_first


async def test_digits_are_panes_again_on_the_board(opened: OpenLogs) -> None:
    async with opened() as logs:
        before = len(logs.asked.requests)
        await logs.desk.press("escape", "3")
        assert logs.desk.app.board_screen.pane.value == "ingestion"
        assert len(logs.asked.requests) == before


def test_what_nobody_takes_in_is_bounded_and_counted() -> None:
    """While a shell has the terminal nothing is drawn for hours."""
    asked = Asked()
    woken: list[int] = []
    feed = LogFeed(cast(Errands, asked), lambda: woken.append(1))
    feed.open({"allocations": [ONE]})
    asked.follow(ONE)
    for part in range(60):
        asked.lines(*((1, f"line {part * 1000 + at}") for at in range(1000)))
    assert woken == [1]
    time.sleep(0.31)
    feed.take_in()
    assert feed.sources[1].standing == "following"
    assert len(feed.held) == 50_000
    assert feed.lost == 10_000
    assert feed.held[feed.held.end - 1].text == "line 59999"


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_how_it_looks(opened: OpenLogs, size: tuple[int, int]) -> None:
    async with opened(EntityRef(EntityKind.JOB, "prod/web"), size=size) as logs:
        ids = [{"id": one, "status": "running", "desired": "run"} for one in (ONE, TWO)]
        logs.asked.tell("answer", allocations=ids)
        await logs.desk.lines()
        logs.asked.follow(ONE, TWO)
        whose = {"allocation": TWO, "name": "web.web[2]", "task": "web", "stream": "stdout"}
        logs.asked.tell("part", states=[[2, "away", "its node gives no answer", whose]])
        at = minute(12)
        words = {0: ("bad", "ERROR the upstream closed the connection"), 3: ("warn", "WARN  slow answer")}
        rows = [
            [1 + n % 2, at, at + n * 250, *words.get(n % 8, ("", f"INFO  answered request {n} with 200")), 0]
            for n in range(60)
        ]
        rows[-2][5] = 9_437_184
        logs.asked.tell("part", lines=rows, dropped=[[1, 1204]])
        await logs.until("request 58")
        shown = await logs.desk.press("slash", *"error", "enter")
    drawn = "\n".join(line.rstrip() for line in shown) + "\n"
    file = SNAPSHOTS / f"logs-{size[0]}x{size[1]}.txt"
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")
