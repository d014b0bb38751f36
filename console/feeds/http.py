"""Plain JSON over HTTP for feeds: bounded, and each failure told as a sentence with something to do."""

from __future__ import annotations

import asyncio
import json
import math
import ssl
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import httpx

from console.documents import FeedState
from console.plain import plain
from console.settings.errors import ConfigError
from console.settings.secret import Secret, known_values

MOST_BYTES = 32 * 1024 * 1024
TIMEOUT_S = 10.0
_MOST_WAIT_S = 3600.0
_MOST_SAID = 16_384  # bytes of an error's page: secrets are hidden before it is cut, so that none is cut in two
_NO_HEADERS: Mapping[str, str] = {}
_TLS_WORDS = ("CERTIFICATE", "SSL", "TLS")


class SourceError(Exception):
    """A source did not give what was asked. ``why`` is one sentence without its full stop; so is ``todo``.

    ``wait_s`` is for how long it wants to be left alone; 0 where it did not say.
    """

    def __init__(self, state: FeedState, why: str, todo: str, wait_s: float = 0.0) -> None:
        super().__init__(state, why, todo)
        self.state = state
        self.why = why
        self.todo = todo
        self.wait_s = wait_s

    def __str__(self) -> str:
        return f"{self.why}; {self.todo}"


class Answer(NamedTuple):
    """A JSON answer, when it was asked for and arrived (the given clock, unix ms), and the server's Date header."""

    data: Any
    sent_ms: float
    arrived_ms: float
    date: str | None


class Source:
    """One server that speaks JSON. ``what`` is its name in sentences, ``setting`` the variable that sets it,
    ``now_ms`` the clock that answers are timed by (unix ms; the machine's by default). ``token`` gives what to send as
    bearer token, asked again for each request so that a rotated one is picked up; it may raise ConfigError and block.
    ``scheme`` stands before it in the header. ``headers`` go with each request. ``denied_todo`` is what to do where the
    server refuses."""

    def __init__(
        self,
        what: str,
        address: str,
        setting: str,
        auth: Secret | None = None,
        timeout_s: float = TIMEOUT_S,
        now_ms: Callable[[], float] | None = None,
        token: Callable[[], Secret | None] | None = None,
        denied_todo: str = "",
        scheme: str = "Bearer ",
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> None:
        self.what = what
        self.address = address.rstrip("/")
        self._setting = setting
        self._timeout_s = timeout_s
        self._now_ms = now_ms or (lambda: time.time() * 1000)
        self._token = token
        self._scheme = scheme
        self._denied_todo = denied_todo or f"put user:password@ into {setting}, or ask who runs it"
        user, _, password = auth.reveal().partition(":") if auth else ("", "", "")
        self._client = httpx.AsyncClient(
            auth=httpx.BasicAuth(user, password) if auth else None,
            timeout=timeout_s,
            headers={"Accept": "application/json", "User-Agent": "fourthsignal", **headers},
        )

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    async def get(self, path: str) -> Answer:
        """The JSON at a path. Raises SourceError, whatever happens on the way."""
        return self._json(path, *await self._fetch("GET", path))

    async def post(self, path: str, question: Any) -> Answer:
        """The JSON that a question in JSON is answered with. Raises SourceError, whatever happens on the way."""
        return self._json(path, *await self._fetch("POST", path, question))

    def _json(self, path: str, raw: bytes, sent_ms: float, arrived_ms: float, date: str | None) -> Answer:
        try:
            data = json.loads(raw)
        except (ValueError, RecursionError):
            where, shown = f"{self.what} at {self.address}", path.partition("?")[0]
            why = f"{where} answered {shown} with {_kind(raw)}"
            raise SourceError("degraded", why, f"check {self._setting}") from None
        return Answer(data, sent_ms, arrived_ms, date)

    async def text(self, path: str) -> str:
        """The text at a path. Raises SourceError, whatever happens on the way."""
        return (await self._fetch("GET", path))[0].decode("utf-8", "replace")

    async def _fetch(self, method: str, path: str, question: Any = None) -> tuple[bytes, float, float, str | None]:
        where = f"{self.what} at {self.address}"
        headers = await self._bearer()
        sent_ms = self._now_ms()
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                self._client.stream(method, f"{self.address}{path}", headers=headers, json=question) as response,
            ):
                raw = await _body(response, where)
        except (httpx.TimeoutException, TimeoutError):
            raise SourceError(
                "down",
                f"{where} did not answer within {self._timeout_s:g} s",
                "check the network and whether it is overloaded",
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as problem:
            raise self._unreachable(where, problem) from None
        arrived_ms = self._now_ms()
        self._check(response, raw, where, path.partition("?")[0])
        return raw, sent_ms, arrived_ms, response.headers.get("Date")

    async def _bearer(self) -> dict[str, str]:
        if self._token is None:
            return {}
        try:
            token = await asyncio.to_thread(self._token)
        except ConfigError as problem:
            raise SourceError("denied", f"{problem.what} ({problem.where})", problem.todo) from None
        if token and not token.reveal().isascii():
            why = f"the token for {self.what} holds characters that no header can hold"
            raise SourceError("denied", why, "give the token as its server made it")
        return {"Authorization": f"{self._scheme}{token.reveal()}"} if token else {}

    def _unreachable(self, where: str, problem: Exception) -> SourceError:
        said = str(problem)
        if any(word in said.upper() for word in _TLS_WORDS):
            why = f"no secure connection to {where} ({plain(said, 160)})"
            return SourceError("down", why, f"check its certificate, and http or https in {self._setting}")
        if isinstance(problem, httpx.ConnectError):
            unknown = any(word in said for word in ("Name or service", "nodename", "resolution", "No address"))
            why = f"the host of {self.what} ({self.address}) is not known" if unknown else f"{where} is not reachable"
            return SourceError("down", why, f"check that it runs, and {self._setting}")
        if isinstance(problem, httpx.InvalidURL):
            return SourceError("down", f"{self.address} is not an address", f"check {self._setting}")
        return SourceError("down", f"{where} broke off the answer", f"check that it runs, and {self._setting}")

    def _check(self, response: httpx.Response, raw: bytes, where: str, path: str) -> None:
        status = response.status_code
        if status < 300:
            return
        said = plain(_without_secrets(raw[:_MOST_SAID].decode("utf-8", "replace"))[:400], 160).strip()
        if status == 403 and "host header" in said.casefold():
            why = f"{where} does not accept the name that it is called by ({status})"
            raise SourceError("denied", why, f"let it allow that host name, or give another address in {self._setting}")
        if status in (401, 403):
            why = f"{where} does not permit {path} ({status})"
            raise SourceError("denied", why, self._denied_todo)
        if status == 429:
            why = f"{where} is asked too often ({status})"
            raise SourceError("degraded", why, "see who else asks it", _wait_s(response.headers))
        if status < 400:
            why = f"{where} sends {path} elsewhere ({status})"
            raise SourceError("degraded", why, f"give the final address in {self._setting}")
        if status == 404:
            raise SourceError("degraded", f"{where} has no {path}", f"check that {self._setting} is {self.what}'s")
        answer = f"{where} answered {path} with {status}" + (f": {said}" if said else "")
        raise SourceError("down" if status >= 500 else "degraded", answer, "look at its log")


def _kind(raw: bytes) -> str:
    """What an answer is that is not JSON, as far as one can tell: a page is mostly that of a proxy or a login."""
    begins = raw[:200].lstrip().lower()
    page = "a web page, which is not JSON"
    return page if begins.startswith((b"<!doctype", b"<html", b"<?xml")) else "something that is not JSON"


def _wait_s(headers: httpx.Headers) -> float:
    """For how many seconds a server wants to be left alone, at most an hour. ``Retry-After`` is a number or a date;
    PagerDuty says ``ratelimit-reset`` and Opsgenie the period in which requests are counted."""
    for name in ("Retry-After", "ratelimit-reset", "X-RateLimit-Period-In-Sec"):
        said = headers.get(name, "").strip()
        try:
            seconds = float(said) if said[:1].isdigit() else (_moment(said) - _moment(headers.get("Date", "")))
        except (ValueError, TypeError):
            continue
        return max(0.0, min(_MOST_WAIT_S, seconds)) if math.isfinite(seconds) else 0.0
    return 0.0


def _moment(date: str) -> float:
    return parsedate_to_datetime(date).timestamp()


def _without_secrets(text: str) -> str:
    """What a server answers, should it repeat what it was given."""
    for value in known_values():
        text = text.replace(value, "(hidden)") if value else text
    return text


async def _body(response: httpx.Response, where: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > MOST_BYTES:
            raise SourceError("degraded", f"{where} answered with over {MOST_BYTES >> 20} MB", "narrow what it holds")
        parts.append(part)
    return b"".join(parts)
