"""What is seen and cannot be written yet: in order, bounded, and honest about what was let go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.recorder.held import Batch, HeldBatches
from console.signals import Block, EntityKind, EntityRef, Record, RecordKind, Signal
from console.signals import Pane as PaneName


def record(at_ms: int, source: str = "nomad") -> Record:
    return Record(RecordKind.EVENT, source, EntityRef(EntityKind.JOB, "a/b"), "x", at_ms, at_ms, {"text": "t"})


def block(at_ms: int, width: int) -> Block:
    signals = [Signal(f"s{i}", "s", EntityRef(EntityKind.JOB, "a/b"), PaneName.INGESTION) for i in range(width)]
    return Block("prometheus", signals, [at_ms], [[1.0]] * width)


def test_batches_come_out_in_the_order_they_went_in() -> None:
    held = HeldBatches()
    for at_ms in (1, 2, 3):
        held.push(Batch(records=[record(at_ms)]))
    assert [held.drop_oldest().records[0].at_ms for _ in range(3)] == [1, 2, 3]
    assert not held
    assert held.records == 0


def test_what_is_let_go_becomes_one_gap_a_source() -> None:
    held = HeldBatches(most_values=10, most_records=2)
    for at_ms in (100, 200, 300, 400):
        held.push(Batch(records=[record(at_ms)], blocks=[block(at_ms, 1)]))
    gaps = {gap.source: gap.body for gap in held.take_lost(500)}
    assert gaps["nomad"]["from_ms"] == 100
    assert gaps["nomad"]["to_ms"] == 201
    assert gaps["prometheus"]["from_ms"] == 100
    assert held.take_lost(500) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=40), st.integers(1, 12), st.integers(1, 12))
def test_bounded_and_nothing_vanishes_unsaid(sizes: list[tuple[int, int]], most_values: int, most_records: int) -> None:
    held = HeldBatches(most_values, most_records)
    pushed: list[int] = []
    for at_ms, (records, width) in enumerate(sizes):
        held.push(Batch(records=[record(at_ms)] * records, blocks=[block(at_ms, width)] if width else []))
        pushed += [at_ms] * records
        newest_alone = held.records == records and held.values == width
        assert newest_alone or (held.records <= most_records and held.values <= most_values)
    kept: list[int] = []
    while held:
        kept += [r.at_ms for r in held.drop_oldest().records]
    assert kept == pushed[len(pushed) - len(kept) :]
    gap = {g.source: g.body for g in held.take_lost(0)}.get("nomad")
    lost = pushed[: len(pushed) - len(kept)]
    if lost:
        assert gap is not None
        assert gap["from_ms"] == lost[0]
        assert gap["to_ms"] == lost[-1] + 1
    else:
        assert gap is None
