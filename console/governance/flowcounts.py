"""What came of a data flow in a time: the counts of its stages, what was lost in and between them, how old it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from console.governance.flowwords import FINAL


class Lost(NamedTuple):
    """What went in and did not come out, give or take ``bound``; both counted over the same ``seen_s`` seconds.

    It is below zero where more came out than went in. ``unaccounted`` went in while nobody saw what came out, and is
    not in the other numbers. ``ratio`` is of what went in, None where nothing did.
    """

    things: float
    bound: float
    ins: float
    outs: float
    seen_s: float
    unaccounted: float = 0.0

    @property
    def ratio(self) -> float | None:
        return self.things / self.ins if self.ins > 0 else None

    @property
    def matches(self) -> bool | None:
        """Whether the two counts are the same as far as can be told; None where too much is unaccounted for."""
        if abs(self.things) > self.bound:
            return False
        return True if self.unaccounted <= self.bound else None


class StageCount(NamedTuple):
    """One stage of a flow in a time: things that came in and went out, None where no counter was seen.

    ``losses`` are things counted as not going on, by kind (``dead letters``, ``rejects``), None where a counter that
    is declared was not seen. Several kinds may count the same things, so they do not add up. ``repeats`` are things
    that came more than once. ``unseen_s`` is how much of the time was not seen: of all its counters the worst.
    ``shared`` marks a stage that counts other flows as well: a queue with several publishers.
    """

    name: str
    ins: float | None
    outs: float | None
    losses: Mapping[str, float | None]
    unseen_s: float
    lost: Lost | None = None
    repeats: Mapping[str, float | None] = {}
    kind: str = ""
    entity: str = ""
    things: str = ""
    shared: bool = False
    declared: bool = False

    @property
    def gone(self) -> tuple[float, str] | None:
        """How many things are counted as not going on, and as what; None where none are. What is rejected may be tried
        again and be counted each time, so where dead letters are counted these say how many it were in the end."""
        counted = ((self.losses.get(kind) or 0.0, kind) for kind in FINAL)
        return next(((many, kind) for many, kind in counted if many >= 1), None)

    @property
    def loses(self) -> bool | None:
        """Whether things surely do not go on: they are counted as lost, or fewer came out than went in. None where
        that cannot be told."""
        if self.gone is not None:
            return True
        if self.lost is None:
            return None
        return self.lost.matches if self.lost.matches is None else not self.lost.matches and self.lost.things > 0


class Hop(NamedTuple):
    """From what one stage sent to what the next one got: what was lost between them."""

    sender: str
    receiver: str
    lost: Lost


class Integrity(NamedTuple):
    """A flow in a time. ``losses`` and ``repeats`` are the largest of the stages' own, by kind.

    ``complete`` is the share of what came in at first that went out at last, give or take ``complete_bound``;
    ``freshness_s`` the age of its newest thing at the end of the time. ``is_complete`` and ``is_fresh`` hold them
    against what was promised; all of these are None where it was not seen, or nothing was promised.
    """

    stages: tuple[StageCount, ...]
    hops: tuple[Hop, ...]
    losses: Mapping[str, float]
    repeats: Mapping[str, float]
    complete: float | None
    complete_bound: float | None
    is_complete: bool | None
    freshness_s: float | None
    is_fresh: bool | None
    from_ms: int
    to_ms: int

    @property
    def seen(self) -> bool:
        """Whether anything of the flow was counted at all."""
        return any(stage.ins is not None or stage.outs is not None for stage in self.stages)

    @property
    def mismatches(self) -> tuple[StageCount, ...]:
        """Stages whose out-count is surely not their in-count, by these counts or by what they count as lost."""
        return tuple(
            stage for stage in self.stages if stage.loses or (stage.lost is not None and stage.lost.matches is False)
        )
