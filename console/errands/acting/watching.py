"""Looks at Nomad after something was done, until it is clear what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from console.errands.nomads import Nomad
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.format import duration
from console.nomadactions.outcome import Deed, Path, Step, reads, report

LONGEST_S = 120.0
FIRST_S, THEN_S, OFTEN_S = 0.4, 1.0, 10.0  # between two looks: at first, and after so long


class Outcome(NamedTuple):
    """What came of it, in a sentence without a full stop. ``happened``: Nomad has done what was asked."""

    text: str
    well: bool
    happened: bool


Tell = Callable[[Step, float], Awaitable[None]]
"""Called with each step once, and the seconds since the deed."""


async def watch(nomad: Nomad, deed: Deed, tell: Tell, longest_s: float = LONGEST_S) -> Outcome:
    """Look until it is settled, or for two minutes."""
    began, told = time.monotonic(), dict[str, float]()
    seen: dict[str, Any] = {}
    blind = ""
    while True:
        blind = await _look(nomad, deed, seen)
        now = report(deed, seen)
        after_s = time.monotonic() - began
        for step in now.steps:
            if step.text not in told:
                told[step.text] = after_s
                await tell(step, after_s)
        if now.settled:
            return Outcome(_told(now.steps, told), now.well, now.happened)
        if after_s >= longest_s:
            return Outcome(_unsettled(now.steps, told, blind, longest_s), False, now.happened)
        await asyncio.sleep(FIRST_S if after_s < OFTEN_S else THEN_S)


async def _look(nomad: Nomad, deed: Deed, seen: dict[str, Any]) -> str:
    """Read all that is to be read now; why something could not be."""
    blind = ""
    for name, path in reads(deed, seen).items():
        try:
            seen[name] = await read(nomad, path, deed.plan.namespace)
        except NomadTroubleError as problem:
            blind = problem.why
    return blind


async def read(nomad: Nomad, path: Path, namespace: str) -> Any:
    """An object of Nomad; None where it is not there. Raises NomadTroubleError."""
    params: dict[str, Any] = {"namespace": namespace} if namespace else {}
    try:
        return (await nomad.calls.get(*path, **params)).body
    except NomadTroubleError as problem:
        if problem.trouble is Trouble.ABSENT:
            return None
        raise


def _told(steps: tuple[Step, ...], told: dict[str, float]) -> str:
    return ", ".join(f"{one.text} after {duration(told[one.text])}" for one in steps if one.tells)


def _unsettled(steps: tuple[Step, ...], told: dict[str, float], blind: str, longest_s: float) -> str:
    """What is known when nobody waits any longer."""
    long = f"within {round(longest_s / 60)} min" if longest_s >= 60 else f"within {duration(longest_s)}"
    if not steps:
        return f"no change seen {long}" + (f": {blind}" if blind else "")
    last = steps[-1].text
    known = _told(steps, told)
    more = f"; {last}" if not steps[-1].tells else ""
    return f"{known + more if known else last}; no more seen {long}"
