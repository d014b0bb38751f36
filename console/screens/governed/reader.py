"""What is declared, for whoever looks into a flow, a model, a KPI, an owner, or at the audit: read when first wanted.

Nothing is read while nobody looks. What was read is kept up, and let go with Nomad's objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from console.screens.drill.keys import GOVERNED
from console.signals import EntityKind, EntityRef, Record, RecordKind, Signal
from console.tape.store import Store

if TYPE_CHECKING:
    from console.governance.belonging import Belongings
    from console.governance.counting import Counted
    from console.governance.integrity import Integrity
    from console.governance.lifecycle import Backlog, Lifecycle
    from console.governance.running import Running
    from console.inventory.shapes import Fact, Sheet
    from console.panes.sheets.findings import AuditTable
    from console.panes.sheets.register import Known, Register

KEPT_MS = 60_000
_FRESH_MS = 900_000  # an older word of a server is no fact of now
_BEHIND_MS = 6 * 3_600_000  # for so long back it is looked for times in which a flow was behind
_STATES = 200  # of one flow, in which changes are looked for
_EVENTS = 200
_LIVE_MS = 5_000  # live, what is counted is counted anew no sooner


class Looked(NamedTuple):
    """A sheet, and what is drawn beside it: of a model its life, of a flow what came of it."""

    sheet: Sheet | None = None
    life: Lifecycle | None = None
    integrity: Integrity | None = None


class GovernedReader:
    """The declared things at the reader's place in time. Used by one thread."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._wants_sheet = self._wants_audit = False
        self._idle_since_ms: int | None = None
        self._store: Store | None = None
        self._at_ms: int | None = None
        self._register: Register | None = None
        self._belongings: tuple[int, int, Belongings] | None = None
        self._looked: tuple[tuple[object, ...], Looked] | None = None
        self._audit: tuple[int, int, AuditTable] | None = None

    # -- who looks -----------------------------------------------------------------------------------------------------

    def want_sheet(self, wanted: bool) -> None:
        """Whether something declared is looked into."""
        self._wants_sheet = wanted
        self._looked_at()

    def show_audit(self, wanted: bool) -> None:
        """Whether what the audit finds goes with every frame."""
        self._wants_audit = wanted
        self._looked_at()

    def _looked_at(self) -> None:
        self._idle_since_ms = None if self._wants_sheet or self._wants_audit else self._now_ms()

    def due_s(self) -> float | None:
        """Seconds until `poll` has something to do; None: never."""
        if self._register is None or self._idle_since_ms is None:
            return None
        return max(0.0, (self._idle_since_ms + KEPT_MS - self._now_ms()) / 1000)

    def poll(self) -> None:
        """Let go of what nobody has looked at for a while."""
        if self._idle_since_ms is not None and self._now_ms() - self._idle_since_ms >= KEPT_MS:
            self.rest()

    @property
    def kinds(self) -> Sequence[EntityKind]:
        """The kinds whose states have to be read to keep this up."""
        if self._register is None:
            return ()
        from console.panes.sheets.register import KINDS

        return KINDS

    def moved(self, store: Store, at_ms: int | None) -> None:
        """The place in time is another (None: live), or the tape was opened anew."""
        self._store, self._at_ms = store, at_ms
        self.rest()

    def rest(self) -> None:
        """Let go of what was read."""
        self._register = self._belongings = self._looked = self._audit = None

    def take(self, records: Sequence[Record]) -> None:
        """Take in what was added."""
        if self._register is not None:
            self._register.take(records)

    # -- what is asked for ---------------------------------------------------------------------------------------------

    def look(self, entity: EntityRef, signals: Mapping[int, Signal], at_ms: int) -> Looked:
        """All that is known of a declared thing at a time."""
        if self._store is None or entity.kind not in GOVERNED:
            return Looked()
        register = self._read(signals)
        made_for = (entity, register.version, at_ms if self._at_ms is not None else at_ms // _LIVE_MS)
        if self._looked is None or self._looked[0] != made_for:
            from console.panes.sheets.register import Known
            from console.panes.sheets.sheet import governed_sheet

            known = Known(register, at_ms)
            keys: tuple[str, ...] = ()
            if entity.kind is EntityKind.FLOW:
                known, keys = self._flow(known, entity, signals)
            elif entity.kind is EntityKind.MODEL:
                known, keys = self._model(known, entity, signals)
            sheet = governed_sheet(known, entity)
            sheet = sheet._replace(signals=keys) if sheet is not None else None
            self._looked = made_for, Looked(sheet, known.life, known.integrity)
        return self._looked[1]

    def knows(self, entity: EntityRef) -> bool:
        """Whether anything is known of a declared thing."""
        at_ms = self._now_ms() if self._at_ms is None else self._at_ms
        return self._store is not None and self.look(entity, self._store.signals(), at_ms).sheet is not None

    def answers(self, job: str, signals: Mapping[int, Signal], at_ms: int) -> tuple[Fact, ...]:
        """Who answers for a job."""
        if self._store is None:
            return ()
        from console.panes.sheets.jobfacts import job_facts
        from console.panes.sheets.register import Known

        return tuple(job_facts(Known(self._read(signals), at_ms), job))

    def audit(self, signals: Mapping[int, Signal], at_ms: int) -> AuditTable | None:
        """What the audit finds as of a time, while somebody wants it; the same table while nothing has changed."""
        if self._store is None or not self._wants_audit:
            return None
        register = self._read(signals)
        minute = at_ms // 60_000  # ages are told to the minute
        if self._audit is None or self._audit[:2] != (register.version, minute):
            from console.panes.sheets.findings import audit_table

            self._audit = register.version, minute, audit_table(register, at_ms)
        return self._audit[2]

    # -- reading -------------------------------------------------------------------------------------------------------

    def _read(self, signals: Mapping[int, Signal]) -> Register:
        if self._register is not None:
            return self._register
        from console.governance.reviews import REVIEW
        from console.panes.sheets.register import KINDS, Register

        assert self._store is not None
        until_ms = 2**62 if self._at_ms is None else self._at_ms
        found = Register(one.entity.id for one in signals.values() if one.entity.kind is EntityKind.FLOW)
        with self._store.reading():
            states = self._store.states_at(self._at_ms, KINDS)
            told = self._store.records_between(-1, until_ms, (RecordKind.JOURNAL,), (REVIEW,))
        # What was written down later about an earlier time was not known yet.
        found.load(states, [one for one in told if one.seen_ms <= until_ms])
        self._register = found
        return found

    def _signals_of(self, flow: str, register: Register, signals: Mapping[int, Signal]) -> dict[int, bool]:
        """The signals that belong to a flow, by id, and whether each counts others as well."""
        held = self._belongings
        if held is None or held[:2] != (register.version, len(signals)):
            from console.governance.belonging import Belongings

            docs = {name: one.doc for name, one in register.flows.items()}
            held = self._belongings = (
                register.version,
                len(signals),
                Belongings(list(signals.values()), docs, register.jobs),
            )
        shared = {one.signal.key: one.shared for one in held[2].of(flow)}
        return {one: shared[signal.key] for one, signal in signals.items() if signal.key in shared}

    def _series(
        self, chosen: Mapping[int, bool], signals: Mapping[int, Signal], from_ms: int, to_ms: int
    ) -> list[Counted]:
        from console.governance.counting import Counted

        assert self._store is not None
        if not chosen:
            return []
        found = self._store.samples(list(chosen), from_ms, to_ms)
        return [Counted(signals[one], series.times_ms, series.values, chosen[one]) for one, series in found.items()]

    def _flow(self, known: Known, entity: EntityRef, signals: Mapping[int, Signal]) -> tuple[Known, tuple[str, ...]]:
        from console.governance.integrity import integrity
        from console.screens.drill.traces import WINDOW_MS  # here, for that needs what draws rows

        flow = known.register.flow(entity.id)
        if flow is None:
            return known, ()
        chosen = self._signals_of(flow.name, known.register, signals)
        from_ms = known.now_ms - WINDOW_MS
        series = self._series(chosen, signals, from_ms, known.now_ms)
        came = integrity(flow.doc, series, from_ms, known.now_ms)
        own = [signals[one].key for one, shared in chosen.items() if not shared]
        return known._replace(integrity=came), tuple(own)

    def _model(self, known: Known, entity: EntityRef, signals: Mapping[int, Signal]) -> tuple[Known, tuple[str, ...]]:
        from console.governance.lifecycle import lifecycle
        from console.governance.lifefacts import data_changes, life_facts, promotions_of
        from console.governance.modelnames import same_model

        assert self._store is not None
        name, register, at_ms = entity.id.partition("@")[0], known.register, known.now_ms
        mine = {
            one: False
            for one, signal in signals.items()
            if signal.entity.kind is EntityKind.MODEL and same_model(signal.entity.id.partition("@")[0], name)
        }
        fresh = self._series(mine, signals, at_ms - _FRESH_MS, at_ms)
        flows = {flow: one.doc for flow, one in register.flows.items()}
        facts = life_facts(name, at_ms, register.models.get(name), flows, register.jobs, register.deployments,
                           [one.signal for one in fresh if one.values])  # fmt: skip
        events = self._store.records_between(-1, at_ms, (RecordKind.EVENT,), entity=EntityRef(EntityKind.MODEL, name),
                                             limit=_EVENTS, newest_first=True)  # fmt: skip
        states = [state for flow in facts.flows for state in self._states_of(flow, at_ms)]
        facts = facts._replace(
            promotions=promotions_of(name, events),
            changes=data_changes(states),
            backlogs=[one for flow in facts.flows for one in self._behind(flow, register, signals, at_ms)],
        )
        keys = tuple(signals[one].key for one in mine)
        running: Sequence[Running] = facts.running
        return known._replace(life=lifecycle(facts), running=running), keys

    def _states_of(self, flow: str, at_ms: int) -> list[Record]:
        assert self._store is not None
        entity = EntityRef(EntityKind.FLOW, flow)
        found = self._store.records_between(-1, at_ms, (RecordKind.STATE,), entity=entity, limit=_STATES,
                                            newest_first=True)  # fmt: skip
        return found[::-1]

    def _behind(self, flow: str, register: Register, signals: Mapping[int, Signal], at_ms: int) -> list[Backlog]:
        from console.panes.sheets.behind import backlogs, tells

        doc = register.flows[flow].doc
        chosen = self._signals_of(flow, register, signals)
        telling = {one: shared for one, shared in chosen.items() if tells(signals[one], doc) is not None}
        return backlogs(flow, doc, self._series(telling, signals, at_ms - _BEHIND_MS, at_ms), at_ms)
