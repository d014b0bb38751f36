"""What a service that knows who is on call is to the feed, and how it is asked."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from console.config import ConfigError, OnCallSettings, Secret
from console.feeds.http import TIMEOUT_S, Source, SourceError
from console.governance.shapes import OnCallDoc

MOST_PAGES = 50
MOST_SCHEDULES = 1_000
REREAD_MS = 15 * 60_000  # names, teams and turns to come change rarely


class Roster(NamedTuple):
    """Who is on call by all schedules of a service, by the id of their entity; and what it did not say.

    ``whole``: these are all that it has, so one that is not among them is gone. ``partial`` is set where something was
    refused that is not needed to know who is on call.
    """

    schedules: Mapping[str, OnCallDoc]
    whole: bool
    partial: SourceError | None = None


class Asked:
    """The API of a service. Its token is read anew for each round of questions, so that a rotated one is picked up.

    ``scheme`` is what stands before the token in the header, ``headers`` what goes with each request.
    """

    def __init__(
        self,
        settings: OnCallSettings,
        scheme: str,
        headers: Mapping[str, str] = {},
        timeout_s: float = TIMEOUT_S,
        now_ms: Callable[[], float] | None = None,
    ) -> None:
        self._settings = settings
        self._token: Secret | None = None
        service = settings.service
        self._source = Source(
            service.title,
            settings.address or "",
            service.url_variable,
            timeout_s=timeout_s,
            now_ms=now_ms,
            token=lambda: self._token,
            denied_todo=f"check {settings.token.where or service.token_variable}, and what the token may read",
            scheme=scheme,
            headers=headers,
        )

    @property
    def address(self) -> str:
        return self._source.address

    async def begin(self) -> None:
        """Read the token for the questions that follow. Raises SourceError."""
        if self._settings.lacks:
            why, _, todo = self._settings.lacks.partition("; ")
            raise SourceError("denied", why, todo)
        try:
            self._token = await asyncio.to_thread(self._settings.token.read)
        except ConfigError as problem:
            raise SourceError("denied", f"{problem.what} ({problem.where})", problem.todo) from None

    async def get(self, path: str) -> dict[str, Any]:
        """The JSON object at a path. Raises SourceError."""
        return self._object(path, (await self._source.get(path)).data)

    async def post(self, path: str, question: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON object that a question is answered with. Raises SourceError."""
        return self._object(path, (await self._source.post(path, question)).data)

    def unlike(self, path: str) -> SourceError:
        """That an answer is not what this service answers."""
        service = self._settings.service
        why = f"{service.title} at {self.address} answered {path.partition('?')[0]} as {service.title} does not"
        return SourceError("degraded", why, f"check that {service.url_variable} is {service.title}'s")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._source.close()

    def _object(self, path: str, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self.unlike(path)
        return data


class Provider(ABC):
    """One service. ``name`` is as on the tape, ``title`` as people say it; ``scheme`` and ``headers`` as in Asked."""

    name: ClassVar[str]
    title: ClassVar[str]
    scheme: ClassVar[str] = "Bearer "
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self, settings: OnCallSettings, timeout_s: float = TIMEOUT_S, now_ms: Callable[[], float] | None = None
    ) -> None:
        self._api = Asked(settings, self.scheme, self.headers, timeout_s, now_ms)

    @property
    def address(self) -> str:
        """Where it is asked."""
        return self._api.address

    @abstractmethod
    async def ask(self, now_ms: int) -> Roster:
        """Who is on call now. Raises SourceError."""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()
