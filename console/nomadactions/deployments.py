"""Plans for a deployment under way: promote its canaries, or fail it."""

from __future__ import annotations

from collections.abc import Iterator

from console.documents import DeploymentDoc, DeploymentGroupDoc
from console.naming import placed
from console.nomadactions import finding
from console.nomadactions.circumstances import of_job, stale, trouble
from console.nomadactions.shapes import Asked, Documents, NotPlannedError, Plan, Request
from console.nomadactions.words import counted, short_id
from console.signals import EntityKind, EntityRef

CAPABILITY = "submit-job"
_UNDER_WAY = ("running", "paused", "pending", "blocked", "unblocking")


def promote(asked: Asked, docs: Documents, now_ms: int) -> Plan:
    """Take the canaries of a deployment for good, so that the others follow."""
    key, doc = _deployment(asked, docs)
    waiting = {name: one for name, one in doc["groups"].items() if one["canaries_desired"] and not one["promoted"]}
    if not waiting:
        raise NotPlannedError(f"Deployment {short_id(key)} of {doc['job']} has no canary that waits to be promoted.")
    left = sum(max(0, one["desired"] - one["canaries"]) for one in waiting.values())
    many = len(doc["groups"]) > 1
    lines = [_canaries(name, one, many) for name, one in waiting.items()]
    after = f"then Nomad replaces the other {counted(left, 'allocation')} by version {doc['version']}"
    if not left:
        after = "the allocations of the version before are stopped"
    sick = [
        f"only {min(one['healthy'], one['canaries'])} of {counted(one['canaries_desired'], 'canary', 'canaries')}"
        f"{f' of {name}' if many else ''} {'is' if one['healthy'] == 1 else 'are'} healthy: Nomad refuses until all are"
        for name, one in waiting.items() if one["healthy"] < one["canaries_desired"]
    ]  # fmt: skip
    body = {"DeploymentID": key, "All": True}
    return _plan(asked, docs, now_ms, (key, doc), (*lines, after), sick, "promoted", ("promote",), body)


def fail(asked: Asked, docs: Documents, now_ms: int) -> Plan:
    """End a deployment as failed; its job goes back where its update rules say so."""
    key, doc = _deployment(asked, docs)
    healthy, wanted = sum(one["healthy"] for one in doc["groups"].values()), _wanted(doc)
    lines = (
        f"ends the deployment as failed: nothing more is replaced ({healthy} of {wanted} are healthy)",
        *_afterwards(doc),
    )
    return _plan(asked, docs, now_ms, (key, doc), lines, (), "failed", ("fail",), {"DeploymentID": key})


def _plan(
    asked: Asked,
    docs: Documents,
    now_ms: int,
    deployment: tuple[str, DeploymentDoc],
    affects: tuple[str, ...],
    warnings: tuple[str, ...] | list[str],
    did: str,
    path: tuple[str, ...],
    body: dict[str, object],
) -> Plan:
    key, doc = deployment
    place = doc.get("cluster") or ""
    job = placed(f"{doc['namespace']}/{doc['job']}", place)
    what = f"deployment {short_id(key)} of {doc['job']} version {doc['version']}"
    return Plan(
        action=asked.action,
        entity=EntityRef(EntityKind.DEPLOYMENT, key),
        title=f"{asked.action.title()} {what}",
        affects=affects,
        warnings=(*stale(place, docs, now_ms), *warnings, *of_job(job, docs, key), *trouble(docs)),
        name=doc["job"],
        deed=f"{did} {what}",
        capability=CAPABILITY,
        request=Request(("deployment", *path, key), body),
        looks_at=("deployment", key),
        namespace=doc["namespace"],
        place=place,
        job=job,
        more={"version": doc["version"]},
    )


def _deployment(asked: Asked, docs: Documents) -> tuple[str, DeploymentDoc]:
    if len(asked.words) > 1:
        raise NotPlannedError(f"':{asked.action}' takes one deployment, and got '{' '.join(asked.words)}'.")
    key = finding.deployment(asked, docs)
    doc = docs.deployments.get(key)
    if doc is None:
        raise NotPlannedError(f"Deployment {short_id(key)} is not on this tape.")
    if doc["status"] not in _UNDER_WAY:
        raise NotPlannedError(f"Deployment {short_id(key)} of {doc['job']} is over: {doc['status']}.")
    return key, doc


def _canaries(name: str, group: DeploymentGroupDoc, many: bool) -> str:
    of = f" of group {name}" if many else ""
    canaries = counted(group["canaries"], "canary", "canaries")
    return f"takes {canaries}{of} for good ({group['healthy']} of {group['canaries_desired']} healthy)"


def _wanted(doc: DeploymentDoc) -> int:
    return sum(one["desired"] for one in doc["groups"].values())


def _afterwards(doc: DeploymentDoc) -> Iterator[str]:
    back = [name for name, one in doc["groups"].items() if one.get("auto_revert")]
    if back:
        yield f"{doc['job']} goes back to its last stable version by itself: its update rules have auto_revert"
        return
    there = sum(one["placed"] for one in doc["groups"].values())
    known = all("auto_revert" in one for one in doc["groups"].values())
    yield f"{there} of {counted(_wanted(doc), 'allocation')} placed of version {doc['version']} stay" + (
        ": it has no auto_revert" if known else ", unless its update rules have auto_revert"
    )
