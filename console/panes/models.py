"""The models pane: one row a model, with what runs of it, how its life and its KPIs stand beside its live signals; one
for other jobs and services with model signals, and for KPIs that are about nothing else on the board.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.format import clock
from console.governance.modelnames import same_model
from console.governance.running import Running, running
from console.governance.shapes import FlowDoc
from console.naming import job_name, place_of
from console.panes import kpirows, sources
from console.panes.alerts import Firing
from console.panes.links import Links
from console.panes.marked import Draft, alert_row
from console.panes.normal import fresh_ms
from console.panes.rows import Number, Placed
from console.panes.signalrow import signal_row, was_seen
from console.panes.whereabouts import titled
from console.panes.world import World
from console.signals import EntityKind, EntityRef, Health, Pane

PANE = Pane.MODELS
_LATELY = 4  # of the times for which a value is fresh: labels of what was seen since then tell what runs


def members(world: World, links: Links) -> set[EntityRef]:
    """All that may have a row: what has signals, models that a registry, a file or a running job names, KPIs that are
    about nothing else."""
    found = {links.row(PANE, entity) for entity in world.by_entity[PANE]}
    found |= {EntityRef(EntityKind.MODEL, name) for name in links.models.models}
    return found | {EntityRef(EntityKind.KPI, name) for name in links.models.alone}


def build(world: World, links: Links, entity: EntityRef, alerts: Sequence[Firing]) -> Placed | None:
    """The row of an entity, None where there is nothing to say."""
    if entity.kind is EntityKind.ALERT:
        return alert_row(world, entity, alerts)
    if entity.kind is EntityKind.KPI:
        return kpirows.build(world, entity, alerts)
    if entity.kind is EntityKind.MODEL:
        return _model(world, links, entity, alerts)
    name = titled(world, job_name(entity.id), place_of(entity.id))
    return signal_row(world, PANE, entity, name, [], alerts, lambda draft: kpirows.add(draft, links, PANE))


def _model(world: World, links: Links, entity: EntityRef, alerts: Sequence[Firing]) -> Placed:
    name = entity.id
    runs = _runs(world, links, entity)
    jobs = sorted({job_name(job) for job in links.models.serving.get(name, ())} - {name})
    notes = [f"served by {', '.join(jobs)}" if jobs else ""]

    def govern(draft: Draft) -> None:
        _live(draft, links, runs)
        kpirows.add(draft, links, PANE)

    if was_seen(world, PANE, entity):
        placed = signal_row(world, PANE, entity, name, notes, alerts, govern)
        if placed is not None:
            return placed
    draft = Draft(world, entity, name)
    if runs:
        draft.say(Health.UNKNOWN, "not measured")
    govern(draft)
    draft.mark(alerts)
    draft.notes.extend(notes)
    if not runs:
        _registered(draft)
    return draft.place(1 if runs else 2)


def _runs(world: World, links: Links, entity: EntityRef) -> list[Running]:
    """What runs of a model by the meta of its jobs, and by the labels of what was seen of it lately."""
    jobs = {job_id: doc for job_id in links.models.serving.get(entity.id, ()) if (doc := world.job(job_id)) is not None}
    lately = [
        one.signal
        for one in world.on_row(PANE, entity)
        if one.history.newest_ms >= world.now_ms - _LATELY * fresh_ms(one.signal)
    ]
    return [one for one in running(jobs, lately) if same_model(one.model, entity.id)]


def _live(draft: Draft, links: Links, runs: Sequence[Running]) -> None:
    """Say which version runs, and what is out of order with it."""
    from console.panes.lifewords import life_words, next_ms, version_text  # nobody without models waits for it

    world, name = draft.world, draft.entity.id
    doc = world.model(name)
    changed = _last_changed(world, links.models.inputs.get(name, ()))
    words = life_words(name, doc, runs, changed, world.now_ms)
    if not any(one.tells_version for one in words):
        draft.notes.append(version_text(runs))
    for one in reversed(words):
        if one.word:
            draft.rather(one.health, one.word)
    for one in words:
        draft.notes.append(one.note)
        draft.until(one.until_ms)
    draft.until(next_ms(doc, runs, world.now_ms))
    record = world.states[EntityKind.MODEL].get(name)
    if doc is not None and record is not None and not sources.is_seen(world, record.source):
        seen_ms = world.lost[record.source]
        draft.notes.append(f"registry as of {clock(seen_ms, seconds=False)}" if seen_ms else "registry not seen now")


def _last_changed(world: World, flows: Sequence[str]) -> dict[str, FlowDoc]:
    """Of the flows that a model answers from the one whose schema changed last: what was evaluated and trained since
    then was so since all of them."""
    changed = world.changed
    newest = max(((changed[flow], flow) for flow in flows if flow in changed), default=None)
    doc = world.flow(newest[1]) if newest is not None else None
    return {} if newest is None or doc is None else {newest[1]: doc}


def _registered(draft: Draft) -> None:
    """A model that nothing is known to run: one that its registry calls production may run where nobody looks."""
    doc = draft.world.model(draft.entity.id)
    if doc is not None and doc["production"]:
        draft.say(Health.UNKNOWN, "not seen to run")
        draft.notes.append(f"registry says {doc['production']}")
    else:
        draft.say(Health.OK, "not running")
        draft.numbers.append(Number("", "not running", Health.OK))
