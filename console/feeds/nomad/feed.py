"""The Nomad feed: connect, list, backfill, follow the stream; whatever happens, say so and start again."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

import httpx

from console.feeds.backoff import Backoff
from console.feeds.nomad.ahead import Batches, next_of, reading_ahead
from console.feeds.nomad.blind import unreadable
from console.feeds.nomad.calls import Calls
from console.feeds.nomad.checks import Checks
from console.feeds.nomad.cluster import Change, Cluster
from console.feeds.nomad.connection import NomadAddress, http_client
from console.feeds.nomad.health import Standing
from console.feeds.nomad.listing import read_details
from console.feeds.nomad.newest import Newest
from console.feeds.nomad.objects import Evaluation, Job
from console.feeds.nomad.relisting import Relisting
from console.feeds.nomad.sampling import REST_ROUNDS, Sampling, Sleepers
from console.feeds.nomad.stats import Usage
from console.feeds.nomad.stream import TOPICS, Batch, permitted
from console.feeds.nomad.teller import Teller
from console.feeds.nomad.telling import SOURCE
from console.feeds.nomad.troubles import NomadTroubleError, Trouble, backwards, unreadable_certificate
from console.feeds.nomad.watch import changed, watch_server
from console.feeds.outlet import Outlet

STEADY_S = 5.0  # a connection that held this long was a good one
POLL_S = 10.0  # how often lists are read where the stream stays silent
LIST_S = 60.0  # how often a list is read although the stream runs: what Nomad collects leaves it without a word


class NomadFeed:
    """One Nomad.

    ``backfill_s``: how far back to rebuild at start; ``sample_s``: how often use and checks are sampled, 0 never;
    ``list_s``: how often one list is read beside the stream. Seconds. ``since_ms``: until when an earlier recorder saw
    it, unix ms; only what came after that is rebuilt.
    """

    name = SOURCE

    def __init__(
        self,
        address: NomadAddress,
        backfill_s: float = 7200.0,
        sample_s: float = 10.0,
        backoff: Backoff | None = None,
        list_s: float = LIST_S,
        since_ms: int | None = None,
    ) -> None:
        self._address = address
        self._backfill_s = backfill_s
        self._sample_s = sample_s
        self._backoff = backoff or Backoff()
        self._list_s = list_s
        self._cluster = Cluster()
        self._lists = Relisting(self._cluster, address.namespace, backfill_s, since_ms)
        self._streamed = 0  # the last index of the present stream
        self._topics: tuple[str, ...] = TOPICS
        self._sight_lost_ms: int | None = None

    async def run(self, out: Outlet) -> None:
        """Until cancelled."""
        calls = Calls(self._address, out.clock.now_ms)
        use_calls = Calls(self._address, out.clock.now_ms, threads=2)
        standing = Standing(out, self._address, calls)
        teller = Teller(out, self._cluster, standing.server_now_ms, int(self._backfill_s * 1000))
        sleepers = Sleepers(REST_ROUNDS * self._sample_s)
        usage = Usage(Sampling(use_calls, self._cluster, sleepers), self._sample_s)
        checks = Checks(Sampling(use_calls, self._cluster, sleepers), self._cluster, teller, self._sample_s)
        try:
            await standing.connecting()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(teller.run())
                tasks.create_task(usage.run(out))
                tasks.create_task(checks.run(out))
                tasks.create_task(self._sessions(out, calls, use_calls, standing, teller))
        finally:
            calls.close()
            use_calls.close()

    async def _sessions(self, out: Outlet, calls: Calls, use_calls: Calls, standing: Standing, teller: Teller) -> None:
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._session(out, calls, standing, teller)
            except NomadTroubleError as error:
                await self._lost(out, standing, error)
            if asyncio.get_running_loop().time() - began > STEADY_S:
                self._backoff.reset()
            calls.renew()
            use_calls.renew()
            await self._backoff.wait(out.clock)
            if self._sight_lost_ms is not None:
                await self._unseen(out, standing)

    async def _lost(self, out: Outlet, standing: Standing, error: NomadTroubleError) -> None:
        """The connection is gone. Silence began when something was last heard, a closed connection ends now."""
        if self._sight_lost_ms is None:
            heard = standing.heard_ms if error.trouble is Trouble.SILENT else None
            self._sight_lost_ms = heard or out.clock.now_ms()
        await standing.trouble(error)

    async def _unseen(self, out: Outlet, standing: Standing) -> None:
        """Put the gap so far; the next piece goes on from here."""
        now = out.clock.now_ms()
        if self._sight_lost_ms is not None and now > self._sight_lost_ms:
            await out.gap(self.name, self._sight_lost_ms, now, standing.why)
            self._sight_lost_ms = now

    async def _session(self, out: Outlet, calls: Calls, standing: Standing, teller: Teller) -> None:
        """One connection, from the first call to the failure that ends it."""
        self._streamed = 0
        await standing.meet()
        try:
            opened = await asyncio.to_thread(http_client, self._address)  # it may run the token command
        except OSError:
            raise unreadable_certificate(self._address) from None
        async with opened as client:
            try:
                async with reading_ahead(client, self._address, self._lists.index, self._topics) as batches:
                    await self._live(out, calls, standing, teller, batches)
            except NomadTroubleError as error:
                if error.trouble is not Trouble.SILENT or standing.live:
                    raise
                await self._silence(out, calls, client, standing, teller, error)

    async def _live(
        self,
        out: Outlet,
        calls: Calls,
        standing: Standing,
        teller: Teller,
        batches: Batches,
    ) -> None:
        first = await next_of(batches)  # {} or events: the stream is permitted. What comes now waits until lists are in
        missing = await self._lists.run(out, calls, standing, teller)
        missing += await unreadable(calls, self._address.namespace)
        await self._unseen(out, standing)
        self._sight_lost_ms = None
        await standing.fine(missing, self._topics)
        await self._take(first, out, calls, standing, teller)

        async def take_all() -> None:
            while True:
                await self._take(await next_of(batches), out, calls, standing, teller)

        def tell(found: Iterable[Change]) -> None:
            teller.tell(found, Newest(0))

        watching = watch_server(calls, standing, self._cluster, self._list_s, lambda: self._lists.index, tell)
        await _until_one_fails(take_all(), watching)

    async def _take(self, batch: Batch, out: Outlet, calls: Calls, standing: Standing, teller: Teller) -> None:
        """Apply one piece of the stream and tell what it changed."""
        standing.heard()
        changes: list[Change] = []
        for item in batch.items:
            if isinstance(item.thing, Job):
                await self._learn_versions(calls, item.thing)
            if change := self._cluster.apply(item.thing, item.removed):
                changes.append(change)
            if isinstance(item.thing, Evaluation) and item.thing.trigger == "job-deregister":
                changes += await self._purged(calls, item.thing.job_key)
        if batch.raft_index:
            if batch.raft_index < self._streamed:
                raise backwards(self._address, batch.raft_index, self._streamed)
            self._streamed = batch.raft_index
            self._lists.index = max(self._lists.index, batch.raft_index)
        if batch.items:
            standing.news()
        if changes:
            teller.tell(changes)

    async def _purged(self, calls: Calls, key: str) -> list[Change]:
        """A job that is purged leaves the stream without a word: only the evaluation that ends it tells."""
        job = self._cluster.jobs.get(key)
        if job is None:
            return []
        try:
            await calls.get("job", job.id, namespace=job.namespace, read=lambda body: None)
        except NomadTroubleError as error:
            if error.trouble is Trouble.ABSENT and (change := self._cluster.remove_job(key)):
                return [change]
        return []

    async def _learn_versions(self, calls: Calls, job: Job) -> None:
        """To say what a new version changed, the one before must be known; that of an old job is read now."""
        if job.version > 0 and not job.stopped and not self._cluster.versions.knows(job.key, job.version - 1):
            details = await read_details(calls, [job], [])
            for version in details.versions.get(job.key, ()):
                if version.version < job.version:
                    self._cluster.versions.remember(version)

    async def _silence(
        self,
        out: Outlet,
        calls: Calls,
        client: httpx.AsyncClient,
        standing: Standing,
        teller: Teller,
        error: NomadTroubleError,
    ) -> None:
        """200 and no byte: a topic is denied, or something between holds the stream back. Find out, and do without."""
        listing = await self._lists.run(out, calls, standing, teller)  # raises what plain calls say: denied, dead ...
        listing += await unreadable(calls, self._address.namespace)
        allowed = await permitted(client, self._address, self._lists.index)
        if allowed and set(allowed) != set(self._topics):
            self._topics = tuple(allowed)
            await standing.fine(listing, self._topics)
            raise NomadTroubleError(Trouble.CLOSED, "the event stream is asked for again without what is denied")
        self._topics = TOPICS
        await self._unseen(out, standing)
        self._sight_lost_ms = None
        await standing.without_stream(error, listing)
        for _ in range(30):  # then see whether the stream is allowed now
            await changed(client, self._address, self._cluster.floor["jobs"], POLL_S)
            await self._lists.run(out, calls, standing, teller)


async def _until_one_fails(*work: Coroutine[Any, Any, None]) -> None:
    """Run side by side; the first that ends ends all, and its failure is raised as it is."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
