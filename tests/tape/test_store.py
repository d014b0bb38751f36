"""The tape as one reader and one writer see it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.errors import TapeError
from console.tape.rows import text
from console.tape.store import open_tape
from tests.tape.making import JOB, NAN, T0, block, event, gap, job, poll, signal, state


def test_records_come_back_as_they_were_put(tmp_path: Path) -> None:
    put = [event(T0 + 5, "late"), state(JOB, T0, status="running", depth=[1, {"a": None}]), event(T0 + 1, "ünïcode ✓")]
    with open_tape(tmp_path / "a.tape", "create") as store:
        assert store.append(put) == 3
        assert store.records_after(0) == [one._replace(seq=at) for at, one in enumerate(put, 1)]
        assert store.records_after(2, limit=10)[0].body["text"] == "ünïcode ✓"
        assert store.last_seq() == 3
        assert store.span() == (T0, T0 + 5)


def test_an_empty_tape_answers(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        assert store.last_seq() == 0
        assert store.span() is None
        assert store.states_at(None) == []
        assert store.records_between(0, T0) == []
        assert store.gaps(0, T0) == []
        assert store.samples([1], 0, T0)[1].times_ms.tolist() == []
        assert store.append() == 0
        assert store.meta()["schema"] == "1"


def test_the_same_thing_is_stored_once_for_each_source(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append([event(T0, once="e1"), event(T0, once="e1"), event(T0), event(T0)])
        assert store.append([event(T0, once="e1"), event(T0, once="e1", source="alertmanager"), event(T0, "x")]) == 5
        assert [record.seq for record in store.records_after(0)] == [1, 2, 3, 4, 5]


def test_a_state_delivered_again_does_not_become_the_newest(tmp_path: Path) -> None:
    old = state(JOB, T0, v=1)._replace(once="v1")
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append([old, state(JOB, T0, v=2), old])
        assert [record.body["v"] for record in store.states_at(None)] == [2]


def test_a_state_that_is_told_late_does_not_hide_the_newer(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append([state(JOB, T0 + 100, v="now")])
        store.append([state(JOB, T0, v="backfilled")])
        assert [record.body["v"] for record in store.states_at(None)] == ["now"]
        assert [record.body["v"] for record in store.states_at(T0 + 99)] == ["backfilled"]
        assert store.states_at(T0 - 1) == []


def test_states_of_some_kinds(tmp_path: Path) -> None:
    node = EntityRef(EntityKind.NODE, "n1")
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append([state(JOB, T0), state(node, T0), event(T0)])
        for at_ms in (None, T0):
            assert [r.entity for r in store.states_at(at_ms, [EntityKind.NODE])] == [node]
            assert len(store.states_at(at_ms, [EntityKind.NODE, EntityKind.JOB])) == 2
            assert store.states_at(at_ms, [EntityKind.ALERT]) == []


def test_records_between_filters_and_orders(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append([event(T0 + 3), event(T0 + 1, source="alertmanager"), state(JOB, T0 + 2), event(T0 + 1)])
        store.append([gap("nomad", T0 + 2, T0 + 3)])
        every = store.records_between(T0, T0 + 3)
        assert [(r.at_ms, r.seq) for r in every] == [(T0 + 1, 2), (T0 + 1, 4), (T0 + 2, 3), (T0 + 2, 5), (T0 + 3, 1)]
        assert [r.seq for r in store.records_between(T0 + 1, T0 + 2)] == [3, 5]
        assert [r.seq for r in store.records_between(T0, T0 + 3, [RecordKind.EVENT])] == [2, 4, 1]
        assert [r.seq for r in store.records_between(T0, T0 + 3, sources=["alertmanager"])] == [2]
        assert [r.seq for r in store.records_between(T0, T0 + 3, entity=JOB)] == [2, 4, 3, 1]
        assert [r.seq for r in store.records_between(T0, T0 + 3, limit=3)] == [2, 4, 3]
        assert store.records_between(T0, T0 + 3, entity=job("other")) == []


def test_samples_of_polls_and_backfill_in_one_series(tmp_path: Path) -> None:
    lag, rate = signal(1), signal(2)
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append(blocks=[poll([lag, rate], T0 + 100, [7.0, NAN])])
        store.append(blocks=[block([rate, lag], [T0 + 50, T0 + 100, T0 + 150], [[1.0, 2.0, NAN], [4.0, 5.0, 6.0]])])
        ids = {one.key: number for number, one in store.signals().items()}
        found = store.samples(list(ids.values()), T0, T0 + 200)
        times, values = found[ids[lag.key]]
        assert (times.tolist(), values.tolist()) == ([T0 + 50, T0 + 100, T0 + 150], [4.0, 5.0, 6.0])
        times, values = found[ids[rate.key]]
        assert (times.tolist(), values.tolist()) == ([T0 + 50, T0 + 100], [1.0, 2.0])
        assert store.samples([ids[lag.key]], T0 + 50, T0 + 100)[ids[lag.key]].times_ms.tolist() == [T0 + 100]
        assert store.span() == (T0 + 50, T0 + 150)


def test_signals_keep_their_id_and_follow_their_meaning(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as one, open_tape(tmp_path / "a.tape", "write") as other:
        one.append(blocks=[poll([signal(1, guessed=True)], T0, [1.0])])
        other.append(blocks=[poll([signal(2), signal(1, guessed=False, warn_at=9.0, labels={"a": "b"})], T0, [1, 2])])
        assert one.signals() == {1: signal(1, guessed=False, warn_at=9.0, labels={"a": "b"}), 2: signal(2)}
        assert one.signals(after_id=1) == {2: signal(2)}


def test_following_gives_everything_once_and_in_order(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        for number in range(10):
            store.append([event(T0 + number), event(T0)], [poll([signal(1)], T0 + number, [1.0])])
        seq, seen = 0, []
        for _ in range(100):
            changes = store.changes_after(seq, limit=4)
            seen += [r.seq for r in changes.records] + [b.seq for b in changes.blocks]
            assert seq < changes.last_seq
            assert {r.seq for r in changes.records} | {b.seq for b in changes.blocks} == set(
                range(seq + 1, changes.last_seq + 1)
            )
            seq = changes.last_seq
            if not changes.more:
                break
        assert sorted(seen) == list(range(1, 31))
        assert store.changes_after(seq).records == []
        assert not store.changes_after(seq).more


def test_gaps_are_merged_closed_and_found_from_within(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append([gap("nomad", 100, None), gap("nomad", 300, 400, "slow"), gap("nomad", 350, 500, "403")])
        store.append([gap("prometheus", 100, 200), gap("prometheus", 201, 202)])
        assert store.gaps(0, 99) == []
        assert store.gaps(600, 700) == [("nomad", 100, None, "away")]
        store.append([gap("nomad", 100, 150)])
        assert store.gaps(600, 700) == []
        assert store.gaps(120, 130) == [("nomad", 100, 150, "away"), ("prometheus", 100, 200, "away")]
        assert store.gaps(0, 999) == [
            ("nomad", 100, 150, "away"),
            ("nomad", 300, 500, "slow; 403"),
            ("prometheus", 100, 200, "away"),
            ("prometheus", 201, 202, "away"),
        ]


def test_pulses_only_go_forward(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append(pulses={"nomad": T0 + 5, "prometheus": T0})
        assert store.append(pulses={"nomad": T0}) == 0
        assert store.pulses() == {"nomad": T0 + 5, "prometheus": T0}


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    with open_tape(tmp_path / "tapes" / "a.tape", "create") as store:
        store.append([event(T0)])
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "tapes").iterdir()}
        assert modes == {"a.tape": 0o600, "a.tape-wal": 0o600, "a.tape-shm": 0o600}
        assert stat.S_IMODE((tmp_path / "tapes").stat().st_mode) == 0o700
        store.finish(tmp_path / "b.tape")
    assert stat.S_IMODE((tmp_path / "b.tape").stat().st_mode) == 0o600


def test_an_append_is_all_or_nothing(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append([event(T0)])
        with pytest.raises(TapeError, match="do not rise"):
            store.append([event(T0)], [block([signal(1)], [2, 1], [[0.0, 0.0]])])
        assert (store.last_seq(), len(store.records_after(0)), store.signals()) == (1, 1, {})
        # The signal that was entered and taken back is entered again.
        store.append([], [poll([signal(1)], T0, [1.0])])
        assert (store.last_seq(), store.signals()) == (2, {1: signal(1)})


anything = st.text(st.characters(exclude_categories=[]), max_size=12)  # surrogates too
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(anything, st.dictionaries(anything, json_values, max_size=4), st.integers()), max_size=4))
def test_no_text_and_no_number_breaks_the_tape(
    tmp_path_factory: pytest.TempPathFactory, puts: list[tuple[str, dict[str, object], int]]
) -> None:
    with open_tape(tmp_path_factory.mktemp("t") / "a.tape", "create") as store:
        for name, body, at_ms in puts:
            entity = EntityRef(EntityKind.FLOW, name)
            store.append([Record(RecordKind.EVENT, name, entity, name, at_ms, at_ms, body)], pulses={name: at_ms})
        found = store.records_after(0)
        assert [record.body for record in found] == [body for _, body, _ in puts]
        assert [record.entity.id for record in found] == [text(name) for name, _, _ in puts]
        for name, _, at_ms in puts:
            text(name).encode("utf-8")
            entity = EntityRef(EntityKind.FLOW, name)
            if abs(at_ms) < 2**62:
                assert store.records_between(at_ms - 1, at_ms, entity=entity)


def test_ordinary_names_are_kept_as_they_are() -> None:
    for name in ("default/web", "tüv ✓ 日本", "a\\x00b", "\x1b[31m", ""):
        assert text(name) == name
    assert text("a\0b\udc80") == "a\\x00b\\udc80"
