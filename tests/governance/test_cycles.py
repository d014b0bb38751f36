"""Circles between flows: each flow in one is told of the shortest, all others of nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.governance.cycles import cycles
from console.governance.merge import merged
from console.governance.shapes import FlowDoc
from tests.governance.test_merge import part


def flow(name: str, **said: Any) -> FlowDoc:
    return merged(name, [part(name, "flows.toml", f"{name}.toml", **said)])


def test_a_circle_is_named_by_file_and_line_and_nothing_else_is_affected() -> None:
    flows = {
        "a": flow("a", upstream=["c"]),
        "b": flow("b", upstream=["A"]),
        "c": flow("c", owner="x", upstream=["b"]),
        "before": flow("before"),
        "after": flow("after", upstream=["c"]),
    }
    found = cycles(flows)
    assert set(found) == {"a", "b", "c"}
    assert {doubt["why"] for doubt in found.values()} == {"is made of itself: a -> b -> c -> a"}
    assert found["c"]["origin"] == "/c/c.toml:3"


def test_a_circle_through_jobs() -> None:
    flows = {
        "raw": flow("raw", producer="default/loader", consumers=["default/cleaner"]),
        "clean": flow("clean", producer="prod/cleaner", consumers=["default/loader"]),
    }
    assert cycles(flows)["raw"]["why"] == "is made of itself: clean -> raw -> clean"


def test_a_job_that_takes_back_its_own_is_no_circle() -> None:
    assert cycles({"a": flow("a", producer="default/x", consumers=["default/x"])}) == {}
    assert set(cycles({"a": flow("a", upstream=["a"])})) == {"a"}


def test_a_flow_that_is_gone_closes_no_circle() -> None:
    gone: FlowDoc = {**flow("b", upstream=["a"]), "removed": True}
    assert cycles({"a": flow("a", upstream=["b"]), "b": gone}) == {}


def test_a_large_circle() -> None:
    flows = {f"f{i}": flow(f"f{i}", upstream=[f"f{(i - 1) % 3000}"]) for i in range(3000)}
    found = cycles(flows)
    assert len(found) == 3000
    assert found["f7"]["why"].endswith(" -> f11 -> (2988 more) -> f0")


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3), max_size=6))
def test_exactly_the_flows_that_reach_themselves(upstream: dict[str, list[str]]) -> None:
    flows = {name: flow(name, upstream=sources) for name, sources in upstream.items()}
    after = {name: {one for one in flows if name in upstream[one]} for name in flows}

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            for one in after[waiting.pop()] - seen:
                seen.add(one)
                waiting.append(one)
        return seen

    found = cycles(flows)
    assert set(found) == {name for name in flows if name in reached(name)}
    for name, doubt in found.items():
        way = doubt["why"].removeprefix("is made of itself: ").split(" -> ")
        assert name in way
        assert way[0] == way[-1]
        assert all(second in after[first] for first, second in pairwise(way))
