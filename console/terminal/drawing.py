"""An app whose updates are drawn on the driver's canvas where it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from textual.app import App, ReturnType

from console.terminal.driver import FastDriver
from console.terminal.updates import DRAWN

if TYPE_CHECKING:
    from textual.screen import Screen


class DrawingApp(App[ReturnType]):
    """Mixed in by apps that may run with a `FastDriver`; with any other driver it changes nothing."""

    def paced(self, tick_s: float) -> None:
        """The terminal takes data no more often than this. Called whenever that changes."""

    def redraw(self) -> None:
        """Draw everything again: somebody else has written on the terminal."""
        if isinstance(self._driver, FastDriver):
            self._driver.redraw()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        driver = self._driver
        if not (isinstance(driver, FastDriver) and driver.draws and isinstance(renderable, DRAWN)):
            super()._display(screen, renderable)
            return
        try:
            if self._running and not self._closed and not self._batch_count:
                driver.synchronised = self._sync_available
                colours = self.console._color_system or ColorSystem.TRUECOLOR
                driver.draw(renderable, self.screen.outer_size, colours)
        except Exception as error:
            self._handle_exception(error)
        finally:
            self.post_display_hook()
