"""Who answers for a data flow or a job, and who is on call for it now: in columns, with what is missing. Pure.

The first column has the owner or loudly that there is none, the second who is on call now, with the age of that answer
where it is old, the third until when. Where nothing is known of any schedule, its name stands where the person would.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from console.format import age, clock, next_age_s
from console.ownership import Answer
from console.panes import sources
from console.panes.marked import Draft
from console.panes.rows import Number
from console.signals import Health

if TYPE_CHECKING:
    from console.governance.oncall import OnCallNow

_DAY_MS = 86_400_000
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NOTHING = Number("", "", Health.OK)


class OnCall(NamedTuple):
    """Two numbers of a row, the word for what is wrong (empty: nothing is), a note, and when any of it changes."""

    who: Number
    until: Number
    health: Health = Health.OK
    word: str = ""
    note: str = ""
    changes_ms: float = float("inf")


def say_answer(draft: Draft, answer: Answer, touches: bool, contract: bool) -> bool:
    """What is missing gives the word, worst first; the numbers say who answers, or loudly that nobody does. Whether
    all that is needed is there.

    ``touches``: data goes through it. ``contract``: it owes one.
    """
    on_call = _on_call(draft, answer)
    missing = list(_missing(answer, touches, contract, nobody=on_call is None))
    for health, word in missing:
        draft.say(health, word)
    gaps = {word.casefold(): Number("", word, health) for health, word in missing}
    draft.numbers.append(gaps.pop("no owner", Number("", answer.owner, Health.OK)))
    if on_call is None:
        draft.numbers.append(gaps.pop("no on-call", _NOTHING))
    else:
        if on_call.word:
            draft.say(on_call.health, on_call.word)
        draft.numbers += [on_call.who, on_call.until] if on_call.until.text else [on_call.who]
        draft.until(on_call.changes_ms)
    draft.notes.extend(number.text for number in gaps.values())
    draft.notes.append("" if on_call is None else on_call.note)
    return not missing


def _missing(answer: Answer, touches: bool, contract: bool, nobody: bool) -> Iterator[tuple[Health, str]]:
    if not answer.owner:
        yield (Health.BAD, "NO OWNER") if touches else (Health.WARN, "no owner")
    if nobody and (touches or not answer.owner):
        yield Health.WARN, "no on-call"
    if not answer.contract and contract:
        yield Health.WARN, "no contract"


def _on_call(draft: Draft, answer: Answer) -> OnCall | None:
    """Who is on call now by what is named, or by the owner's own schedule; None where nothing is named."""
    calling, now_ms = draft.world.calling, draft.world.now_ms
    if answer.on_call:
        now = calling.now(answer.on_call, now_ms, draft.entity)
        if now is not None:
            return _told(draft, now)
        if calling.schedules:
            why = f"no schedule {answer.on_call} is known"
            return OnCall(Number("", "schedule unknown", Health.UNKNOWN), _NOTHING, Health.UNKNOWN, "rota unknown", why)
        return OnCall(Number("", _named(answer.on_call), Health.OK), _NOTHING)
    now = calling.now(answer.owner, now_ms, draft.entity) if answer.owner else None
    return None if now is None else _told(draft, now)


def _named(name: str) -> str:
    """A schedule or a person of whom nothing more is known, in words that say that it is who is on call."""
    said = {"call", "oncall", "pager"} & set(re.split(r"[^a-z]+", name.casefold()))
    return name if said else f"on call {name}"


def _told(draft: Draft, now: OnCallNow) -> OnCall:
    from console.governance.oncall import STALE_MS

    world = draft.world
    doc = world.calling.schedules[now.id]
    old_ms = world.now_ms - now.read_ms
    turns_ms = now.read_ms + next_age_s(old_ms / 1000) * 1000
    asked = not doc.get("problem") and old_ms <= STALE_MS and sources.is_seen(world, world.calling.sources[now.id])
    if not now.who:
        health, word = (Health.WARN, "nobody on call") if asked else (Health.STALE, f"rota {age(old_ms / 1000)} old")
        return OnCall(Number("", "nobody now", health), _NOTHING, health, word, _why(now, word), turns_ms)
    if not asked:
        old = age(old_ms / 1000)
        why = doc.get("problem") or now.problem or f"{now.schedule} was not asked since"
        who = Number("", f"{now.who} {old} old", Health.STALE)
        return OnCall(who, _NOTHING, Health.STALE, f"rota {old} old", why, turns_ms)
    until = "" if now.until_ms is None else f"until {_when(now.until_ms, world.now_ms)}"
    health = Health.WARN if now.problem else Health.OK
    changes_ms = min(now.read_ms + STALE_MS + 1, now.until_ms or float("inf"))
    if now.until_ms is not None:
        changes_ms = min(changes_ms, now.until_ms - _DAY_MS if now.until_ms - world.now_ms > _DAY_MS else changes_ms)
    word = "on call unsure" if now.problem else ""
    return OnCall(Number("", now.who, health), Number("", until, Health.OK), health, word, now.problem, changes_ms)


def _why(now: OnCallNow, word: str) -> str:
    """Why nobody is on call, where that says more than that."""
    return "" if now.problem == "nobody is on call" and word == "nobody on call" else now.problem


def _when(at_ms: int, now_ms: int) -> str:
    """A time of the coming day, ``18:00Z``; of the coming week with its day, ``Thu 09:00Z``; later on its date."""
    if at_ms - now_ms <= _DAY_MS:
        return clock(at_ms, seconds=False)
    then = time.gmtime(at_ms / 1000)
    if at_ms - now_ms <= 7 * _DAY_MS:
        return f"{_WEEKDAYS[then.tm_wday]} {clock(at_ms, seconds=False)}"
    return f"{then.tm_year}-{then.tm_mon:02d}-{then.tm_mday:02d}"
