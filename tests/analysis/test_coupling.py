"""Couplings of model and ingestion signals: found where they are, honest about chance where they are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.analysis.coupling import Coupling, couplings, declared_pairs, inside_limits, sentence
from console.analysis.meeting import chances, refined, shape, shuffled
from console.analysis.movement import moves_of
from console.analysis.moves import Episode
from console.analysis.reach import Reach
from console.analysis.scene import Link, Topology
from console.signals import Bad, EntityKind, EntityRef, Pane, Signal
from tests.analysis.making import Array, bursts, grid, noise, signal

SLOTS = 480
QUALITY = signal("quality", Pane.MODELS, Bad.DOWN, of="answerer", unit="1")
LAG = signal("consumer lag", Pane.INGESTION, Bad.UP, of="docs", unit="s")
BEGUN = (250, 310, 352, 421)


def _quality(rng: np.random.Generator, starts: tuple[int, ...], length: int = 14) -> Array:
    return noise(rng, SLOTS, 0.95, 0.01) - bursts(SLOTS, starts, length, 0.4)


def _lag(rng: np.random.Generator, starts: tuple[int, ...], length: int = 16) -> Array:
    return noise(rng, SLOTS, 2.0, 0.2) + bursts(SLOTS, starts, length, 30.0)


def _found(rows: list[Array], signals: list[Signal], onset_from: int = 240) -> list[Coupling]:
    made = grid(rows, 240)
    return couplings(made, signals, moves_of(made, signals), None, onset_from)


def test_model_episodes_that_follow_ingestion_are_stated_with_their_lag_and_share() -> None:
    rng = np.random.default_rng(1)
    rows = [_quality(rng, tuple(at + 8 for at in BEGUN)), _lag(rng, BEGUN)]
    made = grid(rows, 240)
    moves = moves_of(made, [QUALITY, LAG])
    [one] = couplings(made, [QUALITY, LAG], moves, None, 240)
    assert (one.model, one.ingestion, one.hits, one.of) == (0, 1, 4, 4)
    assert abs(one.lag_slots - 8) <= 1
    assert one.p_value is not None and one.p_value < 0.01
    assert one.strength > 0.6
    assert one.gain is not None and one.gain > 0.3
    assert one.cells.both > 30 and one.cells.model_only <= 12
    said = sentence(one, made, [QUALITY, LAG], moves, {})
    assert said == f"answerer quality falls {one.lag_slots * 5}s after docs consumer lag rises, in 4 of 4 episodes"


def test_a_lag_below_what_sampling_can_tell_is_the_same_moment() -> None:
    rng = np.random.default_rng(2)
    quality, lag = QUALITY._replace(window_s=60.0), LAG._replace(window_s=30.0)
    made = grid([_quality(rng, tuple(at + 6 for at in BEGUN)), _lag(rng, BEGUN)], 240)
    moves = moves_of(made, [quality, lag])
    [one] = couplings(made, [quality, lag], moves, None, 240)
    assert "at the same moment as" in sentence(one, made, [quality, lag], moves, {})


def test_a_model_that_moves_first_is_no_coupling() -> None:
    rng = np.random.default_rng(3)
    rows = [_quality(rng, BEGUN), _lag(rng, tuple(at + 9 for at in BEGUN))]
    assert _found(rows, [QUALITY, LAG]) == []


def test_one_episode_each_is_stated_with_less_strength_and_an_honest_chance() -> None:
    rng = np.random.default_rng(4)
    [one] = _found([_quality(rng, (468,), 12), _lag(rng, (462,), 18)], [QUALITY, LAG])
    [many] = _found([_quality(rng, tuple(at + 6 for at in BEGUN)), _lag(rng, BEGUN)], [QUALITY, LAG])
    assert (one.hits, one.of) == (1, 1)
    assert one.p_value is not None and many.p_value is not None
    assert one.p_value >= 1 / SLOTS and one.p_value > many.p_value
    assert 0 < one.strength < many.strength


def test_a_blip_beside_the_trouble_is_no_episode_of_it() -> None:
    rng = np.random.default_rng(14)
    quality = _quality(rng, tuple(at + 8 for at in BEGUN))
    quality[395:398] -= 0.06
    [one] = _found([quality, _lag(rng, BEGUN)], [QUALITY, LAG])
    assert (one.hits, one.of) == (4, 4)


def test_a_decoy_with_a_rhythm_of_its_own_ranks_behind_the_true_pair() -> None:
    decoy = signal("writes", Pane.INGESTION, Bad.UP, of="other")
    better = 0
    for seed in range(20):
        rng = np.random.default_rng(100 + seed)
        true = tuple(int(at) for at in np.cumsum(rng.integers(35, 65, 4)) + 210)
        own = tuple(int(at) for at in np.cumsum(rng.integers(35, 65, 4)) + 210)
        rows = [_quality(rng, tuple(at + 7 for at in true)), _lag(rng, true), _lag(rng, own)]
        best = _found(rows, [QUALITY, LAG, decoy])[0]
        better += best.ingestion == 1
    assert better >= 18


def test_declared_pairs_come_before_pairs_that_nothing_links() -> None:
    rng = np.random.default_rng(5)
    other = signal("consumer lag", Pane.INGESTION, Bad.UP, of="strange", unit="s")
    rows = [_quality(rng, tuple(at + 8 for at in BEGUN)), _lag(rng, BEGUN), _lag(rng, BEGUN)]
    signals = [QUALITY, other, LAG]
    made = grid(rows, 240)
    reach = Reach(Topology((Link(LAG.entity, QUALITY.entity, "told"), Link(QUALITY.entity, other.entity, "told"))))
    pairs = declared_pairs(signals, reach)
    assert pairs == {(0, 2)}
    found = couplings(made, signals, moves_of(made, signals), pairs, 240)
    assert [one.ingestion for one in found] == [2, 1]


def test_a_declared_pair_inside_its_limits_shows_by_its_changes_alone() -> None:
    rng = np.random.default_rng(6)
    drive = rng.standard_normal(SLOTS)
    lag, quality = 5 + 0.3 * drive, 0.9 + 0.01 * rng.standard_normal(SLOTS)
    quality[244:] -= 0.012 * drive[240:-4]
    signals = [QUALITY, LAG]
    made = grid([quality, lag], 240)
    moves = moves_of(made, signals)
    assert not moves.beyond.any()
    [one] = couplings(made, signals, moves, {(0, 1)}, 240)
    assert one.of == 0 and one.lag_slots == 4
    assert one.gain is not None and one.gain > 0.4
    assert one.p_value is not None and one.p_value < 0.01
    assert "answerer quality follows the changes of docs consumer lag 20s later" in sentence(
        one, made, signals, moves, {}
    )
    assert couplings(made, signals, moves, None, 240) == [], "what nobody declared is not mined"


def test_a_dependence_that_was_always_there_has_not_risen() -> None:
    rng = np.random.default_rng(7)
    drive = rng.standard_normal(SLOTS)
    quality = 0.9 - 0.012 * np.roll(drive, 4) + 0.008 * rng.standard_normal(SLOTS)
    made = grid([quality, 5 + 0.3 * drive], 240)
    assert couplings(made, [QUALITY, LAG], moves_of(made, [QUALITY, LAG]), {(0, 1)}, 240) == []


def test_swaying_signals_that_have_nothing_to_do_with_each_other_are_hardly_ever_told() -> None:
    told = 0
    for seed in range(60):
        rng = np.random.default_rng(200 + seed)
        sway = np.cumsum(rng.standard_normal((2, SLOTS)), axis=1) * 0.02 + 0.3 * rng.standard_normal((2, SLOTS))
        made = grid([0.9 + 0.01 * sway[0], 5 + sway[1]], 240)
        told += bool(couplings(made, [QUALITY, LAG], moves_of(made, [QUALITY, LAG]), {(0, 1)}, 240))
    assert told <= 6


def _random_episodes(rng: np.random.Generator, count: int) -> list[Episode]:
    while True:
        starts, lengths = np.sort(rng.integers(0, SLOTS - 20, count)), rng.integers(4, 15, count)
        if (starts[1:] > starts[:-1] + lengths[:-1] + 2).all():
            return [
                Episode(int(at), int(at + long) - 1, False) for at, long in zip(starts, lengths, strict=True)
            ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3, 5])
def test_chances_of_unrelated_episodes_are_as_common_as_they_say(count: int) -> None:
    rng = np.random.default_rng(8)
    plain, shuffles = [], []
    for _ in range(300):
        one, other = _random_episodes(rng, count), _random_episodes(rng, count)
        leads = shape([other], SLOTS, 5)
        plain.append(chances(shape([one], SLOTS), leads, 60, np.array([[2]]))[0, 0])
        shuffles.append(refined(shuffled(one, SLOTS), leads, 0, 60, 2))
    for found in (np.array(plain), np.array(shuffles)):
        assert found.min() > 0 and found.max() <= 1
        assert (found <= 0.02).mean() <= 0.06
        assert (found <= 0.1).mean() <= 0.17


def test_two_clocks_of_one_rhythm_are_no_proof() -> None:
    beat = [Episode(at, at + 7, False) for at in range(10, SLOTS - 10, 60)]
    other = [Episode(at, at + 7, False) for at in range(4, SLOTS - 10, 60)]
    leads = shape([other], SLOTS, 5)
    assert chances(shape([beat], SLOTS), leads, 60, np.array([[1]]))[0, 0] > 0.05
    assert refined(shuffled(beat, SLOTS), leads, 0, 60, 1) > 0.05


def test_the_shuffled_patterns_begin_with_the_one_as_it_was() -> None:
    own = [Episode(30, 41, False), Episode(100, 104, False), Episode(200, 230, True)]
    plain, many = shape([own], 256), shuffled(own, 256)
    assert np.allclose(plain.inside[0], many.inside[0]) and np.allclose(plain.begun[0], many.begun[0])


def test_unrelated_signals_among_many_pairs_are_no_discovery() -> None:
    false = 0
    for seed in range(12):
        rng = np.random.default_rng(300 + seed)
        models = [_quality(rng, tuple(one.first for one in _random_episodes(rng, 4))) for _ in range(4)]
        fed = [_lag(rng, tuple(one.first for one in _random_episodes(rng, 4))) for _ in range(6)]
        signals = [QUALITY._replace(key=f"q{at}") for at in range(4)] + [LAG._replace(key=f"l{at}") for at in range(6)]
        made = grid([*models, *fed], 0)
        found = couplings(made, signals, moves_of(made, signals), None, 0)
        false += any(one.p_value is not None and one.p_value <= 0.05 for one in found)
    assert false <= 3


def test_holes_do_not_hide_a_coupling() -> None:
    rng = np.random.default_rng(9)
    rows = [_quality(rng, tuple(at + 8 for at in BEGUN)), _lag(rng, BEGUN)]
    for row in rows:
        row[rng.random(SLOTS) < 0.1] = np.nan
    rows[0][150:165] = np.nan
    found = _found(rows, [QUALITY, LAG])
    assert found and found[0].hits >= 3


def test_constant_and_unseen_signals_couple_with_nothing() -> None:
    rng = np.random.default_rng(10)
    signals = [QUALITY, QUALITY._replace(key="dead"), LAG, LAG._replace(key="none")]
    rows = [np.full(SLOTS, 0.9), np.full(SLOTS, np.nan), _lag(rng, BEGUN), np.full(SLOTS, np.nan)]
    made = grid(rows, 240)
    assert couplings(made, signals, moves_of(made, signals), {(0, 2), (1, 3), (0, 3)}, 240) == []


def test_limits_are_crossed_in_the_bad_direction_only() -> None:
    late = LAG._replace(warn_at=10.0, bad_at=60.0)
    assert inside_limits(late, np.array([1.0, 9.0, np.nan]))
    assert not inside_limits(late, np.array([1.0, 11.0]))
    good = QUALITY._replace(warn_at=0.9, bad_at=0.7)
    assert inside_limits(good, np.array([0.95, 1.0])) and not inside_limits(good, np.array([0.85]))
    assert inside_limits(LAG, np.array([1e9])), "without a limit there is none to cross"
    assert inside_limits(late, np.array([])) and inside_limits(late, np.array([np.nan]))


_ANY = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from([0.0, 1.0, np.nan, np.inf, 1e300]))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), slots=st.integers(0, 70), count=st.integers(0, 4))
def test_whatever_comes_chances_stay_chances(data: st.DataObject, slots: int, count: int) -> None:
    rows = [np.array(data.draw(st.lists(_ANY, min_size=slots, max_size=slots)), np.float64) for _ in range(count)]
    signals = [(QUALITY if at % 2 else LAG)._replace(key=f"s{at}", window_s=float(at * 30)) for at in range(count)]
    first = data.draw(st.integers(0, max(slots - 1, 0)))
    made = grid(np.array(rows, np.float64).reshape(count, slots), first)
    since = data.draw(st.integers(-1, slots + 1))
    pairs = {(a, b) for a in range(1, count, 2) for b in range(0, count, 2)}
    moves = moves_of(made, signals)
    for one in couplings(made, signals, moves, pairs, since):
        assert one.p_value is not None and 0 < one.p_value <= 1
        assert 0 <= one.strength <= 1 and 0 <= one.hits <= one.of == len(one.episodes)
        assert one.lag_slots >= 0 and min(one.cells) >= 0
        assert sentence(one, made, signals, moves, {})


def test_what_is_near_is_found_over_so_many_steps_and_against_the_links_only() -> None:
    one, two, three = (EntityRef(EntityKind.JOB, name) for name in ("p/one", "p/two", "p/three"))
    reach = Reach(Topology((Link(one, two, "told"), Link(two, three, "told"), Link(three, one, "told"))))
    assert reach.near(three, 1) == {three: 0, two: 1}
    assert reach.near(three, 6) == {three: 0, two: 1, one: 2}
