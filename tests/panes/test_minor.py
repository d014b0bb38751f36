"""Events that only somebody who looks at their entity wants to know: no mark on the strip, no line of the timeline, no
evidence, no reason to look at the tape again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from console.panes.marks import Marks, mark
from console.panes.moments import moment
from console.recorder.analyst import matters
from console.recorder.endings import is_over
from console.scenes.states import states_at
from console.scenes.told import told_between
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import open_tape
from tests.panes.build import T0

ALLOCATION = EntityRef(EntityKind.ALLOCATION, "a1")


def event(minor: bool, severity: str = "info", entity: EntityRef = ALLOCATION) -> Record:
    body = {"text": "answerer[0] started", "severity": severity, **({"minor": True} if minor else {})}
    return Record(RecordKind.EVENT, "nomad", entity, "TaskStarted", T0, T0, body, once=f"{minor}:{severity}")


@pytest.mark.parametrize("kind", [EntityKind.ALLOCATION, EntityKind.JOB, EntityKind.SERVICE])
@pytest.mark.parametrize("severity", ["info", "warn", "bad"])
def test_a_minor_event_is_passed_over_by_all_who_look_at_the_whole(kind: EntityKind, severity: str) -> None:
    plain, minor = (event(one, severity, EntityRef(kind, "x")) for one in (False, True))
    assert moment(plain) is not None and moment(minor) is None
    assert mark(minor) is None
    assert not matters(minor)
    marks = Marks()
    marks.take([minor])
    assert not marks.between(0, 2**62)
    if severity != "info":
        assert mark(plain) is not None and matters(plain)


def test_a_minor_event_is_no_evidence(tmp_path: Path) -> None:
    with open_tape(tmp_path / "t.tape", "create") as store:
        store.append([event(True, "bad"), event(False, "bad")])
        with store.reading():
            told = told_between(store, T0 - 60_000, T0 + 1000)
    assert [one.minor for one in told] == [False]


def test_what_nomad_collected_and_a_service_without_instances_are_over() -> None:
    def over(kind: EntityKind, body: dict[str, object]) -> bool:
        return is_over(Record(RecordKind.STATE, "nomad", EntityRef(kind, "x"), kind.value, T0, T0, body))

    assert over(EntityKind.ALLOCATION, {"status": "running", "gone": True})
    assert not over(EntityKind.ALLOCATION, {"status": "running"})
    assert over(EntityKind.SERVICE, {"instances": {}}) and not over(EntityKind.SERVICE, {"instances": {"i": {}}})


def test_analysis_holds_of_allocations_where_they_run_and_nothing_of_what_only_the_drill_down_shows(
    tmp_path: Path,
) -> None:
    doc = {"namespace": "n", "job": "j", "node_id": "n1", "status": "running", "tasks": {"t": {}}, "last_event": "x"}

    def state(kind: EntityKind, body: Mapping[str, object]) -> Record:
        return Record(RecordKind.STATE, "nomad", EntityRef(kind, "x"), kind.value, T0, T0, body)

    told = [state(EntityKind.ALLOCATION, doc), state(EntityKind.SERVICE, {"instances": {}}), state(EntityKind.NODE, {})]
    with open_tape(tmp_path / "t.tape", "create") as store:
        store.append(told)
        with store.reading():
            states = states_at(store, T0 + 1000)
    assert {one.entity.kind for one in states} == {EntityKind.ALLOCATION, EntityKind.NODE}
    kept = next(one.body for one in states if one.entity.kind is EntityKind.ALLOCATION)
    assert set(kept) == {"namespace", "job", "node_id", "status"}
