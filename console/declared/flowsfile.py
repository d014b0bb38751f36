"""``flows.toml``: who answers for a data flow, and what was promised of it. Every error names file, line and key.

    [[flow]]
    name = "docs.catalog"                     # required, unique
    producer = "default/catalog-feed"         # namespace/job; without a namespace it is in default
    consumers = ["default/indexer"]
    owner = "catalog-team"
    on_call = "catalog-team-oncall"           # a schedule's name, or provider:id
    escalation = ["catalog-lead", "sre"]      # whom to call when nobody answers, first one first
    channels = ["#catalog", { name = "catalog-news", scope = "announcements", tool = "slack" }]
    contract = "https://contracts.example/catalog-doc/1"
    contract_version = "1.4.0"
    contract_ends = 2027-12-31
    freshness = "5m"                          # how old its newest document may be
    latency = "90s"                           # how long one document may take to get through
    completeness = 0.999                      # of what comes in, how much must go out
    retention = "30d"
    lifecycle = "active"
    tier = "1"
    upstream = ["docs.raw"]                   # flows that it is made of
    feeds = ["answer-8b"]                     # models that answer from it
    required = ["id", "price"]                # properties that each document must have
    schema_changed = 2026-11-02T09:00:00Z
    last_review = 2026-10-01                  # `fourthsignal review` records later ones
    review_every = "90d"
    runbook = "https://runbooks.example/catalog-feed"
    match = { feed = "catalog", topic = ["DOCS", "DOCS_V2"] }   # labels of the signals that belong to it

    [[flow.stage]]                            # what the data goes through, in order
    name = "index"                            # required
    kind = "consumer"
    consumer = "DOCS/indexer"                 # or job = "namespace/job", or topic = "DOCS"
    in = ["indexer_received_total"]           # signals that count what comes in, goes out and is lost
    out = ["indexer_indexed_total"]
    losses = ["indexer_rejected_total"]

What nobody has said is left out: a flow without an owner is shown as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from console.declared.shapes import Contents, FlowPart, Told
from console.declared.tomlentry import Read, TomlEntry, entries_of
from console.governance.shapes import ChannelDoc, StageDoc
from console.governance.units import doubt
from console.tomlfile import TomlFile

TABLE = "flow"
VIA = "flows.toml"


def contents_of(file: TomlFile) -> Contents:
    """The flows of a TOML file. Raises TomlError."""
    flows: dict[str, FlowPart] = {}
    first: dict[str, int] = {}
    for entry in entries_of(file, TABLE, "a flow"):
        name = entry.text("name")
        if name is None:
            raise entry.wrong("", "this flow has no name")
        if name in flows:
            raise entry.wrong("name", f"the flow {name!r} is already declared in line {first[name]}")
        entry.known(KEYS)
        flows[name], first[name] = _part(entry, name), entry.line("name")
    return Contents(flows=list(flows.values()))


def _part(entry: TomlEntry, name: str) -> FlowPart:
    fields = {
        field.name: Told(field.read(entry, key), entry.line(key)) for key, field in FIELDS.items() if entry.said(key)
    }
    doubts = tuple(doubt(FIELDS[one["field"]].name, one["why"], one["origin"]) for one in entry.doubts)
    return FlowPart(name, (name,), VIA, entry.line(), fields, doubts)


def _channels(entry: TomlEntry, key: str) -> list[ChannelDoc]:
    value = entry.data[key]
    if not isinstance(value, list):
        raise entry.wrong(key, 'must be a list, as ["#docs", { name = "docs-news", scope = "announcements" }]')
    return [_channel(entry, key, one) for one in value]


def _channel(entry: TomlEntry, key: str, value: object) -> ChannelDoc:
    if isinstance(value, str):
        return {"name": entry.checked(key, value)}
    if not isinstance(value, dict) or "name" not in value or not set(value) <= set(_CHANNEL):
        raise entry.wrong(key, f"a channel must have a name and may have {', '.join(_CHANNEL[1:])}")
    doc: ChannelDoc = {"name": entry.checked(key, value["name"])}
    if "scope" in value:
        doc["scope"] = entry.checked(key, value["scope"])
    if "tool" in value:
        doc["tool"] = entry.checked(key, value["tool"])
    if "url" in value:
        doc["url"] = entry.checked(key, value["url"])
    return doc


def _stages(entry: TomlEntry, key: str) -> list[StageDoc]:
    value = entry.data[key]
    if not isinstance(value, list) or not all(isinstance(stage, dict) for stage in value):
        raise entry.wrong(key, "must be written as [[flow.stage]], once for each stage")
    return [
        _stage(TomlEntry(entry.file, (*entry.at, key, at), "a stage", stage, entry.doubts))
        for at, stage in enumerate(value)
    ]


def _stage(entry: TomlEntry) -> StageDoc:
    name = entry.text("name")
    if name is None:
        raise entry.wrong("", "this stage has no name")
    entry.known(_STAGE)
    doc: StageDoc = {"name": name}
    if kind := entry.text("kind"):
        doc["kind"] = kind
    meant = [key for key in _ENTITIES if entry.said(key)]
    if len(meant) > 1:
        raise entry.wrong(meant[1], f"this stage is already the {meant[0]} {entry.data[meant[0]]!r}; keep one of them")
    for key in meant:
        doc["entity"] = f"{key}:{_ENTITIES[key](entry, key)}"
    if entry.said("in"):
        doc["ins"] = entry.text_or_texts("in")
    if entry.said("out"):
        doc["outs"] = entry.text_or_texts("out")
    if entry.said("losses"):
        doc["losses"] = entry.text_or_texts("losses")
    return doc


def _consumer(entry: TomlEntry, key: str) -> str:
    name = entry.checked(key, entry.data[key])
    if not all(part.strip() for part in name.partition("/")):
        raise entry.wrong(key, f"{name!r} is not a consumer; write topic/consumer")
    return name


class _Field(NamedTuple):
    """The field of a FlowDoc that a key says, and how the key is read."""

    name: str
    read: Read


_CHANNEL = ("name", "scope", "tool", "url")
_ENTITIES: Mapping[str, Read] = {"job": TomlEntry.job, "topic": TomlEntry.text, "consumer": _consumer}
_STAGE = ("name", "kind", *_ENTITIES, "in", "out", "losses")
FIELDS: Mapping[str, _Field] = {
    "producer": _Field("producer", TomlEntry.job),
    "consumers": _Field("consumers", TomlEntry.jobs),
    "owner": _Field("owner", TomlEntry.text),
    "on_call": _Field("on_call", TomlEntry.text),
    "escalation": _Field("escalation", TomlEntry.text_or_texts),
    "channels": _Field("channels", _channels),
    "contract": _Field("contract", TomlEntry.text),
    "contract_version": _Field("contract_version", TomlEntry.text),
    "contract_ends": _Field("contract_ends_ms", TomlEntry.moment),
    "freshness": _Field("freshness_s", TomlEntry.seconds),
    "latency": _Field("latency_s", TomlEntry.seconds),
    "completeness": _Field("completeness", TomlEntry.ratio),
    "retention": _Field("retention_s", TomlEntry.seconds),
    "lifecycle": _Field("lifecycle", TomlEntry.text),
    "tier": _Field("tier", TomlEntry.text),
    "upstream": _Field("upstream", TomlEntry.text_or_texts),
    "feeds": _Field("feeds", TomlEntry.text_or_texts),
    "required": _Field("required", TomlEntry.texts),
    "schema_changed": _Field("schema_changed_ms", TomlEntry.moment),
    "last_review": _Field("last_review_ms", TomlEntry.moment),
    "review_every": _Field("review_every_s", TomlEntry.seconds),
    "runbook": _Field("runbook", TomlEntry.text),
    "match": _Field("match", TomlEntry.labels),
    "stage": _Field("stages", _stages),
}
KEYS: tuple[str, ...] = ("name", *FIELDS)
