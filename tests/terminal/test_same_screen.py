"""The same scenarios with and without the canvas, on emulated terminals: no cell differs."""

from __future__ import annotations

import random

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tests.screens.conftest import OpenDesk, desk, story, told
from tests.tapes.story import minute
from tests.terminal.witness import Witness
from widgets.gallery import Gallery, sample_row
from widgets.panel import Panel
from widgets.quiet import QuietScreen
from widgets.rowlist import RowList
from widgets.text import Span

__all__ = ["desk", "story", "told"]

KEYS = ("j", "j", "tab", "G", "k", "2", "ctrl+d", "g", "3", "j", "enter", "tab", "j", "escape", "T", "j", "escape")


@pytest.mark.parametrize("skipping", [1, 3], ids=["each update", "every third"])
@pytest.mark.parametrize("at", [9.0, 13.6, 22.0])
async def test_board_drill_down_and_timeline(
    monkeypatch: pytest.MonkeyPatch, desk: OpenDesk, at: float, skipping: int
) -> None:
    witness = Witness(monkeypatch, (120, 36), skipping)
    async with desk(at=at, size=(120, 36)) as board:
        witness.compare()
        for key in KEYS:
            await board.press(key)
            witness.compare()
        for key in ("right", "right", "left", "t", "n", "N"):
            await board.press(key)
            witness.compare()
    assert witness.compared > 20
    assert witness.fast.bytes < witness.plain.bytes


async def test_help_palette_prompt_and_themes(monkeypatch: pytest.MonkeyPatch, desk: OpenDesk) -> None:
    witness = Witness(monkeypatch, (80, 24), 2)
    async with desk(at=13.6) as board:
        for keys in (["question_mark", "j", "ctrl+d"], ["escape"], ["ctrl+p", "t", "h"], ["escape"], ["slash", "p"]):
            await board.press(*keys)
            witness.compare()
        await board.press("escape")
        for theme in ("dark", "light", "contrast", "ansi"):
            await board.command(f"theme {theme}")
            witness.compare()


async def test_resizing(monkeypatch: pytest.MonkeyPatch, desk: OpenDesk) -> None:
    witness = Witness(monkeypatch, (80, 24))
    async with desk(at=22.0) as board:
        for size in ((120, 36), (40, 10), (201, 50), (80, 24), (99, 31)):
            witness.resize(size)
            await board.pilot.resize_terminal(*size)
            await board.lines()
            witness.compare()
            await board.press("j")
            witness.compare()


async def test_playing(monkeypatch: pytest.MonkeyPatch, desk: OpenDesk) -> None:
    witness = Witness(monkeypatch, (200, 50), 2)
    async with desk(at=9.0, size=(200, 50), play=True, speed=60.0) as board:
        for _ in range(12):
            await board.wait(1.0)
            witness.compare()
    assert board.at_ms > minute(12)


async def test_a_storm_of_updates_with_wide_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    witness = Witness(monkeypatch, (120, 36), 4)
    draws = random.Random(5)
    odd = ["漢字 rows", "e\u0301te\u0301", "👍 fine", "naïve ─ ▇▁▃", "x" * 60, "أهلا"]
    app = Gallery(rows=40)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        lists, panels = list(app.query(RowList)), list(app.query(Panel))
        for step in range(40):
            some = [sample_row(at, draws.randrange(9)) for at in range(draws.randrange(5, 40))]
            lists[step % len(lists)].set_rows([row._replace(lead=(Span(draws.choice(odd)), *row.lead)) for row in some])
            panels[step % len(panels)].set_status([Span(f"{step} bad", "bad"), Span(" · " + draws.choice(odd))])
            await pilot.press(draws.choice(("j", "tab", "G", "n", "ctrl+u", "k", "g")))
            if step % 4 == 3:
                await pilot.pause()
                witness.compare()
    assert witness.compared == 10


class Patches(Widget):
    """Cells of any style, refreshed in pieces that cut wide characters in two."""

    text = "日本 a👍b e\u0301 ─x"

    def render_line(self, y: int) -> Strip:
        link = Style(link=f"https://nomad.example/{y}", color="red") if y % 3 == 0 else Style(bold=bool(y % 2))
        return Strip([Segment(self.text[:5], link), Segment(self.text[5:] * 4, Style(bgcolor="blue"))]).crop_extend(
            0, self.size.width, Style()
        )


class PatchedScreen(QuietScreen[None]):
    def compose(self) -> ComposeResult:
        yield Patches()


class PatchesApp(App[None]):
    def get_default_screen(self) -> PatchedScreen:
        return PatchedScreen()


async def test_pieces_of_links_and_wide_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    witness = Witness(monkeypatch, (40, 10))
    draws = random.Random(8)
    app = PatchesApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        witness.compare()
        patches = app.screen.query_one(Patches)
        for step in range(30):
            patches.text = "".join(draws.choice("ab 漢é👍─") for _ in range(12))
            patches.refresh(Region(0, step % 10, 40, 1))
            await pilot.pause()
            witness.compare()
    wide = {address for address, _ in witness.plain.linked}
    assert {address for address, _ in witness.fast.linked} == wide
    assert len(wide) > 1


async def test_what_terminals_disagree_about_is_on_the_canvas_as_it_was_composed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """How many cells a variation selector or a joiner makes is for a terminal to say; we want what Textual wants."""
    witness = Witness(monkeypatch, (40, 10))
    draws = random.Random(3)
    odd = ["\u26a0\ufe0f", "\u2764\ufe0f", "\U0001f469\u200d\U0001f4bb", "1\ufe0f\u20e3", "\u6f22", "e\u0301", "ab"]
    app = PatchesApp()
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        patches = app.screen.query_one(Patches)
        for step in range(30):
            patches.text = "piece" + "".join(draws.choice(odd) for _ in range(4))  # nothing is cut in two at the edge
            # All of it: what is cut in two by an update of a piece is mended, and then the compositor knows no better.
            patches.refresh(Region(0, 0, 40, 10) if step % 2 else Region(0, step % 10, 40, 1))
            await pilot.pause()
            if step % 2:
                witness.compare_composed()
    assert witness.compared == 15
