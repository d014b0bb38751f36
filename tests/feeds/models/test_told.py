"""What happened to models between two documents of them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.feeds.models.reading import MOST_VERSIONS
from console.feeds.models.told import Look, changes
from console.governance.lifefacts import promotions_of
from console.governance.shapes import ModelDoc, ModelVersionDoc

LOOK = Look(now_ms=1000, last_ms=900, horizon_ms=500)


def doc(*versions: ModelVersionDoc, **aliases: str) -> ModelDoc:
    return {"owner": None, "production": None, "aliases": aliases, "versions": list(versions), "origin": "mlflow"}


def version(number: str, **more: Any) -> ModelVersionDoc:
    return {"version": number, "aliases": [], "origin": "mlflow", **more}  # type: ignore[typeddict-item]


def texts(before: ModelDoc | None, after: ModelDoc) -> list[str]:
    return [str(record.body["text"]) for record in changes("m", before, after, LOOK)]


def test_of_a_model_that_is_new_here_only_what_was_made_lately_is_told() -> None:
    after = doc(version("2", created_ms=700, by="ana"), version("1", created_ms=100), production="2")
    (record,) = changes("m", None, after, LOOK)
    assert (record.body["text"], record.at_ms) == ("m v2 registered by ana", 700)
    late = doc(version("3", created_ms=400), version("2", created_ms=700), version("1"), production="2")
    (record,) = changes("m", after, late, LOOK)
    assert record.at_ms == 400, "it was made while nobody looked"


def test_stages_status_and_what_a_file_says() -> None:
    before = doc(version("1", stage="staging", status="PENDING_REGISTRATION"))
    after = {**doc(version("1", stage="production", status="FAILED_REGISTRATION")), "inputs": ["docs"]}
    events = list(changes("m", before, after, LOOK))  # type: ignore[arg-type]
    assert [(one.body["text"], one.body["severity"]) for one in events] == [
        ("m v1: stage staging -> production, status PENDING_REGISTRATION -> FAILED_REGISTRATION", "bad"),
        ("m: inputs none -> docs", "info"),
    ]


def test_versions_that_go_are_told_those_that_drop_out_of_sight_are_not() -> None:
    assert texts(doc(version("2"), version("1")), doc(version("2"))) == ["m: v1 no longer declared or registered"]
    many = [version(str(number)) for number in range(MOST_VERSIONS + 1)]
    assert texts(doc(*many), doc(*many[:-1])) == []


@given(
    st.lists(st.dictionaries(st.sampled_from(["production", "next"]), st.sampled_from("123"), max_size=2), max_size=6)
)
def test_the_moves_of_an_alias_lead_from_the_first_document_to_the_last(aliases: list[dict[str, str]]) -> None:
    docs = [doc(version("1"), version("2"), version("3"), **those) for those in [{}, *aliases]]
    events = [
        record
        for at, (before, after) in enumerate(pairwise(docs))
        for record in changes("m", before, after, Look(at * 10 + 10, at * 10, 0))
    ]
    held = ""
    for promotion in promotions_of("m", events):
        assert promotion.before == held
        assert promotion.version != held
        held = promotion.version
    assert held == docs[-1]["aliases"].get("production", "")
