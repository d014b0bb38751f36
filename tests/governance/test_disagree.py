"""Sources that disagree: real differences are told, other spellings and completions are not."""

from __future__ import annotations

from typing import Any

import pytest

from console.governance.disagree import disagreements, synonyms
from console.governance.fields import BACKSTAGE, FLOWS_FILE, ODCS
from console.governance.merge import merged
from console.governance.shapes import OnCallDoc, OwnerDoc
from tests.governance.test_merge import part


def told(field: str, *values: Any, names: dict[str, str] | None = None) -> list[str]:
    parts = [
        part("f", via, **{field: value}) for via, value in zip((FLOWS_FILE, ODCS, BACKSTAGE), values, strict=False)
    ]
    return [one.word for one in disagreements(merged("f", parts), names or {})]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("owner", ("search-data", "Search Data", "group:default/search_data")),
        ("on_call", ("pagerduty:PX1", "price-pager")),
        ("contract", ("https://contracts.example/price/1", "7f3a-11")),
        ("producer", ("default/feed", "prod@eu/feed")),
        ("consumers", (["a/x"], ["a/y"])),
        ("freshness_s", (300, 300.0)),
        ("lifecycle", ("active", "production")),
        ("escalation", (["Lead", "sre"], ["sre", "lead"])),
        ("required", (["id", "price"], ["price", "id"])),
        ("schema_changed_ms", (1, 2)),
        ("contract_version", ("v1.0.0", "1.0.0")),
        ("match", ({"feed": ["a", "b"]}, {"feed": ["b", "a"]})),
        ("runbook", ("https://r/x", "https://r/x/")),
    ],
)
def test_what_is_the_same(field: str, values: tuple[Any, ...]) -> None:
    assert told(field, *values) == []


@pytest.mark.parametrize(
    ("field", "values", "word"),
    [
        ("owner", ("search-data", "shop", "search-data"), "owner"),
        ("on_call", ("price-pager", "shop-pager"), "on-call"),
        ("contract", ("https://c/1", "https://c/2"), "contract"),
        ("producer", ("default/feed", "default/other-feed"), "producer"),
        ("freshness_s", (300, 600), "freshness"),
        ("lifecycle", ("active", "deprecated"), "lifecycle"),
        ("escalation", (["lead"], ["sre"]), "escalation"),
        ("completeness", (0.99, 0.999), "completeness"),
        ("tier", ("1", "2"), "tier"),
    ],
)
def test_what_is_not(field: str, values: tuple[Any, ...], word: str) -> None:
    assert told(field, *values) == [word]


def test_all_that_was_said_is_in_a_disagreement_the_owner_first() -> None:
    parts = [
        part("f", FLOWS_FILE, tier="1", owner="a"),
        part("f", ODCS, tier="2", owner="b"),
        part("f", BACKSTAGE, owner="a"),
    ]
    first, second = disagreements(merged("f", parts))
    assert (first.field, second.field) == ("owner", "tier")
    assert [(item["value"], item["origin"]) for item in first.said] == [
        ("a", "/c/flows.toml:3"), ("b", "/c/odcs:3"), ("a", "/c/backstage:2"),
    ]  # fmt: skip


def test_names_of_one_schedule_and_of_one_owner() -> None:
    owner: OwnerDoc = {"kind": "group", "title": "Search and Data", "members": [], "origin": "/c/g.yaml:1"}
    schedule: OnCallDoc = {
        "provider": "pagerduty", "name": "Prices", "names": ["price-pager"], "now": [], "read_ms": 0, "origin": "",
    }  # fmt: skip
    names = synonyms({"search-data": owner}, [("pagerduty:PX1", schedule)])
    assert told("owner", "search-data", "Search and Data", names=names) == []
    assert told("on_call", "pagerduty:PX1", "price-pager", names=names) == []
    other: OnCallDoc = {**schedule, "name": "Shop", "names": ["shop-pager"]}
    names = synonyms({}, [("pagerduty:PX1", schedule), ("pagerduty:PX2", other)])
    assert told("on_call", "pagerduty:PX1", "shop-pager", names=names) == ["on-call"]
