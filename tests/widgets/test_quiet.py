"""What is sent, drawn by an emulated terminal, is what the screen shows; and it is little."""

from __future__ import annotations

import pyte
import pytest
from textual._compositor import Compositor
from textual.pilot import Pilot

from tests.widgets.sample import screen_text
from widgets.gallery import Gallery, sample_row
from widgets.panel import Panel
from widgets.rowlist import RowList
from widgets.text import Span


class Terminal:
    """Takes what the compositor would send."""

    def __init__(self, width: int, height: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.Stream(self.screen)
        self.sent = 0
        original = Compositor.render_update

        def render_update(compositor: Compositor, **options: object) -> object:
            update = original(compositor, **options)  # type: ignore[arg-type]
            if update is not None and self.app is not None:
                text = update.render_segments(self.app.console)  # type: ignore[union-attr]
                self.sent += len(text.encode())
                self.stream.feed(text)
            return update

        monkeypatch.setattr(Compositor, "render_update", render_update)
        self.app: Gallery | None = None

    async def count(self, pilot: Pilot[None], *keys: str) -> int:
        """Bytes that pressing these keys sends."""
        await pilot.pause()
        self.sent = 0
        await pilot.press(*keys)
        await pilot.pause()
        return self.sent


async def test_an_emulated_terminal_shows_the_screen_after_partial_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(120, 36, monkeypatch)
    app = terminal.app = Gallery(rows=40)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        lists, panels = list(app.query(RowList)), list(app.query(Panel))
        for step in range(30):
            rows = [sample_row(at + step % 3, step if at % 4 else 0) for at in range(40 - step % 5)]
            lists[step % 3].set_rows(rows)
            panels[step % 4].set_status([Span(f"{step} bad", "bad"), Span(" · 漢字")])
            await pilot.press(("j", "tab", "G", "n", "ctrl+u", "k", "colon", "escape")[step % 8])
            await pilot.pause()
            shown = [line.rstrip() for line in screen_text(app)]
            assert [line.rstrip() for line in terminal.screen.display] == shown


async def test_bytes_at_200_by_50(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal(200, 50, monkeypatch)
    app = terminal.app = Gallery(rows=100)
    async with app.run_test(size=(200, 50)) as pilot:
        assert await terminal.count(pilot, "j") < 2000
        assert await terminal.count(pilot, "tab") < 4000
        terminal.sent = 0
        for rowlist in list(app.query(RowList))[:3]:
            rowlist.set_rows([sample_row(at, 1 if at < 4 else 0) for at in range(100)])
        await pilot.pause()
        assert 0 < terminal.sent < 2000  # twelve rows with other numbers
        assert await terminal.count(pilot) == 0
