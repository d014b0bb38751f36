"""The app around the screens."""

from __future__ import annotations

from console.screens.app import BoardApp
from tests.screens.conftest import OpenDesk


async def test_a_frame_that_comes_when_all_screens_are_gone_is_no_fault(desk: OpenDesk) -> None:
    async with desk(at=12.5) as board:
        app: BoardApp = board.app
        before = app.picture.place
    assert not app.screen_stack
    app.draw(set())
    assert app.picture.place is before
    assert app.fault is None
