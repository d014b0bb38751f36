"""One request that changes something: sent once, and told apart by what is known of it afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from console.errands.nomads import Nomad
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.nomadactions.shapes import Plan

ANSWER_S = 30.0  # a client that restarts a task answers when the task has ended
_NOT_DONE = (
    Trouble.DENIED, Trouble.ABSENT, Trouble.NO_LEADER, Trouble.REFUSED, Trouble.UNKNOWN_HOST, Trouble.TLS,
)  # fmt: skip
_ON_THE_WAY = re.compile(r"answered 50[234] |EOF|time[d ]?-?out|deadline|connection |broken pipe|reset by", re.I)


class UnknownOutcomeError(Exception):
    """Nobody knows whether it was done. Its text is a sentence without a full stop."""


async def send(nomad: Nomad, plan: Plan, timeout_s: float = ANSWER_S) -> Mapping[str, Any]:
    """Have it done; Nomad's answer.

    Raises NomadTroubleError when it was not done, and UnknownOutcomeError when that cannot be told. Nothing here tries
    a second time.
    """
    await nomad.ready()
    params = {"namespace": plan.namespace} if plan.namespace else {}
    try:
        told = await nomad.calls.post(*plan.request.path, body=plan.request.body, timeout_s=timeout_s, **params)
    except NomadTroubleError as problem:
        if not_done(problem):
            raise
        raise UnknownOutcomeError(problem.why) from None
    return told if isinstance(told, Mapping) else {}


def not_done(problem: NomadTroubleError) -> bool:
    """Whether a failure says that nothing was done: Nomad refused, or was never reached."""
    if problem.trouble in _NOT_DONE:
        return True
    return problem.trouble is Trouble.SERVER and _ON_THE_WAY.search(problem.why) is None
