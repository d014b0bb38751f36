"""Objects are read when somebody looks, kept up meanwhile, and let go of a minute after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.inventory.query import Query
from console.screens.actions.registry import RefusedError
from console.screens.drill.watched import Watched
from console.screens.lists.reader import KEPT_MS, UNSEEN, InventoryReader
from console.screens.start import Start
from console.screens.tape.reader import TapeReader
from console.signals import EntityKind
from console.tape.store import Store, open_tape
from tests.inventory.making import MINUTE, T0, alloc, job, node, uuid

ALLOCS = Query(EntityKind.ALLOCATION)


@pytest.fixture
def tape(tmp_path: Path) -> Iterator[Store]:
    with open_tape(tmp_path / "t.tape", "create") as store:
        store.append([job(), node(), alloc(uuid(1)), alloc(uuid(2), number=1, at_ms=T0 + MINUTE, status="failed")])
        yield store


class _Clock:
    def __init__(self) -> None:
        self.now_ms = T0 + 2 * MINUTE

    def __call__(self) -> int:
        return self.now_ms


def _words(inventory: InventoryReader, at_ms: int) -> list[str]:
    table = inventory.table(at_ms)
    assert table is not None
    return [line.word for line in table.section.lines]


def test_first_the_screen_then_what_it_shows(tape: Store) -> None:
    clock = _Clock()
    inventory = InventoryReader(clock)
    inventory.moved(tape, None)
    assert inventory.due_s() is None
    assert inventory.unread == UNSEEN
    inventory.show(ALLOCS)
    inventory.poll()
    assert inventory.table(clock()) is None
    assert inventory.due_s() == 0.0
    inventory.poll()
    assert _words(inventory, clock()) == ["failed", "running"]
    assert EntityKind.ALLOCATION not in inventory.unread


def test_what_was_read_is_let_go_of_a_minute_after_the_last_look(tape: Store) -> None:
    clock = _Clock()
    inventory = InventoryReader(clock)
    inventory.moved(tape, None)
    inventory.show(ALLOCS)
    inventory.finish()
    inventory.poll()
    inventory.show(None)
    assert inventory.table(clock()) is None
    assert inventory.due_s() == KEPT_MS / 1000
    clock.now_ms += KEPT_MS - 1
    inventory.poll()
    assert EntityKind.ALLOCATION not in inventory.unread
    clock.now_ms += 1
    inventory.poll()
    assert inventory.unread == UNSEEN
    assert inventory.due_s() is None


def test_another_place_in_time_is_read_at_once(tape: Store) -> None:
    inventory = InventoryReader(_Clock())
    inventory.moved(tape, T0 + MINUTE)
    inventory.show(ALLOCS)
    inventory.finish()
    inventory.poll()
    assert _words(inventory, T0 + MINUTE) == ["failed", "running"]
    inventory.moved(tape, T0)
    assert _words(inventory, T0) == ["running"]


def test_what_was_found_is_told_or_refused(tape: Store) -> None:
    inventory = InventoryReader(_Clock())
    inventory.moved(tape, None)
    assert inventory.find("fra1").id == uuid(900)
    with pytest.raises(RefusedError, match="begins with 'zz'"):
        inventory.find("zz")
    assert inventory.due_s() == KEPT_MS / 1000  # nobody looks at a list


def test_a_live_list_follows_the_tape(tape: Store) -> None:
    clock = _Clock()
    reader = TapeReader(tape, Start(tape.path, "t", "live"), clock)
    reader.inventory.show(ALLOCS)
    reader.poll()
    assert reader.frame().table is None
    reader.poll()
    table = reader.frame().table
    assert table is not None
    assert table.unwell == 1
    assert reader.frame().table is table
    tape.append([alloc(uuid(1), at_ms=clock(), status="lost")])
    clock.now_ms += 1_000
    reader.poll()
    later = reader.frame().table
    assert later is not None
    assert later.unwell == 2
    assert [line.word for line in table.section.lines] == ["failed", "running"]


def test_a_sheet_goes_with_what_is_watched(tape: Store) -> None:
    reader = TapeReader(tape, Start(tape.path, "t", "replay", T0 + MINUTE), _Clock())
    reader.watch(Watched(f"allocation:{uuid(2)}"))
    reader.poll()
    detail = reader.frame().detail
    assert detail is not None
    assert detail.sheet is None
    reader.poll()
    detail = reader.frame().detail
    assert detail is not None
    assert detail.sheet is not None
    assert detail.sheet.word == "failed"
    again = reader.frame().detail
    assert again is not None
    assert again.sheet is detail.sheet


def test_playing_takes_the_list_along(tape: Store) -> None:
    clock = _Clock()
    reader = TapeReader(tape, Start(tape.path, "t", "replay", T0), clock)
    reader.inventory.show(ALLOCS)
    reader.finish()
    reader.poll()
    assert _words(reader.inventory, reader.place.at_ms) == ["running"]
    reader.toggle_play()
    clock.now_ms += MINUTE
    reader.poll()
    assert _words(reader.inventory, reader.place.at_ms) == ["failed", "running"]
