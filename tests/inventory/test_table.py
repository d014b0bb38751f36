"""Lists: a total order, kept up by changes as if made anew; filters; the order that was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.inventory.book import Book
from console.inventory.lines import Lines
from console.inventory.objects.standing import Turn
from console.inventory.query import Query, Within
from console.inventory.shapes import Table
from console.inventory.standings import STANDINGS
from console.inventory.table import Listing, titles
from console.signals import EntityKind, Record
from tests.inventory.making import MINUTE, T0, alloc, book, deployment, evaluation, job, node, service, uuid

ALLOC = EntityKind.ALLOCATION
_TITLES = titles(ALLOC)
_CHANGES = st.lists(
    st.builds(
        lambda number, status, name, restarts, code: alloc(
            uuid(number), name, number, status=status, restarts=restarts, **({"exit_code": code} if code else {})
        ),
        st.integers(0, 12), st.sampled_from(["running", "failed", "complete", "pending", "lost"]),
        st.sampled_from(["answerer", "indexer"]), st.integers(0, 2), st.integers(0, 2),
    ),
    max_size=40,
)  # fmt: skip
_QUERIES = st.builds(
    Query, st.just(ALLOC), st.sampled_from(["", "answerer", "!failed", "  INDEXER "]), st.sampled_from(_TITLES),
    st.booleans(), st.sampled_from([Within(), Within("llm-prod"), Within("none")]),
)  # fmt: skip


def _later(records: list[Record]) -> list[Record]:
    return [record._replace(at_ms=T0 + at, seq=at) for at, record in enumerate(records, start=1)]


def _said(table: Table) -> tuple[object, ...]:
    return (table.total, table.unwell, table.falling, table.places, list(table.section.lines), table.section.empty)


@given(_CHANGES, _QUERIES, st.integers(1, 9))
def test_a_list_that_is_kept_up_is_the_one_made_anew(changes: list[Record], query: Query, at_once: int) -> None:
    made = Book()
    listing = Listing(made, query, T0)
    changes = _later(changes)
    for at in range(0, len(changes), at_once):
        listing.take(made.take(changes[at : at + at_once]), T0 + 100)
        assert _said(listing.table(T0 + 100)) == _said(Listing(made, query, T0 + 100).table(T0 + 100))


@given(_CHANGES, st.sampled_from(_TITLES), st.booleans())
def test_the_order_is_total_and_does_not_depend_on_arrival(changes: list[Record], title: str, inverted: bool) -> None:
    changes = _later(changes)
    query = Query(ALLOC, sorted_by=title, inverted=inverted)
    there = [line.key for line in Listing(book(*changes), query, T0).table(T0).section.lines]
    back = [line.key for line in Listing(book(*reversed(changes)), query, T0).table(T0).section.lines]
    assert there == back
    assert len(set(there)) == len(there) == len({record.entity for record in changes})


@given(_CHANGES)
def test_the_worst_is_first(changes: list[Record]) -> None:
    made = book(*_later(changes))
    listed = Listing(made, Query(ALLOC), T0)
    turns = [STANDINGS[ALLOC](made.allocations[line.key.partition(":")[2]], made, T0).turn
             for line in listed.table(T0).section.lines]  # fmt: skip
    assert turns == sorted(turns)
    assert listed.table(T0).unwell == sum(turn <= Turn.UNKNOWN for turn in turns)


@given(_CHANGES, st.text(max_size=4))
def test_a_filter_and_its_opposite_share_all_lines(changes: list[Record], typed: str) -> None:
    made = book(*_later(changes))
    wanted = typed.replace("!", "").strip()
    everything = Listing(made, Query(ALLOC), T0).table(T0)
    with_it = Listing(made, Query(ALLOC, filter=wanted), T0).table(T0)
    without = Listing(made, Query(ALLOC, filter=f"!{wanted}"), T0).table(T0)
    keys = {line.key for line in everything.section.lines}
    shown, hidden = ({line.key for line in one.section.lines} for one in (with_it, without))
    assert with_it.total == without.total == everything.total
    if wanted:
        assert shown | hidden == keys
        assert not shown & hidden
    else:
        assert shown == hidden == keys


def test_a_key_leads_to_its_line() -> None:
    lines = Listing(book(*(alloc(uuid(number), number=number) for number in range(5))), Query(ALLOC), T0).table(T0)
    found = lines.section.lines
    assert isinstance(found, Lines)
    assert [found.place_of(line.key) for line in found] == list(range(5))
    assert found.place_of(f"allocation:{uuid(77)}") is None
    assert [line.key for line in found[1:3]] == [found[1].key, found[2].key]


def test_numbers_fall_first_and_what_has_none_stays_last() -> None:
    made = book(alloc(uuid(1), number=1, exit_code=1), alloc(uuid(2), number=2), alloc(uuid(3), number=3, exit_code=9))
    names = {
        inverted: [line.name for line in Listing(made, Query(ALLOC, sorted_by="Exit", inverted=inverted), T0)
                   .table(T0).section.lines]
        for inverted in (False, True)
    }  # fmt: skip
    assert names == {False: ["answerer[3]", "answerer[1]", "answerer[2]"],
                     True: ["answerer[1]", "answerer[3]", "answerer[2]"]}  # fmt: skip


def test_nothing_is_made_again_while_nothing_changes() -> None:
    made = book(alloc(uuid(1)))
    listing = Listing(made, Query(ALLOC), T0)
    table = listing.table(T0)
    assert listing.table(T0) is table
    listing.take(made.take([node()]), T0)
    assert listing.table(T0) is table
    listing.take(made.take([alloc(uuid(2), at_ms=T0)]), T0)
    assert len(listing.table(T0).section.lines) == 2
    assert len(table.section.lines) == 1  # what was handed out before stays as it was


def test_a_deadline_that_passes_changes_the_list_without_a_word_from_nomad() -> None:
    listing = Listing(book(deployment(uuid(700), progress_by_ms=T0 + MINUTE)), Query(EntityKind.DEPLOYMENT), T0)
    assert [line.word for line in listing.table(T0).section.lines] == ["2/3 healthy"]
    assert [line.word for line in listing.table(T0 + MINUTE).section.lines] == ["2/3 healthy"]
    assert [line.word for line in listing.table(T0 + MINUTE + 1).section.lines] == ["2/3 healthy, no progress"]
    assert [line.word for line in listing.table(T0).section.lines] == ["2/3 healthy"]


def test_a_periodic_job_stands_as_its_newest_run() -> None:
    made = book(job("nightly", periodic=True, groups={}))
    listing = Listing(made, Query(EntityKind.JOB), T0)
    assert [line.word for line in listing.table(T0).section.lines] == ["periodic"]
    failed = job("nightly/periodic-17", parent="nightly", type="batch", status="dead", desired=0, running=0,
                 counts={"failed": 1})  # fmt: skip
    listing.take(made.take([failed]), T0)
    assert {line.name: line.word for line in listing.table(T0).section.lines} == {
        "nightly": "run failed", "nightly/periodic-17": "failed",
    }  # fmt: skip


def test_a_failed_deployment_is_bad_until_another_comes_after_it() -> None:
    made = book(deployment(uuid(700), status="failed", created_ms=T0 - MINUTE))
    listing = Listing(made, Query(EntityKind.DEPLOYMENT), T0)
    assert listing.table(T0).unwell == 1
    listing.take(made.take([deployment(uuid(701), status="successful")]), T0)
    assert listing.table(T0).unwell == 0


def test_places() -> None:
    made = book(alloc(uuid(1), place="eu"), alloc(uuid(2), place="us", namespace="default"))
    everything = Listing(made, Query(ALLOC), T0).table(T0)
    assert everything.places
    assert sorted(line.where for line in everything.section.lines) == ["default", "llm-prod"]
    assert {line.name.rpartition(" · ")[2] for line in everything.section.lines} == {"eu", "us"}
    for within, expected in (
        (Within(cluster="eu"), [uuid(1)]), (Within(namespace="default"), [uuid(2)]), (Within(region="us"), [uuid(2)]),
        (Within(cluster="eu", namespace="default"), []),
    ):  # fmt: skip
        table = Listing(made, Query(ALLOC, within=within), T0).table(T0)
        assert [line.key.partition(":")[2] for line in table.section.lines] == expected
        assert table.total == len(expected)


def test_a_node_is_in_all_namespaces() -> None:
    table = Listing(book(node()), Query(EntityKind.NODE, within=Within(namespace="llm-prod")), T0).table(T0)
    assert [line.name for line in table.section.lines] == ["fra1-gpu-01"]


@pytest.mark.parametrize(
    ("kind", "record", "expected"),
    [
        (EntityKind.JOB, job(running=1, desired=3), ("answerer", "1/3 running", "1/3")),
        (EntityKind.NODE, node(drain=True), ("fra1-gpu-01", "draining", "draining")),
        (EntityKind.EVALUATION, evaluation(uuid(600)), ("answerer", "blocked", "2")),
        (EntityKind.SERVICE, service("api", (uuid(1), {"up": "failure: refused"})), ("api", "1 of 1 failing", "1")),
    ],
)
def test_what_a_line_says(kind: EntityKind, record: Record, expected: tuple[str, str, str]) -> None:
    (line,) = Listing(book(record), Query(kind), T0).table(T0).section.lines
    name, word, cell = expected
    assert (line.name, line.word) == (name, word)
    assert cell in [one.text for one in line.cells]


def test_lines_are_the_same_where_objects_and_time_are() -> None:
    made = book(*(alloc(uuid(number), number=number) for number in range(5)))
    first, second, later = (
        Listing(made, Query(ALLOC), at_ms).table(at_ms).section.lines for at_ms in (T0, T0, T0 + 60_000)
    )
    assert isinstance(first, Lines)
    assert first == second
    assert first != later
    assert first.keys() == tuple(line.key for line in first)
    assert first.place_of(f"node:{uuid(3)}") is None
