"""Which tasks one can go into."""

from __future__ import annotations

from typing import Any

from console.screens.out.entering import Room, rooms_among, rooms_of
from console.screens.tape.docs import TapeDoc
from console.signals import EntityKind, EntityRef

ID = "3f2a91bc-0b1d-4c52-8f3b-6d1f0a9c7e55"
DOC = {
    "name": "web.front[0]",
    "namespace": "shop",
    "cluster": "eu",
    "tasks": {"server": {"state": "running"}, "migrate": {"state": "dead"}, "proxy": {"state": "running"}},
}


def doc(kind: EntityKind, entity_id: str, body: dict[str, Any]) -> TapeDoc:
    return TapeDoc(EntityRef(kind, entity_id), body, 1)


def test_the_running_tasks_of_an_allocation() -> None:
    found = rooms_of(doc(EntityKind.ALLOCATION, ID, DOC))
    assert found == [Room(ID, task, "web.front[0]", "shop", "eu") for task in ("server", "proxy")]


def test_a_tape_of_an_earlier_version_tells_the_state_alone() -> None:
    old = {**DOC, "tasks": {"server": "running", "migrate": "dead"}}
    assert [room.task for room in rooms_of(doc(EntityKind.ALLOCATION, ID, old))] == ["server"]


def test_one_task_is_itself_if_it_runs() -> None:
    assert [room.task for room in rooms_of(doc(EntityKind.TASK, f"{ID}/proxy", DOC))] == ["proxy"]
    assert rooms_of(doc(EntityKind.TASK, f"{ID}/migrate", DOC)) == []
    assert rooms_of(doc(EntityKind.ALLOCATION, ID, {})) == []


def test_the_running_tasks_of_a_job_by_name() -> None:
    def one(known: str, name: str, **tasks: str) -> dict[str, Any]:
        return {"id": known, "name": name, "tasks": tasks}

    told = [one("b", "web[1]", server="running", init="dead"), one("a", "web[0]", server="running"),
            one("c", "web[2]", server="dead"), one("d", "web[3]")]  # fmt: skip
    assert rooms_among(told, "shop@eu/web") == [
        Room("a", "server", "web[0]", "shop", "eu"),
        Room("b", "server", "web[1]", "shop", "eu"),
    ]
