"""How plans speak of allocations, jobs and counts."""

from __future__ import annotations

from collections.abc import Sequence

from console.documents import AllocationDoc
from console.naming import placed, started_by


def short_id(whole: str) -> str:
    """``3f2a91bc`` of a UUID."""
    return whole[:8]


def short_name(allocation: AllocationDoc) -> str:
    """``answerer[0]`` of ``answerer.answerer[0]``; ``answerer.web[0]`` where the group is not called as its job."""
    family, group, name = started_by(allocation["job"]), allocation["group"], allocation["name"]
    number = name[name.rfind("[") :] if name.endswith("]") else ""
    return f"{family}{number}" if group == family else f"{family}.{group}{number}"


def job_key(doc: AllocationDoc) -> str:
    """The entity id of an allocation's job."""
    return placed(f"{doc['namespace']}/{doc['job']}", doc.get("cluster") or "")


def counted(number: int, what: str, several: str = "") -> str:
    """``1 allocation``, ``3 allocations``."""
    return f"{number} {what if number == 1 else several or what + 's'}"


def listed(names: Sequence[str], most: int = 5) -> str:
    """``a, b and 3 more``."""
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left} more" if left > 0 else "")
