"""The models that run or are called production, as the audit looks at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.analysis.audit.facts import ModelFacts
from console.documents import AllocationDoc, JobDoc
from console.governance.flows import Flow
from console.governance.lifefacts import inputs_of, jobs_of, promotions_of
from console.governance.modelnames import same_model
from console.governance.running import Running, running, serving
from console.governance.shapes import FlowDoc, ModelDoc
from console.naming import placed
from console.ownership import by_meta
from console.scenes.audit.known import Known, alias_events
from console.scenes.audit.levels import Levels
from console.signals import EntityKind
from console.tape.store import Store


def running_at(store: Store, known: Known, levels: Levels) -> list[Running]:
    """What runs at a time. Call it within ``store.reading()``."""
    jobs: dict[str, JobDoc] = known.docs(EntityKind.JOB)
    serves = {job for job, doc in jobs.items() if any(serving(doc).values())}
    allocations: list[AllocationDoc] = []
    if serves:
        for state in store.each_state(known.at_ms, (EntityKind.ALLOCATION,)):
            doc: AllocationDoc = state.body  # type: ignore[assignment]
            if (
                doc["status"] == "running"
                and placed(f"{doc['namespace']}/{doc['job']}", doc.get("cluster", "")) in serves
            ):
                allocations.append(doc)
    return running(jobs, [one for one in levels.signals if one.key in levels.lately], allocations)


def models_of(known: Known, runs: Sequence[Running]) -> dict[str, list[Running]]:
    """By the name that the registry or its files use, else the jobs: what runs, and what is called production."""
    docs: Mapping[str, ModelDoc] = known.docs(EntityKind.MODEL)
    found: dict[str, list[Running]] = {name: [] for name, doc in docs.items() if doc["production"]}
    for one in runs:
        name = one.model if one.model in docs else next((name for name in docs if same_model(name, one.model)), "")
        name = name or next((other for other in found if same_model(other, one.model)), one.model)
        found.setdefault(name, []).append(one)
    return found


def serving_jobs(known: Known, model: str, runs: Sequence[Running]) -> list[str]:
    """The jobs that serve a model, by its document, by their own meta; by their metrics where nothing else says so."""
    jobs: dict[str, JobDoc] = known.docs(EntityKind.JOB)
    by_word = jobs_of(model, known.docs(EntityKind.MODEL).get(model), jobs)
    return by_word or sorted({one.job for one in runs if one.job})


def model_facts(
    store: Store,
    known: Known,
    model: str,
    runs: Sequence[Running],
    jobs: Sequence[str],
    flows: Sequence[Flow],
    reached: Sequence[str],
) -> ModelFacts:
    """One model. ``reached`` are the names of flows that lead to it by the topology."""
    doc: ModelDoc | None = known.docs(EntityKind.MODEL).get(model)
    whole: dict[str, FlowDoc] = {flow.name: flow.doc for flow in flows}
    inputs = [name for name in inputs_of(model, doc, whole, jobs) if name in whole]
    events = alias_events(store, model, known.at_ms) if doc is not None else []
    job_docs: dict[str, JobDoc] = known.docs(EntityKind.JOB)
    owners = {job: by_meta(job_docs.get(job)).owner for job in jobs}
    seen = [known.state_seen_ms(EntityKind.MODEL, model), *(known.state_seen_ms(EntityKind.JOB, job) for job in jobs)]
    return ModelFacts(
        name=model,
        doc=doc,
        running=list(runs),
        flows=list(dict.fromkeys((*inputs, *reached))),
        promotions=promotions_of(model, events),
        watched_ms=known.begin_ms if doc is not None else None,
        job_owners={job: owner for job, owner in owners.items() if owner},
        oldest_ms=min((one for one in seen if one is not None), default=None),
    )
