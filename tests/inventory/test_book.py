"""The book holds what is in force, in whatever order it learned of it, and knows what belongs together."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from console.inventory.book import KINDS, Book
from console.inventory.objects.allocation import NO_NUMBER
from console.inventory.query import Query
from console.inventory.sheet import sheet
from console.inventory.table import Listing, titles
from console.signals import EntityKind, EntityRef, Record, RecordKind
from tests.inventory.making import T0, alloc, book, deployment, evaluation, job, node, service, state, uuid

_IDS = st.integers(0, 5)
_STATES = st.lists(
    st.builds(
        lambda number, at, status, name, where, dep: alloc(
            uuid(number), name, number, at_ms=T0 + at, status=status, node_id=uuid(where), deployment=uuid(dep)
        ),
        _IDS, st.integers(-5, 5), st.sampled_from(["running", "failed", "complete"]), st.sampled_from(["a", "b"]),
        st.integers(800, 802), st.integers(700, 701),
    ),
    max_size=30,
)  # fmt: skip


def _numbered(records: list[Record]) -> list[Record]:
    return [record._replace(seq=seq) for seq, record in enumerate(records, start=1)]


@given(_STATES, st.randoms(use_true_random=False))
def test_any_order_of_arrival_makes_the_same_book(states: list[Record], chance: random.Random) -> None:
    states = _numbered(states)
    newest = {}
    for record in sorted(states, key=lambda one: (one.at_ms, one.seq)):
        newest[record.entity.id] = record
    expected = book(*newest.values())
    shuffled = list(states)
    chance.shuffle(shuffled)
    made = Book()
    for at in range(0, len(shuffled), 4):
        made.take(shuffled[at : at + 4])
    for kind in KINDS:
        assert made.of(kind) == expected.of(kind)
    for name in ("llm-prod/a", "llm-prod/b"):
        assert made.allocations_of_job(name) == expected.allocations_of_job(name)
    for number in range(800, 803):
        assert made.allocations_on(uuid(number)) == expected.allocations_on(uuid(number))
    for number in (700, 701):
        assert made.allocations_of_deployment(uuid(number)) == expected.allocations_of_deployment(uuid(number))


@given(_STATES)
def test_it_tells_what_changed_and_nothing_else(states: list[Record]) -> None:
    states = _numbered(states)
    made = Book()
    for record in states:
        before = made.allocations.get(record.entity.id)
        version = made.version
        changed = made.take([record])
        assert changed == ({record.entity} if made.allocations.get(record.entity.id) is not before else set())
        assert (made.version > version) is bool(changed)


def test_what_is_no_state_or_not_of_nomad_is_passed_over() -> None:
    made = Book()
    event = alloc(uuid(1))._replace(kind=RecordKind.EVENT)
    flow = state(EntityKind.FLOW, "docs", {"owner": None})
    assert made.take([event, flow]) == set()
    assert not made.knows(event.entity)
    assert not made.knows(flow.entity)


def test_families() -> None:
    made = book(
        job(), node(), alloc(uuid(1)), alloc(uuid(2), number=1, deployment=uuid(700), evaluation=uuid(600)),
        deployment(uuid(700)), evaluation(uuid(600)), service("api", (uuid(1), {})),
        job("nightly", periodic=True), job("nightly/periodic-17", parent="nightly"),
    )  # fmt: skip
    assert [one.id for one in made.allocations_of_job("llm-prod/answerer")] == [uuid(1), uuid(2)]
    assert [one.id for one in made.allocations_on(uuid(900))] == [uuid(1), uuid(2)]
    assert [one.id for one in made.allocations_of_deployment(uuid(700))] == [uuid(2)]
    assert [one.id for one in made.allocations_of_evaluation(uuid(600))] == [uuid(2)]
    assert [one.id for one in made.deployments_of("llm-prod/answerer")] == [uuid(700)]
    assert [one.id for one in made.evaluations_of("llm-prod/answerer")] == [uuid(600)]
    assert [one.id for one in made.services_of("llm-prod/answerer")] == ["llm-prod/api"]
    assert [one.id for one in made.runs_of("llm-prod/nightly")] == ["llm-prod/nightly/periodic-17"]
    assert made.allocations_of_job("llm-prod/none") == []


def test_ids_of_several_clusters_stay_apart() -> None:
    made = book(alloc(uuid(1), place="eu"), alloc(uuid(2), place="us"), job(place="eu"), job(place="us"))
    assert made.allocations[uuid(1)].job == "llm-prod@eu/answerer"
    assert [one.id for one in made.allocations_of_job("llm-prod@us/answerer")] == [uuid(2)]


def test_a_tape_of_an_older_version_shows_what_there_is() -> None:
    old = {"name": "indexer[1]", "namespace": "llm-prod", "job": "indexer", "group": "indexer", "version": 1,
           "node": "n1", "node_id": uuid(5), "desired": "run", "status": "failed", "healthy": None, "created_ms": T0,
           "restarts": 2, "oom_kills": 1, "tasks": {"indexer": "dead (failed)"}}  # fmt: skip
    one = book(state(EntityKind.ALLOCATION, uuid(1), old)).allocations[uuid(1)]
    assert one.name == "indexer[1]"
    assert [(task.name, task.state, task.failed) for task in one.tasks] == [("indexer", "dead", True)]
    assert one.reschedules is None


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
_FIELDS = ("name", "namespace", "job", "group", "version", "node", "node_id", "desired", "status", "healthy",
           "created_ms", "restarts", "oom_kills", "tasks", "exit_code", "groups", "instances", "failures", "deployment",
           "parent", "drivers", "versions", "unhealthy_drivers", "gone", "blocked", "meta", "checks")  # fmt: skip


_BODIES = st.dictionaries(st.sampled_from(_FIELDS), _ANY, max_size=12)
_WELL = {
    EntityKind.JOB: job().body, EntityKind.ALLOCATION: alloc("").body, EntityKind.NODE: node().body,
    EntityKind.DEPLOYMENT: deployment("").body, EntityKind.EVALUATION: evaluation("").body,
    EntityKind.SERVICE: service("api", (uuid(1), {"http": "success"})).body,
}  # fmt: skip


@given(st.sampled_from(KINDS), _BODIES)
def test_any_document_can_be_shown_and_sorted_beside_others(kind: EntityKind, odd: dict[str, object]) -> None:
    """Fields that are missing, and fields in a good document that are not what they should be."""
    made = book(state(kind, "llm-prod/x", odd), state(kind, "llm-prod/y", {**_WELL[kind], **odd}),
                state(kind, "llm-prod/z", dict(_WELL[kind])))  # fmt: skip
    entity = EntityRef(kind, "llm-prod/y")
    told = sheet(made, entity, T0)
    assert told is not None
    assert all(isinstance(fact.text, str) for fact in told.facts)
    for title in titles(kind):
        lines = Listing(made, Query(kind, sorted_by=title), T0).table(T0).section.lines
        assert {line.opens for line in lines} == {EntityRef(kind, f"llm-prod/{name}") for name in "xyz"}
    assert all(len(line.cells) == len(part.columns) for part in told.parts for line in part.lines)


def test_a_name_without_a_number_has_none() -> None:
    one = book(alloc(uuid(1), name="answerer[x]")).allocations[uuid(1)]
    assert one.number == NO_NUMBER
    assert one.name == "answerer"
