"""One thing that happened, was found or was said, as a line of the timeline before lines are put together. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from console.alerting import data_subjects, loudness, node_subjects
from console.naming import job_of, started_by
from console.panes.inputs import GapLike
from console.panes.world import text_of
from console.signals import EntityKind, EntityRef, Health, Record, RecordKind

PEOPLE = "people"
LATE_MS = 30_000  # learned so much later than it happened: that is worth a sign
_CHANGES = ("JobRegistered", "JobReverted", "JobStopped", "JobScaled", "JobDeregistered", "ActionDone")
_AUTHORS = ("author", "by", "person", "user")
_FEED_HEALTH = {"ok": Health.OK, "connecting": Health.OK, "off": Health.OK, "degraded": Health.WARN}


class What(StrEnum):
    """What kind of line it is: each has a look of its own."""

    EVENT = "event"
    ALARM = "alarm"
    CHANGE = "change"  # somebody did something to a job
    HEALTH = "health"  # one of our feeds sees its source better or worse
    ONSET = "onset"
    VERDICT = "verdict"
    NOTE = "note"  # a person said it
    GAP = "gap"  # a source is no longer seen
    SEEN = "seen"  # it is seen again


class Moment(NamedTuple):
    """One thing at one time.

    ``at_ms`` is the source's own time, ``seen_ms`` when it was learned. ``subject`` names what it is about in a word,
    ``text`` is a sentence. ``about`` are keys and names of rows of the board that it may lead to, the best first.
    ``same`` is equal for what two systems say about one thing, ``alike`` (source, kind of entity, name, health) for
    what can be counted as one line; both are empty where that cannot be. ``first``: an onset before all others.
    ``doubt_ms`` is by how much the time may be wrong, where that does not come from a clock. ``facts`` are more words,
    each with its label.
    """

    key: str
    at_ms: int
    seen_ms: int
    system: str
    what: What
    health: Health
    entity: EntityRef | None
    subject: str
    text: str
    about: tuple[str, ...] = ()
    same: str = ""
    alike: tuple[str, ...] = ()
    first: bool = False
    doubt_ms: int | None = None
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def order(self) -> tuple[int, str, str]:
        return (self.at_ms, self.system, self.key)


def moment(record: Record) -> Moment | None:
    """An event or a journal entry; None for other records, and for events that only fill space."""
    if record.kind is RecordKind.EVENT:
        return None if record.minor else _event(record)
    return _note(record) if record.kind is RecordKind.JOURNAL else None


def _event(record: Record) -> Moment:
    body, entity = record.body, record.entity
    severity = text_of(body.get("severity"))
    health = loudness(severity) if severity else Health.OK
    alarm = entity.kind is EntityKind.ALERT
    what = What.ALARM if alarm else What.CHANGE if record.name in _CHANGES else What.EVENT
    return Moment(
        key=_key(record),
        at_ms=record.at_ms,
        seen_ms=record.seen_ms,
        system=record.source,
        what=what,
        health=health,
        entity=entity,
        subject=_subject(record),
        text=text_of(body.get("text")) or record.name,
        about=_about(entity, body),
        same=f"{entity}|{record.name}" if alarm else "",
        alike=(record.source, entity.kind.value, record.name, health.value),
        facts=_facts(body),
    )


def _note(record: Record) -> Moment:
    body = record.body
    author = next((text_of(body[key]) for key in _AUTHORS if body.get(key)), "")
    text = text_of(body.get("text")) or record.name
    return Moment(_key(record), record.at_ms, record.seen_ms, PEOPLE, What.NOTE, Health.OK, record.entity,
                  author or record.name, f"{record.name}: {text}" if author and record.name else text,
                  _about(record.entity, body))  # fmt: skip


def health_moment(record: Record, before: Record | None) -> Moment | None:
    """A change in how well one of our feeds sees its source; None where nothing changed that a person would see."""
    doc = record.body
    state, why = text_of(doc.get("state")), text_of(doc.get("why"))
    if before is not None and (text_of(before.body.get("state")), text_of(before.body.get("why"))) == (state, why):
        return None
    name, health = record.entity.id, _FEED_HEALTH.get(state, Health.BAD)
    todo = text_of(doc.get("todo"))
    facts = tuple((label, text) for label, text in (("what to do", todo), ("address", text_of(doc.get("address"))))
                  if text)  # fmt: skip
    said = f"{name} is {_STATES.get(state, state)}" + (f": {why}" if why else "")
    return Moment(_key(record), record.at_ms, record.seen_ms, name, What.HEALTH, health, record.entity, name, said,
                  facts=facts)  # fmt: skip


_STATES = {"ok": "read well", "connecting": "being connected to", "degraded": "read in part", "off": "switched off",
           "denied": "not permitted"}  # fmt: skip


def gap_moments(gap: GapLike) -> list[Moment]:
    """Beginning and end of a time in which a source was not seen; no end while it lasts."""
    key = f"gap {gap.source} {gap.from_ms}"
    entity = EntityRef(EntityKind.FEED, gap.source)
    why = f": {gap.why}" if gap.why else ""
    begin = Moment(f"{key} begins", gap.from_ms, gap.from_ms, gap.source, What.GAP, Health.STALE, entity, gap.source,
                   f"{gap.source} not seen from here{why}")  # fmt: skip
    if gap.to_ms is None:
        return [begin._replace(text=f"{gap.source} not seen since here{why}")]
    lasted = _lasted(gap.to_ms - gap.from_ms)
    end = begin._replace(key=f"{key} ends", at_ms=gap.to_ms, seen_ms=gap.to_ms, what=What.SEEN,
                         text=f"{gap.source} seen again after {lasted}{why}")  # fmt: skip
    return [begin, end]


def _lasted(milliseconds: int) -> str:
    from console.format import duration

    return duration(max(0, milliseconds) / 1000)


def _key(record: Record) -> str:
    """The tape's number of a record; of one that is on no tape, what it says."""
    if record.seq:
        return str(record.seq)
    return f"{record.source} {record.entity} {record.name} {record.at_ms} {record.once or ''}"


def _subject(record: Record) -> str:
    """What an event is about, as people call it: a job rather than the id of its allocation."""
    body, entity = record.body, record.entity
    if entity.kind is EntityKind.NODE:
        return text_of(body.get("node_name")) or _short(entity.id)
    if entity.kind is EntityKind.ALERT:
        first = text_of(body.get("text")).partition(" ")[0].rstrip(":")
        return text_of(body.get("alertname")) or first or _short(entity.id)
    job = text_of(body.get("job"))
    if job and entity.kind not in (EntityKind.SERVICE, EntityKind.FLOW):
        return started_by(job).rpartition("/")[2]
    if entity.kind in (EntityKind.JOB, EntityKind.SERVICE, EntityKind.GROUP):
        return entity.id.partition("/")[2] or entity.id
    return _short(entity.id)


def _short(name: str) -> str:
    """Ids are told by their first eight characters, as Nomad does it."""
    return name[:8] if len(name) >= 36 and name.count("-") >= 4 else name


def _about(entity: EntityRef, body: Mapping[str, Any]) -> tuple[str, ...]:
    labels = body.get("labels")
    named = {str(key): str(value) for key, value in labels.items()} if isinstance(labels, dict) else {}
    jobs = [text_of(body.get("job")), job_of(named) or ""]
    if entity.kind is EntityKind.JOB:
        jobs.insert(0, entity.id)
    found = [str(entity)]
    found += [str(EntityRef(EntityKind.JOB, started_by(job))) for job in jobs if job]
    subjects = tuple(data_subjects(named))
    found += [*map(str, subjects), text_of(body.get("node_name")), *node_subjects(named)]
    found += [subject.id for subject in subjects]
    return tuple(dict.fromkeys(one for one in found if one))


_TELLING = ("alertname", "who", "version", "node_name", "owner", "runbook", "origin")


def _facts(body: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    told = [(name.replace("_", " "), str(body[name])) for name in _TELLING if body.get(name) not in (None, "")]
    if body.get("silenced"):
        told.append(("silenced", "yes"))
    return tuple(told)
