"""The driver in a real terminal: what comes in, what goes out, and that nothing of it stays."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import story, told
from tests.screens.terminal import Terminal

__all__ = ["story", "told"]

ASKED = b"\x1b[6n"


class Answering(Terminal):
    """A terminal that answers where its cursor is; with ``answering`` off it says nothing, as some do."""

    answering = True
    _answered = 0

    def read(self, seconds: float) -> None:
        super().read(seconds)
        asked = self.output.count(ASKED)
        if self.answering and asked > self._answered:
            os.write(self.master, b"\x1b[7;12R" * (asked - self._answered))
        self._answered = asked

    def cells(self) -> list[list[Any]]:
        """All that can be seen, once nothing comes any more."""
        size = -1
        while size != len(self.output):
            size = len(self.output)
            self.read(0.3)
        self.screen()
        width, height = self.size
        return [[self._seen.buffer[y][x] for x in range(width)] for y in range(height)]


OpenBoard = Callable[..., Answering]


def differing(one: list[list[Any]], other: list[list[Any]]) -> list[tuple[int, int, Any, Any]]:
    """Where and how two screens differ; the first few."""
    rows = enumerate(zip(one, other, strict=True))
    return [(x, y, a, b) for y, row in rows for x, (a, b) in enumerate(zip(*row, strict=True)) if a != b][:5]


@pytest.fixture
def board(story: Path, tmp_path: Path) -> Iterator[OpenBoard]:
    opened: list[Answering] = []

    def run(*flags: str, at: str = "+12m30s", size: tuple[int, int] = (120, 36)) -> Answering:
        words = ["-m", "console", "replay", str(story), "--at", at, *flags]
        opened.append(Answering(words, size=size, home=tmp_path))
        return opened[-1]

    yield run
    for one in opened:
        one.close()


def test_the_same_picture_with_and_without_it(board: OpenBoard) -> None:
    """Also where the terminal answers nothing."""
    plain, fast, silent = board("--terminal", "plain"), board(), board()
    silent.answering = False
    three = (plain, fast, silent)
    for one in three:
        one.until("partner-docs")
    for keys in ("jj", "2", "G", "?", "\x1b", "/partner\r", "\x1b", ":theme light\r"):
        for one in three:
            one.type(keys)
        ends_s = time.monotonic() + 8
        seen = [one.cells() for one in three]
        while (seen[0] != seen[1] or seen[0] != seen[2]) and time.monotonic() < ends_s:
            seen = [one.cells() for one in three]  # one of them is not there yet
        for other in seen[1:]:
            assert not differing(seen[0], other), keys
    assert ASKED not in plain.output
    assert len(fast.output) < len(plain.output) / 2
    for one in three:
        one.type("q")
        assert one.ended(5) == 0
        assert one.restored


def test_answers_are_no_keys_and_function_keys_are_no_answers(board: OpenBoard) -> None:
    one = board()
    one.until("partner-docs")
    one.type(":")
    one.type("\x1b[7;12Rtheme lig\x1b[30;1R")
    one.type("ht\x1b[200~\x1b[9;9R\x1b[201~\r")
    one.read(0.5)
    one.type(":theme\r")
    one.until("This is light")


def test_resized_and_back_again_everything_is_drawn(board: OpenBoard) -> None:
    one = board()
    one.until("partner-docs")
    one.cells()
    before = one.screen()
    for _ in range(3):
        one.resize(90, 30)
        one.resize(120, 36)
        one.read(0.05)
    one.cells()
    one._seen.reset()  # what a terminal may do to what it shows
    sent = len(one.output)
    one.resize(100, 36)
    one.cells()
    one.resize(120, 36)
    one.cells()
    assert len(one.output) > sent
    assert one.screen() == before


def test_stopped_and_continued_it_is_drawn_again(board: OpenBoard) -> None:
    one = board()
    one.until("partner-docs")
    before = one.cells()
    one.signal(signal.SIGTSTP)
    ends_s = time.monotonic() + 5
    while b"\x1b[?1049l" not in one.output and time.monotonic() < ends_s:
        one.read(0.1)
    assert one.restored
    one._seen.reset()
    one.read(0.2)
    one.signal(signal.SIGCONT)
    one.until("partner-docs")
    assert one.cells() == before
    one.type("jq")
    assert one.ended(5) == 0
    assert one.restored


def test_it_leaves_a_terminal_that_takes_nothing(board: OpenBoard) -> None:
    one = board("--play", "--speed", "600", size=(200, 50))
    one.answering = False
    one.until("partner-docs")
    time.sleep(1.5)  # nobody reads: what is drawn meanwhile fills the terminal, or is dropped
    one.type("q")
    ends_s = time.monotonic() + 3
    while one._status is None and time.monotonic() < ends_s:
        pid, status = os.waitpid(one.pid, os.WNOHANG)
        if pid:
            one._status = os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    assert one._status == 0
    one.read(0.2)
    assert one.restored


def test_at_rest_nothing_is_sent(board: OpenBoard) -> None:
    one = board()
    one.until("partner-docs")
    one.cells()
    sent = len(one.output)
    one.read(1.5)
    assert len(one.output) == sent


def test_an_unknown_way_is_one_sentence(board: OpenBoard) -> None:
    one = board("--terminal", "quick")
    assert one.ended(10) == 2
    assert re.search(r"--terminal: .*fast, plain", one.output.decode())


def test_what_others_wrote_is_drawn_over_when_asked(board: OpenBoard) -> None:
    one = board()
    one.until("partner-docs")
    before = one.cells()
    os.write(one.slave, b"\x1b[5;5HBroadcast message: going down")
    one.until("going down")
    one.type("\x0c")
    one.without("going down")
    assert one.cells() == before
