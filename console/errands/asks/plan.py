"""``plan``: what an action would affect, before anything is done.

Request: ``action``, ``words`` (a list), and of what is selected ``kind`` and ``key`` (or neither). Answer: ``plan``
(title, affects, warnings, name: what has to be typed), ``index`` (the object's ModifyIndex, to be given to ``act``),
``kind``, ``key`` and ``place`` of the object, ``words`` that ask for the same of it,
and ``permit`` as ``may`` tells it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from console.errands.acting.documents import documents_of
from console.errands.acting.permits import permitted
from console.errands.acting.watching import read
from console.errands.errand import Errand, RefusedAskError
from console.errands.nomads import Nomad
from console.nomadactions.fresh import objection
from console.nomadactions.planning import plan as plan_of
from console.nomadactions.shapes import Asked, NotPlannedError, Plan
from console.signals import EntityKind, EntityRef
from console.tape.errors import TapeError


class Planned(NamedTuple):
    """A plan, the Nomad it is for, and the object there as it is now."""

    plan: Plan
    nomad: Nomad
    live: Mapping[str, Any]

    @property
    def mark(self) -> int:
        """What must be the same when it is done: Nomad's count of changes of the object, or what the plan names."""
        return int(self.live.get(self.plan.guard) or 0)


async def plan(errand: Errand) -> None:
    """Answer with the plan, and whether the token permits it."""
    made = await planned(errand)
    permit = await permitted(made.nomad, made.plan.capability, made.plan.namespace or "default")
    told = {name: getattr(made.plan, name) for name in ("title", "affects", "warnings", "name")}
    entity = made.plan.entity
    where = {"kind": entity.kind.value, "key": entity.id, "place": made.plan.place, "words": made.plan.words}
    await errand.answer(plan=told, index=made.mark, permit=permit._asdict(), **where)


async def planned(errand: Errand) -> Planned:
    """Make the plan that a request asks for, and look at its object. Raises RefusedAskError."""
    try:
        docs = await asyncio.to_thread(documents_of, errand.terms.tape)
        made = plan_of(_asked(errand), docs, time.time_ns() // 1_000_000)
    except TapeError as problem:
        raise RefusedAskError(f"the tape cannot be read: {problem}".rstrip(".")) from None
    except NotPlannedError as refused:
        raise RefusedAskError(str(refused).rstrip(".")) from None
    nomad = errand.nomad_at(made.place)
    await nomad.ready()
    live = await read(nomad, made.looks_at, made.namespace)
    if live is None:
        raise RefusedAskError(f"Nomad no longer has {made.name}; the tape is behind")
    against = objection(made, live)
    if against:
        raise RefusedAskError(against, "wait until the tape has caught up, and try again")
    return Planned(made, nomad, live)


def _asked(errand: Errand) -> Asked:
    kind, key = errand.text("kind", ""), errand.text("key", "")
    if kind and kind not in tuple(EntityKind):
        raise RefusedAskError(f"'{kind}' is no kind of object")
    words = errand.request.given.get("words", [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise RefusedAskError("'words' is a list of texts")
    return Asked(errand.text("action"), EntityRef(EntityKind(kind), key) if kind else None, tuple(words))
