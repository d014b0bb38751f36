"""Models as several sources have them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.governance.modeldisagree import model_disagreements
from console.governance.models import (
    CARD,
    MODELS_FILE,
    REGISTRY,
    ModelSaid,
    by_model,
    comparable,
    merged_model,
)
from console.governance.shapes import ModelVersionDoc, SaidDoc

DAY = 86_400_000


def part(via: str, name: str = "answer-8b", *versions: ModelVersionDoc, **more: Any) -> ModelSaid:
    aliases = more.pop("aliases", {})
    said: dict[str, SaidDoc] = {
        field: {"value": value, "origin": f"{via}:1", "via": via, "read_ms": 5} for field, value in more.items()
    }
    return ModelSaid(name, via, f"{via}:1", said, versions, aliases, (), 5)


def version(number: str, **more: Any) -> ModelVersionDoc:
    return {"version": number, "aliases": [], "origin": f"at {number}", **more}  # type: ignore[typeddict-item]


def test_the_registry_knows_what_is_production_and_the_file_who_answers() -> None:
    doc = merged_model(
        [
            part(MODELS_FILE, owner="answers", production="3", inputs=["docs.price"]),
            part(REGISTRY, "answer-8b", version("4"), version("3"), owner="ml", aliases={"production": "4"}),
            part(CARD, owner="acme"),
        ]
    )
    assert (doc["owner"], doc["production"], doc.get("inputs")) == ("answers", "4", ["docs.price"])
    said = doc["said"]
    assert [(item["via"], item["value"]) for item in said["owner"]] == [
        (MODELS_FILE, "answers"),
        (REGISTRY, "ml"),
        (CARD, "acme"),
    ]
    assert [(one.field, len(one.said)) for one in model_disagreements(doc)] == [("owner", 3), ("production", 2)]


def test_alias_and_stage_that_disagree_are_both_told() -> None:
    registry = part(
        REGISTRY, "answer-8b", version("4"), version("3", stage="production"), aliases={"Champion": "4"}
    )  # fmt: skip
    doc = merged_model([registry])
    assert doc["production"] == "4"
    (disagreement,) = model_disagreements(doc)
    assert [item["value"] for item in disagreement.said] == ["4", "3"]


def test_a_release_that_a_file_names_is_the_registrys_version() -> None:
    doc = merged_model(
        [
            part(REGISTRY, "answer-8b", version("4", tags={"release": "r4"}), aliases={"production": "4"}),
            part(MODELS_FILE, "answer-8b", version("r4", evaluated_on="golden"), production="r4"),
        ]
    )
    assert [one["version"] for one in doc["versions"]] == ["4"]
    assert doc["versions"][0].get("evaluated_on") == "golden"
    assert doc["production"] == "4"
    assert model_disagreements(doc) == []


def test_times_are_the_first_sources_evaluations_add_up() -> None:
    doc = merged_model(
        [
            part(REGISTRY, "answer-8b", version("4", trained_ms=DAY + 5, evaluated_ms=2 * DAY, metrics={"f1": 0.8})),
            part(
                MODELS_FILE,
                "answer-8b",
                version(
                    "v4", trained_ms=DAY, evaluated_ms=3 * DAY, metrics={"f1": 0.7, "auc": 0.9},
                    whole_days=["trained_ms", "evaluated_ms"], evaluated_on="golden",
                ),
            ),
        ]
    )  # fmt: skip
    (one,) = doc["versions"]
    assert (one.get("trained_ms"), one.get("evaluated_ms")) == (DAY + 5, 3 * DAY)
    assert one.get("evaluations_ms") == [2 * DAY, 3 * DAY]
    assert one.get("whole_days") == ["evaluated_ms"]
    assert one.get("metrics") == {"f1": 0.8, "auc": 0.9}
    assert one.get("evaluated_on") == "golden"
    assert model_disagreements(doc) == [], "the file knows the day only"
    late = part(MODELS_FILE, "answer-8b", version("4", trained_ms=9 * DAY))
    other = merged_model([part(REGISTRY, "answer-8b", version("4", trained_ms=DAY)), late])
    assert [one.word for one in model_disagreements(other)] == ["4 trained"]


def test_a_card_without_a_version_stays_apart_and_last() -> None:
    doc = merged_model(
        [part(CARD, "answer-8b", version("", metrics={"f1": 0.5})), part(REGISTRY, "answer-8b", version("4"))]
    )
    assert [one["version"] for one in doc["versions"]] == ["4", ""]
    assert "metrics" not in doc["versions"][0]


def test_two_versions_in_production_are_a_doubt() -> None:
    both = part(REGISTRY, "answer-8b", version("4", stage="production"), version("3", stage="production"))
    doc = merged_model([both])
    assert doc["production"] == "4"
    assert "2 versions are in the stage Production: 4, 3" in doc["doubts"][0]["why"]


def test_names_of_one_model() -> None:
    found = by_model(
        [part(CARD, "acme/Answer-8B"), part(MODELS_FILE, "ANSWER-8B"), part(REGISTRY), part(CARD, "other")]
    )
    assert {name: [one.via for one in parts] for name, parts in found.items()} == {
        "answer-8b": [REGISTRY, MODELS_FILE, CARD],
        "other": [CARD],
    }
    two = by_model([part(REGISTRY, "a/m"), part(REGISTRY, "b/m"), part(CARD, "m")])
    assert set(two) == {"a/m", "b/m", "m"}


def test_reading_the_same_again_is_no_change() -> None:
    first = merged_model([part(REGISTRY, owner="ml")])
    later = merged_model([part(REGISTRY, owner="ml")._replace(read_ms=99)])
    later["said"]["owner"][0]["read_ms"] = 99
    assert comparable(first) == comparable(later)
    assert comparable(first) != comparable(merged_model([part(REGISTRY, owner="search")]))


@given(
    st.permutations(
        [part(REGISTRY, "answer-8b", version("4"), owner="a"), part(MODELS_FILE, owner="b"), part(CARD, owner="c")]
    )
)
def test_the_order_of_sources_is_nothing_to_go_by(parts: list[ModelSaid]) -> None:
    doc = merged_model(parts)
    assert doc["owner"] == "b"
    assert [item["via"] for item in doc["said"]["owner"]] == [MODELS_FILE, REGISTRY, CARD]
    assert doc["origin"] == "mlflow:1"
