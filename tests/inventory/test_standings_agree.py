"""A list of objects and the board's scheduling pane judge the same documents: nothing is well on one and not on the
other."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.inventory.standings import STANDINGS
from console.signals import EntityKind, Health, Pane, Record
from tests.inventory.making import T0, book, job, node
from tests.panes.build import board

COUNTS = ("desired", "running", "starting", "unhealthy", "failed", "lost", "unknown", "queued")
DEPLOYMENT = st.fixed_dictionaries(
    {
        "version": st.sampled_from((2, 3)),
        "status": st.sampled_from(("running", "pending", "failed", "paused", "blocked", "successful", "cancelled")),
        "healthy": st.integers(0, 1),
        "desired": st.integers(0, 2),
        "text": st.just("Deployment is running"),
    },
    optional={"require_progress_by_ms": st.sampled_from((T0 - 1, T0 + 60_000))},
)
JOBS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(("service", "batch", "system", "sysbatch")),
        "status": st.sampled_from(("pending", "running", "dead")),
        "stopped": st.booleans(),
        "counts": st.fixed_dictionaries(dict.fromkeys(COUNTS, st.integers(0, 2))),
    },
    optional={
        "deployment": DEPLOYMENT,
        "blocked": st.just([{"group": "answerer", "queued": 1, "text": "0 of 4 nodes fit"}]),
    },
)
NODES = st.fixed_dictionaries(
    {
        "status": st.sampled_from(("ready", "down", "disconnected", "initializing", "gone")),
        "eligibility": st.sampled_from(("eligible", "ineligible")),
        "drain": st.booleans(),
        "unhealthy_drivers": st.sampled_from(([], ["docker"])),
    }
)


def listed(kind: EntityKind, record: Record) -> tuple[Health, str]:
    held = book(record)
    stands = STANDINGS[kind](next(iter(held.of(kind).values())), held, T0)
    return stands.health, stands.word


@given(JOBS)
def test_a_job_stands_alike_in_its_list_and_on_the_board(fields: dict[str, Any]) -> None:
    record = job(**fields)
    (row,) = board(T0, [record]).rows(Pane.SCHEDULING)
    assert listed(EntityKind.JOB, record)[0] is row.health


@given(NODES)
def test_a_node_has_a_row_on_the_board_just_when_its_list_does_not_call_it_well(fields: dict[str, Any]) -> None:
    record = node(**fields)
    health, word = listed(EntityKind.NODE, record)
    rows = board(T0, [record]).rows(Pane.SCHEDULING)
    assert [(row.health, row.word) for row in rows] == ([] if health is Health.OK else [(health, word)])
