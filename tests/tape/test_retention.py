"""Forgetting and merging."""

from __future__ import annotations

import random
from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.signals import EntityKind, Record
from console.tape.shapes import Series
from console.tape.store import Store, open_tape
from tests.tape.making import NAN, T0, block, event, gap, job, poll, signal, state

FAR = 2**60


def all_samples(store: Store) -> dict[str, Series]:
    signals = store.signals()
    return {signals[n].key: series for n, series in store.samples(list(signals), -FAR, FAR).items()}


def test_gaps_that_reach_over_the_cut_stay(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append([gap("a", 10, None), gap("b", 10, None), gap("b", 10, 90), gap("c", 10, 40), gap("d", 10, None)])
        store.append([gap("d", 10, 30), gap("e", 60, 70)])
        kept = store.gaps(50, FAR)
        store.prune(50)
        assert store.gaps(50, FAR) == kept
        assert [(g.source, g.to_ms) for g in store.gaps(0, FAR)] == [("a", None), ("b", 90), ("e", 70)]
        store.prune(95)
        assert [g.source for g in store.gaps(0, FAR)] == ["a"]


def test_entities_that_are_gone_for_good_are_forgotten(tmp_path: Path) -> None:
    def ended(record: Record) -> bool:
        return record.body.get("status") == "complete"

    with open_tape(tmp_path / "a.tape", "create") as store:
        for name, status in (("old", "complete"), ("up", "running")):
            store.append([state(job(name), T0, status="running"), state(job(name), T0 + 1, status=status)])
        store.append([state(job("new"), T0 + 50, status="complete")])
        assert store.prune(T0 + 10).records == 2
        assert {r.entity.id for r in store.states_at(None)} == {"default/old", "default/up", "default/new"}
        assert store.prune(T0 + 10, ended).records == 1
        for at_ms in (None, T0 + 99):
            assert {r.entity.id for r in store.states_at(at_ms)} == {"default/up", "default/new"}
        store.append([state(job("old"), T0 + 60, status="running")])
        assert len(store.states_at(None, [EntityKind.JOB])) == 3


def test_blocks_before_the_cut_go(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        for at in range(10):
            store.append([event(T0 + at)], [poll([signal(1)], T0 + at, [float(at)])])
        result = store.prune(T0 + 4)
        assert (result.records, result.blocks) == (5, 5)
        assert all_samples(store)[signal(1).key].times_ms.tolist() == [T0 + at for at in range(5, 10)]
        assert store.last_seq() == 20


def test_merging_leaves_few_blocks_and_every_sample(tmp_path: Path) -> None:
    signals, values = [signal(n) for n in range(5)], random.Random(1)
    with open_tape(tmp_path / "a.tape", "create") as store:
        for at in range(300):
            row = [NAN if values.random() < 0.1 else values.random() for _ in signals]
            store.append(blocks=[poll(signals, T0 + at * 5000, row), poll([signal(9, "nomad")], T0 + at * 5000, [1.0])])
        before, seq, follower_at = all_samples(store), store.last_seq(), 350
        rest = {series for block in store.blocks_after(follower_at) for series in block.latest().items()}
        assert store.compact(T0 + 299 * 5000) >= 500
        assert all_samples(store) == before
        assert len(store.blocks_after(0)) < 150
        assert store.last_seq() == seq
        # Who was at a seq when blocks were merged still gets everything that came after it.
        found = {
            (signal_id, (at_ms, value))
            for block in store.blocks_after(follower_at)
            for part in block.parts
            for signal_id, row_ in part.rows()
            for at_ms, value in zip(part.times_ms, row_, strict=True)
        }
        assert rest <= found
        store.append(blocks=[poll(signals, T0 + 10**9, [0.0] * 5)])
        assert store.blocks_after(seq)[0].seq == seq + 1


def test_long_ago_even_few_blocks_are_merged_and_none_spans_a_day(tmp_path: Path) -> None:
    hour = 3600_000
    with open_tape(tmp_path / "a.tape", "create") as store:
        for at in range(48):
            store.append(blocks=[poll([signal(1)], T0 + at * hour, [float(at)])])
        before = all_samples(store)
        store.compact(T0 + 100 * hour)
        blocks = store.blocks_after(0)
        assert len(blocks) < 10
        assert all(one.to_ms - one.from_ms <= 6 * hour for one in blocks)
        assert all_samples(store) == before


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.integers(0, 50),
            st.dictionaries(st.integers(0, 3), st.booleans(), min_size=1),
        ),
        max_size=15,
    ),
    st.integers(0, 60),
)
def test_merging_never_changes_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, polls: list[tuple[str, int, dict[int, bool]]], before: int
) -> None:
    with open_tape(tmp_path_factory.mktemp("t") / "a.tape", "create") as store:
        for source, at, row in polls:
            # What is seen of a signal at one time is always the same, if it is seen.
            values = [n * 100.0 + at if was_seen else NAN for n, was_seen in row.items()]
            store.append(blocks=[poll([signal(n, source) for n in row], at, values)])
        was = all_samples(store)
        store.compact(before + 10**9 if before > 30 else before)
        assert all_samples(store) == was
        store.compact(10**9)
        assert all_samples(store) == was


def test_a_long_backfill_is_cut_into_pieces(tmp_path: Path) -> None:
    times = [T0 + at * 1000 for at in range(1500)]
    with open_tape(tmp_path / "a.tape", "create") as store:
        assert store.append(blocks=[block([signal(1)], times, [[float(at) for at in range(1500)]])]) == 3
        series = all_samples(store)[signal(1).key]
        assert series == (array("q", times), array("d", range(1500)))


def test_room_is_given_back(tmp_path: Path) -> None:
    tape = tmp_path / "a.tape"
    with open_tape(tape, "create") as store:
        store.append([event(T0 + at, "x" * 2000) for at in range(1500)])
    size = tape.stat().st_size
    with open_tape(tape, "write") as store:
        assert store.prune(T0 + 1400).records == 1401
    assert tape.stat().st_size < size / 2
