"""Contracts that use every field of the published JSON schemas are read without loss; an oracle agrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from open_data_contract_standard.model import OpenDataContractStandard

from console.declared import odcs
from console.declared.shapes import Contents
from console.declared.yamlfile import parse_yaml
from tests.declared.many import contract as generated
from tests.declared.odcsfields import FIELDS
from tests.declared.odcswhole import whole_contract
from tests.declared.yamlwords import as_yaml

PATH = Path("contract.odcs.yaml")


def read(text: str) -> Contents:
    (document,) = parse_yaml(PATH, text)
    return odcs.contents_of(document, PATH)


def body(contents: Contents) -> dict[str, Any]:
    (contract,) = contents.contracts.values()
    return contract["body"]


@pytest.mark.parametrize(("version", "count"), [("v3.0", 248), ("v3.1", 294)])
def test_every_field_of_the_published_schema_survives(version: str, count: int) -> None:
    whole, definitions = whole_contract(version)
    assert definitions == set(FIELDS[version])
    assert sum(len(fields.split()) for fields in FIELDS[version].values()) == count
    text = as_yaml(whole)
    assert "dateIn: 2022-08-02\n" in text
    contents = read(text)
    assert body(contents) == whole
    assert len(contents.flows) == 1


def test_keys_that_no_schema_has_survive_at_every_level() -> None:
    whole, _ = whole_contract("v3.1")

    def with_more(value: Any) -> Any:
        if isinstance(value, dict):
            return {**{key: with_more(inner) for key, inner in value.items()}, "x-vendor": {"topic": ["DOCS", 1, None]}}
        return [with_more(inner) for inner in value] if isinstance(value, list) else value

    more = with_more(whole)
    assert body(read(as_yaml(more))) == more


def test_the_next_version_is_read_as_far_as_known() -> None:
    whole, _ = whole_contract("v3.1")
    newer = {**whole, "apiVersion": "v3.2.0", "context": {"instructions": "Prices are net.", "constraints": []}}
    del newer["status"]
    contents = read(as_yaml(newer))
    assert body(contents) == newer
    assert contents.contracts["Contract.id"]["version"] == "v3.2.0"


def test_the_published_package_reads_the_same() -> None:
    """Where it is right: it refuses dates without quotes and unknown keys of the root, and drops those of servers."""
    texts = [
        yaml.safe_dump({**yaml.load(generated(number), Loader=yaml.BaseLoader), **_typed(number)}, sort_keys=False)
        for number in range(12)
    ]
    whole, _ = whole_contract("v3.1")
    for text in [*texts, as_yaml(whole).replace(": 20", ": !!str 20")]:
        oracle = OpenDataContractStandard.from_string(text).model_dump(exclude_none=True, by_alias=True)
        ours = body(read(text))
        assert _lacking(oracle, ours) == []
        assert _lacking(ours, oracle) == []


def test_where_the_published_package_is_wrong() -> None:
    text = generated(1)
    with pytest.raises(ValueError, match="dateIn"):
        OpenDataContractStandard.from_string(text)
    assert body(read(text))["team"]["members"][0]["dateIn"] == "2024-05-01"
    quoted = as_yaml({"apiVersion": "v3.1.0", "kind": "DataContract", "id": "a", "version": "1", "status": "active"})
    with pytest.raises(ValueError, match="vendor"):
        OpenDataContractStandard.from_string(quoted + "vendor: 1\n")
    assert body(read(quoted + "vendor: 1\n"))["vendor"] == 1
    servers = quoted + "servers:\n- {server: a, type: kafka, host: h, topic: DOCS}\n"
    assert "topic" not in OpenDataContractStandard.from_string(servers).model_dump()["servers"][0]
    assert body(read(servers))["servers"][0]["topic"] == "DOCS"


def _typed(number: int) -> dict[str, Any]:
    """What is no text in a generated contract, whose every value is text for the sake of its dates."""
    data = yaml.safe_load(generated(number))
    keep = {key: data[key] for key in ("schema", "servers", "support")}
    promises = [{**one, "value": str(one["value"])} for one in data["slaProperties"]]
    return {**keep, "slaProperties": promises}


def _lacking(one: Any, other: Any, where: str = "") -> list[str]:
    """Where another document has not what one has; empty lists and null are nothing."""
    if isinstance(one, dict):
        if not isinstance(other, dict):
            return [where]
        return [
            lack
            for key, value in one.items()
            if value not in (None, [], {})
            for lack in ([f"{where}.{key}"] if key not in other else _lacking(value, other[key], f"{where}.{key}"))
        ]
    if isinstance(one, list):
        if not isinstance(other, list) or len(one) != len(other):
            return [where]
        return [lack for at, value in enumerate(one) for lack in _lacking(value, other[at], f"{where}[{at}]")]
    return [] if one == other else [f"{where}: {one!r} and {other!r}"]
