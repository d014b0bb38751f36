"""The board with all that is declared about the night: models, owners, who is on call, KPIs, what the audit came to.

FOURTHSIGNAL_UPDATE_SNAPSHOTS=1 writes the pictures anew: look at the difference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.config import Settings, load_settings
from console.screens.snapshot import draw
from tests.screens.governed import governed
from tests.tapes.story import minute

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = ((80, 24), (120, 36), (200, 50))
MINUTES = (9.0, 12.5, 26.0, 33.0)


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return governed(tmp_path_factory.mktemp("tapes") / "governed.tape")


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings({}, {"HOME": "/nonexistent"})


@pytest.mark.parametrize("at", MINUTES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_board(settings: Settings, tape: Path, size: tuple[int, int], at: float) -> None:
    drawn = draw(settings, tape=str(tape), size=size, at=minute(at))
    file = SNAPSHOTS / f"governed-{size[0]}x{size[1]}-minute-{at:g}.txt"
    if os.environ.get("FOURTHSIGNAL_UPDATE_SNAPSHOTS"):
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


def test_what_must_be_seen_at_80_columns(settings: Settings, tape: Path) -> None:
    lines = draw(settings, tape=str(tape), size=(80, 24), at=minute(12.5)).splitlines()
    whole = "\n".join(lines)
    assert "NO OWNER · ask ana" in lines[2]
    assert "4 Ownership" in whole and "audit ■3 ▲1" in whole
    assert "partner-docs  NO OWNER" in whole
    assert "search-data    ana" in whole
    assert "KPI 47m old" in whole
