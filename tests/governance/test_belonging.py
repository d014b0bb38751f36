"""Which signals are a flow's own, which it shares, and which are none of its."""

from __future__ import annotations

import time
from typing import Any

from console.governance.belonging import Belongings
from console.governance.shapes import FlowDoc
from console.signals import EntityKind, EntityRef, Pane, Signal
from tests.governance.counters import flow


def signal(metric: str, entity: str, **labels: str) -> Signal:
    pane = Pane.SCHEDULING if metric == "cpu" else Pane.INGESTION
    kind, _, name = entity.partition(":")
    inside = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return Signal(f"{metric}{{{inside}}}", metric, EntityRef(EntityKind(kind), name), pane, "/s", labels=labels)


FEED = {"nomad_job": "price-feed", "namespace": "llm"}
INDEXER = {"nomad_job": "indexer", "namespace": "llm"}
SIGNALS = [
    signal("published_total", "flow:price", feed="price", **FEED),
    signal("published_total", "flow:stock", feed="stock", nomad_job="stock-feed", namespace="llm"),
    signal("received_total", "flow:price", source="price", **INDEXER),
    signal("batches_total", "job:llm/indexer", **INDEXER),
    signal("polls_total", "job:llm/price-feed", **FEED),
    signal("cpu", "job:llm/price-feed", **FEED),
    signal("in", "topic:DOCS", stream_name="DOCS"),
    signal("out", "consumer:DOCS/indexer", stream_name="DOCS"),
    signal("in", "topic:LOGS", stream_name="LOGS"),
]
JOBS: dict[str, dict[str, Any]] = {
    "llm/price-feed": {"meta": {"produces": "docs.price"}},
    "llm/stock-feed": {"meta": {"produces": "docs.stock"}},
    "llm/indexer": {"meta": {"consumes": "docs.>"}},
}


def of(name: str, flows: dict[str, FlowDoc] | None = None) -> dict[str, bool]:
    found = Belongings(SIGNALS, flows or {}, JOBS).of(name)
    return {f"{one.signal.entity}/{one.signal.key.partition('{')[0]}": one.shared for one in found}


WHOLE = {
    "flow:price/published_total": False,
    "flow:price/received_total": False,
    "job:llm/price-feed/polls_total": False,
    "job:llm/indexer/batches_total": True,
    "topic:DOCS/in": True,
    "consumer:DOCS/indexer/out": True,
}


def test_a_declared_flow_by_its_subject() -> None:
    found = of("docs.price", {"docs.price": flow(producer="llm/price-feed"), "docs.stock": flow()})
    assert found == WHOLE


def test_a_flow_that_only_signals_know() -> None:
    found = of("price")
    assert {"flow:price/published_total": False, "job:llm/price-feed/polls_total": False}.items() <= found.items()
    assert "flow:stock/published_total" not in found


def test_a_queue_whose_consumer_is_called_after_the_job_that_counts_the_flow() -> None:
    """Nobody says which subjects it runs through: the job that receives it takes from ``DOCS/indexer``."""
    partner = [signal("received_total", "flow:partner", source="partner", **INDEXER), SIGNALS[0]]
    found = Belongings([*SIGNALS, *partner], {}, {}).of("partner")
    shared = {str(one.signal.entity) for one in found if one.shared}
    assert shared >= {"topic:DOCS", "consumer:DOCS/indexer"} and "topic:LOGS" not in shared


def test_match_labels() -> None:
    found = of("prices", {"prices": flow(match={"feed": ["price"]})})
    assert found["flow:price/published_total"] is False
    assert found["flow:price/received_total"] is False, "the labels tell by which name signals call it"
    assert "flow:stock/published_total" not in found


def test_two_flows_that_end_on_one_word_are_not_mixed() -> None:
    flows = {"eu.price": flow(), "us.price": flow()}
    assert "flow:price/published_total" not in of("eu.price", flows)


def test_stages_name_signals_of_others() -> None:
    flows = {"docs.price": flow(stages=[{"name": "logs", "entity": "topic:LOGS"}, {"name": "x", "ins": ["cpu"]}])}
    found = of("docs.price", flows)
    assert found["topic:LOGS/in"] is True and found["job:llm/price-feed/cpu"] is False


def test_a_removed_flow_claims_nothing() -> None:
    flows: dict[str, FlowDoc] = {"docs.price": {**flow(), "removed": True}, "price": flow()}
    assert of("price", flows)["flow:price/published_total"] is False


def test_a_thousand_flows_are_looked_up_in_no_time() -> None:
    flows = {f"docs.f{at}": flow(producer=f"llm/feed{at}", match={"feed": [f"f{at}"]}) for at in range(1000)}
    signals = [signal("published_total", f"flow:f{at}", feed=f"f{at}", nomad_job=f"feed{at}", namespace="llm")
               for at in range(1000) for _ in range(5)]  # fmt: skip
    jobs = {f"llm/feed{at}": {"meta": {"produces": f"docs.f{at}"}} for at in range(1000)}
    begun = time.process_time()
    belongings = Belongings(signals, flows, jobs)
    assert all(len(belongings.of(name)) == 1 for name in flows)
    assert time.process_time() - begun < 5, "it must not look at each signal for each flow"
