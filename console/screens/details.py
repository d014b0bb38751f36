"""All that a tape holds about one row at one time: its signals, its document in words, its recent events."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.naming import job_of
from console.panes.board import BoardModel
from console.panes.marks import mark
from console.panes.normal import fresh_ms, limits, past_range
from console.panes.numbers import value_text
from console.panes.rows import PaneRow
from console.panes.world import needs_past
from console.screens.facts import facts_of
from console.screens.frame import Detail, Fact, Place, Trace
from console.signals import Bad, EntityKind, EntityRef, Health, Pane, RecordKind, Signal
from console.tape.shapes import Series
from console.tape.store import Store

WINDOW_MS = 1_800_000
PAST_MS = 3_600_000  # what a signal's normal range is taken from
JUDGED_MS = 60_000  # the newest minute is what is judged, not what it is judged by
MOST_JOBS = 4
CELLS = 60
EVENTS_MS = 6 * 3_600_000
MOST_EVENTS = 50
SIGNAL = "signal "  # before the key of a signal that is looked into itself


def find_row(model: BoardModel, key: str) -> PaneRow | None:
    """The row of that key, on whichever pane it is; with a pane's name before it (``models job:p/a``), that pane's.

    One job may have a row on each pane.
    """
    named, _, rest = key.partition(" ")
    panes = [pane for pane in Pane if pane.value == named]
    wanted = rest if panes else key
    return next((row for pane in panes or Pane for row in model.rows(pane) if row.key == wanted), None)


def row_of_signal(model: BoardModel, signals: Mapping[int, Signal], signal_key: str) -> PaneRow | None:
    """The row that a signal stands on, or of its entity, its own pane's first; else one made for it."""
    signal = next((one for one in signals.values() if one.key == signal_key), None)
    if signal is None:
        return None
    panes = (signal.pane, *(pane for pane in Pane if pane is not signal.pane))
    rows = [row for pane in panes for row in model.rows(pane)]
    standing = (row for row in rows if signal_key in row.signals)
    of_entity = (row for row in rows if row.entity == signal.entity)
    made = PaneRow(signal_key, signal.entity, Health.UNKNOWN, "no row on the board", signal.entity.id)
    return next(standing, None) or next(of_entity, made)


def detail(store: Store, model: BoardModel, signals: Mapping[int, Signal], key: str, place: Place) -> Detail:
    """What to show of the row with that key, or of the signal (``signal KEY``), at a place in time."""
    row = row_of_signal(model, signals, key.removeprefix(SIGNAL)) if key.startswith(SIGNAL) else find_row(model, key)
    if row is None:
        return Detail(key, None)
    at_ms = place.at_ms
    chosen = _signals_of(signals, row)
    jobs = _jobs_behind(row, [signal for _, signal in chosen])
    with store.reading():
        states = store.records_between(-1, at_ms, kinds=(RecordKind.STATE,), entity=row.entity)
        document = states[-1].body if states else {}
        about = [row.entity, *(job for job in jobs if job != row.entity), *_deployment(document)]
        events = [
            event
            for entity in about
            for event in store.records_between(at_ms - EVENTS_MS, at_ms, kinds=(RecordKind.EVENT,), entity=entity)
        ]
        traces = _traces(store, chosen, row, at_ms)
    events.sort(key=lambda record: (record.at_ms, record.seq), reverse=True)
    marks = [one for record in events if (one := mark(record)) is not None]
    facts = facts_of(row.entity.kind, document) if document else ()
    return Detail(
        key=key,
        row=row,
        traces=traces,
        window_s=WINDOW_MS / 1000,
        facts=(*facts, *_around(model, row, jobs)),
        events=tuple((one.at_ms, one.health, one.text) for one in marks[:MOST_EVENTS]),
    )


def _deployment(document: Mapping[str, Any]) -> list[EntityRef]:
    """The newest deployment of a job: its events are the job's too."""
    brief = document.get("deployment")
    return [EntityRef(EntityKind.DEPLOYMENT, str(brief["id"]))] if brief and brief.get("id") else []


def _jobs_behind(row: PaneRow, signals: Sequence[Signal]) -> list[EntityRef]:
    """The jobs that a row is about: its own, and those that its signals come from, in their order."""
    found = [row.entity.id] if row.entity.kind is EntityKind.JOB else []
    found += [job_id for signal in signals if (job_id := job_of(signal.labels)) is not None]
    return [EntityRef(EntityKind.JOB, job_id) for job_id in dict.fromkeys(found)][:MOST_JOBS]


def _around(model: BoardModel, row: PaneRow, jobs: Sequence[EntityRef]) -> Iterator[Fact]:
    """What other panes say of the jobs behind a row: how they run, and who answers for them."""
    owners = {one.key: one for one in model.rows(Pane.OWNERSHIP)}
    running = {one.key: one for one in model.rows(Pane.SCHEDULING)}
    for job in jobs:
        name = job.id.partition("/")[2] or job.id
        if job != row.entity and (runs := running.get(str(job))) is not None:
            yield Fact(f"job {name}", _one_line(runs), _loud(runs.health))
        owner = owners.get(str(job))
        if owner is not None and owner is not row:
            yield Fact(f"owner of {name}", _one_line(owner), _loud(owner.health))


def _one_line(row: PaneRow) -> str:
    numbers = [f"{number.label} {number.text}".strip() for number in row.numbers if number.text]
    said = [row.word] if row.word and row.health is not Health.OK and row.word not in numbers else []
    return ", ".join([*said, *numbers, *([row.note] if row.note else [])])


def _loud(health: Health) -> Health | None:
    return None if health is Health.OK else health


def _signals_of(signals: Mapping[int, Signal], row: PaneRow) -> list[tuple[int, Signal]]:
    """The signals of the row, those of the row's own numbers first, then the entity's others by rank."""
    wanted = {key: place for place, key in enumerate(row.signals)}
    chosen = [(key, one) for key, one in signals.items() if one.key in wanted or one.entity == row.entity]
    chosen.sort(key=lambda item: (wanted.get(item[1].key, len(wanted)), item[1].rank, item[1].key))
    return chosen


def _traces(store: Store, chosen: Sequence[tuple[int, Signal]], row: PaneRow, at_ms: int) -> tuple[Trace, ...]:
    samples = store.samples([signal_id for signal_id, _ in chosen], at_ms - PAST_MS, at_ms)
    judged = {one.signal_key: one.health for one in row.numbers if one.signal_key is not None}
    return tuple(
        trace(signal, samples[signal_id], at_ms, judged.get(signal.key), row.entity) for signal_id, signal in chosen
    )


def trace(signal: Signal, series: Series, at_ms: int, judged: Health | None, of: EntityRef) -> Trace:
    """One signal over the window: its newest value, its extremes, where it is well, and a sparkline with holes where
    nothing was seen."""
    first = bisect_right(series.times_ms, at_ms - WINDOW_MS)
    recent = Series(series.times_ms[first:], series.values[first:])
    values = recent.values
    extremes = f"{value_text(signal, min(values))} to {value_text(signal, max(values))}" if values else "not seen"
    past = series.values[: bisect_right(series.times_ms, at_ms - JUDGED_MS)]
    fresh = bool(values) and at_ms - recent.times_ms[-1] <= fresh_ms(signal)
    health = judged if judged is not None else _health(signal, values, past) if fresh else Health.STALE
    return Trace(
        name=signal.name,
        value=value_text(signal, values[-1] if values else math.nan),
        health=health,
        spark=bins(recent, at_ms - WINDOW_MS, WINDOW_MS // CELLS, CELLS, rising=signal.bad is not Bad.DOWN),
        range=(min(values), max(values)) if values else None,
        extremes=extremes,
        normal=normal_text(signal, past),
        of="" if signal.entity == of else str(signal.entity),
        expr=" ".join(signal.expr.split()),
        source=signal.source,
        guessed=signal.guessed,
        key=signal.key,
    )


def normal_text(signal: Signal, past: Sequence[float]) -> str:
    """Where a signal is well: by its limits where it has any, else by its own past hour; empty where nobody can say."""
    known = limits(signal)
    if known is not None:
        said = [(signal.warn_at, "warns"), (signal.bad_at, "bad")]
        way = "down to" if signal.bad is Bad.DOWN else "from"
        return "by its limits: " + ", ".join(
            f"{what} {way} {value_text(signal, at)}" for at, what in said if at is not None
        )
    by_past = past_range(signal, past) if needs_past(signal) else None
    if by_past is None:
        return ""
    low, high = by_past.warn_low, by_past.warn_high
    if math.isinf(low):
        return f"by its past hour: below {value_text(signal, high)}"
    if math.isinf(high):
        return f"by its past hour: above {value_text(signal, low)}"
    return f"by its past hour: {value_text(signal, low)} to {value_text(signal, high)}"


def _health(signal: Signal, values: Sequence[float], past: Sequence[float]) -> Health:
    """How the newest value of a signal that is no number of the row stands, while it is fresh."""
    known = limits(signal)
    if known is None and not needs_past(signal):
        return Health.OK  # a job that works hard is not unwell
    known = known or past_range(signal, past)
    return Health.UNKNOWN if known is None else known.health(values[-1])


def bins(series: Series, from_ms: int, bin_ms: int, count: int, *, rising: bool) -> tuple[float | None, ...]:
    """The worst value of each bin (the greatest if ``rising``), None where nothing was seen."""
    worst: list[float | None] = [None] * count
    for at_ms, value in zip(series.times_ms, series.values, strict=True):
        place = min((at_ms - from_ms) // bin_ms, count - 1)
        held = worst[place]
        if held is None or (value > held) is rising:
            worst[place] = value
    return tuple(worst)
