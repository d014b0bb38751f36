"""The states that a scene is made of; of a tape that grows only those that changed are read again."""

from __future__ import annotations

from collections.abc import Sequence
from sys import intern

from console.signals import EntityKind, EntityRef, Record
from console.tape.store import Store

_UNUSED = (
    EntityKind.DEPLOYMENT, EntityKind.EVALUATION, EntityKind.SERVICE,  # their events and their job tell it all
    EntityKind.CONTRACT, EntityKind.KPI, EntityKind.WAIVER, EntityKind.FINDING, EntityKind.AUDIT,  # for the audit
)  # fmt: skip
USED = tuple(kind for kind in EntityKind if kind not in _UNUSED)
_NEEDED = ("namespace", "job", "cluster", "status", "gone", "node_id", "name")  # of allocations


def states_at(store: Store, at_ms: int) -> list[Record]:
    """The states in force at a time, by kind and id. Call it within ``store.reading()``."""
    return sorted((needed(one) for one in store.each_state(at_ms, USED)), key=_place)


def needed(state: Record) -> Record:
    """Of ten thousand allocations only where they run and whose they are: all of it would take many times the room."""
    if state.entity.kind is not EntityKind.ALLOCATION:
        return state
    body = {name: _once(state.body[name]) for name in _NEEDED if name in state.body}
    return state._replace(body=body, source=intern(state.source), name=intern(state.name))


def _once(value: object) -> object:
    """Thousands are of one job and on one node: its name is held once."""
    return intern(value) if type(value) is str else value


def _place(state: Record) -> tuple[str, str]:
    return state.entity


class States:
    """The states in force, kept up as the tape grows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[EntityRef, Record] = {}
        self._seq = 0
        self._at_ms = -(2**62)

    def at(self, at_ms: int) -> Sequence[Record]:
        """Those in force at a time, by kind and id. Times rise. Call it within ``store.reading()``."""
        last = self._store.last_seq()
        for one in self._store.each_state_since(at_ms, self._seq, self._at_ms, USED):
            held = self._held.get(one.entity)
            if held is None or held.seq != one.seq:
                self._held[one.entity] = needed(one)
        self._seq, self._at_ms = last, at_ms
        if len(self._held) != self._store.count_states(at_ms, USED):  # what is long over was forgotten by the tape
            self._held = {one.entity: one for one in states_at(self._store, at_ms)}
        return sorted(self._held.values(), key=_place)
