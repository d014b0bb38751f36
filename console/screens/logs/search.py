"""Looking for a text in logs that are followed."""

from __future__ import annotations

from console.logs.held import Held
from console.logs.search import Hits, Sought, sought
from console.screens.actions.registry import RefusedError
from widgets.logview import LogView


class LogSearch:
    """What is looked for in the lines that ``view`` shows, kept up as they come and go."""

    def __init__(self, view: LogView) -> None:
        self._view = view
        self.hits: Hits | None = None

    @property
    def text(self) -> str:
        """What is looked for, as it was typed."""
        return "" if self.hits is None else self.hits.what.text

    @property
    def what(self) -> Sought | None:
        return None if self.hits is None else self.hits.what

    @property
    def at_hit(self) -> int | None:
        """Which one of the hits the line is at which one stands."""
        current = self._view.current
        return None if self.hits is None or current is None else self.hits.place(current)

    def begin_anew(self) -> None:
        """Other lines are looked through."""
        if self.hits is not None:
            self.hits = Hits(self.hits.what)

    def update(self, held: Held) -> None:
        """Lines came or went."""
        if self.hits is not None:
            self.hits.update(held)

    def look_for(self, text: str, held: Held) -> None:
        """From what is in view upwards: the newest is what one looks for in a log. Raises WrongPatternError."""
        what = sought(text)
        self.hits = None if what is None else Hits(what)
        self.update(held)
        current = self._view.current
        found = None if self.hits is None or current is None else self.hits.beside(current + 1, -1)
        if found is not None:
            self._view.go_to(found)
        self._view.look_anew()

    def go_on(self, by: int) -> None:
        """To the next hit, or the one before. Raises RefusedError."""
        current = self._view.current
        if self.hits is None or current is None:
            raise RefusedError("Nothing is looked for; '/' does.")
        found = self.hits.beside(current, by)
        if found is None:
            raise RefusedError(f"No line that is held has '{self.text}' in it.")
        self._view.go_to(found)
