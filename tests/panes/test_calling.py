"""Who is on call, looked up at once: the same as by going through all schedules; whoever asked hears of a change."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.governance.oncall import on_call_now
from console.panes.calling import Calling
from console.signals import EntityKind, EntityRef, Record
from tests.panes.build import T0, state

ROW = EntityRef(EntityKind.FLOW, "docs")
NAMES = st.sampled_from(["a", "A", "b", "team-a", "rota:a", "rota:b", "pagerduty:P1", "P1", "http://x/a", " a "])


def schedule(key: str, name: str, who: str, *names: str, at: int = T0, **more: Any) -> Record:
    body = {"provider": key.partition(":")[0], "name": name, "names": list(names), "read_ms": at, "origin": "x",
            "now": [{"who": who, "level": 1}], **more}  # fmt: skip
    return state(EntityRef(EntityKind.ONCALL, key), body, at, "oncall")


def owner(name: str, **more: Any) -> Record:
    return state(EntityRef(EntityKind.OWNER, name), {"kind": "group", "members": [], "origin": "x", **more})


@given(
    ref=NAMES,
    schedules=st.lists(st.tuples(st.sampled_from(["rota:a", "rota:b", "pagerduty:P1"]), NAMES, NAMES), max_size=5),
    owned=st.none() | NAMES,
)
def test_the_same_as_by_going_through_all(ref: str, schedules: list[tuple[str, str, str]], owned: str | None) -> None:
    calling = Calling()
    for number, (key, name, other) in enumerate(schedules):
        calling.take(schedule(key, name, f"p{number}", other, url="http://x/a" if number else ""))
    if owned is not None:
        calling.take(owner(ref, on_call=owned))
    assert calling.now(ref, T0, ROW) == on_call_now(ref, dict(sorted(calling.schedules.items())), T0, calling.owners)


def test_whoever_asked_hears_of_it_and_nobody_else() -> None:
    calling, other = Calling(), EntityRef(EntityKind.JOB, "p/a")
    calling.now("night", T0, ROW)
    calling.now("day", T0, other)
    assert calling.take(schedule("rota:night", "night", "ana")) == {ROW}
    found = calling.now("night", T0, ROW)
    assert found is not None and found.who == "ana"
    assert calling.take(schedule("rota:night", "night", "bo")) == {ROW}
    again = calling.now("night", T0, ROW)
    assert again is not None and again.who == "bo"
    assert calling.take(schedule("rota:night", "renamed", "bo")) == {ROW}
    assert calling.take(schedule("rota:day", "day", "chris", removed=True)) == set()


def test_an_owner_that_gets_a_schedule_is_heard_of() -> None:
    calling = Calling()
    calling.take(schedule("rota:night", "night", "ana"))
    assert calling.now("search", T0, ROW) is None
    assert calling.take(owner("search", on_call="night")) == {ROW}
    found = calling.now("search", T0, ROW)
    assert found is not None and found.who == "ana"
    assert calling.take(schedule("rota:night", "night", "bo")) == {ROW}
    assert calling.synonyms()["night"] == "rota:night"
