"""Objects by what people type: the beginning of an id, or the name of a job, a node or a service."""

from __future__ import annotations

from collections.abc import Sequence

from console.inventory.book import KINDS, Book
from console.inventory.kinds import KINDS_OF
from console.inventory.words import short_id
from console.naming import job_name
from console.signals import EntityKind, EntityRef

LEAST = 2  # letters of an id
MOST = 6  # candidates that are named
_NAMED = (EntityKind.JOB, EntityKind.NODE, EntityKind.SERVICE)
_BY_ID = (EntityKind.ALLOCATION, EntityKind.NODE, EntityKind.DEPLOYMENT, EntityKind.EVALUATION)


def find(book: Book, typed: str) -> list[EntityRef]:
    """What is meant: what has this very id or name, else what an id or a name begins with it. Case does not matter.

    With a kind before it (``allocation:1f3a``) only what is of that kind; ``task:1f3a/server`` is a task of one. A job
    and a service of one name are both there, the job first.
    """
    word, colon, rest = typed.strip().partition(":")
    if colon and word == EntityKind.TASK:
        allocation, _, task = rest.partition("/")
        found = _of_kinds(book, allocation.casefold(), (EntityKind.ALLOCATION,))
        return [EntityRef(EntityKind.TASK, f"{one.id}/{task}") for one in found]
    only = tuple(kind for kind in KINDS if colon and kind == word)
    return _of_kinds(book, (rest if only else typed).strip().casefold(), only or KINDS)


def _of_kinds(book: Book, wanted: str, kinds: Sequence[EntityKind]) -> list[EntityRef]:
    if not wanted:
        return []
    exact = [
        EntityRef(kind, known)
        for kind in kinds
        for known in book.of(kind)
        if known.casefold() == wanted or (kind in _NAMED and _name(book, kind, known) == wanted)
    ]
    if exact or len(wanted) < LEAST:
        return exact[:1] if _one_job(exact) else exact
    begun = [
        EntityRef(kind, known)
        for kind in kinds
        for known in book.of(kind)
        if (kind in _BY_ID and known.casefold().startswith(wanted))
        or (kind in _NAMED and _name(book, kind, known).startswith(wanted))
    ]
    return begun[:1] if _one_job(begun) else begun


def _name(book: Book, kind: EntityKind, known: str) -> str:
    if kind is EntityKind.NODE:
        return str(book.nodes[known].doc.get("name") or "").casefold()
    return job_name(known).casefold()


def _one_job(found: list[EntityRef]) -> bool:
    """Whether it is one job, with the services of its name."""
    jobs = [one for one in found if one.kind is EntityKind.JOB]
    others = {job_name(one.id) for one in found if one.kind is not EntityKind.JOB}
    services = all(one.kind in (EntityKind.JOB, EntityKind.SERVICE) for one in found)
    return len(jobs) == 1 and services and others <= {job_name(jobs[0].id)}


def named(book: Book, entity: EntityRef) -> str:
    """``allocation answerer[0] 1f3a9c2e``, as it is told apart from others."""
    one = book.of(entity.kind).get(entity.id)
    name = KINDS_OF[entity.kind].name(one) if one is not None else ""
    said = f"{entity.kind.value} {name}".strip()
    return f"{said} {short_id(entity.id)}" if entity.kind in _BY_ID else f"{entity.kind.value} {entity.id}"


def unclear(book: Book, typed: str, found: list[EntityRef]) -> str:
    """One sentence where what was typed does not say one object."""
    if not found:
        more = f"give at least {LEAST} letters" if len(typed.strip()) < LEAST else "':alloc' and ':jobs' list what is"
        return f"Nothing of Nomad's begins with '{typed}'; {more}."
    told = [named(book, one) for one in found[:MOST]]
    more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
    return f"'{typed}' can be {', '.join(told)}{more}; type more of it."
