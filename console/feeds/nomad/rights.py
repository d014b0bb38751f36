"""What a token has to permit, and the policy that permits it: one list for the feed, doctor and every sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_READ_JOBS = 'namespace "*" { policy = "read" }'
_POLICY = {
    "list-jobs": _READ_JOBS,
    "read-job": _READ_JOBS,
    "node:read": 'node { policy = "read" }',
    "agent:read": 'agent { policy = "read" }',
}

_IN = " in namespace "
_MOST_NAMED = 3  # namespaces that a sentence names

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


def lacking_in(capability: str, namespaces: Sequence[str]) -> str:
    """A capability that some namespaces lack, in a few words: ``read-job in namespace ops, qa and 3 more``."""
    more = len(namespaces) - _MOST_NAMED
    return f"{capability}{_IN}{', '.join(namespaces[:_MOST_NAMED])}" + (f" and {more} more" if more > 0 else "")


def policy(capabilities: Iterable[str] = tuple(_POLICY)) -> str:
    """The policy that permits these, in one line; without any, all that the console reads."""
    return "  ".join(dict.fromkeys(_permitting(name) for name in capabilities))


def _permitting(name: str) -> str:
    """The line for a capability, or for one that is lacking in some namespaces."""
    capability, elsewhere, where = name.partition(_IN)
    if not elsewhere:
        return _POLICY[capability]
    names = where.partition(" and ")[0].split(", ")
    return "  ".join(f'namespace "{one}" {{ policy = "read" }}' for one in names)
