"""One recorder's run: it takes the lease, runs the feeds, and leaves when it is told or not needed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import ParamSpec, TypeVar

from console.feeds.outlet import Clock, Feed
from console.recorder.analyst import PACE, Analyst, Pace
from console.recorder.auditmind import Audits, TapeAudits
from console.recorder.auditor import AUDIT_PACE, Auditor, AuditPace
from console.recorder.endings import is_over
from console.recorder.held import gap_record
from console.recorder.intake import Intake, Trouble
from console.recorder.leased import LeasedTape
from console.recorder.mind import Mind, TapeMind
from console.recorder.present import present
from console.signals import Record
from console.tape.errors import TapeError
from console.tape.shapes import Holder
from console.tape.store import Store

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

RENEW_S = 2.0
TIDY_S = 300.0
FRESH_MS = 60_000  # blocks younger than this are left to those who follow the end
PRUNE_MS = 3_600_000
CRASHED_FEED_S = 10.0
LEAST_LOOK_S = 0.1


class Ending(Enum):
    """Why a run ended."""

    TOLD = "told to stop"
    HELD_ELSEWHERE = "another recorder holds the lease"
    LEASE_LOST = "another recorder took the lease"
    NOBODY_WATCHES = "nobody has been watching"


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a run keeps things and stays.

    ``linger_s``: leave when nobody has watched for that long, None for never. ``retention_ms``: what is older is
    pruned, None to keep everything. ``reads_back``: feeds that read for themselves what they missed. ``arrival_s``: at
    least so long the first viewer is waited for, however short ``linger_s`` is.
    """

    linger_s: float | None = None
    retention_ms: int | None = None
    reads_back: frozenset[str] = frozenset()
    arrival_s: float = 0.0


class Session:
    """Runs the feeds on one tape while it holds the tape's lease.

    ``mind`` judges that tape, at that ``pace``; ``audits`` hold the rules against it, at that ``audit_pace``.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        feeds: Sequence[Feed],
        clock: Clock,
        holder: Holder,
        trouble: Trouble,
        terms: Terms,
        mind: Callable[[str], Mind] = TapeMind,
        pace: Pace = PACE,
        audits: Callable[[str], Audits] = TapeAudits,
        audit_pace: AuditPace = AUDIT_PACE,
    ) -> None:
        self._open_store = open_store
        self._feeds = feeds
        self._clock = clock
        self._holder = holder
        self._trouble = trouble
        self._terms = terms
        self._mind = mind
        self._pace = pace
        self._audits = audits
        self._audit_pace = audit_pace
        # SQLite connections belong to a thread: everything that touches the tape runs in this one.
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="tape")

    async def run(self, stop: asyncio.Event) -> Ending:
        """Record until ``stop`` is set or there is a reason to leave. Raises TapeError when the tape does not open."""
        store = await self._on_tape(self._open_store)
        try:
            tape = LeasedTape(store, self._holder, self._clock)
            if not await self._on_tape(tape.take):
                return Ending.HELD_ELSEWHERE
            self._trouble("", 0)
            return await self._record(store, tape, stop)
        finally:
            await self._on_tape(store.close)
            self._writer.shutdown()

    async def _record(self, store: Store, tape: LeasedTape, stop: asyncio.Event) -> Ending:
        intake = Intake(tape, self._writer, self._clock, self._trouble)
        analyst = Analyst(self._mind(store.path), self._clock, intake, self._pace)
        auditor = Auditor(self._audits(store.path), self._clock, intake, self._audit_pace)

        def told(records: Sequence[Record]) -> None:
            analyst.note(records)
            auditor.note(records)

        intake.listener = told
        await self._note_absence(store, intake)
        running = [asyncio.create_task(self._guarded(feed, intake), name=feed.name) for feed in self._feeds]
        flushing = asyncio.create_task(intake.flush_forever(), name="flush")
        chores: list[asyncio.Task[Ending]] = [
            asyncio.create_task(self._keep_lease(tape, intake), name="lease"),
            asyncio.create_task(self._tidy(store), name="tidy"),
            asyncio.create_task(analyst.run(), name="analysis"),
            asyncio.create_task(auditor.run(), name="audit"),
            asyncio.create_task(self._wait_for(stop), name="stop"),
        ]
        if self._terms.linger_s is not None:
            chores.append(asyncio.create_task(self._watch_viewers(store, self._terms.linger_s), name="viewers"))
        try:
            done, _ = await asyncio.wait(chores, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            await _cancel([*running, *chores])
            await analyst.close()
            await auditor.close()
            await _cancel([flushing])
            await self._on_tape(self._let_go, store)

    async def _note_absence(self, store: Store, intake: Intake) -> None:
        """Between an earlier recorder's last sight of a source and now nobody was looking."""
        now_ms = self._clock.now_ms()
        pulses = await self._on_tape(store.pulses)
        names = {feed.name for feed in self._feeds} - self._terms.reads_back
        await intake.records(
            [
                gap_record(source, last_ms, now_ms, "no recorder was running", now_ms)
                for source, last_ms in sorted(pulses.items())
                if source in names and last_ms < now_ms
            ]
        )

    async def _guarded(self, feed: Feed, intake: Intake) -> None:
        """A feed that breaks by a fault of ours says so and starts again; it never takes another one with it."""
        while True:
            try:
                await feed.run(intake)
            except Exception:
                log.exception("feed %s broke", feed.name)
                await intake.health(
                    feed.name,
                    {
                        "state": "down",
                        "why": f"the {feed.name} feed stopped on an unexpected error; it starts again in "
                        f"{CRASHED_FEED_S:.0f} s",
                        "todo": "see the log file (fourthsignal doctor names it)",
                        "address": "",
                    },
                )
            await self._clock.sleep(CRASHED_FEED_S)

    async def _keep_lease(self, tape: LeasedTape, intake: Intake) -> Ending:
        while True:
            await self._clock.sleep(RENEW_S)
            try:
                if not await self._on_tape(tape.renew):
                    return Ending.LEASE_LOST
                pulses = intake.take_pulses()
                if pulses:
                    await self._on_tape(tape.append, (), (), pulses)
            except TapeError as error:
                # A full disk or a tape that is away for a while: what is seen is held, the run goes on.
                log.warning("the lease could not be renewed: %s", error)
                self._trouble(str(error), intake.held_records)

    async def _tidy(self, store: Store) -> Ending:
        """Merge the small blocks of live polling, and once in a while forget what is older than it has to be."""
        pruned_ms = 0
        while True:
            await self._clock.sleep(TIDY_S)
            now_ms = self._clock.now_ms()
            kept_ms = self._terms.retention_ms
            try:
                await self._on_tape(store.compact, now_ms - FRESH_MS)
                if kept_ms is not None and now_ms - pruned_ms >= PRUNE_MS:
                    await self._on_tape(store.prune, now_ms - kept_ms, is_over)
                    pruned_ms = now_ms
            except TapeError as error:
                log.warning("the tape could not be tidied: %s", error)

    async def _watch_viewers(self, store: Store, linger_s: float) -> Ending:
        alone_since_ms, patience_s = self._clock.now_ms(), max(linger_s, self._terms.arrival_s)
        while True:
            await self._clock.sleep(max(LEAST_LOOK_S, min(10.0, linger_s)))
            now_ms = self._clock.now_ms()
            try:
                if present(await self._on_tape(store.viewers, now_ms), self._holder.host):
                    alone_since_ms, patience_s = now_ms, linger_s
            except TapeError as error:
                log.warning("the viewers could not be read: %s", error)
            if now_ms - alone_since_ms >= patience_s * 1000:
                return Ending.NOBODY_WATCHES

    async def _wait_for(self, stop: asyncio.Event) -> Ending:
        await stop.wait()
        return Ending.TOLD

    def _let_go(self, store: Store) -> None:
        try:
            store.release_lease(self._holder)
        except TapeError as error:
            log.warning("the lease could not be released, it will expire: %s", error)

    async def _on_tape(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, lambda: call(*args, **kwargs))


async def _cancel(tasks: Sequence[asyncio.Task[None] | asyncio.Task[Ending]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
