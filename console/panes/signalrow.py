"""A row that stands on signals: the models and the ingestion pane are made of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.panes import sources
from console.panes.alerts import Firing
from console.panes.marked import Draft
from console.panes.numbers import tell
from console.panes.rows import Placed
from console.panes.world import World
from console.signals import EntityRef, Pane


def was_seen(world: World, pane: Pane, entity: EntityRef) -> bool:
    """Whether any of the signals on a row was ever seen."""
    return any(one.history.newest_ms >= 0 for one in world.on_row(pane, entity))


def _nothing(draft: Draft) -> None:
    """A row of which nothing but its signals tells."""


def signal_row(
    world: World,
    pane: Pane,
    entity: EntityRef,
    name: str,
    notes: Sequence[str],
    alerts: Sequence[Firing],
    more: Callable[[Draft], None] = _nothing,
) -> Placed | None:
    """The row of an entity with signals; None while none of them was ever seen and no alert is about it.

    ``more`` adds what else is known of it, after what its signals say.
    """
    signals = world.on_row(pane, entity)
    if not alerts and not was_seen(world, pane, entity):
        return None
    now_ms = world.now_ms
    seen = {source: sources.is_seen(world, source) for source in {one.signal.source for one in signals}}
    told = tell([(one, one.judge.at(now_ms, seen[one.signal.source])) for one in signals], world.cells, now_ms)
    draft = Draft(world, entity, name)
    draft.until(told.until_ms)
    draft.say(told.health, told.word)
    draft.numbers.extend(told.numbers)
    draft.notes.extend(told.notes)
    more(draft)
    draft.mark(alerts)
    draft.notes.extend(notes)
    guessed = any(one.signal.guessed for one in signals)
    return draft.place(0, told.spark, told.spark_range, told.keys, guessed)
