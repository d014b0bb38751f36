"""What somebody did on purpose: job versions, reverts, scalings, stops, restarts asked for, marked actions.

Read from events that their source marks as a change (``change`` in the body) and from what people wrote down as a fix
or an action. A run of a periodic job is nobody's doing; the first registration of a job is a change, but no fix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from console.analysis.scene import Change
from console.naming import started_by
from console.signals import EntityKind, EntityRef, Record, RecordKind

_KINDS = {
    "JobRegistered": "version",
    "JobReverted": "revert",
    "JobScaled": "scaling",
    "JobStopped": "stop",
    "TaskRestartAsked": "restart",
}
_DEED = "ActionDone"  # what was done from the console; Nomad's own events of it follow
_DEEDS = {"restart": "restart", "stop": "stop", "revert": "revert"}
_SAID_OF = {
    "restart": ("TaskRestartAsked",),
    "revert": ("JobReverted", "JobRegistered", "JobScaled"),
    "promote": ("DeploymentPromoted",),
    "eligibility": ("NodeEligibility",),
}
_SAME_DEED_MS = 120_000
_MARKED = ("fix", "action")
_AFTERTHOUGHT = re.compile(r"( \(version \d+\))?( by token \S+)?$")


def changes_of(events: Sequence[Record], from_ms: int, at_ms: int) -> list[Change]:
    """The changes of ``from_ms < t <= at_ms``, in order of time.

    ``events`` are records of any kind; those before ``from_ms`` tell what a revert takes back.
    """
    told = sorted((one for one in events if one.at_ms <= at_ms), key=lambda one: (one.at_ms, one.seq))
    versions: dict[EntityRef, dict[int, tuple[str, ...]]] = {}
    found = []
    again = _said_again(told)
    for one in told:
        change = _journal(one) if one.kind is RecordKind.JOURNAL else _event(one, versions)
        if change is not None and one.at_ms > from_ms and id(one) not in again:
            found.append(change)
    return found


def _said_again(told: Sequence[Record]) -> set[int]:
    """Events in which Nomad tells what the console has told of already, as ``id()``: one deed is one change.

    A restart is told once for each task, anything else once. Clocks may differ, so the times at which both were
    learned of count as well.
    """
    again: set[int] = set()
    for deed in (one for one in told if one.kind is RecordKind.EVENT and one.name == _DEED):
        names = _SAID_OF.get(str(deed.body.get("action")), ())
        heard: set[str] = set()
        for one in told:
            task = str(one.body.get("task") or "")
            if one.name not in names or one.entity != deed.entity or task in heard or id(one) in again:
                continue
            if min(abs(one.at_ms - deed.at_ms), abs(one.seen_ms - deed.seen_ms)) <= _SAME_DEED_MS:
                again.add(id(one))
                heard.add(task)
    return again


def is_change(one: Record) -> bool:
    """Whether an event says that somebody did something on purpose."""
    return one.kind is RecordKind.EVENT and (one.body.get("change") is True or one.name in _KINDS)


def _event(one: Record, versions: dict[EntityRef, dict[int, tuple[str, ...]]]) -> Change | None:
    if not is_change(one):
        return None
    kind = _DEEDS.get(str(one.body.get("action")), "action") if one.name == _DEED else _KINDS.get(one.name, "action")
    text = str(one.body.get("text") or one.name)
    entity = _entity(one)
    parts = tuple(_parts(text)) if kind in ("version", "scaling") else ()
    version, back_to = one.body.get("version"), one.body.get("reverted_to")
    if kind == "revert" and isinstance(back_to, int):
        parts = tuple(dict.fromkeys(
            part for at, each in sorted(versions.get(entity, {}).items()) if at > back_to for part in each
        ))  # fmt: skip
    if isinstance(version, int) and kind in ("version", "revert", "scaling"):
        versions.setdefault(entity, {})[version] = parts
    return Change(one.at_ms, text, entity, kind, parts)


def _entity(one: Record) -> EntityRef:
    job = one.body.get("job")
    if one.entity.kind not in (EntityKind.NODE, EntityKind.JOB) and isinstance(job, str) and job:
        return EntityRef(EntityKind.JOB, started_by(job))
    return EntityRef(one.entity.kind, started_by(one.entity.id)) if one.entity.kind is EntityKind.JOB else one.entity


def _parts(text: str) -> Iterator[str]:
    """What a sentence such as "indexer version 2 registered: image a:1 → a:2; env A, B changed" says was changed."""
    _, colon, said = _AFTERTHOUGHT.sub("", text).partition(": ")
    for part in said.split("; ") if colon else ():
        what = part.strip().removesuffix(" changed")
        if what.startswith("env "):
            yield from (f"env {name.strip()}" for name in what[4:].removesuffix(" and more").split(","))
        elif what:
            yield what


def _journal(one: Record) -> Change | None:
    kind = str(one.body.get("kind") or one.name)
    if kind not in _MARKED:
        return None
    return Change(one.at_ms, str(one.body.get("text") or kind), one.entity, "action")
