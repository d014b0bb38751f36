"""What can act on what: read from documents, labels and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.analysis.reach import Reach
from console.analysis.scene import Topology
from console.analysis.topology import call_graph, topology_of
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind, Signal

JOB, NODE, FLOW, TOPIC = EntityKind.JOB, EntityKind.NODE, EntityKind.FLOW, EntityKind.TOPIC
MODEL, CONSUMER, ALLOCATION = EntityKind.MODEL, EntityKind.CONSUMER, EntityKind.ALLOCATION


def state(kind: EntityKind, name: str, body: Mapping[str, Any], at_ms: int = 1) -> Record:
    return Record(RecordKind.STATE, "test", EntityRef(kind, name), "state", at_ms, at_ms, body)


def job(name: str, **meta: str) -> Record:
    return state(JOB, name, {"meta": meta})


def allocation(name: str, of: str, node: str, status: str = "running") -> Record:
    namespace, _, bare = of.partition("/")
    return state(ALLOCATION, name, {"namespace": namespace, "job": bare, "node_id": node, "status": status})


def signal(kind: EntityKind, name: str, **labels: str) -> Signal:
    return Signal(f'x{{of="{kind}{name}{labels}"}}', "x", EntityRef(kind, name), Pane.INGESTION, labels=labels)


def link(topology: Topology, cause: tuple[EntityKind, str], effect: tuple[EntityKind, str]) -> bool | None:
    """Whether a link is guessed, None where there is none."""
    found = [one for one in topology.links if one.cause == EntityRef(*cause) and one.effect == EntityRef(*effect)]
    assert len(found) <= 1
    return found[0].guessed if found else None


def way(topology: Topology, one: tuple[EntityKind, str], other: tuple[EntityKind, str]) -> str:
    return Reach(topology).to(EntityRef(*one), EntityRef(*other))[1]


def night() -> Topology:
    """A feed that nobody declared, an indexer, and what answers from its index."""
    states = [
        job("p/partner-feed"),
        job("p/price-feed", produces="docs.price"),
        job("p/indexer", consumes="docs.>", produces="index"),
        job("p/answerer", consumes="index", model="answer", model_version="4"),
        job("p/elsewhere"),
        allocation("a1", "p/answerer", "n1"),
        allocation("a2", "p/elsewhere", "n2"),
    ]
    signals = [
        signal(FLOW, "partner", nomad_job="partner-feed", namespace="p"),
        signal(FLOW, "partner", nomad_job="indexer", namespace="p"),
        signal(FLOW, "price", nomad_job="price-feed", namespace="p"),
        signal(TOPIC, "DOCS"),
        signal(CONSUMER, "DOCS/indexer"),
        signal(MODEL, "answer@4", nomad_job="answerer", namespace="p"),
    ]
    return topology_of(states, signals)


def test_trouble_of_a_feed_nobody_declared_can_reach_the_model() -> None:
    told = night()
    assert link(told, (JOB, "p/partner-feed"), (FLOW, "partner")) is True
    assert link(told, (FLOW, "partner"), (JOB, "p/indexer")) is False
    assert link(told, (JOB, "p/answerer"), (MODEL, "answer@4")) is False
    assert way(told, (JOB, "p/partner-feed"), (MODEL, "answer@4")) == "up"
    assert way(told, (CONSUMER, "DOCS/indexer"), (MODEL, "answer@4")) == "up"
    assert way(told, (MODEL, "answer@4"), (JOB, "p/partner-feed")) == "down"


def test_what_has_no_part_in_it_has_no_way_to_it() -> None:
    told = night()
    assert way(told, (NODE, "n1"), (MODEL, "answer@4")) == "up"
    assert way(told, (NODE, "n2"), (MODEL, "answer@4")) == "none"
    assert way(told, (JOB, "p/elsewhere"), (MODEL, "answer@4")) == "none"


def test_declared_producers_are_certain_and_end_the_guessing() -> None:
    flow = state(FLOW, "partner", {"producer": "p/other", "consumers": ["indexer"]})
    told = topology_of([job("p/partner-feed"), job("p/other"), job("p/indexer"), flow], [])
    assert link(told, (JOB, "p/other"), (FLOW, "partner")) is False
    assert link(told, (JOB, "p/partner-feed"), (FLOW, "partner")) is None
    assert link(told, (FLOW, "partner"), (JOB, "p/indexer")) is False


def test_a_flow_reaches_what_its_labels_match_and_not_what_they_do_not() -> None:
    flow = state(FLOW, "partner", {"producer": "p/feed", "consumers": [], "match": {"topic": ["a", "b"]}})
    told = topology_of([job("p/feed"), flow], [signal(TOPIC, "a", topic="a"), signal(TOPIC, "c", topic="c")])
    assert link(told, (FLOW, "partner"), (TOPIC, "a")) is False
    assert link(told, (FLOW, "partner"), (TOPIC, "c")) is None


def test_a_flow_that_its_file_no_longer_names_links_nothing() -> None:
    flow = state(FLOW, "orders", {"producer": "p/a", "consumers": ["p/b"], "removed": True})
    assert topology_of([job("p/a"), job("p/b"), flow], []).links == ()


def test_an_allocation_that_ended_no_longer_ties_its_job_to_the_node_but_a_lost_one_does() -> None:
    states = [allocation("a1", "p/x", "gone", "complete"), allocation("a2", "p/x", "down", "lost")]
    told = topology_of(states, [])
    assert link(told, (NODE, "gone"), (JOB, "p/x")) is None
    assert link(told, (NODE, "down"), (JOB, "p/x")) is False


def test_the_newest_document_counts_whatever_comes_last() -> None:
    new = state(FLOW, "f", {"producer": "p/new", "consumers": []}, at_ms=9)
    old = state(FLOW, "f", {"producer": "p/old", "consumers": []}, at_ms=3)
    told = topology_of([new, old, job("p/new"), job("p/old")], [])
    assert link(told, (JOB, "p/new"), (FLOW, "f")) is False
    assert link(told, (JOB, "p/old"), (FLOW, "f")) is None


def test_two_jobs_of_a_name_are_not_guessed_between() -> None:
    told = topology_of([job("a/indexer"), job("b/indexer")], [signal(CONSUMER, "docs/indexer")])
    assert link(told, (JOB, "a/indexer"), (CONSUMER, "docs/indexer")) is None
    assert link(told, (JOB, "b/indexer"), (CONSUMER, "docs/indexer")) is None


def test_certain_links_are_told_before_guesses_and_never_twice() -> None:
    links = night().links
    assert [one.guessed for one in links] == sorted(one.guessed for one in links)
    assert len({(one.cause, one.effect) for one in links}) == len(links)
    assert all(one.cause != one.effect and one.why for one in links)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
_TEXT = st.text(alphabet="ab/.@>-", max_size=8)


@given(
    st.lists(st.builds(state, st.sampled_from(EntityKind), _TEXT, st.fixed_dictionaries({}, optional={
        "meta": _ANY, "namespace": _TEXT, "job": _TEXT, "node_id": _TEXT, "status": _TEXT, "producer": _TEXT,
        "consumers": st.lists(_TEXT, max_size=3), "match": st.dictionaries(_TEXT, st.lists(_TEXT)), "parent": _TEXT,
    })), max_size=8),
    st.lists(st.builds(lambda kind, name, labels: signal(kind, name, **labels), st.sampled_from(EntityKind), _TEXT,
                       st.dictionaries(st.sampled_from(["nomad_job", "namespace", "a"]), _TEXT)), max_size=8),
)  # fmt: skip
def test_whatever_documents_lack_links_are_between_two_things(
    states: Sequence[Record], signals: Sequence[Signal]
) -> None:
    links = topology_of(states, signals).links
    assert all(one.cause != one.effect for one in links)
    assert len({(one.cause, one.effect) for one in links}) == len(links)


def test_callees_act_on_callers() -> None:
    shop, search, table = (EntityRef(EntityKind.SERVICE, name) for name in ("shop", "search", "table"))
    told = call_graph([(shop, search), (search, table), (shop, search), (table, table)])
    assert told.calls
    assert len(told.links) == 2
    assert Reach(told).to(table, shop) == (2, "up")
    assert Reach(told).to(shop, table) == (2, "down")
