"""What the audit judges: everything that was known at one moment about flows, models, promises and those who answer.

Nothing in it is later than its ``at_ms``; whoever makes it (``console/scenes/audit/``) sees to that. Times are unix ms.
What was not seen is absent or None, and a rule that needs it says so: unknown never passes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from console.documents import JobDoc
from console.governance.auditshapes import WaiverDoc
from console.governance.integrity import Integrity
from console.governance.lifeshapes import Promotion
from console.governance.oncall import OnCallNow
from console.governance.reviews import Review
from console.governance.running import Running
from console.governance.shapes import ContractDoc, FlowDoc, KpiDoc, ModelDoc, OwnerDoc
from console.signals import EntityRef


class Way(NamedTuple):
    """How a flow reaches a model that runs. ``through`` names what lies between, in order."""

    model: str
    through: Sequence[str]
    guessed: bool  # at least one step is known by names only
    why: str = ""  # how the guessed step is known


class FlowFacts(NamedTuple):
    """One data flow. ``doc`` is the whole one: what files say and what the meta of its producer says."""

    name: str
    called: str  # what a person calls it: "partner (llm-prod/partner-feed)"
    aliases: Sequence[str]  # subjects that mean it, too: "job:llm-prod/partner-feed"
    doc: FlowDoc
    asked: Sequence[str]  # what was read that could say who answers: "the meta of llm-prod/partner-feed"; may be empty
    producer: str | None = None
    guessed: str = ""  # how the producer is known, where it is a guess
    consumers: Sequence[str] = ()
    live: bool = False  # something was seen of it, or its producer runs
    ways: Sequence[Way] = ()
    owner: OwnerDoc | None = None  # whom its owner's name means
    on_call: OnCallNow | None = None
    contract: ContractDoc | None = None
    review: Review | None = None
    integrity: Integrity | None = None
    oldest_ms: int | None = None


class ModelFacts(NamedTuple):
    """One model that runs somewhere, or that a registry or a file calls production."""

    name: str
    doc: ModelDoc | None
    running: Sequence[Running] = ()
    flows: Sequence[str] = ()  # names of the flows that it answers from
    promotions: Sequence[Promotion] = ()  # of the aliases that mean production, in order of time
    watched_ms: int | None = None  # since when the registry's answers are on the tape
    job_owners: Mapping[str, str] = {}  # who owns the jobs that serve it
    oldest_ms: int | None = None

    @property
    def runs(self) -> bool:
        """Whether anybody says that it runs."""
        return bool(self.running)


class Deploy(NamedTuple):
    """The version of a job that runs now, and when somebody brought it. A revert brings back what ran before."""

    job: str
    version: int
    at_ms: int
    text: str
    by: str = ""
    revert: bool = False
    first: bool = False  # the job's first version: nothing ran before it
    compared: bool = False  # what it refused before and after was seen
    watched: bool = False  # something that is seen now tells whether the data that bears on it is behind
    consumes: Sequence[str] = ()  # names of the flows that it takes
    near: Mapping[str, str] = {}  # key of a signal of a backlog that bears on it -> how
    fix: str = ""  # what somebody wrote down about it as a fix
    oldest_ms: int | None = None


class Backlog(NamedTuple):
    """A time in which something was behind. ``until_ms`` is None while it lasts; ``seen_from`` False: it was behind
    already when it was first looked at; ``lost``: it still was when it was last seen, at ``until_ms``."""

    signal: str
    called: str  # "DOCS/indexer pending"
    entity: EntityRef
    from_ms: int
    until_ms: int | None
    text: str  # "up to 1.2k, more than the 50 of its promise"
    seen_from: bool = True
    lost: bool = False


class Step(NamedTuple):
    """What a job refuses rose soon after it was deployed."""

    job: str
    signal: str
    called: str
    flow: str | None
    at_ms: int
    before: float | None  # per second; None where nothing was counted before
    after: float


class Bump(NamedTuple):
    """The contract of a flow got another version."""

    flow: str
    at_ms: int
    before: str | None
    after: str | None


class Incident(NamedTuple):
    """What people declared. ``reviewed_ms`` is when its review was written down."""

    id: str
    text: str
    opened_ms: int
    closed_ms: int | None = None
    reviewed_ms: int | None = None
    owner: str = ""


class Intervention(NamedTuple):
    """A fix or an action that somebody wrote down before or while doing it."""

    at_ms: int
    entity: EntityRef
    text: str
    by: str = ""


class Action(NamedTuple):
    """Something that somebody promised to do."""

    id: str
    text: str
    owner: str
    due_ms: int
    subject: str


class Journal(NamedTuple):
    """What people said, folded; ``acks`` are by the entity that was acknowledged."""

    incidents: Sequence[Incident] = ()
    interventions: Sequence[Intervention] = ()
    actions: Sequence[Action] = ()  # those not done
    acks: Mapping[EntityRef, int] = {}


Source = Literal["files", "owners", "schedules", "registry", "kpis", "jobs", "signals", "journal"]


class AuditFacts(NamedTuple):
    """Everything as of ``at_ms``.

    ``read`` holds when each kind of source was last seen; one that nobody configured or that never answered is absent.
    """

    at_ms: int
    flows: Mapping[str, FlowFacts] = {}
    owners: Mapping[str, OwnerDoc] = {}
    names: Mapping[str, str] = {}  # by which owners and schedules go, as governance/disagree.py has them
    models: Mapping[str, ModelFacts] = {}
    kpis: Mapping[str, KpiDoc] = {}
    kpi_reviews: Mapping[str, Review] = {}
    jobs: Mapping[str, JobDoc] = {}
    deploys: Sequence[Deploy] = ()
    backlogs: Sequence[Backlog] = ()
    steps: Sequence[Step] = ()
    bumps: Sequence[Bump] = ()
    journal: Journal = Journal()
    waivers: Sequence[WaiverDoc] = ()
    read: Mapping[Source, int] = {}
    trouble: Mapping[Source, str] = {}  # why one that is configured is not seen now
