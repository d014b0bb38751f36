"""What a generated story is made of: what was seen, and what truly happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from console.analysis.scene import Alarm, Change
from console.findings import GapDoc
from console.signals import EntityRef, Record, Signal

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Times = npt.NDArray[np.int64]


class Samples(NamedTuple):
    """What was seen of one signal; times rise strictly."""

    times_ms: Times
    values: Floats


class TrueFix(NamedTuple):
    """A change that was meant to help, and what it truly did: helped, no change, worse."""

    at_ms: int
    entity: EntityRef
    effect: str


class Truth(NamedTuple):
    """What truly happened.

    ``causes`` are the keys of the signals of which any is right as first mover: those of the entity where it began
    that moved at once, and neighbours that nobody can tell apart at their sampling. ``affected`` is all that moved for
    the same reason, ``symptoms`` those of them that users feel. ``onset_ms`` is when the fault began, ``end_ms`` when
    it was over, ``seen_ms`` when the first of ``causes`` had moved by one standard deviation of its noise,
    ``symptom_ms`` when one of ``symptoms`` showed three, ``shown_ms`` when it had done so for a minute in all.
    ``fourth``: trouble of ingestion went over into trouble of a model. ``withheld`` is "" or what is not on the tape:
    "cause" (the next of the chain are, and count as ``causes``) or "all" but the symptoms. ``misleads`` is None where
    nothing alarmed.
    """

    quiet: bool
    withheld: str
    causes: frozenset[str]
    affected: frozenset[str]
    symptoms: frozenset[str]
    onset_ms: int
    seen_ms: int
    symptom_ms: int
    shown_ms: int
    end_ms: int
    shape: str
    sigmas: float
    fourth: bool
    misleads: bool | None
    fixes: Sequence[TrueFix]
    decoys: frozenset[str]
    varied: frozenset[str]


class Story(NamedTuple):
    """A seeded story. ``records`` are what its sources told (documents and events), ``alarms`` and ``changes`` what
    those mean, for scenes that are made without a tape."""

    seed: int
    kind: str
    from_ms: int
    end_ms: int
    signals: Sequence[Signal]
    samples: Sequence[Samples]
    records: Sequence[Record]
    alarms: Sequence[Alarm]
    changes: Sequence[Change]
    gaps: Sequence[GapDoc]
    truth: Truth
