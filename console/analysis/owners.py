"""Who answers for the data flows, and for the jobs that make or take data; and what is missing there."""

from __future__ import annotations

from collections.abc import Sequence

from console.analysis.scene import Topology
from console.findings import OwnershipDoc
from console.ownership import NOBODY, Answer, by_file, by_meta
from console.signals import EntityKind, EntityRef, Record, Signal

_DATA = (EntityKind.FLOW, EntityKind.TOPIC, EntityKind.CONSUMER)


def ownership_of(states: Sequence[Record], signals: Sequence[Signal], topology: Topology) -> list[OwnershipDoc]:
    """Every data flow that documents or signals know, by its id, then every job that touches data, by its name.

    For a flow its file answers, and where that is silent the meta of the job that produces it. A job that only takes
    data owes nobody a contract. ``topology`` says which job touches what.
    """
    jobs = {one.entity: one.body for one in states if one.entity.kind is EntityKind.JOB and not one.body.get("parent")}
    files = {one.entity: one.body for one in states if one.entity.kind is EntityKind.FLOW}
    flows = {*files, *(one.entity for one in signals if one.entity.kind is EntityKind.FLOW)}
    flows -= {flow for flow, doc in files.items() if doc.get("removed")}
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
        meta = by_meta(jobs.get(maker)) if maker is not None else NOBODY
        found.append(_doc(flow.id, by_file(files.get(flow)).otherwise(meta), contract=True))
    running = (job for job, doc in jobs.items() if not doc.get("stopped") and doc.get("status") != "dead")
    for job in sorted(touches.intersection(running), key=lambda one: one.id):
        found.append(_doc(job.id.partition("/")[2] or job.id, by_meta(jobs[job]), contract=job in makes))
    return found


def _doc(flow: str, answer: Answer, contract: bool) -> OwnershipDoc:
    problems = []
    if not answer.owner:
        problems.append("no owner")
    if not answer.on_call:
        problems.append("no on-call")
    if contract and not answer.contract:
        problems.append("no data contract")
    return {"flow": flow, "owner": answer.owner or None, "on_call": answer.on_call or None, "problems": problems}
