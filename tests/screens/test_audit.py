"""The audit's screen: worst first as of the time, sifted by text and severity, each finding in full."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.cli import main
from console.screens.governed.auditscreen import AuditScreen
from console.signals import EntityKind, EntityRef
from console.tape.store import open_tape
from tests.screens.conftest import Desk, OpenDesk
from tests.screens.governed import governed, state
from tests.tapes.story import minute

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (120, 36), (200, 50))
AT = 22.0


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The night, with a finding that nobody can judge and one that somebody waived."""
    path = governed(tmp_path_factory.mktemp("tapes") / "audit.tape")
    base = {
        "severity": "medium", "evidence": [{"text": "no meta says it", "origin": "job meta of llm-prod/evaluator"}],
        "todo": "Say the version in the job's meta.", "notify": "ml-quality", "first_seen_ms": minute(1),
    }  # fmt: skip
    unknown = {**base, "rule": "L4", "title": "no evaluation", "subject": "model:embedder-m", "name": "embedder-m",
               "status": "unknown", "text": "Nobody says whether embedder-m was evaluated"}  # fmt: skip
    waived = {
        **base, "rule": "O9", "title": "no retention", "subject": "flow:catalog-docs", "name": "catalog-docs",
        "status": "waived", "text": "Nothing says how long catalog-docs is kept",
        "waiver": {"rule": "O9", "subject": "flow:catalog-docs", "who": "ana", "why": "kept by the lake",
                   "until_ms": minute(0) + 30 * 86_400_000, "origin": "waivers.toml:2"},
    }  # fmt: skip
    with open_tape(path, "write") as store:
        store.append(records=[
            state(EntityKind.FINDING, "L4 model:embedder-m", unknown, 1, "audit"),
            state(EntityKind.FINDING, "O9 flow:catalog-docs", waived, 1, "audit"),
        ])  # fmt: skip
    return path


def front(board: Desk) -> AuditScreen:
    screen = board.app.screen
    assert isinstance(screen, AuditScreen)
    return screen


def names(lines: list[str]) -> list[str]:
    """The rules of the rows in view."""
    return [line[3:].split()[0] for line in lines[4:] if line[1:2] in "■▲●◌?" and line[3:6].strip()]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_pictures(desk: OpenDesk, tape: Path, size: tuple[int, int]) -> None:
    async with desk(tape=tape, at=AT, size=size) as board:
        drawn = "\n".join(line.rstrip() for line in await board.press("A")) + "\n"
    file = SNAPSHOTS / f"audit-{size[0]}x{size[1]}.txt"
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")
    assert len(drawn.splitlines()) == size[1]


async def test_worst_first_and_unknown_and_waived_by_shape_and_word(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        lines = await board.command("audit")
        assert names(lines) == ["L1", "O1", "O7", "O3", "L4", "O9"]
        shown = "\n".join(lines)
        assert "3 critical  1 high  0 medium  1 unknown  1 waived" in shown
        assert " ? L4 " in shown
        assert " ◌ O9 " in shown


async def test_as_of_another_time_what_is_fixed_is_gone(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        await board.press("A")
        board.feed.turn(lambda reader: reader._go(minute(36)))
        assert names(await board.lines()) == ["L1", "O7", "O3", "L4", "O9"]


async def test_before_any_audit_that_is_said_and_nothing_passes(desk: OpenDesk, story: Path) -> None:
    async with desk(tape=story, at=AT) as board:
        shown = " ".join(" ".join(await board.press("A")).split())
    assert "No audit had run by 05:10:45Z" in shown
    assert "passed" not in shown


async def test_filter_and_severity_and_escape_clears_them(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        await board.press("A")
        lines = await board.press("slash", *"partner", "enter")
        assert names(lines) == ["O1", "O7"]
        assert "/partner 2 of 6, esc clears" in lines[2]
        await board.press("escape")
        assert names(await board.press("s")) == ["L1", "O1", "O7", "O3"]
        assert "critical only" in (await board.press("s"))[2]
        assert names(await board.lines()) == ["L1", "O1", "O7"]
        assert len(names(await board.press("s"))) == 6
        await board.command("findings high")
        assert len(names(await board.lines())) == 4
        assert "There is no severity 'loud'" in (await board.command("findings loud"))[1]
        assert len(names(await board.press("escape"))) == 6
        await board.press("escape")
        assert board.app.desk.on_board


async def test_enter_opens_what_it_is_about_and_back_is_the_same_line(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT, size=(120, 36)) as board:
        await board.press("A", "j")
        assert front(board).subject == EntityRef(EntityKind.FLOW, "partner-docs")
        lines = await board.press("enter")
        assert "Board > Audit > partner-docs" in lines[0]
        await board.press("escape")
        assert front(board).subject == EntityRef(EntityKind.FLOW, "partner-docs")


async def test_d_gives_the_finding_room_and_back(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        await board.press("A", "G")
        full = "\n".join(await board.press("d"))
        assert "WAIVED O9 catalog-docs: Nothing says how long catalog-docs is kept." in full
        assert "by ana until" in full
        assert "tell       ml-quality" in full
        assert front(board).has_class("-full")
        await board.press("escape")
        assert not front(board).has_class("-full")
        assert isinstance(board.app.screen, AuditScreen)


async def test_what_is_copied_and_saved(desk: OpenDesk, tape: Path) -> None:
    async with desk(tape=tape, at=AT) as board:
        await board.press("A", "j")
        screen = front(board)
        told = screen.offer("id")
        assert told is not None
        assert told.text == "O1 flow:partner-docs"
        saved = screen.to_save()
        assert saved is not None
        assert saved.text.count("what to do") == 6


def test_the_verb_draws_it(tape: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path,
                           monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("HOME", str(tmp_path))
    assert main(["snapshot", "--tape", str(tape), "--screen", "audit", "--size", "80x24", "--at", "05:10:45Z"]) == 0
    assert "3 critical" in capsys.readouterr().out
