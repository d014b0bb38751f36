"""The data flows of an installation as of some states: what files and lineage declare, with what their producing jobs
say of themselves, and those flows that only jobs or signals name. Pure, and light to import.
"""

# No postponed annotations here: each of them would be compiled at every start.
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

from console.governance.cycles import cycles
from console.governance.disagree import Disagreement, disagreements, synonyms
from console.governance.fields import FIELDS, JOB_META
from console.governance.merge import Sourced, merged, said_of, with_doubts
from console.governance.meta import said_by_meta
from console.governance.producers import Producer, Producers, same_flow
from console.governance.shapes import FlowDoc, SaidDoc
from console.naming import items, last_word, meta_text

__all__ = [
    "Disagreement",
    "Flow",
    "Sourced",
    "cycles",
    "disagreements",
    "flows_at",
    "merged",
    "synonyms",
    "whole_flow",
]

_NO_TIMES: Mapping[str, int] = {}


class Flow(NamedTuple):
    """One data flow. ``doc`` is whole: what its producer's job meta says is in it. ``names`` are all by which signals
    and jobs know it, its own among them. ``declared`` says that a file or lineage does; ``guessed`` that only the name
    of ``producer`` (a job's id, with its place) says that it produces the flow."""

    name: str
    names: tuple[str, ...]
    doc: FlowDoc
    declared: bool
    producer: str | None
    guessed: bool = False


def whole_flow(
    doc: FlowDoc | None, job: Mapping[str, Any] | None, job_id: str | None, read_ms: int | None = None
) -> FlowDoc:
    """A flow's document with what the meta of its producing job says, which stands last of all sources.

    ``doc`` None (or removed): no file and no lineage declares it. ``job`` None: its producer is not known here.
    ``read_ms`` is when the job's document was seen. A document without ``said`` (of an older tape) is taken as said by
    its file.
    """
    known = None if doc is not None and doc.get("removed") else doc
    whole: dict[str, Any] = dict(known or merged("", ()))
    said: dict[str, list[SaidDoc]] = {} if known is None else {**said_of(known)}
    whole["said"] = said
    if not job_id:
        return cast(FlowDoc, whole)
    by_job = said_by_meta(job, job_id, read_ms=read_ms or 0)
    if "producer" not in said:
        producer: SaidDoc = {"value": job_id, "origin": by_job.origin, "via": JOB_META, "read_ms": read_ms or 0}
        said["producer"], whole["producer"] = [producer], job_id
    for field, item in by_job.said.items():
        held = [*said.get(field, ()), item]
        said[field] = held
        whole[field] = FIELDS[field].in_force(held)
    whole["origin"] = whole.get("origin") or by_job.origin
    return with_doubts(cast(FlowDoc, whole), by_job.doubts)


def flows_at(
    declared: Mapping[str, FlowDoc],
    jobs: Mapping[str, Mapping[str, Any]],
    seen: Iterable[str] = (),
    read_ms: Mapping[str, int] = _NO_TIMES,
) -> list[Flow]:
    """All data flows as of the given states, by name.

    ``declared`` are the documents of flows, ``jobs`` those of jobs, both by id; ``seen`` the names of flows that have
    signals; ``read_ms`` when the documents of jobs were seen. A flow that only signals know and that the producer of
    just one declared flow produces is that one.
    """
    live = {name: doc for name, doc in declared.items() if not doc.get("removed")}
    find = Producers(jobs)
    made = {name: find.of(name, _producer(live.get(name))) for name in {*live, *seen}}
    same = same_flow(made, live)
    also: dict[str, list[str]] = {}
    for other, name in same.items():
        also.setdefault(name, []).append(other)
    found = [
        Flow(name, (name, *also.get(name, ())), _whole(live.get(name), one, jobs, read_ms), name in live, *one)
        for name, one in made.items()
        if name not in same
    ]
    return sorted([*found, *_by_jobs_alone(made, jobs, read_ms)], key=lambda flow: flow.name)


def _by_jobs_alone(
    made: Mapping[str, Producer], jobs: Mapping[str, Mapping[str, Any]], read_ms: Mapping[str, int]
) -> list[Flow]:
    """Flows that no file, no lineage and no signal knows: jobs that run say that they produce them. Where several do,
    all of them are heard, and the first by name is the producer."""
    known = {name.casefold() for name in made}
    saying: dict[str, list[str]] = {}
    for job, doc in sorted(jobs.items()):
        if doc.get("parent") or doc.get("stopped") or doc.get("status") == "dead":
            continue
        for item in items(meta_text(doc.get("meta"), "produces")):
            if not known & {item.casefold(), last_word(item).casefold()}:
                saying.setdefault(item, []).append(job)
    found = []
    for name, producers in saying.items():
        whole = whole_flow(None, None, None)
        for job in producers:
            whole = whole_flow(whole, jobs[job], job, read_ms.get(job))
        found.append(Flow(name, (name,), whole, False, producers[0]))
    return found


def _whole(
    doc: FlowDoc | None, producer: Producer, jobs: Mapping[str, Mapping[str, Any]], read_ms: Mapping[str, int]
) -> FlowDoc:
    job = producer.job
    whole = whole_flow(doc, jobs.get(job) if job else None, job, read_ms.get(job) if job else None)
    if producer.guessed:  # a name is a lead, nobody said it
        whole["producer"] = None
        whole.get("said", {}).pop("producer", None)
    return whole


def _producer(doc: FlowDoc | None) -> str | None:
    return doc.get("producer") if doc else None
