"""A board in a real terminal, a Nomad double behind it, and a nomad command that only says what it was called with."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.nomadcli import WHERE_FROM
from tests.doubles.nomad import NomadDouble
from tests.screens.terminal import ROOT, Terminal

COMMAND = r"""#!/bin/sh
echo "called with: $*"
echo "for $NOMAD_ADDR in $NOMAD_NAMESPACE as ${NOMAD_TOKEN:-nobody}"
trap 'echo interrupted' INT
echo $$ > "$0.pid"
for turn in 1 2 3 4 5 6 7 8 9 10; do
  line=''
  read -r line
  case "$line" in
    'exit '*) exit "${line#exit }";;
    size) stty size;;
    mess) printf '\033[?1049h\033[2J\033[?25l\033[31m'; stty raw -echo; exit 3;;
    *) echo "said: $line";;
  esac
done
"""
TASK = "embed-0000"  # of the one job of a cluster that has one
IN_LIVE = ["-m", "console", "watch", "--linger", "1s"]


@pytest.fixture(scope="module")
def double() -> Iterator[NomadDouble]:
    with NomadDouble.cluster(allocations=1, jobs=1, nodes=1, events_per_s=0) as one:
        yield one


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that comes first on the PATH, with a nomad command in it."""
    directory = tmp_path / "bin"
    directory.mkdir()
    (directory / "nomad").write_text(COMMAND)
    (directory / "nomad").chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")
    monkeypatch.setenv("FOURTHSIGNAL_CLIPBOARD", "file")
    return directory


@pytest.fixture
def board(
    request: pytest.FixtureRequest, double: NomadDouble, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Terminal]:
    monkeypatch.setenv("FOURTHSIGNAL_TERMINAL", getattr(request, "param", "fast"))
    tape = str(tmp_path / "live.tape")
    one = Terminal([*IN_LIVE, "--tape", tape, "--nomad-addr", double.address], size=(160, 40), home=tmp_path)
    one.until("1/1 running", 30)
    yield one
    one.close()


def shell(board: Terminal, allocation: str) -> int:
    """Ask for a shell and say yes; where in the output the program begins."""
    board.type("x")
    board.until("run in ")
    asked = board.until(f"nomad alloc exec -i -t -task={TASK} {allocation}")
    assert "/bin/sh" in asked.splitlines()[-1]
    begun = len(board.output)
    board.type("\r")
    board.until("called with:")
    return begun


def after_return(board: Terminal, said: str) -> bytes:
    """The output from the return to the board on, once that says something."""
    ends = time.monotonic() + 20
    while said.encode() not in board.output.rpartition(b"\x1b[?1049h")[2]:
        assert time.monotonic() < ends, board.output[-3000:]
        board.read(0.1)
    return board.output.rpartition(b"\x1b[?1049h")[2]


@pytest.mark.parametrize("board", ["fast", "plain"], indirect=True)
def test_a_shell_gets_the_terminal_and_the_board_gets_it_back(board: Terminal, double: NomadDouble) -> None:
    allocation = next(iter(double.world.rows["allocations"]))
    begun = shell(board, allocation)
    left = board.output[begun:]
    assert left.index(b"\x1b[?1049l") < left.index(f"called with: alloc exec -i -t -task={TASK}".encode())
    assert f"for {double.address} in default as nobody".encode() in left
    board.type("hello\r")
    board.until("said: hello")
    board.type("\x03")  # for the program alone
    board.until("interrupted")
    board.type("q\r")
    board.until("said: q")
    board.resize(150, 35)
    board.type("size\r")
    board.until("35 150")
    board.read(3.0)  # longer than a program that fails at once
    board.type("exit 7\r")
    again = after_return(board, "ended with exit code 7.")
    for pane in ("1 Scheduling", "2 Models", "3 Ingestion", "4 Ownership", "leave"):
        assert pane.encode() in again, "the whole board was drawn anew"
    assert board.ended(0) is None
    board.type("?")
    board.until("go to Scheduling")
    board.type("q")
    assert board.ended(10) == 0
    assert board.restored


@pytest.mark.parametrize("board", ["fast", "plain"], indirect=True)
def test_a_program_that_leaves_a_mess_harms_nothing(board: Terminal, double: NomadDouble) -> None:
    shell(board, next(iter(double.world.rows["allocations"])))
    board.type("mess\r")
    board.until("nomad ended with 3; enter goes back")
    board.type("\r")
    after_return(board, "ended with exit code 3.")
    board.type("?")
    board.until("go to Scheduling")
    board.type("q")
    assert board.ended(10) == 0
    assert board.restored


def test_esc_runs_nothing(board: Terminal) -> None:
    board.type("x")
    board.until("run in ")
    board.type("\x1b")
    board.until("Nothing was run.")
    assert b"called with" not in board.output


def test_ended_from_outside_it_takes_the_program_along(board: Terminal, double: NomadDouble, path: Path) -> None:
    shell(board, next(iter(double.world.rows["allocations"])))
    program = int((path / "nomad.pid").read_text())
    board.signal(signal.SIGTERM)
    assert board.ended(5) == 143
    assert board.restored
    ends = time.monotonic() + 5
    while runs(program):
        assert time.monotonic() < ends, "the program goes on"
        time.sleep(0.05)


def runs(pid: int) -> bool:
    """Whether a process is there that has not ended."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_without_a_nomad_command_the_command_is_shown(
    double: NomadDouble, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path / "nomad").unlink()
    monkeypatch.setenv("PATH", str(path))
    tape = str(tmp_path / "live.tape")
    board = Terminal([*IN_LIVE, "--tape", tape, "--nomad-addr", double.address], size=(160, 40), home=tmp_path)
    try:
        board.until("1/1 running", 30)
        board.type(":exec ls -l\r")
        board.until("run in ")
        board.type("\r")
        shown = board.until(WHERE_FROM)
        assert re.search(rf"nomad alloc exec -i -t -task={TASK} [0-9a-f-]{{36}} ls -l", shown)
        board.type("c")
        board.until("Copied the command to")
    finally:
        board.close()


def test_in_tmux_a_row_is_copied_and_a_shell_comes_and_goes(double: NomadDouble, path: Path, tmp_path: Path) -> None:
    """A tmux with nothing configured."""
    tmux = shutil.which("tmux")
    if tmux is None:
        assert not os.environ.get("CI"), "tmux must be installed in CI"
        pytest.skip("tmux is not installed: nothing was copied or run inside it")

    def run(*words: str) -> str:
        told = subprocess.run([tmux, "-S", str(tmp_path / "tmux"), *words], capture_output=True, text=True, check=True)
        return told.stdout

    def until(text: str) -> str:
        ends = time.monotonic() + 30
        while text not in (shown := run("capture-pane", "-p")):
            assert time.monotonic() < ends, f"{text!r} did not appear:\n{shown}"
            time.sleep(0.1)
        return shown

    allocation, row = next((key, rows[0]) for key, rows in double.world.rows["allocations"].items())
    words = " ".join([*IN_LIVE, "--tape", str(tmp_path / "live.tape"), "--nomad-addr", double.address])
    state = f"HOME={tmp_path} XDG_STATE_HOME={tmp_path}/state FOURTHSIGNAL_CLIPBOARD=auto"
    command = f"cd {ROOT}; {state} {sys.executable} {words}; echo left with $?; exec sleep 60"
    run("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "30", command)
    try:
        until("1/1 running")
        run("send-keys", "c")
        until("Copied job")
        assert run("show-buffer") == f"{row['Namespace']}/{row['JobID']}"
        run("send-keys", "x")
        until("run in ")
        run("send-keys", "Enter")
        until(f"called with: alloc exec -i -t -task={TASK} {allocation} /bin/sh")
        assert run("display-message", "-p", "#{alternate_on}").strip() == "0"
        run("resize-window", "-x", "100", "-y", "28")
        time.sleep(3)  # longer than a program that fails at once
        run("send-keys", "exit 0", "Enter")
        shown = until("ended with exit code 0")
        assert run("display-message", "-p", "#{alternate_on}").strip() == "1"
        assert len(shown.splitlines()) == 28
        assert "4 Ownership" in shown
        run("send-keys", "q")
        until("left with 0")
    finally:
        run("kill-server")
