"""The columns of allocations."""

from __future__ import annotations

from console.format import age
from console.inventory.lines import Field, Kind, count
from console.inventory.objects.allocation import Allocation
from console.inventory.shapes import Cell, Column
from console.inventory.words import cpu_text, memory_text, node_text, short_id, where_by_id
from console.signals import EntityKind, Health


def _age_s(one: Allocation, now_ms: int) -> float | None:
    return (now_ms - one.created_ms) / 1000 if one.created_ms else None


def _exit(one: Allocation) -> Cell:
    code = one.exit_code
    if code is None:
        return Cell("")
    return Cell(str(code), Health.OK if code in (0, 130, 143) else Health.WARN, code)


def _wanted(one: Allocation) -> Cell:
    """What Nomad wants, where its client says something else than that."""
    agree = {
        "run": ("running", "pending", "complete"),
        "stop": ("complete", "failed", "lost"),
        "evict": ("complete", "failed"),
    }
    if not one.desired or one.gone or one.status in agree.get(one.desired, ()):
        return Cell("")
    return Cell(f"wants {one.desired}")


ALLOCATIONS = Kind(
    EntityKind.ALLOCATION,
    name=lambda one: one.name,
    where=lambda one: where_by_id(one.job),
    note=lambda one: one.last_event,
    tie=lambda one: (one.job, one.group, one.number, -one.created_ms, one.id),
    text=lambda one: (
        f"{one.id} {one.name} {one.job} {one.group} {one.node} {one.status} v{one.version} {one.last_event}"
    ),
    fields=(
        Field(Column("ID", left=True, cells=8), lambda one, _: Cell(short_id(one.id)), lambda one: one.id),
        Field(
            Column("Node", left=True, cells=12),
            lambda one, _: Cell(node_text(one.node, one.node_id)),
            lambda one: one.node or one.node_id,
        ),
        Field(Column("Age"), lambda one, now: Cell(age(_age_s(one, now))), lambda one: -one.created_ms),
        Field(
            Column("Restarts"),
            lambda one, _: count(one.restarts),
            lambda one: one.restarts,
            falling=True,
        ),
        Field(Column("Exit"), lambda one, _: _exit(one), lambda one: one.exit_code, falling=True),
        Field(
            Column("OOM"),
            lambda one, _: count(one.oom_kills, Health.WARN),
            lambda one: one.oom_kills,
            falling=True,
        ),
        Field(Column("Version"), lambda one, _: Cell(f"v{one.version}"), lambda one: one.version, falling=True),
        Field(
            Column("Resched."),
            lambda one, _: count(one.reschedules),
            lambda one: one.reschedules,
            falling=True,
        ),
        Field(
            Column("CPU", cells=7), lambda one, _: Cell(cpu_text(one.cpu_mhz)), lambda one: one.cpu_mhz, falling=True
        ),
        Field(
            Column("Memory", cells=7),
            lambda one, _: Cell(memory_text(one.memory_mb)),
            lambda one: one.memory_mb,
            falling=True,
        ),
        Field(Column("Wanted", left=True, cells=10), lambda one, _: _wanted(one), lambda one: one.desired),
    ),
)
