"""The states of a kind of entity between two times: what became of them, and nothing of other kinds."""

from __future__ import annotations

from pathlib import Path

from console.signals import EntityKind, EntityRef
from console.tape.store import open_tape
from tests.tape.making import T0, event, job, state


def test_in_order_of_time_and_of_that_kind_only(tmp_path: Path) -> None:
    kpis = [EntityRef(EntityKind.KPI, name) for name in ("a", "b")]
    with open_tape(tmp_path / "t.tape", "create") as store:
        store.append([state(one, T0 + at, n=at) for at in (30, 10, 20, 40) for one in kpis])
        store.append([state(job("x"), T0 + 15), event(T0 + 15)])
        with store.reading():
            found = list(store.states_between(T0 + 10, T0 + 30, EntityKind.KPI))
            all_of_them = list(store.states_between(0, T0 + 100, EntityKind.KPI))
            none = list(store.states_between(0, T0 + 100, EntityKind.MODEL))
    assert [(one.at_ms - T0, one.entity.id) for one in found] == [(20, "a"), (20, "b"), (30, "a"), (30, "b")]
    assert len(all_of_them) == 8
    assert none == []
