"""A small cluster in documents: a job of three, a batch job, four nodes, a deployment with a canary."""

from __future__ import annotations

from typing import Any

from console.documents import AllocationDoc, DeploymentDoc, DeploymentGroupDoc, FeedDoc, GroupDoc, JobDoc, NodeDoc
from console.nomadactions.shapes import Documents

NOW_MS = 1_795_409_400_000
JOB, BATCH = "llm-prod/answerer", "llm-prod/nightly"
FIRST, SECOND, THIRD, RUN = (
    f"{start}-0000-4000-8000-000000000000" for start in ("3f2a91bc", "3f2b0000", "77000000", "88000000")
)
NODES = [f"0000000{number}-0000-4000-8000-000000000000" for number in range(4)]
DEPLOYMENT = "dddddddd-0000-4000-8000-000000000000"
FEED: FeedDoc = {"state": "ok", "why": "", "todo": "", "address": "http://127.0.0.1:4646"}


def group(**more: Any) -> GroupDoc:
    doc: dict[str, Any] = {**dict.fromkeys(GroupDoc.__required_keys__, 0), "desired": 3, "running": 3, "healthy": 3}
    return GroupDoc(**{**doc, **more})  # type: ignore[typeddict-item]


def job(name: str = "answerer", **more: Any) -> JobDoc:
    doc: dict[str, Any] = {
        "namespace": "llm-prod", "job": name, "type": "service", "status": "running", "version": 7,
        "submitted_ms": NOW_MS - 600_000, "stopped": False, "groups": {name: group()}, "meta": {}, "deployment": None,
        "versions": [
            {"version": 7, "submitted_ms": NOW_MS - 600_000, "text": "image idx:6 → idx:7"},
            {"version": 6, "submitted_ms": NOW_MS - 700_000, "text": "env CHECKS changed", "by": "1a2b3c4d5e6f"},
            {"version": 5, "submitted_ms": NOW_MS - 900_000, "text": "", "stable": True},
        ],
    }  # fmt: skip
    return JobDoc(**{**doc, **more})  # type: ignore[typeddict-item]


def allocation(number: int, node: int, name: str = "answerer", **more: Any) -> AllocationDoc:
    doc: dict[str, Any] = {
        "name": f"{name}.{name}[{number}]", "namespace": "llm-prod", "job": name, "group": name, "version": 7,
        "node": f"fra1-cpu-0{node}", "node_id": NODES[node], "desired": "run", "status": "running", "healthy": True,
        "created_ms": NOW_MS - 500_000, "restarts": 0, "oom_kills": 0, "type": "service",
        "tasks": {name: {"state": "running", "failed": False, "restarts": 0, "oom_kills": 0}},
    }  # fmt: skip
    return AllocationDoc(**{**doc, **more})  # type: ignore[typeddict-item]


def node(number: int, **more: Any) -> NodeDoc:
    doc: dict[str, Any] = {
        "name": f"fra1-cpu-0{number}", "status": "ready", "eligibility": "eligible", "drain": False,
        "datacenter": "fra1", "node_class": "cpu" if number < 3 else "gpu", "pool": "default", "unhealthy_drivers": [],
    }  # fmt: skip
    return NodeDoc(**{**doc, **more})  # type: ignore[typeddict-item]


def canaries(**more: Any) -> DeploymentGroupDoc:
    doc: dict[str, Any] = {
        "desired": 3, "placed": 1, "healthy": 1, "unhealthy": 0, "canaries_desired": 1, "canaries": 1,
        "promoted": False, "auto_revert": False,
    }  # fmt: skip
    return DeploymentGroupDoc(**{**doc, **more})  # type: ignore[typeddict-item]


def deployment(group: DeploymentGroupDoc | None = None, **more: Any) -> DeploymentDoc:
    doc: dict[str, Any] = {
        "namespace": "llm-prod", "job": "answerer", "version": 7, "status": "running", "text": "",
        "groups": {"answerer": group or canaries()}, "created_ms": NOW_MS - 60_000, "modified_ms": NOW_MS - 60_000,
    }  # fmt: skip
    return DeploymentDoc(**{**doc, **more})  # type: ignore[typeddict-item]


def cluster(**more: Any) -> Documents:
    """All of it, well; ``more`` replaces whole tables."""
    tables: dict[str, Any] = {
        "jobs": {JOB: job(), BATCH: job("nightly", type="batch", groups={"nightly": group(desired=1, running=1)})},
        "allocations": {
            FIRST: allocation(0, 0), SECOND: allocation(1, 1), THIRD: allocation(2, 2),
            RUN: allocation(0, 3, "nightly", type="batch"),
        },
        "nodes": {NODES[number]: node(number) for number in range(4)},
        "deployments": {},
        "feeds": {"nomad": FEED},
        "pulses": {"nomad": NOW_MS - 5_000},
    }  # fmt: skip
    return Documents(**{**tables, **more})
