"""An allocation. There are ten thousand of them: of each only what lists and sheets show, and every text once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from console.inventory.objects.fields import Document, job_id, known, place, section, text, whole
from console.naming import job_name, place_of_source, placed, started_by
from console.signals import Record

NO_NUMBER = -1
_FAILED_WORD = " (failed)"  # as tapes of older versions told the state of a task


class Task(NamedTuple):
    """One task. Times are None, texts empty while there is nothing to tell."""

    name: str
    state: str
    failed: bool
    restarts: int
    oom_kills: int
    exit_code: int | None
    started_ms: int | None
    finished_ms: int | None
    last_event: str
    last_event_ms: int | None


class Allocation(NamedTuple):
    """``job`` is the id of its job, ``number`` the one in its name. ``gone``: Nomad has collected it. ``at_ms`` is when
    Nomad last changed it."""

    id: str
    at_ms: int
    seq: int
    job: str
    group: str
    number: int
    version: int
    node_id: str
    node: str
    desired: str
    desired_why: str
    status: str
    healthy: bool | None
    created_ms: int
    previous: str
    next: str
    deployment: str
    evaluation: str
    restarts: int
    reschedules: int | None
    oom_kills: int
    exit_code: int | None
    cpu_mhz: int
    memory_mb: int
    type: str
    canary: bool
    gone: bool
    last_event: str
    first_task: Task | None
    more_tasks: tuple[Task, ...]  # mostly none, and then a tuple of its own would be room for nothing

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Its tasks, in the order in which Nomad tells them."""
        return (self.first_task, *self.more_tasks) if self.first_task is not None else ()

    @property
    def name(self) -> str:
        """``answerer[0]``, or ``answerer.group[0]`` where the group is not called after the job."""
        family = job_name(started_by(self.job))
        number = f"[{self.number}]" if self.number != NO_NUMBER else ""
        return f"{family}{number}" if self.group in (family, "") else f"{family}.{self.group}{number}"

    @property
    def ended(self) -> bool:
        """Whether it has come to its end, well or not."""
        return self.status in ("complete", "failed", "lost")


def allocation(record: Record) -> Allocation:
    """The allocation of a state record. One that is as we write them takes the short way: there are ten thousand."""
    try:
        return _as_written(record)
    except (TypeError, AttributeError, KeyError):
        return _as_it_comes(record)


def _as_written(record: Record) -> Allocation:
    """Raises TypeError, AttributeError or KeyError where a text, a section or a field is missing or something else."""
    doc = record.body
    get = doc.get
    group, tasks = intern(doc["group"]), doc["tasks"]
    return Allocation(
        record.entity.id,
        record.at_ms,
        record.seq,
        _job(doc["namespace"], doc["job"], record.source),
        group,
        _number(doc["name"]),
        doc["version"] + 0,
        intern(doc["node_id"]),
        intern(doc["node"]),
        intern(doc["desired"]),
        intern(get("desired_why", "")),
        intern(doc["status"]),
        healthy if (healthy := doc["healthy"]) is True or healthy is False else None,
        doc["created_ms"] + 0,
        get("previous", "") + "",
        get("next", "") + "",
        intern(get("deployment", "")),
        intern(get("evaluation", "")),
        doc["restarts"] + 0,
        known(get("reschedules")),
        doc["oom_kills"] + 0,
        known(get("exit_code")),
        get("cpu_mhz", 0) + 0,
        get("memory_mb", 0) + 0,
        intern(get("type", "")),
        "canary" in doc and doc["canary"] is True,
        "gone" in doc and doc["gone"] is True,
        intern(get("last_event", "")),
        *_divided([_task(name, task) for name, task in tasks.items()]),
    )


def _task(name: str, task: Document) -> Task:
    get = task.get
    started_ms, last_event_ms = known(get("started_ms")), known(get("last_event_ms"))
    if last_event_ms == started_ms:
        last_event_ms = started_ms  # most run, and this is when they began: one number for both
    return Task(
        intern(name),
        intern(task["state"]),
        task["failed"] is True,
        task["restarts"] + 0,
        task["oom_kills"] + 0,
        known(get("exit_code")),
        started_ms,
        known(get("finished_ms")),
        intern(get("last_event", "")),
        last_event_ms,
    )


@lru_cache(maxsize=4096)
def _job(namespace: str, job: str, source: str) -> str:
    """The id of a job. Most allocations share theirs with others."""
    return intern(placed(f"{namespace}/{job}", place_of_source(source)))


def _as_it_comes(record: Record) -> Allocation:
    """Of an older version, or with a field that is not there or not what it should be."""
    doc = record.body
    in_place = place(record)
    healthy = doc.get("healthy")
    first, more = _divided(list(_tasks(doc)))
    return Allocation(
        id=record.entity.id,
        at_ms=record.at_ms,
        seq=record.seq,
        job=job_id(doc, in_place),
        group=text(doc.get("group")),
        number=_number(doc.get("name")),
        version=whole(doc.get("version")),
        node_id=text(doc.get("node_id")),
        node=text(doc.get("node")),
        desired=text(doc.get("desired")),
        desired_why=text(doc.get("desired_why")),
        status=text(doc.get("status")),
        healthy=healthy if isinstance(healthy, bool) else None,
        created_ms=whole(doc.get("created_ms")),
        previous=text(doc.get("previous")),
        next=text(doc.get("next")),
        deployment=text(doc.get("deployment")),
        evaluation=text(doc.get("evaluation")),
        restarts=whole(doc.get("restarts")),
        reschedules=known(doc.get("reschedules")),
        oom_kills=whole(doc.get("oom_kills")),
        exit_code=known(doc.get("exit_code")),
        cpu_mhz=whole(doc.get("cpu_mhz")),
        memory_mb=whole(doc.get("memory_mb")),
        type=text(doc.get("type")),
        canary=doc.get("canary") is True,
        gone=doc.get("gone") is True,
        last_event=text(doc.get("last_event")),
        first_task=first,
        more_tasks=more,
    )


def _divided(tasks: list[Task]) -> tuple[Task | None, tuple[Task, ...]]:
    return (tasks[0], tuple(tasks[1:])) if tasks else (None, ())


def _number(name: object) -> int:
    if not isinstance(name, str) or not name.endswith("]"):
        return NO_NUMBER
    digits = name[name.rfind("[") + 1 : -1]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else NO_NUMBER


def _tasks(doc: Document) -> Iterator[Task]:
    for name, task in section(doc, "tasks").items():
        if isinstance(task, dict):
            yield Task(
                intern(str(name)),
                text(task.get("state")),
                task.get("failed") is True,
                whole(task.get("restarts")),
                whole(task.get("oom_kills")),
                known(task.get("exit_code")),
                known(task.get("started_ms")),
                known(task.get("finished_ms")),
                text(task.get("last_event")),
                known(task.get("last_event_ms")),
            )
        else:
            state = text(task)
            failed = state.endswith(_FAILED_WORD)
            bare = text(state.removesuffix(_FAILED_WORD))
            yield Task(intern(str(name)), bare, failed, 0, 0, None, None, None, "", None)
