"""All data flows as of some states: files, job meta and signals, each with who produces it and who says what."""

from __future__ import annotations

from typing import Any

import pytest

from console.governance.fields import FLOWS_FILE
from console.governance.flows import disagreements, flows_at, whole_flow
from console.governance.merge import merged
from console.governance.meta import said_by_meta
from console.governance.producers import Producer, Producers, same_flow
from console.governance.shapes import FlowDoc
from console.governance.unknown import unknown_owners
from tests.governance.test_merge import part


def job(**meta: str) -> dict[str, Any]:
    return {"meta": meta, "status": "running"}


def declared(name: str, **said: Any) -> FlowDoc:
    return merged(name, [part(name, FLOWS_FILE, **said)])


def test_a_jobs_meta_completes_and_never_overrules() -> None:
    doc = declared("docs.price", owner="price-team", producer="default/price-feed")
    made = job(owner="shop", on_call="shop-pager", freshness="5m", runbook="https://r/price", produces="docs.price")
    whole = whole_flow(doc, made, "default/price-feed", 99)
    assert (whole["owner"], whole["on_call"], whole["freshness_s"]) == ("price-team", "shop-pager", 300)
    assert [item["value"] for item in whole["said"]["owner"]] == ["price-team", "shop"]
    assert whole["said"]["on_call"][0] == {
        "value": "shop-pager", "origin": "job meta of default/price-feed", "via": "job meta", "read_ms": 99,
    }  # fmt: skip
    assert [one.field for one in disagreements(whole)] == ["owner"]
    assert doc["said"]["owner"] == [doc["said"]["owner"][0]]  # the document that was given stays as it was
    assert "on_call" not in doc["said"]


def test_nobody_declares_it() -> None:
    whole = whole_flow(None, job(team="price-team"), "prod/price-feed")
    assert (whole["owner"], whole["producer"], whole["contract"]) == ("price-team", "prod/price-feed", None)
    assert whole["origin"] == "job meta of prod/price-feed"
    gone: FlowDoc = {**declared("f", owner="old"), "removed": True}
    assert whole_flow(gone, None, None)["owner"] is None


def test_meta_that_cannot_be_taken_as_it_is_written() -> None:
    found = said_by_meta(job(freshness="soon", completeness="99.5%", last_reviewed="2026-11-01T10:00:00"), "a/b")
    assert found.value("completeness") == 0.995
    assert found.value("freshness_s") is None
    assert found.value("last_review_ms") == 1_793_527_200_000
    assert {(one["field"], one["why"]) for one in found.doubts} == {
        ("freshness_s", "'soon' is not a duration; write it as 30s, 5min, 2h or PT5M"),
        ("last_review_ms", "'2026-11-01T10:00:00' has no zone, so it is taken for UTC; write it with Z or +02:00"),
    }
    assert said_by_meta(job(last_reviewed="2026-11-01"), "a/b").doubts == ()


@pytest.mark.parametrize(("given", "seconds"), [("5m", 300.0), ("5min", 300.0), ("PT5M", 300.0), ("2 days", 172_800.0)])
def test_meta_says_durations_as_all_files_do(given: str, seconds: float) -> None:
    assert said_by_meta(job(freshness=given, review_every=given), "a/b").value("freshness_s") == seconds


@pytest.mark.parametrize("given", ["2026-W45-1", "20261101", "11/01/2026"])
def test_a_date_that_is_none(given: str) -> None:
    found = said_by_meta(job(last_reviewed=given), "a/b")
    assert found.value("last_review_ms") is None
    assert [doubt["field"] for doubt in found.doubts] == ["last_review_ms"]


@pytest.mark.parametrize("given", ["2", "-1%", "101%", "many", "nan"])
def test_a_ratio_that_is_none(given: str) -> None:
    found = said_by_meta(job(completeness=given), "a/b")
    assert found.value("completeness") is None
    assert found.doubts[0]["field"] == "completeness"


def test_all_flows_with_their_producers() -> None:
    flows = {
        "catalog": declared("catalog", owner="catalog-team", producer="default/catalog-feed"),
        "docs.partner": declared("docs.partner"),
        "gone": {**declared("gone"), "removed": True},
    }
    jobs = {
        "default/catalog-feed": job(),
        "default/partner-feed": job(produces="docs.partner"),
        "default/lonely": job(produces="docs.lonely docs.partner", owner="x") | {"status": "dead"},
        "default/stock": job(produces="docs.stock", owner="stock-team"),
        "default/stock/periodic-1": job(produces="docs.stock", owner="nobody") | {"parent": "stock"},
        "default/weather-feed": job(),
    }
    found = {flow.name: flow for flow in flows_at(flows, jobs, ["weather", "partner"], {"default/stock": 5})}  # type: ignore[arg-type]
    assert set(found) == {"catalog", "docs.partner", "docs.stock", "partner", "weather"}
    assert found["catalog"].producer == "default/catalog-feed"
    assert found["docs.stock"].doc["owner"] == "stock-team"
    assert found["docs.stock"].doc["said"]["owner"][0]["read_ms"] == 5
    assert (found["docs.stock"].declared, found["catalog"].declared) == (False, True)
    assert found["weather"].producer == "default/weather-feed"
    assert found["weather"].guessed
    assert found["weather"].doc["producer"] is None


def test_a_flow_that_only_signals_know_is_the_declared_one_of_its_producer() -> None:
    flows = {"docs.partner": declared("docs.partner", producer="default/partner-feed")}
    jobs = {"default/partner-feed": job(produces="docs.partner")}
    (found,) = flows_at(flows, jobs, ["partner"])
    assert found.name == "docs.partner"
    assert set(found.names) == {"docs.partner", "partner"}


def test_two_jobs_that_say_they_produce_one_flow() -> None:
    jobs = {"a/one": job(produces="docs.x", owner="o1"), "b/two": job(produces="docs.x", owner="o2")}
    (found,) = flows_at({}, jobs)
    assert found.producer == "a/one"
    assert [item["value"] for item in found.doc["said"]["owner"]] == ["o1", "o2"]


def test_producers_of_several_places() -> None:
    find = Producers({"default@us/price-feed": job(produces="docs.price"), "default@eu/price-feed": job()})
    assert find.known("default/price-feed") == "default@eu/price-feed"
    assert find.of("docs.price", "default/price-feed") == Producer("default@eu/price-feed")
    assert find.of("price") == Producer("default@eu/price-feed", guessed=True)
    assert find.of("other") == Producer(None)
    assert same_flow({"a": Producer("j"), "b": Producer("j"), "c": Producer(None)}, ["a"]) == {"b": "a"}
    assert same_flow({"a": Producer("j"), "b": Producer("j"), "c": Producer("j")}, ["a"]) == {}


def test_an_owner_who_is_in_no_catalogue() -> None:
    flows = {"a": declared("a", owner="shop"), "b": declared("b", owner="Search Data"), "c": declared("c")}
    group: Any = {"kind": "group", "members": [], "origin": "/c/org.yaml:1"}
    assert unknown_owners(flows, {"search-data": group}) == {
        "a": {"field": "owner", "why": "no catalogue has a group or person 'shop'", "origin": "/c/flows.toml:2"}
    }
