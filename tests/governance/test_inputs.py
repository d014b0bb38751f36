"""Which data flows a model answers from, near and far."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.governance.inputs import Inputs
from console.governance.lifefacts import inputs_of
from console.governance.shapes import FlowDoc


def flow(producer: str | None = None, consumers: list[str] | None = None, **more: Any) -> FlowDoc:
    doc: dict[str, Any] = {"owner": None, "on_call": None, "contract": None, "producer": producer,
                           "consumers": consumers or [], "origin": "", **more}  # fmt: skip
    return doc  # type: ignore[return-value]


def test_by_its_document_by_the_flow_by_its_jobs_and_what_these_are_made_of() -> None:
    found = Inputs({
        "named": flow(), "feeding": flow(feeds=["acme/m"]), "consumed": flow(consumers=["p/serve"]),
        "before": flow(), "made": flow(upstream=["before"], feeds=["m"]), "raw": flow(consumers=["p/make"]),
        "cooked": flow("p/make", feeds=["m"]), "other": flow(feeds=["m2"]), "gone": flow(feeds=["m"], removed=True),
    })  # fmt: skip
    doc: Any = {"inputs": ["NAMED", "nowhere"]}
    assert found.of("m", doc, ["p@eu/serve"]) == ("before", "consumed", "cooked", "feeding", "made", "named", "raw")


def test_a_circle_ends() -> None:
    found = Inputs({"a": flow(upstream=["b"], feeds=["m"]), "b": flow(upstream=["a"])})
    assert found.of("m", None) == ("a", "b")


JOBS = st.sampled_from(["p/a", "p/b", "p/c", "p/d"])
NAMES = st.sampled_from(["f", "g", "h", "i"])


@given(
    flows=st.dictionaries(NAMES, st.tuples(st.none() | JOBS, st.lists(JOBS, max_size=2), st.lists(NAMES, max_size=2),
                                           st.lists(st.sampled_from(["m", "x/m", "n"]), max_size=1))),
    jobs=st.lists(JOBS, max_size=2),
)  # fmt: skip
def test_the_same_as_by_going_through_all(
    flows: dict[str, tuple[str | None, list[str], list[str], list[str]]], jobs: list[str]
) -> None:
    docs = {name: flow(job, taken, upstream=of, feeds=feeds) for name, (job, taken, of, feeds) in flows.items()}
    known = [name for name in inputs_of("m", None, docs, jobs) if name in docs]
    assert list(Inputs(docs).of("m", None, jobs)) == known
