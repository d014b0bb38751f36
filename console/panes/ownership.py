"""The ownership pane: who answers for each data flow and for each job that touches data, and who does not.

Loud is a running job that touches data and that nobody owns; a missing on-call or contract is a warning, and so is a
service without an owner. Where a job's meta and the files disagree, both are shown: the console does not choose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from console.documents import JobDoc
from console.naming import items, job_name, place_of
from console.ownership import Answer, by_file, by_meta
from console.panes.alerts import Firing
from console.panes.links import Links
from console.panes.marked import Draft, alert_row
from console.panes.rows import Number, Placed
from console.panes.whereabouts import titled
from console.panes.world import World, text_of
from console.signals import EntityKind, EntityRef, Health, Pane, Record

PANE = Pane.OWNERSHIP


def members(world: World, links: Links) -> set[EntityRef]:
    """All that may have a row: flows, and jobs that are not told by the row of a flow that they produce."""
    found = set()
    told = set()
    for flow, known in links.flows.items():
        declared = world.flow(flow) is not None
        if declared and known.producer is not None:
            told.add(known.producer)
        if declared or known.producer is None or world.job(known.producer) is None:
            found.add(EntityRef(EntityKind.FLOW, flow))
    for job_id, doc in world.own_jobs():
        if job_id not in told and _counts(doc, job_id in links.touching):
            found.add(EntityRef(EntityKind.JOB, job_id))
    return found


def _counts(doc: JobDoc, touches: bool) -> bool:
    runs = not doc.get("stopped") and doc.get("status") != "dead"
    return runs and (touches or doc.get("type") in ("service", "system"))


def build(world: World, links: Links, entity: EntityRef, alerts: Sequence[Firing]) -> Placed | None:
    """The row of a flow or a job."""
    if entity.kind is EntityKind.ALERT:
        return alert_row(world, entity, alerts)
    if entity.kind is EntityKind.FLOW:
        return _flow(world, links, entity)
    record = world.states[EntityKind.JOB].get(entity.id)
    return None if record is None else _job(world, links, record)


def _flow(world: World, links: Links, entity: EntityRef) -> Placed:
    known = links.flows.get(entity.id)
    producer = known.producer if known else None
    record = world.states[EntityKind.FLOW].get(entity.id)
    job = world.states[EntityKind.JOB].get(producer) if producer else None
    files = by_file(record.body if record else None)
    meta = by_meta(job.body if job else None)
    draft = Draft(world, entity, entity.id)
    _say_gaps(draft, files.otherwise(meta), touches=True, contract=True)
    _say_disagreement(draft, files, meta, record)
    if producer:
        draft.notes.append(f"from {producer.rpartition('/')[2]}" + ("" if job else ", which is not known here"))
    else:
        draft.notes.append("nobody is known to produce it" if record else "no file and no job declares it")
    for source in {one.source for one in (record, job) if one is not None}:
        draft.from_source(source)
    return draft.place(0)


def _job(world: World, links: Links, record: Record) -> Placed:
    doc = cast(JobDoc, record.body)
    job_id = record.entity.id
    touches = job_id in links.touching
    made = [flow for flow in links.producing.get(job_id, ()) if world.flow(flow) is None]
    meta = doc.get("meta") or {}
    emits = bool(made or items(meta.get("produces")))
    draft = Draft(world, record.entity, titled(world, job_name(job_id), place_of(job_id)))
    _say_gaps(draft, by_meta(doc), touches, contract=emits)
    sure = [flow for flow in made if not links.flows[flow].guessed]
    likely = [flow for flow in made if links.flows[flow].guessed]
    if sure or likely:
        draft.notes.append("flow " + ", ".join([*sure, *(f"{flow} (by its name)" for flow in likely)]))
    elif touches:
        data = [f"{verb} {meta[key]}" for key, verb in (("produces", "makes"), ("consumes", "reads")) if meta.get(key)]
        draft.notes.append(", ".join(data) or "touches data")
    draft.from_source(record.source)
    return draft.place(1 if touches else 2)


def _say_gaps(draft: Draft, answer: Answer, touches: bool, contract: bool) -> None:
    """What is missing gives the word, worst first; the numbers say who answers, or loudly that nobody does."""
    missing: list[tuple[Health, str]] = []
    if not answer.owner:
        missing.append((Health.BAD, "NO OWNER") if touches else (Health.WARN, "no owner"))
    if not answer.on_call and (touches or not answer.owner):
        missing.append((Health.WARN, "no on-call"))
    if not answer.contract and contract:
        missing.append((Health.WARN, "no contract"))
    for health, word in missing:
        draft.say(health, word)
    gaps = {word.casefold(): Number("", word, health) for health, word in missing}
    draft.numbers.append(gaps.pop("no owner", Number("", answer.owner, Health.OK)))
    draft.numbers.append(gaps.pop("no on-call", Number("", _on_call(answer.on_call), Health.OK)))
    draft.notes.extend(number.text for number in gaps.values())
    if not missing:
        draft.say(Health.OK, "owned")


def _on_call(name: str) -> str:
    """Who is on call, in words that say that it is that."""
    said = {"call", "oncall", "pager"} & set(re.split(r"[^a-z]+", name.casefold()))
    return name if said or not name else f"on call {name}"


def _say_disagreement(draft: Draft, files: Answer, meta: Answer, record: Record | None) -> None:
    origin = text_of(record.body.get("origin")) if record else ""
    for what, in_file, in_meta in zip(("owner", "on-call", "contract"), files, meta, strict=True):
        if in_file and in_meta and in_file.casefold() != in_meta.casefold():
            draft.say(Health.WARN, f"{what} disputed")
            draft.notes.insert(0, f"{what}: {in_file} by {origin or 'file'}, {in_meta} by job meta")
