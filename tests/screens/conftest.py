"""A tape with a known story, and boards on it without a terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from console.screens.app import BoardApp, screen_lines
from console.screens.snapshot import StillFeed
from console.screens.start import Mode, Start
from tests.screens.verdictdocs import night
from tests.tapes.story import make_story, minute


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole story on a tape; nobody writes to it."""
    return make_story(tmp_path_factory.mktemp("tapes") / "story.tape")


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The story with verdicts; nobody writes to it."""
    return night(tmp_path_factory.mktemp("tapes") / "told.tape")


class Desk:
    """A board under test: its app, its feed, the clock that it goes by."""

    def __init__(self, feed: StillFeed, app: BoardApp, pilot: Pilot[Any], clock: list[int]) -> None:
        self.feed = feed
        self.app = app
        self.pilot = pilot
        self.clock = clock

    async def press(self, *keys: str) -> list[str]:
        """Press keys; the screen's lines afterwards."""
        await self.pilot.press(*keys)
        return await self.lines()

    async def command(self, line: str) -> list[str]:
        """Type a command line and enter it."""
        named = {" ": "space", ":": "colon", "-": "minus", ".": "full_stop"}
        return await self.press("colon", *(named.get(letter, letter) for letter in line), "enter")

    async def wait(self, seconds: float) -> list[str]:
        """Let the clock go on and the feed do what is due."""
        self.clock[0] += round(seconds * 1000)
        self.feed.turn()
        return await self.lines()

    async def lines(self) -> list[str]:
        await self.pilot.pause()
        return screen_lines(self.app.screen)

    @property
    def at_ms(self) -> int:
        place = self.app.picture.place
        assert place is not None
        return place.at_ms


OpenDesk = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def desk(story: Path) -> OpenDesk:
    """Opens a board: ``async with desk(at=12.5) as board``. ``at`` is a minute of the story."""

    @asynccontextmanager
    async def opened(
        *,
        at: float | None = 12.5,
        size: tuple[int, int] = (80, 24),
        mode: Mode = "replay",
        speed: float = 1.0,
        play: bool = False,
        tape: Path | None = None,
        now: int | None = None,
    ) -> AsyncIterator[Desk]:
        clock = [minute(60) if now is None else now]
        start = Start(str(tape or story), "story.tape", mode, None if at is None else minute(at), speed, play)
        feed = StillFeed(start, lambda: clock[0])
        try:
            app = BoardApp(feed, driver_class=None)
            async with app.run_test(size=size) as pilot:
                await pilot.pause()
                yield Desk(feed, app, pilot, clock)
        finally:
            feed.close()

    return opened
