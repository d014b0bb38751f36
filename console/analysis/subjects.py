"""What an alert or a failure is about: the node, the job, the model that is known under what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from console.alerting import data_subjects, job_subjects, node_subjects
from console.naming import job_of, started_by
from console.signals import EntityKind, EntityRef, Record


class Subjects:
    """The entities that documents (state records) and signals know."""

    def __init__(self, docs: Sequence[Record], known: Collection[EntityRef] = ()) -> None:
        self._told = {one.entity for one in docs}
        self._known = self._told | set(known)
        self._nodes = {
            str(one.body["name"]): one.entity
            for one in docs
            if one.entity.kind is EntityKind.NODE and one.body.get("name")
        }
        self._versions: dict[str, list[EntityRef]] = defaultdict(list)
        self._consumers: dict[str, list[EntityRef]] = defaultdict(list)
        for one in sorted(self._known, key=lambda entity: entity.id):
            if one.kind is EntityKind.MODEL:
                self._versions[one.id.partition("@")[0]].append(one)
            elif one.kind is EntityKind.CONSUMER:
                self._consumers[one.id.rpartition("/")[2]].append(one)

    def of_labels(self, labels: Mapping[str, str]) -> EntityRef | None:
        """The most particular known entity that labels name; None where they name none."""
        for entity in data_subjects(labels):
            found = self._data(entity)
            if found is not None:
                return found
        job = EntityRef(EntityKind.JOB, started_by(job_of(labels) or ""))
        if job in self._known:
            return job
        for name in node_subjects(labels):
            node = self._nodes.get(name, EntityRef(EntityKind.NODE, name))
            if node in self._known:
                return node
        # Last, because "job" mostly is what Prometheus calls the thing it scrapes.
        named = (EntityRef(EntityKind.JOB, started_by(job_id)) for job_id in job_subjects(labels))
        return next((one for one in named if one in self._told), None)

    def of_event(self, event: Record) -> EntityRef:
        """The node itself; of allocations, tasks and deployments the job that they belong to."""
        job = event.body.get("job")
        if event.entity.kind is EntityKind.NODE or not isinstance(job, str) or not job:
            kind = event.entity.kind
            return EntityRef(kind, started_by(event.entity.id)) if kind is EntityKind.JOB else event.entity
        return EntityRef(EntityKind.JOB, started_by(job))

    def _data(self, entity: EntityRef) -> EntityRef | None:
        if entity in self._known:
            return entity
        if entity.kind is EntityKind.MODEL:
            return _only(self._versions.get(entity.id, ()))
        if entity.kind is EntityKind.CONSUMER and entity.id.startswith("*/"):
            return _only(self._consumers.get(entity.id[2:], ()))
        return None


def _only(found: Sequence[EntityRef]) -> EntityRef | None:
    return found[0] if len(found) == 1 else None
