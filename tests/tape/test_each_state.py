"""States one by one are the same as all of them at once, however many there are."""

from __future__ import annotations

from pathlib import Path

from console.signals import EntityKind
from console.tape.store import open_tape
from tests.inventory.making import MINUTE, T0, alloc, job, uuid


def test_one_by_one_is_all_at_once(tmp_path: Path) -> None:
    with open_tape(tmp_path / "t.tape", "create") as store:
        store.append([job(), *(alloc(uuid(at), number=at) for at in range(700))])
        store.append([alloc(uuid(at), number=at, at_ms=T0 + MINUTE, status="lost") for at in range(0, 700, 7)])
        for at_ms in (None, T0, T0 + MINUTE, T0 - 1):
            for kinds in ((), (EntityKind.ALLOCATION,), (EntityKind.JOB, EntityKind.NODE)):
                with store.reading():
                    assert list(store.each_state(at_ms, kinds)) == store.states_at(at_ms, kinds)
        with store.reading():
            assert sum(one.body["status"] == "lost" for one in store.each_state(None, (EntityKind.ALLOCATION,))) == 100
