"""Which episodes belong to one trouble, and how surely two troubles come together."""

from __future__ import annotations

import numpy as np

from console.analysis.chain import Chain, chain_of
from console.analysis.movement import moves_of
from console.analysis.moves import Episode
from console.analysis.symptom import Symptom
from console.analysis.together import Together, together
from tests.analysis.making import Array, bursts, grid, noise, signal

RNG = np.random.default_rng(3)
SLOTS = 400


def row_of(starts: list[int], length: int = 8, sizes: list[float] | None = None) -> Array:
    row = noise(RNG, SLOTS)
    for start, size in zip(starts, sizes or [20.0] * len(starts), strict=True):
        row += bursts(SLOTS, [start], length, size)
    return row


def chain(row: Array, **more: int) -> Chain | None:
    moves = moves_of(grid([row]), [signal("x")])
    return chain_of(0, moves.beyond[0], moves.bad[0], 0, 60, **more)


def test_sporadic_episodes_are_one_chain() -> None:
    found = chain(row_of([150, 190, 230, 270]))
    assert found is not None
    assert len(found.episodes) == 4
    assert abs(found.start - 150) <= 1


def test_a_small_blip_before_is_not_the_beginning() -> None:
    found = chain(row_of([200, 240, 280, 320], sizes=[7.0, 40.0, 40.0, 40.0]))
    assert found is not None
    assert abs(found.start - 240) <= 1


def test_a_trouble_long_before_is_another() -> None:
    found = chain(row_of([120, 330, 360]))
    assert found is not None
    assert abs(found.start - 330) <= 1


def test_the_chain_before_a_moment() -> None:
    row = row_of([120, 330, 360])
    early = chain(row, until=125)
    assert early is not None
    assert abs(early.start - 120) <= 1


def test_a_rare_rhythm_is_still_one_chain() -> None:
    found = chain(row_of([100, 170, 240, 310]))  # pauses longer than the calm that ends a chain, but regular
    assert found is not None
    assert len(found.episodes) >= 1


def together_with(starts: list[int], symptom: list[int], length: int = 8) -> Together:
    rows = [row_of(starts, length), row_of(symptom)]
    moves = moves_of(grid(rows), [signal("x")] * 2)
    episodes = tuple(Episode(one, one + 7, False) for one in symptom)
    own = Chain(0, tuple(Episode(one, one + length - 1, False) for one in starts), 20.0)
    return together(moves, [0], [own], Symptom(1, Chain(1, episodes, 20.0), 1.0), 60, 1)


def test_episodes_that_follow_each_time_are_no_chance() -> None:
    found = together_with([150, 203, 249, 310], [156, 209, 255, 316])
    assert (found.hits[0], found.of[0]) == (4, 4)
    assert found.p_value[0] < 0.05
    assert found.followed[0] == 1


def test_episodes_that_come_before_it_do_not_follow() -> None:
    found = together_with([190, 233, 279, 340], [156, 209, 255, 316])
    assert found.p_value[0] > 0.05


def test_half_of_the_episodes() -> None:
    found = together_with([150, 249], [156, 209, 255, 340])
    assert found.hits[0] < 4


def test_no_trouble_no_company() -> None:
    moves = moves_of(grid([row_of([]), row_of([])]), [signal("x")] * 2)
    found = together(moves, [0], [None], Symptom(1, Chain(1, (), 0.0), 0.0), 60, 1)
    assert found.p_value[0] == 1
    assert found.followed[0] == 0
