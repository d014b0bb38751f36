"""All that a tape holds about one entity at one time: its signals, its document in words, its recent events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from console.inventory.shapes import Fact, Sheet
from console.naming import job_name, job_of
from console.panes.board import BoardModel
from console.panes.rows import PaneRow
from console.screens.drill.facts import facts_of
from console.screens.drill.happenings import happenings
from console.screens.drill.keys import entity_of, split
from console.screens.drill.traces import PAST_MS, WINDOW_MS, trace
from console.screens.frame import Detail, Place, Running, Trace
from console.signals import EntityKind, EntityRef, Health, Pane, RecordKind, Signal
from console.tape.store import Store

MOST_JOBS = 4
SIGNAL = "signal "  # before the key of a signal that is looked into itself


def find_row(model: BoardModel, key: str) -> PaneRow | None:
    """The row of that key, on whichever pane it is; with a pane's name before it (``models job:p/a``), that pane's.

    One job may have a row on each pane.
    """
    pane, wanted = split(key)
    panes = Pane if pane is None else (pane,)
    return next((row for pane in panes for row in model.rows(pane) if row.key == wanted), None)


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


def detail(
    store: Store,
    model: BoardModel,
    signals: Mapping[int, Signal],
    key: str,
    place: Place,
    sheet: Sheet | None = None,
) -> Detail:
    """What to show of the row with that key, of the signal (``signal KEY``), or of the object (``kind:id``), at a place
    in time. ``sheet`` is what Nomad said of it, where that is known."""
    row = row_of_signal(model, signals, key.removeprefix(SIGNAL)) if key.startswith(SIGNAL) else find_row(model, key)
    entity = entity_of(key) if row is None else row.entity
    if entity is None:
        return Detail(key, None)
    at_ms = place.at_ms
    whose, chosen, borrowed = _signals_of(signals, entity, row, sheet)
    jobs = _jobs_behind(entity, sheet, [signal for _, signal in chosen])
    with store.reading():
        document = _document(store, entity, at_ms)
        running = _running(entity, document)
        named = [sheet.entity] if sheet is not None and sheet.entity != entity else []  # a model without its version
        about = [entity, *named, *(job for job in jobs if job != entity), *_deployment(document)]
        events = happenings(store, about, sheet, at_ms)
        traces = _traces(store, chosen, row, whose, at_ms)
    known = sheet.facts if sheet is not None else facts_of(entity.kind, document)
    return Detail(
        key=key,
        row=row,
        entity=entity,
        seen=bool(document) or sheet is not None,
        traces=traces,
        window_s=WINDOW_MS / 1000,
        borrowed=borrowed,
        facts=(*known, *_around(model, entity, jobs)),
        events=events,
        sheet=sheet,
        running=running,
    )


def _document(store: Store, entity: EntityRef, at_ms: int) -> Mapping[str, Any]:
    """The state of an entity at a time, of a task that of its allocation; empty where there is none."""
    allocation, _, task = entity.id.partition("/")
    whose = EntityRef(EntityKind.ALLOCATION, allocation) if entity.kind is EntityKind.TASK else entity
    states = store.records_between(-1, at_ms, (RecordKind.STATE,), entity=whose, limit=1, newest_first=True)
    document = states[0].body if states else {}
    return {} if whose is not entity and task not in (document.get("tasks") or ()) else document


def _running(entity: EntityRef, document: Mapping[str, Any]) -> Running | None:
    """The allocation that an entity is, or is a task of, if its client says that it runs."""
    told = entity.kind in (EntityKind.ALLOCATION, EntityKind.TASK)
    if not told or document.get("status") != "running" or document.get("gone"):
        return None
    cpu_mhz, memory_mb = document.get("cpu_mhz") or 0, document.get("memory_mb") or 0
    allocation = entity.id.partition("/")[0]
    return Running(allocation, str(document.get("cluster") or ""), int(cpu_mhz), int(memory_mb))


def _deployment(document: Mapping[str, Any]) -> list[EntityRef]:
    """The newest deployment of a job, or that of an allocation: its events are theirs too."""
    brief = document.get("deployment")
    known = brief.get("id") if isinstance(brief, Mapping) else brief  # of an allocation it is the id itself
    return [EntityRef(EntityKind.DEPLOYMENT, str(known))] if known else []


def _jobs_behind(entity: EntityRef, sheet: Sheet | None, signals: Sequence[Signal]) -> list[EntityRef]:
    """The jobs that an entity is about: itself, the one it belongs to, those that its signals come from."""
    found = [entity.id] if entity.kind is EntityKind.JOB else []
    found += [sheet.job.id] if sheet is not None and sheet.job is not None else []
    found += [job_id for signal in signals if (job_id := job_of(signal.labels)) is not None]
    return [EntityRef(EntityKind.JOB, job_id) for job_id in dict.fromkeys(found)][:MOST_JOBS]


def _around(model: BoardModel, entity: EntityRef, jobs: Sequence[EntityRef]) -> Iterator[Fact]:
    """What other panes say of the jobs behind an entity: how they run, and who answers for them."""
    owners = {one.key: one for one in model.rows(Pane.OWNERSHIP)}
    running = {one.key: one for one in model.rows(Pane.SCHEDULING)}
    for job in jobs:
        name = job_name(job.id)
        several = len(jobs) > 1
        if job != entity and (runs := running.get(str(job))) is not None:
            yield Fact(f"job {name}" if several else "its job", _one_line(runs), _loud(runs.health))
        owner = owners.get(str(job))
        if owner is not None and owner.entity != entity:
            yield Fact(f"owner of {name}" if several else "owned by", _one_line(owner), _loud(owner.health))


def _one_line(row: PaneRow) -> str:
    numbers = [f"{number.label} {number.text}".strip() for number in row.numbers if number.text]
    said = [row.word] if row.word and row.health is not Health.OK and row.word not in numbers else []
    return ", ".join([*said, *numbers, *([row.note] if row.note else [])])


def _loud(health: Health) -> Health | None:
    return None if health is Health.OK else health


def _signals_of(
    signals: Mapping[int, Signal], entity: EntityRef, row: PaneRow | None, sheet: Sheet | None
) -> tuple[EntityRef, list[tuple[int, Signal]], str]:
    """Whose signals are shown, which, and a word about that where they are another's: those of the row's own numbers
    first, then the entity's others by rank; of a part of a job without any, those of its job."""
    wanted = {} if row is None else {key: place for place, key in enumerate(row.signals)}
    also = frozenset() if sheet is None else frozenset(sheet.signals)
    chosen = [(key, one) for key, one in signals.items() if one.key in wanted or one.key in also or _is_of(one, entity)]
    borrowed, whose = "", entity
    if not chosen and sheet is not None and sheet.job is not None and sheet.job != entity:
        whose = sheet.job
        chosen = [(key, one) for key, one in signals.items() if one.entity == whose]
        borrowed = f"of its job {job_name(whose.id)}" if chosen else ""
    chosen.sort(key=lambda item: (wanted.get(item[1].key, len(wanted)), item[1].rank, item[1].key))
    return whose, chosen, borrowed


def _is_of(signal: Signal, entity: EntityRef) -> bool:
    """Whether a signal is an entity's own: it is about it, or labelled with the id of the allocation."""
    if signal.entity == entity:
        return True
    return entity.kind is EntityKind.ALLOCATION and entity.id in signal.labels.values()


def _traces(
    store: Store, chosen: Sequence[tuple[int, Signal]], row: PaneRow | None, whose: EntityRef, at_ms: int
) -> tuple[Trace, ...]:
    if not chosen:
        return ()  # asking for no signals would read the whole hour all the same
    samples = store.samples([signal_id for signal_id, _ in chosen], at_ms - PAST_MS, at_ms)
    judged = {} if row is None else {one.signal_key: one.health for one in row.numbers if one.signal_key is not None}
    return tuple(
        trace(signal, samples[signal_id], at_ms, judged.get(signal.key), whose) for signal_id, signal in chosen
    )
