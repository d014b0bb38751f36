"""The Nomads that errands are run to: each with its connections, and a token that may change meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

import httpx

from console.feeds.nomad.calls import Calls
from console.feeds.nomad.connection import NomadAddress, http_client

THREADS = 8
TOKEN_S = 60.0  # for so long a token that was read is used; a refusal has it read again


class NoSuchClusterError(Exception):
    """No Nomad of that name is configured; its text is a sentence."""


class Nomad:
    """One Nomad. ``calls`` are ordinary ones; ``client`` is for what is followed."""

    def __init__(self, address: NomadAddress) -> None:
        self._configured = address
        self._token: str | None = None
        self._read_s = float("-inf")
        self._reading = asyncio.Lock()
        self._clients: dict[str | None, httpx.AsyncClient] = {}
        self.address = replace(address, token=lambda: self._token)
        self.calls = Calls(self.address, lambda: time.time_ns() // 1_000_000, THREADS)

    async def ready(self) -> None:
        """Have a token that is not old. It may come from a command that takes seconds, so a thread waits for it."""
        async with self._reading:
            if time.monotonic() - self._read_s < TOKEN_S:
                return
            token = await asyncio.to_thread(self._configured.token)
            if token != self._token:
                self._token = token
                self.calls.renew()
            self._read_s = time.monotonic()

    async def client(self) -> httpx.AsyncClient:
        """A client with the token as it is now. Raises OSError when a certificate file cannot be read."""
        await self.ready()
        if self._token not in self._clients:
            self._clients[self._token] = http_client(self.address)
        return self._clients[self._token]

    def refused(self) -> None:
        """The token was not good enough: read it again the next time."""
        self._read_s = float("-inf")


class Nomads:
    """All that are configured, by the name of their cluster; "" is the first."""

    def __init__(self, addresses: Mapping[str, NomadAddress]) -> None:
        self._addresses = dict(addresses)
        self._known: dict[str, Nomad] = {}

    def find(self, cluster: str) -> Nomad:
        """The Nomad of a name. Raises NoSuchClusterError."""
        name = cluster or next(iter(self._addresses), "")
        if name not in self._addresses:
            names = ", ".join(one for one in self._addresses if one)
            raise NoSuchClusterError(
                f"there is no cluster {cluster!r}" + (f"; there are {names}" if names else "; there is one Nomad")
            )
        if name not in self._known:
            self._known[name] = Nomad(self._addresses[name])
        return self._known[name]
