"""Who answers for data flows and jobs that touch data, and what is missing."""

from __future__ import annotations

from typing import Any

from console.analysis.owners import ownership_of
from console.analysis.topology import topology_of
from console.findings import OwnershipDoc
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind, Signal

NONE = ["no owner", "no on-call", "no data contract"]


def state(kind: EntityKind, name: str, **body: Any) -> Record:
    return Record(RecordKind.STATE, "test", EntityRef(kind, name), kind.value, 1, 1, body)


def job(name: str, status: str = "running", **meta: str) -> Record:
    return state(EntityKind.JOB, f"prod/{name}", status=status, meta=meta)


def owners(states: list[Record], *signals: Signal) -> dict[str, OwnershipDoc]:
    found = ownership_of(states, signals, topology_of(states, signals), 1)
    return {one["flow"]: one for one in found}


def signal(flow: str) -> Signal:
    return Signal(f"in{{{flow}}}", "in", EntityRef(EntityKind.FLOW, flow), Pane.INGESTION)


def test_a_file_answers_and_the_producers_meta_where_it_is_silent() -> None:
    flow = state(
        EntityKind.FLOW,
        "price-docs",
        owner="pricing",
        on_call=None,
        contract="c.yaml",
        producer="prod/price-feed",
        origin="flows.toml:3",
    )
    one = owners([flow, job("price-feed", owner="Pricing", oncall="pricing-pager")])["price-docs"]
    assert one == {"flow": "price-docs", "owner": "pricing", "on_call": "pricing-pager", "problems": []}
    other = owners([flow, job("price-feed", owner="somebody", oncall="pricing-pager")])["price-docs"]
    assert other["owner"] == "pricing"
    assert other["problems"] == ["owner disputed: pricing by flows.toml:3, somebody by job meta of prod/price-feed"]


def test_a_flow_that_only_signals_know_and_nobody_answers_for() -> None:
    found = owners([job("partner-feed")], signal("partner"))
    assert found["partner"] == {"flow": "partner", "owner": None, "on_call": None, "problems": NONE}
    assert found["partner-feed"]["problems"] == NONE


def test_who_only_takes_data_owes_no_contract() -> None:
    states = [
        job("catalog", produces="docs.catalog", owner="x", on_call="y", data_contract="z"),
        job("reader", consumes="docs.>", team="t"),
    ]
    found = owners(states)
    assert found["catalog"]["problems"] == []
    assert found["reader"] == {"flow": "reader", "owner": "t", "on_call": None, "problems": ["no on-call"]}


def test_jobs_without_data_dead_ones_runs_and_removed_flows_are_left_out() -> None:
    states = [
        job("gateway"), job("old-feed", "dead", produces="docs.old"),
        state(EntityKind.JOB, "prod/nightly/periodic-1", parent="nightly", status="running", meta={"consumes": "docs"}),
        state(EntityKind.FLOW, "gone", owner=None, removed=True, consumers=[]),
    ]  # fmt: skip
    assert owners(states) == {}
