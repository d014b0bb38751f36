"""What is a change of a schema, and what only another way to write it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feeds.ownership.schema import Changed, SchemaTimes, difference, shape
from console.governance.shapes import ContractDoc


def contract(*properties: dict[str, Any], name: str = "docs") -> ContractDoc:
    body = {"schema": [{"name": name, "properties": list(properties)}]}
    return {"format": "odcs", "version": "v3.1.0", "body": body, "origin": "/c/a.yaml:3"}


ID = {"name": "id", "logicalType": "string", "required": True}
PRICE = {"name": "price", "logicalType": "number"}


@pytest.mark.parametrize(
    "after",
    [
        contract(PRICE, ID),
        contract({**ID, "description": "the key", "examples": ["a"], "tags": ["x"]}, PRICE),
        contract({**ID, "quality": [{"metric": "nullValues", "mustBe": 0}]}, PRICE),
    ],
)
def test_no_change(after: ContractDoc) -> None:
    assert difference(contract(ID, PRICE), after) == ""


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (contract(ID), "gone: docs.price"),
        (contract(ID, PRICE, {"name": "at"}), "new: docs.at"),
        (contract({**ID, "required": False}, PRICE), "other: docs.id"),
        (contract(ID, {**PRICE, "logicalType": "string"}), "other: docs.price"),
        (contract(ID, {**PRICE, "properties": [{"name": "eur"}]}), "new: docs.price.eur"),
        (contract(ID, {**PRICE, "items": {"properties": [{"name": "eur"}]}}), "new: docs.price[].eur"),
        (contract(ID, PRICE, *({"name": f"p{i}"} for i in range(7))),
         "new: docs.p0, docs.p1, docs.p2, docs.p3, docs.p4 and 2 more"),
    ],
)  # fmt: skip
def test_a_change_in_words(after: ContractDoc, said: str) -> None:
    assert difference(contract(ID, PRICE), after) == said


def test_times_are_those_of_the_change() -> None:
    first, second = contract(ID), contract(ID, PRICE)
    times = SchemaTimes({}, {"c": first})
    times.look({"c": contract(ID)}, {"c": 5}, "watched")
    assert times.of("c") is None
    times.look({"c": second, "new": first}, {"c": 10, "new": 10}, "watched")
    assert times.of("c") == Changed(10, "watched", "/c/a.yaml:3")
    assert times.of("new") is None
    times.commit([("c", Changed(8, "git", "/c/a.yaml, commit 1"))])
    assert times.of("c") == Changed(8, "git", "/c/a.yaml, commit 1")
    times.look({"c": first}, {"c": 20}, "watched")
    assert times.of("c") == Changed(20, "watched", "/c/a.yaml:3")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "tags", "items"]), inner),
    max_leaves=8,
)


@given(_JSON)
def test_a_shape_of_any_shape(schema: Any) -> None:
    assert shape(schema) == shape(shape(schema))
    if isinstance(schema, list):
        assert shape(schema) == shape(schema[::-1])
