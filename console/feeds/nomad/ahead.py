"""The event stream read ahead into a bounded queue, so that nothing of it is lost while lists are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

import httpx

from console.feeds.nomad.connection import NomadAddress
from console.feeds.nomad.stream import Batch, follow
from console.feeds.nomad.troubles import NomadTroubleError

HELD = 5000  # batches that wait; a server drops a reader that is too slow

Batches = asyncio.Queue[Batch | NomadTroubleError]


@asynccontextmanager
async def reading_ahead(
    client: httpx.AsyncClient, address: NomadAddress, index: int, topics: Sequence[str]
) -> AsyncIterator[Batches]:
    """Batches of the stream from an index on, and at their end the trouble that ended them."""
    batches: Batches = asyncio.Queue(HELD)

    async def read() -> None:
        try:
            async with aclosing(follow(client, address, index, topics)) as stream:
                async for batch in stream:
                    await batches.put(batch)
        except NomadTroubleError as error:
            await batches.put(error)

    reader = asyncio.create_task(read())
    try:
        yield batches
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


async def next_of(batches: Batches) -> Batch:
    """The next batch; raises the trouble that ended the stream."""
    batch = await batches.get()
    if isinstance(batch, NomadTroubleError):
        raise batch
    return batch
