"""What names of jobs, flows and subjects tell."""

from __future__ import annotations

import pytest

from console.naming import Subjects, called_after, covers, items, job_of, last_word, started_by, stem


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
