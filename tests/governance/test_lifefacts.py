"""What is known of a model's life, from documents and events as a tape has them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.documents import DeploymentDoc, JobDoc
from console.governance.lifecycle import lifecycle
from console.governance.lifefacts import ALIAS, data_changes, inputs_of, jobs_of, life_facts, promotions_of
from console.governance.shapes import FlowDoc, ModelDoc
from console.signals import EntityKind, EntityRef, Record, RecordKind

JOB = "llm-prod/answerer"


def flow(consumers: list[str] | None = None, **more: Any) -> FlowDoc:
    doc = {"owner": None, "on_call": None, "contract": None, "producer": None, "consumers": consumers or []}
    return {**doc, "origin": "flows.toml:1", **more}  # type: ignore[typeddict-item]


def job(name: str = "answerer", **more: Any) -> JobDoc:
    doc = {
        **{"namespace": "llm-prod", "job": name, "type": "service", "status": "running", "version": 2},
        **{"submitted_ms": 200, "stopped": False, "groups": {}, "meta": {}},
    }
    return {**doc, **more}  # type: ignore[typeddict-item]


def version(number: int, text: str = "", **more: Any) -> dict[str, Any]:
    return {"version": number, "submitted_ms": number * 100, "text": text, **more}


def deployment(number: int, status: str, **more: Any) -> DeploymentDoc:
    doc = {"namespace": "llm-prod", "job": "answerer", "version": number, "status": status, "text": "", "groups": {}}
    return {**doc, "created_ms": number * 100 + 5, "modified_ms": number * 100 + 50, **more}  # type: ignore[typeddict-item]


def alias(at_ms: int, version: str, name: str = "production", model: str = "answer-8b", **body: Any) -> Record:
    entity = EntityRef(EntityKind.MODEL, model)
    said = {"text": "", "severity": "info", "alias": name, "version": version, **body}
    return Record(RecordKind.EVENT, "models", entity, ALIAS, at_ms, at_ms, said)


def state(at_ms: int, name: str, doc: FlowDoc) -> Record:
    return Record(RecordKind.STATE, "ownership", EntityRef(EntityKind.FLOW, name), "flow", at_ms, at_ms, {**doc})


def test_promotions_are_moves_of_production_aliases() -> None:
    events = [
        alias(90, "5", since_ms=60, before="4", by="ana"),
        alias(50, "4", "Champion", since_ms=40),
        alias(55, "4", "staging"),
        alias(56, "4", model="other"),
        state(57, "docs", flow()),
    ]
    found = promotions_of("answer-8b", events)
    assert [(one.version, one.at_ms, one.unsure_ms, one.before, one.by) for one in found] == [
        ("4", 40, 10, "", ""),
        ("5", 60, 30, "4", "ana"),
    ]


def test_changes_of_schema_and_contract_are_told_once() -> None:
    states = [
        state(10, "docs", flow(schema_changed_ms=5, contract_version="1.0.0")),
        state(20, "docs", flow(schema_changed_ms=5, contract_version="2.0.0")),
        state(30, "docs", flow(schema_changed_ms=25, contract_version="2.0.0")),
        state(40, "docs", flow(schema_changed_ms=25, contract_version="2.0.0", owner="ana")),
    ]
    found = [(one.what, one.at_ms, one.text) for one in data_changes(states)]
    assert found == [
        ("schema change", 5, "docs changed its schema"),
        ("contract", 20, "docs: contract 1.0.0 -> 2.0.0"),
        ("schema change", 25, "docs changed its schema"),
    ]


def test_inputs_by_the_model_the_flow_the_consumer_and_all_that_lies_behind() -> None:
    flows = {
        "docs.price": flow(["llm-prod/indexer"]),
        "docs.raw": flow(),
        "index": flow([JOB], producer="llm-prod/indexer"),
        "prompts": flow(feeds=["acme/answer-8b"], upstream=["docs.raw", "unknown"]),
        "other": flow(["llm-prod/gateway"]),
    }
    doc: ModelDoc = {
        "owner": None, "production": None, "aliases": {}, "versions": [], "origin": "", "inputs": ["declared"]
    }  # fmt: skip
    assert inputs_of("answer-8b", doc, flows, [JOB]) == [
        "declared",
        "docs.price",
        "docs.raw",
        "index",
        "prompts",
        "unknown",
    ]
    assert inputs_of("answer-8b", None, flows) == ["docs.raw", "prompts", "unknown"]


@given(st.dictionaries(st.sampled_from("abcd"), st.lists(st.sampled_from("abcd"), max_size=3)))
def test_flows_that_are_made_of_each_other_end(upstream: dict[str, list[str]]) -> None:
    flows = {name: flow(upstream=those) for name, those in upstream.items()}
    doc: ModelDoc = {"owner": None, "production": None, "aliases": {}, "versions": [], "origin": "", "inputs": ["a"]}
    found = inputs_of("m", doc, flows)
    assert "a" in found
    assert len(found) == len({*found}) <= 4


def test_deployments_with_the_model_that_each_version_served() -> None:
    versions = [
        version(3, "reverted to version 1", serves={"": "answer-8b@4"}),
        version(2, "meta model_version changed", serves={"": "answer-8b@5"}),
        version(1, "first version", serves={"": "answer-8b@4"}),
        version(0, "stopped"),
    ]
    jobs = {JOB: job(version=3, versions=versions), "llm-prod/gateway": job("gateway")}
    out = [deployment(1, "successful"), deployment(2, "failed")]
    facts = life_facts("answer-8b", 1000, None, {}, jobs, out)
    assert [
        (one.job_version, one.version, one.at_ms, one.healthy_ms, one.failed_ms, one.back_to) for one in facts.deploys
    ] == [
        (3, "4", 300, None, None, 1),
        (2, "5", 205, None, 250, None),
        (1, "4", 105, 150, None, None),
    ]
    assert [(one.version, one.job) for one in facts.running] == [("4", JOB)]
    assert [one.what for one in lifecycle(facts).stages] == ["deployed", "healthy", "deployed", "failed", "rolled back"]


def test_a_version_that_served_another_model_is_none_of_this_ones() -> None:
    versions = [version(2, "", serves={"": "answer-8b@5"}), version(1, "", serves={"": "rank@1"})]
    facts = life_facts("answer-8b", 1000, None, {}, {JOB: job(versions=versions)})
    assert [one.job_version for one in facts.deploys] == [2]


def test_jobs_that_a_file_names_serve_it_in_whatever_place() -> None:
    doc: ModelDoc = {"owner": None, "production": None, "aliases": {}, "versions": [], "origin": "", "jobs": [JOB]}
    jobs = {"llm-prod@eu/answerer": job(), "llm-prod@us/answerer": job(), "llm-prod@eu/gateway": job("gateway")}
    assert jobs_of("answer-8b", doc, jobs) == ["llm-prod@eu/answerer", "llm-prod@us/answerer"]


def test_deployments_of_another_place_are_not_this_ones() -> None:
    versions = [version(1, "", serves={"": "answer-8b@4"})]
    jobs = {"llm-prod@eu/answerer": job(versions=versions, version=1)}
    facts = life_facts("answer-8b", 1000, None, {}, jobs, [deployment(1, "successful", cluster="us")])
    assert [one.healthy_ms for one in facts.deploys] == [None]
    facts = life_facts("answer-8b", 1000, None, {}, jobs, [deployment(1, "successful", cluster="eu")])
    assert [one.healthy_ms for one in facts.deploys] == [150]
