"""What the tape holds of a declared thing beside its documents: of a flow what came of it, of a model its life.

Read when it is looked into, as of the time that ``Known`` stands at. Used by one thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from console.signals import EntityKind, EntityRef, Record, RecordKind, Signal
from console.tape.store import Store

if TYPE_CHECKING:
    from console.governance.belonging import Belongings
    from console.governance.counting import Counted
    from console.governance.lifecycle import Backlog
    from console.governance.running import Running
    from console.panes.sheets.register import Known, Register

_FRESH_MS = 900_000  # an older word of a server is no fact of now
_BEHIND_MS = 6 * 3_600_000  # for so long back it is looked for times in which a flow was behind
_STATES = 200  # of one flow, in which changes are looked for
_EVENTS = 200


class Course:
    """What became of flows and models, as one tape has it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._belongings: tuple[int, int, Belongings] | None = None

    def flow(self, known: Known, entity: EntityRef, signals: Mapping[int, Signal]) -> tuple[Known, tuple[str, ...]]:
        """What came of a flow, and the keys of the signals that are its own."""
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

    def model(self, known: Known, entity: EntityRef, signals: Mapping[int, Signal]) -> tuple[Known, tuple[str, ...]]:
        """The life of a model and what runs of it, and the keys of its signals."""
        from console.governance.lifecycle import lifecycle
        from console.governance.lifefacts import data_changes, life_facts, promotions_of
        from console.governance.modelnames import same_model

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

        if not chosen:
            return []
        found = self._store.samples(list(chosen), from_ms, to_ms)
        return [Counted(signals[one], series.times_ms, series.values, chosen[one]) for one, series in found.items()]

    def _states_of(self, flow: str, at_ms: int) -> list[Record]:
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
