"""The lineage feed: Marquez is read every minute; what it says of flows is merged by the ownership feed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from console.documents import FeedDoc
from console.feeds.backoff import Backoff
from console.feeds.http import Source, SourceError
from console.feeds.lineage.marquez import MOST_THINGS, DatasetId, Marquez
from console.feeds.lineage.reading import edges_of, flows_between, identity, lineage_of, schema_changed_ms
from console.feeds.outlet import Outlet
from console.governance.merge import Sourced
from console.governance.shapes import DoubtDoc
from console.settings.secret import Secret

log = logging.getLogger(__name__)

SOURCE = "lineage"
SETTING = "MARQUEZ_URL"
POLL_S = 60.0
MOST_HISTORIES = 1000
"""Datasets whose versions are asked for; each only when it has a new one."""
DENIED = "set MARQUEZ_API_KEY, or put user:password@ into MARQUEZ_URL"


class LineageFeed:
    """Polls Marquez. What it last said stays in force while it is away; ``version`` is 0 until it has answered once."""

    def __init__(self, address: str, auth: Secret | None = None, key: Secret | None = None) -> None:
        self._address = address
        self._auth = auth
        self._key = key
        self._version = 0
        self._parts: list[Sourced] = []
        self._blind: dict[str, DoubtDoc] = {}
        self._histories: dict[DatasetId, tuple[str, int | None]] = {}  # by the newest version that was seen
        self._news = asyncio.Event()
        self._well = False

    @property
    def name(self) -> str:
        return SOURCE

    @property
    def version(self) -> int:
        """Another number whenever what lineage says is another than before; 0 before the first answer."""
        return self._version

    @property
    def parts(self) -> list[Sourced]:
        """What lineage says of flows."""
        return self._parts

    @property
    def well(self) -> bool:
        """Whether it answered when it was last asked."""
        return self._well

    @property
    def blind(self) -> Mapping[str, DoubtDoc]:
        """Jobs, by their folded name, whose lineage Marquez does not show yet."""
        return self._blind

    async def changed(self, version: int) -> int:
        """Wait until its version is another one than that, and return it."""
        while self._version == version:
            self._news.clear()
            await self._news.wait()
        return self._version

    async def run(self, out: Outlet) -> None:
        """Poll until cancelled."""
        source = source_of(self._address, self._auth, self._key)
        backoff = Backoff(first_s=2.0, most_s=POLL_S)
        try:
            while True:
                try:
                    more = await self._look(Marquez(source), out)
                except SourceError as problem:
                    self._well = False
                    await out.health(SOURCE, _trouble(problem, source.address))
                    await backoff.wait(out.clock)
                    continue
                self._well = True
                backoff.reset()
                out.seen(SOURCE)
                await out.health(SOURCE, _health(source.address, more))
                await out.clock.sleep(POLL_S)
        finally:
            await source.close()

    async def _look(self, server: Marquez, out: Outlet) -> bool:
        """Read everything once; whether there was more than is read."""
        read = await server.read()
        edges = edges_of(read.jobs)
        between = flows_between(edges)
        known = {key: one for one in read.datasets if (key := identity(one)) is not None}
        newest = {
            key: str(known.get(key, {}).get("currentVersion") or known.get(key, {}).get("updatedAt") or "")
            for key in sorted({*known, *between}, key=lambda key: (key not in between, key))[:MOST_HISTORIES]
        }
        new = [key for key, version in newest.items() if self._histories.get(key, ("-",))[0] != version]
        for key, changed in zip(new, await asyncio.gather(*(_changed(server, key) for key in new)), strict=True):
            self._histories[key] = (newest[key], changed)
        self._histories = {key: one for key, one in self._histories.items() if key in newest}
        times = {key: at_ms for key, (_, at_ms) in self._histories.items() if at_ms is not None}
        found = lineage_of(server.address, edges, read.datasets, times, out.clock.now_ms())
        if self._version == 0 or _bare(found.parts) != _bare(self._parts) or found.blind != self._blind:
            self._parts, self._blind = found.parts, found.blind
            self._version += 1
            self._news.set()
        return read.more


async def _changed(server: Marquez, key: DatasetId) -> int | None:
    try:
        return schema_changed_ms(await server.versions(key))
    except SourceError as problem:
        if problem.state != "degraded":
            raise
        return None  # this one is not there (any more): the others are


def source_of(address: str, auth: Secret | None, key: Secret | None, timeout_s: float = 10.0) -> Source:
    """The server; an API key goes with each request where there is one."""
    token = (lambda: key) if key else None
    return Source("Marquez", address, SETTING, auth, timeout_s, token=token, denied_todo=DENIED)


def _bare(parts: list[Sourced]) -> list[object]:
    """Parts without the time at which they were read."""
    return [part._replace(said={field: {**item, "read_ms": 0} for field, item in part.said.items()}) for part in parts]


def _health(address: str, more: bool) -> FeedDoc:
    doc: FeedDoc = {"state": "ok", "why": "", "todo": "", "address": address}
    if more:
        doc["state"], doc["why"] = (
            "degraded",
            f"Marquez holds over {MOST_THINGS} jobs or datasets; the others are not read",
        )
        doc["todo"] = "hide namespaces that are not wanted"
    return doc


def _trouble(problem: SourceError, address: str) -> FeedDoc:
    return {"state": problem.state, "why": problem.why, "todo": problem.todo, "address": address}
