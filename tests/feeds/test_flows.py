"""flows.toml: what it says, and errors that name file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.feeds import flows
from console.feeds.flows import KEYS, FlowFile, flows_of
from console.tomlfile import TomlError, parse_toml

PATH = Path("flows.toml")


def flows_in(text: str) -> FlowFile:
    return flows_of(parse_toml(PATH, text))


def test_the_documented_example_is_read() -> None:
    assert flows.__doc__ is not None
    example = "\n".join(line[4:] for line in flows.__doc__.splitlines() if line.startswith("    "))
    (flow,) = flows_in(example).flows.items()
    assert flow[0] == "docs.catalog"
    assert flow[1] == {
        "owner": "catalog-team",
        "on_call": "catalog-team-oncall",
        "contract": "https://contracts.example/catalog-doc/1",
        "producer": "default/catalog-feed",
        "consumers": ["default/indexer"],
        "freshness_s": 300.0,
        "runbook": "https://runbooks.example/catalog-feed",
        "match": {"feed": ["catalog"], "topic": ["DOCS", "DOCS_V2"]},
        "origin": "flows.toml:1",
    }
    assert all(f"{key} = " in example for key in KEYS)


def test_what_nobody_said_is_none() -> None:
    flow = flows_in('[[flow]]\nname = "partner"\nproducer = "partner-feed"\nowner = ""').flows["partner"]
    assert (flow["owner"], flow["on_call"], flow["contract"]) == (None, None, None)
    assert flow["producer"] == "default/partner-feed"
    assert flow["consumers"] == []
    assert flows_in("").flows == {}


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
