"""What came of a data flow as stages of a funnel, with their words. Pure."""

from __future__ import annotations

from console.format import NOTHING, count, duration
from console.governance.integrity import Hop, Integrity, StageCount
from console.screens.drill.keys import entity_of
from widgets.funnel import Amount, FunnelStage
from widgets.text import Span

_DOUBT = 0.0005  # less of it is not told
_LOSES = 0.05  # from which share on a loss is bad, and not only to be looked at


def funnel_stages(told: Integrity) -> list[FunnelStage]:
    """Each stage of a flow with what it lost, and what was lost on the way to it."""
    hops = {hop.receiver: hop for hop in told.hops}
    return [_stage(at, stage, hops.get(stage.name), told) for at, stage in enumerate(told.stages)]


def _stage(at: int, stage: StageCount, hop: Hop | None, told: Integrity) -> FunnelStage:
    counted = max((value for value in stage.losses.values() if value), default=0.0)
    gone = stage.lost.things if stage.lost is not None and stage.lost.matches is False else 0.0
    lost = max(gone, counted) if stage.lost is not None or stage.losses else None
    missing = max(0.0, gone - sum(value or 0.0 for value in stage.losses.values()))
    unseen = stage.ins is None and stage.outs is None
    return FunnelStage(
        key=f"{at} {stage.name}",
        name=stage.name,
        health=_health(stage, hop, gone, counted, edge=_is_edge(at, stage, len(told.stages))),
        ins=_amount(stage.ins),
        outs=_amount(stage.outs),
        lost=_amount(lost)._replace(value=_drawn(stage, lost, gone, missing)),
        missing=missing,
        share=_share(stage),
        note=_note(stage, hop, missing, told),
        word="" if not unseen else "not seen in this time" if stage.declared else "nothing counts it",
    )


def _drawn(stage: StageCount, lost: float | None, gone: float, missing: float) -> float | None:
    """How much of a bar is lost. Where both ends were counted it is what is between them: what else was thrown out had
    not come in there."""
    if lost is None:
        return None
    return max(0.0, (gone if stage.lost is not None else lost) - missing)


def _amount(value: float | None) -> Amount:
    return Amount(None, NOTHING) if value is None else Amount(max(0.0, value), count(max(0.0, value)))


def _share(stage: StageCount) -> str:
    if stage.lost is None or stage.lost.ins <= 0:
        return ""
    return f"{stage.lost.outs / stage.lost.ins:.0%}"


def _is_edge(at: int, stage: StageCount, count: int) -> bool:
    """Whether it has but one end to count: where a flow begins nothing comes in, where it ends nothing goes out."""
    return (at == 0 and stage.outs is not None) or (at == count - 1 and stage.ins is not None)


def _health(stage: StageCount, hop: Hop | None, gone: float, counted: float, *, edge: bool) -> str:
    """What is not known to be well is not drawn so: one end that nobody saw leaves it unknown."""
    between = max(0.0, hop.lost.things) if hop is not None and hop.lost.matches is False else 0.0
    lost = max(gone, counted, between)
    whole = stage.ins or (hop.lost.ins if hop is not None else 0.0) or (stage.outs or 0.0) + lost
    if lost > 0:
        return "bad" if not whole or lost / whole >= _LOSES else "warn"
    known = edge if stage.lost is None else stage.lost.matches is not None
    return "ok" if known else "unknown"


def _note(stage: StageCount, hop: Hop | None, missing: float, told: Integrity) -> str:
    """All that the bar and the columns have no room for."""
    whole_s = (told.to_ms - told.from_ms) / 1000
    said = [f"{kind} {'not seen' if value is None else count(value)}" for kind, value in stage.losses.items()]
    parts = ["lost: " + ", ".join(said)] if said else []
    if missing > 0:
        parts.append(f"{count(missing)} came in and are nowhere: waiting, or lost")
    repeats = [f"{kind} {'not seen' if value is None else count(value)}" for kind, value in stage.repeats.items()]
    parts += ["came more than once: " + ", ".join(repeats)] if repeats else []
    if stage.lost is not None and stage.lost.things < -stage.lost.bound:
        parts.append(f"{count(-stage.lost.things)} more came out than went in")
    if hop is not None and hop.lost.matches is False:
        way = f"on the way here from {hop.sender}"
        parts.append(f"{count(abs(hop.lost.things))} {'lost' if hop.lost.things > 0 else 'too many'} {way}")
    if stage.unseen_s > 0:
        parts.append(f"not seen for {duration(stage.unseen_s)} of {duration(whole_s)}")
    if stage.shared:
        parts.append("its counters count other flows, too")
    entity = entity_of(stage.entity)
    parts += [f"{entity.kind.value} {entity.id}"] if entity is not None else []
    return "; ".join(parts)


def funnel_title(told: Integrity | None) -> tuple[list[Span], list[Span]]:
    """The title with its window; at the right what of all that came arrived."""
    if told is None:
        return [Span("Stages")], []
    title = [Span(f"Stages, the last {duration((told.to_ms - told.from_ms) / 1000)}")]
    if not told.seen:
        return title, [Span("nothing of it was counted", "unknown")]
    if told.complete is None:
        return title, [Span("not seen from end to end", "unknown")]
    role = {True: "ok", False: "bad"}.get(told.is_complete, "muted")  # type: ignore[arg-type]
    bound = told.complete_bound or 0.0
    doubt = f" ±{bound:.1%}" if bound >= _DOUBT else ""
    return title, [Span(f"{told.complete:.1%}{doubt} of what comes in goes out", role)]


def stage_opens(told: Integrity, key: str) -> str:
    """What enter on a stage opens: the key of its entity; empty where it names none."""
    at, _, _ = key.partition(" ")
    stage = told.stages[int(at)]
    return stage.entity if entity_of(stage.entity) is not None else ""
