"""Marquez over REST (API v1, OpenLineage's reference server): namespaces, jobs, datasets and their versions.

Read from Marquez's ``spec/openapi.yml`` and resources: lists come in pages (``limit``, ``offset``) under the name of
what they list. In a list of jobs ``inputs`` and ``outputs`` are those of the latest run only, so a run that has just
begun shows none; those of the runs before are in ``latestRuns``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from console.feeds.http import Source, SourceError

API = "/api/v1"
PAGE = 100
MOST_NAMESPACES = 200
MOST_THINGS = 5000
"""Jobs, and datasets, that are read of one server."""
AT_ONCE = 6


class DatasetId(NamedTuple):
    """A dataset's identity in OpenLineage."""

    namespace: str
    name: str


class Read(NamedTuple):
    """What a server holds: jobs and datasets as it answers them, and whether there was more than is read."""

    jobs: Sequence[Mapping[str, Any]]
    datasets: Sequence[Mapping[str, Any]]
    more: bool


class Marquez:
    """One server. All calls raise SourceError."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._slots = asyncio.Semaphore(AT_ONCE)

    @property
    def address(self) -> str:
        """Its address, without credentials."""
        return self._source.address

    async def read(self) -> Read:
        """All jobs and datasets, as many as are read."""
        namespaces = [
            str(one["name"])
            async for one in self._list(f"{API}/namespaces", "namespaces", MOST_NAMESPACES + 1)
            if one.get("name") and not one.get("isHidden")
        ]
        jobs: list[Mapping[str, Any]] = []
        datasets: list[Mapping[str, Any]] = []
        for namespace in namespaces[:MOST_NAMESPACES]:
            base = f"{API}/namespaces/{quote(namespace, safe='')}"
            for what, held in (("jobs", jobs), ("datasets", datasets)):
                left = MOST_THINGS + 1 - len(held)
                held += [one async for one in self._list(f"{base}/{what}", what, left)] if left > 0 else []
        more = len(namespaces) > MOST_NAMESPACES or len(jobs) > MOST_THINGS or len(datasets) > MOST_THINGS
        return Read(jobs[:MOST_THINGS], datasets[:MOST_THINGS], more)

    async def versions(self, dataset: DatasetId) -> list[Mapping[str, Any]]:
        """The newest versions of a dataset, the newest first."""
        namespace, name = (quote(part, safe="") for part in dataset)
        path = f"{API}/namespaces/{namespace}/datasets/{name}/versions?limit={PAGE}&offset=0"
        async with self._slots:
            return await self._page(path, "versions")

    async def _list(self, path: str, name: str, most: int) -> AsyncIterator[Mapping[str, Any]]:
        offset = 0
        while offset < most:
            page = await self._page(f"{path}?limit={PAGE}&offset={offset}", name)
            for one in page[: most - offset]:
                yield one
            offset += PAGE
            if len(page) < PAGE:
                return

    async def _page(self, path: str, name: str) -> list[Mapping[str, Any]]:
        data = (await self._source.get(path)).data
        found = data.get(name) if isinstance(data, dict) else None
        if not isinstance(found, list):
            where, asked = f"{self._source.what} at {self._source.address}", path.partition("?")[0]
            why = f"{where} answered {asked} with something that holds no {name}"
            raise SourceError("degraded", why, "check that MARQUEZ_URL is Marquez's API, without /api/v1")
        return [one for one in found if isinstance(one, dict)]
