"""Ordinary calls to Nomad: python-nomad in a few threads, with timeouts of our own and errors told in words."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

from console.feeds.nomad.connection import NomadAddress, requester
from console.feeds.nomad.troubles import EXPECTED, from_status, no_path, not_nomad, trouble
from console.feeds.skew import Skew

Read = TypeVar("Read")
CALL_TIMEOUT_S = 15.0  # without a leader a server takes 5 s to say so
PAGE = 200  # allocations a page: 28 MB of JSON for 10,000 of them are never in memory at once


class Answer(NamedTuple):
    """What a call brought. ``index`` is the table's index, 0 where the endpoint has none."""

    body: Any
    at_index: int
    next_token: str = ""


def quoted(address: NomadAddress, part: str) -> str:
    """An id as one part of a path, whatever is in it. Raises NomadTroubleError for those that would lead elsewhere:
    every client and server takes ``..`` for a step up, however it is written."""
    if part in ("", ".", ".."):
        raise no_path(address, part)
    return quote(part, safe="")


class Calls:
    """Calls to one Nomad. At most ``threads`` at a time; each thread has its own connections."""

    def __init__(self, address: NomadAddress, now_ms: Callable[[], int], threads: int = 4) -> None:
        self.address = address
        self.skew = Skew()
        self._now_ms = now_ms
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="nomad")
        self._own = threading.local()
        self._generation = 0

    def close(self) -> None:
        """Let go of the threads; a call under way ends by its timeout."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def renew(self) -> None:
        """Connect anew from here on, with the token as it is now."""
        self._generation += 1

    async def get(
        self,
        endpoint: str,
        *parts: str,
        read: Callable[[Any], Read] | None = None,
        timeout_s: float = CALL_TIMEOUT_S,
        **params: str | int,
    ) -> Answer:
        """GET ``/v1/<endpoint>/<parts>``. ``read`` turns the body into something smaller, in the thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._get, endpoint, parts, read, timeout_s, params)

    def _get(
        self,
        endpoint: str,
        parts: tuple[str, ...],
        read: Callable[[Any], Any] | None,
        timeout_s: float,
        params: dict[str, str | int],
    ) -> Answer:
        path = "/v1/" + "/".join((endpoint, *parts))
        started, sent_ms = time.monotonic(), self._now_ms()
        try:
            response = self._requester(endpoint).request(
                *(quoted(self.address, part) for part in parts), method="get", params=dict(params), timeout=timeout_s
            )
            self.skew.heard(response.headers.get("Date"), sent_ms, sent_ms + (time.monotonic() - started) * 1000)
            body = response.json()
        except EXPECTED as error:
            raise trouble(self.address, path, error) from None
        try:
            kept = read(body) if read else body
        except (KeyError, TypeError, AttributeError, ValueError):
            raise not_nomad(self.address, path) from None
        index = response.headers.get("X-Nomad-Index", "0")
        return Answer(kept, int(index) if index.isdigit() else 0, response.headers.get("X-Nomad-NextToken", ""))

    async def post(
        self, endpoint: str, *parts: str, body: Mapping[str, Any], timeout_s: float = CALL_TIMEOUT_S, **params: str
    ) -> Any:
        """POST ``/v1/<endpoint>/<parts>`` once; what it answers. Redirects are not followed, nothing is sent again."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._post, endpoint, parts, dict(body), timeout_s, params)

    def _post(
        self, endpoint: str, parts: tuple[str, ...], body: dict[str, Any], timeout_s: float, params: dict[str, str]
    ) -> Any:
        path = "/v1/" + "/".join((endpoint, *parts))
        try:
            named = [quoted(self.address, part) for part in parts]
            response = self._requester(endpoint).request(
                *named, method="post", json=body, params=params, timeout=timeout_s
            )
            if response.status_code >= 300:  # the client takes it for well
                raise from_status(self.address, path, response.status_code, response.text)
            return response.json() if response.content else {}
        except EXPECTED as error:
            raise trouble(self.address, path, error) from None

    def _requester(self, endpoint: str) -> Any:
        if getattr(self._own, "generation", None) != self._generation:
            self._own.generation, self._own.by_endpoint = self._generation, {}
        known = self._own.by_endpoint
        if endpoint not in known:
            known[endpoint] = requester(self.address, endpoint, CALL_TIMEOUT_S)
            first = next(iter(known.values()))
            known[endpoint].session = first.session  # one pool of connections a thread
        return known[endpoint]

    async def pages(
        self, endpoint: str, read: Callable[[Any], Read], per_page: int = PAGE, **params: str | int
    ) -> AsyncIterator[Answer]:
        """A list page by page. Start the stream from the first page's index: later pages may be newer."""
        asked: dict[str, Any] = {**params, "per_page": per_page}
        while True:
            answer = await self.get(endpoint, read=read, **asked)
            yield answer
            asked["next_token"] = answer.next_token
            if not answer.next_token:
                return
