"""flows.toml: what it says, and errors that name file, line and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.declared import flowsfile
from console.declared.flowsfile import KEYS
from console.declared.read import of_toml
from console.declared.shapes import FlowPart
from console.tomlfile import TomlError, parse_toml

PATH = Path("flows.toml")


def flows_in(text: str) -> list[FlowPart]:
    return list(of_toml(parse_toml(PATH, text)).flows)


def values(part: FlowPart) -> dict[str, Any]:
    return {field: told.value for field, told in part.fields.items()}


def test_the_documented_example_is_read() -> None:
    assert flowsfile.__doc__ is not None
    lines = flowsfile.__doc__.splitlines()
    example = "\n".join(line[4:] if line.startswith("    ") else "" for line in lines[lines.index("    [[flow]]") :])
    (flow,) = flows_in(example)
    assert (flow.name, flow.names, flow.via, flow.line, flow.doubts) == (
        "docs.catalog",
        ("docs.catalog",),
        "flows.toml",
        1,
        (),
    )
    assert values(flow) == {
        "owner": "catalog-team",
        "on_call": "catalog-team-oncall",
        "escalation": ["catalog-lead", "sre"],
        "channels": [{"name": "#catalog"}, {"name": "catalog-news", "scope": "announcements", "tool": "slack"}],
        "contract": "https://contracts.example/catalog-doc/1",
        "contract_version": "1.4.0",
        "contract_ends_ms": 1830211200000,
        "producer": "default/catalog-feed",
        "consumers": ["default/indexer"],
        "freshness_s": 300.0,
        "latency_s": 90.0,
        "completeness": 0.999,
        "retention_s": 30 * 86400.0,
        "lifecycle": "active",
        "tier": "1",
        "upstream": ["docs.raw"],
        "feeds": ["answer-8b"],
        "required": ["id", "price"],
        "schema_changed_ms": 1793610000000,
        "last_review_ms": 1790812800000,
        "review_every_s": 90 * 86400.0,
        "runbook": "https://runbooks.example/catalog-feed",
        "match": {"feed": ["catalog"], "topic": ["DOCS", "DOCS_V2"]},
        "stages": [
            {
                "name": "index",
                "kind": "consumer",
                "entity": "consumer:DOCS/indexer",
                "ins": ["indexer_received_total"],
                "outs": ["indexer_indexed_total"],
                "losses": ["indexer_rejected_total"],
            }
        ],
    }
    assert all(f"{key} = " in example or key == "stage" for key in KEYS)
    for key, told in ((key, flow.fields[field.name]) for key, field in flowsfile.FIELDS.items() if key != "stage"):
        assert example.splitlines()[told.line - 1].startswith(f"{key} = ")


def test_what_nobody_said_is_left_out() -> None:
    (flow,) = flows_in('[[flow]]\nname = "partner"\nproducer = "partner-feed"\nowner = ""')
    assert values(flow) == {"producer": "default/partner-feed"}
    assert flows_in("") == []


def test_a_time_without_zone_is_taken_for_utc_with_a_doubt() -> None:
    (flow,) = flows_in('[[flow]]\nname = "a"\nschema_changed = 2026-11-02T09:00:00\nlast_review = "2026-11-02T09:00"')
    assert values(flow) == {"schema_changed_ms": 1793610000000, "last_review_ms": 1793610000000}
    assert [(one["field"], one["origin"]) for one in flow.doubts] == [
        ("schema_changed_ms", "flows.toml:3"),
        ("last_review_ms", "flows.toml:4"),
    ]
    assert "no zone" in flow.doubts[0]["why"]


def test_lines_of_fields_and_of_a_second_flow() -> None:
    text = (
        '[[flow]]\nname = "a"\n\n[[flow]]\nname = "b"\n[[flow.stage]]\nname = "x"\n[[flow.stage]]\nname = "y"\nkid = 1'
    )
    with pytest.raises(TomlError) as caught:
        flows_in(text)
    assert str(caught.value) == "flows.toml, line 10: kid: is not a key of a stage; did you mean kind?"
    (_, second) = flows_in(text.replace("kid = 1", 'topic = "DOCS"'))
    assert second.line == 4
    assert values(second)["stages"] == [{"name": "x"}, {"name": "y", "entity": "topic:DOCS"}]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[flow]]\nowner = "a"', "flows.toml, line 1: this flow has no name"),
        (
            '[[flow]]\nname = "a"\nowners = "b"',
            "flows.toml, line 3: owners: is not a key of a flow; did you mean owner?",
        ),
        ('[[flow]]\nname = "a"\n[[flow]]\n\nname = "a"', "line 5: name: the flow 'a' is already declared in line 2"),
        ('[[flow]]\nname = "a"\nfreshness = 5', 'line 3: freshness: must be a duration with a unit, as "30s"'),
        ('[[flow]]\nname = "a"\nfreshness = "soon"', "line 3: freshness"),
        ('[[flow]]\nname = "a"\nconsumers = "b"', "line 3: consumers: must be a list"),
        ('[[flow]]\nname = "a"\nproducer = "a/b/c"', "line 3: producer: 'a/b/c' is not a job"),
        ('[[flow]]\nname = "a"\nowner = "\\u001b[2J"', "line 3: owner: must be one line of printable text"),
        ('[[flow]]\nname = "a"\nmatch = "feed"', "line 3: match: must be labels"),
        ("[[flow]]\nname = 7", "line 2: name: must be text"),
        ('[flow]\nname = "a"', "line 1: flow must be written as [[flow]]"),
        ('[[flows]]\nname = "a"', "line 1: 'flows' is not known here"),
        ('[[flow]]\nname = "a', "line 2: is not valid TOML"),
        ('[[flow]]\nname = "a"\nlatency = "5 parsecs"', "line 3: latency: must be a duration with a unit"),
        ('[[flow]]\nname = "a"\ncompleteness = 99.9', "line 3: completeness: must be a ratio from 0 to 1"),
        ('[[flow]]\nname = "a"\ncompleteness = nan', "line 3: completeness: must be a ratio from 0 to 1"),
        ('[[flow]]\nname = "a"\nlast_review = "soon"', "line 3: last_review: must be a date"),
        ('[[flow]]\nname = "a"\nlast_review = 12:00:00', "line 3: last_review: must be a date"),
        ('[[flow]]\nname = "a"\nchannels = [{ url = "x" }]', "line 3: channels: a channel must have a name"),
        ('[[flow]]\nname = "a"\nstage = 1', "line 3: stage: must be written as [[flow.stage]]"),
        ('[[flow]]\nname = "a"\n[[flow.stage]]\nkind = "a"', "line 3: this stage has no name"),
        (
            '[[flow]]\nname = "a"\n[[flow.stage]]\nname = "a"\njob = "x"\ntopic = "y"',
            "line 6: topic: this stage is already the job 'x'; keep one of them",
        ),
        (
            '[[flow]]\nname = "a"\n[[flow.stage]]\nname = "a"\nconsumer = "x"',
            "line 5: consumer: 'x' is not a consumer; write topic/consumer",
        ),
    ],
)
def test_what_is_wrong_is_told_by_line_and_key(text: str, told: str) -> None:
    with pytest.raises(TomlError) as caught:
        flows_in(text)
    assert told in str(caught.value)


@given(st.dictionaries(st.sampled_from([*KEYS, "x"]), st.sampled_from(['"a"', "1", '["a"]', "{}", "true", '"5m"'])))
def test_any_flow_is_read_or_told(entry: dict[str, str]) -> None:
    text = "[[flow]]\n" + "\n".join(f"{key} = {value}" for key, value in entry.items())
    try:
        flows_in(text)
    except TomlError as problem:
        assert 1 <= problem.line <= len(entry) + 1
