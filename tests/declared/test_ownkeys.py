"""Keys for this console in contracts and catalogue entries, and what of a document is not kept."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.declared import ownkeys
from console.declared.ownkeys import FLOW, PREFIX, Said, own_fields
from console.declared.withheld import HIDDEN, is_secret, without_secrets
from console.governance.shapes import FlowDoc
from console.plain import UNSAFE

GOOD: dict[str, Any] = {
    "flow": "docs.price",
    "producer": "feed",
    "consumers": "indexer, search/answerer",
    "upstream": ["docs.raw"],
    "feeds": "answer-8b",
    "owner": "partner-data",
    "on-call": "pagerduty:P1",
    "escalation": "lead",
    "runbook": "https://wiki.example.org",
    "tier": "1",
    "contract": "c-1",
    "freshness": "5m",
    "latency": "PT5M",
    "retention": "30d",
    "completeness": "99.9%",
    "availability": "0.999",
    "last-reviewed": "2026-10-01",
    "review-every": "90d",
    "schema-changed-at": "2026-10-01",
    "match": "topic=DOCS, topic=DOCS_V2, feed=a",
}


def own(key: str, value: Any) -> ownkeys.Own:
    return own_fields([Said(key, value, 3, "f:3")])


def test_every_documented_key_is_read_and_says_a_field_of_a_flow() -> None:
    assert ownkeys.__doc__ is not None
    table = ownkeys.__doc__.split("annotations ``fourthsignal.io/...``:\n\n")[1].split("\n\n")[0]
    words = set(re.findall(r"(?:^    |, |  )([a-z]+(?:-[a-z]+)*)(?=,|  )", table, re.MULTILINE))
    assert set(GOOD) <= words
    for key, value in GOOD.items():
        found = own(PREFIX + key, value)
        ((field, told),) = found.ours.items()
        assert (told.line, found.alike, found.doubts) == (3, {}, [])
        assert field == FLOW or field in FlowDoc.__annotations__


@pytest.mark.parametrize("key", ["lastReviewed", "last_review", "last-reviewed", "LAST.REVIEWED", "reviewedAt"])
def test_spellings(key: str) -> None:
    assert own(key, "2026-10-01").alike["last_review_ms"].value == 1790812800000
    assert own(PREFIX + key, "2026-10-01").ours["last_review_ms"].value == 1790812800000


def test_lists_labels_and_words_of_other_tools() -> None:
    assert own("consumers", "indexer, search/answerer").alike["consumers"].value == [
        "default/indexer",
        "search/answerer",
    ]
    assert own(PREFIX + "match", GOOD["match"]).ours["match"].value == {"topic": ["DOCS", "DOCS_V2"], "feed": ["a"]}
    assert own("model", "kimball") == ownkeys.Own({}, {}, [])
    assert own(PREFIX + "model", "answer-8b").ours["feeds"].value == ["answer-8b"]
    assert own("anything", "else") == ownkeys.Own({}, {}, [])
    assert own("owner", "") == ownkeys.Own({}, {}, [])
    assert own(PREFIX + "flow", []).doubts[0]["why"] == "fourthsignal.io/flow: it names nothing; write one name or more"


_ANY: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(GOOD)), _ANY)
def test_any_value_is_taken_or_a_doubt(key: str, value: Any) -> None:
    found = own(PREFIX + key, value)
    if value is not None and value != "":
        assert len(found.ours) + len(found.doubts) >= 1
    for doubt in found.doubts:
        assert doubt["origin"] == "f:3"
        assert not UNSAFE.search(doubt["why"])


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        ("pagerduty.com/integration-key", True),
        ("apiKey", True),
        ("db_password", True),
        ("accessToken", True),
        ("client-secret", True),
        ("primaryKey", False),
        ("businessKey", False),
        ("partitionKeyPosition", False),
        ("tokens", False),
        ("description", False),
    ],
)
def test_which_keys_hide_their_values(key: str, secret: bool) -> None:
    assert is_secret(key) is secret
    kept = without_secrets({"a": [{key: "hush"}]})
    assert kept == {"a": [{key: HIDDEN if secret else "hush"}]}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://me:hush@example.org/x", "https://(hidden)@example.org/x"),
        ("https://example.org/x?a=1&token=hush", "https://example.org/x?a=1&token=(hidden)"),
        ("https://hooks.slack.com/services/T/B/hush", "https://hooks.slack.com/(hidden)"),
        ("https://example.org/x?a=1", "https://example.org/x?a=1"),
        ("jdbc:postgresql://localhost:5432/shop", "jdbc:postgresql://localhost:5432/shop"),
    ],
)
def test_addresses_lose_what_lets_in(text: str, kept: str) -> None:
    assert without_secrets({"url": text}) == {"url": kept}


def test_what_a_template_puts_in_later_stays_and_so_does_the_rest() -> None:
    whole = {"token": "${{ secrets.x }}", "port": 5432, "secret": {"name": "a"}, "list": [None, True, 1.5]}
    assert without_secrets(whole) == whole


@given(_ANY)
def test_a_document_without_secrets_stays_the_very_same(value: Any) -> None:
    document = {"a": value}
    if without_secrets(document) is not document:
        assert "://" in str(value) or any(is_secret(word) for word in re.findall(r"\w+", str(value)))
