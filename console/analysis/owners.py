"""Who answers for the data flows, and for the jobs that make or take data; and what is missing there."""

from __future__ import annotations

from collections.abc import Sequence

from console.analysis.answerers import answerers_of, names_of, on_call_of, problems_with
from console.analysis.scene import Topology
from console.findings import OwnershipDoc
from console.governance.flows import whole_flow
from console.ownership import Answer, by_file, by_meta
from console.signals import EntityKind, EntityRef, Record, Signal

_DATA = (EntityKind.FLOW, EntityKind.TOPIC, EntityKind.CONSUMER)


def ownership_of(
    states: Sequence[Record], signals: Sequence[Signal], topology: Topology, at_ms: int
) -> list[OwnershipDoc]:
    """Every data flow that documents or signals know, by its id, then every job that touches data, by its name.

    For a flow its sources answer, and where these are silent the meta of the job that produces it. A job that only
    takes data owes nobody a contract. ``topology`` says which job touches what.
    """
    known = answerers_of(states)
    names = names_of(known)
    jobs = {EntityRef(EntityKind.JOB, one): doc for one, doc in known.jobs.items()}
    gone = {one.entity for one in states if one.entity.kind is EntityKind.FLOW and one.body.get("removed")}
    flows = {EntityRef(EntityKind.FLOW, one) for one in known.flows}
    flows |= {one.entity for one in signals if one.entity.kind is EntityKind.FLOW} - gone
    makers: dict[EntityRef, EntityRef] = {}
    makes, touches = set(), set()
    for link in topology.links:
        if link.cause.kind is EntityKind.JOB and link.effect.kind in _DATA:
            touches.add(link.cause)
            if link.effect.kind is not EntityKind.CONSUMER:
                makes.add(link.cause)
            if link.effect.kind is EntityKind.FLOW:
                makers.setdefault(link.effect, link.cause)
        elif link.effect.kind is EntityKind.JOB and link.cause.kind in _DATA:
            touches.add(link.effect)
    found = []
    for flow in sorted(flows, key=lambda one: one.id):
        maker = makers.get(flow)
        made_by = maker.id if maker is not None else None
        whole = whole_flow(known.flows.get(flow.id), known.jobs.get(made_by or ""), made_by)
        more = problems_with(whole, at_ms, names)
        found.append(_doc(flow.id, by_file(whole), on_call_of(known, by_file(whole)), True, more))
    running = (job for job, doc in jobs.items() if not doc.get("stopped") and doc.get("status") != "dead")
    for job in sorted(touches.intersection(running), key=lambda one: one.id):
        answer = by_meta(jobs[job])
        name = job.id.partition("/")[2] or job.id
        found.append(_doc(name, answer, on_call_of(known, answer), job in makes))
    return found


def _doc(flow: str, answer: Answer, on_call: str | None, contract: bool, more: Sequence[str] = ()) -> OwnershipDoc:
    problems = []
    if not answer.owner:
        problems.append("no owner")
    if not on_call:
        problems.append("no on-call")
    if contract and not answer.contract:
        problems.append("no data contract")
    return {"flow": flow, "owner": answer.owner or None, "on_call": on_call, "problems": [*problems, *more]}
