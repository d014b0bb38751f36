"""The event stream: NDJSON over httpx, told apart into objects, heartbeats and silence."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any, NamedTuple

import httpx

from console.feeds.nomad.cluster import Thing
from console.feeds.nomad.connection import NomadAddress, extensions
from console.feeds.nomad.node_reading import read_node
from console.feeds.nomad.reading import (
    read_allocation,
    read_deployment,
    read_evaluation,
    read_job,
    read_service,
)
from console.feeds.nomad.troubles import EXPECTED, NomadTroubleError, Trouble, from_status, not_nomad, trouble

PATH = "/v1/event/stream"
TOPICS = ("Job", "Allocation", "Evaluation", "Deployment", "Service", "Node")
FIRST_S = 5.0  # an allowed stream says {} at once
IDLE_S = 75.0  # two heartbeats and a half
_LONGEST = 64 * 1024 * 1024

_READERS: dict[str, Callable[[Any], Thing]] = {
    "Job": read_job,
    "Allocation": read_allocation,
    "Evaluation": read_evaluation,
    "Deployment": read_deployment,
    "Service": read_service,
    "Node": read_node,
}


class Item(NamedTuple):
    """One object that an event carries. ``removed`` for what is no longer there."""

    thing: Thing
    removed: bool


class Batch(NamedTuple):
    """What came in one piece: objects in order, and the greatest index; no objects is a heartbeat."""

    items: tuple[Item, ...]
    raft_index: int


async def follow(
    client: httpx.AsyncClient,
    address: NomadAddress,
    index: int,
    topics: Sequence[str] = TOPICS,
    first_s: float = FIRST_S,
    idle_s: float = IDLE_S,
) -> AsyncGenerator[Batch, None]:
    """Batches until the stream ends, which is always a NomadTroubleError. Index 0 replays what the server still has."""
    params: list[tuple[str, str | int | float | bool | None]] = [("topic", f"{topic}:*") for topic in topics]
    params += [("namespace", address.namespace), ("index", index)]
    if address.region:
        params.append(("region", address.region))
    try:
        async with client.stream("GET", PATH, params=params, extensions=extensions(address)) as response:
            if response.status_code != 200:
                raise from_status(
                    address, PATH, response.status_code, (await response.aread()).decode(errors="replace")
                )
            async with aclosing(_chunks(response, address, first_s, idle_s)) as chunks:
                async for batch in _batches(chunks, address):
                    yield batch
    except EXPECTED as error:
        raise trouble(address, PATH, error) from None
    raise NomadTroubleError(Trouble.CLOSED, f"Nomad at {address.base} closed the event stream")


async def _chunks(
    response: httpx.Response, address: NomadAddress, first_s: float, idle_s: float
) -> AsyncGenerator[bytes, None]:
    chunks = response.aiter_raw()
    patience = first_s
    while True:
        try:
            async with asyncio.timeout(patience):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise NomadTroubleError(
                Trouble.SILENT,
                f"the event stream of Nomad at {address.base} said nothing for {patience:.0f} s",
            ) from None
        patience = idle_s
        yield chunk


async def _batches(chunks: AsyncIterator[bytes], address: NomadAddress) -> AsyncIterator[Batch]:
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _LONGEST:
            raise not_nomad(address, PATH)
        items: list[Item] = []
        greatest = 0
        for line in lines:
            if line.strip():
                found, index = read_line(line, address)
                items += found
                greatest = max(greatest, index)
        if lines:
            yield Batch(tuple(items), greatest)


def read_line(line: bytes, address: NomadAddress) -> tuple[list[Item], int]:
    """The objects of one line. A line that cannot be read means events are lost: the caller has to list again."""
    try:
        body = json.loads(line)
        events = body.get("Events") or ()
        index = int(body.get("Index") or 0)
        items = [item for event in events if (item := _item(event, index)) is not None]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NomadTroubleError(
            Trouble.NOT_NOMAD,
            f"the event stream of Nomad at {address.base} holds a line that cannot be read",
            "if it stays so, look for a proxy between",
        ) from None
    return items, index


def _item(event: dict[str, Any], index: int) -> Item | None:
    topic = event["Topic"]
    read = _READERS.get(topic)
    if read is None:
        return None
    payload = (event.get("Payload") or {}).get(topic)
    if not payload:
        return None
    thing = read(payload)
    kind = str(event.get("Type") or "")
    if topic == "Service":
        # What leaves the catalogue comes with the index of its registration; a plan that replaces a lost
        # allocation takes its services away without saying "deregistration".
        return Item(thing._replace(modify_index=index), kind != "ServiceRegistration")
    return Item(thing, kind == "NodeDeregistration")


async def permitted(client: httpx.AsyncClient, address: NomadAddress, index: int) -> list[str]:
    """Those topics whose stream says something at once: one denied topic silences a whole stream."""

    async def says_something(topic: str) -> bool:
        try:
            async with aclosing(follow(client, address, index, [topic], first_s=2.0)) as batches:
                await anext(batches)
        except NomadTroubleError:
            return False
        return True

    answers = await asyncio.gather(*(says_something(topic) for topic in TOPICS))
    return [topic for topic, said in zip(TOPICS, answers, strict=True) if said]
