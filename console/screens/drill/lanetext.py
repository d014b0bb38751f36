"""A ranking and the samples for it as lanes, with their words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from console.findings import MoverDoc, RankedDoc, VerdictDoc
from console.format import clock, duration, number
from console.screens.drill.keys import entity_of
from console.screens.drill.text import called, owner
from console.screens.frame import Detail, LaneQuery, LaneTrace
from console.signals import Health
from console.tape.verdicts import unix_ms
from widgets.lanes import Lane, LaneAxis
from widgets.text import Span

SAME_MOMENT_S = 1.0


def axis_of(verdict: VerdictDoc, query: LaneQuery) -> LaneAxis:
    """The time of the ranking with the episodes of what was asked about."""
    episodes = tuple(
        (unix_ms(one["from"]), query.to_ms if one["to"] is None else unix_ms(one["to"]))
        for one in verdict["symptom_episodes"]
    )
    return LaneAxis(query.from_ms, query.to_ms, episodes)


def lanes_of(verdict: VerdictDoc, traces: Sequence[LaneTrace], symptom: str | None, name: str) -> list[Lane]:
    """What was asked about, then what moved with it by rank. ``name`` is what the first one is called otherwise."""
    by_key = {trace.key: trace for trace in traces}
    mover = verdict["symptom"]
    key = symptom or (mover["signal"] if mover is not None else None)
    moved = mover if mover is not None and mover["signal"] == key else None
    first = [_symptom_lane(key, moved, by_key.get(key), name)] if key is not None else []
    ranked = [one for one in verdict["ranked"] if one["signal"] != key]
    return [*first, *(_lane(one, by_key.get(one["signal"])) for one in ranked)]


def _symptom_lane(key: str, moved: MoverDoc | None, trace: LaneTrace | None, name: str) -> Lane:
    lane = _drawn(Lane(key, moved["name"] if moved is not None else name, role="bad"), trace)
    if moved is None:
        return lane._replace(lag="did not move", why="It stayed within its own past in this time.")
    words = {"up": "rose", "down": "fell"}
    onset, first, last = (moved["onset"], moved["onset_earliest"], moved["onset_latest"])
    why = f"{words.get(moved['direction'], 'moved')} at {clock(unix_ms(onset))}"
    if first != last:
        why += f", between {clock(unix_ms(first))} and {clock(unix_ms(last))}"
    return lane._replace(
        lag=clock(unix_ms(onset)),
        why=why,
        onset_ms=unix_ms(onset),
        earliest_ms=unix_ms(first),
        latest_ms=unix_ms(last),
    )


def _lane(one: RankedDoc, trace: LaneTrace | None) -> Lane:
    lane = Lane(
        key=one["signal"],
        name=one["name"],
        of=one["entity"] if (of := entity_of(one["entity"])) is None else owner(of),
        onset_ms=_maybe_ms(one["onset"]),
        earliest_ms=_maybe_ms(one.get("onset_earliest")),
        latest_ms=_maybe_ms(one.get("onset_latest")),
        rank=str(one["rank"]),
        lag=lag_text(one["lag_s"], one.get("lag_doubt_s")),
        score=number(one["score"], "1"),
        why=one["why"],
    )
    return _drawn(lane, trace)


def _maybe_ms(text: str | None) -> int | None:
    return None if text is None else unix_ms(text)


def _drawn(lane: Lane, trace: LaneTrace | None) -> Lane:
    return lane if trace is None else lane._replace(of=trace.of, values=trace.values, rising=trace.rising)


def lag_text(lag_s: float | None, doubt_s: float | None = None) -> str:
    """How long before or after: ``40s before``; within the doubt of both it is the same moment."""
    if lag_s is None:
        return ""
    if abs(lag_s) <= max(SAME_MOMENT_S, doubt_s or 0.0):
        return "same moment"
    return f"{duration(abs(lag_s))} {'before' if lag_s < 0 else 'after'}"


def lanes_title(name: str) -> list[Span]:
    """What the lanes are about."""
    return [Span(f"Moved with {name}" if name else "What moved")]


def lanes_status(verdict: VerdictDoc | None, total: int, *, waits: bool) -> list[Span]:
    """How many moved, and whether they are being ranked anew."""
    if waits:
        return [Span(waiting_text(total), "notice")]
    if verdict is None:
        return []
    return [Span(f"{len(verdict['ranked'])} of {total} signals", "muted")]


def waiting_text(total: int) -> str:
    """What is said while there is no answer."""
    return f"ranking {total} signals" if total else "ranking"


def nothing_text(verdict: VerdictDoc, query: LaneQuery, total: int) -> str:
    """What is said below the lanes when none moved with the first, or what was not looked at."""
    if verdict["ranked"]:
        return ""
    when = f"between {clock(query.from_ms, seconds=False)} and {clock(query.to_ms, seconds=False)}"
    left_out = "".join(f" Not seen: {one['what']} ({one['why']})." for one in verdict["not_seen"][:2])
    return f"Nothing moved with it {when}: {total} signals were looked at.{left_out}"


def whose(detail: Detail) -> str:
    """What the object or row of a drill-down is called."""
    if detail.sheet is not None:
        return detail.sheet.name
    if detail.row is not None:
        return detail.row.name
    return called(detail.entity) if detail.entity is not None else detail.key.partition(" ")[2] or detail.key


def own_name(detail: Detail, symptom: str | None) -> str:
    """What a drill-down is about, with the name of one of its signals, which may be that of its job."""
    name = next((trace.name for trace in detail.traces if trace.key == symptom), "")
    job = detail.sheet.job if detail.sheet is not None and detail.borrowed else None
    return f"{whose(detail) if job is None else called(job)} {name}".strip()


def said_of(verdict: VerdictDoc | None) -> list[str]:
    """The signals that a verdict is about, what hurts first."""
    if verdict is None:
        return []
    about = [verdict["symptom"], verdict["first_mover"]]
    return [one["signal"] for one in (*about, *verdict["ranked"]) if one is not None]


def default_symptom(detail: Detail, told: Sequence[str] = ()) -> str | None:
    """The signal that a drill-down begins with: one that the verdict names, else the worst, else the row's first."""
    keys = [trace.key for trace in detail.traces]
    named = next((key for key in told if key in keys), None)
    if named is not None:
        return named
    for health in (Health.BAD, Health.WARN):
        found = next((trace.key for trace in detail.traces if trace.health is health), None)
        if found is not None:
            return found
    return keys[0] if keys else None
