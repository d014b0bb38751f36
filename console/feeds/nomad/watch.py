"""What runs beside the stream: is there a leader, did the index fall, are there new namespaces."""

from __future__ import annotations

import asyncio

import httpx

from console.feeds.nomad.calls import Calls
from console.feeds.nomad.cluster import Cluster
from console.feeds.nomad.connection import NomadAddress, extensions
from console.feeds.nomad.health import Standing
from console.feeds.nomad.stream import IDLE_S
from console.feeds.nomad.troubles import (
    EXPECTED,
    NomadTroubleError,
    Trouble,
    backwards,
    from_status,
    not_nomad,
    trouble,
)
from console.feeds.outlet import Clock

CHECK_S = 10.0
_WAIT_S = 60.0


async def watch_server(calls: Calls, standing: Standing, cluster: Cluster, clock: Clock) -> None:
    """Every few seconds one small call. Without a leader the stream stays open and silent, so it cannot tell."""
    while True:
        await asyncio.sleep(CHECK_S)
        try:
            answer = await calls.get("jobs", per_page=1, namespace=calls.address.namespace)
        except NomadTroubleError as error:
            if error.trouble is not Trouble.NO_LEADER:
                raise
            await standing.leaderless(error)
            await _leader(calls)
            # A stream that was open through an election may have missed its events: begin anew.
            raise NomadTroubleError(
                Trouble.CLOSED, f"Nomad at {calls.address.base} had no leader for a while"
            ) from None
        if answer.at_index and answer.at_index < cluster.floor["jobs"]:
            raise backwards(calls.address, answer.at_index, cluster.floor["jobs"])
        if standing.silent_s < IDLE_S:
            standing.heard()


async def _leader(calls: Calls) -> None:
    while True:
        try:
            await calls.get("status", "leader")
            return
        except NomadTroubleError as error:
            if error.trouble is not Trouble.NO_LEADER:
                raise
        await asyncio.sleep(1.0)


async def watch_namespaces(client: httpx.AsyncClient, address: NomadAddress) -> None:
    """Ends with a failure when a namespace comes or goes: ``*`` is resolved once, when a stream begins."""
    if address.namespace != "*":
        await asyncio.Event().wait()
    index, known = 0, None
    while True:
        try:
            answer = await _blocking(client, address, "/v1/namespaces", index, _WAIT_S, {})
            names = {str(namespace["Name"]) for namespace in answer.json()}
        except NomadTroubleError as error:
            if error.trouble is Trouble.DENIED:
                await asyncio.Event().wait()  # names of namespaces are not for us; the stream goes on
            if error.trouble is not Trouble.NO_LEADER:
                raise
            await asyncio.sleep(CHECK_S)  # told by the call that watches for it
            continue
        except (KeyError, TypeError, ValueError):
            raise not_nomad(address, "/v1/namespaces") from None
        if known is not None and names != known:
            raise NomadTroubleError(Trouble.CLOSED, "the namespaces changed: the event stream is asked for again")
        fresh = int(answer.headers.get("X-Nomad-Index") or 0)
        if fresh == index or not fresh:
            await asyncio.sleep(1.0)  # never a busy loop, whatever the server does
        index, known = fresh if fresh >= index else 0, names


async def changed(client: httpx.AsyncClient, address: NomadAddress, index: int, wait_s: float) -> None:
    """Wait until the list of jobs (which moves with allocations) is newer than an index, or time is up."""
    params = {"per_page": "1", "namespace": address.namespace}
    began = asyncio.get_running_loop().time()
    await _blocking(client, address, "/v1/jobs", index, wait_s, params)
    if asyncio.get_running_loop().time() - began < 1.0:
        await asyncio.sleep(1.0)


async def _blocking(
    client: httpx.AsyncClient, address: NomadAddress, path: str, index: int, wait_s: float, params: dict[str, str]
) -> httpx.Response:
    """A blocking query; httpx, because a thread that waits cannot be called back."""
    asked = {**params, "index": str(index), "wait": f"{wait_s:.0f}s"}
    if address.region:
        asked["region"] = address.region
    try:
        answer = await client.get(path, params=asked, timeout=wait_s * 17 / 16 + 10, extensions=extensions(address))
    except EXPECTED as error:
        raise trouble(address, path, error) from None
    if answer.status_code != 200:
        raise from_status(address, path, answer.status_code, answer.text)
    return answer
