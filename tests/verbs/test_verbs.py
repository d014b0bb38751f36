"""The verbs: what they hand over, and what they say when they cannot."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console import cli
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import open_tape
from console.times import TimeTextError
from console.verbs.common import moment

START = 1_795_442_400_000  # 2026-11-23T14:00:00Z
END = START + 20 * 60_000


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NOMAD_ADDR", "NOMAD_TOKEN", "PROMETHEUS_URL", "ALERTMANAGER_URL", "FOURTHSIGNAL_TAPE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TERM", "xterm-256color")
    return tmp_path


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    path = tmp_path / "night.tape"
    alert = EntityRef(EntityKind.ALERT, "a")
    with open_tape(path, "create") as store:
        body = {"text": "x", "severity": "warn"}
        store.append([Record(RecordKind.EVENT, "test", alert, "firing", at, at, body) for at in (START, END)])
    return path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the board was opened with, as if there were a terminal."""
    calls: list[dict[str, Any]] = []

    def open_board(settings: object, **more: Any) -> int:
        calls.append(more)
        return 0

    monkeypatch.setattr("console.screens.opening.launch.open_board", open_board)
    for verb in ("watch", "demo", "replay"):
        monkeypatch.setattr(f"console.verbs.{verb}.has_terminal", lambda name: True)
    return calls


def test_moments_of_a_tape(tape: Path) -> None:
    assert moment(None, str(tape)) is None
    assert moment("+8m", str(tape)) == START + 8 * 60_000
    assert moment("-5m", str(tape)) == END - 5 * 60_000
    assert moment("14:05", str(tape)) == START + 5 * 60_000
    with pytest.raises(TimeTextError):
        moment("soon", str(tape))


def test_actions_are_allowed_by_a_flag_of_watch_only(
    opened: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOURTHSIGNAL_ALLOW_ACTIONS", "1")
    file = tmp_path / "config.toml"
    assert cli.main(["watch"]) == 0 and cli.main([]) == 0
    assert cli.main(["--allow-actions"]) == 0 and cli.main(["watch", "--allow-actions"]) == 0
    assert cli.main(["watch", "--allow-actions", "--tape", "demo"]) == 0  # a recording of nobody's Nomad
    assert [one["actions"] for one in opened] == [False, False, True, True, False]
    for verb in ("demo", "record", "doctor"):
        assert cli.main([verb, "--allow-actions"]) == 2
    file.write_text("allow_actions = true\n")
    assert cli.main(["watch", "--config", str(file)]) == 2
    assert "is not a setting" in capsys.readouterr().err


def test_replay_hands_over(tape: Path, opened: list[dict[str, Any]]) -> None:
    assert cli.main(["replay", str(tape), "--at", "+8m", "--speed", "4x", "--play", "--theme", "light"]) == 0
    assert opened == [
        {
            "tape": str(tape),
            "mode": "replay",
            "at": START + 480_000,
            "speed": 4.0,
            "play": True,
            "theme": "light",
        }
    ]


def test_watch_hands_over(opened: list[dict[str, Any]], home: Path) -> None:
    assert cli.main([]) == 0
    assert opened[0]["mode"] == "live"
    assert opened[0]["tape"].startswith(str(home / "state" / "fourthsignal" / "tapes"))
    assert cli.main(["--tape", "demo"]) == 0
    assert opened[1]["mode"] == "demo"


def test_demo_hands_over(opened: list[dict[str, Any]]) -> None:
    assert cli.main(["demo", "--no-play"]) == 0
    assert (opened[0]["mode"], opened[0]["play"], opened[0]["at"]) == ("demo", False, None)
    assert Path(opened[0]["tape"]).name == "fourth-signal.tape"


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["snapshot", "--tape", "/nowhere/a.tape"], "/nowhere/a.tape"),
        (["snapshot", "--at", "soon"], "'soon' is not a time"),
        (["snapshot", "--tape", "postgresql://me:abc-secret@host/db"], "name a file"),
        (["snapshot", "--theme", "drak"], "no theme called 'drak'"),
        (["record", "--tape", "demo"], "cannot be recorded to"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    argv: list[str], told: str, tape: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = argv if "--tape" in argv else [*argv, "--tape", str(tape)]
    assert cli.main(argv) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert "abc-secret" not in said.err
    assert said.out == ""


def test_record_lingers_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    lingers: list[float | None] = []

    def record(settings: object, *, linger_s: float | None) -> int:
        lingers.append(linger_s)
        return 0

    monkeypatch.setattr("console.recorder.process.run_process", record)
    assert cli.main(["record"]) == 0
    assert cli.main(["record", "--until-unwatched", "--linger", "10m"]) == 0
    assert lingers == [None, 600.0]


def test_snapshot_hands_over_and_writes(tape: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn: list[dict[str, Any]] = []

    def draw(settings: object, **more: Any) -> str:
        drawn.append(more)
        return "picture"

    monkeypatch.setattr("console.screens.snapshot.draw", draw)
    out = tmp_path / "board.svg"
    argv = ["snapshot", "--tape", str(tape), "--at", "-5m", "--size", "80x24", "--format", "svg", "--out", str(out)]
    assert cli.main(argv) == 0
    assert out.read_text() == "picture\n"
    assert drawn[0]["at"] == END - 300_000
    assert (drawn[0]["size"], drawn[0]["form"], drawn[0]["screen"]) == ((80, 24), "svg", "board")
    assert cli.main([*argv[:-1], str(tmp_path / "no" / "where")]) == 2


def test_a_terminal_that_cannot_place_a_cursor() -> None:
    parent, child = pty.openpty()
    env = {**os.environ, "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-m", "console"], stdin=child, stdout=child, stderr=subprocess.PIPE, env=env, check=False
    )
    os.close(child)
    os.close(parent)
    assert done.returncode == 2
    assert b"TERM is dumb" in done.stderr
    assert b"snapshot" in done.stderr
