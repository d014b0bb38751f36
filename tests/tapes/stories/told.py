"""What Nomad, Alertmanager and files of ownership tell of a story: documents and events, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.analysis.scene import Alarm, Change
from console.documents import AllocationDoc, GroupDoc, JobDoc, NodeDoc
from console.governance.shapes import FlowDoc
from console.signals import EntityKind, EntityRef, Health, Record, RecordKind
from tests.tapes.stories.cast import Cast


class Teller:
    """Collects records, alarms and changes. Times are unix ms as the source tells them."""

    def __init__(self, cast: Cast, from_ms: int, skews_ms: dict[str, int]) -> None:
        self.cast = cast
        self.from_ms = from_ms
        self.skews_ms = skews_ms
        self.records: list[Record] = []
        self.alarms: list[Alarm] = []
        self.changes: list[Change] = []
        self._versions: dict[str, int] = {}

    def at(self, second: float, source: str = "nomad") -> int:
        """Unix ms of a second of the story."""
        return self.from_ms + round(second * 1000) + self.skews_ms.get(source, 0)

    def state(self, source: str, entity: EntityRef, second: float, body: Any) -> None:
        at_ms = self.at(second, source)
        self.records.append(Record(RecordKind.STATE, source, entity, entity.kind.value, at_ms, at_ms, body))

    def event(
        self, source: str, entity: EntityRef, name: str, second: float, severity: str, text: str, **more: Any
    ) -> None:
        at_ms = self.at(second, source)
        body = {"text": text, "severity": severity, **more}
        self.records.append(Record(RecordKind.EVENT, source, entity, name, at_ms, at_ms + 400, body))

    def documents(self, flows: bool) -> None:
        """Who is there and what belongs together, as of the beginning."""
        cast = self.cast
        for number, node in enumerate(cast.nodes):
            self.node(number, 0, "ready")
            del node
        for job in (*cast.producers, cast.indexer, cast.server, cast.helper, *cast.others):
            self.job(job, 0)
            self._allocation(job)
        for flow, producer in zip(cast.flows, cast.producers, strict=True):
            if flows:
                doc: FlowDoc = {
                    "owner": None, "on_call": None, "contract": None, "producer": f"{cast.namespace}/{producer}",
                    "consumers": [f"{cast.namespace}/{cast.indexer}"], "origin": "flows.toml:1",
                }  # fmt: skip
                self.state("ownership", EntityRef(EntityKind.FLOW, flow), 0, doc)

    def node(self, number: int, second: float, status: str) -> None:
        name = self.cast.nodes[number]
        doc: NodeDoc = {
            "name": name, "status": status, "eligibility": "eligible", "drain": False,
            "datacenter": name.partition("-")[0], "node_class": name.split("-")[1], "pool": "default",
            "unhealthy_drivers": [],
        }  # fmt: skip
        self.state("nomad", self.cast.node(number), second, doc)

    def job(self, job: str, second: float, **counts: int) -> None:
        group: GroupDoc = {
            "desired": 2, "running": 2, "starting": 0, "healthy": 2, "unhealthy": 0, "failed": 0, "lost": 0,
            "unknown": 0, "queued": 0, "restarts": 0, "oom_kills": 0,
        }  # fmt: skip
        group.update(counts)  # type: ignore[typeddict-item]
        doc: JobDoc = {
            "namespace": self.cast.namespace, "job": job, "type": "service", "status": "running",
            "version": self._versions.get(job, 0), "submitted_ms": self.at(second), "stopped": False,
            "groups": {job: group}, "meta": self._meta(job),
        }  # fmt: skip
        self.state("nomad", self.cast.job(job), second, doc)

    def _meta(self, job: str) -> dict[str, str]:
        cast = self.cast
        subject = cast.topic.lower()
        if job in cast.producers:
            return {"produces": f"{subject}.{cast.flows[cast.producers.index(job)]}"}
        if job == cast.indexer:
            needs = f", {cast.helper}" if cast.helper_told else ""
            return {"consumes": f"{subject}.>{needs}", "produces": "index"}
        if job == cast.helper and cast.helper_told:
            return {"produces": cast.helper}
        if job == cast.server:
            name, _, version = cast.model.partition("@")
            return {"model": name, "model_version": version, "consumes": "index"}
        return {}

    def _allocation(self, job: str) -> None:
        cast = self.cast
        where = cast.placed[job]
        for number, node in enumerate((where, cast.decoy_node) if job == cast.server else (where,)):
            doc: AllocationDoc = {
                "name": f"{job}[{number}]", "namespace": cast.namespace, "job": job, "group": job, "version": 0,
                "node": cast.nodes[node], "node_id": cast.node(node).id, "desired": "run", "status": "running",
                "healthy": True, "created_ms": self.at(0), "restarts": 0, "oom_kills": 0,
                "tasks": {job: {"state": "running", "failed": False, "restarts": 0, "oom_kills": 0}},
            }  # fmt: skip
            self.state("nomad", EntityRef(EntityKind.ALLOCATION, f"{job}-{number}"), 0, doc)

    def deploy(self, job: str, second: float, revert: bool = False, what: str = "") -> None:
        """A new version of a job, or one taken back."""
        version = self._versions[job] = self._versions.get(job, 0) + 1
        text = f"{job} reverted to version {version - 2} (now version {version})" if revert and version > 1 else (
            f"{job} version {version} registered{': ' + what if what else ''}"
        )  # fmt: skip
        entity = self.cast.job(job)
        name = "JobReverted" if revert and version > 1 else "JobRegistered"
        self.event("nomad", entity, name, second, "info", text, job=entity.id, version=version, change=True)
        if self.cast.known:
            self.job(job, second)
        kind = "revert" if name == "JobReverted" else "version"
        self.changes.append(Change(self.at(second), text, entity, kind, (what,) if what else ()))

    def alert(
        self, name: str, entity: EntityRef, second: float, until: float | None, severity: str, labels: dict[str, str]
    ) -> None:
        """An alert that fires, and resolves when ``until`` is given."""
        ref = EntityRef(EntityKind.ALERT, f"{name}-{int(second)}")
        labels = {"alertname": name, "severity": severity, **labels}
        health = Health.BAD if severity == "critical" else Health.WARN
        began = self.at(second, "alertmanager")
        body: dict[str, Any] = {
            "alertname": name, "state": "firing", "severity": severity, "labels": labels, "summary": "",
            "started_ms": began,
        }  # fmt: skip
        self.state("alertmanager", ref, second, body)
        said = {"alertname": name, "labels": labels, "silenced": False}
        self.event("alertmanager", ref, "firing", second, health.value, f"{name} fires", **said)
        ended = None
        if until is not None:
            ended = self.at(until, "alertmanager")
            self.state("alertmanager", ref, until, {**body, "state": "resolved", "ended_ms": ended})
            self.event("alertmanager", ref, "resolved", until, "ok", f"{name} is resolved", **said)
        self.alarms.append(Alarm(began, name, entity, "alertmanager", health, ended))

    def node_down(self, number: int, second: float, until: float, jobs: Sequence[str]) -> None:
        """A node that stops answering, and comes back."""
        entity, name = self.cast.node(number), self.cast.nodes[number]
        self.event("nomad", entity, "NodeDown", second, "bad", f"{name} is down: heartbeat missed", node=entity.id,
                   node_name=name)  # fmt: skip
        self.event("nomad", entity, "NodeReady", until, "ok", f"{name} is ready again", node=entity.id, node_name=name)
        if self.cast.known:
            self.node(number, second, "down")
            self.node(number, until, "ready")
            for job in jobs:
                self.job(job, second, running=1, lost=1)
                self.job(job, second + 45)
        self.alarms.append(Alarm(self.at(second), f"{name} is down", entity, "nomad", Health.BAD, self.at(until)))
        self.alert("NodeDown", entity, second + 12, until + 5, "critical", {"node": name})
