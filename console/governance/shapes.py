"""The shapes of what files, registries and schedules declare: flows, contracts, owners, who is on call, models, KPIs.

They are the bodies of STATE records, as in ``console/documents.py``: plain JSON, and a field that nobody gave is absent
or None, never invented. Every field of a flow or a model knows who said it (``said``), so that a screen can name the
file and line, and so that sources which disagree are shown and not chosen between.
"""

# No postponed annotations here: each of them would be compiled at every start.
from typing import Any, Literal, NotRequired, TypedDict


class SaidDoc(TypedDict):
    """What one source said of one field. ``origin`` is ``file:line``, a URL, or ``job meta of namespace/job``."""

    value: Any
    origin: str
    via: str  # odcs, backstage, flows.toml, models.toml, mlflow, model card, openlineage, job meta
    read_ms: int


class DoubtDoc(TypedDict):
    """What cannot be taken as it is said: a bare ``m``, a date without zone, an owner whom nobody knows."""

    field: str
    why: str  # one sentence, without its full stop
    origin: str


class ChannelDoc(TypedDict):
    """A way to reach an owner."""

    name: str
    scope: NotRequired[str]  # interactive, announcements, issues, notifications
    tool: NotRequired[str]
    url: NotRequired[str]


class StageDoc(TypedDict):
    """One stage of a flow, in the order in which data goes through them.

    ``ins`` and ``outs`` are names or keys of signals that count what comes in and goes out, ``losses`` those of what
    does not go on (dead letters, rejects); where none are declared they are found by the names of signals.
    """

    name: str
    kind: NotRequired[str]  # source, queue, job, store, model ...
    entity: NotRequired[str]  # "job:namespace/job", "topic:DOCS", "consumer:DOCS/indexer"
    ins: NotRequired[list[str]]
    outs: NotRequired[list[str]]
    losses: NotRequired[list[str]]


class FlowDoc(TypedDict):
    """State of EntityKind.FLOW: what files and lineage say of a data flow, merged; what jobs say by their meta is not
    in it (``console/governance/flows.py`` puts the two together).

    The plain fields are the value in force: the first of ``said[field]``, whose sources stand in their precedence.
    ``match`` are the labels (each with its possible values) of signals that belong to the flow. ``removed`` marks one
    that no file names any more.
    """

    owner: str | None
    on_call: str | None
    contract: str | None  # id or URL of its data contract
    producer: str | None  # namespace/job
    consumers: list[str]
    origin: str
    runbook: NotRequired[str | None]
    freshness_s: NotRequired[float | None]
    latency_s: NotRequired[float | None]
    completeness: NotRequired[float | None]  # the ratio, 0 to 1, of what comes in that must go out
    completeness_rules: NotRequired[list[str]]  # what a contract asks of its rows and fields, in words
    availability: NotRequired[float | None]  # the ratio, 0 to 1, of the time that it must be there
    retention_s: NotRequired[float | None]
    escalation: NotRequired[list[str]]
    channels: NotRequired[list[ChannelDoc]]
    lifecycle: NotRequired[
        str | None
    ]  # of a contract: proposed, draft, active, deprecated, retired; as Backstage has it
    stages: NotRequired[list[StageDoc]]
    upstream: NotRequired[list[str]]  # flows that this one is made of
    feeds: NotRequired[list[str]]  # models that take it as an input, by name
    schema_changed_ms: NotRequired[int | None]
    contract_version: NotRequired[str | None]
    contract_ends_ms: NotRequired[int | None]  # end of support or of life, whichever is first
    required: NotRequired[list[str]]  # names of the properties that the contract requires
    last_review_ms: NotRequired[int | None]  # as a file says; reviews on the tape come on top
    review_every_s: NotRequired[float | None]
    tier: NotRequired[str | None]
    match: NotRequired[dict[str, list[str]]]
    said: NotRequired[dict[str, list[SaidDoc]]]
    doubts: NotRequired[list[DoubtDoc]]
    removed: NotRequired[bool]


class ContractDoc(TypedDict):
    """State of EntityKind.CONTRACT (id: the contract's): a data contract as its file has it, nothing left out."""

    format: str  # odcs, backstage
    version: str  # of the format: v3.0.2, v3.1.0
    body: dict[str, Any]
    origin: str
    removed: NotRequired[bool]


class MemberDoc(TypedDict):
    """Somebody of a team. ``from_ms`` and ``until_ms`` bound the membership where dates are given."""

    name: str
    role: NotRequired[str]
    from_ms: NotRequired[int]
    until_ms: NotRequired[int]


class OwnerDoc(TypedDict):
    """State of EntityKind.OWNER (id: the team's or person's name): who they are."""

    kind: Literal["group", "person"]
    title: NotRequired[str]
    members: list[MemberDoc]
    member_of: NotRequired[list[str]]  # groups that a person says to be in
    parent: NotRequired[str]
    children: NotRequired[list[str]]  # groups of which it says to be the parent
    on_call: NotRequired[str]  # the schedule to ask: a name, or provider:id
    channels: NotRequired[list[ChannelDoc]]
    origin: str
    removed: NotRequired[bool]


class ShiftDoc(TypedDict):
    """One person's turn. Level 1 is called first. A bound is absent where the provider does not give it."""

    who: str
    level: int
    from_ms: NotRequired[int]
    until_ms: NotRequired[int]


class OnCallDoc(TypedDict):
    """State of EntityKind.ONCALL (id: ``provider:id`` or ``rota:name``): who is on call by one schedule.

    ``names`` are all by which flows, jobs and owners may mean it: its id, its name, its services and teams.
    ``read_ms`` is when the provider said so; ``problem`` is set when it could not be asked since.
    """

    provider: str  # pagerduty, opsgenie, grafana, goalert, rota
    name: str
    names: list[str]
    now: list[ShiftDoc]
    next: NotRequired[list[ShiftDoc]]
    read_ms: int
    origin: str
    url: NotRequired[str]
    problem: NotRequired[str]
    removed: NotRequired[bool]


class ModelVersionDoc(TypedDict):
    """One version of a model in a registry or a file."""

    version: str
    created_ms: NotRequired[int]
    status: NotRequired[str]  # READY, PENDING_REGISTRATION, FAILED_REGISTRATION
    stage: NotRequired[str]  # production, staging, archived: the deprecated stages, or what a file says
    aliases: list[str]
    run: NotRequired[str]
    by: NotRequired[str]
    trained_ms: NotRequired[int]  # when training ended
    evaluated_ms: NotRequired[int]  # the newest time
    evaluations_ms: NotRequired[list[int]]  # the first and the newest that are known, oldest first
    promoted_ms: NotRequired[int]  # as somebody says; changes of aliases that we saw are events
    whole_days: NotRequired[list[str]]  # of the times here those that are known to the day: "trained_ms"
    evaluated_on: NotRequired[str]  # revision of the data
    metrics: NotRequired[dict[str, float]]
    inputs: NotRequired[list[str]]  # columns of its signature
    tags: NotRequired[dict[str, str]]
    origin: str


class ModelDoc(TypedDict):
    """State of EntityKind.MODEL (id: the model's name): what a registry, cards and files say of a model, merged.

    ``production`` is the version that the registry calls so: by the alias ``production``, ``prod``, ``champion`` or
    ``live``, by the stage Production, or as a file says.
    """

    owner: str | None
    production: str | None
    aliases: dict[str, str]  # alias -> version
    versions: list[ModelVersionDoc]  # newest first, all that an alias names among them
    inputs: NotRequired[list[str]]  # names of the data flows that it answers from
    jobs: NotRequired[list[str]]  # namespace/job that serve it
    retrain_every_s: NotRequired[float | None]
    evaluation_max_age_s: NotRequired[float | None]
    rollout_s: NotRequired[float | None]  # how long after a promotion old and new may run side by side
    on_call: NotRequired[str | None]
    origin: str
    said: NotRequired[dict[str, list[SaidDoc]]]
    doubts: NotRequired[list[DoubtDoc]]
    removed: NotRequired[bool]


class IndicatorDoc(TypedDict):
    """How a KPI is read from Prometheus: a ratio of good (or bad) to all, or a value held against a limit."""

    kind: Literal["ratio", "threshold"]
    good: NotRequired[str]  # PromQL
    bad: NotRequired[str]
    total: NotRequired[str]
    value: NotRequired[str]
    op: NotRequired[Literal["lt", "lte", "gt", "gte"]]
    limit: NotRequired[float]
    counter: NotRequired[bool]  # good, bad and total only ever grow
    origins: NotRequired[dict[str, str]]  # file:line of good, bad, total and value
    unread: NotRequired[str]  # why it cannot be read from Prometheus: it names another source


class MeasuredDoc(TypedDict):
    """What a KPI came to in its window. None where too little was seen to tell; ``why`` says so."""

    at_ms: int
    from_ms: int
    attainment: float | None  # 0 to 1
    budget_left: float | None  # 1: untouched, 0: used up, below 0: overspent
    burn: float | None  # how many times as fast as the budget allows, over the last hour or the window's 5%
    coverage: float  # of the window, 0 to 1, that was seen
    why: str


class KpiDoc(TypedDict):
    """State of EntityKind.KPI (id: its name): an objective, and how it stands."""

    title: str
    about: Literal["model output", "model input", "system"]
    subject: str  # "model:answer-8b", "flow:docs.price", "job:llm-prod/answerer", "service:answers"; empty if unknown
    target: float  # 0 to 1
    window_s: float
    calendar: NotRequired[str]  # when the window begins anew: its start, unit and time zone in words
    method: Literal["occurrences", "timeslices", "ratio timeslices"]
    slice_target: NotRequired[float]
    slice_s: NotRequired[float]
    indicator: IndicatorDoc
    owner: NotRequired[str | None]
    review_every_s: NotRequired[float | None]
    last_review_ms: NotRequired[int | None]  # as a file says
    measured: NotRequired[MeasuredDoc]
    origin: str
    doubts: NotRequired[list[DoubtDoc]]
    removed: NotRequired[bool]
