"""What runs beside the stream: is there a leader, did the index fall, did anything leave or come unheard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import httpx

from console.feeds.nomad.calls import Calls
from console.feeds.nomad.cluster import Change, Cluster
from console.feeds.nomad.connection import NomadAddress, extensions
from console.feeds.nomad.health import Standing
from console.feeds.nomad.rolling import Rolling
from console.feeds.nomad.stream import IDLE_S
from console.feeds.nomad.troubles import EXPECTED, NomadTroubleError, Trouble, backwards, from_status, trouble

CHECK_S = 10.0  # how long without an event until it is asked whether the server still has a leader


async def watch_server(
    calls: Calls,
    standing: Standing,
    cluster: Cluster,
    every_s: float,
    told: Callable[[], int],
    tell: Callable[[Iterable[Change]], None],
) -> None:
    """One list every ``every_s``; where no event comes, a small call more often.

    Without a leader the stream stays open and silent, so it cannot tell that; while events come there is one.
    ``told`` is the index up to which all was told; ``tell`` takes what left unheard. Ends only by raising.
    """
    rolling = Rolling(calls, cluster)
    now = asyncio.get_running_loop().time
    due = now() + every_s
    while True:
        await asyncio.sleep(max(0.0, min(CHECK_S, due - now())))
        try:
            if now() >= due:
                due = now() + every_s
                await _list(rolling, calls, cluster, told(), tell)
            elif standing.newsless_s >= CHECK_S:
                answer = await calls.get("jobs", per_page=1, namespace=calls.address.namespace)
                _forward(calls, answer.at_index, cluster.floor["jobs"])
            else:
                continue
        except NomadTroubleError as error:
            if error.trouble is not Trouble.NO_LEADER:
                raise
            await standing.leaderless(error)
            await _leader(calls)
            # A stream that was open through an election may have missed its events: begin anew.
            raise NomadTroubleError(
                Trouble.CLOSED, f"Nomad at {calls.address.base} had no leader for a while"
            ) from None
        if standing.silent_s < IDLE_S:
            standing.heard()


async def _list(
    rolling: Rolling, calls: Calls, cluster: Cluster, told: int, tell: Callable[[Iterable[Change]], None]
) -> None:
    found = await rolling.step(told)
    _forward(calls, found.raft_index, cluster.floor[found.table])
    tell(found.changes)
    if found.missed:
        # A namespace that is younger than the stream is not in it; otherwise events were lost.
        raise NomadTroubleError(
            Trouble.CLOSED, f"the event stream did not tell of {found.missed}: it is asked for again"
        )


def _forward(calls: Calls, index: int, known: int) -> None:
    if index and index < known:
        raise backwards(calls.address, index, known)


async def _leader(calls: Calls) -> None:
    while True:
        try:
            await calls.get("status", "leader")
            return
        except NomadTroubleError as error:
            if error.trouble is not Trouble.NO_LEADER:
                raise
        await asyncio.sleep(1.0)


async def changed(client: httpx.AsyncClient, address: NomadAddress, index: int, wait_s: float) -> None:
    """Wait until the list of jobs (which moves with allocations) is newer than an index, or time is up."""
    params = {"per_page": "1", "namespace": address.namespace, "index": str(index), "wait": f"{wait_s:.0f}s"}
    if address.region:
        params["region"] = address.region
    began = asyncio.get_running_loop().time()
    try:  # httpx, because a thread that waits cannot be called back
        timeout = wait_s * 17 / 16 + 10
        answer = await client.get("/v1/jobs", params=params, timeout=timeout, extensions=extensions(address))
    except EXPECTED as error:
        raise trouble(address, "/v1/jobs", error) from None
    if answer.status_code != 200:
        raise from_status(address, "/v1/jobs", answer.status_code, answer.text)
    if asyncio.get_running_loop().time() - began < 1.0:
        await asyncio.sleep(1.0)
