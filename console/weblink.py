"""Where an object is in Nomad's own web interface. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from console.naming import job_name, namespace_of
from console.signals import EntityKind, EntityRef


class _Place(NamedTuple):
    """A path under ``/ui``, each part of it still as it is called, and a query."""

    parts: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = ()


def web_link(address: str, entity: EntityRef, document: Mapping[str, Any], region: str = "") -> str:
    """The address of an object's page; empty where Nomad has none for it. ``address`` is that of its API, without
    credentials; what might be in it nevertheless is left out. ``document`` is the object's as on the tape (empty: not
    known), ``region`` that of its Nomad (empty: whichever answers).
    """
    find = _PAGES.get(entity.kind)
    place = find(entity.id, document) if find is not None else None
    if place is None or not address:
        return ""
    try:
        base = urlsplit(address)
    except ValueError:
        return ""
    if base.scheme not in ("http", "https"):
        return ""  # a tape that somebody sent says whatever it likes, and this can be clicked
    path = "/".join(("ui", *(quote(part, safe="@") for part in place.parts)))
    query = urlencode([*place.query, *([("region", region)] if region else [])])
    host = base.netloc.rpartition("@")[2]
    return urlunsplit((base.scheme, host, f"{base.path.rstrip('/')}/{path}", query, ""))


def _job(job: str, namespace: str, *more: str) -> _Place:
    """A job's page: its id, an @ and its namespace are one part of the path."""
    return _Place(("jobs", f"{job}@{namespace or 'default'}", *more))


def _of_job(entity_id: str, document: Mapping[str, Any]) -> _Place:
    return _job(job_name(entity_id), namespace_of(entity_id))


def _of_group(entity_id: str, document: Mapping[str, Any]) -> _Place:
    job, _, group = job_name(entity_id).rpartition("/")
    return _job(job, namespace_of(entity_id), group)


def _of_service(entity_id: str, document: Mapping[str, Any]) -> _Place | None:
    job = str(document.get("job", ""))
    return _job(job, namespace_of(entity_id), "services") if job else None


def _of_deployment(entity_id: str, document: Mapping[str, Any]) -> _Place | None:
    job = str(document.get("job", ""))
    return _job(job, str(document.get("namespace", "")), "deployments") if job else None


def _of_evaluation(entity_id: str, document: Mapping[str, Any]) -> _Place:
    namespace = str(document.get("namespace", "")) or "*"
    return _Place(("evaluations",), (("currentEval", entity_id), ("namespace", namespace)))


_PAGES: dict[EntityKind, Callable[[str, Mapping[str, Any]], _Place | None]] = {
    EntityKind.JOB: _of_job,
    EntityKind.GROUP: _of_group,
    EntityKind.SERVICE: _of_service,
    EntityKind.DEPLOYMENT: _of_deployment,
    EntityKind.EVALUATION: _of_evaluation,
    EntityKind.ALLOCATION: lambda entity_id, _: _Place(("allocations", entity_id)),
    EntityKind.TASK: lambda entity_id, _: _Place(("allocations", *entity_id.split("/", 1))),
    EntityKind.NODE: lambda entity_id, _: _Place(("clients", entity_id)),
}
