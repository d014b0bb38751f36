"""What analysis looks at: everything that was known at one moment, as arrays and plain facts.

Nothing in a scene is later than its ``at_ms``; whoever makes one sees to that (``console/scenes/``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from console.analysis.answerers import Answerers
from console.findings import GapDoc, OwnershipDoc
from console.signals import EntityRef, Health, Signal

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Slots = npt.NDArray[np.int64]


class Grid(NamedTuple):
    """Signals on one grid of time.

    ``values`` is signals x slots, NaN where nothing was seen (a gap stays a gap). Slot ``k`` ends at ``times_ms[k]``
    and holds the newest value seen in the ``step_ms`` before. ``first`` is the first slot of the window in which
    onsets are looked for; what lies before it is past, and serves as baseline.
    """

    times_ms: Slots
    step_ms: int
    values: Floats
    first: int


class Alarm(NamedTuple):
    """What shouted: an alert that fired, or a failure that Nomad told. ``until_ms`` is None while it lasts."""

    at_ms: int
    what: str  # short: "NodeDown", "fra1-gpu-02 is down"
    entity: EntityRef  # what it is about: the node, the job, the model; the alert itself where nothing else is known
    source: str
    health: Health
    until_ms: int | None = None


class Change(NamedTuple):
    """What somebody did, and what may be a fix: a job version, a scaling, a restart, a marked action."""

    at_ms: int
    what: str  # "indexer version 1 registered: env INPUT_CHECKS changed"
    entity: EntityRef
    kind: str  # version, revert, scaling, restart, stop, action
    changes: Sequence[str] = ()  # "env INPUT_CHECKS"


class Link(NamedTuple):
    """Trouble at ``cause`` can show at ``effect``. ``why`` says how that is known; a guess weighs less."""

    cause: EntityRef
    effect: EntityRef
    why: str
    guessed: bool = False


class Topology(NamedTuple):
    """What can act on what. ``calls`` is True where it is a graph of calls (caller depends on callee)."""

    links: Sequence[Link] = ()
    calls: bool = False


class Omission(NamedTuple):
    """What was not looked at, and why: said in every verdict, never a silent zero."""

    what: str
    why: str


class Scene(NamedTuple):
    """All that was known at ``at_ms`` about the window that ends there."""

    at_ms: int
    from_ms: int
    signals: Sequence[Signal]
    grid: Grid
    topology: Topology = Topology()
    alarms: Sequence[Alarm] = ()
    changes: Sequence[Change] = ()
    ownership: Sequence[OwnershipDoc] = ()
    answerers: Answerers = Answerers()
    gaps: Sequence[GapDoc] = ()
    omitted: Sequence[Omission] = ()
    symptom: str | None = None  # key of the signal that was asked about; None: find one
    names: Mapping[EntityRef, str] = {}  # what a person calls an entity, where its id is no name
    plain: bool = False  # entities are written by their id alone (a CSV of one's own names)
