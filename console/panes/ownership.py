"""The ownership pane: who answers for each data flow and for each job that touches data, who is on call for it now, and
who does not.

Loud is a flow or a running job that touches data and that nobody owns, and a flow that breaks what was promised of it;
a missing on-call or contract is a warning, and so is a service without an owner. Where sources disagree all of them are
shown: the console does not choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from console.documents import JobDoc
from console.format import age, next_age_s
from console.naming import items, job_name, place_of
from console.ownership import by_file, by_meta
from console.panes import kpirows
from console.panes.alerts import Firing
from console.panes.answering import say_answer
from console.panes.links import Links
from console.panes.marked import Draft, alert_row
from console.panes.promises import broken
from console.panes.rows import Placed
from console.panes.whereabouts import titled
from console.panes.world import World, is_running, text_of
from console.signals import EntityKind, EntityRef, Health, Pane, Record

if TYPE_CHECKING:
    from console.governance.shapes import FlowDoc

PANE = Pane.OWNERSHIP
_ENDING = ("deprecated", "retired")


def members(world: World, links: Links) -> set[EntityRef]:
    """All that may have a row: flows, and jobs that are not told by the row of a flow that they produce."""
    found = set()
    told = set()
    for flow, known in links.flows.items():
        declared = world.flow(flow) is not None
        if declared and known.job is not None:
            told.add(known.job)
        if declared or known.job is None or world.job(known.job) is None:
            found.add(EntityRef(EntityKind.FLOW, flow))
    for job_id, doc in world.own_jobs():
        if job_id not in told and _counts(doc, job_id in links.touching):
            found.add(EntityRef(EntityKind.JOB, job_id))
    return found


def _counts(doc: JobDoc, touches: bool) -> bool:
    return is_running(doc) and (touches or doc.get("type") in ("service", "system"))


def build(world: World, links: Links, entity: EntityRef, alerts: Sequence[Firing]) -> Placed | None:
    """The row of a flow or a job."""
    if entity.kind is EntityKind.ALERT:
        return alert_row(world, entity, alerts)
    if entity.kind is EntityKind.FLOW:
        return _flow(world, links, entity)
    record = world.states[EntityKind.JOB].get(entity.id)
    return None if record is None else _job(world, links, record)


def _flow(world: World, links: Links, entity: EntityRef) -> Placed:
    from console.governance.flows import whole_flow  # here, so that nobody without flows waits for it

    known = links.flows.get(entity.id)
    producer = known.job if known else None
    record = world.states[EntityKind.FLOW].get(entity.id)
    job = world.states[EntityKind.JOB].get(producer) if producer else None
    whole = whole_flow(world.flow(entity.id), job.body if job else None, producer, job.at_ms if job else None)
    draft = Draft(world, entity, entity.id)
    owned = say_answer(draft, by_file(whole), touches=True, contract=True)
    _say_promises(draft, links)
    _say_contract(draft, whole)
    _say_disagreements(draft, whole)
    _say_doubts(draft, whole)
    kpirows.add(draft, links, PANE)
    if owned:
        draft.say(Health.OK, "owned")
    if producer:
        draft.notes.append(f"from {producer.rpartition('/')[2]}" + ("" if job else ", which is not known here"))
    else:
        draft.notes.append("nobody is known to produce it" if record else "no file and no job declares it")
    for source in {one.source for one in (record, job) if one is not None}:
        draft.from_source(source)
    return draft.place(0)


def _say_promises(draft: Draft, links: Links) -> None:
    said = broken(draft.world, draft.entity.id, links.promises.get(draft.entity.id, ()))
    if said is not None:
        draft.say(Health.BAD, said.word)
        draft.until(said.until_ms)
        draft.notes.insert(0, said.note)


def _say_contract(draft: Draft, whole: FlowDoc) -> None:
    ends_ms, now_ms = whole.get("contract_ends_ms"), draft.world.now_ms
    if ends_ms is not None and ends_ms <= now_ms:
        draft.say(Health.WARN, "contract ended")
        draft.notes.append(f"contract ended {age((now_ms - ends_ms) / 1000)} ago")
        draft.until(ends_ms + next_age_s((now_ms - ends_ms) / 1000) * 1000)
    elif ends_ms is not None:
        draft.until(ends_ms)
    lifecycle = str(whole.get("lifecycle") or "").casefold()
    if lifecycle in _ENDING:
        draft.say(Health.WARN, lifecycle)
        draft.notes.append(f"its contract is {lifecycle}")


def _say_disagreements(draft: Draft, whole: FlowDoc) -> None:
    from console.governance.disagree import disagreements

    for one in disagreements(whole, draft.world.calling.synonyms()):
        draft.say(Health.WARN, f"{one.word} disputed")
        said = ", ".join(f"{_shown(item['value'])} by {item['origin'] or item['via']}" for item in one.said)
        draft.notes.append(f"{one.word}: {said}")


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else text_of(value)


def _say_doubts(draft: Draft, whole: FlowDoc) -> None:
    from console.governance.fields import doubt_text

    for one in whole.get("doubts") or ():
        draft.say(Health.UNKNOWN, "in doubt")
        draft.notes.append(f"{doubt_text(one)} ({one['origin']})")


def _job(world: World, links: Links, record: Record) -> Placed:
    doc = cast(JobDoc, record.body)
    job_id = record.entity.id
    touches = job_id in links.touching
    made = [flow for flow in links.producing.get(job_id, ()) if world.flow(flow) is None]
    meta = doc.get("meta") or {}
    emits = bool(made or items(meta.get("produces")))
    draft = Draft(world, record.entity, titled(world, job_name(job_id), place_of(job_id)))
    if say_answer(draft, by_meta(doc), touches, contract=emits):
        draft.say(Health.OK, "owned")
    sure = [flow for flow in made if not links.flows[flow].guessed]
    likely = [flow for flow in made if links.flows[flow].guessed]
    for flow in [*sure, *likely, *items(meta.get("produces"))][:1]:
        draft.opens = EntityRef(EntityKind.FLOW, flow)  # it is that whose owner, contract and stages one looks for
    if sure or likely:
        draft.notes.append("flow " + ", ".join([*sure, *(f"{flow} (by its name)" for flow in likely)]))
    elif touches:
        data = [f"{verb} {meta[key]}" for key, verb in (("produces", "makes"), ("consumes", "reads")) if meta.get(key)]
        draft.notes.append(", ".join(data) or "touches data")
    draft.from_source(record.source)
    return draft.place(1 if touches else 2)
