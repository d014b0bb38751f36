"""State records of Nomad's objects in few words."""

from __future__ import annotations

from typing import Any

from console.inventory.book import Book
from console.signals import EntityKind, EntityRef, Record, RecordKind

T0 = 1_795_409_325_000
MINUTE = 60_000


def state(kind: EntityKind, known: str, body: dict[str, Any], at_ms: int = T0, seq: int = 0, place: str = "") -> Record:
    source = f"nomad:{place}" if place else "nomad"
    return Record(RecordKind.STATE, source, EntityRef(kind, known), kind.value, at_ms, at_ms, body, seq=seq)


def uuid(number: int, head: str = "") -> str:
    """An id that begins as one likes."""
    digits = f"{head}{number:x}".ljust(8, "0")[:8]
    return f"{digits}-0000-4000-8000-{number:012x}"


def alloc(known: str, job: str = "answerer", number: int = 0, *, at_ms: int = T0, seq: int = 0, place: str = "",
          **more: Any) -> Record:  # fmt: skip
    """An allocation that runs well, but for what is said."""
    body = {
        "name": f"{job}[{number}]", "namespace": "llm-prod", "job": job, "group": job, "version": 3,
        "node": "fra1-gpu-01", "node_id": uuid(900), "desired": "run", "status": "running", "healthy": True,
        "created_ms": T0 - 10 * MINUTE, "restarts": 0, "oom_kills": 0, "cpu_mhz": 500, "memory_mb": 256,
        "tasks": {job: task()}, "type": "service", **more,
    }  # fmt: skip
    return state(EntityKind.ALLOCATION, known, body, at_ms, seq, place)


def task(**more: Any) -> dict[str, Any]:
    """A task that runs."""
    return {"state": "running", "failed": False, "restarts": 0, "oom_kills": 0, **more}


def job(name: str = "answerer", *, at_ms: int = T0, seq: int = 0, running: int = 1, desired: int = 1, place: str = "",
        namespace: str = "llm-prod", counts: dict[str, int] | None = None, **more: Any) -> Record:  # fmt: skip
    """A service with one group."""
    group = dict.fromkeys(("starting", "healthy", "unhealthy", "failed", "lost", "unknown", "queued", "restarts",
                           "oom_kills"), 0)  # fmt: skip
    body = {
        "namespace": namespace, "job": name, "type": "service", "status": "running", "version": 3,
        "submitted_ms": T0 - 60 * MINUTE, "stopped": False, "meta": {},
        "groups": {name: {**group, "desired": desired, "running": running, **(counts or {})}}, **more,
    }  # fmt: skip
    known = f"{namespace}@{place}/{name}" if place else f"{namespace}/{name}"
    return state(EntityKind.JOB, known, body, at_ms, seq, place)


def node(known: str = uuid(900), name: str = "fra1-gpu-01", *, at_ms: int = T0, seq: int = 0, **more: Any) -> Record:
    """A node that is ready."""
    body = {
        "name": name, "status": "ready", "eligibility": "eligible", "drain": False, "datacenter": "fra1",
        "node_class": "gpu", "pool": "default", "unhealthy_drivers": [], "allocations": 1, **more,
    }  # fmt: skip
    return state(EntityKind.NODE, known, body, at_ms, seq)


def deployment(known: str, *, status: str = "running", at_ms: int = T0, seq: int = 0, created_ms: int = T0,
               **group: Any) -> Record:  # fmt: skip
    """A deployment of ``answerer`` with one group."""
    counts = {"desired": 3, "placed": 3, "healthy": 2, "unhealthy": 0, "canaries_desired": 0, "canaries": 0,
              "promoted": False, **group}  # fmt: skip
    body = {"namespace": "llm-prod", "job": "answerer", "version": 4, "status": status, "text": "Deployment is running",
            "groups": {"answerer": counts}, "created_ms": created_ms, "modified_ms": at_ms}  # fmt: skip
    return state(EntityKind.DEPLOYMENT, known, body, at_ms, seq)


def evaluation(known: str, *, status: str = "blocked", at_ms: int = T0, **more: Any) -> Record:
    """An evaluation that could not place two of ``answerer``."""
    why = "0 of 4 nodes fit: 2 filtered by class gpu, 2 out of memory by 3.1 GiB"
    body = {
        "namespace": "llm-prod", "job": "answerer", "type": "service", "status": status, "text": "",
        "trigger": "queued-allocs", "created_ms": at_ms - MINUTE, "modified_ms": at_ms,
        "failures": [{"group": "answerer", "queued": 2, "text": why}], **more,
    }  # fmt: skip
    return state(EntityKind.EVALUATION, known, body, at_ms)


def service(name: str, *instances: tuple[str, dict[str, str]], at_ms: int = T0) -> Record:
    """A service with instances: allocation and what its checks say."""
    body = {
        "namespace": "llm-prod", "job": "answerer",
        "instances": {
            f"_nomad-task-{at}": {"allocation": known, "node_id": uuid(900), "address": f"10.0.0.{at}:8080",
                                  "tags": ["http"], "checks": checks}
            for at, (known, checks) in enumerate(instances)
        },
    }  # fmt: skip
    return state(EntityKind.SERVICE, f"llm-prod/{name}", body, at_ms)


def book(*records: Record) -> Book:
    """A book with these."""
    made = Book()
    made.load(records)
    return made
