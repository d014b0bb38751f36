"""What plans are made of, from the tape that the viewer looks at."""

from __future__ import annotations

from typing import Any, cast

from console.documents import AllocationDoc, DeploymentDoc, FeedDoc, JobDoc, NodeDoc
from console.nomadactions.shapes import Documents
from console.signals import EntityKind
from console.tape.store import open_tape
from console.tape.verdicts import doc_of, verdict_at

_KINDS = (EntityKind.JOB, EntityKind.ALLOCATION, EntityKind.NODE, EntityKind.DEPLOYMENT, EntityKind.FEED)


def documents_of(tape: str) -> Documents:
    """The newest states on a tape. Raises TapeError."""
    with open_tape(tape, "read") as store, store.reading():
        found: dict[EntityKind, dict[str, Any]] = {kind: {} for kind in _KINDS}
        for state in store.states_at(None, _KINDS):
            found[state.entity.kind][state.entity.id] = dict(state.body)
        verdict = verdict_at(store, None)
        doc = doc_of(verdict) if verdict is not None else None
        return Documents(
            jobs=cast("dict[str, JobDoc]", found[EntityKind.JOB]),
            allocations=cast("dict[str, AllocationDoc]", found[EntityKind.ALLOCATION]),
            nodes=cast("dict[str, NodeDoc]", found[EntityKind.NODE]),
            deployments=cast("dict[str, DeploymentDoc]", found[EntityKind.DEPLOYMENT]),
            feeds=cast("dict[str, FeedDoc]", found[EntityKind.FEED]),
            pulses=store.pulses(),
            trouble=doc["headline"] if doc is not None and doc["state"] != "quiet" else "",
        )
