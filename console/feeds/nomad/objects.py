"""Nomad's objects, with only what the console uses. Environment values and secrets have no place here.

All times are unix milliseconds; ``modify_index`` is Nomad's ModifyIndex, by which newer is told from older.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from console.feeds.nomad.placement import Refusal
from console.feeds.nomad.spec import Spec

_NONE: Mapping[str, str] = {}


def family_name(job: str) -> str:
    """The job that a periodic or dispatched run belongs to; the job itself otherwise."""
    return job.split("/periodic-")[0].split("/dispatch-")[0]


class TaskEvent(NamedTuple):
    """One entry of a task's history on its client."""

    at_ns: int
    type: str
    text: str
    exit_code: int
    signal: int
    oom_killed: bool
    asked: bool  # it ended because Nomad was told to end it
    delay_ms: int = 0  # until it is started again


class Task(NamedTuple):
    """A task of an allocation. ``events`` are only kept until they are told; ``last_event_ns`` says how far."""

    name: str
    state: str
    failed: bool
    restarts: int
    started_ms: int
    finished_ms: int
    last_event_ns: int
    last_event: str
    exit_code: int | None
    oom_kills: int
    events: tuple[TaskEvent, ...] = ()


class Allocation(NamedTuple):
    id: str
    namespace: str
    job: str
    group: str
    name: str
    version: int
    node_id: str
    node: str
    desired: str
    desired_why: str
    status: str
    healthy: bool | None
    healthy_ms: int
    created_ms: int
    modified_ms: int
    modify_index: int
    create_index: int
    previous: str
    next: str
    deployment: str
    job_type: str
    cpu_mhz: int
    memory_mb: int
    tasks: tuple[Task, ...]
    evaluation: str = ""
    canary: bool = False
    reschedules: int = 0  # how often it took the place of one that failed, itself counted

    @property
    def job_key(self) -> str:
        return f"{self.namespace}/{self.job}"

    @property
    def slot(self) -> str:
        """What one allocation replaces another in. System jobs use one name on every node."""
        return f"{self.name}@{self.node_id}" if self.job_type in ("system", "sysbatch") else self.name

    @property
    def number(self) -> int:
        """The number in its name: ``answerer.answerer[2]`` is the third of its group; 0 where there is none."""
        digits = self.name[self.name.rfind("[") + 1 : -1] if self.name.endswith("]") else ""
        return int(digits) if digits.isdecimal() else 0

    @property
    def short(self) -> str:
        """``answerer[0]`` for ``answerer.answerer[0]``; runs of a periodic job go by the name of that job."""
        family = family_name(self.job)
        number = self.name[self.name.rfind("[") :] if self.name.endswith("]") else ""
        return f"{family}{number}" if self.group == family else f"{family}.{self.group}{number}"


class Job(NamedTuple):
    """``version`` is -1 and ``spec`` None where only the list was seen, which does not say."""

    namespace: str
    id: str
    type: str
    status: str
    version: int
    submitted_ms: int
    stopped: bool
    periodic: bool
    parameterized: bool
    parent: str
    region: str
    meta: Mapping[str, str]
    modify_index: int
    create_index: int
    spec_index: int
    by: str
    queued: Mapping[str, int] | None
    spec: Spec | None
    priority: int = 0
    datacenters: tuple[str, ...] = ()
    pool: str = ""
    cron: str = ""
    stable: bool = False
    tag: str = ""

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.id}"


class Version(NamedTuple):
    """One version of a job: who registered it and when, and what it asked for."""

    number: int
    submitted_ms: int
    by: str
    stable: bool
    tag: str
    stopped: bool
    spec: Spec


class DeploymentGroup(NamedTuple):
    name: str
    desired: int
    placed: int
    healthy: int
    unhealthy: int
    canaries_desired: int
    canaries: int
    promoted: bool
    progress_by_ms: int
    auto_revert: bool = False
    auto_promote: bool = False


class Deployment(NamedTuple):
    id: str
    namespace: str
    job: str
    version: int
    status: str
    text: str
    groups: tuple[DeploymentGroup, ...]
    created_ms: int
    modified_ms: int
    modify_index: int
    create_index: int

    @property
    def job_key(self) -> str:
        return f"{self.namespace}/{self.job}"


class Failure(NamedTuple):
    """Why a group could not be placed: in words, and until it is known by how much, what Nomad counted."""

    group: str
    text: str
    refusal: Refusal | None = None


class Evaluation(NamedTuple):
    id: str
    namespace: str
    job: str
    status: str
    text: str
    trigger: str
    created_ms: int
    modified_ms: int
    modify_index: int
    create_index: int
    previous: str
    blocked: str
    queued: Mapping[str, int]
    failures: tuple[Failure, ...]
    type: str = ""
    node_id: str = ""
    deployment: str = ""

    @property
    def job_key(self) -> str:
        return f"{self.namespace}/{self.job}"


class NodeEvent(NamedTuple):
    at_ms: int
    text: str
    subsystem: str


class Node(NamedTuple):
    """``events`` are only there where the whole node was read, and only kept until they are told."""

    id: str
    name: str
    status: str
    eligibility: str
    drain: bool
    datacenter: str
    node_class: str
    pool: str
    version: str
    unhealthy_drivers: tuple[str, ...]
    updated_ms: int
    modify_index: int
    create_index: int
    last_event_ms: int
    events: tuple[NodeEvent, ...] = ()
    drivers: Mapping[str, str] = _NONE  # those that are there -> "healthy", or "unhealthy: why"
    address: str = ""
    cpu_mhz: int = 0  # in all; what is reserved for others is not to be had
    memory_mb: int = 0
    reserved_mhz: int = 0
    reserved_mb: int = 0
    drain_by_ms: int = 0
    disconnects: int = 0  # heartbeats missed, as far as its events tell


class Service(NamedTuple):
    id: str
    namespace: str
    name: str
    job: str
    allocation: str
    node_id: str
    modify_index: int
    address: str = ""  # host:port
    tags: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"
