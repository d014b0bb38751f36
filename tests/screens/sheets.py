"""Sheets made by hand, for screens that show them: a job with a lost allocation, one of its allocations, a node."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from console.inventory.shapes import Cell, Column, Fact, Line, Section, Sheet
from console.panes.board import BoardModel
from console.screens.drill.watched import Watched
from console.screens.frame import Detail, Place
from console.signals import EntityKind, EntityRef, Health, Signal
from console.tape.store import Store
from tests.tapes.story import minute

JOB = EntityRef(EntityKind.JOB, "llm-prod/answerer")
LOST = EntityRef(EntityKind.ALLOCATION, "b5e0c1a2-0000-4000-8000-000000000001")
WELL = EntityRef(EntityKind.ALLOCATION, "c7d1e2b3-0000-4000-8000-000000000002")
NODE = EntityRef(EntityKind.NODE, "node-fra1-gpu-02")
TASK = EntityRef(EntityKind.TASK, f"{LOST.id}/server")
WHY = (
    "0 of 4 nodes fit: 2 filtered by constraint ${node.class} = gpu, 1 by datacenter, 2 out of memory by 3.1 GiB, "
    "1 by a port that is taken"
)

_ALLOCATIONS = (
    Column("node", left=True), Column("version"), Column("restarts"), Column("age"), Column("exit"),
)  # fmt: skip
_ENDED = (Cell("dead"), Cell("3"), Cell("137"))


def allocation(of: EntityRef, name: str, health: Health, word: str, node: str, age: str) -> Line:
    """One allocation as a line."""
    cells = (Cell(node), Cell("v7"), Cell("3" if word else "0", health), Cell(age), Cell("137" if word else ""))
    return Line(str(of), of, health, name, word, cells, note=f"{of.id[:8]}")


def job(*, countdown_by_ms: int | None = None, lost_first: bool = True) -> Sheet:
    """A service with a lost allocation, a deployment on its way, an evaluation that waits, and two versions."""
    lines = [
        allocation(LOST, "answerer[0]", Health.BAD, "lost", "fra1-gpu-02", "14m"),
        allocation(WELL, "answerer[1]", Health.OK, "", "fra1-gpu-01", "3h"),
    ]
    deployment = EntityRef(EntityKind.DEPLOYMENT, "d0d0d0d0-1")
    evaluation = EntityRef(EntityKind.EVALUATION, "e1e1e1e1-1")
    return Sheet(
        entity=JOB,
        name="answerer",
        health=Health.BAD,
        word="2 of 3 running: 1 lost with node fra1-gpu-02, and nothing has taken its place",
        facts=(
            Fact("type", "service, priority 50"),
            Fact("version", "7, submitted 2026-11-23 04:00:00Z by ana"),
            Fact("deployment", "running, 1 of 3 healthy; must go on", Health.WARN, countdown_by_ms),
        ),
        parts=(
            Section("Allocations", _ALLOCATIONS, tuple(lines if lost_first else reversed(lines))),
            Section(
                "Deployments",
                (Column("status", left=True), Column("healthy")),
                (Line(str(deployment), deployment, Health.WARN, "d0d0d0d0", "", (Cell("running"), Cell("1/3"))),),
            ),
            Section(
                "Evaluations",
                (Column("status", left=True),),
                (Line(str(evaluation), evaluation, Health.WARN, "e1e1e1e1", WHY, (Cell("blocked"),)),),
            ),
            Section(
                "Versions",
                (Column("by", left=True), Column("at")),
                tuple(
                    Line(
                        f"version:{JOB.id}@{number}",
                        None,
                        Health.OK,
                        f"v{number}",
                        "",
                        (Cell(who), Cell(at)),
                        note=what,
                    )
                    for number, who, at, what in (
                        (7, "ana", "04:00Z", "image answerer:1.13 -> answerer:1.14; env RELEASE changed"),
                        (6, "ci", "01:12Z", "count of answerer 2 -> 3"),
                    )
                ),
            ),
            Section("Services", (), (), empty="No service is registered by it."),
        ),
        where="llm-prod",
        job=JOB,
        allocations=(LOST.id, WELL.id),
    )


def lost(*, gone: bool = False) -> Sheet:
    """An allocation of it that was lost."""
    return Sheet(
        entity=LOST,
        name="answerer[0]",
        health=Health.BAD,
        word="lost with node fra1-gpu-02",
        facts=(Fact("id", LOST.id), Fact("desired", "stop: alloc is lost"), Fact("memory", "256 MiB of limit 512 MiB")),
        parts=(
            Section(
                "Tasks",
                (Column("state", left=True), Column("restarts"), Column("exit")),
                (Line(str(TASK), TASK, Health.BAD, "server", "killed for memory", _ENDED),),
            ),
            Section("Node", (), (Line(str(NODE), NODE, Health.BAD, "fra1-gpu-02", "down"),)),
        ),
        where="llm-prod",
        gone=gone,
        job=JOB,
        allocations=(LOST.id,),
    )  # fmt: skip


def task() -> Sheet:
    """Its task."""
    return Sheet(TASK, "server", Health.BAD, "killed for memory", (Fact("exit", "137", Health.BAD),), (), "llm-prod",
                 job=JOB, allocations=(LOST.id,))  # fmt: skip


def node(allocations: int = 60) -> Sheet:
    """A node with many allocations."""
    refs = [EntityRef(EntityKind.ALLOCATION, f"a{number:07d}-1") for number in range(allocations)]
    lines = [allocation(ref, f"batch-{ref.id[1:8]}", Health.OK, "", "", "2h") for ref in refs]
    facts = (Fact("state", "down since 05:01:57Z", Health.BAD),)
    return Sheet(NODE, "fra1-gpu-02", Health.BAD, "down since 05:01:57Z, its allocations are lost", facts,
                 (Section("Allocations", _ALLOCATIONS, tuple(lines)),), "fra1")  # fmt: skip


SHEETS: Mapping[EntityRef, Sheet] = {JOB: job(countdown_by_ms=minute(17)), LOST: lost(), TASK: task(), NODE: node()}


def give(monkeypatch: pytest.MonkeyPatch, sheets: Mapping[EntityRef, Sheet]) -> None:
    """Have drill-downs get these, whatever the tape holds. ``sheets`` may change later."""
    real = Watched.detail

    def told(
        self: Watched, store: Store, model: BoardModel, signals: Mapping[int, Signal], place: Place,
        sheet: Sheet | None = None,
    ) -> Detail:  # fmt: skip
        return real(self, store, model, signals, place, None if self.entity is None else sheets.get(self.entity))

    monkeypatch.setattr(Watched, "detail", told)
