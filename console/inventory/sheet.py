"""One object in words: who and where it is, how it stands and why, and its parts. One file a kind in ``sheets``."""

from __future__ import annotations

from collections.abc import Callable

from console.inventory.book import Book
from console.inventory.shapes import Sheet
from console.inventory.sheets import allocation, deployment, evaluation, job, node, service, task
from console.signals import EntityKind, EntityRef

_SHEETS: dict[EntityKind, Callable[[Book, str, int], Sheet | None]] = {
    EntityKind.JOB: job.sheet,
    EntityKind.ALLOCATION: allocation.sheet,
    EntityKind.NODE: node.sheet,
    EntityKind.DEPLOYMENT: deployment.sheet,
    EntityKind.EVALUATION: evaluation.sheet,
    EntityKind.SERVICE: service.sheet,
    EntityKind.TASK: task.sheet,
}


def sheet(book: Book, entity: EntityRef, now_ms: int) -> Sheet | None:
    """All that is known of an object at a time (unix ms); None where the tape holds nothing of it."""
    made = _SHEETS.get(entity.kind)
    return None if made is None else made(book, entity.id, now_ms)
