"""One look at the configured systems, for who asks once and records nothing: the feeds read back what there is, on a
tape of its own that is gone afterwards.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from console.config import Settings
from console.documents import FeedDoc
from console.faults import open_log
from console.feeds.outlet import Clock, Feed
from console.naming import is_nomad, source_of
from console.recorder.clock import SystemClock
from console.recorder.feeds import ALERTMANAGER, KPIS, LINEAGE, ONCALL, OWNERSHIP, PROMETHEUS, Known, feeds_of
from console.recorder.intake import Intake
from console.signals import Block, Record
from console.tape.errors import TapeError
from console.tape.store import Store, open_tape

log = logging.getLogger(__name__)

PATIENCE_S = 3.0  # how long a source that says it is not there is waited for
LONGEST_S = 180.0  # for all that there is to read back
_LOOK_S = 0.1
_READ = ("ok", "degraded")
_DONE = (*_READ, "off")  # what nobody set is not waited for
DECLARE = frozenset({LINEAGE, ONCALL, OWNERSHIP})
"""Sources that say what was declared; they measure nothing."""
_THEN = (PROMETHEUS, KPIS)
"""These are asked how things were at the time that is looked at, not how they are."""
_FAULT = FeedDoc(state="down", why="the feed stopped on an unexpected error", todo="see the log", address="")
_SILENT = FeedDoc(state="down", why="it did not answer in time", todo="", address="")


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
    """The sources that somebody named: servers, and files that say who owns what."""
    named = {
        **dict.fromkeys((source_of(nomad.name) for nomad in settings.nomads), settings.names_nomad),
        PROMETHEUS: settings.prometheus_url is not None,
        ALERTMANAGER: settings.alertmanager_url is not None,
        LINEAGE: settings.lineage_url is not None,
        OWNERSHIP: settings.given("catalog") or settings.given("flows"),
        ONCALL: bool(settings.oncall),
    }
    return [source for source, given in named.items() if given]


class EarlierClock(SystemClock):
    """A clock that is so many milliseconds behind: what is later has not happened yet."""

    def __init__(self, behind_ms: int) -> None:
        self._behind_ms = behind_ms

    def now_ms(self) -> int:
        return super().now_ms() - self._behind_ms


@contextmanager
def look_once(settings: Settings, at_ms: int, back_s: float, *, named_only: bool = False) -> Iterator[Look]:
    """Read what the sources know of the ``back_s`` before ``at_ms``. The tape is removed at the end. Raises TapeError.

    Prometheus is asked about that time only. Nomad tells of all that was since: it can only be asked how things are.
    With ``named_only`` a Nomad that nobody named is not looked for where it mostly is.
    """
    try:
        open_log(os.environ)
    except OSError as problem:
        log.warning("the log cannot be written: %s", problem)
    for name in ("httpx", "httpcore", "urllib3", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    behind_ms = max(0, SystemClock().now_ms() - at_ms)
    since = settings._replace(backfill_s=back_s + behind_ms / 1000, prometheus_url=None)
    feeds = [feed for feed in feeds_of(since, Known()) if feed.name not in _THEN]
    feeds += [feed for feed in feeds_of(settings._replace(backfill_s=back_s), Known()) if feed.name in _THEN]
    if named_only and not settings.names_nomad:
        feeds = [feed for feed in feeds if not is_nomad(feed.name)]
    with TemporaryDirectory(prefix="fourthsignal-", ignore_cleanup_errors=True) as folder:
        tape = Path(folder) / "once.tape"
        health = asyncio.run(gather(tape, feeds, dict.fromkeys(_THEN, EarlierClock(behind_ms))))
        named = servers_of(settings)
        yield Look(
            tape,
            [name for name, doc in health.items() if doc["state"] in _READ and (name in named or is_nomad(name))],
            [
                Unread(name, doc["why"] or _SILENT["why"], doc["todo"], doc["state"] == "denied",
                       name in named)
                for name, doc in health.items()
                if doc["state"] not in _READ
            ],
        )  # fmt: skip


class _Outlet:
    """One feed's way to the intake; remembers how well the feed sees its source."""

    def __init__(self, intake: Intake, clock: Clock) -> None:
        self._intake = intake
        self._clock = clock
        self.doc: FeedDoc | None = None

    @property
    def clock(self) -> Clock:
        return self._clock

    async def records(self, records: Sequence[Record]) -> None:
        await self._intake.records(records)

    async def samples(self, block: Block) -> None:
        await self._intake.samples(block)

    async def health(self, feed: str, doc: FeedDoc) -> None:
        self.doc = doc
        await self._intake.health(feed, doc)

    async def gap(self, feed: str, from_ms: int, to_ms: int, why: str) -> None:
        await self._intake.gap(feed, from_ms, to_ms, why)

    def seen(self, feed: str) -> None:
        self._intake.seen(feed)


async def gather(tape: Path, feeds: Sequence[Feed], clocks: Mapping[str, Clock]) -> dict[str, FeedDoc]:
    """Run the feeds until each has read what is there or shown that it cannot; how well each saw its source.

    ``clocks`` are those of feeds that have one of their own. Raises TapeError.
    """
    loop = asyncio.get_running_loop()
    writer = ThreadPoolExecutor(1, thread_name_prefix="tape")  # SQLite's connections belong to a thread
    said: list[str] = []
    try:
        store: Store = await loop.run_in_executor(writer, lambda: open_tape(tape, "create"))
        try:
            clock = SystemClock()
            intake = Intake(store, writer, clock, lambda text, held: said.append(text))
            outlets = {feed.name: _Outlet(intake, clocks.get(feed.name, clock)) for feed in feeds}
            tasks = [asyncio.create_task(_watched(feed, outlets[feed.name])) for feed in feeds]
            flushing = asyncio.create_task(intake.flush_forever())
            try:
                await _settled(outlets)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                flushing.cancel()
                await asyncio.gather(flushing, return_exceptions=True)
        finally:
            await loop.run_in_executor(writer, store.close)
    finally:
        writer.shutdown()
    if said and said[-1]:
        raise TapeError(f"what was read could not be kept: {said[-1].rstrip('.')}")
    return {name: outlet.doc or _SILENT for name, outlet in outlets.items()}


async def _watched(feed: Feed, outlet: _Outlet) -> None:
    try:
        await feed.run(outlet)
    except Exception:
        log.exception("feed %s broke", feed.name)
        outlet.doc = _FAULT


async def _settled(outlets: Mapping[str, _Outlet]) -> None:
    """Until every feed has read, or has been in trouble for as long as one waits; in all not longer than is told."""
    now = asyncio.get_running_loop().time
    began, troubled = now(), dict[str, float]()
    while now() - began < LONGEST_S:
        waiting = False
        for name, outlet in outlets.items():
            doc = outlet.doc
            if doc is not None and doc["state"] in _DONE:
                troubled.pop(name, None)
            elif doc is None or not doc["why"] or now() - troubled.setdefault(name, now()) < PATIENCE_S:
                waiting = True
        if not waiting:
            return
        await asyncio.sleep(_LOOK_S)
