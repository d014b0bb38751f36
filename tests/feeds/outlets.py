"""A feed on a quick clock, and servers that answer as badly as a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from console.documents import FeedDoc
from console.feeds.outlet import Feed
from tests.doubles.outlet import MemoryOutlet, RealClock


class QuickClock(RealClock):
    """The machine's time; sleeps are cut to ``longest_s`` so that tests need not wait for a poll."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, self._longest_s))


class QuickOutlet(MemoryOutlet):
    """An outlet on a quick clock, for tests of one feed."""

    def __init__(self, longest_s: float = 0.05) -> None:
        super().__init__(QuickClock(longest_s))

    def doc(self) -> FeedDoc:
        """The feed's health as last stated."""
        started: FeedDoc = {"state": "off", "why": "", "todo": "", "address": ""}
        return self.healths[-1][1] if self.healths else started


@asynccontextmanager
async def running(feed: Feed, out: QuickOutlet) -> AsyncIterator[None]:
    """Run a feed for as long as the block lasts."""
    task = asyncio.create_task(feed.run(out))
    try:
        yield
        assert not task.done(), "the feed ended by itself"
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


Handler = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(handler: Handler, port: int = 0) -> AsyncIterator[str]:
    """A raw HTTP server: ``handler`` gets the path and writes whatever it likes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = await reader.readuntil(b"\r\n\r\n")
            await handler(head.split()[1].decode(), writer)
            await writer.drain()
        writer.close()

    started = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{started.sockets[0].getsockname()[1]}"
    finally:
        started.close()


def reply(writer: asyncio.StreamWriter, status: int, body: str | bytes, *headers: str) -> None:
    """Write one complete answer."""
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(raw)}", "Connection: close", *headers, "", ""]
    writer.write("\r\n".join(lines).encode() + raw)
