"""``logs``: follow what tasks write, of several allocations at once.

Request: ``allocations`` (ids), ``task`` ("" for all of them), ``stream`` (``stdout``, ``stderr`` or ``both``), ``tail``
(bytes from the end of each log), ``head`` (bytes from its beginning instead, and no more), ``since_ms``.

Parts hold what there is of ``states``: ``[source, standing, why, {"allocation", "name", "task", "stream"}]``,
``lines``: ``[source, came_ms, at_ms or null, severity, text, bytes left out]``, ``dropped``: ``[source, lines]``, and
``left``: how many logs are not followed because there are too many. It ends when all have ended.
"""

from __future__ import annotations

import asyncio
from typing import Any

from console.errands.errand import Errand, RefusedAskError
from console.errands.following.outbox import Outbox
from console.errands.following.source import Asked, Source
from console.errands.following.words import Standing
from console.feeds.nomad.troubles import NomadTroubleError, Trouble

MOST_SOURCES = 20
TAIL = 64 * 1024
MOST_TAIL = 8 * 1024 * 1024
_STREAMS = {"stdout": ("stdout",), "stderr": ("stderr",), "both": ("stdout", "stderr")}
_OVER = frozenset(("complete", "failed", "lost"))
_ORDER = {"running": 0, "pending": 1, "dead": 2}
_STANDINGS = {Trouble.DENIED: Standing.DENIED, Trouble.ABSENT: Standing.GONE}


async def logs(errand: Errand) -> None:
    """Follow until all have ended."""
    await _Following(errand).run()


class _Following:
    """The sources of one request."""

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._outbox = Outbox()
        self._sources = 0
        self._left = 0
        self._task = errand.text("task", "")
        stream = errand.text("stream", "stdout")
        if stream not in _STREAMS:
            raise RefusedAskError(f"'stream' is one of {', '.join(_STREAMS)}")
        self._streams = _STREAMS[stream]
        self._tail = errand.whole("tail", 0, MOST_TAIL, TAIL)
        self._head = errand.whole("head", 0, MOST_TAIL, 0)
        self._since_ms = errand.whole("since_ms", 0, 2**53, 0)

    async def run(self) -> None:
        wanted = self._errand.request.given.get("allocations")
        if not isinstance(wanted, list) or not wanted or not all(isinstance(one, str) and one for one in wanted):
            raise RefusedAskError("'allocations' is a list of ids")
        sending = asyncio.create_task(self._outbox.send(self._errand))
        try:
            async with asyncio.TaskGroup() as group:
                for allocation in dict.fromkeys(wanted):
                    group.create_task(self._allocation(allocation))
        finally:
            sending.cancel()
        while not self._outbox.is_empty:
            await self._errand.part(**self._outbox.part())

    async def _allocation(self, allocation: str) -> None:
        """All that is wanted of one allocation."""
        try:
            name, tasks = await self._tasks(allocation)
        except NomadTroubleError as trouble:
            if not self._task:
                standing = _STANDINGS.get(trouble.trouble, Standing.FAILED)
                self._source(allocation, "", "", "").tell(standing, trouble.why)
                return
            name, tasks = "", {self._task: False}  # who may read logs may not be allowed to read anything else
        if self._task:
            tasks = {self._task: tasks.get(self._task, False)}
        async with asyncio.TaskGroup() as group:
            for task, dead in tasks.items():
                for stream in self._streams:
                    if self._sources >= MOST_SOURCES:
                        self._left += 1
                        await self._errand.part(left=self._left)
                        continue
                    group.create_task(self._source(allocation, name, task, stream).follow(dead=dead))

    def _source(self, allocation: str, name: str, task: str, stream: str) -> Source:
        self._sources += 1
        asked = Asked(self._sources, allocation, name, task, stream, self._tail, self._head, self._since_ms)

        async def is_dead() -> bool:
            try:
                return (await self._tasks(allocation))[1].get(task, False)
            except NomadTroubleError as trouble:
                return trouble.trouble is Trouble.ABSENT

        return Source(asked, self._errand.nomad, self._outbox, is_dead)

    async def _tasks(self, allocation: str) -> tuple[str, dict[str, bool]]:
        """The allocation's name and its tasks, those that run first; True for one that has ended."""
        await self._errand.nomad.ready()
        found: tuple[str, dict[str, bool]] = (
            await self._errand.nomad.calls.get("allocation", allocation, read=_short)
        ).body
        return found


def _short(body: Any) -> tuple[str, dict[str, bool]]:
    states = {name: str((state or {}).get("State") or "") for name, state in (body.get("TaskStates") or {}).items()}
    groups = (body.get("Job") or {}).get("TaskGroups") or ()
    for task in next((one.get("Tasks") or () for one in groups if one["Name"] == body["TaskGroup"]), ()):
        states.setdefault(str(task["Name"]), "pending")  # nothing has been heard of it yet
    over = body.get("ClientStatus") in _OVER
    ordered = sorted(states, key=lambda name: (_ORDER.get(states[name], 1), name))
    return str(body.get("Name") or ""), {name: over or states[name] == "dead" for name in ordered}
