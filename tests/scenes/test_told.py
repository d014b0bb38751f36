"""What a verdict is made of is found among all that a tape has told, and nothing that matters is left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.analysis.alarms import alarms_of
from console.analysis.changes import changes_of
from console.analysis.telling import tells
from console.scenes.told import Told, told_between
from console.settings.paths import DEMO_TAPE
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import Store, open_tape

T0 = 1_795_409_041_000
_NAMES = ("TaskExited", "OOMKilled", "AllocationPlaced", "AllocationLost", "JobRegistered", "NodeDown", "firing")
_KINDS = (EntityKind.ALLOCATION, EntityKind.NODE, EntityKind.JOB, EntityKind.ALERT)


@pytest.fixture(scope="module")
def demo() -> Iterator[Store]:
    with open_tape(DEMO_TAPE, "read") as store:
        yield store


@pytest.mark.parametrize("minutes", [9, 14, 25, 40])
def test_alarms_and_changes_of_the_night_are_those_of_all_that_was_told(demo: Store, minutes: int) -> None:
    span = demo.span()
    assert span is not None
    at_ms = span[0] + minutes * 60_000
    everything = demo.records_between(span[0] - 1, at_ms, (RecordKind.EVENT, RecordKind.JOURNAL))
    states = demo.states_at(at_ms)
    with demo.reading():
        told = told_between(demo, span[0] - 1, at_ms)
    assert 0 < len(told) < len(everything)
    assert alarms_of(told, states, at_ms, span[0]) == alarms_of(everything, states, at_ms, span[0])
    assert changes_of(told, span[0], at_ms) == changes_of(everything, span[0], at_ms)


records = st.builds(
    lambda at, name, kind, key, severity, change: Record(
        RecordKind.EVENT, "nomad", EntityRef(kind, key), name, T0 + at, T0 + at,
        {"text": name, "severity": severity, "job": "n/j", "group": "g", "alloc": key, "change": change},
    ),
    st.integers(0, 900_000), st.sampled_from(_NAMES), st.sampled_from(_KINDS), st.sampled_from("abc"),
    st.sampled_from(["info", "ok", "warn", "bad"]), st.booleans(),
)  # fmt: skip


@given(st.lists(records, max_size=30))
def test_what_is_left_out_changes_no_alarm_and_no_change(everything: list[Record]) -> None:
    numbered = [one._replace(seq=at) for at, one in enumerate(everything, start=1)]
    told = [one for one in numbered if tells(one)]
    assert alarms_of(told, [], T0 + 900_000, T0) == alarms_of(numbered, [], T0 + 900_000, T0)
    assert changes_of(told, T0, T0 + 900_000) == changes_of(numbered, T0, T0 + 900_000)


def test_a_growing_tape_is_told_as_one_that_is_read_anew(tmp_path: Path) -> None:
    def event(at: int, severity: str) -> Record:
        about = EntityRef(EntityKind.ALLOCATION, f"a{at}")
        return Record(RecordKind.EVENT, "nomad", about, "X", T0 + at, T0 + at, {"text": "x", "severity": severity})

    with open_tape(tmp_path / "t.tape", "create") as store:
        store.append([event(at, "bad") for at in range(0, 100, 10)])
        with store.reading():
            told = Told(store, T0 - 1)
            assert told.until(T0 - 1, T0 + 50) == told_between(store, T0 - 1, T0 + 50)
        store.append([event(5, "bad"), event(200, "info"), event(150, "bad")])  # late, of no weight, early
        for at_ms in (T0 + 60, T0 + 140, T0 + 300):
            with store.reading():
                assert told.until(at_ms - 100, at_ms) == told_between(store, at_ms - 100, at_ms)
