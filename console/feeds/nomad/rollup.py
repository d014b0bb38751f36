"""A job with its allocations, queue, deployment and blocked evaluations -> its state document. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from console.documents import DeploymentBrief, GroupDoc, JobDoc, PlacementDoc
from console.feeds.nomad.cluster import Cluster
from console.feeds.nomad.documents import there
from console.feeds.nomad.objects import Allocation, Deployment, Job

_ENDED = ("failed", "lost", "complete")


def job_doc(job: Job, cluster: Cluster, reconstructed: bool = False) -> JobDoc:
    """The rollup of a job over its allocations, queue, newest deployment and blocked evaluations."""
    allocations = cluster.of(job.key)
    deployment = cluster.newest_deployment(job.key)
    doc: JobDoc = {
        "namespace": job.namespace,
        "job": job.id,
        "type": job.type,
        "status": job.status,
        "version": _version(job, allocations, deployment),
        "submitted_ms": job.submitted_ms,
        "stopped": job.stopped,
        "groups": _groups(job, allocations, deployment, cluster),
        "meta": dict(job.meta),
    }
    optional = {
        "periodic": job.periodic or job.parameterized,
        "parent": job.parent,
        "region": job.region,
        "deployment": _brief(deployment) if deployment is not None else None,
        "blocked": _blocked(job, cluster),
        "by": job.by,
        "versions": cluster.versions.docs(job.key) if not job.parent else [],  # a run has but one
        "priority": job.priority,
        "datacenters": list(job.datacenters),
        "pool": job.pool,
        "cron": job.cron,
        "parameterized": job.parameterized,
        "reconstructed": reconstructed,
    }
    doc.update(there(optional))  # type: ignore[typeddict-item]
    return doc


def _version(job: Job, allocations: list[Allocation], deployment: Deployment | None) -> int:
    """The list of jobs does not say it; its allocations and deployments do."""
    if job.version >= 0:
        return job.version
    known = [alloc.version for alloc in allocations] + ([deployment.version] if deployment is not None else [])
    return max(known, default=0)


def _groups(
    job: Job, allocations: list[Allocation], deployment: Deployment | None, cluster: Cluster
) -> dict[str, GroupDoc]:
    if job.periodic or job.parameterized:
        return {}  # such a job places nothing itself; its runs do
    queued = {} if job.stopped else cluster.queued.get(job.key, {})
    counts = dict(job.spec.counts) if job.spec is not None and job.type in ("service", "batch") else {}
    if not counts and job.type == "service" and deployment is not None:
        counts = {group.name: group.desired for group in deployment.groups}
    of_group: dict[str, list[Allocation]] = {}
    for alloc in allocations:
        of_group.setdefault(alloc.group, []).append(alloc)
    names = dict.fromkeys((*counts, *sorted(of_group), *queued))
    return {name: _group(job, of_group.get(name, []), queued.get(name, 0), counts.get(name)) for name in names}


def _group(job: Job, allocations: list[Allocation], queued: int, count: int | None) -> GroupDoc:
    """One look at each allocation: a group can have thousands, and is counted anew whenever one of them changes."""
    ended = False
    wanted = running = starting = healthy = unhealthy = unknown = restarts = oom_kills = 0
    for alloc in allocations:
        status = alloc.status
        ended |= status in _ENDED
        if alloc.desired != "run" or status not in ("running", "pending", "unknown"):
            continue
        wanted += 1
        if status == "running":
            running += 1
            healthy += alloc.healthy is True
            unhealthy += alloc.healthy is False
        elif status == "pending":
            starting += 1
        else:
            unknown += 1
        for task in alloc.tasks:
            restarts += task.restarts
            oom_kills += task.oom_kills
    lasting = _lasting(allocations, count) if ended else []
    failed = lasting.count("failed") if not job.stopped else 0
    lost = lasting.count("lost") if not job.stopped else 0
    if count is not None and job.type == "batch":
        count -= lasting.count("complete")
    desired = (wanted + queued + (failed + lost if job.type == "system" else 0)) if count is None else count
    return {
        "desired": max(0, desired) if not job.stopped and job.status != "dead" else 0,
        "running": running,
        "starting": starting,
        "healthy": healthy,
        "unhealthy": unhealthy,
        "failed": failed,
        "lost": lost,
        "unknown": unknown,
        "queued": queued,
        "restarts": restarts,
        "oom_kills": oom_kills,
    }


def _lasting(allocations: Iterable[Allocation], count: int | None) -> list[str]:
    """How the newest allocation of each slot stands, unless another has taken its place or nobody wants one there.

    A slot beyond the count was scaled away. One that failed and is told to stop is not wanted: it was of a version
    that was reverted, or of a canary that was given up.
    """
    newest: dict[str, Allocation] = {}
    for alloc in allocations:
        slot = alloc.slot
        held = newest.get(slot)
        if held is None or alloc.create_index >= held.create_index:
            newest[slot] = alloc
    return [
        alloc.status
        for alloc in newest.values()
        if not alloc.next
        and not (alloc.status == "failed" and alloc.desired == "stop")
        and (count is None or alloc.number < count)
    ]


def _brief(deployment: Deployment) -> DeploymentBrief:
    brief: DeploymentBrief = {
        "id": deployment.id,
        "status": deployment.status,
        "text": deployment.text,
        "version": deployment.version,
        "healthy": sum(group.healthy for group in deployment.groups),
        "desired": sum(group.desired for group in deployment.groups),
    }
    canaries = sum(group.canaries_desired for group in deployment.groups if not group.promoted)
    if canaries:
        brief["canaries"] = canaries
    deadline = max((group.progress_by_ms for group in deployment.groups), default=0)
    if deadline and deployment.status == "running":
        brief["require_progress_by_ms"] = deadline
    return brief


def _blocked(job: Job, cluster: Cluster) -> list[PlacementDoc]:
    queued = cluster.queued.get(job.key, {})
    said: dict[str, PlacementDoc] = {}
    for evaluation in sorted(cluster.blocked.get(job.key, {}).values(), key=lambda e: e.create_index):
        for failure in evaluation.failures:
            said[failure.group] = {
                "group": failure.group,
                "queued": queued.get(failure.group, 0),
                "text": failure.text,
            }
    return list(said.values())
