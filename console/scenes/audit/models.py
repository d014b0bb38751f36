"""The models that run or are called production, as the audit looks at them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from console.analysis.audit.facts import ModelFacts
from console.documents import AllocationDoc, JobDoc
from console.governance.lifefacts import jobs_of, promotions_of
from console.governance.modelnames import same_model
from console.governance.running import Running, running, serving
from console.governance.shapes import ModelDoc
from console.naming import placed, unplaced
from console.ownership import by_meta
from console.scenes.audit.asof import model_as_of
from console.scenes.audit.known import Known, alias_events, is_whole
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
            if not is_whole(state) or doc["status"] != "running":
                continue
            if placed(f"{doc['namespace']}/{doc['job']}", doc.get("cluster", "")) in serves:
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


def serving_jobs(known: Known, runs: Mapping[str, Sequence[Running]]) -> dict[str, list[str]]:
    """By model the jobs that serve it, by its document, by their own meta; by their metrics where nothing else says so.

    What each job serves is looked up once: a large installation has as many jobs as it has flows.
    """
    jobs: dict[str, JobDoc] = known.docs(EntityKind.JOB)
    docs: Mapping[str, ModelDoc] = known.docs(EntityKind.MODEL)
    plain: dict[str, list[str]] = defaultdict(list)
    mine: dict[str, set[str]] = defaultdict(set)
    for job, doc in jobs.items():
        plain[unplaced(job)].append(job)
        for groups in serving(doc).values():
            for one in groups.values():
                mine[_last(one.model)].add(job)
    found = {}
    for model, of in runs.items():
        doc_of = docs.get(model)
        declared = [job for name in (doc_of.get("jobs", ()) if doc_of else ()) for job in plain.get(unplaced(name), ())]
        near = {job: jobs[job] for job in (*declared, *mine.get(_last(model), ()))}
        found[model] = jobs_of(model, doc_of, near) or sorted({one.job for one in of if one.job})
    return found


def _last(model: str) -> str:
    """The part of a model's name by which all of its names are alike."""
    return model.casefold().rstrip("/").rpartition("/")[2]


def model_facts(
    store: Store,
    known: Known,
    model: str,
    runs: Sequence[Running],
    jobs: Sequence[str],
    flows: Sequence[str],
) -> ModelFacts:
    """One model. ``flows`` are the names of those that lead to it for certain."""
    doc: ModelDoc | None = known.docs(EntityKind.MODEL).get(model)
    events = alias_events(store, model, known.at_ms) if doc is not None else []
    job_docs: dict[str, JobDoc] = known.docs(EntityKind.JOB)
    owners = {job: by_meta(job_docs.get(job)).owner for job in jobs}
    seen = [known.state_seen_ms(EntityKind.MODEL, model), *(known.state_seen_ms(EntityKind.JOB, job) for job in jobs)]
    return ModelFacts(
        name=model,
        doc=model_as_of(doc, known.at_ms) if doc is not None else None,
        running=list(runs),
        flows=list(flows),
        promotions=promotions_of(model, events),
        watched_ms=known.begin_ms if doc is not None else None,
        job_owners={job: owner for job, owner in owners.items() if owner},
        oldest_ms=min((one for one in seen if one is not None), default=None),
    )
