"""The Nomad feed: connect, list, backfill, follow the stream; whatever happens, say so and start again."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import httpx

from console.feeds.backoff import Backoff
from console.feeds.nomad.ahead import Batches, next_of, reading_ahead
from console.feeds.nomad.backfill import history
from console.feeds.nomad.calls import Calls
from console.feeds.nomad.cluster import TABLES, Change, Cluster
from console.feeds.nomad.connection import NomadAddress, http_client
from console.feeds.nomad.health import Standing
from console.feeds.nomad.listing import Details, Listing, enriched, list_all, read_details, wanting
from console.feeds.nomad.objects import Evaluation, Job
from console.feeds.nomad.stats import Usage
from console.feeds.nomad.stream import TOPICS, Batch, permitted
from console.feeds.nomad.teller import CHUNK, Teller
from console.feeds.nomad.telling import SOURCE
from console.feeds.nomad.troubles import NomadTroubleError, Trouble, backwards, unreadable_certificate
from console.feeds.nomad.watch import changed, watch_namespaces, watch_server
from console.feeds.outlet import Outlet
from console.signals import Record, RecordKind

STEADY_S = 5.0  # a connection that held this long was a good one
POLL_S = 10.0  # how often lists are read where the stream stays silent
RELIST_S = 600.0  # how often lists are read although the stream runs: what Nomad collects leaves it without a word


class NomadFeed:
    """One Nomad. ``backfill_s``: how far back to rebuild at start; ``sample_s``: how often use is sampled, 0 never;
    ``relist_s``: how often to forget what was collected. Seconds. ``since_ms``: until when an earlier recorder saw it,
    unix ms; only what came after that is rebuilt."""

    name = SOURCE

    def __init__(
        self,
        address: NomadAddress,
        backfill_s: float = 7200.0,
        sample_s: float = 10.0,
        backoff: Backoff | None = None,
        relist_s: float = RELIST_S,
        since_ms: int | None = None,
    ) -> None:
        self._address = address
        self._backfill_s = backfill_s
        self._sample_s = sample_s
        self._backoff = backoff or Backoff()
        self._relist_s = relist_s
        self._since_ms = since_ms
        self._cluster = Cluster()
        self._index = 0  # where to ask the stream to go on
        self._streamed = 0  # the last index of the present stream
        self._topics: tuple[str, ...] = TOPICS
        self._backfilled = False
        self._sight_lost_ms: int | None = None

    async def run(self, out: Outlet) -> None:
        """Until cancelled."""
        calls = Calls(self._address, out.clock.now_ms)
        use_calls = Calls(self._address, out.clock.now_ms, threads=2)
        standing = Standing(out, self._address, calls)
        horizon_ms = out.clock.now_ms() - int(self._backfill_s * 1000)
        teller = Teller(out, self._cluster, standing.server_now_ms, horizon_ms)
        try:
            await standing.connecting()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(teller.run())
                tasks.create_task(Usage(use_calls, self._cluster, self._sample_s).run(out))
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
                async with reading_ahead(client, self._address, self._index, self._topics) as batches:
                    await self._live(out, calls, client, standing, teller, batches)
            except NomadTroubleError as error:
                if error.trouble is not Trouble.SILENT or standing.live:
                    raise
                await self._silence(out, calls, client, standing, teller, error)

    async def _live(
        self,
        out: Outlet,
        calls: Calls,
        client: httpx.AsyncClient,
        standing: Standing,
        teller: Teller,
        batches: Batches,
    ) -> None:
        first = await next_of(batches)  # {} or events: the stream is permitted. What comes now waits until lists are in
        missing = await self._list(out, calls, standing, teller)
        await self._unseen(out, standing)
        self._sight_lost_ms = None
        await standing.fine(missing, self._topics)
        await self._take(first, out, calls, standing, teller)

        async def take_all() -> None:
            now = asyncio.get_running_loop().time
            due = now() + self._relist_s
            while True:
                await self._take(await next_of(batches), out, calls, standing, teller)
                if now() >= due:
                    with suppress(NomadTroubleError):  # what is wrong with the server is told by who watches it
                        await self._list(out, calls, standing, teller)
                    due = now() + self._relist_s

        await _until_one_fails(
            take_all(),
            watch_server(calls, standing, self._cluster, out.clock),
            watch_namespaces(client, self._address),
        )

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
            self._index = max(self._index, batch.raft_index)
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
        if job.version > 0 and not job.stopped and job.version - 1 not in self._cluster.versions.get(job.key, {}):
            details = await read_details(calls, [job], [])
            for version in details.versions.get(job.key, ()):
                if version.version < job.version and version.spec is not None:
                    self._cluster.remember_version(job.key, version.version, version.spec)

    async def _list(self, out: Outlet, calls: Calls, standing: Standing, teller: Teller) -> tuple[str, ...]:
        """Read everything and tell what is new; the first time, the last hours as well. Returns what is denied."""
        listing = await list_all(calls, self._address.namespace)
        since = standing.server_now_ms() - int(self._backfill_s * 1000)
        details = await read_details(calls, *wanting(self._cluster, listing, since))
        listing = enriched(listing, details)
        if any(table.raft_index < self._cluster.floor[name] for name, table in listing.tables.items()):
            self._cluster.forget_indexes()
            self._index = 0
        if not self._backfilled:
            self._backfilled = True
            now_ms = standing.server_now_ms()
            if self._since_ms is not None:
                teller.covered_ms = min(now_ms, self._since_ms + now_ms - out.clock.now_ms())
            await self._backfill(out, listing, details, max(since, teller.covered_ms), now_ms, teller)
        for name in TABLES:
            if name in listing.tables:
                table = listing.tables[name]
                if name == "jobs":
                    self._tell_versions(details, teller)
                teller.tell(self._cluster.relist(name, table.things, table.raft_index))
        self._index = max(self._index, min(table.raft_index for table in listing.tables.values()))
        await teller.flush(all_now=True)
        standing.heard()
        return listing.missing

    def _tell_versions(self, details: Details, teller: Teller) -> None:
        """Versions that came and went unseen; the newest comes with the list."""
        for key, versions in details.versions.items():
            known = self._cluster.jobs.get(key)
            for version in versions:
                if version.spec is not None:
                    self._cluster.remember_version(key, version.version, version.spec)
                if known is not None and version.spec_index > known.spec_index and version is not versions[-1]:
                    if change := self._cluster.apply(version._replace(modify_index=known.modify_index + 1)):
                        teller.tell([change])
                    known = self._cluster.jobs[key]

    async def _backfill(
        self, out: Outlet, listing: Listing, details: Details, from_ms: int, to_ms: int, teller: Teller
    ) -> None:
        records = await asyncio.to_thread(history, listing, details, from_ms, to_ms, out.clock.now_ms())
        teller.know(one for one in records if one.kind is RecordKind.STATE)
        for start in range(0, len(records), CHUNK):
            piece: list[Record] = records[start : start + CHUNK]
            await out.records(piece)

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
        listing = await self._list(out, calls, standing, teller)  # raises what plain calls say: denied, dead ...
        allowed = await permitted(client, self._address, self._index)
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
            await self._list(out, calls, standing, teller)


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
