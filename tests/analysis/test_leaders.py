"""Who moved first among the signals that belong to the trouble."""

from __future__ import annotations

from console.analysis.chain import Chain
from console.analysis.leaders import leaders
from console.analysis.moves import Episode
from console.analysis.rank import Candidate
from console.analysis.reach import Reach
from tests.analysis.saying import HURT, SLOTS, candidate, hurt, made


def moved(row: int, slot: int, last: int = SLOTS - 1, **more: object) -> Candidate:
    chain = Chain(row, (Episode(slot, last, last == SLOTS - 1),), 30.0)
    facts = {"chain": chain, "onset": slot, "earliest": slot, "latest": slot, "lead": (HURT - slot) * 5.0,
             "score": 0.97} | more  # fmt: skip
    return candidate(row, **facts)


def order(*found: Candidate) -> list[int]:
    one = made()
    return [each.row for each in leaders(found, one.signals, one.grid, Reach(one.topology), hurt())]


def test_the_earlier_of_two_that_belong_is_first() -> None:
    early, late = moved(1, 46), moved(2, 54)
    assert order(late, early)[0] == order(early, late)[0] == 1


def test_what_does_not_belong_or_never_moved_leads_nothing() -> None:
    assert order(moved(2, 40, score=0.1)) == []
    assert order(candidate(1, chain=None)) == []
    assert order() == []


def test_what_is_only_reached_by_the_symptom_leads_nothing() -> None:
    assert order(moved(2, 46, way="down")) == []


def test_what_came_and_went_long_before_is_a_stranger() -> None:
    assert order(moved(2, 2, last=6, way="unknown", score=0.9), moved(1, 46))[0] == 1


def test_other_names_of_the_symptom_move_nothing() -> None:
    assert order(moved(0, 58, way="same")) == []


def test_at_the_same_moment_who_feeds_the_other_is_first() -> None:
    one = made()
    fed, feeding = moved(2, 46), moved(1, 46)
    link = one.topology.links[0]._replace(cause=one.signals[1].entity, effect=one.signals[2].entity)
    reach = Reach(one.topology._replace(links=[*one.topology.links, link]))
    for found in ([fed, feeding], [feeding, fed]):
        assert leaders(found, one.signals, one.grid, reach, hurt())[0].row == 1
