"""Judges what is on the tape while it is recorded: on schedule, and soon after events that matter.

The judging runs in a thread of its own on a connection of its own, so that neither a feed nor the writing of the tape
waits for it; and it rests ten times as long as it ran, so that a large installation costs it no more than a tenth of a
core. What it finds goes on the tape like everything else.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, NoReturn, TypeVar

from console.documents import FeedDoc
from console.feeds.outlet import Clock
from console.recorder.intake import Intake
from console.recorder.memory import give_back
from console.recorder.mind import Mind, Thought
from console.signals import EntityKind, Record, RecordKind
from console.tape.errors import TapeError
from console.tape.verdicts import ANALYSIS

log = logging.getLogger(__name__)

T = TypeVar("T")

RECENT_MS = 300_000  # what backfill brings from longer ago is no reason to hurry
_LOUD = frozenset({"bad", "critical", "error", "page", "fatal", "high", "warn", "warning", "medium"})
_DEEDS = frozenset({EntityKind.JOB, EntityKind.DEPLOYMENT})  # any event of one may be somebody's doing


class Pace(NamedTuple):
    """How often the tape is judged, in seconds of the session's clock.

    ``every_s`` when anything was added, ``soon_s`` after an event that matters. What has not changed is said again
    after ``again_s``, or ``quiet_again_s`` when all is quiet. ``rest`` is how many times as long as it ran it rests.
    """

    every_s: float = 15.0
    soon_s: float = 2.0
    look_s: float = 1.0
    again_s: float = 300.0
    quiet_again_s: float = 1800.0
    rest: float = 10.0


PACE = Pace()


class Analyst:
    """One session's analysis. ``note`` is told of what goes on the tape; ``run`` ends only when it is cancelled."""

    def __init__(self, mind: Mind, clock: Clock, intake: Intake, pace: Pace = PACE) -> None:
        self._mind = mind
        self._clock = clock
        self._intake = intake
        self._pace = pace
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="analysis")
        self._soon_ms: int | None = None
        self._looked_ms = clock.now_ms()
        self._judged = 0  # of what was added
        self._heard = 0
        self._said: Thought | None = None
        self._rests_until = 0.0

    def note(self, records: Sequence[Record]) -> None:
        """What is about to go on the tape: some of it is worth a look soon."""
        if self._soon_ms is None:
            now_ms = self._clock.now_ms()
            if any(record.at_ms > now_ms - RECENT_MS and matters(record) for record in records):
                self._soon_ms = now_ms + round(self._pace.soon_s * 1000)

    async def run(self) -> NoReturn:
        """Look at the tape whenever that is due. A fault is logged and told; it never ends the run."""
        while True:
            await self._clock.sleep(self._pace.look_s)
            now_ms = self._clock.now_ms()
            if not self._due(now_ms):
                continue
            self._looked_ms, self._soon_ms = now_ms, None
            added, heard = self._intake.added, self._intake.heard
            if added != self._judged:
                self._judged = added
                await self._look(now_ms)
            elif heard != self._heard:
                self._intake.seen(ANALYSIS)  # the sources are there and have nothing new: the verdict holds
            self._heard = heard

    async def close(self) -> None:
        """Let go of the tape, once what is being judged is done."""
        await self._apart(self._let_go)
        self._thread.shutdown(wait=False)

    def _due(self, now_ms: int) -> bool:
        if time.monotonic() < self._rests_until:
            return False
        soon = self._soon_ms is not None and now_ms >= self._soon_ms
        return soon or now_ms - self._looked_ms >= self._pace.every_s * 1000

    async def _look(self, now_ms: int) -> None:
        began = time.monotonic()
        try:
            thought = await self._apart(lambda: self._mind.think(now_ms))
            await self._apart(give_back)  # thinking takes and leaves more than all else
            if thought is not None and self._worth_saying(thought):
                await self._say(thought)
        except Exception as fault:
            if isinstance(fault, TapeError):
                log.warning("no verdict: %s", fault)
            else:
                log.exception("no verdict, by a fault of ours")
            self._judged = -1  # it is tried again, although nothing is added
            await self._intake.health(ANALYSIS, trouble(fault))
            await self._apart(self._let_go)
        else:
            await self._intake.health(ANALYSIS, {"state": "ok", "why": "", "todo": "", "address": ""})
            self._intake.seen(ANALYSIS)
        finally:
            ended = time.monotonic()
            self._rests_until = ended + self._pace.rest * (ended - began)

    def _worth_saying(self, thought: Thought) -> bool:
        if thought.news or self._said is None:
            return True
        again_s = self._pace.quiet_again_s if thought.doc["state"] == "quiet" else self._pace.again_s
        return thought.at_ms - self._said.at_ms >= again_s * 1000

    async def _say(self, thought: Thought) -> None:
        await self._intake.records([thought.record(self._clock.now_ms())])
        self._said = thought
        await self._apart(lambda: self._mind.said(thought))

    def _let_go(self) -> None:
        try:
            self._mind.close()
        except TapeError as error:
            log.warning("the tape that was judged could not be closed: %s", error)

    async def _apart(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def matters(record: Record) -> bool:
    """Whether something may have changed the verdict: an alarm, a failure, a change that somebody made."""
    if record.entity.kind is EntityKind.ALERT:
        return True
    if record.kind is not RecordKind.EVENT or record.minor:
        return False
    return record.entity.kind in _DEEDS or str(record.body.get("severity", "")).casefold() in _LOUD


def trouble(fault: Exception) -> FeedDoc:
    """What the tape says of analysis that does not work; nothing of the fault itself but what is a tape's."""
    why = str(fault).rstrip(".") if isinstance(fault, TapeError) else "an unexpected error"
    return {
        "state": "degraded",
        "why": f"no verdict can be made: {why}",
        "todo": "see the log file (fourthsignal doctor names it)",
        "address": "",
    }
