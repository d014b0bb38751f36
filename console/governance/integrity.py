"""Is what comes out of a data flow what went in? Counts in against counts out, stage by stage, with what was lost.

Stages are those that the flow declares; where it declares none they are found by what the names of its signals say
(``flowwords.py``). Both sides of a comparison are counted over the time in which both were seen. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from console.governance.counting import MOST_STEPS, Count, Counted, both, length_s, risen, step_ms, without
from console.governance.flowcounts import Hop, Integrity, Lost, StageCount
from console.governance.flowstages import Stage, stages_of
from console.governance.flowwords import REPEATS, is_age, is_waiting
from console.governance.shapes import FlowDoc

__all__ = ["Counted", "Hop", "Integrity", "Lost", "StageCount", "integrity"]


_ON_ITS_WAY = 1.0
"""So many things may have been counted on one side and not yet on the other: the one that is worked on."""


def integrity(flow: FlowDoc | None, series: Sequence[Counted], from_ms: int, to_ms: int) -> Integrity:
    """What came of a flow in a time (unix ms). ``series`` are the signals that belong to it (``belonging.py``)."""
    stages = stages_of(flow, series)
    count = Count(from_ms, to_ms)
    waiting = _waiting(series, from_ms, to_ms)
    counts = tuple(_counted(stage, count, waiting) for stage in stages)
    hops = tuple(_hops(stages, max(waiting.values(), default=0.0), count))
    promised = flow.get("completeness") if flow else None
    complete, bound = _complete(stages, counts, hops)
    is_complete = None if complete is None or promised is None else complete + (bound or 0.0) >= promised
    if promised is not None and any(_refutes(stage, promised) for stage in counts):
        is_complete = False
    promise_s = flow.get("freshness_s") if flow else None
    freshness_s = _freshness(series, to_ms)
    return Integrity(
        stages=counts,
        hops=hops,
        losses=_largest(stage.losses for stage in counts),
        repeats=_largest(stage.repeats for stage in counts),
        complete=complete,
        complete_bound=bound,
        is_complete=is_complete,
        freshness_s=freshness_s,
        is_fresh=None if freshness_s is None or promise_s is None else freshness_s <= promise_s,
        from_ms=from_ms,
        to_ms=to_ms,
    )


def _counted(stage: Stage, count: Count, waiting: Mapping[str, float]) -> StageCount:
    in_spans, out_spans = count.spans(stage.ins), count.spans(stage.outs)
    ins, outs = count.amount(stage.ins, in_spans), count.amount(stage.outs, out_spans)
    losses = {kind: _lost_of(series, count) for kind, series in stage.losses.items()}
    whole_s = (count.to_ms - count.from_ms) / 1000
    seen_s = [length_s(spans) for side, spans in ((stage.ins, in_spans), (stage.outs, out_spans)) if side]
    lost = _between(stage.ins, stage.outs, count)
    if lost is not None and stage.entity in waiting:  # a queue: what waits in it is not lost
        lost = lost._replace(bound=lost.bound + waiting[stage.entity])
    return StageCount(
        name=stage.name,
        ins=None if ins is None else ins.things,
        outs=None if outs is None else outs.things,
        losses={kind: lost for kind, lost in losses.items() if kind not in REPEATS},
        unseen_s=max(0.0, whole_s - min(seen_s, default=0.0)),
        lost=lost,
        repeats={kind: lost for kind, lost in losses.items() if kind in REPEATS},
        kind=stage.kind,
        entity=stage.entity,
        things=stage.things,
        shared=stage.shared,
        declared=stage.declared,
    )


def _between(ins: Sequence[Counted], outs: Sequence[Counted], count: Count) -> Lost | None:
    came_in = count.spans(ins)
    spans = both(came_in, count.spans(outs))
    came, went = count.amount(ins, spans), count.amount(outs, spans)
    if came is None or went is None:
        return None
    alone = count.amount(ins, without(came_in, spans))
    return Lost(
        things=came.things - went.things,
        bound=came.bound + went.bound + _ON_ITS_WAY,
        ins=came.things,
        outs=went.things,
        seen_s=came.seen_s,
        unaccounted=0.0 if alone is None else alone.things,
    )


def _lost_of(series: Sequence[Counted], count: Count) -> float | None:
    """Rates are integrated, each over what was seen of it; of levels the rises count."""
    found: list[float] = []
    for one in series:
        if one.signal.unit == "/s":
            alone = count.amount([one], count.spans([one]))
            found += [] if alone is None else [alone.things]
        else:
            rise = risen(one, count.from_ms, count.to_ms)
            found += [] if rise is None else [rise]
    return sum(found) if found else None


def _waiting(series: Sequence[Counted], from_ms: int, to_ms: int) -> dict[str, float]:
    """The most that waited at the begin or at the end of a time, by queue or consumer: it was sent and has not come, or
    has come and was sent before. What waits to be taken and what is taken and not done adds up."""
    found: dict[str, tuple[float, float]] = {}
    for one in series:
        if is_waiting(one.signal):
            step = MOST_STEPS * step_ms(one)
            edges = [
                max((v for at, v in zip(one.times_ms, one.values, strict=True) if abs(at - edge) <= step), default=0.0)
                for edge in (from_ms, to_ms)
            ]
            begin, end = found.get(str(one.signal.entity), (0.0, 0.0))
            found[str(one.signal.entity)] = (begin + max(0.0, edges[0]), end + max(0.0, edges[1]))
    return {entity: max(edges) for entity, edges in found.items()}


def _hops(stages: Sequence[Stage], waiting: float, count: Count) -> list[Hop]:
    """From each stage to those of the next place that count the same things; shared ones are passed over, since what
    others put in stands in their counts too."""
    own = [stage for stage in stages if not stage.shared]
    found = []
    for at, sender in enumerate(own):
        later = [stage.place for stage in own[at + 1 :] if stage.place > sender.place and stage.ins]
        for receiver in own[at + 1 :]:
            if not later or receiver.place != min(later) or not sender.outs or not _alike(sender, receiver):
                continue
            lost = _between(sender.outs, receiver.ins, count)
            if lost is not None:
                found.append(Hop(sender.name, receiver.name, lost._replace(bound=lost.bound + waiting)))
    return found


def _alike(one: Stage, other: Stage) -> bool:
    return not one.things or not other.things or one.things == other.things


def _complete(
    stages: Sequence[Stage], counts: Sequence[StageCount], hops: Sequence[Hop]
) -> tuple[float | None, float | None]:
    """The share that goes out at last of what came in at first, and its bound: the shares of the stages and of what
    lies between, one after the other. None where a part of the way is not seen, or the way parts.

    Where more comes than was sent (things are delivered twice), that makes good for no loss elsewhere.
    """
    own = [(stage, count) for stage, count in zip(stages, counts, strict=True) if not stage.shared]
    way: list[Lost] = []
    for stage, count in own:
        leaving = [hop.lost for hop in hops if hop.sender == stage.name]
        if (stage.ins and stage.outs and count.lost is None) or len(leaving) > 1:
            return None, None
        way += [*([count.lost] if count.lost is not None else []), *leaving]
    if not way or any(lost.ins <= 0 or lost.unaccounted > lost.bound for lost in way):
        return None, None
    share, bound = 1.0, 0.0
    for lost in way:
        share *= min(1.0, max(0.0, lost.outs / lost.ins))
        bound += lost.bound / lost.ins
    return share, bound


def _refutes(stage: StageCount, promised: float) -> bool:
    """Whether what a stage counts as lost for good is by itself more than may be lost."""
    lost = stage.gone[0] if stage.gone else 0.0
    return stage.ins is not None and not stage.shared and lost > (1.0 - promised) * stage.ins


def _freshness(series: Sequence[Counted], to_ms: int) -> float | None:
    """The age of the newest thing by the counter that sees it oldest; one that was not seen of late says nothing."""
    ages = []
    for one in series:
        if not is_age(one.signal) or one.shared or not one.times_ms:
            continue
        late_ms = to_ms - one.times_ms[-1]
        if 0 <= late_ms <= max(MOST_STEPS * step_ms(one), 30_000):
            ages.append(one.values[-1] + late_ms / 1000)
    return max(ages) if ages else None


def _largest(by_stage: Iterable[Mapping[str, float | None]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for kinds in by_stage:
        for kind, count in kinds.items():
            if count is not None:
                found[kind] = max(found.get(kind, 0.0), count)
    return found
