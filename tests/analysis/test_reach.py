"""Whether trouble can reach."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.analysis.reach import MOST_HOPS, Reach
from console.analysis.scene import Link, Topology
from console.signals import EntityKind, EntityRef


def job(name: object) -> EntityRef:
    return EntityRef(EntityKind.JOB, str(name))


def made(*pairs: tuple[object, object]) -> Reach:
    return Reach(Topology(tuple(Link(job(cause), job(effect), "told") for cause, effect in pairs)))


def test_up_down_same_none_unknown() -> None:
    reach = made(("feed", "indexer"), ("indexer", "answerer"), ("batch", "report"))
    assert reach.to(job("feed"), job("answerer")) == (2, "up")
    assert reach.to(job("answerer"), job("feed")) == (2, "down")
    assert reach.to(job("answerer"), job("answerer")) == (0, "same")
    assert reach.to(job("batch"), job("answerer")) == (None, "none")
    assert reach.to(job("stranger"), job("answerer")) == (None, "unknown")


def test_both_ways_counts_as_up() -> None:
    reach = made(("consumer", "job"), ("job", "consumer"))
    assert reach.to(job("consumer"), job("job")) == (1, "up")


def test_too_far_is_no_way() -> None:
    chain = [(step, step + 1) for step in range(MOST_HOPS + 3)]
    reach = made(*chain)
    assert reach.to(job(0), job(MOST_HOPS)) == (MOST_HOPS, "up")
    assert reach.to(job(0), job(MOST_HOPS + 1)) == (None, "none")


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25))
def test_cycles_do_no_harm_and_up_mirrors_down(pairs: list[tuple[int, int]]) -> None:
    reach = made(*pairs)
    for one in range(7):
        for other in range(7):
            hops, way = reach.to(job(one), job(other))
            back, turned = reach.to(job(other), job(one))
            assert (hops is None) == (way in ("none", "unknown"))
            assert (way == "unknown") == (turned == "unknown")
            if way == "down":
                assert turned == "up" and back == hops


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25), st.sets(st.integers(0, 9), max_size=4))
def test_around_several_is_what_is_around_each_of_them(pairs: set[tuple[int, int]], several: set[int]) -> None:
    reach = made(*pairs)
    near = {one for one in range(10) for end in several if reach.to(job(one), job(end))[1] in ("up", "down", "same")}
    assert reach.around(map(job, several), MOST_HOPS) == {job(one) for one in near}
