"""The way in: the first frame before anything is imported, and the terminal as it was when nothing follows it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from console.cli import what_opens
from tests.screens.terminal import ROOT, Terminal


def ended(words: Sequence[str], home: Path) -> tuple[int | None, str, bool]:
    """The exit code of the command in a terminal, what it wrote at last, and whether all was restored."""
    terminal = Terminal(["-m", "console", *words], home=home)
    code = terminal.ended(20)
    told, restored = terminal.output.decode(), terminal.restored or "\x1b" not in terminal.output.decode()
    terminal.close()
    return code, told.rpartition("\x1b")[2], restored


@pytest.mark.parametrize(
    ("words", "opening"),
    [
        ([], "the board"),
        (["watch", "--step", "5s"], "the board"),
        (["--tape", "demo"], "the board"),
        (["demo", "--no-play"], "demo"),
        (["replay", "/some/where/night.tape", "--at", "+8m"], "night.tape"),
        (["replay", "--at", "+8m", "night.tape"], "the tape"),
        (["replay", "postgres://user:secret@host/tape"], "the tape"),
        (["replay"], None),
        (["record"], None),
        (["--step", "5s", "doctor"], None),
        (["demo", "--help"], None),
        (["--version"], None),
        (["wacth"], None),
    ],
)
def test_what_the_words_open(words: list[str], opening: str | None) -> None:
    assert what_opens(words) == opening


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["demo", "--sped", "2"], "did you mean --speed?"),
        (["--prometheus-url", "nonsense"], "has no http://"),
        (["replay", "--play"], "replay needs a tape"),
        (["demo", "--at", "yesterdayish"], "yesterdayish"),
    ],
)
def test_wrong_use_is_told_on_the_screen_as_it_was(words: list[str], told: str, tmp_path: Path) -> None:
    code, last, restored = ended(words, tmp_path)
    assert (code, restored) == (2, True)
    assert told in last


def test_help_touches_no_screen(tmp_path: Path) -> None:
    terminal = Terminal(["-m", "console", "demo", "--help"], home=tmp_path)
    assert terminal.ended(20) == 0
    assert b"\x1b[?1049h" not in terminal.output
    terminal.close()


def test_the_first_frame_needs_next_to_nothing() -> None:
    """Each of these takes longer to import than the frame takes to draw."""
    code = "import sys, console.cli; print([n for n in ('re', 'enum', 'typing', 'pathlib', 'signal', 'collections', "
    code += "'argparse', 'dataclasses', '__future__') if n in sys.modules])"
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"],
                         capture_output=True, text=True, check=False)  # fmt: skip
    assert ran.stdout.strip() == "[]", ran.stderr


def test_the_board_is_imported_lightly_and_what_is_spared_can_still_be_had() -> None:
    code = """
import sys
from console.screens.opening.lighter import board_app
board_app()
print([name for name in ("textual.command", "textual.types", "platformdirs", "ssl") if name in sys.modules])
import ssl
from textual.command import CommandPalette
from textual.screen import Screen
print(issubclass(CommandPalette, Screen), ssl.OPENSSL_VERSION != "")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.stdout.splitlines() == ["[]", "True True"], ran.stderr
