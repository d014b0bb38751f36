"""The tape against a naive list in memory, over any history."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import open_tape

entities = st.builds(EntityRef, st.sampled_from([EntityKind.JOB, EntityKind.NODE]), st.sampled_from(["a", "b", "c"]))
times = st.integers(0, 20)
some_records = st.builds(
    Record,
    kind=st.sampled_from([RecordKind.STATE, RecordKind.STATE, RecordKind.EVENT, RecordKind.JOURNAL]),
    source=st.sampled_from(["nomad", "ownership"]),
    entity=entities,
    name=st.just("x"),
    at_ms=times,
    seen_ms=times,
    body=st.dictionaries(st.sampled_from("xy"), st.integers(0, 3)),
    once=st.none() | st.sampled_from(["k1", "k2", "k3"]),
)
appends = st.lists(st.lists(some_records, max_size=6), max_size=6)


class Naive:
    """What a tape is, said in the simplest way."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.last_seq = 0

    def append(self, records: list[Record]) -> int:
        for record in records:
            if record.once is None or all((r.source, r.once) != (record.source, record.once) for r in self.records):
                self.last_seq += 1
                self.records.append(record._replace(seq=self.last_seq))
        return self.last_seq

    def between(self, from_ms: int, to_ms: int) -> list[Record]:
        return sorted((r for r in self.records if from_ms < r.at_ms <= to_ms), key=lambda r: (r.at_ms, r.seq))

    def states_at(self, at_ms: int | None) -> dict[EntityRef, Record]:
        newest: dict[EntityRef, Record] = {}
        for record in self.between(-1, 10**6 if at_ms is None else at_ms):
            if record.kind is RecordKind.STATE:
                newest[record.entity] = record
        return newest


@settings(max_examples=50, deadline=None)
@given(appends, times, times, st.integers(0, 40), st.integers(1, 5))
def test_the_tape_is_what_the_list_is(
    tmp_path_factory: pytest.TempPathFactory, history: list[list[Record]], one: int, other: int, seq: int, limit: int
) -> None:
    naive = Naive()
    with open_tape(tmp_path_factory.mktemp("t") / "a.tape", "create") as store:
        for records in history:
            assert store.append(records) == naive.append(records)
        assert store.last_seq() == naive.last_seq
        assert store.records_after(seq, limit) == [r for r in naive.records if r.seq > seq][:limit]
        assert store.records_between(one, other) == naive.between(one, other)
        assert store.records_between(one, other, limit=limit) == naive.between(one, other)[:limit]
        for at_ms in (None, one, other):
            assert {r.entity: r for r in store.states_at(at_ms)} == naive.states_at(at_ms)


@settings(max_examples=50, deadline=None)
@given(appends, times, times, appends)
def test_what_is_read_after_the_cut_is_the_same_after_pruning(
    tmp_path_factory: pytest.TempPathFactory,
    history: list[list[Record]],
    before_ms: int,
    later_ms: int,
    more: list[list[Record]],
) -> None:
    naive = Naive()
    with open_tape(tmp_path_factory.mktemp("t") / "a.tape", "create") as store:
        for records in history:
            store.append(records)
            naive.append(records)
        result = store.prune(before_ms)
        at_ms = before_ms + later_ms
        for moment in (None, before_ms, at_ms):
            assert {r.entity: r for r in store.states_at(moment)} == naive.states_at(moment)
        assert store.records_between(before_ms, at_ms) == naive.between(before_ms, at_ms)
        left = store.records_after(0)
        assert len(left) == len(naive.records) - result.records
        kept = {r.seq for r in naive.states_at(before_ms).values()}
        for record in left:
            assert record.at_ms > before_ms or record.kind is RecordKind.JOURNAL or record.seq in kept
        journal = [r for r in naive.records if r.kind is RecordKind.JOURNAL]
        assert [r for r in left if r.kind is RecordKind.JOURNAL] == journal
        # Numbers are never given out twice, whatever was forgotten.
        last = store.last_seq()
        for records in more:
            store.append([r._replace(once=None) for r in records])
        assert [r.seq for r in store.records_after(last)] == list(range(last + 1, last + 1 + sum(map(len, more))))
