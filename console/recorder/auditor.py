"""Audits what is on the tape while it is recorded: every minute, and soon after something declared has changed.

As analysis it runs in a thread of its own on a connection of its own, and rests many times as long as it ran. What it
finds goes on the tape when it changes, and only then.
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
from console.recorder.auditmind import Audits
from console.recorder.intake import Intake
from console.recorder.memory import give_back
from console.signals import EntityKind, Record, RecordKind
from console.tape.audits import AUDIT
from console.tape.errors import TapeError

log = logging.getLogger(__name__)

T = TypeVar("T")

_DECLARED = frozenset(
    {
        EntityKind.FLOW,
        EntityKind.CONTRACT,
        EntityKind.OWNER,
        EntityKind.ONCALL,
        EntityKind.MODEL,
        EntityKind.KPI,
        EntityKind.WAIVER,
    }
)


class AuditPace(NamedTuple):
    """How often the tape is audited, in seconds of the session's clock.

    ``every_s`` while anything is added, ``idle_s`` while nothing is (dates pass all the same), ``soon_s`` after
    something declared changed or somebody changed a job; never before ``settle_s`` after the start, for what the
    sources have not told yet would be told as not known. ``rest`` is how many times as long as it ran it rests.
    """

    every_s: float = 60.0
    idle_s: float = 300.0
    soon_s: float = 3.0
    settle_s: float = 20.0
    look_s: float = 1.0
    rest: float = 20.0


AUDIT_PACE = AuditPace()


class Auditor:
    """One session's audit. ``note`` is told of what goes on the tape; ``run`` ends only when it is cancelled."""

    def __init__(self, audits: Audits, clock: Clock, intake: Intake, pace: AuditPace = AUDIT_PACE) -> None:
        self._audits = audits
        self._clock = clock
        self._intake = intake
        self._pace = pace
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="audit")
        self._soon_ms: int | None = None
        self._began_ms = self._looked_ms = clock.now_ms()
        self._audited = 0  # of what was added
        self._rests_until = 0.0

    def note(self, records: Sequence[Record]) -> None:
        """What is about to go on the tape: some of it is worth a look soon."""
        if self._soon_ms is None and any(map(concerns, records)):
            self._soon_ms = self._clock.now_ms() + round(self._pace.soon_s * 1000)

    async def run(self) -> NoReturn:
        """Look at the tape whenever that is due. A fault is logged and told; it never ends the run."""
        while True:
            await self._clock.sleep(self._pace.look_s)
            now_ms = self._clock.now_ms()
            if self._due(now_ms):
                self._looked_ms, self._soon_ms = now_ms, None
                self._audited = self._intake.added
                await self._look(now_ms)

    async def close(self) -> None:
        """Let go of the tape, once what is being audited is done."""
        await self._apart(self._let_go)
        self._thread.shutdown(wait=False)

    def _due(self, now_ms: int) -> bool:
        if time.monotonic() < self._rests_until or now_ms - self._began_ms < self._pace.settle_s * 1000:
            return False
        if self._soon_ms is not None and now_ms >= self._soon_ms:
            return True
        every_s = self._pace.every_s if self._intake.added != self._audited else self._pace.idle_s
        return now_ms - self._looked_ms >= every_s * 1000

    async def _look(self, now_ms: int) -> None:
        began = time.monotonic()
        try:
            records = await self._apart(lambda: self._audits.audit(now_ms, now_ms))
            await self._apart(give_back)
            if records:
                await self._intake.records(records)
            await self._apart(self._audits.said)
        except Exception as fault:
            if isinstance(fault, TapeError):
                log.warning("no audit: %s", fault)
            else:
                log.exception("no audit, by a fault of ours")
            await self._intake.health(AUDIT, trouble(fault))
            await self._apart(self._let_go)
        else:
            await self._intake.health(AUDIT, {"state": "ok", "why": "", "todo": "", "address": ""})
            self._intake.seen(AUDIT)
        finally:
            ended = time.monotonic()
            self._rests_until = ended + self._pace.rest * (ended - began)

    def _let_go(self) -> None:
        try:
            self._audits.close()
        except TapeError as error:
            log.warning("the tape that was audited could not be closed: %s", error)

    async def _apart(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def concerns(record: Record) -> bool:
    """Whether something may have changed what the rules say: a declaration, or somebody's doing."""
    if record.kind is RecordKind.STATE:
        return record.entity.kind in _DECLARED
    return record.kind is RecordKind.JOURNAL or (record.kind is RecordKind.EVENT and record.body.get("change") is True)


def trouble(fault: Exception) -> FeedDoc:
    """What the tape says of an audit that does not work; nothing of the fault itself but what is a tape's."""
    why = str(fault).rstrip(".") if isinstance(fault, TapeError) else "an unexpected error"
    return {
        "state": "degraded",
        "why": f"the rules cannot be held against what was seen: {why}",
        "todo": "see the log file (fourthsignal doctor names it)",
        "address": "",
    }
