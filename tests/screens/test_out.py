"""Copying, saving, raw JSON and links, on a board over a tape."""

from __future__ import annotations

import csv
import json
import stat
import time
from pathlib import Path

import pytest

from console.errands.protocol import Reply
from console.screens.actions.registry import RefusedError
from console.screens.out.copying import id_offer
from console.screens.out.linkscreen import LinkScreen, called
from console.screens.out.rawread import from_reply, from_tape
from console.screens.out.rawscreen import RawScreen, paint_json
from console.screens.tape.docs import TapeDoc
from console.screens.timeline.screen import TimelineScreen
from console.settings.paths import DEMO_TAPE
from console.signals import EntityKind, EntityRef
from tests.screens.conftest import Desk, OpenDesk

ID = "3f2a91bc-0b1d-4c52-8f3b-6d1f0a9c7e55"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("FOURTHSIGNAL_CLIPBOARD", "file")
    monkeypatch.delenv("TMUX", raising=False)
    return tmp_path / "state" / "fourthsignal"


async def until(board: Desk, text: str) -> str:
    """Threads copy and save: wait until the screen says so."""
    ends = time.monotonic() + 10
    while text not in (shown := "\n".join(await board.lines())):
        assert time.monotonic() < ends, f"{text!r} did not appear:\n{shown}"
    return shown


async def test_c_copies_the_full_id_of_the_row(desk: OpenDesk, home: Path) -> None:
    async with desk(size=(160, 40)) as board:
        subject = board.app.board_screen.subject
        assert subject is not None
        await board.press("c")
        await until(board, f"Copied {subject.kind.value} {subject.id} to {home}/clipboard.")
        assert (home / "clipboard").read_text() == subject.id


async def test_the_line_and_the_name(desk: OpenDesk, home: Path) -> None:
    async with desk(size=(160, 40)) as board:
        await board.press("C")
        await until(board, "Copied the line to")
        row = board.app.board_screen.panels[board.app.board_screen.pane].rows.selected
        assert row is not None
        line = (home / "clipboard").read_text()
        assert line.startswith("".join(span.text for span in row.lead))
        assert all(number.text in line for number in row.numbers)
        await board.command("copy name")
        await until(board, "Copied the name")
        subject = board.app.board_screen.subject
        assert subject is not None
        assert subject.id.endswith((home / "clipboard").read_text())


@pytest.mark.parametrize(
    ("typed", "said"),
    [("x", "':copy' takes id, line, json, name"), ("0000000", "No id begins with '0000000' at this time.")],
)
async def test_what_cannot_be_copied_is_one_sentence(desk: OpenDesk, typed: str, said: str) -> None:
    async with desk(size=(160, 40)) as board:
        await board.command(f"copy {typed}")
        await until(board, said)


async def test_the_beginning_of_an_id_is_enough(desk: OpenDesk, home: Path) -> None:
    async with desk(tape=DEMO_TAPE, at=None, size=(160, 40)) as board:
        await board.command("allocations")
        subject = board.app.desk.subject
        assert subject is not None
        await board.command(f"copy {subject.id[:8]}")
        await until(board, f"Copied allocation {subject.id[:8]}-... to")
        assert (home / "clipboard").read_text() == subject.id
        await board.press("e")
        await until(board, "ui/allocations")
        assert f"/ui/allocations/{subject.id}" in "\n".join(await board.lines())


async def test_the_board_is_saved_as_csv(desk: OpenDesk, home: Path) -> None:
    async with desk(size=(160, 40)) as board:
        await board.press("ctrl+s")
        await until(board, "Saved to ~/state/fourthsignal/saved/board-")
        path = next((home / "saved").iterdir())
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with path.open() as file:
            rows = list(csv.DictReader(file))
        assert {row["pane"] for row in rows} == {"scheduling", "models", "ingestion", "ownership"}
        assert len(rows) == sum(len(one) for one in board.app.picture.rows.values())


async def test_a_named_file_and_one_that_is_there(desk: OpenDesk, tmp_path: Path) -> None:
    async with desk(size=(200, 50)) as board:
        await board.press("e")
        await board.command(f"save {tmp_path}/events.txt")
        await until(board, "events.txt.")
        text = (tmp_path / "events.txt").read_text()
        assert "prometheus" in text
        assert "\x1b" not in text
        await board.command(f"save {tmp_path}/events.txt")
        await until(board, "is there already and stays")
        assert (tmp_path / "events.txt").read_text() == text


async def test_a_recording_shows_the_document_of_the_tape(desk: OpenDesk, home: Path) -> None:
    async with desk(size=(160, 40)) as board:
        subject = board.app.board_screen.subject
        shown = "\n".join(await board.press("y"))
        assert "as on the tape at 20" in shown
        screen = board.app.screen
        assert isinstance(screen, RawScreen)
        assert screen.subject == subject
        await board.press("slash", *"status", "enter")
        shown = "\n".join(await board.lines())
        assert "/status" in shown
        first = screen._view.at
        assert '"status"' in screen._view.selected_line
        await board.press("n")
        await board.press("N")
        assert screen._view.at == first
        place = board.at_ms
        await board.press("n")
        assert board.at_ms == place, "n does not move through time here"
        await board.press("C")
        await until(board, "Copied the line")
        await board.press("ctrl+s")
        await until(board, "Saved to ~/state/fourthsignal/saved/job-")
        saved = next((home / "saved").iterdir())
        assert saved.suffix == ".json"
        assert json.loads(saved.read_text())
        await board.press("escape")
        assert board.app.screen is board.app.board_screen


async def test_without_a_search_n_says_so(desk: OpenDesk) -> None:
    async with desk(size=(160, 40)) as board:
        await board.press("y")
        await board.press("n")
        await until(board, "Nothing is looked for; '/' does.")
        await board.press("slash", *"qqqq", "enter", "n")
        await until(board, "Nothing here has 'qqqq' in it.")


async def test_the_json_is_copied_from_the_board_too(desk: OpenDesk, home: Path) -> None:
    async with desk(size=(200, 40)) as board:
        await board.command("copy json")
        await until(board, "Copied the JSON of job")
        assert json.loads((home / "clipboard").read_text())


async def test_the_link_of_a_row_is_made_from_the_tape(desk: OpenDesk) -> None:
    async with desk(size=(160, 40)) as board:
        subject = board.app.board_screen.subject
        assert subject is not None
        await board.command("link")
        namespace, _, job = subject.id.partition("/")
        assert f"/ui/jobs/{job}@{namespace}" in "\n".join(await board.lines())


async def test_a_link_is_shown_and_copied(desk: OpenDesk, home: Path) -> None:
    async with desk(size=(80, 24)) as board:
        address = f"https://nomad.example:4646/ui/allocations/{ID}?region=eu"
        await board.app.push_screen(LinkScreen(EntityRef(EntityKind.ALLOCATION, ID), address))
        shown = await board.lines()
        assert address in "".join(line.strip() for line in shown)
        assert "allocation 3f2a91bc" in shown[0]
        await board.press("c")
        await until(board, "Copied the link to")
        assert (home / "clipboard").read_text() == address


async def test_on_a_recording_nothing_is_run(desk: OpenDesk) -> None:
    async with desk(size=(160, 40)) as board:
        await board.press("x")
        await until(board, "This is a recording: nothing runs")


async def test_t_is_the_timeline_everywhere_and_e_where_no_object_is(desk: OpenDesk) -> None:
    async with desk(size=(160, 40)) as board:

        def in_front() -> str:
            return type(board.app.screen).__name__

        await board.press("T")
        assert in_front() == "TimelineScreen"
        await board.press("escape", "e")
        assert in_front() == "TimelineScreen"
        await board.press("escape", "y", "e")
        assert in_front() == "LinkScreen"
        await board.press("T")
        assert in_front() == "TimelineScreen"


DOC = TapeDoc(EntityRef(EntityKind.JOB, "default/web"), {"job": "web"}, 1_795_410_000_000)


def test_nomads_answer_says_when_it_was_asked() -> None:
    raw = from_reply(DOC, Reply(1, "answer", {"text": "{}", "asked_ms": 1_795_410_001_000}))
    assert (raw.text, raw.said, raw.problem) == ("{}", "as Nomad had it at 05:00:01Z", "")


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(1, "answer", {"gone": True}), "Nomad does not have it any more."),
        (Reply(1, "error", {"why": "Nomad refused", "todo": "look"}), "Nomad refused; look."),
        (Reply(1, "end", {}), "Nomad gave no answer."),
    ],
)
def test_the_tape_stands_in_and_says_why(reply: Reply, problem: str) -> None:
    raw = from_reply(DOC, reply)
    assert json.loads(raw.text) == {"job": "web"}
    assert (raw.said, raw.problem) == ("as on the tape at 2026-11-23 05:00:00Z", problem)
    assert from_reply(DOC._replace(body={}), reply) == raw._replace(text="", said="")


def test_nothing_known_is_said() -> None:
    assert from_tape(DOC._replace(body={}), "").problem == "The tape has no document of it at this time."


def test_names_in_titles() -> None:
    assert called(EntityRef(EntityKind.JOB, "ns@eu/a/b")) == "job a/b"
    assert called(EntityRef(EntityKind.TASK, f"{ID}/server")) == "task server of 3f2a91bc"


def test_keys_of_json_stand_out() -> None:
    assert [span.role for span in paint_json('  "Name": "x: \\"y\\"",')] == ["", "accent", ""]
    assert paint_json('"only a text",')[0].role == ""


async def test_what_nothing_is_chosen_for_is_refused(desk: OpenDesk) -> None:
    async with desk(size=(160, 40)) as board:
        await board.press("question_mark")
        await board.command("copy")
        await until(board, "Nothing is chosen here.")
        with pytest.raises(RefusedError):
            board.app.desk.out.raw()


async def test_on_the_timeline_c_copies_what_the_line_is_about(desk: OpenDesk, home: Path) -> None:
    async with desk(at=22, size=(160, 40)) as board:
        await board.press("T", "g")
        screen = board.app.screen
        assert isinstance(screen, TimelineScreen)
        found: set[bool] = set()
        for _ in range(40):
            entry = screen.selected
            if entry is not None and (entry.entity is None) not in found:
                found.add(entry.entity is None)
                await board.press("c")
                await until(board, "Copied")
                expected = entry.subject if entry.entity is None else id_offer(entry.entity).text
                assert (home / "clipboard").read_text() == expected
                board.app.say("")
            await board.press("j")
        assert False in found
