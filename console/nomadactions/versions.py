"""The plan for going back to an earlier version of a job."""

from __future__ import annotations

from collections.abc import Iterator

from console.documents import JobDoc, VersionDoc
from console.format import moment
from console.naming import job_name, place_of
from console.nomadactions import finding
from console.nomadactions.circumstances import of_job, stale, trouble
from console.nomadactions.shapes import Asked, Documents, NotPlannedError, Plan, Request
from console.nomadactions.words import counted, listed
from console.signals import EntityKind, EntityRef

CAPABILITY = "submit-job"


def revert(asked: Asked, docs: Documents, now_ms: int) -> Plan:
    """Register an earlier version of a job again, as its newest."""
    named = [word for word in asked.words if _number(word) is None]
    numbers = [number for word in asked.words if (number := _number(word)) is not None]
    if len(named) > 1 or len(numbers) > 1:
        raise NotPlannedError(f"':revert' takes a job and one version, and got '{' '.join(asked.words)}'.")
    key = finding.job(asked, docs, named[0] if named else "")
    job = docs.jobs[key]
    target = _target(key, job, numbers[0] if numbers else None)
    name, now, to = job_name(key), job["version"], target["version"]
    by = f" by token {target['by'][:8]}" if target.get("by") else ""
    # Nomad refuses where somebody was quicker and another version is in force by now.
    body = {"JobID": job["job"], "JobVersion": to, "EnforcePriorVersion": now}
    return Plan(
        action="revert",
        entity=EntityRef(EntityKind.JOB, key),
        title=f"Revert {name} to version {to}",
        affects=(
            f"{name} goes from version {now} back to what version {to} was, of {moment(target['submitted_ms'])}"
            f"{by}; it becomes version {now + 1}",
            *_taken_back(job, to),
            *_replaced(job),
        ),
        warnings=(*stale(place_of(key), docs, now_ms), *_warnings(job, target), *of_job(key, docs), *trouble(docs)),
        name=name,
        deed=f"reverted {name} to version {to}",
        capability=CAPABILITY,
        request=Request(("job", job["job"], "revert"), body),
        looks_at=("job", job["job"]),
        namespace=job["namespace"],
        place=place_of(key),
        job=key,
        more={"reverted_to": to, "prior_version": now},
        guard="Version",
        words=(str(to),),
    )


def _number(word: str) -> int | None:
    digits = word[1:] if word[:1] in ("v", "V") else word
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else None


def _target(key: str, job: JobDoc, wanted: int | None) -> VersionDoc:
    known = {one["version"]: one for one in job.get("versions") or ()}
    now = job["version"]
    older = sorted((one for one in known if one < now), reverse=True)
    if wanted is None:
        if not older:
            raise NotPlannedError(f"{job_name(key)} has no version before {now} that is known on this tape.")
        return known[next((one for one in older if known[one].get("stable")), older[0])]
    if wanted == now:
        raise NotPlannedError(f"{job_name(key)} is at version {now} already.")
    if wanted not in known:
        shown = listed([str(one) for one in older], 8) or "none"
        raise NotPlannedError(f"{job_name(key)} has no version {wanted} that is known; earlier ones: {shown}.")
    return known[wanted]


def _taken_back(job: JobDoc, to: int) -> Iterator[str]:
    """What the versions after it changed, the newest first."""
    if to > job["version"]:
        return
    for one in sorted(job.get("versions") or (), key=lambda each: -each["version"]):
        if to < one["version"] <= job["version"]:
            yield f"takes back version {one['version']}: {one['text'] or 'what it changed is not known'}"


def _replaced(job: JobDoc) -> Iterator[str]:
    groups = {name: group["desired"] for name, group in job["groups"].items() if group["desired"]}
    total = sum(groups.values())
    each = listed([f"{name} {count}" for name, count in groups.items()]) if len(groups) > 1 else ""
    number = counted(total, "allocation") + (f" ({each})" if each else "")
    if job.get("periodic") or job.get("parameterized"):
        yield "its next run starts with that version; runs under way are not touched"
    elif job["type"] == "service":
        yield f"starts a new deployment of {number}; those whose task changes are replaced, as its update rules say"
    else:
        yield f"it is a {job['type']} job: without a deployment Nomad replaces what changed of {number}"


def _warnings(job: JobDoc, target: VersionDoc) -> Iterator[str]:
    if job["stopped"] or job["status"] == "dead":
        yield "the job is stopped: going back to a version starts it again"
    if not target.get("stable") and job["type"] == "service":
        yield f"version {target['version']} was never found stable by a deployment"
