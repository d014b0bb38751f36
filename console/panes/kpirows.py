"""KPIs on the row of what they are about, or on a row of their own where that has none. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from console.panes import sources
from console.panes.alerts import Firing
from console.panes.kpis import KpiStanding, standing, worst_first
from console.panes.links import Links
from console.panes.marked import Draft
from console.panes.rows import Placed
from console.panes.world import World
from console.signals import EntityKind, EntityRef, Health, Pane

_AFTER = 1  # numbers of the row itself that stand before that of its KPI


def add(draft: Draft, links: Links, pane: Pane) -> None:
    """Tell of the KPIs of a row: the worst by a word and a number, all in its note."""
    names = links.models.kpis.get((pane, draft.entity), ())
    if not names:
        return
    found = worst_first(_stands(draft.world, name) for name in names)
    worst = found[0]
    if worst.health is not Health.OK:
        draft.say(worst.health, worst.word)
    if pane is Pane.MODELS:  # the columns of the others are names
        draft.numbers.insert(_AFTER, worst.number)
    for one in found:
        draft.notes.append(one.note)
        draft.until(one.until_ms)


def build(world: World, entity: EntityRef, alerts: Sequence[Firing]) -> Placed | None:
    """The row of a KPI that is about nothing else on the board."""
    doc = world.kpi(entity.id)
    if doc is None:
        return None
    found = _stands(world, entity.id)
    draft = Draft(world, entity, doc["title"])
    draft.say(found.health, found.word)
    draft.numbers.append(found.number)
    draft.mark(alerts)
    draft.notes.append(found.note)
    draft.notes.append(f"about {doc['subject']}, which is not known here" if doc["subject"] else "KPI")
    draft.until(found.until_ms)
    return draft.place(1)


def _stands(world: World, name: str) -> KpiStanding:
    record, doc = world.states[EntityKind.KPI][name], world.kpi(name)
    assert doc is not None  # rows have those only that are declared
    return standing(doc, world.now_ms, sources.is_seen(world, record.source))
