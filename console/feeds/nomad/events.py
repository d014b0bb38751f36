"""Changes of the cluster -> tellings in plain sentences, with keys that are the same however a change is learned."""

from __future__ import annotations

import hashlib
from typing import Any

from console.feeds.nomad.allocation_events import allocation_tellings
from console.feeds.nomad.cluster import Change, Cluster
from console.feeds.nomad.objects import (
    Allocation,
    Deployment,
    Evaluation,
    Job,
    Node,
    NodeEvent,
    family_name,
)
from console.feeds.nomad.service_events import service_telling
from console.feeds.nomad.spec import difference
from console.feeds.nomad.telling import Severity, Telling, lasted
from console.feeds.nomad.versions import same_as
from console.signals import EntityKind, EntityRef


def tellings(change: Change, cluster: Cluster) -> list[Telling]:
    """What there is to say about one change; ``cluster`` already holds it."""
    before, after = change.before, change.after
    if isinstance(after, Allocation):
        return [] if change.removed else allocation_tellings(before if isinstance(before, Allocation) else None, after)
    if isinstance(after, Job):
        return job_tellings(before if isinstance(before, Job) else None, after, change.removed, cluster)
    if isinstance(after, Node):
        return node_tellings(before if isinstance(before, Node) else None, after, change.removed)
    if isinstance(after, Deployment):
        return deployment_tellings(before if isinstance(before, Deployment) else None, after)
    if isinstance(after, Evaluation):
        return evaluation_tellings(before if isinstance(before, Evaluation) else None, after, cluster)
    return [service_telling(after, change.removed)]


# Jobs


def job_tellings(before: Job | None, after: Job, removed: bool, cluster: Cluster) -> list[Telling]:
    """Versions, stops, purges. A version that asks for what an older one asked for is a revert."""
    ids: dict[str, Any] = {"job": after.key, "version": after.version}
    entity = EntityRef(EntityKind.JOB, after.key)
    if removed:
        text = f"{after.id} is no longer there (purged or collected)"
        return [Telling("JobPurged", 0, entity, text, "info", f"job:{after.key}:purged:{after.create_index}", ids)]
    told = []
    fresh = before is None or before.spec_index != after.spec_index
    if fresh and after.version >= 0:
        told.append(_version(before, after, ids, cluster))
    if before is not None and before.status != "dead" and after.status == "dead" and not after.stopped:
        told.append(_dead(after, ids, cluster))
    return told


def _version(before: Job | None, after: Job, ids: dict[str, Any], cluster: Cluster) -> Telling:
    entity = EntityRef(EntityKind.JOB, after.key)
    once = f"job:{after.key}:v{after.version}:{after.submitted_ms}"
    by = f" by token {after.by[:8]}" if after.by else ""
    if after.by:
        ids = {**ids, "by": after.by[:8]}
    if after.stopped:
        return Telling("JobStopped", after.submitted_ms, entity, f"{after.id} stopped{by}", "info", once, ids, True)
    if after.parent:
        text = f"{family_name(after.id)} started a run"
        return Telling("JobRun", after.submitted_ms, entity, text, "info", once, {**ids, "parent": after.parent})
    name, text = version_text(after, cluster)
    more = {"reverted_to": _same_as(after, cluster)} if name == "JobReverted" else {}
    return Telling(name, after.submitted_ms, entity, text + by, "info", once, {**ids, **more}, True)


def _same_as(job: Job, cluster: Cluster) -> int | None:
    if job.spec is None:
        return None
    return same_as(job.version, job.spec, cluster.versions.specs(job.key))


def version_text(job: Job, cluster: Cluster) -> tuple[str, str]:
    """Name and sentence for a version that now runs."""
    same = _same_as(job, cluster)
    if same is not None:
        if same == job.version - 1:
            return "JobRegistered", f"{job.id} registered again as version {job.version}, unchanged"
        return "JobReverted", f"{job.id} reverted to version {same} (now version {job.version})"
    last = cluster.versions.specs(job.key).get(job.version - 1)
    if job.version == 0 or job.spec is None or last is None:
        return "JobRegistered", f"{job.id} version {job.version} registered"
    changed = difference(last, job.spec)
    if changed.scale:
        return "JobScaled", f"{job.id} scaled: {changed.text} (version {job.version})"
    return "JobRegistered", f"{job.id} version {job.version} registered" + (f": {changed.text}" if changed.text else "")


def _dead(job: Job, ids: dict[str, Any], cluster: Cluster) -> Telling:
    entity = EntityRef(EntityKind.JOB, job.key)
    once = f"job:{job.key}:dead:{job.modify_index}"
    bad = any(a.status == "failed" and not a.next for a in cluster.of(job.key))
    if job.type in ("batch", "sysbatch"):
        text = f"{family_name(job.id)} finished" + (" a run" if job.parent else "") + (", failed" if bad else "")
        return Telling("JobFinished", 0, entity, text, "bad" if bad else "info", once, ids)
    return Telling("JobDead", 0, entity, f"{job.id} is dead: nothing of it runs", "bad", once, ids)


# Nodes

_NODE_EVENTS: tuple[tuple[str, str, str, Severity, bool], ...] = (
    ("heartbeat missed", "NodeDown", "{} is down: heartbeat missed", "bad", False),
    ("reregistered", "NodeReady", "{} is ready again", "ok", False),
    ("re-registered", "NodeReady", "{} is registered again", "ok", False),
    ("drain strategy unset", "NodeDrain", "the drain of {} was cancelled", "info", True),
    ("drain strategy set", "NodeDrain", "{} is being drained", "warn", True),
    ("drain complete", "NodeDrain", "{} is drained", "info", False),
    ("drain force", "NodeDrain", "{} is drained by force", "warn", False),
    ("marked as ineligible", "NodeEligibility", "{} takes no new work (ineligible)", "warn", True),
    ("marked as eligible", "NodeEligibility", "{} takes new work again (eligible)", "ok", True),
    ("node registered", "NodeRegistered", "{} joined", "info", False),
)


def node_tellings(before: Node | None, after: Node, removed: bool) -> list[Telling]:
    """From the node's own list of events, which has times; from a change of status only where that is silent."""
    if removed:
        text = f"{after.name} is no longer in the cluster"
        return [_node(after, "NodeGone", 0, text, "warn", f"gone:{after.create_index}")]
    told = [_node_event(after, event) for event in after.events]
    names = {telling.name for telling in told}
    if before is None:
        return told
    if before.status != after.status and not names & {"NodeDown", "NodeReady"}:
        down = after.status in ("down", "disconnected")
        text = f"{after.name} is {after.status}"
        at, once = after.updated_ms, f"{after.status}:{after.modify_index}"
        told.append(_node(after, "NodeDown" if down else "NodeReady", at, text, "bad" if down else "ok", once))
    if before.drain != after.drain and "NodeDrain" not in names:
        text = f"{after.name} is being drained" if after.drain else f"{after.name} is no longer being drained"
        told.append(
            _node(after, "NodeDrain", 0, text, "warn" if after.drain else "info", f"drain:{after.modify_index}", True)
        )
    if before.eligibility != after.eligibility and not names & {"NodeEligibility", "NodeDrain"}:
        takes = after.eligibility == "eligible"
        text = (
            f"{after.name} takes new work again (eligible)" if takes else f"{after.name} takes no new work (ineligible)"
        )
        once = f"eligibility:{after.modify_index}"
        told.append(_node(after, "NodeEligibility", 0, text, "ok" if takes else "warn", once, True))
    return told


def _node(node: Node, name: str, at: int, text: str, severity: Severity, once: str, change: bool = False) -> Telling:
    ids = {"node": node.id, "node_name": node.name}
    return Telling(name, at, EntityRef(EntityKind.NODE, node.id), text, severity, f"node:{node.id}:{once}", ids, change)


def _node_event(node: Node, event: NodeEvent) -> Telling:
    digest = hashlib.blake2b(event.text.encode(), digest_size=4).hexdigest()
    once = f"{event.at_ms}:{digest}"
    low = event.text.lower()
    for part, name, text, severity, change in _NODE_EVENTS:
        if part in low:
            return _node(node, name, event.at_ms, text.format(node.name), severity, once, change)
    if event.subsystem.lower().startswith("driver"):
        sick = "unhealthy" in low or "not detected" in low or "failed" in low
        text = f"{node.name}: {event.subsystem.lower()}: {event.text}"
        return _node(node, "NodeDriver", event.at_ms, text, "warn" if sick else "info", once)
    return _node(node, "NodeEvent", event.at_ms, f"{node.name}: {event.text}", "info", once)


# Deployments


def deployment_tellings(before: Deployment | None, after: Deployment) -> list[Telling]:
    """Started, and how it ended."""
    ids: dict[str, Any] = {"job": after.job_key, "version": after.version, "deployment": after.id}
    entity = EntityRef(EntityKind.DEPLOYMENT, after.id)
    healthy, desired = sum(g.healthy for g in after.groups), sum(g.desired for g in after.groups)
    what = f"deployment of {after.job} version {after.version}"

    def of(name: str, at: int, text: str, severity: Severity, once: str, change: bool = False) -> Telling:
        return Telling(name, at, entity, text, severity, f"deployment:{after.id}:{once}", ids, change)

    told = []
    if before is None and after.created_ms:
        told.append(of("DeploymentStarted", after.created_ms, f"{what} started", "info", "started"))
    promoted = (
        before is not None and not any(g.promoted for g in before.groups) and any(g.promoted for g in after.groups)
    )
    if promoted:
        told.append(of("DeploymentPromoted", after.modified_ms, f"{what} promoted", "info", "promoted", True))
    if before is not None and before.status == after.status and before.text == after.text:
        return told
    at = after.modified_ms
    if after.status == "successful":
        told.append(
            of("DeploymentSuccessful", at, f"{what} successful, {healthy}/{desired} healthy", "ok", "successful")
        )
    elif after.status == "failed":
        told.append(
            of("DeploymentFailed", at, f"{what} failed, {healthy}/{desired} healthy: {after.text}", "bad", "failed")
        )
    elif after.status in ("cancelled", "paused", "blocked"):
        told.append(
            of(f"Deployment{after.status.title()}", at, f"{what} {after.status}: {after.text}", "warn", after.status)
        )
    elif "manual promotion" in after.text:
        told.append(of("DeploymentWaits", at, f"{what} waits for somebody to promote it", "warn", "waits"))
    return told


# Evaluations


def evaluation_tellings(before: Evaluation | None, after: Evaluation, cluster: Cluster) -> list[Telling]:
    """Blocked, with the reason; and what became of it."""
    ids: dict[str, Any] = {"job": after.job_key, "evaluation": after.id}
    entity = EntityRef(EntityKind.JOB, after.job_key)
    told = []
    if after.status == "blocked" and before is None:
        why = "; ".join(f"{f.group}: {f.text}" if f.group != after.job else f.text for f in after.failures)
        text = f"{after.job} waits to be placed" + (f": {why}" if why else "")
        told.append(Telling("PlacementBlocked", after.created_ms, entity, text, "warn", f"blocked:{after.id}", ids))
    was_blocked = before is not None or after.trigger in ("queued-allocs", "max-plan-attempts")
    if was_blocked and after.status == "complete" and not sum(after.queued.values()):
        text = f"{after.job} placed after waiting {lasted(after.modified_ms - after.created_ms)}"
        told.append(Telling("PlacementUnblocked", after.modified_ms, entity, text, "ok", f"unblocked:{after.id}", ids))
    if was_blocked and after.status in ("canceled", "cancelled") and not cluster.blocked.get(after.job_key):
        text = f"{after.job} no longer waits to be placed, after {lasted(after.modified_ms - after.created_ms)}"
        told.append(
            Telling("PlacementCancelled", after.modified_ms, entity, text, "info", f"unblocked:{after.id}", ids)
        )
    if after.status == "failed" and (before is None or before.status != "failed"):
        text = f"an evaluation of {after.job} failed: {after.text or 'no reason given'}"
        told.append(Telling("EvaluationFailed", after.modified_ms, entity, text, "bad", f"eval:{after.id}:failed", ids))
    return told
