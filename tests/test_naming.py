"""What names of jobs, flows and subjects tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.naming import (
    PLACE_LABEL,
    Subjects,
    called_after,
    covers,
    is_nomad,
    items,
    job_name,
    job_of,
    last_word,
    namespace_of,
    place_of,
    place_of_source,
    placed,
    source_of,
    started_by,
    stem,
    unplaced,
    where_text,
)

NAMESPACES = st.from_regex(r"[a-zA-Z0-9-]{1,20}", fullmatch=True)
PLACES = st.from_regex(r"[a-zA-Z0-9_-]{1,20}", fullmatch=True)
JOBS = st.text(min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("pattern", "name", "does"),
    [
        ("docs.>", "docs.price", True),
        ("docs.>", "docs.price.eu", True),
        ("docs.>", "docs", False),
        ("docs.*", "docs.price", True),
        ("docs.*", "docs.price.eu", False),
        ("*.price", "docs.price", True),
        ("DOCS.price", "docs.PRICE", True),
        ("docs.price", "docs.prices", False),
        (">", "anything.at.all", True),
        ("docs.price.eu", "docs.price", False),
    ],
)
def test_a_subject_with_wildcards_stands_for_what_its_broker_says_it_does(pattern: str, name: str, does: bool) -> None:
    assert covers(pattern, name) is does


def test_rabbitmq_hash_stands_for_any_number_of_words() -> None:
    assert covers("docs.#", "docs")
    assert covers("docs.#", "docs.price.eu")
    assert not covers("docs.#", "orders.price")


def test_the_stem_is_what_stands_before_the_first_wildcard() -> None:
    assert stem("Docs.price.>") == "docs.price"
    assert stem(">") == ""


def test_a_job_called_after_a_flow_is_guessed_only_when_it_is_the_only_one() -> None:
    assert called_after("Partner", {"partner-feed": ["p/partner-feed"]}) == "p/partner-feed"
    assert called_after("partner", {"partner-feed": ["p/partner-feed"], "partner_sync": ["p/partner_sync"]}) is None
    assert called_after("partner", {"partner-feed": ["p/partner-feed", "q/partner-feed"]}) is None
    assert called_after("partner", {"partners": ["p/partners"]}) is None


def test_a_run_of_a_periodic_job_belongs_to_the_job() -> None:
    assert started_by("p/nightly/periodic-17") == "p/nightly"
    assert started_by("p/nightly/dispatch-17-ab") == "p/nightly"
    assert started_by("p/periodic-17") == "p/periodic-17"


def test_small_readings() -> None:
    assert items("docs.price, docs.stock;other") == ["docs.price", "docs.stock", "other"]
    assert items(None) == []
    assert last_word("docs.partner") == "partner"
    assert job_of({"nomad_job": "a"}) == "default/a"
    assert job_of({"exported_job": "a", "exported_namespace": "n"}) == "n/a"
    assert job_of({"job": "prometheus"}) is None


def test_names_are_found_by_subjects_with_and_without_wildcards() -> None:
    names = Subjects(["docs.price", "Docs.Stock", "orders"])
    assert names.covered("DOCS.PRICE") == ["docs.price"]
    assert names.covered("docs.*") == ["docs.price", "Docs.Stock"]
    assert names.covered("docs") == []


@given(NAMESPACES, PLACES, JOBS)
def test_an_id_with_its_place_gives_back_its_parts(namespace: str, place: str, job: str) -> None:
    plain = f"{namespace}/{job}"
    there = placed(plain, place)
    assert (place_of(there), namespace_of(there), job_name(there)) == (place, namespace, job)
    assert unplaced(there) == plain
    assert placed(there, "elsewhere") == there
    assert (place_of(plain), namespace_of(plain), job_name(plain)) == ("", namespace, job)
    assert placed(plain, "") == plain == unplaced(plain)


@given(st.text(alphabet=st.characters(exclude_characters="/"), max_size=40), PLACES)
def test_what_has_no_namespace_has_no_place(entity_id: str, place: str) -> None:
    assert place_of(entity_id) == namespace_of(entity_id) == ""
    assert placed(entity_id, place) == entity_id == unplaced(entity_id) == job_name(entity_id)


@given(PLACES)
def test_a_source_gives_back_its_place(place: str) -> None:
    assert place_of_source(source_of(place)) == place
    assert is_nomad(source_of(place)) and is_nomad(source_of(""))
    assert not is_nomad(f"nomadic:{place}") and place_of_source("prometheus") == ""


def test_where_something_is_told_compactly() -> None:
    assert where_text("eu", "ops") == "eu · ops"
    assert where_text("eu", "", "eu") == "eu"
    assert where_text("prod", "ops", "global") == "prod · global · ops"
    assert where_text() == ""


def test_labels_name_the_job_of_their_place() -> None:
    assert job_of({"nomad_job": "web", PLACE_LABEL: "eu"}) == "default@eu/web"
    assert job_of({"nomad_job": "web"}) == "default/web"
