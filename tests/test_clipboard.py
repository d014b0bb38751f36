"""Copying: by a real stock tmux, by the terminal's sequence, to a file; and what is said of it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.clipboard import MOST_OSC52, WAYS, Copied, copy, osc52, way
from console.settings.options import BY_NAME

TEXTS = {
    "an id": "3f2a91bc-0b1d-4c52-8f3b-6d1f0a9c7e55",
    "unicode": "größer · 日本語 · 🚀 · ␛[31m",
    "lines": "one\ntwo\n\n\tthree\n",
    "100 kB": "".join(f"{at:07d} of many lines\n" for at in range(4348)),
    "escapes": "\x1b]52;c;eA==\x07 and \x00 and $(rm -rf /) `id`",
}


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment inside a tmux with nothing configured."""
    binary = shutil.which("tmux")
    if binary is None:
        assert not os.environ.get("CI"), "tmux must be installed in CI"
        pytest.skip("tmux is not installed: nothing was copied to it")
    run = [binary, "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    subprocess.run([*run, "new-session", "-d", "-x", "80", "-y", "24", "exec sleep 60"], check=True)
    said = subprocess.run(
        [*run, "display-message", "-p", "#{socket_path},#{pid},0"], capture_output=True, text=True, check=True
    )
    yield {"PATH": os.environ["PATH"], "TERM": "screen", "TMUX": said.stdout.strip()}
    subprocess.run([*run, "kill-server"], check=True)


def buffer(env: dict[str, str]) -> bytes:
    return subprocess.run(["tmux", "show-buffer"], env=env, capture_output=True, check=True).stdout


@pytest.mark.parametrize("name", TEXTS)
def test_the_buffer_of_a_stock_tmux_holds_exactly_the_text(tmux: dict[str, str], tmp_path: Path, name: str) -> None:
    assert way("auto", tmux) == "tmux"
    copied = copy(TEXTS[name], "tmux", tmux, tmp_path)
    assert copied == Copied("to tmux's buffer and, if it allows, the terminal's clipboard")
    assert buffer(tmux) == TEXTS[name].encode()


def test_a_tmux_without_the_option_fills_its_buffer_and_says_what_it_cannot(
    tmux: dict[str, str], tmp_path: Path
) -> None:
    old = tmp_path / "bin" / "tmux"
    old.parent.mkdir()
    refuse = 'case "$*" in *-w*) echo "tmux: unknown option -- w" >&2; exit 1;; esac'
    old.write_text(f'#!/bin/sh\n{refuse}\nexec {shutil.which("tmux")} "$@"\n')
    old.chmod(0o755)
    copied = copy("x", "tmux", {**tmux, "PATH": f"{old.parent}:{tmux['PATH']}"}, tmp_path)
    assert "too old" in copied.how
    assert buffer(tmux) == b"x"


def test_a_tmux_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "TMUX": f"{tmp_path}/none,1,0"}
    copied = copy("x", "tmux", env, tmp_path)
    assert not copied.how
    assert "FOURTHSIGNAL_CLIPBOARD=file" in copied.problem
    assert "TMUX" not in copied.problem
    assert copy("x", "tmux", {"PATH": ""}, tmp_path).problem.startswith("This is not inside tmux")
    assert "No such file" in copy("x", "tmux", {"PATH": str(tmp_path), "TMUX": "a,1,0"}, tmp_path).problem


@given(st.binary(max_size=3000))
def test_any_bytes_come_out_of_the_sequence(data: bytes) -> None:
    sequence = osc52(data)
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\x07")
    assert b64decode(sequence[7:-1]) == data


@given(st.binary(max_size=3000))
def test_through_screen_the_pieces_are_the_sequence(data: bytes) -> None:
    wrapped = osc52(data, screen=True)
    pieces = wrapped.split("\x1b\\")
    assert pieces.pop() == ""
    assert all(piece.startswith("\x1bP") and len(piece) <= 78 for piece in pieces)
    assert "".join(piece.removeprefix("\x1bP") for piece in pieces) == osc52(data)


def test_what_is_too_long_for_a_terminal_is_not_sent(tmp_path: Path) -> None:
    assert copy("x" * MOST_OSC52, "osc52", {}, tmp_path).sequence
    long = copy("x" * (MOST_OSC52 + 1), "osc52", {}, tmp_path)
    assert not long.sequence
    assert not long.how
    assert "'^s' saves it" in long.problem


def test_it_says_what_stands_between(tmp_path: Path) -> None:
    assert "set-clipboard on" in copy("x", "osc52", {"TERM": "tmux-256color"}, tmp_path).how
    inside = copy("x" * 200, "osc52", {"STY": "1.pts", "TERM": "screen"}, tmp_path)
    assert "through screen" in inside.how
    assert inside.sequence.startswith("\x1bP\x1b]52")
    assert copy("x", "osc52", {"TERM": "xterm"}, tmp_path).how == "to the terminal's clipboard, if it allows"


def test_auto_asks_the_terminal_where_there_is_no_tmux(tmp_path: Path) -> None:
    assert way("auto", {"PATH": os.environ["PATH"]}) == "osc52"
    assert way("auto", {"PATH": str(tmp_path), "TMUX": "a,1,0"}) == "osc52"
    assert way("file", {"TMUX": "a,1,0"}) == "file"


def test_a_file_is_private_and_holds_the_newest(tmp_path: Path) -> None:
    for text in ("first", "second ü"):
        assert copy(text, "file", {}, tmp_path / "state").how == f"to {tmp_path}/state/clipboard"
    file = tmp_path / "state" / "clipboard"
    assert file.read_text() == "second ü"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == ["clipboard"]


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file, no directory")
    assert "cannot be written" in copy("x", "file", {}, tmp_path / "state").problem


def test_off_copies_nothing_and_shows_what_it_would_have(tmp_path: Path) -> None:
    assert copy("3f2a91bc", "off", {}, tmp_path) == Copied(problem="Copying is off (FOURTHSIGNAL_CLIPBOARD). 3f2a91bc")
    assert "line" not in copy("a\nline", "off", {}, tmp_path).problem
    assert not list(tmp_path.iterdir())


def test_the_setting_knows_these_ways() -> None:
    from console.settings.kinds import Context

    for one in WAYS:
        assert BY_NAME["clipboard"].reader(one.upper(), Context(Path("/"), Path("/"))) == one
