"""Which object a command means: an id, any beginning of one, a name, or what is selected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from console.documents import AllocationDoc
from console.naming import job_name, unplaced
from console.nomadactions.shapes import Asked, Documents, NotPlannedError
from console.nomadactions.words import counted, job_key, listed, short_id, short_name
from console.signals import EntityKind, EntityRef

_LIVE = ("running", "pending", "unknown")


def allocation(asked: Asked, docs: Documents, verb: str) -> tuple[str, tuple[str, ...]]:
    """The id of the allocation that is meant, and the words that were not needed for it."""
    if asked.words:
        found = _by_id_or_name(asked.words[0], docs.allocations, short_name)
        if found is not None:
            return found, asked.words[1:]
    return _ALLOCATION_OF.get(_kind(asked), _no_allocation)(asked, docs, verb), asked.words


def job(asked: Asked, docs: Documents, word: str) -> str:
    """The id of the job that is meant: by its name or id, or that of what is selected."""
    if word:
        found = _by_id_or_name(word, docs.jobs, lambda doc: str(doc["job"]), job_name)
        if found is None:
            raise NotPlannedError(f"No job is called '{word}' on this tape.")
        return found
    found = _job_of(asked.subject, docs)
    if found is None or found not in docs.jobs:
        raise NotPlannedError(f"Which job? Select one, or name it: ':{asked.action} JOB ...'.")
    return found


def deployment(asked: Asked, docs: Documents) -> str:
    """The id of the deployment that is meant: by its id or its job's name, or the newest of what is selected."""
    if asked.words:
        word = asked.words[0]
        found = _by_id_or_name(word, docs.deployments, lambda doc: "")
        return found if found is not None else _newest(job(asked, docs, word), docs)
    if _kind(asked) is EntityKind.DEPLOYMENT and asked.subject is not None:
        return asked.subject.id
    return _newest(job(asked, docs, ""), docs)


def node(asked: Asked, docs: Documents, word: str) -> str:
    """The id of the node that is meant: by its name or id, or that of what is selected."""
    if word:
        found = _by_id_or_name(word, docs.nodes, lambda doc: str(doc["name"]))
        if found is None:
            raise NotPlannedError(f"No node is called '{word}' on this tape.")
        return found
    subject = asked.subject
    if subject is not None and subject.kind is EntityKind.NODE and subject.id in docs.nodes:
        return subject.id
    if subject is not None and subject.kind is EntityKind.ALLOCATION and subject.id in docs.allocations:
        return docs.allocations[subject.id]["node_id"]
    raise NotPlannedError("Which node? Select one, or name it: ':eligibility on|off NODE'.")


def of_group(key: str, group: str, docs: Documents) -> list[tuple[str, AllocationDoc]]:
    """The allocations of a group (of a whole job: '') that Nomad wants and that are not over, in order of name."""
    found = [
        (one, doc) for one, doc in docs.allocations.items()
        if job_key(doc) == key and group in ("", doc["group"])
        and doc["desired"] == "run" and doc["status"] in _LIVE and not doc.get("gone")
    ]  # fmt: skip
    return sorted(found, key=lambda each: (len(each[1]["name"]), each[1]["name"], each[0]))


def _kind(asked: Asked) -> EntityKind | None:
    return None if asked.subject is None else asked.subject.kind


def _by_id_or_name(
    word: str, docs: Mapping[str, Any], name: Callable[[Any], str], id_name: Callable[[str], str] | None = None
) -> str | None:
    """The one key that a word means: the key itself, a name, or the beginning of keys or names; None: nothing."""
    folded = word.casefold()
    if word in docs:
        return word
    ways: tuple[Callable[[str], bool], ...] = (
        lambda key: folded in (name(docs[key]).casefold(), unplaced(key).casefold()),
        lambda key: key.casefold().startswith(folded) or (id_name is not None and id_name(key) == word),
        lambda key: id_name is not None and id_name(key).casefold().startswith(folded),
    )
    for way in ways:
        found = [key for key in docs if way(key)]
        if len(found) > 1:
            living = [key for key in found if docs[key].get("status") in (*_LIVE, "ready")]
            found = living if len(living) == 1 else found
        if len(found) == 1:
            return found[0]
        if found:
            shown = listed(sorted(_shown(key) for key in found))
            raise NotPlannedError(f"'{word}' means {len(found)} of them ({shown}): type more of it.")
    return None


def _shown(key: str) -> str:
    return key if "/" in key else short_id(key)


def _newest(key: str, docs: Documents) -> str:
    brief = docs.jobs[key].get("deployment")
    known = [(doc["created_ms"], one) for one, doc in docs.deployments.items() if _job_of_deployment(one, docs) == key]
    newest = brief["id"] if brief else max(known, default=(0, ""))[1]
    if not newest:
        raise NotPlannedError(f"{job_name(key)} has no deployment that is known on this tape.")
    return newest


def _job_of_deployment(one: str, docs: Documents) -> str | None:
    doc = docs.deployments.get(one)
    if doc is None:
        briefs = ((key, job.get("deployment")) for key, job in docs.jobs.items())
        return next((key for key, brief in briefs if brief and brief["id"] == one), None)
    return next((key for key in docs.jobs if key == _placed_job(doc)), None)


def _placed_job(doc: Mapping[str, Any]) -> str:
    place = f"@{doc['cluster']}" if doc.get("cluster") else ""
    return f"{doc['namespace']}{place}/{doc['job']}"


def _job_of(subject: EntityRef | None, docs: Documents) -> str | None:
    if subject is None:
        return None
    ways: dict[EntityKind, Callable[[str], str | None]] = {
        EntityKind.JOB: lambda key: key,
        EntityKind.GROUP: lambda key: key.rpartition("/")[0],
        EntityKind.ALLOCATION: lambda key: job_key(docs.allocations[key]) if key in docs.allocations else None,
        EntityKind.TASK: lambda key: _job_of(EntityRef(EntityKind.ALLOCATION, key.partition("/")[0]), docs),
        EntityKind.DEPLOYMENT: lambda key: _job_of_deployment(key, docs),
    }
    way = ways.get(subject.kind)
    return None if way is None else way(subject.id)


def _selected(asked: Asked, docs: Documents, verb: str) -> str:
    key = asked.subject.id.partition("/")[0] if asked.subject is not None else ""
    if asked.words and key not in docs.allocations:
        raise NotPlannedError(f"No allocation begins with '{asked.words[0]}' on this tape.")
    if key not in docs.allocations:
        raise NotPlannedError(f"Allocation {short_id(key)} is not on this tape.")
    return key


def _only_one(asked: Asked, docs: Documents, verb: str) -> str:
    subject = asked.subject
    assert subject is not None
    group = subject.id.rpartition("/")[2] if subject.kind is EntityKind.GROUP else ""
    key = _job_of(subject, docs) or ""
    found = of_group(key, group, docs)
    if asked.words and not _is_task(asked.words[0], found):
        raise NotPlannedError(f"No allocation begins with '{asked.words[0]}' on this tape.")
    if len(found) == 1:
        return found[0][0]
    if not found:
        raise NotPlannedError(f"{job_name(key)} has no allocation to {verb}.")
    shown = listed([f"{short_name(doc)} {short_id(one)}" for one, doc in found])
    raise NotPlannedError(f"{job_name(key)} has {counted(len(found), 'allocation')}: name one of them ({shown}).")


def _is_task(word: str, found: Iterable[tuple[str, AllocationDoc]]) -> bool:
    return any(word in doc["tasks"] for _, doc in found)


def _no_allocation(asked: Asked, docs: Documents, verb: str) -> str:
    if asked.words:
        raise NotPlannedError(f"No allocation begins with '{asked.words[0]}' on this tape.")
    raise NotPlannedError(f"Which allocation? Select one, or name it: ':{asked.action} ID'.")


_ALLOCATION_OF: dict[EntityKind | None, Callable[[Asked, Documents, str], str]] = {
    EntityKind.ALLOCATION: _selected,
    EntityKind.TASK: _selected,
    EntityKind.JOB: _only_one,
    EntityKind.GROUP: _only_one,
}
