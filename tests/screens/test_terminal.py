"""The board in a real terminal: how it comes, how it goes, and that nothing of it stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.screens.terminal import ROOT, Terminal

OpenTerminal = Callable[..., Terminal]

# A live board without a recorder: what happens when one is started is tested elsewhere.
LIVE = """
import sys
import console.detach
console.detach.start_recorder = lambda settings: None
from console.config import load_settings
from console.screens.opening.launch import open_board
import os
sys.exit(open_board(load_settings({}, os.environ), tape=sys.argv[1], mode="live"))
"""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[OpenTerminal]:
    opened: list[Terminal] = []

    def run(arguments: Sequence[str], size: tuple[int, int] = (80, 24)) -> Terminal:
        opened.append(Terminal(arguments, size=size, home=tmp_path))
        return opened[-1]

    yield run
    for one in opened:
        one.close()


def replay(tape: Path, *more: str) -> list[str]:
    return ["-m", "console", "replay", str(tape), "--at", "+12m30s", *more]


def test_it_comes_plays_and_goes(terminal: OpenTerminal, story: Path) -> None:
    board = terminal(replay(story))
    shown = board.until("partner-docs")
    for pane in ("1 Scheduling", "2 Models", "3 Ingestion", "4 Ownership"):
        assert pane in shown
    board.type(" ")
    board.until("05:01:17Z")
    board.type("q")
    assert board.ended(5) == 0
    assert board.restored


def test_the_first_frame_is_there_before_textual_and_is_not_cleared(terminal: OpenTerminal, story: Path) -> None:
    board = terminal(replay(story))
    board.until("partner-docs")
    assert board.output.startswith(b"\x1b[?1049h")
    assert board.output.count(b"\x1b[?1049h") == 1
    assert b"opening" in board.output[:4000]


def test_what_is_typed_ahead_belongs_to_the_line(terminal: OpenTerminal, story: Path) -> None:
    board = terminal(replay(story))
    board.until("partner-docs")
    board.type("/partner\r")
    board.until("esc clears")  # the line was typed and taken: had a letter been a key, there would be no filter
    board.without("catalog-docs")
    board.type(":filter catalog\r")
    board.without("partner-docs")
    board.until("catalog-docs")


def test_control_c_leaves(terminal: OpenTerminal, story: Path) -> None:
    board = terminal(replay(story))
    board.until("partner-docs")
    board.type("\x03")
    assert board.ended(5) == 0
    assert board.restored


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGHUP, 129), (signal.SIGTERM, 143), (signal.SIGINT, 130)],
    ids=lambda value: str(value),
)
@pytest.mark.parametrize("live", [False, True], ids=["replay", "live"])
def test_a_signal_ends_it_at_once(
    terminal: OpenTerminal, story: Path, live: bool, number: signal.Signals, code: int
) -> None:
    board = terminal(["-c", LIVE, str(story)] if live else replay(story))
    board.until("partner-docs")
    board.signal(number)
    assert board.ended(1.5) == code
    assert board.restored


def test_a_signal_before_textual_is_there_restores_too(terminal: OpenTerminal, story: Path) -> None:
    board = terminal(replay(story))
    board.until("opening")
    board.signal(signal.SIGTERM)
    assert board.ended(2) == 143
    assert board.restored


def test_a_terminal_that_goes_takes_the_board_with_it(story: Path, tmp_path: Path) -> None:
    """Also where SIGHUP is ignored, as under nohup: the end of input is a hang-up."""
    wrapper = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); "
    wrapper += "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    board = Terminal(["-c", wrapper, *replay(story)], home=tmp_path)
    board.until("partner-docs")
    os.close(board.master)
    os.close(board.slave)
    ends = time.monotonic() + 2
    pid = 0
    while not pid and time.monotonic() < ends:
        pid, status = os.waitpid(board.pid, os.WNOHANG)
        time.sleep(0.02)
    if not pid:
        os.kill(board.pid, signal.SIGKILL)
        os.waitpid(board.pid, 0)
    assert pid, "it was still running"
    assert os.waitstatus_to_exitcode(status) in (129, -signal.SIGHUP)


def test_a_live_board_remembers_how_it_was_left(terminal: OpenTerminal, story: Path) -> None:
    board = terminal(["-c", LIVE, str(story)])
    board.until("partner-docs")
    board.type("q")
    assert board.ended(5) == 0
    again = terminal(["-c", LIVE, str(story)])
    again.until("As you left it")
    again.until("NO RECORDER")


def test_a_tape_that_is_not_there_is_one_sentence(terminal: OpenTerminal, tmp_path: Path) -> None:
    board = terminal(["-m", "console", "replay", str(tmp_path / "none.tape")])
    assert board.ended(10) == 2
    assert board.restored
    last = board.output.decode().rpartition("\x1b")[2]
    assert "none.tape" in last
    assert "Traceback" not in board.output.decode()


def test_a_file_that_is_no_tape_is_one_sentence(terminal: OpenTerminal, tmp_path: Path) -> None:
    (tmp_path / "junk.tape").write_bytes(b"not a tape" * 500)
    board = terminal(["-m", "console", "replay", str(tmp_path / "junk.tape")])
    assert board.ended(10) == 2
    assert board.restored
    assert "Traceback" not in board.output.decode()


def test_a_fault_of_ours_leaves_and_is_told(terminal: OpenTerminal, story: Path) -> None:
    """No board that stands still without a word when its reader has died."""
    code = LIVE.replace(
        "import os",
        "import os\nfrom console.screens.tape.reader import TapeReader\n"
        "def fails(self, by_ms): raise ZeroDivisionError('on purpose')\nTapeReader.step = fails",
    )
    board = terminal(["-c", code, str(story)])
    board.until("partner-docs")
    board.type("\x1b[D")
    assert board.ended(5) == 1
    assert board.restored
    assert "on purpose" in board.output.decode("utf-8", "replace")


def test_resizing_without_pause(terminal: OpenTerminal, story: Path) -> None:
    board = terminal(replay(story, "--play", "--speed", "60"))
    board.until("partner-docs")
    for step in range(60):
        board.resize(20 + step * 7 % 200, 5 + step * 5 % 60)
        board.read(0.01)
    board.resize(40, 10)
    board.until("40x10 cells")
    board.resize(100, 30)
    board.until("partner-docs")
    board.type("q")
    assert board.ended(5) == 0
    assert "Traceback" not in board.output.decode("utf-8", "replace")


def test_the_viewer_imports_nothing_that_talks_http_and_no_arrays(story: Path) -> None:
    heavy = ("httpx", "requests", "urllib3", "http.client", "ssl", "numpy", "pandas", "nomad", "sqlalchemy",
             "prometheus_api_client", "tenacity", "pydantic")  # fmt: skip
    code = f"""
import sys, asyncio
from console.config import load_settings
import console.screens.opening.launch, console.screens.tape.feed, console.screens.crew, console.tape.follow
from console.screens.snapshot import draw
draw(load_settings({{}}, {{"HOME": "/nonexistent"}}), tape={str(story)!r}, size=(80, 24))
print([name for name in {heavy!r} if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.stdout.strip() == "[]" or ran.stdout.strip() == "['ssl']", ran.stderr


def test_in_tmux(story: Path, tmp_path: Path) -> None:
    tmux = shutil.which("tmux")
    if tmux is None:
        assert not os.environ.get("CI"), "tmux must be installed in CI"
        pytest.skip("tmux is not installed: the board was not seen inside it")

    def run(*words: str) -> str:
        told = subprocess.run([tmux, "-S", str(tmp_path / "tmux"), *words], capture_output=True, text=True, check=True)
        return told.stdout

    def until(text: str) -> str:
        ends = time.monotonic() + 20
        while text not in (shown := run("capture-pane", "-p")):
            assert time.monotonic() < ends, f"{text!r} did not appear:\n{shown}"
            time.sleep(0.1)
        return shown

    def gone(text: str) -> None:
        ends = time.monotonic() + 20
        while text in (shown := run("capture-pane", "-p")):
            assert time.monotonic() < ends, f"{text!r} stayed:\n{shown}"
            time.sleep(0.1)

    command = f"cd {ROOT}; {sys.executable} {' '.join(replay(story))}; echo left with $?; exec sleep 60"
    run("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", command)
    try:
        shown = until("partner-docs")
        assert len(shown.splitlines()) == 24
        run("send-keys", "n")
        until("node fra1-gpu-02 is down")
        run("send-keys", "/")
        run("send-keys", "partner", "Enter")
        until("esc clears")
        gone("catalog-docs")
        run("send-keys", "Escape")
        until("catalog-docs")
        run("send-keys", "1", "Enter")
        until("What is known")
        run("send-keys", "Tab", "Tab")  # at 80 columns parts and facts have their place before the lanes
        until("Moved with")
        run("send-keys", "Escape", "?")
        until("Signs on rows")
        run("send-keys", "q")
        assert "1 Scheduling" not in until("left with 0")
    finally:
        run("kill-server")
