"""The vocabulary: what the console knows, in the words that code, screens and docs share.

Everything on a tape is either a *sample* of a *signal* or a *record* (an event, a state, a gap, a finding or a
journal entry) about an *entity*. This module imports nothing of ours and nothing heavy: every room speaks it. Named
tuples, not dataclasses: it is read before the first row is shown, and a dataclass takes seven times as long to make.

Times are unix milliseconds in UTC and say so in their names (``at_ms``); durations end in ``_s`` or ``_ms``.
"""

# No postponed annotations here: each of them would be compiled at every start.
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

_NONE: Mapping[str, Any] = {}


class Pane(StrEnum):
    """The four panes of equal weight."""

    SCHEDULING = "scheduling"
    MODELS = "models"
    INGESTION = "ingestion"
    OWNERSHIP = "ownership"


class Bad(StrEnum):
    """Which way a signal moves when things get worse."""

    UP = "up"
    DOWN = "down"
    EITHER = "either"


class Health(StrEnum):
    """The state of a row, a pane or a feed. Stale is never ok; unknown never passes."""

    BAD = "bad"
    WARN = "warn"
    STALE = "stale"
    UNKNOWN = "unknown"
    OK = "ok"


class EntityKind(StrEnum):
    """What a fact can be about. The comment gives the form of the entity's id."""

    NODE = "node"  # node id
    JOB = "job"  # namespace/job
    GROUP = "group"  # namespace/job/group
    ALLOCATION = "allocation"  # allocation id
    TASK = "task"  # allocation id/task
    DEPLOYMENT = "deployment"  # deployment id
    EVALUATION = "evaluation"  # evaluation id
    SERVICE = "service"  # namespace/service
    MODEL = "model"  # name, or name@version where a version is known
    TOPIC = "topic"  # topic, stream, queue or subject
    CONSUMER = "consumer"  # topic/consumer
    FLOW = "flow"  # name of the data flow
    OWNER = "owner"  # team
    ALERT = "alert"  # fingerprint
    TARGET = "target"  # a scraped address, host:port
    FEED = "feed"  # name of one of our feeds
    CONTRACT = "contract"  # id of the data contract
    ONCALL = "oncall"  # provider:schedule, or rota:name
    KPI = "kpi"  # name of the objective
    WAIVER = "waiver"  # rule and subject
    FINDING = "finding"  # rule and subject: what the audit says of one
    AUDIT = "audit"  # "audit": what it came to


class RecordKind(StrEnum):
    """The kinds of record on a tape."""

    EVENT = "event"  # something that happened at an instant
    STATE = "state"  # an entity's document as of a time; the newest by at_ms is in force
    GAP = "gap"  # a source was not seen
    FINDING = "finding"  # what analysis says
    JOURNAL = "journal"  # what a person said


class EntityRef(NamedTuple):
    """Identity of an entity: kind and stable id."""

    kind: EntityKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class Signal(NamedTuple):
    """One time series about an entity.

    ``key`` is unique on a tape, in Prometheus notation (``pending{consumer="DOCS/indexer"}``). ``name`` is what a
    person calls it (``pending``). ``unit`` is a UCUM-like short form: ``s``, ``1`` (a ratio), ``/s``, ``By``, ``%``,
    or ``""`` for a plain count. ``rank`` orders the numbers of one entity, lowest first. ``warn_at`` and ``bad_at``
    are limits in the unit, only where somebody published or configured one. ``window_s`` is the width of the rate
    window behind a value (0 for a plain gauge): an onset read from it trails by up to that much. ``labels`` are those
    of the source that identify or place the signal (``nomad_job``, ``source`` ...). ``guessed`` marks a signal that
    was placed by its name and not by a pack. ``expr`` is how it was read, for whoever wants to check.
    """

    key: str
    name: str
    entity: EntityRef
    pane: Pane
    unit: str = ""
    bad: Bad = Bad.EITHER
    source: str = ""
    rank: int = 100
    warn_at: float | None = None
    bad_at: float | None = None
    step_s: float = 0.0
    window_s: float = 0.0
    guessed: bool = False
    labels: Mapping[str, str] = _NONE
    expr: str = ""


class Sample(NamedTuple):
    """One observed value of a signal."""

    at_ms: int
    value: float


class Record(NamedTuple):
    """One thing that was seen, done or said.

    ``at_ms`` is the source's own time, ``seen_ms`` when the recorder learned of it. ``once`` is a key under which a
    source can deliver the same thing again (after a reconnect, by backfill) without it being stored twice; None where
    that cannot happen. ``seq`` is the tape's order, 0 before it is on a tape. ``body`` is JSON; its shape for states
    is in ``console/documents.py``; an event's body has at least ``text`` (one sentence) and ``severity``.
    """

    kind: RecordKind
    source: str
    entity: EntityRef
    name: str
    at_ms: int
    seen_ms: int
    body: Mapping[str, Any] = _NONE
    once: str | None = None
    seq: int = 0

    @property
    def minor(self) -> bool:
        """An event of which only somebody who looks at its entity wants to know: no mark, no line, no evidence."""
        return self.body.get("minor") is True


class Block(NamedTuple):
    """A small matrix of samples: ``values[i][j]`` is the value of ``signals[i]`` at ``times_ms[j]``.

    NaN where nothing was seen. One poll of a source is a block with one time; backfill is a block with many. Times
    rise strictly.
    """

    source: str
    signals: Sequence[Signal]
    times_ms: Sequence[int]
    values: Sequence[Sequence[float]]
