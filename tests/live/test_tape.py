"""What a recorder makes of a real Nomad: everything that is listed is on the tape, on the board and in the drill-down.

Nothing is assumed of what runs there: a Nomad without a job passes, and says so by skipping what needs one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.feeds.nomad.calls import Calls
from console.feeds.nomad.troubles import NomadTroubleError, Trouble
from console.inventory.book import KINDS, Book
from console.inventory.sheet import sheet
from console.panes.board import BoardModel
from console.signals import EntityKind, EntityRef, Pane, RecordKind
from console.tape.store import Store, open_tape
from tests.live.real import address, needs_nomad

pytestmark = needs_nomad
SETTLE_S = 20.0  # what was registered while the lists were read


@pytest.fixture
def store(tape: Path) -> Iterator[Store]:
    with open_tape(tape, "read") as opened:
        yield opened


def known(store: Store, kind: EntityKind) -> set[str]:
    return {state.entity.id for state in store.states_at(None, [kind])}


async def listed(endpoint: str) -> list[dict[str, str]]:
    """What Nomad lists now; skips where the token may not list it."""
    calls = Calls(address(), lambda: time.time_ns() // 1_000_000)
    try:
        return list((await calls.get(endpoint, namespace=address().namespace)).body or ())
    except NomadTroubleError as error:
        if error.trouble is Trouble.DENIED:
            pytest.skip(f"{endpoint}: {error.why}")
        raise
    finally:
        calls.close()


def until_known(store: Store, kind: EntityKind, wanted: set[str]) -> set[str]:
    """What of it is not on the tape, even after a while."""
    deadline = time.monotonic() + SETTLE_S
    while (left := wanted - known(store, kind)) and time.monotonic() < deadline:
        time.sleep(0.5)
    return left


async def test_every_job_is_on_the_tape(store: Store) -> None:
    jobs = {f"{one['Namespace']}/{one['ID']}" for one in await listed("jobs")}
    assert not until_known(store, EntityKind.JOB, jobs)


@pytest.mark.parametrize(("endpoint", "kind"), [("nodes", EntityKind.NODE), ("allocations", EntityKind.ALLOCATION)])
async def test_every_node_and_allocation_is_on_the_tape(store: Store, endpoint: str, kind: EntityKind) -> None:
    assert not until_known(store, kind, {one["ID"] for one in await listed(endpoint)})


async def test_what_was_before_the_recorder_is_on_the_tape(store: Store) -> None:
    events = [one for one in store.records_after(0) if one.kind is RecordKind.EVENT]
    if not known(store, EntityKind.ALLOCATION):
        pytest.skip("there is no allocation of which anything could be told")
    began = min(one.seen_ms for one in events) if events else 0
    assert any(one.at_ms < began for one in events) or not events


def board(store: Store) -> BoardModel:
    model = BoardModel()
    span = store.span()
    assert span is not None
    model.load(span[1], store.states_at(None), store.signals(), {})
    return model


def test_every_job_that_somebody_registered_has_a_row(store: Store) -> None:
    states = {state.entity.id: state for state in store.states_at(None, [EntityKind.JOB])}
    rows = {row.entity for row in board(store).rows(Pane.SCHEDULING)}
    parents = {state.body.get("parent") for state in states.values()} - {None, ""}
    for job, state in states.items():
        if not state.body.get("parent"):
            assert EntityRef(EntityKind.JOB, job) in rows, f"{job} has no row"
    assert all(isinstance(parent, str) for parent in parents)


def test_no_row_is_without_a_name_and_a_state(store: Store) -> None:
    model = board(store)
    assert all(row.name and row.health for pane in Pane for row in model.rows(pane))


@pytest.mark.parametrize("kind", KINDS)
def test_every_object_can_be_looked_into(store: Store, kind: EntityKind) -> None:
    book = Book()
    book.load(store.states_at(None))
    now_ms = time.time_ns() // 1_000_000
    entities = sorted(known(store, kind))[:300]
    if not entities:
        pytest.skip(f"there is no {kind.value} here")
    for one in entities:
        made = sheet(book, EntityRef(kind, one), now_ms)
        assert made is not None, one
        assert made.name and made.facts, one


def test_the_source_is_heard_all_the_time(store: Store) -> None:
    deadline = time.monotonic() + 45.0  # Nomad's stream has a heartbeat every 30 s at most
    first = store.pulses().get("nomad", 0)
    while store.pulses().get("nomad", 0) <= first and time.monotonic() < deadline:
        time.sleep(0.5)
    assert store.pulses().get("nomad", 0) > first
