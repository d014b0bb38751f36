"""Documents of one object, and where its Nomad is, as a tape has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.screens.tape.docs import NomadSeen, TapeDoc, begins_with, document_of, nomad_of
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import Store, open_tape
from tests.inventory.making import alloc, node, uuid

JOB = EntityRef(EntityKind.JOB, "shop@eu/web")


def state(entity: EntityRef, at_ms: int, **body: Any) -> Record:
    return Record(RecordKind.STATE, "nomad", entity, "state", at_ms, at_ms, body)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    feed = EntityRef(EntityKind.FEED, "nomad:eu")
    records = [
        state(JOB, 1_000, version=1),
        state(JOB, 5_000, version=2),
        state(feed, 3_000, address="http://eu-1:4646"),
        state(feed, 6_000, address="http://eu-2:4646", region="eu-west"),
        state(EntityRef(EntityKind.FEED, "nomad"), 1_000, address="http://other:4646"),
        alloc(uuid(1), "web", 0, at_ms=1_000),
        node(uuid(900), "cpu-1", at_ms=1_000),
    ]
    with open_tape(str(tmp_path / "x.tape"), "create") as tape:
        tape.append(records)
    return open_tape(str(tmp_path / "x.tape"), "read")


def test_the_document_in_force(store: Store) -> None:
    assert document_of(store, JOB, 4_999) == TapeDoc(JOB, {"version": 1}, 1_000)
    assert document_of(store, JOB, 5_000).body == {"version": 2}
    assert document_of(store, JOB, 999) == TapeDoc(JOB, {})


def test_a_task_and_a_group_are_known_by_what_they_are_in(store: Store) -> None:
    task = EntityRef(EntityKind.TASK, f"{uuid(1)}/server")
    assert document_of(store, task, 9_000).body["job"] == "web"
    assert document_of(store, EntityRef(EntityKind.GROUP, "shop@eu/web/front"), 9_000).body == {"version": 2}


@pytest.mark.parametrize(
    ("at_ms", "seen"),
    [
        (1_000, NomadSeen("http://eu-1:4646")),  # before anybody recorded
        (4_000, NomadSeen("http://eu-1:4646")),
        (9_000, NomadSeen("http://eu-2:4646", "eu-west")),
    ],
)
def test_the_nomad_is_that_of_the_cluster(store: Store, at_ms: int, seen: NomadSeen) -> None:
    assert nomad_of(store, document_of(store, JOB, at_ms), at_ms) == seen


def test_a_nomad_that_nobody_told_of(store: Store) -> None:
    assert nomad_of(store, TapeDoc(EntityRef(EntityKind.JOB, "a@us/x"), {}), 9_000) == NomadSeen()


def test_what_begins_like_this(store: Store) -> None:
    assert begins_with(store, uuid(1)[:8], None) == [EntityRef(EntityKind.ALLOCATION, uuid(1))]
    assert begins_with(store, "cpu", 9_000) == [EntityRef(EntityKind.NODE, uuid(900))]
    assert begins_with(store, uuid(1)[:8], 999) == []
