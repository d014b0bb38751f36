"""Objects of a cluster -> the state documents that screens read. Pure. A job's is in rollup.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.documents import (
    AllocationDoc,
    DeploymentDoc,
    DeploymentGroupDoc,
    EvaluationDoc,
    InstanceDoc,
    NodeDoc,
    ServiceDoc,
    TaskDoc,
)
from console.feeds.nomad.catalogue import Catalogue, Check
from console.feeds.nomad.cluster import Cluster
from console.feeds.nomad.objects import Allocation, Deployment, DeploymentGroup, Evaluation, Node, Service, Task

_DONE = ("successful", "failed", "cancelled")


def allocation_doc(alloc: Allocation, reconstructed: bool = False, gone: bool = False) -> AllocationDoc:
    """``gone``: Nomad has collected it, and this is what was last known."""
    doc: AllocationDoc = {
        "name": alloc.short,
        "namespace": alloc.namespace,
        "job": alloc.job,
        "group": alloc.group,
        "version": alloc.version,
        "node": alloc.node,
        "node_id": alloc.node_id,
        "desired": alloc.desired,
        "status": alloc.status,
        "healthy": alloc.healthy,
        "created_ms": alloc.created_ms,
        "restarts": sum(task.restarts for task in alloc.tasks),
        "oom_kills": sum(task.oom_kills for task in alloc.tasks),
        "tasks": {task.name: task_doc(task) for task in alloc.tasks},
    }
    optional = {
        "previous": alloc.previous,
        "next": alloc.next,
        "deployment": alloc.deployment,
        "cpu_mhz": alloc.cpu_mhz,
        "memory_mb": alloc.memory_mb,
        "type": alloc.job_type,
        "desired_why": alloc.desired_why,
        "modified_ms": 0 if reconstructed else alloc.modified_ms,
        "reschedules": alloc.reschedules,
        "evaluation": alloc.evaluation,
        "canary": alloc.canary,
        "gone": gone,
        "reconstructed": reconstructed,
    }
    doc.update(there(optional))  # type: ignore[typeddict-item]
    exits = [task.exit_code for task in alloc.tasks if task.exit_code is not None]
    if exits:
        doc["exit_code"] = next((code for code in exits if code), 0)
    last = max(alloc.tasks, key=lambda task: task.last_event_ns, default=None)
    if last is not None and last.last_event:
        doc["last_event"] = last.last_event
    return doc


def there(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those that say something: a tape holds ten thousand of these, and absence is shorter than nothing."""
    return {name: value for name, value in fields.items() if value}


def task_doc(task: Task) -> TaskDoc:
    doc: TaskDoc = {
        "state": task.state,
        "failed": task.failed,
        "restarts": task.restarts,
        "oom_kills": task.oom_kills,
    }
    optional = {
        "started_ms": task.started_ms,
        "finished_ms": task.finished_ms,
        "last_event": task.last_event,
        "last_event_ms": task.last_event_ns // 1_000_000,
    }
    doc.update(there(optional))  # type: ignore[typeddict-item]
    if task.exit_code is not None:
        doc["exit_code"] = task.exit_code
    return doc


def node_doc(node: Node, cluster: Cluster) -> NodeDoc:
    doc: NodeDoc = {
        "name": node.name,
        "status": node.status,
        "eligibility": node.eligibility,
        "drain": node.drain,
        "datacenter": node.datacenter,
        "node_class": node.node_class,
        "pool": node.pool,
        "unhealthy_drivers": list(node.unhealthy_drivers),
        "allocations": sum(
            cluster.allocations[key].status in ("running", "pending") for key in cluster.on_node.get(node.id, ())
        ),
    }
    optional = {
        "version": node.version,
        "drivers": dict(node.drivers),
        "address": node.address,
        "cpu_mhz": node.cpu_mhz,
        "memory_mb": node.memory_mb,
        "drain_by_ms": node.drain_by_ms if node.drain else 0,
        "updated_ms": node.updated_ms,
        "disconnects": node.disconnects,
    }
    doc.update(there(optional))  # type: ignore[typeddict-item]
    return doc


def deployment_doc(deployment: Deployment) -> DeploymentDoc:
    return {
        "namespace": deployment.namespace,
        "job": deployment.job,
        "version": deployment.version,
        "status": deployment.status,
        "text": deployment.text,
        "groups": {group.name: _deployment_group(group, deployment.status) for group in deployment.groups},
        "created_ms": deployment.created_ms,
        "modified_ms": deployment.modified_ms,
    }


def _deployment_group(group: DeploymentGroup, status: str) -> DeploymentGroupDoc:
    doc: DeploymentGroupDoc = {
        "desired": group.desired,
        "placed": group.placed,
        "healthy": group.healthy,
        "unhealthy": group.unhealthy,
        "canaries_desired": group.canaries_desired,
        "canaries": group.canaries,
        "promoted": group.promoted,
    }
    optional = {
        "progress_by_ms": group.progress_by_ms if status not in _DONE else 0,
        "auto_revert": group.auto_revert,
        "auto_promote": group.auto_promote,
    }
    doc.update(there(optional))  # type: ignore[typeddict-item]
    return doc


def evaluation_doc(evaluation: Evaluation) -> EvaluationDoc:
    doc: EvaluationDoc = {
        "namespace": evaluation.namespace,
        "job": evaluation.job,
        "type": evaluation.type,
        "status": evaluation.status,
        "text": evaluation.text,
        "trigger": evaluation.trigger,
        "created_ms": evaluation.created_ms,
        "modified_ms": evaluation.modified_ms,
        "failures": [
            {"group": failure.group, "queued": evaluation.queued.get(failure.group, 0), "text": failure.text}
            for failure in evaluation.failures
        ],
    }
    optional = {
        "blocked": evaluation.blocked,
        "previous": evaluation.previous,
        "node_id": evaluation.node_id,
        "deployment": evaluation.deployment,
    }
    doc.update(there(optional))  # type: ignore[typeddict-item]
    return doc


def service_doc(key: str, catalogue: Catalogue) -> ServiceDoc:
    """``key`` is namespace/service."""
    instances = sorted(catalogue.instances(key).items())
    return {
        "namespace": key.partition("/")[0],
        "job": catalogue.job(key),
        "instances": {identity: _instance(one, catalogue) for identity, one in instances},
    }


def _instance(instance: Service, catalogue: Catalogue) -> InstanceDoc:
    doc: InstanceDoc = {
        "allocation": instance.allocation,
        "node_id": instance.node_id,
        "address": instance.address,
        "tags": list(instance.tags),
    }
    checks = catalogue.checks(instance.allocation, instance.name)
    if checks:
        doc["checks"] = {name: check_text(check) for name, check in sorted(checks.items())}
    return doc


def check_text(check: Check) -> str:
    """``success``, or ``failure: connection refused``."""
    return check.status if check.status == "success" or not check.said else f"{check.status}: {check.said}"
