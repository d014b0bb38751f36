"""What is gathered about one object: whose signals, which allocation runs, which events and of what."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.panes.board import BoardModel
from console.screens.drill.details import detail
from console.screens.drill.happenings import happenings
from console.screens.frame import Place, Running
from console.signals import Bad, Block, EntityKind, EntityRef, Pane, Record, RecordKind, Signal
from console.tape.store import Store, open_tape
from tests.screens.sheets import JOB, LOST, NODE, WELL, job, lost

NOW_MS = 1_795_410_000_000
PLACE = Place(NOW_MS, (NOW_MS - 3_600_000, NOW_MS), live=False)
TASK = EntityRef(EntityKind.TASK, f"{WELL.id}/server")


def event(entity: EntityRef, text: str, at_ms: int, severity: str = "info", **more: object) -> Record:
    body = {"text": text, "severity": severity, **more}
    return Record(RecordKind.EVENT, "nomad", entity, "told", at_ms, at_ms, body)


def signal(key: str, entity: EntityRef, **labels: str) -> Signal:
    return Signal(key, key, entity, Pane.SCHEDULING, bad=Bad.UP, source="prometheus", labels=labels)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    runs = {"status": "running", "cpu_mhz": 500, "memory_mb": 256, "cluster": "eu", "deployment": "d0d0d0d0-1",
            "tasks": {"server": {"state": "running"}}}  # fmt: skip
    found = open_tape(tmp_path / "a.tape", "create")
    found.append(
        [
            Record(RecordKind.STATE, "nomad", WELL, "allocation", NOW_MS - 9_000, NOW_MS, runs),
            Record(RecordKind.STATE, "nomad", LOST, "allocation", NOW_MS - 9_000, NOW_MS, {**runs, "status": "lost"}),
            event(WELL, "server: Task Setup", NOW_MS - 8_000, minor=True, task="server"),
            event(WELL, "sidecar was killed for memory", NOW_MS - 7_000, "bad", task="sidecar"),
            event(WELL, "answerer[1] placed on fra1-gpu-01", NOW_MS - 9_000),
            event(LOST, "answerer[0] is lost", NOW_MS - 6_000, "bad"),
            event(LOST, "server: Started", NOW_MS - 6_500, minor=True),
            event(NODE, "fra1-gpu-02 is down", NOW_MS - 6_100, "bad"),
            event(EntityRef(EntityKind.DEPLOYMENT, "d0d0d0d0-1"), "deployment failed", NOW_MS - 5_000, "bad"),
            event(JOB, "answerer version 7 registered", NOW_MS - 9 * 86_400_000),
        ],
        [
            Block("prometheus", [one], [NOW_MS - 5_000], [[1.0]])
            for one in (signal("cpu", JOB), signal("use", EntityRef(EntityKind.JOB, "x/y"), alloc_id=WELL.id))
        ],
    )
    yield found
    found.close()


def told(store: Store, entity: EntityRef) -> list[tuple[str, bool]]:
    sheet = {JOB: job(), LOST: lost()}.get(entity)
    return [(one.text, one.minor) for one in happenings(store, [entity], sheet, NOW_MS)]


def test_an_allocation_tells_all_its_events_and_says_which_are_minor(store: Store) -> None:
    assert told(store, WELL) == [
        ("sidecar was killed for memory", False),
        ("server: Task Setup", True),
        ("answerer[1] placed on fra1-gpu-01", False),
    ]


def test_a_task_tells_its_own_and_those_of_no_task(store: Store) -> None:
    assert [text for text, _ in told(store, TASK)] == ["server: Task Setup", "answerer[1] placed on fra1-gpu-01"]


def test_of_its_parts_only_what_matters_is_told(store: Store) -> None:
    assert [text for text, _ in told(store, JOB)] == [
        "deployment failed", "answerer[0] is lost", "sidecar was killed for memory",
    ]  # fmt: skip
    assert ("fra1-gpu-02 is down", False) in told(store, LOST)


@pytest.mark.parametrize(
    ("entity", "expected"),
    [(WELL, Running(WELL.id, "eu", 500, 256)), (TASK, Running(WELL.id, "eu", 500, 256)), (LOST, None), (JOB, None),
     (EntityRef(EntityKind.TASK, f"{WELL.id}/other"), None)],
)  # fmt: skip
def test_use_is_asked_for_where_something_runs(store: Store, entity: EntityRef, expected: Running | None) -> None:
    found = detail(store, BoardModel(), store.signals(), str(entity), PLACE)
    assert found.running == expected


def test_signals_with_its_id_are_its_own_else_those_of_its_job(store: Store) -> None:
    signals = store.signals()
    own = detail(store, BoardModel(), signals, str(WELL), PLACE, lost()._replace(entity=WELL))
    assert ([trace.name for trace in own.traces], own.borrowed) == (["use"], "")
    other = detail(store, BoardModel(), signals, str(LOST), PLACE, lost())
    assert ([trace.name for trace in other.traces], other.borrowed) == (["cpu"], "of its job answerer")


def test_what_is_on_no_tape_has_not_been_seen(store: Store) -> None:
    found = detail(store, BoardModel(), {}, "allocation:ffff", PLACE)
    assert (found.seen, found.row, found.entity) == (False, None, EntityRef(EntityKind.ALLOCATION, "ffff"))
    assert detail(store, BoardModel(), {}, str(WELL), PLACE).seen
