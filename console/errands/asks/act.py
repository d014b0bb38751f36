"""``act``: does what ``plan`` told, once, and follows what comes of it. Only for a viewer that may act.

Request: as of ``plan``, with ``index`` from its answer and ``typed``, the name as somebody typed it. Parts: ``stage``
``sent`` (from here on it may be done), ``done`` with ``text``, ``unknown`` with ``why`` (nobody can tell whether it was
done), ``unrecorded`` with ``why``, ``changed`` (then an error: the plan no longer holds, nothing was done), ``step``
with ``after_s`` and ``text``. Answer: ``outcome`` and ``well``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from console.errands.acting.sending import UnknownOutcomeError, send
from console.errands.acting.watching import watch
from console.errands.asks.plan import Planned, planned
from console.errands.errand import Errand, RefusedAskError
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.nomadactions import records
from console.nomadactions.outcome import Deed, Step
from console.nomadactions.records import Who
from console.signals import Record
from console.tape.errors import TapeError
from console.tape.store import open_tape
from console.tape.who import this_viewer


async def act(errand: Errand) -> None:
    """Check everything once more, write down that it begins, do it, write down that it is done, and look at it."""
    if not errand.terms.actions:
        raise RefusedAskError("nothing may be done to Nomad from here", "start the console with --allow-actions")
    made = await planned(errand)
    if errand.text("typed") != made.plan.name:
        raise RefusedAskError(f"what was typed is not '{made.plan.name}': nothing was done")
    if errand.whole("index", 0, 2**62, 0) != made.mark:
        await errand.part(stage="changed")
        raise RefusedAskError(f"{made.plan.name} has changed since the plan was made: nothing was done")
    viewer = this_viewer()
    performance = _Performance(errand, made, Who(viewer.user, viewer.host))
    doing = asyncio.ensure_future(performance.do())
    errand.hold(doing)  # whoever leaves now does not keep it from being written down
    await performance.follow(await asyncio.shield(doing))


class _Performance:
    """One action from its first record to its last."""

    def __init__(self, errand: Errand, made: Planned, who: Who) -> None:
        self._errand, self._made, self._who = errand, made, who
        self._sent_ms = 0
        self._known = True

    async def do(self) -> Deed:
        """Send it, between two records. Raises RefusedAskError and NomadTroubleError when nothing was done."""
        plan, who = self._made.plan, self._who
        self._sent_ms = _now_ms()
        try:
            await self._write(records.begun(plan, who, self._sent_ms))
        except TapeError as problem:
            why = f"nothing was done: it could not be written down first ({str(problem).rstrip('.')})"
            raise RefusedAskError(why, "see that the tape can be written") from None
        await self._errand.part(stage="sent")
        answer: Mapping[str, Any] = {}
        try:
            answer = await send(self._made.nomad, plan)
        except NomadTroubleError as problem:
            await self._keep(records.refused(plan, who, _now_ms(), problem.why))
            if problem.trouble is Trouble.DENIED:
                raise RefusedAskError(f"not done: {problem.why}", problem.todo, denied=True) from None
            raise RefusedAskError(f"not done: {problem.why}", problem.todo) from None
        except UnknownOutcomeError as problem:
            self._known = False
            await self._keep(records.unknown(plan, who, _now_ms(), str(problem)))
            await self._errand.part(stage="unknown", why=str(problem))
        else:
            await self._done()
        return Deed(plan, self._made.live, answer)

    async def follow(self, deed: Deed) -> None:
        """Look what comes of it, until its outcome."""
        outcome = await watch(self._made.nomad, deed, self._tell)
        if outcome.happened and not self._known:
            await self._done()
        sentence = self._sentence(outcome.text)
        await self._keep(records.outcome(self._made.plan, self._who, _now_ms(), sentence, outcome.well))
        await self._errand.answer(outcome=outcome.text, well=outcome.well)

    def _sentence(self, outcome: str) -> str:
        return outcome if outcome.startswith(self._made.plan.name) else f"{self._made.plan.name}: {outcome}"

    async def _done(self) -> None:
        record = records.done(self._made.plan, self._who, self._sent_ms, _now_ms())
        await self._keep(record)
        await self._errand.part(stage="done", text=record.body["text"])

    async def _tell(self, step: Step, after_s: float) -> None:
        await self._errand.part(stage="step", after_s=round(after_s, 2), text=step.text)

    async def _keep(self, record: Record) -> None:
        """Write something down; by now it is too late to refuse when that fails."""
        try:
            await self._write(record)
        except TapeError as problem:
            await self._errand.part(stage="unrecorded", why=str(problem).rstrip("."))

    async def _write(self, record: Record) -> None:
        await asyncio.to_thread(_append, self._errand.terms.tape, record)


def _append(tape: str, record: Record) -> None:
    with open_tape(tape, "write") as store:
        store.append([record])


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
