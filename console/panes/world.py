"""All that the panes are folded from, as of one time: newest states, signals with their past, sources, gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

from console.documents import AlertDoc, FeedDoc, JobDoc, NodeDoc
from console.governance.auditshapes import AuditDoc
from console.governance.running import serving
from console.governance.shapes import FlowDoc, KpiDoc, ModelDoc
from console.naming import job_name
from console.panes.calling import Calling
from console.panes.history import Cells, History, slots_of
from console.panes.inputs import BlockLike, GapLike, SeriesLike
from console.panes.normal import Judge
from console.panes.tally import Tally
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind, Signal

# What a row stands on. Allocations and deployments are rolled up in their job's document; contracts, waivers and the
# findings of the audit are many, and are read by the screens that show them.
KEPT = (
    EntityKind.JOB,
    EntityKind.NODE,
    EntityKind.FLOW,
    EntityKind.ALERT,
    EntityKind.FEED,
    EntityKind.MODEL,
    EntityKind.KPI,
    EntityKind.OWNER,
    EntityKind.ONCALL,
    EntityKind.AUDIT,
)
_CALLED = (EntityKind.OWNER, EntityKind.ONCALL)


class Tracked(NamedTuple):
    """A signal with its past and its judge."""

    signal: Signal
    history: History
    judge: Judge


class World:
    """The state of everything at ``now_ms``. Of states the newest by source time is in force, whatever comes last."""

    def __init__(self, cells: Cells) -> None:
        self.now_ms = 0
        self.cells = cells
        self.states: dict[EntityKind, dict[str, Record]] = {kind: {} for kind in KEPT}
        self.tracked: dict[int, Tracked] = {}
        self.by_entity: dict[Pane, dict[EntityRef, list[Tracked]]] = {pane: {} for pane in Pane}
        self.sources: dict[str, set[Pane]] = {}
        self.children: dict[str, set[str]] = {}
        self.serving: dict[str, tuple[str, ...]] = {}  # by job that runs: the models that its meta names
        self.changed: dict[str, int] = {}  # when the schemas of flows changed (unix ms), where that is known
        self.tally = Tally()
        self.calling = Calling()
        self.called: set[EntityRef] = set()  # rows for which somebody else may be on call now
        self._times: Sequence[int] = ()
        self._slots: list[int] = []
        self._named: dict[str, set[str]] = {}
        self._rows: dict[tuple[Pane, EntityRef], list[Tracked]] = {}
        self.gaps: list[GapLike] = []
        self.pulses: dict[str, int] = {}
        self.seen: dict[str, int] = {}
        self.sampled: dict[str, int] = {}
        self.spread = (False, False)  # whether there are several places, and several namespaces
        self.lost: dict[str, int] = {}  # sources that cannot be seen now, with the time of their last word

    # -- taking in -----------------------------------------------------------------------------------------------

    def take_state(self, record: Record) -> bool:
        """Take a state; False when a newer one is known or panes have no use for it."""
        if record.kind is not RecordKind.STATE:
            return False
        self._saw(record.source, record.at_ms)
        kept = self.states.get(record.entity.kind)
        if kept is None:
            return False
        held = kept.get(record.entity.id)
        if held is not None and (held.at_ms, held.seq) >= (record.at_ms, record.seq):
            return False
        kept[record.entity.id] = record
        self.tally.take(held, record)
        if record.entity.kind in _CALLED:
            self.called |= self.calling.take(record)
        if record.entity.kind is EntityKind.JOB:
            self._keep_family(record)
        elif record.entity.kind is EntityKind.FLOW:
            self.changed.pop(record.entity.id, None)
            if (changed_ms := record.body.get("schema_changed_ms")) and not record.body.get("removed"):
                self.changed[record.entity.id] = int(changed_ms)
        return True

    def _keep_family(self, record: Record) -> None:
        parent = parent_of(record)
        named = _models_named(cast(JobDoc, record.body))
        if named:
            self.serving[record.entity.id] = named
        else:
            self.serving.pop(record.entity.id, None)
        self._named.setdefault(job_name(record.entity.id), set()).add(record.entity.id)
        if parent:
            self.children.setdefault(parent, set()).add(record.entity.id)

    def take_signal(self, signal_id: int, signal: Signal) -> bool:
        """Learn of a signal; False when it was known."""
        if signal_id in self.tracked:
            return False
        history = History(signal, deep=needs_past(signal))
        tracked = Tracked(signal, history, Judge(signal, history, self.cells.span_ms))
        self.tracked[signal_id] = tracked
        group = self.by_entity[signal.pane].setdefault(signal.entity, [])
        group.append(tracked)
        self.sources.setdefault(signal.source, set()).add(signal.pane)
        return True

    def take_samples(self, signal_id: int, series: SeriesLike) -> bool:
        """Take the samples of one signal; False when nothing was new."""
        tracked = self.tracked.get(signal_id)
        if tracked is None:
            return False
        times_ms, history = series.times_ms, tracked.history
        if times_ms != self._times:  # most signals of a source are seen at the same times
            self._times, self._slots = times_ms, slots_of(times_ms)
        if not history.fill(times_ms, series.values, self._slots) and not history.extend(times_ms, series.values):
            return False
        self._sampled(tracked)
        return True

    def take_blocks(self, blocks: Iterable[BlockLike]) -> Iterator[int]:
        """Take blocks of samples; yields the id of each signal that got any."""
        for block in blocks:
            for part in block.parts:
                for signal_id, values in part.rows():
                    one = self.tracked.get(signal_id)
                    if one is not None and one.history.extend(part.times_ms, values):
                        self._sampled(one)
                        yield signal_id

    def _sampled(self, one: Tracked) -> None:
        source, at_ms = one.signal.source, one.history.newest_ms
        if at_ms > self.sampled.get(source, 0):
            self.sampled[source] = at_ms

    def take_gaps(self, gaps: Sequence[GapLike]) -> None:
        """Know of gaps: of those with one source and start, the one that ends last."""
        known = {(gap.source, gap.from_ms): gap for gap in self.gaps}
        for gap in gaps:
            held = known.get((gap.source, gap.from_ms))
            if held is None or (gap.to_ms is not None and (held.to_ms is None or gap.to_ms > held.to_ms)):
                known[(gap.source, gap.from_ms)] = gap
        self.gaps = sorted(known.values(), key=lambda gap: (gap.from_ms, gap.source))

    def _saw(self, source: str, at_ms: int) -> None:
        if at_ms > self.seen.get(source, 0):
            self.seen[source] = at_ms

    # -- looking up ----------------------------------------------------------------------------------------------

    def job(self, job_id: str) -> JobDoc | None:
        """The document of a job, by ``namespace/job``."""
        record = self.states[EntityKind.JOB].get(job_id)
        return None if record is None else cast(JobDoc, record.body)

    def jobs(self) -> Iterator[tuple[str, JobDoc]]:
        """All jobs with their documents."""
        for job_id, record in self.states[EntityKind.JOB].items():
            yield job_id, cast(JobDoc, record.body)

    def own_jobs(self) -> Iterator[tuple[str, JobDoc]]:
        """The jobs that somebody registered, without those that a periodic or parameterized job started."""
        return ((job_id, doc) for job_id, doc in self.jobs() if not doc.get("parent"))

    def runs(self, job_id: str) -> bool:
        """Whether a job is there and not stopped or at its end."""
        doc = self.job(job_id)
        return doc is not None and is_running(doc)

    def nodes(self) -> Iterator[tuple[str, NodeDoc]]:
        """All nodes with their documents."""
        for node_id, record in self.states[EntityKind.NODE].items():
            yield node_id, cast(NodeDoc, record.body)

    def declared(self, kind: EntityKind) -> Iterator[tuple[str, Record]]:
        """The states of a kind that files, registries and schedules declare, without those that no longer are."""
        return ((one, record) for one, record in self.states[kind].items() if not record.body.get("removed"))

    def _declared(self, kind: EntityKind, name: str) -> Any:
        record = self.states[kind].get(name)
        return None if record is None or record.body.get("removed") else record.body

    def flow(self, flow_id: str) -> FlowDoc | None:
        """What files and lineage say about a data flow."""
        return cast("FlowDoc | None", self._declared(EntityKind.FLOW, flow_id))

    def model(self, name: str) -> ModelDoc | None:
        """What a registry, cards and files say about a model."""
        return cast("ModelDoc | None", self._declared(EntityKind.MODEL, name))

    def kpi(self, name: str) -> KpiDoc | None:
        """An objective, and how it stands."""
        return cast("KpiDoc | None", self._declared(EntityKind.KPI, name))

    def audit(self) -> AuditDoc | None:
        """What the audit came to when it last said something new."""
        return cast("AuditDoc | None", self._declared(EntityKind.AUDIT, "audit"))

    def feed(self, name: str) -> FeedDoc | None:
        """What a feed says about itself."""
        record = self.states[EntityKind.FEED].get(name)
        return None if record is None else cast(FeedDoc, record.body)

    def alerts(self) -> Iterator[tuple[Record, AlertDoc]]:
        """The alerts that are firing, silenced ones among them."""
        for record in self.states[EntityKind.ALERT].values():
            doc = cast(AlertDoc, record.body)
            if doc.get("state") in ("firing", "suppressed"):
                yield record, doc

    def namesakes(self, name: str) -> set[str]:
        """The jobs of a name, in whatever namespace."""
        return self._named.get(name, set())

    def regroup(self, row_of: Callable[[Pane, EntityRef], EntityRef]) -> None:
        """Put signals together by the row that they stand on."""
        rows: dict[tuple[Pane, EntityRef], list[Tracked]] = {}
        for pane, entities in self.by_entity.items():
            for entity, signals in entities.items():
                rows.setdefault((pane, row_of(pane, entity)), []).extend(signals)
        for group in rows.values():
            group.sort(key=_by_rank)
        self._rows = rows

    def on_row(self, pane: Pane, entity: EntityRef) -> list[Tracked]:
        """The signals that stand on the row of an entity, by rank."""
        return self._rows.get((pane, entity), [])


def _by_rank(one: Tracked) -> tuple[int, str, str]:
    return (one.signal.rank, one.signal.name, one.signal.key)


def needs_past(signal: Signal) -> bool:
    """Whether a signal is judged by its past and drawn as a sparkline. Of a job at work only the newest counts."""
    return signal.pane is not Pane.SCHEDULING


def is_running(doc: JobDoc) -> bool:
    """Whether a job is not stopped and not at its end."""
    return not doc.get("stopped") and doc.get("status") != "dead"


def _models_named(doc: JobDoc) -> tuple[str, ...]:
    """The models that the meta of a job names, of the job itself and of its groups. Most jobs serve none."""
    meta = doc.get("meta") or {}
    inside = any("serves" in version for version in doc.get("versions") or ())
    if doc.get("parent") or not (inside or any("model" in key.casefold() for key in meta)) or not is_running(doc):
        return ()
    served = serving(doc).get(doc.get("version", 0), {})
    return tuple(sorted({one.model for one in served.values()}))


def parent_of(record: Record) -> str | None:
    """Id of the job that a periodic or dispatched job was started by."""
    parent = record.body.get("parent")
    if not parent:
        return None
    text = str(parent)
    namespace = record.entity.id.partition("/")[0]
    return text if text.startswith(namespace + "/") else f"{namespace}/{text}"


def text_of(value: Any) -> str:
    """A text field of a document from outside; empty when it is not there."""
    return value if isinstance(value, str) else "" if value is None else str(value)
