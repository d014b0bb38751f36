"""The first frame: where its panes stand, what it keeps, and that nothing in it is obeyed by a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.screens.board.layout import (
    MIN_HEIGHT,
    MIN_WIDTH,
    OPEN_STRIP_LINES,
    STRIP_LINES,
    fourth_lines,
    pane_boxes,
    too_small,
)
from console.screens.opening.lastpicture import Picture, find_picture, keep_picture, old_picture
from console.screens.opening.skeleton import first_frame, harmless
from tests.screens.conftest import OpenDesk


def drawn(text: str, width: int, height: int) -> list[str]:
    screen = pyte.Screen(width, height)
    pyte.Stream(screen).feed(text)
    return list(screen.display)


def corners(lines: list[str]) -> list[tuple[int, int]]:
    return [(x, y) for y, line in enumerate(lines) for x, cell in enumerate(line) if cell in "╭┍┏"]


@pytest.mark.parametrize("size", [(80, 24), (81, 25), (120, 36), (200, 50), (60, 40), (79, 31), (60, 16)])
async def test_panes_stand_where_the_board_puts_them(desk: OpenDesk, size: tuple[int, int]) -> None:
    frame = drawn(first_frame(*size, "story.tape"), *size)
    async with desk(size=size) as board:
        assert corners(frame) == corners(await board.lines())
    assert len(corners(frame)) == 4
    assert "opening story.tape" in frame[1]


@given(st.integers(MIN_WIDTH, 400), st.integers(MIN_HEIGHT, 200), st.sampled_from([STRIP_LINES, OPEN_STRIP_LINES]))
def test_panes_cover_the_room_without_overlap(width: int, height: int, strip_lines: int) -> None:
    boxes = pane_boxes(width, height, strip_lines=strip_lines)
    cells = sum(box.width * box.height for box in boxes)
    assert len(boxes) == 4
    assert cells == width * (height - 4 - fourth_lines(height) - strip_lines)
    assert all(box.x + box.width <= width and box.height >= 3 for box in boxes)


@given(st.text())
def test_nothing_reaches_the_terminal_as_a_command(name: str) -> None:
    assert all(letter.isprintable() for letter in harmless(name))
    body = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", first_frame(80, 24, name))
    assert all(letter.isprintable() for letter in body)


def test_ascii_terminals_get_ascii() -> None:
    assert first_frame(80, 24, "x", ascii_only=True).isascii()


def test_too_small_is_said_in_the_first_frame() -> None:
    assert too_small(59, 24)
    assert "the board needs 60x16" in " ".join(drawn(first_frame(59, 24, "x"), 59, 24))


def test_a_picture_is_kept_for_its_tape_and_size_only(tmp_path: Path) -> None:
    path = tmp_path / "state" / "last-picture"
    kept = Picture(8, 2, 1_000, "my tape", ("ab│  ■ c", "second"))
    keep_picture(path, kept)
    assert path.stat().st_mode & 0o777 == 0o600
    assert find_picture(path, "my tape", 8, 2) == kept
    assert find_picture(path, "my tape", 9, 2) is None
    assert find_picture(path, "other", 8, 2) is None


@given(st.binary(max_size=200))
def test_a_broken_picture_is_no_picture(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    path = tmp_path_factory.mktemp("picture") / "last-picture"
    path.write_bytes(b"fourthsignal picture 1 " + junk)
    found = find_picture(path, "tape", 80, 24)
    assert found is None or found.tape == "tape"


def test_an_old_picture_says_how_old_it_is() -> None:
    lines = drawn(old_picture(Picture(60, 3, 1_000, "t", ("title", "banner", "\x1b[31mrow")), 1_000 + 3 * 3600), 60, 3)
    assert "As you left it 3 h ago." in lines[1]
    assert lines[2].startswith("?[31mrow")


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keep_picture(tmp_path / "file" / "last-picture", Picture(1, 1, 1, "t", ("x",)))
