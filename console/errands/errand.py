"""One request under way in the errands process, as the function that does it sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from console.errands.nomads import Nomad, Nomads, NoSuchClusterError
from console.errands.protocol import Kind, Request


class RefusedAskError(Exception):
    """A request that cannot be done as asked. ``why`` is a sentence without a full stop, ``todo`` what one can do."""

    def __init__(self, why: str, todo: str = "", *, denied: bool = False) -> None:
        super().__init__(why)
        self.why, self.todo, self.denied = why, todo, denied


class Terms(NamedTuple):
    """On what terms the viewer runs: the tape it looks at, and whether it was started to do something to Nomad."""

    tape: str = ""
    actions: bool = False


class Errand:
    """What was asked, of which Nomad, and the way to answer. ``hold`` has what it is given come to its end, also when
    the viewer leaves meanwhile."""

    def __init__(
        self,
        request: Request,
        nomads: Nomads,
        send: Callable[[int, Kind, Mapping[str, Any]], Awaitable[None]],
        hold: Callable[[asyncio.Future[Any]], None],
        terms: Terms,
    ) -> None:
        self.request = request
        self.nomad = nomads.find(request.cluster)
        self.answered = False
        self.hold = hold
        self.terms = terms
        self._nomads = nomads
        self._send = send

    def nomad_at(self, place: str) -> Nomad:
        """The Nomad of a place. Raises RefusedAskError."""
        try:
            return self._nomads.find(place)
        except NoSuchClusterError as problem:
            raise RefusedAskError(str(problem)) from None

    async def part(self, **told: Any) -> None:
        """One of several replies; waits while the viewer is slow to take them."""
        await self._send(self.request.id, "part", told)

    async def answer(self, **told: Any) -> None:
        """The one reply."""
        self.answered = True
        await self._send(self.request.id, "answer", told)

    def text(self, name: str, default: str | None = None) -> str:
        """A text that the request gives. Raises RefusedAskError when it is missing and there is no default."""
        value = self.request.given.get(name, default)
        if not isinstance(value, str) or (default is None and not value):
            raise RefusedAskError(f"'{name}' is a text that {self.request.ask} needs")
        return value

    def whole(self, name: str, least: int, most: int, default: int) -> int:
        """A whole number that the request gives."""
        value = self.request.given.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise RefusedAskError(f"'{name}' is a whole number from {least} to {most}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """Yes or no."""
        value = self.request.given.get(name, default)
        if not isinstance(value, bool):
            raise RefusedAskError(f"'{name}' is true or false")
        return value
