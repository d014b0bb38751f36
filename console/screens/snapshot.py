"""A screen drawn without a terminal: exactly its cells as text, or as an SVG picture. The same tape gives the same."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from console.screens.actions.registry import RefusedError
from console.screens.app import BoardApp, screen_lines
from console.screens.frame import Frame
from console.screens.start import Start
from console.screens.tape.reader import TapeReader
from console.screens.tape.reading import Reading
from console.settings.paths import DEMO_TAPE, shown_address
from console.tape.errors import TapeError
from console.tape.store import open_tape

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from console.config import Settings

Form = Literal["text", "svg"]
RANKING_S = 60.0  # for so long a drill-down waits for its ranking


class StillFeed:
    """Reads a tape in place, when asked: no thread, no clock but the one that is given."""

    def __init__(self, start: Start, now_ms: Callable[[], int]) -> None:
        self.start = start
        self._reading = Reading(start, None, now_ms)
        self._take: Callable[[Frame], None] | None = None
        problem = self._reading.open()
        if problem:
            raise TapeError(problem.rstrip("."))

    def connect(self, take: Callable[[Frame], None], broken: Callable[[], None]) -> list[Frame]:
        self._take = take
        self._reading.turn((TapeReader.finish,))
        frame = self._reading.frame()
        return [] if frame is None else [frame]

    def ask(self, request: Callable[[TapeReader], None]) -> None:
        self.turn(request)

    def pace(self, tick_s: float) -> None:
        """Nothing comes by itself here."""

    def turn(self, *requests: Callable[[TapeReader], None]) -> None:
        """Do what is asked and what is due, and hand over what came of it."""
        self._reading.turn((*requests, TapeReader.finish))
        frame = self._reading.frame()
        if frame is not None and self._take is not None:
            self._take(frame)

    def close(self) -> None:
        self._reading.close()


def draw(
    settings: Settings,
    *,
    tape: str,
    screen: str = "board",
    size: tuple[int, int] = (120, 36),
    at: int | None = None,
    form: Form = "text",
    theme: str | None = None,
    row: str = "",
) -> str:
    """Draw a screen of a tape at a moment (unix milliseconds; None: its end). ``row`` is what the ``drill`` screen
    looks into: a row by its name or key, or an object of Nomad (``allocation:1f3a``, the beginning of an id). Raises
    TapeError and NoSuchRowError.
    """
    at_ms = end_of(tape) if at is None else at
    mode: Literal["demo", "replay"] = "demo" if tape == str(DEMO_TAPE) else "replay"
    feed = StillFeed(Start(tape, shown_address(tape), mode, at_ms), lambda: at_ms)
    try:
        app = BoardApp(feed, theme=theme or settings.theme, driver_class=None)
        return asyncio.run(_draw(app, size, form, screen, row))
    finally:
        feed.close()


def end_of(tape: str) -> int:
    """The last time on a tape, in unix milliseconds."""
    with open_tape(tape, "read") as store:
        span = store.span()
    return span[1] if span is not None else 0


async def _draw(app: BoardApp, size: tuple[int, int], form: Form, screen: str, row: str) -> str:
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        if screen == "drill":
            await _drill(app, pilot, row)
        elif screen != "board":
            app.desk.run_line(screen)  # a screen is opened by the command of its name
            await pilot.pause()
        if form == "svg":
            return app.export_screenshot(title="Fourth Signal")
        return "\n".join(line.rstrip() for line in screen_lines(app.screen)) + "\n"


async def _drill(app: BoardApp, pilot: Pilot[int], row: str) -> None:
    """Look into a row or an object, and wait until what moved with it is there, or why it is not."""
    from console.screens.drill.screen import DetailScreen

    drill = DetailScreen(key_of(app, row))
    app.push_screen(drill)
    await pilot.pause()
    ends = time.monotonic() + RANKING_S
    while not drill.settled and time.monotonic() < ends:
        await asyncio.sleep(0.02)
        await pilot.pause()
    await pilot.pause()


def key_of(app: BoardApp, wanted: str) -> str:
    """The key of the row that is called so, or else of the object of Nomad. Raises NoSuchRowError."""
    from console.screens.board.rowsearch import NoSuchRowError, find_key

    try:
        return find_key(app.picture.rows, wanted)
    except NoSuchRowError as no_row:
        found: list[str] = []
        unclear: list[str] = []

        def look(reader: TapeReader) -> None:
            try:
                found.append(str(reader.inventory.find(wanted)))
            except RefusedError as refused:
                unclear.append(str(refused).rstrip("."))

        app.ask_reader(look)
        if found:
            return found[0]
        raise NoSuchRowError(f"{no_row}. {unclear[0]}" if unclear else str(no_row)) from None
