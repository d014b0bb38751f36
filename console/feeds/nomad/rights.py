"""What a token has to permit, and the policy that permits it: one list for the feed, doctor and every sentence."""

from __future__ import annotations

from collections.abc import Iterable

_READ_JOBS = 'namespace "*" { policy = "read" }'
_POLICY = {
    "list-jobs": _READ_JOBS,
    "read-job": _READ_JOBS,
    "node:read": 'node { policy = "read" }',
    "agent:read": 'agent { policy = "read" }',
}

OF_TABLE = {
    "jobs": "list-jobs",
    "nodes": "node:read",
    "allocations": "read-job",
    "evaluations": "read-job",
    "deployments": "read-job",
}
"""The capability that each list needs."""


def of_topic(topic: str) -> str:
    """The capability that a topic of the event stream needs."""
    return "node:read" if topic == "Node" else "read-job"


def policy(capabilities: Iterable[str] = tuple(_POLICY)) -> str:
    """The policy that permits these, in one line; without any, all that the console reads."""
    return "  ".join(dict.fromkeys(_POLICY[name] for name in capabilities))
