"""Two terminals side by side: one gets what Textual would write, the other what the canvas makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from rich.color import ColorSystem
from textual.app import App

from console.terminal.canvas import Canvas
from console.terminal.cells import cells_of
from console.terminal.encoding import Pen
from console.terminal.updates import DRAWN, draw
from tests.terminal.emulated import Emulated


class Witness:
    """Watches all apps that run meanwhile. Every ``skipping``-th update makes a frame, as on a slow link."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], skipping: int = 1) -> None:
        self._skipping = skipping
        self._updates = 0
        self._app: App[Any] | None = None
        self.compared = 0
        self.resize(size)
        original = App._display

        def display(app: App[Any], screen: Any, renderable: Any) -> None:
            if isinstance(renderable, DRAWN) and not app._batch_count:
                self._take(app, renderable)
            original(app, screen, renderable)

        monkeypatch.setattr(App, "_display", display)

    def resize(self, size: tuple[int, int]) -> None:
        """Both terminals have another size and show nothing that one could rely on."""
        self.plain, self.fast, self._canvas = Emulated(*size), Emulated(*size), Canvas(*size)
        for emulated in (self.plain, self.fast):
            emulated.feed("what the resize has left\r\n")

    def _take(self, app: App[Any], update: Any) -> None:
        self._app = app
        colours = app.console._color_system or ColorSystem.TRUECOLOR
        if app.screen.outer_size != self.plain.size:
            return  # still of the size before; all is drawn again
        self.plain.feed(update.render_segments(app.console))
        self._updates += 1
        draw(self._canvas, update, colours, hurried=self._updates % 2 == 0)
        if self._updates % self._skipping == 0:
            self._send()

    def compare_composed(self) -> None:
        """The canvas wants just the cells that Textual's own compositor has, whatever a terminal makes of them."""
        assert self._app is not None
        self.compared += 1
        for y, strip in enumerate(self._app.screen._compositor.render_strips()):
            composed = [text for text, _ in cells_of(strip, ColorSystem.STANDARD)]
            wanted = [text for text, _ in self._canvas.wanted[y]]
            assert wanted == composed, (y, wanted, composed)

    def _send(self) -> None:
        pen = Pen()
        for hurried in (True, False):
            for y in self._canvas.take(hurried):
                pen.row(y, self._canvas.shown[y], self._canvas.wanted[y])
        pen.lift()
        self.fast.feed("".join(pen.out))

    def compare(self) -> None:
        """No cell differs, in text or style."""
        self._send()
        self.compared += 1
        fast, plain = self.fast.seen(), self.plain.seen()
        differing = [
            (x, y, fast[y][x], plain[y][x])
            for y, row in enumerate(plain)
            for x, cell in enumerate(row)
            if cell != fast[y][x]
        ]
        assert not differing, differing[:10]
        assert self._app is not None
        for y, strip in enumerate(self._app.screen._compositor.render_strips()):
            drawn = "".join(text for text, _ in self._canvas.wanted[y])
            assert drawn == "".join(text for text, _ in cells_of(strip, ColorSystem.STANDARD))  # also in one piece
        assert any(cell[0] != " " for row in plain for cell in row)
