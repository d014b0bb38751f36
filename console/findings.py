"""The shapes of findings: what analysis says, as the answer of ``explain``, as the body of a FINDING record, and as
what screens read. Plain JSON; times are RFC 3339 in UTC, so that a document means the same wherever it is read.
"""

# No postponed annotations here: each of them would be compiled at every start.
from typing import Literal, NotRequired, TypedDict

SpanDoc = TypedDict("SpanDoc", {"from": str, "to": str | None})  # "to" is None while it lasts


class AlarmDoc(TypedDict):
    """What shouted first."""

    at: str
    what: str
    entity: str
    source: str
    name: NotRequired[str]  # what a person calls the entity


class MoverDoc(TypedDict):
    """A signal that moved, with the interval in which it did."""

    signal: str  # its key
    name: str  # what a person calls it: "docs.partner schema failures"
    entity: str
    pane: str
    onset: str
    onset_earliest: str
    onset_latest: str
    direction: str  # up, down
    score: float  # 0 to 1
    p_value: float | None


# Whether what alarmed first points the wrong way.
MisleadingDoc = TypedDict("MisleadingDoc", {"is": bool, "why": str})


class FourthSignalDoc(TypedDict):
    """The interaction of a model signal with an ingestion signal. ``hidden``: each alone is inside its limits."""

    model_signal: str
    ingestion_signal: str
    text: str  # one sentence: "quality falls 40 s after lag rises, in 4 of 4 episodes"
    lag_s: float
    strength: float  # 0 to 1
    p_value: float | None
    hidden: bool
    episodes: list[SpanDoc]


class RankedDoc(TypedDict):
    """One line of the ranking: a signal that moved with the symptom."""

    rank: int
    signal: str
    name: str
    entity: str
    pane: str
    score: float
    onset: str | None
    onset_earliest: NotRequired[str | None]
    onset_latest: NotRequired[str | None]
    lag_s: float | None  # by how much it came after (negative: before) the symptom
    lag_doubt_s: NotRequired[float | None]  # a lag within this is the same moment
    p_value: float | None
    direction: str
    why: str


class FixDoc(TypedDict):
    """What a change did: helped, no change, worse, too early."""

    at: str
    what: str
    entity: str
    effect: str
    text: str  # one sentence with numbers
    changes: list[str]
    side_effects: list[str]


class PersonDoc(TypedDict):
    """Who is on call at the time of the verdict. ``name`` is empty where the schedule is known and has nobody;
    ``problem`` says why, or what makes the name doubtful."""

    name: str
    schedule: str
    as_of: str  # when the schedule said so
    age_s: float  # how long ago that was
    until: str | None
    problem: str


class OwnershipDoc(TypedDict):
    """Who answers for a data flow that is part of the verdict."""

    flow: str
    owner: str | None
    on_call: str | None
    problems: list[str]
    person: NotRequired[PersonDoc | None]


class LeadDoc(TypedDict):
    """Somebody to ask about what nobody answers for, or about what was done to it."""

    what: str  # deployed, consumes, answers from it
    text: str  # "partner-feed version 1", "indexer consumes it"
    job: str  # namespace/job, or the model that answers from it
    who: str | None  # who deployed it (a name, or the accessor of a token), or who is to be asked
    at: str | None  # when it was deployed
    owner: str | None
    on_call: str | None
    person: PersonDoc | None


class ResponsibleDoc(TypedDict):
    """Who answers for what moved first. ``leads`` are in the order of their use, the most useful first."""

    flow: str  # what is to be answered for: a flow, a job or a model, as a person calls it
    entity: str
    job: str | None  # the job behind it
    guessed: bool  # only its name says that the job makes the flow
    owner: str | None
    on_call: str | None
    person: PersonDoc | None
    problems: list[str]
    leads: list[LeadDoc]


GapDoc = TypedDict("GapDoc", {"source": str, "from": str, "to": str | None, "why": str})


class OnsetDoc(TypedDict):
    """When a signal that belongs to the verdict left its range: a mark on the time strip."""

    signal: str
    name: str
    pane: str
    at: str


class OmissionDoc(TypedDict):
    """What was not looked at, and why."""

    what: str
    why: str


class VerdictDoc(TypedDict):
    """What analysis says: the answer of ``explain`` and the body of a FINDING record named ``verdict``.

    Times are RFC 3339 in UTC. ``confidence`` goes from 0 to 1, with ``confidence_word`` (low, medium, high).
    ``changed`` says what changed its mind since the verdict before it on the tape; empty on the first.
    """

    at: str
    window: SpanDoc
    state: Literal["quiet", "suspect", "incident"]
    headline: str
    confidence: float
    confidence_word: str
    symptom: MoverDoc | None
    symptom_episodes: list[SpanDoc]
    first_alarm: AlarmDoc | None
    first_mover: MoverDoc | None
    lead_s: float | None  # first alarm minus first mover; negative: the alarm came first
    lead_text: str  # "2 min 40 s before", "the same moment as"; empty where there is none
    misleading: MisleadingDoc
    fourth_signal: FourthSignalDoc | None
    ranked: list[RankedDoc]
    fixes: list[FixDoc]
    ownership: list[OwnershipDoc]
    responsible: NotRequired[ResponsibleDoc | None]  # absent where an older version said it
    gaps: list[GapDoc]
    onsets: list[OnsetDoc]
    evidence_for: list[str]
    evidence_against: list[str]
    not_seen: list[OmissionDoc]
    changed: list[str]
