"""From the board to a line of a log: everything real but Nomad, in a terminal, and in tmux."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.doubles.nomad import NomadDouble
from tests.screens.terminal import ROOT
from tests.whole.house import House, ended, wait

Tmux = Callable[..., str]


def first_line(nomad: NomadDouble) -> tuple[str, str]:
    """The first job of the board, and a line that one of its tasks wrote; the others have nothing to say."""
    nomad.logs.rate = 0.001
    job = min(str(row[0]["ID"]) for row in nomad.world.rows["jobs"].values())
    allocation = nomad.find("allocations", JobID=job)
    task = next(iter(allocation["TaskStates"]))
    nomad.logs.of(str(allocation["ID"]), task).append(b"2026-11-23T04:48:45.044Z ERROR \x1b[31mthe reason\x1b[0m\n")
    return job, "ERROR the reason"


def test_one_key_from_the_board_to_the_reason(nomad: NomadDouble, house: House) -> None:
    job, line = first_line(nomad)
    board = house.board(size=(140, 40))
    board.until(job)
    board.type("l")
    shown = board.until(line, 30)
    assert "following" in shown
    board.type("/reason\r")
    board.until("1 of 1 line")
    board.type(":save\r")
    said = board.until("Saved to ")
    (saved,) = (house.home / "state").rglob("saved/*.log")
    assert saved.stat().st_mode & 0o777 == 0o600
    assert line in saved.read_text()
    assert "\x1b" not in saved.read_text()
    assert "saved/" in said
    board.type("\x1b")
    board.until("1 Scheduling")
    board.type("q")
    assert board.ended(5) == 0


def test_a_viewer_that_is_killed_leaves_no_process_that_asks(nomad: NomadDouble, house: House) -> None:
    job, line = first_line(nomad)
    board = house.board(size=(140, 40))
    board.until(job)
    board.type("l")
    board.until(line, 30)
    threads = Path(f"/proc/{board.pid}/task").iterdir()
    children = [pid for thread in threads for pid in (thread / "children").read_text().split()]
    asking = [pid for pid in children if b"console.errands.process" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(asking) == 1
    os.kill(board.pid, 9)
    wait(lambda: ended(int(asking[0])), 10, "it ends with its viewer")


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    found = shutil.which("tmux")
    if found is None:
        assert not os.environ.get("CI"), "tmux must be installed in CI"
        pytest.skip("tmux is not installed: logs were not seen inside it")

    def run(*words: str) -> str:
        told = subprocess.run(
            [str(found), "-f", "/dev/null", "-S", str(tmp_path / "tmux"), *words],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return told.stdout

    yield run
    run("kill-server")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=["80x24", "200x50"])
def test_in_tmux_from_board_to_log_line_in_four_keys(
    nomad: NomadDouble, house: House, tmux: Tmux, tmp_path: Path, size: tuple[int, int]
) -> None:
    jobs = sorted(str(row[0]["ID"]) for row in nomad.world.rows["jobs"].values())
    command = (
        f"env HOME={tmp_path} XDG_STATE_HOME={tmp_path}/state PYTHONPATH={ROOT} LANG=C.UTF-8 "
        f"{sys.executable} -m console watch --tape {house.tape} --linger 3s --nomad-addr {nomad.address}"
    )
    width, height = map(str, size)
    tmux("new-session", "-d", "-s", "board", "-x", width, "-y", height, command)

    def until(text: str) -> str:
        ends = time.monotonic() + 30
        while text not in (shown := tmux("capture-pane", "-p", "-t", "board")):
            assert time.monotonic() < ends, f"{text!r} did not appear:\n{shown}"
            time.sleep(0.1)
        return shown

    until(jobs[2])
    for key in ("j", "j", "l"):  # to the third row, and into its logs
        tmux("send-keys", "-t", "board", key)
    shown = until("request n=")
    assert jobs[2] in shown
    assert "following" in shown
    tmux("send-keys", "-t", "board", "q")
