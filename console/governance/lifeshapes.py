"""What is known of a model's life, its stages, and what is out of order: the shapes that ``lifecycle`` speaks in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from console.governance.running import Running
from console.governance.shapes import FlowDoc, ModelDoc

Clock = Literal["data", "model", "operations"]


class DataChange(NamedTuple):
    """The schema of a flow changed (``schema change``), or its contract got another version (``contract``)."""

    flow: str
    what: Literal["schema change", "contract"]
    at_ms: int
    text: str
    origin: str
    unsure_ms: int = 0  # it happened within so long after at_ms


class Backlog(NamedTuple):
    """A flow was behind. ``until_ms`` None: it still is."""

    flow: str
    from_ms: int
    until_ms: int | None
    text: str
    origin: str


class Promotion(NamedTuple):
    """An alias was seen to move to a version; before that it named ``before``, empty if nothing."""

    version: str
    alias: str
    at_ms: int  # not before this
    origin: str
    before: str = ""
    by: str = ""
    unsure_ms: int = 0  # it happened within so long after at_ms: nobody looked meanwhile


class Deploy(NamedTuple):
    """A version of a job went out with a version of the model, empty where nobody says which."""

    job: str
    job_version: int
    version: str
    at_ms: int
    origin: str
    healthy_ms: int | None = None
    failed_ms: int | None = None
    back_to: int | None = None  # it is a roll-back to this version of the job


class LifecycleFacts(NamedTuple):
    """What is known of one model as of ``now_ms``. ``flows`` are its inputs and what these are made of."""

    model: str
    now_ms: int
    doc: ModelDoc | None
    flows: Mapping[str, FlowDoc] = {}
    changes: Sequence[DataChange] = ()
    backlogs: Sequence[Backlog] = ()
    promotions: Sequence[Promotion] = ()
    deploys: Sequence[Deploy] = ()
    running: Sequence[Running] = ()


class Stage(NamedTuple):
    """A moment (``until_ms`` None) or an interval on the axis. ``open``: it goes on, ``until_ms`` is now.

    ``what`` is one of: schema change, contract, backlog, trained, evaluated, promoted, deployed, healthy, rolled back,
    failed. ``subject`` is the flow, model version or job that it is about.
    """

    clock: Clock
    what: str
    at_ms: int
    until_ms: int | None
    text: str
    origin: str
    subject: str = ""
    version: str = ""  # of the model
    unsure_ms: int = 0  # it happened within so long after at_ms
    open: bool = False


class Violation(NamedTuple):
    """``later`` is where it should not be: it came before ``earlier``, or ``earlier`` never came (None).

    ``text`` names both and by how much.
    """

    text: str
    earlier: Stage | None
    later: Stage
    rule: str  # "evaluated before schema change", "deployed during backlog" ...


class Lifecycle(NamedTuple):
    """All stages in order of time, and what is out of order."""

    stages: Sequence[Stage]
    violations: Sequence[Violation]
