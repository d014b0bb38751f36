"""A row that stands on signals: the models and the ingestion pane are made of these."""

from __future__ import annotations

from collections.abc import Sequence

from console.panes import sources
from console.panes.alerts import Firing
from console.panes.marked import Draft
from console.panes.numbers import tell
from console.panes.rows import Placed
from console.panes.world import World
from console.signals import EntityRef, Health, Pane


def signal_row(
    world: World,
    pane: Pane,
    entity: EntityRef,
    name: str,
    notes: Sequence[str],
    alerts: Sequence[Firing],
) -> Placed | None:
    """The row of an entity with signals; None while none of them was ever seen and no alert is about it."""
    signals = world.on_row(pane, entity)
    if not alerts and all(one.history.newest_ms < 0 for one in signals):
        return None
    now_ms = world.now_ms
    seen = {source: sources.is_seen(world, source) for source in {one.signal.source for one in signals}}
    told = tell([(one, one.judge.at(now_ms, seen[one.signal.source])) for one in signals], world.cells, now_ms)
    draft = Draft(world, entity, name)
    draft.until(told.until_ms)
    draft.say(told.health, told.word)
    draft.numbers.extend(told.numbers)
    draft.notes.extend(told.notes)
    draft.mark(alerts)
    draft.notes.extend(notes)
    guessed = any(one.signal.guessed for one in signals)
    return draft.place(0, told.spark, told.spark_range, told.keys, guessed)


def unmeasured_row(
    world: World, entity: EntityRef, name: str, notes: Sequence[str], alerts: Sequence[Firing], told: str
) -> Placed:
    """The row of something that runs and has no signal at all: nobody can say that it is well."""
    draft = Draft(world, entity, name)
    draft.say(Health.UNKNOWN, "not measured")
    draft.mark(alerts)
    draft.notes.extend(notes)
    draft.notes.append(told)
    return draft.place(1)
