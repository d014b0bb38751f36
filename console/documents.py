"""The shapes of state documents: what a STATE record's body holds for each kind of entity.

Feeds write them, panes read them, nobody else needs to know Nomad's field names. Everything here is plain JSON; a
field that a source did not give is absent or None, never invented. Values of environment variables, secrets and
tokens have no field on purpose. What files, registries and schedules declare is in ``console/governance/shapes.py``.
"""

# No postponed annotations here: each of them would be compiled at every start.
from typing import Literal, NotRequired, TypedDict


class GroupDoc(TypedDict):
    """Counts of one task group of a job, over the allocations that Nomad still wants or that are still there."""

    desired: int
    running: int
    starting: int
    healthy: int
    unhealthy: int
    failed: int  # allocations that failed and were not replaced
    lost: int  # lost and not replaced
    unknown: int  # on a disconnected client
    queued: int  # wanted, but not placed
    restarts: int  # of the tasks of the allocations counted here
    oom_kills: int


class PlacementDoc(TypedDict):
    """Why a group could not be placed."""

    group: str
    queued: int
    text: str  # "0 of 4 nodes fit: 2 filtered by class gpu, 2 out of memory"


class VersionDoc(TypedDict):
    """One version of a job. ``text`` says what it changed against the one before, never a value of its environment."""

    version: int
    submitted_ms: int
    by: NotRequired[str]  # accessor id of the token that registered it
    stable: NotRequired[bool]
    tag: NotRequired[str]
    serves: NotRequired[dict[str, str]]  # group (empty: all of them) -> the model that its meta names: name@version
    text: str


class DeploymentBrief(TypedDict):
    """The newest deployment of a job."""

    id: str
    status: str
    text: str
    version: int
    healthy: int
    desired: int
    canaries: NotRequired[int]
    require_progress_by_ms: NotRequired[int]


class JobDoc(TypedDict):
    """State of EntityKind.JOB."""

    namespace: str
    job: str
    type: str  # service, batch, system, sysbatch
    status: str  # pending, running, dead
    version: int
    submitted_ms: int
    stopped: bool
    periodic: NotRequired[bool]
    parent: NotRequired[str]
    region: NotRequired[str]
    groups: dict[str, GroupDoc]
    deployment: NotRequired[DeploymentBrief | None]
    blocked: NotRequired[list[PlacementDoc]]
    meta: dict[str, str]  # the job's own meta: owner, on_call, data_contract, produces, consumes, model ...
    cluster: NotRequired[str]  # the profile whose Nomad it runs on, where there are several
    by: NotRequired[str]  # accessor id of the token that registered this version
    versions: NotRequired[list[VersionDoc]]  # the newest first, a few
    priority: NotRequired[int]
    datacenters: NotRequired[list[str]]
    pool: NotRequired[str]
    cron: NotRequired[str]  # when a periodic job starts its runs, with its time zone
    parameterized: NotRequired[bool]  # runs are dispatched by somebody
    reconstructed: NotRequired[bool]  # put together by backfill from times that objects carry


class TaskDoc(TypedDict):
    """One task of an allocation. Times are those of the client; absent while it has not happened."""

    state: str  # pending, running, dead
    failed: bool
    restarts: int
    oom_kills: int
    started_ms: NotRequired[int]
    finished_ms: NotRequired[int]
    exit_code: NotRequired[int]  # of its newest end
    last_event: NotRequired[str]
    last_event_ms: NotRequired[int]


class AllocationDoc(TypedDict):
    """State of EntityKind.ALLOCATION."""

    name: str
    namespace: str
    job: str
    group: str
    version: int
    node: str
    node_id: str
    desired: str
    status: str
    healthy: bool | None
    created_ms: int
    restarts: int
    oom_kills: int
    exit_code: NotRequired[int]
    previous: NotRequired[str]
    next: NotRequired[str]
    deployment: NotRequired[str]
    cpu_mhz: NotRequired[int]
    memory_mb: NotRequired[int]
    tasks: dict[str, TaskDoc]
    cluster: NotRequired[str]
    type: NotRequired[str]  # of its job
    desired_why: NotRequired[str]
    modified_ms: NotRequired[int]
    reschedules: NotRequired[int]  # how often it took the place of one that failed, itself counted
    evaluation: NotRequired[str]
    canary: NotRequired[bool]
    last_event: NotRequired[str]
    gone: NotRequired[bool]  # Nomad has collected it: this is what was last known
    reconstructed: NotRequired[bool]


class NodeDoc(TypedDict):
    """State of EntityKind.NODE."""

    name: str
    status: str  # ready, down, initializing, disconnected; gone: it is no longer in the cluster
    eligibility: str
    drain: bool
    datacenter: str
    node_class: str
    pool: str
    version: NotRequired[str]
    cluster: NotRequired[str]
    unhealthy_drivers: list[str]
    allocations: NotRequired[int]
    drivers: NotRequired[dict[str, str]]  # driver -> "healthy", "unhealthy: why"; those that are not there are left out
    address: NotRequired[str]
    cpu_mhz: NotRequired[int]  # what it has in all
    memory_mb: NotRequired[int]
    drain_by_ms: NotRequired[int]  # when what still runs is stopped
    updated_ms: NotRequired[int]  # when its status last changed
    disconnects: NotRequired[int]  # how often its heartbeats were missed, as far as its own history tells


class DeploymentGroupDoc(TypedDict):
    """How far a deployment is with one group."""

    desired: int
    placed: int
    healthy: int
    unhealthy: int
    canaries_desired: int
    canaries: int
    promoted: bool
    progress_by_ms: NotRequired[int]  # by when the next allocation must be healthy
    auto_revert: NotRequired[bool]
    auto_promote: NotRequired[bool]


class DeploymentDoc(TypedDict):
    """State of EntityKind.DEPLOYMENT."""

    namespace: str
    job: str
    version: int
    status: str  # running, paused, pending, blocked, unblocking, successful, failed, cancelled
    text: str
    groups: dict[str, DeploymentGroupDoc]
    created_ms: int
    modified_ms: int
    cluster: NotRequired[str]


class EvaluationDoc(TypedDict):
    """State of EntityKind.EVALUATION: one that is not simply complete, or that could not place something."""

    namespace: str
    job: str
    type: str
    status: str  # blocked, pending, complete, failed, canceled
    text: str
    trigger: str
    created_ms: int
    modified_ms: int
    failures: list[PlacementDoc]
    blocked: NotRequired[str]  # id of the evaluation that waits for room because of this one
    previous: NotRequired[str]
    node_id: NotRequired[str]
    deployment: NotRequired[str]
    cluster: NotRequired[str]


class InstanceDoc(TypedDict):
    """One instance of a service. ``checks`` maps a check's name to "success", or to its status and what it said."""

    allocation: str
    node_id: str
    address: str  # host:port
    tags: list[str]
    checks: NotRequired[dict[str, str]]


class ServiceDoc(TypedDict):
    """State of EntityKind.SERVICE. Its instances by Nomad's registration id."""

    namespace: str
    job: str
    instances: dict[str, InstanceDoc]
    cluster: NotRequired[str]


class AlertDoc(TypedDict):
    """State of EntityKind.ALERT."""

    alertname: str
    state: Literal["pending", "firing", "resolved", "suppressed"]
    severity: str
    labels: dict[str, str]
    summary: str
    runbook: NotRequired[str]
    started_ms: int
    ended_ms: NotRequired[int]
    owner: NotRequired[str]


FeedState = Literal["connecting", "ok", "degraded", "down", "denied", "off"]


class FeedDoc(TypedDict):
    """State of EntityKind.FEED: how well one of our feeds sees its source."""

    state: FeedState
    why: str  # one sentence; empty when ok
    todo: str  # what a person can do; empty when nothing
    address: str  # without credentials
    version: NotRequired[str]
    skew_ms: NotRequired[int | None]  # the source's clock minus ours; None when it cannot be told
    skew_error_ms: NotRequired[int]
    missing: NotRequired[list[str]]  # ACL capabilities or metrics that are not there
    region: NotRequired[str]
