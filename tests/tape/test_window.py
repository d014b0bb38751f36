"""The live window: what slots hold, and that growing it is the same as loading it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.tape.store import Store, open_tape
from console.tape.window import Window
from tests.tape.making import NAN, T0, block, poll, signal


def test_a_slot_holds_the_newest_value_up_to_its_time(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        times = [T0 + 1000, T0 + 3000, T0 + 5000, T0 + 5001, T0 + 20_000]
        store.append(blocks=[block([signal(1), signal(2)], times, [[1, 2, 3, 4, 5], [NAN, NAN, 7, NAN, NAN]])])
        window = Window.load(store, T0, T0 + 20_000, 5000)
    assert window.times_ms.tolist() == [T0 + 5000, T0 + 10_000, T0 + 15_000, T0 + 20_000]
    np.testing.assert_array_equal(window.matrix, [[3, 4, NAN, 5], [7, NAN, NAN, NAN]])
    np.testing.assert_array_equal(window.row(2), [7, NAN, NAN, NAN])
    assert [one.key for one in window.signals] == [signal(1).key, signal(2).key]


def test_it_moves_with_what_is_seen_and_takes_in_new_signals(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append(blocks=[poll([signal(1)], T0, [1.0])])
        window = Window.load(store, T0 - 15_000, T0, 5000)
        assert not window.extend(store)
        store.append(blocks=[poll([signal(1), signal(2)], T0 + 7000, [2.0, 9.0])])
        assert window.extend(store)
        assert window.times_ms.tolist() == [T0, T0 + 5000, T0 + 10_000]
        np.testing.assert_array_equal(window.matrix, [[1, NAN, 2], [NAN, NAN, 9]])
        # Told late, it still finds its slot; older than the window it does not.
        store.append(blocks=[block([signal(2)], [T0 - 60_000, T0 + 5000], [[3.0, 4.0]])])
        assert window.extend(store)
        np.testing.assert_array_equal(window.matrix, [[1, NAN, 2], [NAN, 4, 9]])
        # In time that passes without a word there is nothing.
        assert window.extend(store, T0 + 10_001)
        np.testing.assert_array_equal(window.matrix, [[NAN, 2, NAN], [4, 9, NAN]])
        assert window.extend(store, T0 + 900_000)
        assert np.isnan(window.matrix).all()


def test_nothing_later_than_asked_for_is_in_it(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        store.append(blocks=[block([signal(1)], [T0 + 1, T0 + 2], [[1.0, 2.0]])])
        assert Window.load(store, T0, T0 + 1, 5000).matrix.tolist() == [[1.0]]


def test_an_empty_tape_is_a_window_without_rows(tmp_path: Path) -> None:
    with open_tape(tmp_path / "a.tape", "create") as store:
        assert Window.load(store, T0, T0 + 10_000, 5000).matrix.shape == (0, 2)
    with pytest.raises(ValueError, match="at least one"):
        Window(0, 0, 5000)


polls = st.lists(
    st.tuples(st.integers(0, 60), st.dictionaries(st.integers(1, 4), st.booleans(), min_size=1)),
    max_size=12,
)


def put(store: Store, polls_: list[tuple[int, dict[int, bool]]]) -> None:
    for at, row in polls_:
        values = [n * 100.0 + at if was_seen else NAN for n, was_seen in row.items()]
        store.append(blocks=[poll([signal(n) for n in row], T0 + at * 1000, values)])


@settings(max_examples=50, deadline=None)
@given(polls, polls, st.booleans())
def test_extending_is_the_same_as_loading(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[int, dict[int, bool]]],
    after: list[tuple[int, dict[int, bool]]],
    compacted: bool,
) -> None:
    with open_tape(tmp_path_factory.mktemp("t") / "a.tape", "create") as store:
        put(store, before)
        window = Window.load(store, T0 - 20_000, T0 + 60_000, 5000)
        put(store, after)
        if compacted:
            store.compact(T0 + 10**9)
        window.extend(store, T0 + 60_000)
        fresh = Window.load(store, T0 - 20_000, T0 + 60_000, 5000)
        assert window.ids == fresh.ids
        np.testing.assert_array_equal(window.times_ms, fresh.times_ms)
        np.testing.assert_array_equal(window.matrix, fresh.matrix)
