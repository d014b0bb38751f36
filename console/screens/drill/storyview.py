"""Facts and events of one object, kept up while its screen is in front: deadlines are counted down, and what a running
allocation uses just now is asked for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message
from textual.timer import Timer

from console.screens.drill.livefacts import EVERY_S, LiveFacts
from console.screens.drill.story import Chapter, chapters, counts_down, story_lines
from console.screens.frame import Detail, Running
from console.screens.tape.feed import wall_ms
from widgets.textview import TextView

if TYPE_CHECKING:
    from console.errands.protocol import Reply
    from console.screens.app import BoardApp


class StoryView(TextView):
    """What is known and what happened. ``show`` gives it what the newest frame has, ``rest`` says that nobody looks."""

    class Replied(Message):
        """Nomad has answered a question about the allocation."""

        def __init__(self, asker: LiveFacts, what: str, reply: Reply) -> None:
            super().__init__()
            self.asker = asker
            self.what = what
            self.reply = reply

    def __init__(self) -> None:
        super().__init__()
        self._detail: Detail | None = None
        self._picked: str | None = None
        self._told: Sequence[Chapter] = ()
        self._palette_version = 0
        self._ticking: Timer | None = None
        self._asking: Timer | None = None
        self._live: LiveFacts | None = None

    @property
    def _board(self) -> BoardApp:
        from console.screens.app import BoardApp

        app = self.app
        assert isinstance(app, BoardApp)
        return app

    def show(self, detail: Detail, selected: str | None) -> None:
        """Show what there is. ``selected`` is the key of the signal that is told first."""
        self._detail, self._picked = detail, selected
        self._watch(detail.running)
        self._draw()

    def rest(self) -> None:
        """Nobody looks: nothing is counted, nothing is asked."""
        for timer in (self._ticking, self._asking):
            if timer is not None:
                timer.stop()
        self._ticking = self._asking = None
        if self._live is not None:
            self._live.stop()
            self._live = None

    def on_unmount(self) -> None:
        self.rest()

    @property
    def _in_front(self) -> bool:
        return self.screen is self.app.screen

    def _draw(self) -> None:
        place, detail = self._board.picture.place, self._detail
        if place is None or detail is None:
            return
        now_ms = wall_ms() if place.live else place.at_ms
        live = self._live.facts(now_ms) if self._live is not None else ()
        told, palette = chapters(detail, now_ms, self._picked, live), self.palette
        if told != self._told or palette.version != self._palette_version:
            self._told, self._palette_version = told, palette.version
            self.set_lines(lambda width: story_lines(told, width, palette.glyphs))
        if self._ticking is None and place.live and self._in_front and counts_down(detail.facts, now_ms):
            self._ticking = self.set_timer(1.0 - time.time() % 1.0, self._ticked)

    def _ticked(self) -> None:
        """Another second of a countdown: only its cells look different."""
        self._ticking = None
        self._draw()

    # -- what Nomad says just now ------------------------------------------------------------------------------------

    def _watch(self, running: Running | None) -> None:
        """Ask about the allocation that runs, live and in front; stop when it is another, or none."""
        place = self._board.picture.place
        wanted = running if place is not None and place.live and self._in_front else None
        if self._live is not None and self._live.running != wanted:
            self._live.stop()
            self._live = None
        if wanted is None or self._live is not None or self._board.errands is None:
            return
        live = self._live = LiveFacts(self._board.errands, wanted, self._heard)
        live.ask()
        if self._asking is None:
            self._asking = self.set_interval(EVERY_S, self._ask)

    def _ask(self) -> None:
        if self._live is not None:
            self._live.ask()
            self._draw()  # what is not answered grows old

    def _heard(self, what: str, reply: Reply) -> None:
        live = self._live
        if live is not None:
            self.post_message(self.Replied(live, what, reply))

    @on(Replied)
    def _take(self, message: Replied) -> None:
        message.stop()
        message.asker.take(message.what, message.reply, wall_ms())
        if message.asker is self._live:
            self._draw()
