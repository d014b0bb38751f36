"""Backstage entries: nothing is lost, which of them are data flows, who owns them, groups and users."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.declared import backstage
from console.declared.backstageref import EntityName, parsed
from console.declared.merge import merged
from console.declared.shapes import Contents, DeclaredError, FlowPart
from console.declared.yamlfile import parse_yaml
from tests.declared.backstagefields import ENTITY, LINK, METADATA, OUTPUT_LINK, PROFILE, SPECS, STEP, entity
from tests.declared.yamlwords import as_yaml

PATH = Path("catalog-info.yaml")


def read(text: str) -> Contents:
    return merged(PATH, [backstage.contents_of(document, PATH) for document in parse_yaml(PATH, text)])


def entry(kind: str, spec: dict[str, Any], name: str = "docs.price", **metadata: Any) -> dict[str, Any]:
    about = {"name": name, **metadata}
    return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": about, "spec": spec}


def flow(kind: str, spec: dict[str, Any], **metadata: Any) -> FlowPart:
    (part,) = read(as_yaml(entry(kind, spec, **metadata))).flows
    return part


def values(part: FlowPart) -> dict[str, Any]:
    return {field: told.value for field, told in part.fields.items()}


@pytest.mark.parametrize("kind", SPECS)
def test_every_field_of_the_published_schemas_survives(kind: str) -> None:
    whole = entity(kind)
    assert set(whole) == set(ENTITY.split())
    assert set(whole["metadata"]) == set(METADATA.split())
    assert set(whole["spec"]) == set(SPECS[kind].split())
    assert set(whole["metadata"]["links"][0]) == set(LINK.split())
    assert set(whole["spec"].get("profile", PROFILE.split())) == set(PROFILE.split())
    assert set(whole["spec"].get("steps", [STEP.split()])[0]) == set(STEP.split())
    assert set(whole["spec"].get("output", {"links": [OUTPUT_LINK.split()]})["links"][0]) == set(OUTPUT_LINK.split())
    contents = read(as_yaml(whole))
    (name,) = contents.contracts
    assert name == f"{kind.lower()}:shop/{kind}-name"
    assert contents.contracts[name]["body"] == whole
    assert contents.contracts[name]["format"] == "backstage"
    assert backstage.mine(whole)


def test_a_resource_of_data_is_a_flow() -> None:
    part = flow(
        "Resource",
        {
            "type": "kafka-topic",
            "owner": "partner-data",
            "lifecycle": "production",
            "dependsOn": ["component:price-feed", "resource:docs.raw", "resource:other/docs.base"],
            "dependencyOf": ["component:indexer", "component:search/answerer", "resource:store"],
        },
        annotations={
            "pagerduty.com/service-id": "PX1",
            "fourthsignal.io/last-reviewed": "2026-09-01",
            "fourthsignal.io/freshness": "5m",
            "fourthsignal.io/feeds": "answer-8b, ranker",
        },
        links=[
            {"url": "https://wiki.example.org/price", "title": "Run book"},
            {"url": "https://slack.example.org/price", "title": "#price", "icon": "chat"},
            {"url": "https://grafana.example.org/d/1", "title": "Dashboard"},
        ],
    )
    assert (part.name, part.via, part.line) == ("docs.price", "backstage", 4)
    assert part.names == ("docs.price", "resource:default/docs.price")
    assert values(part) == {
        "owner": "partner-data",
        "lifecycle": "production",
        "producer": "default/price-feed",
        "consumers": ["default/indexer", "search/answerer"],
        "upstream": ["docs.raw", "other/docs.base"],
        "on_call": "pagerduty:PX1",
        "last_review_ms": 1788220800000,
        "freshness_s": 300.0,
        "feeds": ["answer-8b", "ranker"],
        "runbook": "https://wiki.example.org/price",
        "channels": [{"name": "#price", "url": "https://slack.example.org/price", "tool": "slack"}],
    }
    assert part.fields["owner"].line == 20


@pytest.mark.parametrize(
    ("kind", "type_", "is_flow"),
    [
        ("Resource", "topic", True),
        ("Resource", "kafka-topic", True),
        ("Resource", "sqs queue", True),
        ("Resource", "nats/stream", True),
        ("Resource", "Dataset", True),
        ("Resource", "database", False),
        ("Resource", "s3-bucket", False),
        ("Resource", "table-service", False),
        ("Component", "data-pipeline", True),
        ("Component", "ETL", True),
        ("Component", "service", False),
        ("Component", "website", False),
        ("API", "asyncapi", True),
        ("API", "openapi", False),
        ("API", "grpc", False),
        ("System", "topic", False),
        ("Location", "stream", False),
    ],
)
def test_which_entries_are_flows(kind: str, type_: str, is_flow: bool) -> None:
    assert bool(read(as_yaml(entry(kind, {"type": type_, "owner": "a"}))).flows) is is_flow


def test_an_annotation_makes_a_flow_or_none() -> None:
    note = {"fourthsignal.io/flow": "docs.price"}
    named = flow("Component", {"type": "service", "owner": "a"}, name="price-feed", annotations=note)
    assert (named.name, named.names) == ("docs.price", ("docs.price", "price-feed", "component:default/price-feed"))
    for word in ("none", False):
        text = as_yaml(entry("Resource", {"type": "topic"}, annotations={"fourthsignal.io/flow": word}))
        assert not read(text).flows
    several = as_yaml(entry("Component", {"type": "service"}, annotations={"fourthsignal.io/flow": "docs.a, docs.b"}))
    assert [part.name for part in read(several).flows] == ["docs.a", "docs.b"]


@pytest.mark.parametrize(
    ("owner", "namespace", "said"),
    [
        ("team-a", "default", "team-a"),
        ("team-a", "shop", "shop/team-a"),
        ("group:team-a", "default", "team-a"),
        ("default/team-a", "shop", "team-a"),
        ("Group:Shop/team-a", "default", "shop/team-a"),
        ("user:jdoe", "default", "jdoe"),
        ("petstore@example.com", "default", "petstore@example.com"),
    ],
)
def test_whom_an_owner_means(owner: str, namespace: str, said: str) -> None:
    assert values(flow("Resource", {"type": "topic", "owner": owner}, namespace=namespace))["owner"] == said


def test_what_no_owner_can_be_is_a_doubt() -> None:
    part = flow("Resource", {"type": "topic", "owner": "component:feed"})
    assert "owner" not in part.fields
    assert part.doubts[0] == {
        "field": "owner",
        "why": "the owner is a component; name a group or a user",
        "origin": "catalog-info.yaml:7",
    }


def test_the_job_and_who_uses_an_api_by_an_export() -> None:
    notes = {"nomad.io/job-id": "price-feed", "nomad.io/namespace": "data", "opsgenie.com/team": "prices"}
    part = flow("Component", {"type": "etl", "owner": "a", "consumesApis": ["raw-events"]}, annotations=notes)
    assert values(part)["producer"] == "data/price-feed"
    assert values(part)["on_call"] == "opsgenie:prices"
    assert values(part)["upstream"] == ["raw-events"]
    relations = [
        {"type": "apiProvidedBy", "targetRef": "component:default/feed"},
        {"type": "apiConsumedBy", "target": {"kind": "Component", "namespace": "search", "name": "indexer"}},
        {"type": "ownedBy", "targetRef": "group:default/a"},
    ]
    whole = {**entry("API", {"type": "asyncapi", "owner": "a", "definition": {"$text": "./a"}}), "relations": relations}
    (api,) = read(as_yaml(whole)).flows
    assert (values(api)["producer"], values(api)["consumers"]) == ("default/feed", ["search/indexer"])


def test_keys_that_let_in_are_not_kept() -> None:
    notes = {"pagerduty.com/integration-key": "hush", "example.com/hook": "https://me:hush@example.org/?token=hush"}
    contents = read(as_yaml(entry("Resource", {"type": "topic"}, annotations=notes)))
    assert "hush" not in str(contents)
    assert "pagerduty.com/integration-key" in str(contents)
    assert "on_call" not in contents.flows[0].fields


def test_groups_and_users_from_both_sides() -> None:
    group = {"type": "team", "children": ["prices"], "members": ["ann", "user:other/bea"], "leader": "cai"}
    documents = [
        entry(
            "Group", {**group, "profile": {"displayName": "Partner Data", "email": "pd@example.org"}}, "partner-data"
        ),
        entry("Group", {"type": "team", "children": []}, "prices", annotations={"pagerduty.com/service-id": "P7"}),
        entry("User", {"memberOf": ["partner-data", "nowhere"], "profile": {"displayName": "Bo"}}, "bo"),
        entry("User", {"memberOf": ["prices"]}, "ann"),
    ]
    owners = read(as_yaml(*documents)).owners
    assert set(owners) == {"partner-data", "prices", "bo", "ann"}
    data = owners["partner-data"]
    assert (data["kind"], data["title"]) == ("group", "Partner Data")
    assert data["members"] == [
        {"name": "cai", "role": "leader"},
        {"name": "ann"},
        {"name": "other/bea"},
        {"name": "bo"},
    ]
    assert data["channels"] == [{"name": "pd@example.org", "tool": "email", "url": "mailto:pd@example.org"}]
    assert (owners["prices"]["parent"], owners["prices"]["on_call"]) == ("partner-data", "pagerduty:P7")
    assert owners["prices"]["members"] == [{"name": "ann"}]
    assert (owners["bo"]["kind"], owners["bo"]["title"]) == ("person", "Bo")
    assert owners["bo"]["member_of"] == ["partner-data", "nowhere"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("apiVersion: backstage.io/v1alpha1", "line 1: kind: is missing; write one"),
        ("apiVersion: backstage.io/v1alpha1\nkind: API", "line 1: metadata is missing"),
        ("apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: x", "line 3: metadata: must be a map of keys"),
        ("apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {title: a}", "line 3: metadata.name: is missing"),
        (as_yaml(entry("Resource", {"type": "topic", "owner": ["a"]})), "line 7: spec.owner: must be text, not a list"),
        (as_yaml(entry("Resource", {"type": "topic", "owner": "a b"})), "line 7: spec.owner: 'a b' is no reference"),
        (as_yaml(entry("Group", {"members": [{"a": 1}]})), "line 7: spec.members.0: "),
        (as_yaml(entry("Resource", {"type": "topic"}, name="a\u200fb\n")), "must be one line of printable text"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(DeclaredError) as caught:
        read(text)
    assert told in str(caught.value)


def test_a_template_declares_nothing_until_it_is_filled_in() -> None:
    assert read(as_yaml(entry("Resource", {"type": "topic"}, name="${{ values.name }}"))) == Contents()


@given(st.sampled_from(["", "group:", "User:", "x-y:"]), st.sampled_from(["", "ns/", "NS/"]), st.from_regex(r"\A\w+\Z"))
def test_a_reference_is_what_its_parts_say(kind: str, namespace: str, name: str) -> None:
    ref = parsed(f"{kind}{namespace}{name}", "group", "default")
    assert ref == EntityName(kind[:-1].lower() or "group", namespace[:-1].lower() or "default", name)
    assert parsed(str(ref), "x", "y") == ref
