"""The command as a person mistypes it, and files that are not what they should be: one sentence and a code."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from console.tape.store import open_tape
from tests.screens.terminal import ROOT, Terminal
from tests.servers import free_port


def environment(home: Path) -> dict[str, str]:
    env = {key: value for key, value in os.environ.items() if not key.startswith(("NOMAD", "PROMETHEUS", "ALERT"))}
    return env | {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "XDG_CONFIG_HOME": str(home / "config")}


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "console", *words],
        capture_output=True, text=True, env=environment(home), cwd=ROOT, timeout=60, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def one_sentence(home: Path, *words: str) -> str:
    """What a refused command says on stderr: one line, exit code 2, nothing else."""
    done = run(home, *words)
    assert done.returncode == 2, done
    assert done.stdout == ""
    assert done.stderr.startswith("fourthsignal: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def in_terminal(home: Path, *words: str) -> str:
    """The same for a command that wants a terminal, which it leaves as it was."""
    board = Terminal(["-m", "console", *words], home=home)
    try:
        assert board.ended(15) == 2
        assert board.restored
        assert "Traceback" not in board.output.decode("utf-8", "replace")
        return board.last_words().replace("\r\n", "")
    finally:
        board.close()


def tape_of_schema(path: Path, version: str) -> Path:
    open_tape(path, "create").close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (version,))
    db.close()
    return path


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["snapshto"], "did you mean snapshot?"),
        (["record", "--lingr", "5s"], "did you mean --linger?"),
        (["snapshot", "--tape", "demo", "--at", "half past two"], "'half past two' is not a time"),
        (["snapshot", "--tape", "demo", "--theme", "drak"], "no theme called 'drak'"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_wrong_words(tmp_path: Path, words: list[str], told: str) -> None:
    assert told in one_sentence(tmp_path, *words)


@pytest.mark.parametrize("version", ["0", "999"])
@pytest.mark.parametrize("verb", ["record", "replay", "watch"])
def test_a_tape_of_another_version(tmp_path: Path, verb: str, version: str) -> None:
    tape = tape_of_schema(tmp_path / "other.tape", version)
    if verb == "record":
        said = one_sentence(tmp_path, "record", "--tape", str(tape))
    else:
        said = in_terminal(tmp_path, *([verb, str(tape)] if verb == "replay" else [verb, "--tape", str(tape)]))
    assert "other.tape" in said
    assert version in said


def test_a_live_view_of_what_is_no_tape(tmp_path: Path) -> None:
    (tmp_path / "junk.tape").write_bytes(b"not a tape" * 500)
    assert "this file is not a tape" in in_terminal(tmp_path, "watch", "--tape", str(tmp_path / "junk.tape"))
    assert "there is no tape" in in_terminal(tmp_path, "replay", str(tmp_path / "none.tape"))


def test_a_broken_configuration_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config" / "fourthsignal" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('theme = "dark"\nstep = 5s\n')
    assert f"{path}, line 2" in one_sentence(tmp_path, "record")
    path.write_text('theme = "dark"\nstep = "soon"\n')
    assert f"{path}, line 2" in one_sentence(tmp_path, "snapshot")


def test_a_broken_theme_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / ".config" / "fourthsignal" / "themes" / "mine.toml"
    path.parent.mkdir(parents=True)
    path.write_text('name = "mine"\ndark = true\n[roles]\nok = "blinking mauve"\n')
    said = in_terminal(tmp_path, "demo", "--theme", "mine")
    assert str(path).rpartition("/")[2] in said
    assert "line 4" in said


def test_a_terminal_too_small_says_so_and_what_it_needs(tmp_path: Path) -> None:
    board = Terminal(["-m", "console", "demo", "--no-play"], size=(40, 8), home=tmp_path)
    try:
        board.until("40x8 cells")
        board.until("60x16")
        for size in ((1, 1), (59, 16), (2, 60)):
            board.resize(*size)
            board.read(0.2)
        board.resize(80, 24)
        board.until("1 Scheduling")
        board.type("q")
        assert board.ended(5) == 0
        assert board.restored
    finally:
        board.close()


def test_json_is_one_document_also_where_systems_are_away(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", "--json", "--nomad-addr", f"http://127.0.0.1:{free_port()}")
    assert json.loads(done.stdout)["exit"] == done.returncode == 3
    refused = run(tmp_path, "doctor", "--json", "--nomad-adr", "x")
    assert json.loads(refused.stdout)["exit"] == refused.returncode == 2


def test_an_interrupt_is_130(tmp_path: Path) -> None:
    words = ["-m", "console", "record", "--tape", str(tmp_path / "a.tape"), "--nomad-addr", "http://127.0.0.1:1"]
    with subprocess.Popen([sys.executable, *words], env=environment(tmp_path), cwd=ROOT, stderr=subprocess.PIPE) as one:
        ends = time.monotonic() + 15
        while not (tmp_path / "a.tape").exists():
            assert time.monotonic() < ends, "it did not begin"
            time.sleep(0.05)
        one.send_signal(signal.SIGINT)
        assert one.wait(10) == 130
        assert one.stderr is not None
        assert b"Traceback" not in one.stderr.read()
