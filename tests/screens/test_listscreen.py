"""Lists of Nomad's objects: what they show at usual sizes, and what keys do there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from console.cli import main
from console.config import Settings, load_settings
from console.screens.lists.screen import ListScreen
from console.screens.snapshot import draw
from console.settings.paths import DEMO_TAPE
from console.signals import EntityKind, EntityRef, Record
from console.tape.store import open_tape
from tests.inventory.making import MINUTE, alloc, deployment, evaluation, job, node, service, task, uuid
from tests.screens.conftest import Desk, OpenDesk
from tests.tapes.story import minute

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (120, 36), (200, 50))
LISTS = ("jobs", "allocations", "nodes", "deployments", "evaluations", "services")
AT = 12.5


def _records() -> list[Record]:
    """Something of every kind, well and not, at minute 12 of the story."""
    at = minute(12)
    nodes = [node(uuid(900 + i), f"fra1-cpu-{i:02d}", at_ms=at, updated_ms=at - i * MINUTE, cpu_mhz=8_000,
                  memory_mb=16_384, status="down" if i == 3 else "ready") for i in range(8)]  # fmt: skip
    jobs = [job(f"serve-{i:02d}", at_ms=at, running=3 - (i == 5), desired=3, submitted_ms=at - i * MINUTE, priority=50,
                namespace="llm-prod" if i % 3 else "search") for i in range(30)]  # fmt: skip
    allocs = []
    for i in range(30):
        for slot in range(3):
            one = i * 3 + slot
            odd = i == 5 and slot == 1
            last = "OOM Killed" if odd else "Task started by client"
            killed: dict[str, Any] = {"exit_code": 137, "oom_kills": 1, "reschedules": 1} if odd else {}
            allocs.append(alloc(
                uuid(one), f"serve-{i:02d}", slot, at_ms=at, node=f"fra1-cpu-{one % 8:02d}",
                node_id=uuid(900 + one % 8),
                created_ms=at - (1 + one) * MINUTE, status="failed" if odd else "lost" if one % 8 == 3 else "running",
                namespace="llm-prod" if i % 3 else "search", last_event=last, restarts=4 if odd else one % 2,
                **killed,
                tasks={f"serve-{i:02d}": task(restarts=4 if odd else one % 2)},
            ))  # fmt: skip
    others = [
        deployment(uuid(700), at_ms=at, created_ms=at - MINUTE, progress_by_ms=at + MINUTE),
        deployment(uuid(701), at_ms=at, created_ms=at - 9 * MINUTE, status="successful", healthy=3),
        evaluation(uuid(600), at_ms=at),
        service("api", (uuid(0), {"up": "success"}), (uuid(1), {"up": "failure: connection refused"}), at_ms=at),
        service("web", (uuid(2), {}), at_ms=at),
    ]
    return [*nodes, *jobs, *allocs, *others]


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lists") / "lists.tape"
    with open_tape(path, "create") as store:
        store.append(_records(), pulses={"nomad": minute(12)})
        store.append([node(uuid(907), "fra1-cpu-07", at_ms=minute(14), status="down")])
    return path


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings({}, {"HOME": "/nonexistent"})


def _same(drawn: str, name: str) -> None:
    file = SNAPSHOTS / name
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("what", LISTS)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_lists(settings: Settings, tape: Path, what: str, size: tuple[int, int]) -> None:
    drawn = draw(settings, tape=str(tape), screen=what, size=size, at=minute(AT))
    _same(drawn, f"list-{what}-{size[0]}x{size[1]}.txt")


@pytest.mark.parametrize("what", ("jobs", "allocations", "nodes"))
def test_lists_of_the_bundled_tape(settings: Settings, what: str) -> None:
    _same(draw(settings, tape=str(DEMO_TAPE), screen=what, size=(120, 36)), f"list-demo-{what}-120x36.txt")


def _screen(desk: Desk) -> ListScreen:
    screen = desk.app.screen
    assert isinstance(screen, ListScreen)
    return screen


async def _listed(desk: Desk, what: str = "alloc") -> list[str]:
    await desk.command(what)
    return await desk.lines()


def _names(lines: list[str]) -> list[str]:
    """The names of the lines of a list."""
    return [line[3:].split()[0] for line in lines[4:-1] if line[3:].strip()]


def _order_of(lines: list[str]) -> str:
    return lines[2].rstrip().rpartition("  ")[2]


async def test_the_worst_is_first_and_counted(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        lines = await _listed(board)
        assert "90 allocations" in lines[2]
        assert "12 to look at" in lines[2]
        stands = [line.split()[2] for line in lines[4:-1]]
        assert stands == ["lost", "failed"] + ["lost"] * 10 + ["running"] * 7
        assert _screen(board).subject == EntityRef(EntityKind.ALLOCATION, uuid(3))


async def test_a_filter_works_with_each_letter_and_goes_with_escape(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        await _listed(board)
        lines = await board.press("slash", "0", "7", "[")
        assert "/07[ 3 of 90" in lines[2]
        assert set(_names([*lines[:7], ""])) == {"serve-07[0]", "serve-07[1]", "serve-07[2]"}
        lines = await board.press("enter", "escape")
        assert "90 allocations" in lines[2]
        assert "/07[" not in lines[2]
        await board.press("escape")
        assert board.app.desk.on_board


async def test_a_filter_that_is_given_up_leaves_the_one_before(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        await _listed(board)
        await board.command("filter !running")
        lines = await board.press("slash", "z", "escape")
        assert "/!running 12 of 90" in lines[2]


async def test_sorting_and_inverting(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        lines = await _listed(board)
        assert _order_of(lines).endswith("worst first")
        lines = await board.press("greater_than_sign")
        assert _order_of(lines).endswith("by name")
        lines = await board.press("g")
        assert _names(lines) == sorted(_names(lines))
        lines = await board.press("I", "g")
        assert _order_of(lines).endswith("by name, inverted")
        assert _names(lines) == sorted(_names(lines), reverse=True)
        lines = await board.press("less_than_sign")
        assert _order_of(lines).endswith("worst first")
        lines = await board.press("less_than_sign")
        assert _order_of(lines).endswith("by wanted")
        await board.command("worst")
        assert _order_of(await board.lines()).endswith("worst first")


async def test_the_cursor_stays_on_its_object(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        await _listed(board)
        await board.press("j", "j", "j")
        before = _screen(board).subject
        await board.press("greater_than_sign")
        assert _screen(board).subject == before
        await board.command("at 05:02:45Z")
        assert _screen(board).subject == before


async def test_kinds_in_turn_and_by_command(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        lines = await _listed(board, "jobs")
        seen = [lines[0].split()[2]]
        for _ in LISTS:
            seen.append((await board.press("tab"))[0].split()[2])
        assert seen == ["Jobs", "Allocations", "Nodes", "Deployments", "Evaluations", "Services", "Jobs"]
        assert "Services" in (await board.press("shift+tab"))[0]
        await board.command("evals")
        assert "1 evaluation " in (await board.lines())[2]
        await board.press("escape")
        assert board.app.desk.on_board


async def test_enter_opens_the_object_and_escape_leads_back(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        await _listed(board)
        lines = await board.press("enter")
        assert board.app.desk.in_detail
        assert "Board > Allocations > serve-01[0]" in lines[0]
        lines = await board.press("escape")
        assert "90 allocations" in lines[2]
        assert lines[4].startswith("▌■ serve-01[0]")


async def test_the_list_obeys_the_one_time(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        lines = await _listed(board, "nodes")
        assert "1 to look at" in lines[2]
        await board.command("at 05:02:45Z")
        assert "2 to look at" in (await board.lines())[2]
        await board.command("at 05:01:00Z")
        assert "1 to look at" in (await board.lines())[2]


async def test_only_one_namespace(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        await board.command("ns search")
        lines = await _listed(board)
        assert "30 allocations" in lines[2]
        assert "only search" in lines[2]


async def test_open_by_the_beginning_of_an_id(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        await board.command("open serve-05")
        lines = await board.lines()
        assert board.app.desk.in_detail
        assert "serve-05" in lines[0]
        await board.press("escape")
        await board.command("open serve-0")
        assert "can be job llm-prod/serve-01" in "".join((await board.lines())[:3])
        await board.command("open nothing-like-it")
        assert "begins with 'nothing-like-it'" in "".join((await board.lines())[:3])


async def test_a_tape_without_services_says_so(desk: OpenDesk) -> None:
    async with desk(at=AT) as board:
        await board.command("services")
        assert "No services are on this tape yet." in "".join(await board.lines())


async def test_nothing_is_read_while_nobody_looks(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        told = [board.app.picture.table is not None]
        await _listed(board)
        told.append(board.app.picture.table is not None)
        await board.press("escape")
        told.append(board.app.picture.table is not None)
        assert told == [False, True, False]


@pytest.mark.parametrize("what", LISTS)
def test_the_verb_draws_lists(what: str, tape: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path,
                              monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["snapshot", "--tape", str(tape), "--screen", what, "--size", "80x24", "--at", "05:01:15Z"]) == 0
    assert what.capitalize() in capsys.readouterr().out.splitlines()[0]
