"""What the header counts over all jobs and nodes, kept up with each document instead of counted anew."""

from __future__ import annotations

from collections import Counter
from typing import cast

from console.documents import JobDoc
from console.naming import namespace_of, place_of
from console.signals import EntityKind, Record

# Allocations of jobs that are not stopped, running and wanted; nodes, and those that are ready.
Sums = tuple[int, int, int, int]
_NOTHING: Sums = (0, 0, 0, 0)


class Tally:
    """Sums over the newest documents. ``regions``, ``namespaces`` and ``places`` say how many jobs name each; places
    are the Nomads where there are several."""

    def __init__(self) -> None:
        self.sums = _NOTHING
        self._of: dict[str, Sums] = {}
        self.regions: Counter[str] = Counter()
        self.namespaces: Counter[str] = Counter()
        self.places: Counter[str] = Counter()

    def take(self, held: Record | None, record: Record) -> None:
        """One document takes the place of another."""
        kind, entity_id = record.entity
        if kind is EntityKind.NODE:
            status = record.body.get("status")
            self._put(entity_id, (0, 0, int(status != "gone"), int(status == "ready")))
        elif kind is EntityKind.JOB:
            self._put(entity_id, _of_job(cast(JobDoc, record.body)))
            before, now = None if held is None else held.body.get("region"), record.body.get("region")
            if held is None:
                self.namespaces[namespace_of(entity_id)] += 1
                if place := place_of(entity_id):
                    self.places[place] += 1
            if before != now:
                self.regions[str(before or "")] -= 1
                self.regions[str(now or "")] += 1

    def _put(self, entity_id: str, now: Sums) -> None:
        before = self._of.get(entity_id, _NOTHING)
        if before != now:
            self._of[entity_id] = now
            running, desired, nodes, ready = self.sums
            self.sums = (
                running - before[0] + now[0], desired - before[1] + now[1], nodes - before[2] + now[2],
                ready - before[3] + now[3],
            )  # fmt: skip


def _of_job(doc: JobDoc) -> Sums:
    if doc.get("stopped"):
        return _NOTHING
    running = desired = 0
    for group in (doc.get("groups") or {}).values():
        running += group.get("running") or 0
        desired += group.get("desired") or 0
    return (running, desired, 0, 0)
