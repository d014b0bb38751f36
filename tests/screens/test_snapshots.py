"""Pictures of the board, cell by cell. FOURTHSIGNAL_UPDATE_SNAPSHOTS=1 writes them anew: look at the difference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.config import Settings, load_settings
from console.screens.snapshot import draw
from console.tape.errors import TapeMissing
from tests.tapes.story import minute

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (120, 36), (200, 50))
MINUTES = (12.5, 13.6, 22.0)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings({}, {"HOME": "/nonexistent"})


@pytest.mark.parametrize("at", MINUTES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_board(settings: Settings, story: Path, size: tuple[int, int], at: float) -> None:
    drawn = draw(settings, tape=str(story), size=size, at=minute(at))
    file = SNAPSHOTS / f"board-{size[0]}x{size[1]}-minute-{at:g}.txt"
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("at", (9.0, 12.5, 20.0))
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_board_with_a_verdict(settings: Settings, told: Path, size: tuple[int, int], at: float) -> None:
    drawn = draw(settings, tape=str(told), size=size, at=minute(at))
    file = SNAPSHOTS / f"verdict-{size[0]}x{size[1]}-minute-{at:g}.txt"
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


def test_every_line_fits_the_size(settings: Settings, story: Path) -> None:
    from rich.cells import cell_len

    lines = draw(settings, tape=str(story), size=(97, 31), at=minute(14)).splitlines()
    assert len(lines) == 31
    assert all(cell_len(line) <= 97 for line in lines)


def test_the_same_tape_gives_the_same_svg(settings: Settings, story: Path) -> None:
    pictures = {draw(settings, tape=str(story), size=(80, 24), at=minute(14), form="svg") for _ in range(2)}
    assert len(pictures) == 1
    picture = pictures.pop()
    assert picture.startswith("<svg")
    assert "finetune-large" in picture


def test_a_missing_tape_is_an_error_of_one_sentence(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(TapeMissing):
        draw(settings, tape=str(tmp_path / "none.tape"))
