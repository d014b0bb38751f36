"""Plans for one allocation: restart it, or stop it."""

from __future__ import annotations

from collections.abc import Iterator

from console.documents import AllocationDoc, JobDoc
from console.naming import job_name
from console.nomadactions import finding
from console.nomadactions.circumstances import of_job, stale, trouble
from console.nomadactions.shapes import Asked, Documents, NotPlannedError, Plan, Request
from console.nomadactions.words import counted, job_key, listed, short_id, short_name
from console.signals import EntityKind, EntityRef

CAPABILITY = "alloc-lifecycle"
_ONCE = ("batch", "sysbatch")


def restart(asked: Asked, docs: Documents, now_ms: int) -> Plan:
    """Restart the tasks of an allocation that run, or one of them, where they are."""
    key, words = finding.allocation(asked, docs, "restart")
    doc = docs.allocations[key]
    name, on = short_name(doc), doc["node"]
    if doc["status"] != "running":
        raise NotPlannedError(f"{name} ({short_id(key)}) is {doc['status']}: only one that runs can be restarted.")
    task = _task(asked, key, doc, words)
    running = sorted(each for each, state in doc["tasks"].items() if state["state"] == "running")
    what = f"task {task}" if task else f"{counted(len(running), 'task')} ({listed(running)})"
    if not task and running == [doc["group"]]:
        what = f"task {running[0]}"
    deed = f"restarted task {task} of {name}" if task else f"restarted {name}"
    return Plan(
        action="restart",
        entity=EntityRef(EntityKind.ALLOCATION, key),
        title=f"Restart {name}",
        affects=(
            f"restarts {what} of {name} ({short_id(key)}) on {on}, in place; the allocation stays",
            *_company(key, doc, docs),
        ),
        warnings=tuple(_warnings(key, doc, docs, now_ms)),
        name=name,
        deed=f"{deed} on {on}",
        capability=CAPABILITY,
        request=Request(("client", "allocation", key, "restart"), {"TaskName": task}),
        looks_at=("allocation", key),
        namespace=doc["namespace"],
        place=doc.get("cluster") or "",
        job=job_key(doc),
        more={**_where(doc), **({"task": task} if task else {})},
        words=(task,) if task else (),
    )


def stop(asked: Asked, docs: Documents, now_ms: int) -> Plan:
    """Stop an allocation; Nomad places another one for it as long as its job wants one."""
    key, words = finding.allocation(asked, docs, "stop")
    doc = docs.allocations[key]
    name = short_name(doc)
    if words:
        raise NotPlannedError(f"':stop' takes one allocation, and got '{' '.join(words)}' as well.")
    if doc["status"] not in ("running", "pending", "unknown"):
        raise NotPlannedError(f"{name} ({short_id(key)}) is {doc['status']}: there is nothing to stop.")
    if doc["desired"] != "run":
        raise NotPlannedError(f"{name} ({short_id(key)}) is being stopped already.")
    return Plan(
        action="stop",
        entity=EntityRef(EntityKind.ALLOCATION, key),
        title=f"Stop {name}",
        affects=(
            f"stops {counted(len(doc['tasks']), 'task')} of {name} ({short_id(key)}) on {doc['node']}",
            _replaced(doc, docs),
            *_company(key, doc, docs),
        ),
        warnings=tuple(_warnings(key, doc, docs, now_ms)),
        name=name,
        deed=f"stopped {name} on {doc['node']}",
        capability=CAPABILITY,
        request=Request(("allocation", key, "stop"), {}),
        looks_at=("allocation", key),
        namespace=doc["namespace"],
        place=doc.get("cluster") or "",
        job=job_key(doc),
        more={**_where(doc), "replaced": not _is_over(docs.jobs.get(job_key(doc)))},
    )


def _where(doc: AllocationDoc) -> dict[str, str]:
    return {"node": doc["node_id"], "node_name": doc["node"]}


def _is_over(job: JobDoc | None) -> bool:
    return job is not None and (job["stopped"] or job["status"] == "dead")


def _task(asked: Asked, key: str, doc: AllocationDoc, words: tuple[str, ...]) -> str:
    """The task that is meant; '' for all that run."""
    subject = asked.subject
    named = words[0] if words else ""
    if not named and subject is not None and subject.kind is EntityKind.TASK and not asked.words:
        named = subject.id.partition("/")[2]
    if not named:
        return ""
    if len(words) > 1:
        raise NotPlannedError(f"':restart' takes an allocation and one of its tasks, and got '{' '.join(words)}'.")
    if named not in doc["tasks"]:
        known = listed(sorted(doc["tasks"])) or "none that is known"
        raise NotPlannedError(f"{short_name(doc)} ({short_id(key)}) has no task '{named}'; its tasks: {known}.")
    if doc["tasks"][named]["state"] != "running":
        raise NotPlannedError(f"task {named} of {short_name(doc)} is {doc['tasks'][named]['state']}: it does not run.")
    return named


def _replaced(doc: AllocationDoc, docs: Documents) -> str:
    job = docs.jobs.get(job_key(doc))
    kind = doc.get("type") or (job["type"] if job is not None else "service")
    if _is_over(job):
        return "its job is stopped: nothing takes its place"
    if kind in ("system", "sysbatch"):
        return f"its job is a {kind} job: Nomad starts another one on the same node"
    if kind in _ONCE:
        return f"its job is a {kind} job: Nomad starts its work anew in another allocation, from the beginning"
    return "Nomad places another one for it, on this node or another one that has room"


def _others(key: str, doc: AllocationDoc, docs: Documents) -> list[AllocationDoc]:
    found = finding.of_group(job_key(doc), doc["group"], docs)
    return [each for one, each in found if one != key and each["status"] == "running"]


def _well(others: list[AllocationDoc]) -> int:
    return sum(each["healthy"] is not False for each in others)


def _company(key: str, doc: AllocationDoc, docs: Documents) -> Iterator[str]:
    job = docs.jobs.get(job_key(doc))
    group = None if job is None else job["groups"].get(doc["group"])
    if group is None:
        return
    left = len(_others(key, doc, docs))
    keep = f"{left} {'keeps' if left == 1 else 'keep'} running" if left else "no other one runs"
    yield f"group {doc['group']} of {job_name(job_key(doc))} runs {group['running']} of {group['desired']}; {keep}"


def _warnings(key: str, doc: AllocationDoc, docs: Documents, now_ms: int) -> Iterator[str]:
    yield from stale(doc.get("cluster") or "", docs, now_ms)
    others = _others(key, doc, docs)
    if doc.get("type", "service") not in _ONCE:
        if not others:
            yield f"it is the only one of group {doc['group']} that runs: nothing serves until it is back"
        elif not _well(others):
            yield f"it is the last healthy one of group {doc['group']}: the others run, but are not healthy"
    node = docs.nodes.get(doc["node_id"])
    if node is not None and node["status"] != "ready":
        yield f"its node {node['name']} is {node['status']}: nobody may be there to do it"
    yield from of_job(job_key(doc), docs)
    yield from trouble(docs)
