"""Counts in against counts out: integrated over what was seen, never across a gap, and what is not seen is None."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.governance.counting import Counted
from console.governance.integrity import integrity
from tests.governance.counters import MINUTE, NAN, STEP, STEP_S, flow, rated, signal


def test_stages_found_by_what_their_counters_are_called() -> None:
    found = integrity(
        None,
        [
            rated("feed_events_published_total", MINUTE, "price-feed"),
            rated("ingest_events_received_total", MINUTE),
            rated("ingest_events_indexed_total", [8.0] * 12),
            rated("ingest_documents_written_total", [24.0] * 12),
            rated("ingest_events_rejected_total", [2.0] * 12),
            rated("ingest_events_dead_lettered_total", [1.5] * 12),
            rated("ingest_duplicate_events_total", [1.0] * 12),
        ],
        0, 60_000,
    )  # fmt: skip
    feed, indexer, documents = found.stages
    assert feed.name == "price-feed" and feed.ins is None and feed.outs == pytest.approx(600)
    assert indexer.name == "indexer" and indexer.ins == pytest.approx(600) and indexer.outs == pytest.approx(480)
    assert indexer.losses == {"rejects": pytest.approx(120), "dead letters": pytest.approx(90)}
    assert indexer.repeats == {"duplicates": pytest.approx(60)}
    assert documents.things == "documents" and documents.ins is None and documents.lost is None
    assert indexer.lost is not None and indexer.lost.things == pytest.approx(120)
    assert indexer.lost.ratio == pytest.approx(0.2) and indexer.lost.matches is False
    assert found.mismatches == (indexer,) and indexer.loses is True
    (hop,) = found.hops
    assert (hop.sender, hop.receiver, hop.lost.matches) == ("price-feed", "indexer", True)
    assert found.complete == pytest.approx(0.8)


def test_what_is_not_seen_is_none_and_never_nothing() -> None:
    found = integrity(None, [rated("ingest_events_received_total", MINUTE)], 0, 60_000)
    (stage,) = found.stages
    assert stage.outs is None and stage.lost is None and found.complete is None and found.is_complete is None
    empty = integrity(None, [], 0, 60_000)
    assert empty.stages == () and not empty.seen and empty.freshness_s is None
    unseen = integrity(None, [rated("ingest_events_received_total", [])], 0, 60_000)
    assert unseen.stages[0].ins is None and unseen.stages[0].unseen_s == 60


def test_what_came_while_nobody_saw_what_went_is_unaccounted() -> None:
    """The out-counter is not there for half of the time: it may have been nothing, or all."""
    found = integrity(
        flow(completeness=0.99),
        [
            rated("ingest_events_received_total", [10.0] * 24),
            rated("ingest_events_indexed_total", [*MINUTE, *[NAN] * 12]),
        ],
        0, 120_000,
    )  # fmt: skip
    lost = found.stages[0].lost
    assert lost is not None and lost.things == pytest.approx(0) and lost.unaccounted == pytest.approx(600)
    assert lost.matches is None and found.mismatches == () and found.stages[0].loses is None
    assert found.complete is None and found.is_complete is None
    assert found.stages[0].unseen_s == 60


@pytest.mark.parametrize(("promised", "kept"), [(0.7, True), (0.9, False)])
def test_completeness_is_held_against_its_promise(promised: float, kept: bool) -> None:
    many = 720
    series = [
        rated("ingest_events_received_total", [10.0] * many),
        rated("ingest_events_indexed_total", [8.0] * many),
    ]
    found = integrity(flow(completeness=promised), series, 0, many * STEP)
    assert found.is_complete is kept


def test_dead_letters_alone_can_break_a_promise() -> None:
    series = [
        rated("ingest_events_received_total", MINUTE),
        rated("ingest_events_dead_lettered_total", [1.0] * 12),
    ]
    found = integrity(flow(completeness=0.99), series, 0, 60_000)
    assert found.is_complete is False and found.mismatches == found.stages and found.stages[0].loses is True
    assert integrity(flow(completeness=0.85), series, 0, 60_000).is_complete is None


def test_declared_stages_are_as_declared() -> None:
    doc = flow(
        stages=[
            {"name": "take", "ins": ["a_in_total"], "outs": ["a_out_total"], "losses": ["gone_total", "never_total"]},
            {"name": "keep", "kind": "store"},
        ]
    )
    series = [rated("a_in_total", MINUTE), rated("a_out_total", [9.0] * 12), rated("gone_total", [1.0] * 12)]
    take, keep = integrity(doc, series, 0, 60_000).stages
    assert take.ins == pytest.approx(600) and take.outs == pytest.approx(540) and take.declared
    assert take.losses == {"gone_total": pytest.approx(60), "never_total": None}
    assert (keep.name, keep.ins, keep.outs, keep.kind) == ("keep", None, None, "store")


def test_a_declared_entity_finds_its_counters() -> None:
    doc = flow(stages=[{"name": "index", "entity": "job:llm/indexer"}])
    series = [rated("ingest_events_received_total", MINUTE), rated("ingest_events_indexed_total", [9.0] * 12)]
    (stage,) = integrity(doc, series, 0, 60_000).stages
    assert stage.ins == pytest.approx(600) and stage.outs == pytest.approx(540)


def test_a_queue_of_several_flows_is_shown_and_not_compared() -> None:
    queue = Counted(signal("jetstream_stream_last_seq", entity="topic:DOCS")._replace(name="in"), *_line(30.0), True)
    out = Counted(
        signal("jetstream_consumer_ack_floor", entity="consumer:DOCS/indexer")._replace(name="out"), *_line(30.0), True
    )
    series = [rated("feed_events_published_total", MINUTE, "price-feed"), queue, out,
              rated("ingest_events_received_total", MINUTE)]  # fmt: skip
    found = integrity(None, series, 0, 60_000)
    assert [(stage.name, stage.shared) for stage in found.stages] == [
        ("price-feed", False), ("DOCS/indexer", True), ("indexer", False)
    ]  # fmt: skip
    assert found.stages[1].ins == pytest.approx(1800)
    assert [(hop.sender, hop.receiver) for hop in found.hops] == [("price-feed", "indexer")]


def test_what_waits_in_a_queue_is_not_lost() -> None:
    series = [
        rated("feed_events_published_total", MINUTE, "price-feed"),
        rated("ingest_events_received_total", [6.0] * 12),
    ]
    (hop,) = integrity(None, series, 0, 60_000).hops
    assert hop.lost.things == pytest.approx(240) and hop.lost.matches is False
    pending = Counted(
        signal("num_pending", "", "consumer:DOCS/indexer")._replace(name="pending"), [5_000, 60_000], [0.0, 240.0], True
    )
    (hop,) = integrity(None, [*series, pending], 0, 60_000).hops
    assert hop.lost.matches is True


def _line(value: float) -> tuple[list[int], list[float]]:
    return [(at + 1) * STEP for at in range(12)], [value] * 12


@pytest.mark.parametrize(("age", "promise", "fresh"), [(40.0, 60.0, True), (400.0, 60.0, False), (40.0, None, None)])
def test_freshness(age: float, promise: float | None, fresh: bool | None) -> None:
    series = [Counted(signal("feed_last_event_age_seconds", "s"), [55_000, 60_000], [age - 5, age])]
    found = integrity(flow(freshness_s=promise), series, 0, 60_000)
    assert found.freshness_s == pytest.approx(age) and found.is_fresh is fresh
    late = integrity(flow(freshness_s=promise), series, 0, 600_000)
    assert late.freshness_s is None and late.is_fresh is None


def test_what_waits_in_a_queue_is_not_lost_in_it() -> None:
    into = Counted(signal("queue_in", entity="topic:DOCS")._replace(name="in"), *_line(10.0), True)
    out = Counted(signal("queue_out", entity="consumer:DOCS/indexer")._replace(name="out"), *_line(6.0), True)
    (queue,) = integrity(None, [into, out], 0, 60_000).stages
    assert queue.lost is not None and queue.lost.things == pytest.approx(240) and queue.loses
    waits = [
        Counted(
            signal(f"queue_{name}", "", "consumer:DOCS/indexer")._replace(name=name),
            [5_000, 60_000],
            [0.0, value],
            True,
        )
        for name, value in (("pending", 200.0), ("unacked", 40.0))
    ]
    (queue,) = integrity(None, [into, out, *waits], 0, 60_000).stages
    assert queue.loses is False


SCRAPES = 6  # in a rate's window of 30 s


def _rates(grown: list[int]) -> list[float]:
    """What a server says of a counter by ``rate(x[30s])`` at each scrape, once it has a whole window."""
    return [sum(grown[at - SCRAPES + 1 : at + 1]) / (SCRAPES * STEP_S) for at in range(SCRAPES - 1, len(grown))]


@given(st.lists(st.integers(0, 500), min_size=66, max_size=66), st.floats(0, 1), st.integers(0, 4))
def test_what_is_lost_is_found_within_its_bound(grown: list[int], kept: float, late: int) -> None:
    """Whatever comes when: bursts at the edges of the time as well, and things that take a few steps to go through."""
    leaving = [round(one * kept) for one in [*[0] * late, *grown][: len(grown)]]
    begin = (SCRAPES - 1) * STEP
    came = rated("ingest_events_received_total", _rates(grown), begin=begin, window_s=30.0)
    went = rated("ingest_events_indexed_total", _rates(leaving), begin=begin, window_s=30.0)
    lost = integrity(None, [came, went], SCRAPES * STEP, 66 * STEP).stages[0].lost
    assert lost is not None
    ins, outs = sum(grown[SCRAPES:]), sum(leaving[SCRAPES:])
    assert abs(lost.things - (ins - outs)) <= lost.bound + SCRAPES * STEP_S * 1e-9 * (1 + ins)


@given(st.integers(1, 500), st.floats(0.1, 1))
def test_what_comes_evenly_is_counted_to_the_server_s_own_error(each: int, kept: float) -> None:
    came = rated("ingest_events_received_total", [each / STEP_S] * 60, window_s=30.0)
    went = rated("ingest_events_indexed_total", [each / STEP_S * kept] * 60, window_s=30.0)
    lost = integrity(None, [came, went], 0, 60 * STEP).stages[0].lost
    assert lost is not None
    assert lost.ins == pytest.approx(60 * each) and lost.things == pytest.approx(60 * each * (1 - kept), abs=1e-6)
    assert lost.bound == pytest.approx(1 + 0.01 * 60 * each * (1 + kept))


def test_a_single_thing_that_is_worked_on_is_not_lost() -> None:
    came = rated("ingest_events_received_total", [0.0] * 58 + [1 / 30] * 2, window_s=30.0)
    went = rated("ingest_events_indexed_total", [0.0] * 60, window_s=30.0)
    (stage,) = integrity(None, [came, went], 0, 60 * STEP).stages
    assert stage.lost is not None and stage.lost.things > 0 and stage.loses is False


def test_a_backlog_that_is_drained_at_the_end_is_not_taken_for_a_loss() -> None:
    """A burst waits and is taken in evenly; at the end all of it has come, while the rates still hold half a window."""
    published = [10] * 36 + [100] * 12 + [10] * 18
    taken = [10] * 36 + [46] * 30
    assert sum(published) == sum(taken)
    came = rated("feed_events_published_total", _rates(published), "feed", begin=25_000, window_s=30.0)
    went = rated("ingest_events_received_total", _rates(taken), begin=25_000, window_s=30.0)
    (hop,) = integrity(None, [came, went], 30_000, 66 * STEP).hops
    assert hop.lost.things == pytest.approx(0, abs=20) and hop.lost.matches


def test_what_is_rejected_again_and_again_is_lost_once() -> None:
    """Each thing is tried three times, counted as rejected each time, and set aside in the end."""
    series = [
        rated("ingest_events_received_total", MINUTE),
        rated("ingest_events_rejected_total", [3.0] * 12),
        rated("ingest_events_dead_lettered_total", [1.0] * 12),
    ]
    for counted, many, kind in ((series, 60, "dead letters"), (series[:2], 180, "rejects")):
        (stage,) = integrity(None, counted, 0, 60_000).stages
        assert stage.loses and stage.gone is not None
        assert stage.gone[0] == pytest.approx(many) and stage.gone[1] == kind
    assert integrity(flow(completeness=0.85), series, 0, 60_000).is_complete is not False
    assert integrity(flow(completeness=0.95), series, 0, 60_000).is_complete is False
