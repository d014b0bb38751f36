"""The board: four panes folded from a tape, whole at one time and then kept up with what comes after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from console.panes import alerts, ingestion, links, models, ownership, scheduling, sources, whereabouts
from console.panes.history import Cells
from console.panes.inputs import BlockLike, Gap, GapLike, SeriesLike
from console.panes.marks import Marks, gap_mark
from console.panes.panerows import PaneRows
from console.panes.promises import Promises
from console.panes.rows import Audited, EventMark, FeedView, Header, PaneRow, Placed
from console.panes.world import World, needs_past, parent_of
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind, Signal

__all__ = ["BoardModel", "EventMark", "FeedView", "Header", "PaneRow"]

_Members = Callable[[World, links.Links], set[EntityRef]]
_Build = Callable[[World, links.Links, EntityRef, Sequence[alerts.Firing]], Placed | None]
_PANES: dict[Pane, tuple[_Members, _Build]] = {
    Pane.SCHEDULING: (scheduling.members, scheduling.build),
    Pane.MODELS: (models.members, models.build),
    Pane.INGESTION: (ingestion.members, ingestion.build),
    Pane.OWNERSHIP: (ownership.members, ownership.build),
}
# What of a document decides what belongs together, and of a job what decides whether it has rows. All else is told by
# the rows of what it is about.
_LINKING: dict[EntityKind, tuple[str, ...]] = {
    EntityKind.JOB: ("meta", "parent"),
    EntityKind.FLOW: ("producer", "consumers", "match", "feeds", "upstream", "freshness_s", "completeness", "removed"),
    EntityKind.MODEL: ("jobs", "inputs", "removed"),
    EntityKind.KPI: ("subject", "removed"),
}
_COUNTING = ("type", "status", "stopped")


class BoardModel:
    """Rows of all panes at ``now_ms``. What `apply` makes of later records is what `load` makes of all of them.

    ``spark_cells`` cells of ``spark_bin_s`` seconds make a sparkline; what was bad within that time is remembered in
    a row's note. `load` wants the samples of the last hour (``PAST_S``).
    """

    PAST_S = 3600
    needs_past = staticmethod(needs_past)  # of which signals `load` wants more than the newest samples

    def __init__(self, spark_cells: int = 16, spark_bin_s: float = 30.0) -> None:
        self._cells = Cells(spark_cells, spark_bin_s)
        self._begin()

    def _begin(self) -> None:
        self._world = World(self._cells)
        self._links = links.Links({}, {}, {}, frozenset())
        self._marks = Marks()
        self._alerts: dict[alerts.Target, tuple[alerts.Firing, ...]] = {}
        self._rows = {pane: PaneRows() for pane in Pane}
        self._members: dict[Pane, set[EntityRef]] = {pane: set() for pane in Pane}
        self._dirty: set[alerts.Target] = set()
        self._relink = self._realert = self._recount = True
        self._row_of: dict[int, alerts.Target] = {}
        self._promises = Promises()

    # -- folding -----------------------------------------------------------------------------------------------------

    def load(
        self,
        now_ms: int,
        states: Sequence[Record],
        signals: Mapping[int, Signal],
        samples: Mapping[int, SeriesLike],
        gaps: Sequence[GapLike] = (),
        pulses: Mapping[str, int] | None = None,
        events: Sequence[Record] = (),
    ) -> None:
        """Begin anew, at a time: newest states, all signals, samples of the last hour, gaps and events up to then.

        ``pulses`` (source -> when it last gave a sign of life) belong to a live view only.
        """
        self._begin()
        world = self._world
        for signal_id, signal in signals.items():
            world.take_signal(signal_id, signal)
        for signal_id, series in samples.items():
            world.take_samples(signal_id, series)
        world.take_gaps(gaps)
        self.apply(now_ms, [*states, *events], pulses=pulses)

    def apply(
        self,
        now_ms: int,
        records: Sequence[Record] = (),
        blocks: Sequence[BlockLike] = (),
        *,
        signals: Mapping[int, Signal] | None = None,
        pulses: Mapping[str, int] | None = None,
    ) -> set[Pane]:
        """Go on to ``now_ms`` with what was added since; the panes whose rows have changed."""
        world = self._world
        world.now_ms = now_ms
        if pulses is not None:
            world.pulses = dict(pulses)
        for signal_id, signal in (signals or {}).items():
            self._relink |= world.take_signal(signal_id, signal)
        for record in records:
            self._take(record)
        self._marks.take(records)
        touched = set(world.take_blocks(blocks))
        if self._relink:
            self._link()
        if self._recount:
            self._count_members()
        if self._realert:
            self._assign_alerts()
        self._dirty.update(self._row_of[signal_id] for signal_id in touched)
        said = self._promises.look(world, touched)
        self._dirty.update((Pane.OWNERSHIP, EntityRef(EntityKind.FLOW, flow)) for flow in said)
        self._dirty.update((Pane.OWNERSHIP, entity) for entity in world.called)
        world.called.clear()
        self._look_at_sources()
        self._look_at_time()
        return self._rebuild()

    def _take(self, record: Record) -> None:
        world = self._world
        if record.kind is RecordKind.GAP:
            end = record.body.get("to_ms")
            world.take_gaps([Gap(record.source, record.at_ms, end, str(record.body.get("why") or ""))])
            return
        held = world.states.get(record.entity.kind, {}).get(record.entity.id)
        if not world.take_state(record):
            return
        entity = record.entity
        if entity.kind is EntityKind.ALERT:
            self._realert = True
        elif entity.kind is EntityKind.JOB:
            self._took_job(held, record)
        elif entity.kind is EntityKind.NODE:
            self._relink |= held is None or held.body.get("name") != record.body.get("name")
            self._dirty.add((Pane.SCHEDULING, entity))
        elif entity.kind in _LINKING:
            self._relink |= held is None or _links_otherwise(held, record)
            self._dirty.update(self._links.rows_about(entity))

    def _took_job(self, held: Record | None, record: Record) -> None:
        entity = record.entity
        parent = parent_of(record)
        if parent in self._world.states[EntityKind.JOB]:
            self._dirty.add((Pane.SCHEDULING, EntityRef(EntityKind.JOB, parent)))
            return
        self._dirty.add((Pane.SCHEDULING, entity))
        served = self._links.models.served.get(entity.id, ())
        self._dirty.update((Pane.MODELS, EntityRef(EntityKind.MODEL, model)) for model in served)
        if held is not None and held.source == record.source:
            before, now = held.body, record.body
            if _links_otherwise(held, record):
                self._relink = True
            elif any(before.get(fact) != now.get(fact) for fact in _COUNTING):
                self._recount = True
                self._relink |= entity.id in self._world.serving or bool(served)
            else:
                return  # who answers for it has not changed
        else:
            self._relink = True
            same = self._world.namesakes(entity.id.partition("/")[2])
            self._dirty.update((Pane.SCHEDULING, EntityRef(EntityKind.JOB, one)) for one in same)
        self._dirty.add((Pane.OWNERSHIP, entity))
        made = self._links.producing.get(entity.id, ())
        self._dirty.update((Pane.OWNERSHIP, EntityRef(EntityKind.FLOW, flow)) for flow in made)

    def _link(self) -> None:
        """Find out anew what belongs together, and look at all rows when that has changed."""
        world, self._relink = self._world, False
        found = links.link(world)
        world.regroup(found.row)
        self._links, old = found, self._links
        self._row_of = {
            signal_id: (one.signal.pane, found.row(one.signal.pane, one.signal.entity))
            for signal_id, one in world.tracked.items()
        }
        self._promises.link(world, found.promises)
        if found != old:
            self._dirty.update((pane, entity) for pane, entities in self._members.items() for entity in entities)
        self._recount = self._realert = True

    def _count_members(self) -> None:
        self._recount = False
        for pane, (members, _) in _PANES.items():
            now = members(self._world, self._links)
            self._dirty.update((pane, entity) for entity in now ^ self._members[pane])
            self._members[pane] = now

    def _assign_alerts(self) -> None:
        self._realert = False
        found = alerts.assign(self._world, self._links)
        self._dirty.update(
            target for target in found.keys() | self._alerts.keys() if found.get(target) != self._alerts.get(target)
        )
        self._alerts = found

    def _look_at_sources(self) -> None:
        """When a source is lost or found, or rows begin to say where they are, all of them are looked at."""
        world = self._world
        if sources.look(world) | whereabouts.look(world):
            self._dirty.update((pane, entity) for pane, entities in self._members.items() for entity in entities)
            self._dirty.update((pane, entity) for pane, rows in self._rows.items() for entity in rows)

    def _look_at_time(self) -> None:
        now_ms = self._world.now_ms
        for pane, rows in self._rows.items():
            self._dirty.update((pane, entity) for entity in rows.due(now_ms))

    def _rebuild(self) -> set[Pane]:
        changed = set()
        dirty, self._dirty = self._dirty, set()
        for pane, entity in dirty:
            if self._rows[pane].put(entity, self._build(pane, entity)):
                changed.add(pane)
        return changed

    def _build(self, pane: Pane, entity: EntityRef) -> Placed | None:
        marked = self._alerts.get((pane, entity), ())
        if entity not in self._members[pane] and not marked:
            return None
        return _PANES[pane][1](self._world, self._links, entity, marked)

    # -- looking -----------------------------------------------------------------------------------------------------

    @property
    def now_ms(self) -> int:
        """The time that the board shows."""
        return self._world.now_ms

    @property
    def pulses(self) -> Mapping[str, int]:
        """When each source last gave a sign of life, as it was last told."""
        return self._world.pulses

    def rows(self, pane: Pane) -> list[PaneRow]:
        """The rows of a pane, worst first; among equals in an order that no moving number changes."""
        return self._rows[pane].rows()

    def feeds(self, pane: Pane) -> list[FeedView]:
        """The sources that serve a pane, worst first, with the age of what they last said."""
        return sources.of_pane(self._world, pane)

    def notice(self, pane: Pane) -> str:
        """A sentence for a pane whose source cannot be read or that has no rows; empty when there is no need."""
        return sources.notice(self._world, pane, not self._rows[pane])

    def marks(self, from_ms: int, to_ms: int) -> list[EventMark]:
        """Events and gaps that touch the time, in order of beginning."""
        now_ms = self._world.now_ms
        gaps = [gap_mark(gap, now_ms) for gap in self._world.gaps]
        touching = [gap for gap in gaps if gap.at_ms <= to_ms and (gap.to_ms or now_ms) >= from_ms]
        return sorted([*self._marks.between(from_ms, to_ms), *touching], key=lambda one: one.at_ms)

    def signals(self, row: PaneRow) -> list[Signal]:
        """The signals behind a row, in the order of ``row.signals``."""
        by_key = {one.signal.key: one.signal for one in self._world.tracked.values() if one.signal.key in row.signals}
        return [by_key[key] for key in row.signals if key in by_key]

    def next_change_ms(self) -> float:
        """When something changes although nothing is seen: an age turns, a value grows stale. Infinite: never."""
        return min(rows.next_change_ms() for rows in self._rows.values())

    def header(self) -> Header:
        """What stands above the panes."""
        world = self._world
        running, desired, nodes, ready = world.tally.sums
        audit = world.audit()
        return Header(
            where=sources.where(world),
            at_ms=world.now_ms,
            counts={pane: rows.counts() for pane, rows in self._rows.items()},
            jobs=self._rows[Pane.SCHEDULING].jobs,
            running=running,
            desired=desired,
            nodes_ready=ready,
            nodes=nodes,
            alerts=sum(not one.silenced for marked in self._alerts.values() for one in marked),
            audit=None
            if audit is None
            else Audited(audit["critical"], audit["high"], audit["medium"], audit["unknown"]),
        )


def _links_otherwise(held: Record, record: Record) -> bool:
    """Whether a document says something else than before about what belongs together."""
    return any(held.body.get(fact) != record.body.get(fact) for fact in _LINKING[record.entity.kind])
