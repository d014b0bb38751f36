"""The versions of jobs that run now and bear on data or models, with the backlogs that they were brought into."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from console.analysis.audit.facts import Backlog, Deploy, Intervention, Journal
from console.analysis.reach import Reach
from console.analysis.scene import Link, Topology
from console.documents import JobDoc
from console.governance.flows import Flow
from console.scenes.audit.known import Known
from console.scenes.audit.ways import Ways
from console.signals import EntityKind, EntityRef

_BACK = re.compile(r"reverted to version \d+|unchanged|started again")
_SCALED = re.compile(r"count of .+")
_DATA = (EntityKind.FLOW, EntityKind.TOPIC, EntityKind.CONSUMER, EntityKind.MODEL)
_FIX_MS = 3_600_000
_HOPS = 6
_HOW = {"up": "its data comes by way of it", "down": "it lives on that data", "same": "its own"}


def deploys_of(
    known: Known,
    links: Sequence[Link],
    ways: Ways,
    flows: Sequence[Flow],
    backlogs: Sequence[Backlog],
    watched: Iterable[EntityRef],
    journal: Journal,
) -> list[Deploy]:
    """The jobs that make data, take it, or serve a model, by id; what is stopped or over is left out. ``watched`` are
    those of which it is seen now how far they are behind."""
    lasting = [one for one in backlogs if one.until_ms is None or one.lost]
    reach = Reach(Topology(tuple(links)))
    seen = reach.around(watched, _HOPS)
    names = {name: flow.name for flow in flows for name in flow.names}
    jobs: dict[str, JobDoc] = known.docs(EntityKind.JOB)
    found = []
    for job, doc in sorted(jobs.items()):
        if doc.get("stopped") or doc.get("status") == "dead" or doc.get("parent"):
            continue
        entity = EntityRef(EntityKind.JOB, job)
        linked = [*ways.effects(entity), *ways.causes(entity)]
        if any(link.cause.kind in _DATA or link.effect.kind in _DATA for link in linked):
            served = [link.effect for link in ways.effects(entity) if link.effect.kind is EntityKind.MODEL]
            near = dict(_near(entity, served, lasting, reach))
            made = _deploy(known, entity, doc, names, linked, near, journal)
            found.append(made._replace(watched=not seen.isdisjoint((entity, *served))))
    return found


def _deploy(
    known: Known,
    entity: EntityRef,
    doc: JobDoc,
    names: Mapping[str, str],
    linked: Sequence[Link],
    near: Mapping[str, str],
    journal: Journal,
) -> Deploy:
    versions = doc.get("versions") or []
    version = next((one for one in versions if one["version"] == doc["version"]), None)
    text = version["text"] if version else ""
    parts = [part.strip() for part in text.split("; ")] if text else []
    takes = [names[link.cause.id] for link in linked if link.cause.kind is EntityKind.FLOW and link.cause.id in names]
    return Deploy(
        job=entity.id,
        version=doc["version"],
        at_ms=doc["submitted_ms"],
        text=f"version {doc['version']}" + (f": {text}" if text else ""),
        by=(version.get("by") if version else None) or doc.get("by") or "",
        # What only runs more or fewer of the same brings nothing new either.
        revert=bool(_BACK.fullmatch(text)) or (bool(parts) and all(_SCALED.fullmatch(part) for part in parts)),
        first=doc["version"] == 0 or text == "first version",
        consumes=list(dict.fromkeys(takes)),
        near=near,
        fix=next((one.text for one in journal.interventions if _is_about(one, entity, doc["submitted_ms"])), ""),
        oldest_ms=known.state_seen_ms(EntityKind.JOB, entity.id),
    )


def _near(
    job: EntityRef, served: Sequence[EntityRef], backlogs: Sequence[Backlog], reach: Reach
) -> Iterator[tuple[str, str]]:
    for one in backlogs:
        if how := _bears(job, served, one.entity, reach):
            yield one.signal, how


def _bears(job: EntityRef, served: Sequence[EntityRef], entity: EntityRef, reach: Reach) -> str | None:
    """How what is behind bears on a job, or on the models that it serves; None where it does not."""
    hops, way = reach.to(job, entity)
    if hops is not None and hops <= _HOPS and way in _HOW:
        return _HOW[way]
    for model in served:
        hops, way = reach.to(entity, model)
        if hops is not None and hops <= _HOPS and way == "up":
            return "its model answers from it"
    return None


def _is_about(one: Intervention, job: EntityRef, at_ms: int) -> bool:
    return one.entity == job and abs(one.at_ms - at_ms) <= _FIX_MS
