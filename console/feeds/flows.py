"""``flows.toml``: who answers for a data flow. Pure reading; every error names file, line and key.

    [[flow]]
    name = "docs.catalog"                     # required, unique
    producer = "default/catalog-feed"         # namespace/job; without a namespace it is in default
    consumers = ["default/indexer"]
    owner = "catalog-team"
    on_call = "catalog-team-oncall"
    contract = "https://contracts.example/catalog-doc/1"
    freshness = "5m"                          # how old its newest document may be
    runbook = "https://runbooks.example/catalog-feed"
    match = { feed = "catalog", topic = ["DOCS", "DOCS_V2"] }   # labels of the signals that belong to it

What nobody has said is left out: a flow without an owner is shown as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from console.governance.shapes import FlowDoc
from console.plain import plain
from console.settings.errors import nearest
from console.settings.kinds import parse_duration
from console.tomlfile import TomlError, TomlFile, read_toml

KEYS = ("name", "producer", "consumers", "owner", "on_call", "contract", "freshness", "runbook", "match")
_LONGEST = 500


class FlowFile(NamedTuple):
    """The flows of one file, by name, in its order."""

    path: Path
    flows: dict[str, FlowDoc]


def read_flows(path: Path) -> FlowFile:
    """Read a file. Raises TomlError."""
    return flows_of(read_toml(path))


def flows_of(file: TomlFile) -> FlowFile:
    """The flows of a TOML file. Raises TomlError."""
    for key in file.data:
        if key != "flow":
            raise file.error(f"{plain(key, 60)!r} is not known here; flows are written as [[flow]]", key)
    entries = file.data.get("flow", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise file.error("flow must be written as [[flow]], once for each flow", "flow")
    flows: dict[str, FlowDoc] = {}
    first: dict[str, int] = {}
    for i, entry in enumerate(entries):
        name = _Entry(file, i, entry).text("name")
        if name is None:
            raise file.error("this flow has no name", "flow", i)
        if name in flows:
            raise file.error(f"name: the flow {name!r} is already declared in line {first[name]}", "flow", i, "name")
        first[name] = file.line_of("flow", i, "name")
        flows[name] = _Entry(file, i, entry).document()
    return FlowFile(file.path, flows)


class _Entry(NamedTuple):
    """One [[flow]] and where it stands."""

    file: TomlFile
    place: int
    data: Mapping[str, Any]

    def document(self) -> FlowDoc:
        for key in self.data:
            if key not in KEYS:
                near = nearest(key, KEYS)
                told = f"did you mean {near}?" if near else f"known keys are {', '.join(KEYS)}"
                raise self.wrong(key, f"is not a key of a flow; {told}")
        producer = self.text("producer")
        doc: FlowDoc = {
            "owner": self.text("owner"),
            "on_call": self.text("on_call"),
            "contract": self.text("contract"),
            "producer": self.job("producer", producer) if producer is not None else None,
            "consumers": [
                self.job("consumers", job) for job in self.texts("consumers", self.data.get("consumers", []))
            ],
            "origin": self.origin(),
        }
        if runbook := self.text("runbook"):
            doc["runbook"] = runbook
        if "freshness" in self.data:
            doc["freshness_s"] = self.seconds("freshness")
        if "match" in self.data:
            doc["match"] = self.labels("match")
        return doc

    def origin(self) -> str:
        line = self.file.line_of("flow", self.place)
        return f"{self.file.path}:{line}" if line else str(self.file.path)

    def text(self, key: str) -> str | None:
        value = self.data.get(key)
        if value is None or value == "":
            return None
        return self.checked(key, value)

    def checked(self, key: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, "must be text in quotes")
        if not value.strip() or not value.isprintable() or len(value) > _LONGEST:
            raise self.wrong(key, f"must be one line of printable text, at most {_LONGEST} characters")
        return value.strip()

    def texts(self, key: str, value: object) -> list[str]:
        if not isinstance(value, list):
            raise self.wrong(key, 'must be a list, as ["one", "two"]')
        return [self.checked(key, item) for item in value]

    def job(self, key: str, name: str) -> str:
        parts = name.split("/") if "/" in name else ["default", name]
        if len(parts) != 2 or not all(parts) or " " in name:
            raise self.wrong(key, f"{name!r} is not a job; write namespace/job")
        return "/".join(parts)

    def seconds(self, key: str) -> float:
        value = self.data[key]
        seconds = parse_duration(value) if isinstance(value, str) else None
        if seconds is None or seconds <= 0:
            raise self.wrong(key, 'must be a duration with a unit, as "30s", "5m" or "2h"')
        return seconds

    def labels(self, key: str) -> dict[str, list[str]]:
        value = self.data[key]
        if not isinstance(value, dict) or not value:
            raise self.wrong(key, 'must be labels, as { feed = "catalog" }')
        return {
            self.checked(key, label): [self.checked(key, item)] if isinstance(item, str) else self.texts(key, item)
            for label, item in value.items()
        }

    def wrong(self, key: str, what: str) -> TomlError:
        return self.file.error(f"{plain(key, 60)}: {what}", "flow", self.place, key)
