"""Reading everything and telling what is new: at the start with the last hours, and after every gap in the stream."""

from __future__ import annotations

import asyncio
from itertools import islice

from console.feeds.nomad.backfill import history
from console.feeds.nomad.calls import Calls
from console.feeds.nomad.cluster import TABLES, Cluster
from console.feeds.nomad.health import Standing
from console.feeds.nomad.listing import (
    Details,
    Listing,
    Table,
    enriched,
    list_all,
    read_details,
    read_services,
    wanting,
)
from console.feeds.nomad.newest import MOST_MINOR, Newest
from console.feeds.nomad.objects import Evaluation
from console.feeds.nomad.teller import CHUNK, Teller
from console.feeds.outlet import Outlet
from console.signals import RecordKind


class Relisting:
    """Lists of one Nomad. ``index`` is where the stream has to go on after the last of them."""

    def __init__(self, cluster: Cluster, namespace: str, backfill_s: float, since_ms: int | None) -> None:
        self._cluster = cluster
        self._namespace = namespace
        self._backfill_s = backfill_s
        self._since_ms = since_ms
        self._backfilled = False
        self.index = 0

    async def run(self, out: Outlet, calls: Calls, standing: Standing, teller: Teller) -> tuple[str, ...]:
        """Read everything and tell what is new; the first time, the last hours as well. Returns what is denied."""
        listing = await list_all(calls, self._namespace, self._cluster.allocations)
        since = standing.server_now_ms() - int(self._backfill_s * 1000)
        details = await read_details(calls, *wanting(self._cluster, listing, since))
        listing = enriched(listing, details)
        if any(table.raft_index < self._cluster.floor[name] for name, table in listing.tables.items()):
            self._cluster.forget_indexes()
            self.index = 0
        first = not self._backfilled
        if first:
            self._backfilled = True
            now_ms = standing.server_now_ms()
            if self._since_ms is not None:
                teller.covered_ms = min(now_ms, self._since_ms + now_ms - out.clock.now_ms())
            await self._backfill(out, listing, details, max(since, teller.covered_ms), now_ms, teller)
        services = await self._services(calls, listing)
        there = _evaluations(listing)
        self._tell_versions(details, teller)
        with teller.holding():
            for name in TABLES:
                if name in listing.tables:
                    # Backfill told of the first ones.
                    await self._take(name, listing.tables[name], teller, most_minor=0 if first else MOST_MINOR)
        if there is not None:
            teller.listed(there, services)
        self.index = max(self.index, min(table.raft_index for table in listing.tables.values()))
        await teller.flush(all_now=True)
        standing.heard()
        return listing.missing

    async def _take(self, name: str, table: Table, teller: Teller, most_minor: int) -> None:
        """Take a list in, some of it at a time: the stream, of which a server keeps little, is read meanwhile."""
        changes = self._cluster.relisted(name, table.things.copy(), table.raft_index)
        table.things.clear()
        minor = Newest(most_minor)
        while some := list(islice(changes, CHUNK)):
            teller.tell([change for change in some if change is not None], minor)
            await teller.flush()
            await asyncio.sleep(0)
        teller.tell_minor(minor)

    async def _services(self, calls: Calls, listing: Listing) -> list[str]:
        """Instances are read where services changed unseen. Returns the services whose instances are others now."""
        if listing.services is None:
            return []
        catalogue = self._cluster.catalogue
        same = listing.tables["services"].raft_index == self._cluster.floor["services"]
        wanted = [key for key in listing.services if not same or not catalogue.whole(key)]
        return catalogue.take(listing.services, await read_services(calls, wanted))

    def _tell_versions(self, details: Details, teller: Teller) -> None:
        """Versions that came and went unseen; the newest comes with the list."""
        for key, versions in details.versions.items():
            known = self._cluster.jobs.get(key)
            for version in versions:
                self._cluster.versions.remember(version)
                if known is not None and version.spec_index > known.spec_index and version is not versions[-1]:
                    if change := self._cluster.apply(version._replace(modify_index=known.modify_index + 1)):
                        teller.tell([change])
                    known = self._cluster.jobs[key]

    async def _backfill(
        self, out: Outlet, listing: Listing, details: Details, from_ms: int, to_ms: int, teller: Teller
    ) -> None:
        told = await asyncio.to_thread(history, listing, details, from_ms, to_ms, out.clock.now_ms())
        for start in range(0, len(told), CHUNK):
            records = [one.make() for one in told[start : start + CHUNK]]
            teller.know(one for one in records if one.kind is RecordKind.STATE)
            await out.records(records)


def _evaluations(listing: Listing) -> set[str] | None:
    """Those that there are; None where they may not be listed."""
    if "evaluations" not in listing.tables:
        return None
    return {thing.id for thing in listing.tables["evaluations"].things if isinstance(thing, Evaluation)}
