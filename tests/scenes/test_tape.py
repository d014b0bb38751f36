"""Scenes of a tape: what slots hold, that nothing later matters, and what the demo's night looks like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import console
from console.analysis.scene import Scene
from console.scenes.carry import carry
from console.scenes.plan import MOST_CELLS, WINDOW_SLOTS, plan
from console.scenes.tape import scene_of
from console.scenes.watch import Watch
from console.signals import EntityKind, EntityRef, Record, RecordKind
from console.tape.store import Store, open_tape
from tests.tape.making import NAN, T0, block, event, gap, poll, signal, state
from tests.tapes.story import END_MS, make_story, minute

DEMO = Path(console.__file__).parent / "demo" / "fourth-signal.tape"
WINDOW = 60_000


def same(one: Scene, other: Scene) -> None:
    """Fail unless two scenes are equal, numbers included."""
    np.testing.assert_array_equal(one.grid.values, other.grid.values)
    np.testing.assert_array_equal(one.grid.times_ms, other.grid.times_ms)
    assert (one.grid.step_ms, one.grid.first) == (other.grid.step_ms, other.grid.first)
    assert one._replace(grid=other.grid) == other


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_tape(tmp_path / "a.tape", "create") as made:
        yield made


@pytest.fixture(scope="module")
def demo() -> Iterator[Store]:
    with open_tape(DEMO, "read") as opened:
        yield opened


def fill(store: Store, number: int, step_s: int, seconds: int, value: float = 1.0) -> None:
    """A signal seen every so often up to T0 + seconds."""
    times = list(range(T0 + step_s * 1000, T0 + seconds * 1000 + 1, step_s * 1000))
    store.append(blocks=[block([signal(number)], times, [[value + at for at in range(len(times))]])])


def test_slots_hold_the_newest_up_to_their_end_and_the_last_ends_at_the_time(store: Store) -> None:
    fill(store, 1, 5, 60)
    store.append(blocks=[poll([signal(1)], T0 + 62_000, [99.0]), poll([signal(1)], T0 + 63_500, [100.0])])
    scene = scene_of(store, T0 + 63_000, window_ms=WINDOW)
    assert scene.grid.step_ms == 5000
    assert scene.grid.times_ms[-1] == T0 + 63_000
    assert scene.grid.values[0, -1] == 99.0
    assert set(np.diff(scene.grid.times_ms)[:-1]) == {5000}
    assert scene.grid.values[0, :-1].tolist() == list(range(1, 13))
    assert (scene.from_ms, scene.at_ms) == (T0 + 3_000, T0 + 63_000)
    assert scene.grid.first == 0


def test_the_past_lies_before_the_first_slot_of_the_window(store: Store) -> None:
    fill(store, 1, 5, 300)
    grid = scene_of(store, T0 + 300_000, window_ms=WINDOW, past_ms=120_000).grid
    assert grid.times_ms[grid.first] == T0 + 245_000
    assert grid.times_ms[0] == T0 + 125_000
    assert not np.isnan(grid.values).any()


def test_what_is_seen_less_often_stands_for_its_own_step_but_not_across_a_gap(store: Store) -> None:
    for number in range(2, 20):
        fill(store, number, 5, 300)
    seen = [T0 + at * 1000 for at in (20, 40, 60, 80, 200, 220)]
    store.append(blocks=[block([signal(1)], seen, [[float(at) for at in range(6)]])])
    grid = scene_of(store, T0 + 300_000, window_ms=300_000).grid
    row = dict(zip(((grid.times_ms - T0) // 1000).tolist(), grid.values[-1].tolist(), strict=True))
    assert [row[at] for at in (20, 25, 35, 40, 75, 80, 85, 100)] == [0, 0, 0, 1, 2, 3, 3, 3]
    assert np.isnan([row[at] for at in (5, 15, 105, 150, 195, 245, 300)]).all()
    assert [row[at] for at in (200, 215, 220, 240)] == [4, 4, 5, 5]


rows = st.lists(st.one_of(st.just(NAN), st.integers(0, 9).map(float)), min_size=30, max_size=30)


@given(st.lists(rows, max_size=4))
def test_carrying_changes_holes_only_and_as_said(made: list[list[float]]) -> None:
    values = np.array(made).reshape(len(made), 30)
    carried = values.copy()
    carry(carried)
    for before, after in zip(values, carried, strict=True):
        seen = np.flatnonzero(~np.isnan(before))
        own = int(np.sort(np.diff(seen))[(len(seen) - 2) // 2]) if len(seen) > 1 else 1
        for slot in range(30):
            last, following = seen[seen <= slot], seen[seen > slot]
            stands = len(last) > 0 and slot - last[-1] <= own
            bridged = len(last) > 0 and len(following) > 0 and following[0] - last[-1] <= 2.5 * own
            wanted = before[last[-1]] if stands or bridged else NAN
            np.testing.assert_array_equal(after[slot], wanted)


def test_signals_that_are_not_seen_in_the_window_are_left_out_and_told(store: Store) -> None:
    fill(store, 1, 5, 300)
    fill(store, 2, 5, 100)
    store.append(blocks=[poll([signal(3)], T0 + 400_000, [1.0])])
    scene = scene_of(store, T0 + 300_000, window_ms=WINDOW)
    assert [one.key for one in scene.signals] == [signal(1).key]
    assert [one.what for one in scene.omitted] == ["1 signal"]


def test_infinite_values_are_holes_and_told(store: Store) -> None:
    store.append(blocks=[poll([signal(1), signal(2)], T0 + at * 5000, [float("inf"), 1.0]) for at in range(1, 9)])
    scene = scene_of(store, T0 + 40_000, window_ms=WINDOW)
    assert not np.isinf(scene.grid.values).any()
    assert any("infinite" in one.what and "1 signal" in one.what for one in scene.omitted)


def test_an_empty_tape_and_one_without_samples_are_scenes_without_rows(store: Store) -> None:
    assert scene_of(store, T0).grid.values.shape == (0, 0)
    store.append([event(T0 - 1000)])
    scene = scene_of(store, T0)
    assert (list(scene.signals), scene.grid.first, list(scene.alarms)) == ([], 0, [])


def test_a_gap_that_ends_later_has_not_ended(store: Store) -> None:
    store.append([gap("nomad", T0 - 50_000, T0 - 20_000), gap("prometheus", T0 - 10_000, None, "refused")])
    store.append([gap("prometheus", T0 - 10_000, T0 + 10_000, "refused, and then an hour of it")])
    first, second = scene_of(store, T0).gaps
    assert (first["source"], first["to"] is None) == ("nomad", False)
    assert (second["source"], second["to"], second["why"]) == ("prometheus", None, "refused")
    assert scene_of(store, T0 + 20_000).gaps[1]["to"] is not None


def test_nodes_are_called_by_their_names(store: Store) -> None:
    node = EntityRef(EntityKind.NODE, "0f1e2d3c")
    store.append([state(node, T0, name="fra1-cpu-01", status="ready")])
    assert scene_of(store, T0 + 1).names == {node: "fra1-cpu-01"}
    assert scene_of(store, T0 - 1).names == {}


def _later(at_ms: int) -> tuple[list[Record], list[Any]]:
    """What comes after a time and changes everything that it can."""
    node, alert = EntityRef(EntityKind.NODE, "node-fra1-gpu-02"), EntityRef(EntityKind.ALERT, "fp-Later")
    doc = {"alertname": "Later", "labels": {"alertname": "Later"}, "severity": "critical", "state": "firing"}
    body = {"text": "down", "severity": "bad", "change": True}
    records = [
        Record(RecordKind.STATE, "nomad", node, "node", at_ms + 1, at_ms + 1, {"name": "other", "status": "down"}),
        Record(RecordKind.EVENT, "nomad", node, "NodeDown", at_ms + 1, at_ms + 1, body),
        Record(RecordKind.STATE, "alertmanager", alert, "alert", at_ms + 1, at_ms + 1, doc | {"started_ms": at_ms}),
        Record(RecordKind.EVENT, "alertmanager", alert, "firing", at_ms + 1, at_ms + 1, doc),
        gap("ownership", at_ms - 30_000, at_ms + 5, "came back"),
    ]
    signals = [signal(number) for number in range(90, 95)]
    times = [at_ms + 1 + at * 100 for at in range(50)]
    return records, [block(signals, times, [[1e9] * len(times)] * len(signals))]


@pytest.mark.parametrize("at", [5.04, 12.04, 13.3, 14.01, 23.04, 31.04])
def test_a_tape_that_ended_then_gives_the_same_scene(tmp_path: Path, at: float) -> None:
    ended, whole = make_story(tmp_path / "ended.tape", until_minute=at), make_story(tmp_path / "whole.tape")
    with open_tape(ended, "read") as short, open_tape(whole, "read") as going:
        same(scene_of(short, minute(at)), scene_of(going, minute(at)))


@pytest.mark.parametrize("at", [8.0, 13.5, 26.0])
def test_nothing_that_comes_later_matters(tmp_path: Path, at: float) -> None:
    with open_tape(make_story(tmp_path / "a.tape", until_minute=at), "write") as store:
        store.append([gap("ownership", minute(at) - 30_000, None, "gone")])
        before = scene_of(store, minute(at))
        records, blocks = _later(minute(at))
        store.append(records, blocks)
        same(before, scene_of(store, minute(at)))
        assert len(scene_of(store, minute(at) + 10_000).alarms) > len(before.alarms)


def test_the_demo_as_it_went(demo: Store) -> None:
    begin_ms = int(demo.meta()["begin_ms"])

    def at(minutes: float) -> Scene:
        return scene_of(demo, begin_ms + round(minutes * 60_000))

    def minutes(at_ms: int | None) -> float | None:
        return None if at_ms is None else (at_ms - begin_ms) / 60_000

    def near(told: object) -> object:  # each recording begins some seconds earlier or later
        return pytest.approx(told, abs=0.25)

    assert not at(12).alarms
    (down,) = at(14).alarms
    assert (down.what, down.entity.kind, down.until_ms) == ("NodeDown", EntityKind.NODE, None)
    assert minutes(down.at_ms) == near(13.1)
    assert at(14).names[down.entity] == "fra1-gpu-02"
    last = at(37)
    assert [one.what for one in last.alarms] == ["NodeDown", "QualityLow"]
    assert [minutes(one.at_ms) for one in last.alarms] == near([13.1, 25.3])
    assert [minutes(one.until_ms) for one in last.alarms] == near([15.9, 30.2])
    assert last.alarms[1].entity == EntityRef(EntityKind.MODEL, "answer-8b@2026-10-r4")
    assert [(one.entity.id.partition("/")[2], one.kind) for one in last.changes] == [
        ("finetune-large", "version"), ("partner-feed", "version"), ("finetune-large", "stop"),
        ("indexer", "version"), ("partner-feed", "revert"), ("indexer", "revert"),
    ]  # fmt: skip
    assert [minutes(one.at_ms) for one in last.changes] == near([2.9, 9.9, 17.9, 21.4, 27.9, 31.9])
    owners = {one["flow"]: one for one in last.ownership}
    assert owners["partner"]["problems"] == ["no owner", "no on-call", "no data contract"]
    assert (owners["price"]["owner"], owners["price"]["problems"]) == ("pricing", [])
    assert last.grid.step_ms == 5000
    assert last.grid.first == 0  # nothing was seen before the window


def test_a_watch_sees_the_same_as_who_reads_anew(demo: Store) -> None:
    begin_ms = int(demo.meta()["begin_ms"])
    watch = Watch(demo, window_ms=300_000, past_ms=600_000)
    for minutes in (0.3, 2.0, 2.25, 2.26, 9.0, 31.0, 12.0, 12.5, 36.0):
        at_ms = begin_ms + round(minutes * 60_000)
        same(watch.scene(at_ms), scene_of(demo, at_ms, window_ms=300_000, past_ms=600_000))


polls = st.lists(
    st.tuples(st.integers(0, 240), st.dictionaries(st.integers(1, 4), st.booleans(), min_size=1)), max_size=10
)


def put(store: Store, seen: list[tuple[int, dict[int, bool]]]) -> None:
    for at, row in seen:
        values = [number * 100.0 + at if was_seen else NAN for number, was_seen in row.items()]
        store.append(blocks=[poll([signal(number) for number in row], T0 + at * 1000, values)])
        store.append([event(T0 + at * 1000, f"at {at}")])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(polls, st.integers(0, 90), st.booleans()), min_size=1, max_size=5))
def test_a_watch_on_a_growing_tape(
    tmp_path_factory: pytest.TempPathFactory, growth: list[tuple[list[tuple[int, dict[int, bool]]], int, bool]]
) -> None:
    """Late, early, repeated, merged: what is there up to a time makes the scene, however it came."""
    with open_tape(tmp_path_factory.mktemp("t") / "a.tape", "create") as store:
        watch = Watch(store, window_ms=WINDOW, past_ms=90_000)
        at_ms = T0
        for seen, later_s, merged in growth:
            put(store, seen)
            if merged:
                store.compact(T0 + 10**9)
            at_ms += later_s * 1000
            same(watch.scene(at_ms), scene_of(store, at_ms, window_ms=WINDOW, past_ms=90_000))


def test_a_watch_follows_a_story(tmp_path: Path) -> None:
    with open_tape(make_story(tmp_path / "a.tape"), "read") as store:
        watch = Watch(store, window_ms=240_000, past_ms=300_000)
        for at_ms in range(minute(5), END_MS, 97_000):
            same(watch.scene(at_ms), scene_of(store, at_ms, window_ms=240_000, past_ms=300_000))


every = st.integers(1, 120)


@given(
    st.integers(1, 7 * 24 * 3600), st.integers(0, 6 * 3600), st.dictionaries(st.sampled_from("abc"), every),
    st.integers(0, 20_000),
)  # fmt: skip
def test_a_plan_bounds_what_it_asks_for(window_s: int, past_s: int, steps: dict[str, int], count: int) -> None:
    at_ms = T0
    times = {name: T0 - 1000 * step * np.arange(20, dtype=np.int64) for name, step in steps.items()}
    found = plan(at_ms, window_s * 1000, past_s * 1000, times, dict.fromkeys(steps, count))
    assert found.begin_ms % found.step_ms == 0
    assert at_ms - found.begin_ms >= window_s * 1000
    assert window_s * 1000 / found.step_ms <= WINDOW_SLOTS
    slots = (at_ms - found.begin_ms) / found.step_ms
    assert slots * count * len(steps) <= MOST_CELLS * 1.1 or slots <= 2 * WINDOW_SLOTS + 2


def test_precision_is_kept_and_the_past_gives_way() -> None:
    times = {"prometheus": T0 - 5000 * np.arange(480, dtype=np.int64)}
    for count in (1, 500, 5000, 50_000):
        assert plan(T0, 2_400_000, 21_600_000, times, {"prometheus": count}).step_ms == 5000
    few, many = (plan(T0, 2_400_000, 21_600_000, times, {"prometheus": count}) for count in (200, 5000))
    assert T0 - few.begin_ms == 24_000_000
    assert T0 - many.begin_ms >= 4_800_000
