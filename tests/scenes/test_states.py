"""The states that scenes are made of: those kept up as the tape grows are those that a whole reading finds."""

from __future__ import annotations

from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from console.scenes.states import States, states_at
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import open_tape
from tests.tape.making import T0

KINDS = (EntityKind.ALLOCATION, EntityKind.NODE, EntityKind.JOB, EntityKind.SERVICE)
STATUS = st.sampled_from(("run", "lost"))
STATE = st.tuples(st.sampled_from(KINDS), st.sampled_from("abc"), st.integers(-40, 60), STATUS)

Round = tuple[list[tuple[EntityKind, str, int, str]], int, bool]


def record(kind: EntityKind, name: str, at_ms: int, status: str) -> Record:
    body = {"status": status, "job": name, "tasks": {"t": at_ms}}
    return Record(RecordKind.STATE, "nomad", EntityRef(kind, name), kind.value, T0 + at_ms, T0, body)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.lists(STATE, max_size=6), st.integers(0, 12), st.booleans()), max_size=8))
def test_states_late_ahead_or_forgotten_are_those_in_force(rounds: list[Round]) -> None:
    with TemporaryDirectory() as place, open_tape(f"{place}/t.tape", "create") as store:
        kept, at_ms = States(store), T0
        for given_states, later_ms, forget in rounds:
            store.append([record(*one) for one in given_states])
            at_ms += later_ms
            if forget:
                store.prune(at_ms - 20, lambda one: one.body["status"] == "lost")
            with store.reading():
                assert list(kept.at(at_ms)) == states_at(store, at_ms)
