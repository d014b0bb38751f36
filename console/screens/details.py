"""All that a tape holds about one row at one time: its signals, its document in words, its recent events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.format import number
from console.panes.board import BoardModel
from console.panes.marks import mark
from console.panes.rows import PaneRow
from console.screens.facts import facts_of
from console.screens.frame import Detail, Place, Trace
from console.signals import Bad, EntityRef, Health, Pane, RecordKind, Signal
from console.tape.shapes import Series
from console.tape.store import Store

WINDOW_MS = 1_800_000
CELLS = 60
EVENTS_MS = 6 * 3_600_000
MOST_EVENTS = 50


def find_row(model: BoardModel, key: str) -> PaneRow | None:
    """The row of that key, on whichever pane it is."""
    return next((row for pane in Pane for row in model.rows(pane) if row.key == key), None)


def detail(store: Store, model: BoardModel, signals: Mapping[int, Signal], key: str, place: Place) -> Detail:
    """What to show of the row with that key at a place in time."""
    row = find_row(model, key)
    if row is None:
        return Detail(key, None)
    at_ms = place.at_ms
    with store.reading():
        states = store.records_between(-1, at_ms, kinds=(RecordKind.STATE,), entity=row.entity)
        events = store.records_between(at_ms - EVENTS_MS, at_ms, kinds=(RecordKind.EVENT,), entity=row.entity)
        traces = _traces(store, signals, row, at_ms)
    marks = [one for record in reversed(events) if (one := mark(record)) is not None]
    return Detail(
        key=key,
        row=row,
        traces=traces,
        window_s=WINDOW_MS / 1000,
        facts=facts_of(row.entity.kind, states[-1].body) if states else (),
        events=tuple((one.at_ms, one.health, one.text) for one in marks[:MOST_EVENTS]),
    )


def _traces(store: Store, signals: Mapping[int, Signal], row: PaneRow, at_ms: int) -> tuple[Trace, ...]:
    """The signals of the row, those of the row's own numbers first, then the entity's others by rank."""
    wanted = {key: place for place, key in enumerate(row.signals)}
    chosen = [(key, one) for key, one in signals.items() if one.key in wanted or one.entity == row.entity]
    chosen.sort(key=lambda item: (wanted.get(item[1].key, len(wanted)), item[1].rank, item[1].key))
    samples = store.samples([signal_id for signal_id, _ in chosen], at_ms - WINDOW_MS, at_ms)
    judged = {one.signal_key: one.health for one in row.numbers if one.signal_key is not None}
    return tuple(
        trace(signal, samples[signal_id], at_ms, judged.get(signal.key), row.entity) for signal_id, signal in chosen
    )


def trace(signal: Signal, series: Series, at_ms: int, judged: Health | None, of: EntityRef) -> Trace:
    """One signal over the window: its newest value, its extremes, and a sparkline with holes where nothing was seen."""
    values = series.values
    extremes = f"{number(min(values), signal.unit)} to {number(max(values), signal.unit)}" if values else "not seen"
    limit = signal.bad_at if signal.bad_at is not None else signal.warn_at
    notes = [] if signal.entity == of else [str(signal.entity)]
    notes += [f"limit {number(limit, signal.unit)}"] if limit is not None else []
    notes += ["placed by its name"] if signal.guessed else []
    return Trace(
        name=signal.name,
        value=number(values[-1] if values else None, signal.unit),
        health=judged if judged is not None else _by_limits(signal, values),
        spark=bins(series, at_ms - WINDOW_MS, WINDOW_MS // CELLS, CELLS, rising=signal.bad is not Bad.DOWN),
        range=(min(values), max(values)) if values else None,
        extremes=extremes,
        note=", ".join(notes),
    )


def _by_limits(signal: Signal, values: Sequence[float]) -> Health:
    """How the newest value stands to published limits; unknown without any."""
    if not values:
        return Health.STALE
    for limit, health in ((signal.bad_at, Health.BAD), (signal.warn_at, Health.WARN)):
        if limit is None:
            continue
        if (values[-1] <= limit) if signal.bad is Bad.DOWN else (values[-1] >= limit):
            return health
    return Health.UNKNOWN if signal.bad_at is None and signal.warn_at is None else Health.OK


def bins(series: Series, from_ms: int, bin_ms: int, count: int, *, rising: bool) -> tuple[float | None, ...]:
    """The worst value of each bin (the greatest if ``rising``), None where nothing was seen."""
    worst: list[float | None] = [None] * count
    for at_ms, value in zip(series.times_ms, series.values, strict=True):
        place = min((at_ms - from_ms) // bin_ms, count - 1)
        held = worst[place]
        if held is None or (value > held) is rising:
            worst[place] = value
    return tuple(worst)
