"""What a data contract says of its flow, its team and its promises; what is wrong with it, by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.declared import odcs
from console.declared.shapes import Contents, DeclaredError, FlowPart
from console.declared.yamlfile import parse_yaml

PATH = Path("price.odcs.yaml")
HEAD = "apiVersion: v3.1.0\nkind: DataContract\nid: c-1\nversion: 1.10\nstatus: active\n"
WHOLE = (
    HEAD
    + """\
name: Prices
team:
  name: partner-data
  members:
    - {username: ann, role: Owner, dateIn: 2024-01-01, dateOut: 2024-06-01, replacedByUsername: bo}
    - username: cai
      dateIn: 2024-01-01T09:00:00
support:
  - {channel: "#prices", tool: slack, scope: interactive}
  - {channel: P7, tool: PagerDuty}
  - {channel: P8, tool: pagerduty}
  - {channel: duty-officer, scope: escalation}
servers:
  - {server: dev, type: kafka, environment: dev}
  - {server: events, type: kafka, environment: prod}
  - {server: store, type: postgres, environment: prod}
slaProperties:
  - {property: freshness, value: 5, unit: min}
  - {property: LY, value: 90, unit: s}
  - {property: retention, value: 3, unit: m}
  - {property: availability, value: 99.9, unit: percent}
  - {property: endOfLife, value: 2030-01-01}
  - {property: endOfSupport, value: 2029-01-01}
  - {property: frequency, value: 1, unit: d}
schema:
  - name: price
    physicalName: docs.price
    physicalType: topic
    quality:
      - {metric: rowCount, mustBeGreaterOrEqualTo: 99.5, unit: percent, dimension: completeness}
    properties:
      - {name: id, required: true, transformSourceObjects: [docs.raw, price]}
      - name: amount
        required: true
        quality: [{metric: nullValues, mustBe: 0}, {metric: invalidValues, mustBe: 0}]
        properties:
          - {name: currency, required: true}
          - {name: note, required: false}
customProperties:
  - {property: fourthsignal.io/flow, value: docs.price}
  - {property: fourthsignal.io/consumers, value: [search/indexer, answerer]}
  - {property: lastReviewed, value: 2026-10-01T09:00:00}
  - {property: fourthsignal.io/match, value: {topic: [DOCS]}}
  - {property: model, value: kimball}
"""
)


def read(text: str) -> Contents:
    (document,) = parse_yaml(PATH, text)
    return odcs.contents_of(document, PATH)


def flow(text: str) -> FlowPart:
    (part,) = read(text).flows
    return part


def values(text: str) -> dict[str, Any]:
    return {field: told.value for field, told in flow(text).fields.items()}


def test_a_whole_contract() -> None:
    contents = read(WHOLE)
    (part,) = contents.flows
    assert (part.name, part.via, part.line) == ("docs.price", "odcs", 3)
    assert part.names == ("docs.price", "Prices", "c-1")
    assert values(WHOLE) == {
        "contract": "c-1",
        "contract_version": "1.10",
        "lifecycle": "active",
        "owner": "partner-data",
        "channels": [
            {"name": "#prices", "tool": "slack", "scope": "interactive"},
            {"name": "P7", "tool": "PagerDuty"},
            {"name": "P8", "tool": "pagerduty"},
            {"name": "duty-officer", "scope": "escalation"},
        ],
        "on_call": "pagerduty:P7",
        "escalation": ["pagerduty:P8", "duty-officer"],
        "freshness_s": 300.0,
        "latency_s": 90.0,
        "availability": pytest.approx(0.999),
        "contract_ends_ms": 1861920000000,
        "completeness": pytest.approx(0.995),
        "completeness_rules": [
            "price: rowCount must be at least 99.5 percent",
            "price.amount: nullValues must be 0",
        ],
        "required": ["id", "amount", "amount.currency"],
        "stages": [
            {"name": "events", "kind": "kafka", "entity": "topic:docs.price"},
            {"name": "store", "kind": "postgres"},
        ],
        "upstream": ["docs.raw"],
        "consumers": ["search/indexer", "default/answerer"],
        "last_review_ms": 1790845200000,
        "match": {"topic": ["DOCS"]},
    }
    lines = {field: told.line for field, told in part.fields.items()}
    text = WHOLE.splitlines()
    assert "name: partner-data" in text[lines["owner"] - 1]
    assert "endOfSupport" in text[lines["contract_ends_ms"] - 1]
    assert "freshness" in text[lines["freshness_s"] - 1]
    assert "lastReviewed" in text[lines["last_review_ms"] - 1]
    assert [doubt["field"] for doubt in part.doubts] == ["last_review_ms", "retention_s", "owner"]
    assert "'m' means minutes to some and months to others" in part.doubts[1]["why"]
    assert part.doubts[1]["origin"] == f"price.odcs.yaml:{text.index(next(t for t in text if 'retention' in t)) + 1}"
    (owner,) = contents.owners.values()
    assert owner["members"] == [
        {"name": "ann", "role": "Owner", "from_ms": 1704067200000, "until_ms": 1717200000000},
        {"name": "cai", "from_ms": 1704099600000},
        {"name": "bo", "from_ms": 1717200000000},
    ]
    contract = contents.contracts["c-1"]
    assert (contract["format"], contract["version"], contract["origin"]) == ("odcs", "v3.1.0", "price.odcs.yaml:3")
    assert contract["body"]["version"] == "1.10"


@pytest.mark.parametrize("version", ["v3.0.0", "v3.0.2", "v3.1.0", "3.1.0", "v3.2.0"])
@pytest.mark.parametrize(
    ("team", "owner", "members"),
    [
        ("team: {name: a, members: [{username: b}]}", "a", [{"name": "b"}]),
        ("team: {id: a}", "a", []),
        ("team: {description: Search Data}", "Search Data", []),
        ("team: [{username: b, role: Data Engineer}]", None, None),
        ("team: [{username: b, role: Data Owner}]", "b", [{"name": "b", "role": "Data Owner"}]),
        (
            "team: [{username: b, role: Owner, dateOut: 2024-01-01}, {username: c, role: owner}]",
            "c",
            [{"name": "c", "role": "owner"}],
        ),
        ("team:", None, None),
        ("team: []", None, None),
        ("team: {}", None, None),
        ("customProperties: [{property: owner, value: z}]", "z", None),
        ("team: {name: a}\ncustomProperties: [{property: owner, value: z}]", "a", []),
        ("team: {name: a}\ncustomProperties: [{property: fourthsignal.io/owner, value: z}]", "z", None),
    ],
)
def test_teams_of_all_versions(version: str, team: str, owner: str | None, members: list[Any] | None) -> None:
    contents = read(HEAD.replace("v3.1.0", version) + team)
    told = contents.flows[0].fields.get("owner")
    assert (told.value if told else None) == owner
    if members is not None and owner is not None:
        assert contents.owners[owner]["members"] == members


def test_names_of_a_flow() -> None:
    assert (flow(HEAD).name, flow(HEAD).names) == ("c-1", ("c-1",))
    assert flow(HEAD + "name: Prices").names == ("Prices", "c-1")
    several = read(HEAD + "customProperties: [{property: fourthsignal.io/flow, value: [docs.a, docs.b]}]").flows
    assert [part.names for part in several] == [("docs.a",), ("docs.b",)]
    as_map = flow(HEAD + "customProperties: {fourthsignal.io/flow: docs.a, tier: 1}")
    assert (as_map.name, as_map.fields["tier"].value) == ("docs.a", "1")


def test_a_promise_without_a_value_promises_nothing() -> None:
    """The published schemas permit null; what else the contract says still counts."""
    nulls = "slaProperties:\n- {property: frequency, value: null}\n- {property: latency, value: ~, unit: d}\n"
    (part,) = read(HEAD + nulls + "- {property: retention, value: 1, unit: d}").flows
    assert part.fields["retention_s"].value == 86_400.0
    assert "latency_s" not in part.fields
    assert [(doubt["field"], doubt["origin"]) for doubt in part.doubts] == [("latency_s", "price.odcs.yaml:8")]


def test_of_two_promises_the_stricter_counts_and_is_doubted() -> None:
    text = HEAD + "slaProperties:\n- {property: latency, value: 4, unit: h}\n- {property: latency, value: 1, unit: h}\n"
    part = flow(text)
    assert (part.fields["latency_s"].value, part.fields["latency_s"].line) == (3600.0, 8)
    assert "promised twice, in line 7 and here" in part.doubts[0]["why"]
    same = flow(text.replace("value: 4", "value: 1"))
    assert same.doubts == ()


def test_latency_is_not_freshness_and_units_are_never_guessed() -> None:
    assert "freshness_s" not in values(HEAD + "slaProperties: [{property: latency, value: 4, unit: d}]")
    for value in (
        "{value: 5, unit: m",
        "{value: 5m",
        "{value: 5",
        "{value: [5], unit: d",
        "{value: 5, unit: lightyears",
    ):
        part = flow(HEAD + f"slaProperties: [{value}, property: freshness}}]")
        assert "freshness_s" not in part.fields
        assert (part.doubts[0]["field"], part.doubts[0]["origin"]) == ("freshness_s", "price.odcs.yaml:6")


def test_what_a_value_for_this_console_has_wrong_is_a_doubt() -> None:
    keys = {
        "producer": "a/b/c",
        "last-reviewed": "soon",
        "review-every": "5",
        "completeness": "99.9",
        "match": "DOCS",
        "tier": "{a: 1}",
        "consumers": "[[a]]",
    }
    text = "".join(f"- {{property: fourthsignal.io/{key}, value: {value}}}\n" for key, value in keys.items())
    part = flow(f"{HEAD}customProperties:\n{text}")
    assert set(part.fields) == {"contract", "contract_version", "lifecycle"}
    assert len(part.doubts) == len(keys)
    for at, (key, doubt) in enumerate(zip(keys, part.doubts, strict=True)):
        assert doubt["why"].startswith(f"fourthsignal.io/{key}: ")
        assert doubt["origin"] == f"price.odcs.yaml:{at + 7}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD.replace("id: c-1\n", ""), "line 1: id: is missing; give the contract an id that stays"),
        (HEAD.replace("id: c-1", "id:"), "line 3: id: is missing"),
        (HEAD.replace("version: 1.10\n", ""), "line 1: version: is missing"),
        (HEAD.replace("status: active\n", ""), "line 1: status: is missing; write one, as active or draft"),
        ("apiVersion: v3.1.0\nid: a\nschema: []", "line 1: kind: is missing; write kind: DataContract"),
        (HEAD.replace("apiVersion: v3.1.0\n", ""), "line 1: apiVersion: is missing"),
        (HEAD.replace("v3.1.0", "v2.2.2"), "version 'v2.2.2' of the standard is not supported; write it as v3.1.0"),
        (HEAD.replace("v3.1.0", "v4.0.0"), "line 1: apiVersion: version 'v4.0.0' of the standard is not supported"),
        (HEAD.replace("v3.1.0", "latest"), "line 1: apiVersion: 'latest' is not a version of the standard"),
        ("dataContractSpecification: 1.1.0\nid: a", "line 1: dataContractSpecification: is a Data Contract"),
        (HEAD + "team: search", "line 6: team: must be a map of keys, not text"),
        (HEAD + "team:\n  members:\n    - ann", "line 8: team.members.0: must be a map of keys, not text"),
        (HEAD + "team:\n  members:\n    - role: x", "line 8: team.members.0.username: is missing"),
        (HEAD + "servers: x", "line 6: servers: must be a list of maps, each begun with a dash"),
        (HEAD + "servers:\n- {server: a}", "line 7: servers.0.type: is missing"),
        (HEAD + "servers:\n- {type: kafka}", "line 7: servers.0.server: is missing"),
        (HEAD + "slaProperties:\n- {value: 1}", "line 7: slaProperties.0.property: is missing"),
        (HEAD + "slaProperties:\n- {property: latency}", "line 7: slaProperties.0: the property latency has no value"),
        (HEAD + "support:\n- {tool: x}", "line 7: support.0.channel: is missing"),
        (HEAD + "schema:\n- properties: [a]", "line 7: schema.0.properties.0: must be a map"),
        (HEAD.replace("id: c-1", "id: [a]"), "line 3: id: must be text, not a list"),
        (HEAD.replace("c-1", '"a\\eb"'), "line 3: id: 'a\ufffdb' must be one line of printable text"),
        (HEAD.replace("active", '"' + "x" * 501 + '"'), "line 5: status: "),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(DeclaredError) as caught:
        read(text)
    assert told in str(caught.value)


def test_what_is_ours() -> None:
    assert odcs.mine({"kind": "DataContract"})
    assert odcs.mine({"apiVersion": "v3.0.2", "schema": []})
    assert odcs.mine({"dataContractSpecification": "1.0"})
    assert not odcs.mine({"kind": "DataProduct", "apiVersion": "v1.0.0"})
    assert not odcs.mine({"apiVersion": "v3.0.2"})
    assert not odcs.mine({"apiVersion": 3, "schema": []})


def test_credentials_are_not_kept() -> None:
    servers = "servers:\n- {server: a, type: custom, password: hush, location: 'https://me:hush@db.example.org/x'}\n"
    contents = read(HEAD + servers + "support: [{channel: a, url: https://hooks.slack.com/services/T0/B0/hush}]")
    assert "hush" not in str(contents)
    assert contents.contracts["c-1"]["body"]["servers"][0]["location"] == "https://(hidden)@db.example.org/x"


def test_a_custom_property_that_is_a_secret_is_not_kept() -> None:
    said = "customProperties:\n- {property: apiToken, value: hush}\n- {property: db.password, value: [hush, hush]}\n"
    contents = read(HEAD + said + "- {property: tokenizer, value: bpe}")
    assert contents.contracts["c-1"]["body"]["customProperties"] == [
        {"property": "apiToken", "value": "(hidden)"},
        {"property": "db.password", "value": ["(hidden)", "(hidden)"]},
        {"property": "tokenizer", "value": "bpe"},
    ]


def test_an_address_as_id_keeps_no_password() -> None:
    contents = read(HEAD.replace("c-1", "https://ana:hush@contracts.example/x"))
    assert list(contents.contracts) == ["https://(hidden)@contracts.example/x"]
    assert "hush" not in repr(contents)


def test_a_token_alone_in_an_address_is_not_kept() -> None:
    token = "https://ghp_16C7e42F292c6912E7710c838347Ae178B4a@github.com/x"
    said = f"authoritativeDefinitions: [{{url: '{token}'}}, {{url: 'ssh://git@github.com/x'}}]"
    body = read(HEAD + said).contracts["c-1"]["body"]
    kept = [one["url"] for one in body["authoritativeDefinitions"]]
    assert kept == ["https://(hidden)@github.com/x", "ssh://git@github.com/x"]
