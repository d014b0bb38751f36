"""A long list begins before all of it has been read, and what it begins with is how it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.inventory.query import Query
from console.inventory.shapes import Table
from console.screens.lists.glance import LEAST, glance
from console.screens.lists.reader import InventoryReader
from console.signals import EntityKind, Record
from console.tape.store import Store, open_tape
from tests.inventory.making import T0, alloc, task, uuid

ALLOCS = Query(EntityKind.ALLOCATION)
WELL = 40
ODD = (
    {"status": "failed"},
    {"status": "lost", "next": uuid(7)},
    {"status": "pending", "restarts": 2},
    {"healthy": False},
    {"healthy": None, "deployment": uuid(8)},
    {"restarts": 3, "tasks": {"answerer": task(state="pending", restarts=3)}},
    {"status": "unknown"},
)


def _cluster(odd: int) -> list[Record]:
    well = [alloc(uuid(one), number=one) for one in range(WELL)]
    return well + [alloc(uuid(1000 + one), number=1000 + one, **ODD[one % len(ODD)]) for one in range(odd)]


@pytest.fixture
def tape(tmp_path: Path) -> Iterator[Store]:
    with open_tape(tmp_path / "t.tape", "create") as store:
        store.append(_cluster(LEAST))
        yield store


def _lines(table: Table | None) -> list[tuple[str, str]]:
    assert table is not None
    return [(line.key, line.word) for line in table.section.lines]


def test_what_needs_a_look_is_there_before_the_rest_and_stays_where_it_is(tape: Store) -> None:
    inventory = InventoryReader(lambda: T0)
    inventory.moved(tape, None)
    inventory.show(ALLOCS)
    inventory.poll()
    first = inventory.table(T0)
    assert first is not None
    assert (first.whole, first.total) == (False, WELL + LEAST)
    assert 0 < (inventory.due_s() or 0) <= 0.1, "the rest follows when this can have been drawn"
    inventory.finish()
    inventory.poll()
    whole = inventory.table(T0)
    assert whole is not None
    assert (whole.whole, whole.total, whole.unwell) == (True, first.total, first.unwell)
    assert len(whole.section.lines) == WELL + LEAST
    assert _lines(whole)[:LEAST] == _lines(first)


def test_fewer_than_fill_a_screen_are_no_beginning(tmp_path: Path) -> None:
    with open_tape(tmp_path / "t.tape", "create") as store:
        store.append(_cluster(LEAST - 1))
        assert glance(store, ALLOCS, T0) is None


@pytest.mark.parametrize(
    "query", [Query(EntityKind.NODE), ALLOCS._replace(filter="x"), ALLOCS._replace(inverted=True)]
)  # fmt: skip
def test_only_the_list_that_is_long_begins_so(tape: Store, query: Query) -> None:
    assert glance(tape, query, T0) is None


def test_of_a_time_that_is_past_the_whole_list_is_read(tape: Store) -> None:
    inventory = InventoryReader(lambda: T0)
    inventory.moved(tape, T0)
    inventory.show(ALLOCS)
    inventory.poll()
    assert inventory.table(T0) is None
    inventory.poll()
    assert len(_lines(inventory.table(T0))) == WELL + LEAST
