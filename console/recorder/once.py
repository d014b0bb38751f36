"""One look at the configured systems, for who asks once and records nothing: the feeds read back what there is, on a
tape of its own that is gone afterwards.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from console.config import Settings
from console.documents import FeedDoc
from console.faults import open_log
from console.feeds.outlet import Clock, Feed
from console.recorder.clock import SystemClock
from console.recorder.feeds import ALERTMANAGER, NOMAD, PROMETHEUS, Known, feeds_of
from console.recorder.intake import Intake
from console.signals import Block, Record
from console.tape.errors import TapeError
from console.tape.store import Store, open_tape

log = logging.getLogger(__name__)

PATIENCE_S = 3.0  # how long a source that says it is not there is waited for
LONGEST_S = 180.0  # for all that there is to read back
_LOOK_S = 0.1
_READ = ("ok", "degraded")
_FAULT = FeedDoc(state="down", why="the feed stopped on an unexpected error", todo="see the log", address="")


class Unread(NamedTuple):
    """A source that was not read. ``given``: somebody named it, it is not merely looked for where it mostly is."""

    source: str
    why: str
    todo: str
    denied: bool
    given: bool


class Look(NamedTuple):
    """The tape that holds what was read, what answered, and what did not."""

    tape: Path
    read: Sequence[str]
    unread: Sequence[Unread]


def servers_of(settings: Settings) -> list[str]:
    """The sources that somebody named."""
    named = {
        NOMAD: settings.given("nomad.address"),
        PROMETHEUS: settings.prometheus_url is not None,
        ALERTMANAGER: settings.alertmanager_url is not None,
    }
    return [source for source, given in named.items() if given]


@contextmanager
def look_once(settings: Settings, reach_s: float) -> Iterator[Look]:
    """Read everything back as far as ``reach_s`` before now. The tape is removed at the end. Raises TapeError."""
    try:
        open_log(os.environ)
    except OSError as problem:
        log.warning("the log cannot be written: %s", problem)
    for name in ("httpx", "httpcore", "urllib3", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    settings = settings._replace(backfill_s=reach_s)
    with TemporaryDirectory(prefix="fourthsignal-", ignore_cleanup_errors=True) as folder:
        tape = Path(folder) / "once.tape"
        feeds = feeds_of(settings, Known())
        health = asyncio.run(_gather(tape, feeds))
        named = servers_of(settings)
        yield Look(
            tape,
            [name for name, doc in health.items() if doc["state"] in _READ and name in (*named, NOMAD)],
            [
                Unread(name, doc["why"] or "it did not answer in time", doc["todo"], doc["state"] == "denied",
                       name in named)
                for name, doc in health.items()
                if doc["state"] not in _READ
            ],
        )  # fmt: skip


class _Outlet:
    """An intake that remembers how well each feed sees its source."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self.docs: dict[str, FeedDoc] = {}

    @property
    def clock(self) -> Clock:
        return self._intake.clock

    async def records(self, records: Sequence[Record]) -> None:
        await self._intake.records(records)

    async def samples(self, block: Block) -> None:
        await self._intake.samples(block)

    async def health(self, feed: str, doc: FeedDoc) -> None:
        self.docs[feed] = doc
        await self._intake.health(feed, doc)

    async def gap(self, feed: str, from_ms: int, to_ms: int, why: str) -> None:
        await self._intake.gap(feed, from_ms, to_ms, why)

    def seen(self, feed: str) -> None:
        self._intake.seen(feed)


async def _gather(tape: Path, feeds: Sequence[Feed]) -> dict[str, FeedDoc]:
    """Run the feeds until each has read what is there or shown that it cannot; how well each saw its source."""
    loop = asyncio.get_running_loop()
    writer = ThreadPoolExecutor(1, thread_name_prefix="tape")
    said: list[str] = []
    store: Store = await loop.run_in_executor(writer, lambda: open_tape(tape, "create"))
    try:
        clock = SystemClock()
        intake = Intake(store, writer, clock, lambda text, held: said.append(text))
        outlet = _Outlet(intake)
        running = {feed.name: asyncio.create_task(feed.run(outlet), name=feed.name) for feed in feeds}
        flushing = asyncio.create_task(intake.flush_forever(), name="flush")
        try:
            await _settled(running, outlet)
        finally:
            for task in (*running.values(), flushing):
                task.cancel()
            await asyncio.gather(*running.values(), flushing, return_exceptions=True)
        if said and said[-1]:
            raise TapeError(f"what was read could not be kept: {said[-1].rstrip('.')}", str(tape.parent))
        await loop.run_in_executor(writer, lambda: store.append((), (), intake.take_pulses()))
    finally:
        await loop.run_in_executor(writer, store.close)
        writer.shutdown()
    nothing = FeedDoc(state="down", why="", todo="", address="")
    return {name: outlet.docs.get(name, nothing) for name in running}


async def _settled(running: dict[str, asyncio.Task[None]], outlet: _Outlet) -> None:
    now = asyncio.get_running_loop().time
    began, troubled = now(), dict[str, float]()
    while now() - began < LONGEST_S:
        waiting = 0
        for name, task in running.items():
            doc = outlet.docs.get(name)
            if task.done() and (doc is None or doc["state"] in _READ or name not in troubled):
                log.error("feed %s broke", name, exc_info=None if task.cancelled() else task.exception())
                outlet.docs[name] = doc = _FAULT
                troubled[name] = -PATIENCE_S
            if doc is None or (doc["state"] not in _READ and not doc["why"]):
                waiting += 1
            elif doc["state"] in _READ:
                troubled.pop(name, None)
            else:
                waiting += now() - troubled.setdefault(name, now()) < PATIENCE_S
        if not waiting:
            return
        await asyncio.sleep(_LOOK_S)
