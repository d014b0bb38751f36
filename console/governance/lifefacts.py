"""From the documents and events of a tape to what is known of one model's life. Pure: give what was known as of a time.

facts = life_facts("answer-8b", now_ms, doc, flows, jobs, deployments, signals)
told = lifecycle(facts._replace(promotions=promotions_of("answer-8b", events), changes=..., backlogs=...))
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from console.documents import AllocationDoc, DeploymentDoc, JobDoc
from console.governance.lifeshapes import DataChange, Deploy, LifecycleFacts, Promotion
from console.governance.modelnames import PRODUCTION_ALIASES, same_model
from console.governance.running import running, serving
from console.governance.shapes import FlowDoc, ModelDoc
from console.naming import placed, unplaced
from console.signals import EntityKind, Record, RecordKind, Signal

ALIAS = "alias"
"""The name of the event that tells of an alias; its body has ``alias``, ``version``, ``before`` and ``since_ms``."""

_REVERTED = re.compile(r"reverted to version (\d+)")


def life_facts(
    model: str,
    now_ms: int,
    doc: ModelDoc | None,
    flows: Mapping[str, FlowDoc],
    jobs: Mapping[str, JobDoc],
    deployments: Iterable[DeploymentDoc] = (),
    signals: Iterable[Signal] = (),
    allocations: Iterable[AllocationDoc] = (),
) -> LifecycleFacts:
    """What documents say. ``flows`` are all, as ``governance/flows.py`` puts them together; only inputs are kept."""
    serving_jobs = jobs_of(model, doc, jobs)
    inputs = inputs_of(model, doc, flows, serving_jobs)
    return LifecycleFacts(
        model=model,
        now_ms=now_ms,
        doc=doc,
        flows={name: flows[name] for name in inputs if name in flows},
        deploys=list(_deploys(model, {job: jobs[job] for job in serving_jobs if job in jobs}, deployments)),
        running=[one for one in running(jobs, signals, allocations) if same_model(one.model, model)],
    )


def jobs_of(model: str, doc: ModelDoc | None, jobs: Mapping[str, JobDoc]) -> list[str]:
    """The jobs that serve a model: those that its document names, and those whose own meta names it."""
    declared = doc.get("jobs", ()) if doc else ()
    found = [job for job in jobs if job in declared or unplaced(job) in declared]
    for job_id, job in jobs.items():
        if any(same_model(one.model, model) for groups in serving(job).values() for one in groups.values()):
            found.append(job_id)
    return sorted({*found})


def inputs_of(
    model: str, doc: ModelDoc | None, flows: Mapping[str, FlowDoc], serving_jobs: Iterable[str] = ()
) -> list[str]:
    """The flows that a model answers from, and all that these are made of: by name, by consumers, by producers.

    Flows that are made of each other in a circle are each named once.
    """
    consumed: dict[str, list[str]] = {}
    for name, flow in flows.items():
        for job in flow["consumers"]:
            consumed.setdefault(unplaced(job), []).append(name)
    waiting = list(doc.get("inputs", ()) if doc else ())
    waiting += [name for name, flow in flows.items() if any(same_model(one, model) for one in flow.get("feeds", ()))]
    waiting += [name for job in serving_jobs for name in consumed.get(unplaced(job), ())]
    found: dict[str, None] = {}
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        whole = flows.get(name)
        if whole is not None and not whole.get("removed"):
            waiting += whole.get("upstream", ())
            waiting += consumed.get(unplaced(whole["producer"] or ""), ())
    return sorted(found)


def promotions_of(model: str, events: Iterable[Record]) -> list[Promotion]:
    """What was seen of a model's production alias, oldest first, from events of the feed ``models``."""
    found = []
    for event in events:
        body = event.body
        if event.kind is not RecordKind.EVENT or event.name != ALIAS or event.entity.kind is not EntityKind.MODEL:
            continue
        alias, version = str(body.get("alias") or ""), str(body.get("version") or "")
        if event.entity.id != model or alias.casefold() not in PRODUCTION_ALIASES:
            continue
        since_ms = min(event.at_ms, int(body.get("since_ms") or event.at_ms))
        before, by = str(body.get("before") or ""), str(body.get("by") or "")
        origin = str(body.get("origin") or event.source)
        found.append(Promotion(version, alias, since_ms, origin, before, by, event.at_ms - since_ms))
    return sorted(found, key=lambda one: one.at_ms)


def data_changes(states: Iterable[Record]) -> list[DataChange]:
    """Changes of schema and of contract versions, from the states of flows in the order of the tape's time."""
    found: list[DataChange] = []
    last: dict[str, FlowDoc] = {}
    for record in states:
        if record.kind is not RecordKind.STATE or record.entity.kind is not EntityKind.FLOW:
            continue
        name, doc = record.entity.id, cast(FlowDoc, record.body)
        found += _changes(name, last.get(name), doc, record.at_ms)
        last[name] = doc
    return sorted(set(found), key=lambda one: (one.at_ms, one.flow, one.what))


def _changes(name: str, before: FlowDoc | None, doc: FlowDoc, at_ms: int) -> Iterator[DataChange]:
    changed_ms = doc.get("schema_changed_ms")
    if changed_ms is not None and (before is None or before.get("schema_changed_ms") != changed_ms):
        yield DataChange(name, "schema change", changed_ms, f"{name} changed its schema", doc["origin"])
    old, new = before.get("contract_version") if before else None, doc.get("contract_version")
    if old and new and old != new:
        yield DataChange(name, "contract", at_ms, f"{name}: contract {old} -> {new}", doc["origin"])


def _deploys(model: str, jobs: Mapping[str, JobDoc], deployments: Iterable[DeploymentDoc]) -> Iterator[Deploy]:
    out: dict[tuple[str, int], DeploymentDoc] = {}
    for one in sorted(deployments, key=lambda one: one["created_ms"]):
        whose = placed(f"{one['namespace']}/{one['job']}", one.get("cluster", ""))
        out[(whose, one["version"])] = one
    for job_id, job in jobs.items():
        serves = serving(job)
        for version in job.get("versions") or ():
            number, text = version["version"], version["text"]
            mine = [one.version for one in serves.get(number, {}).values() if same_model(one.model, model)]
            if text == "stopped" or (number in serves and serves[number] and not mine):
                continue
            reverted = _REVERTED.fullmatch(text)
            deployment = out.get((job_id, number))
            ended_ms = deployment["modified_ms"] if deployment else None
            status = deployment["status"] if deployment else ""
            yield Deploy(
                job=job_id,
                job_version=number,
                version=mine[0] if mine else "",
                at_ms=deployment["created_ms"] if deployment else version["submitted_ms"],
                origin=f"Nomad: {job_id} version {number}",
                healthy_ms=ended_ms if status == "successful" else None,
                failed_ms=ended_ms if status == "failed" else None,
                back_to=int(reverted[1]) if reverted else None,
            )
