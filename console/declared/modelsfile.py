"""``models.toml``: who answers for a model, what it answers from, and its versions. Errors name file, line and key.

    [[model]]
    name = "answer-8b"                        # required, unique; as the registry and jobs call it
    owner = "answers"
    on_call = "answers-oncall"
    production = "4"                          # the version that is to run; a registry's alias counts more
    inputs = ["docs.price", "docs.catalog"]   # the data flows that it answers from
    jobs = ["llm-prod/answerer"]              # the jobs that serve it
    retrain_every = "30d"
    evaluation_max_age = "7d"
    rollout = "2h"                            # how long old and new may run side by side after a promotion

    [[model.version]]                         # where no registry keeps them; the newest first
    version = "4"                             # required; how the registry or the job calls it
    trained = 2026-10-01T12:00:00Z            # when training ended; a date alone is that whole day
    evaluated = 2026-10-02
    evaluated_on = "golden-2026-09"           # the revision of the data
    promoted = 2026-10-03
    stage = "production"                      # production, staging, archived
    metrics = { quality = 0.91 }
    inputs = ["question", "price"]            # columns of its signature

What nobody has said is left out: a model without an owner is shown as such.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from console.declared.shapes import Contents, ModelPart, Told
from console.declared.tomlentry import Read, TomlEntry, named_entries
from console.governance.shapes import ModelVersionDoc
from console.governance.units import doubt
from console.tomlfile import TomlFile

TABLE = "model"
VIA = "models.toml"

_DAY = re.compile(r"\s*\d{4}-\d{2}-\d{2}\s*")


def contents_of(file: TomlFile) -> Contents:
    """The models of a TOML file. Raises TomlError."""
    return Contents(models=[_part(entry, name) for name, entry in named_entries(file, TABLE, "a model", KEYS)])


def _part(entry: TomlEntry, name: str) -> ModelPart:
    fields = {
        field: Told(read(entry, key), entry.line(key)) for key, (field, read) in FIELDS.items() if entry.said(key)
    }
    versions = _versions(entry)
    doubts = tuple(doubt(FIELDS.get(one["field"], _OF_VERSIONS)[0], one["why"], one["origin"]) for one in entry.doubts)
    return ModelPart(name, VIA, entry.line(), fields, versions, doubts)


def _versions(entry: TomlEntry) -> tuple[ModelVersionDoc, ...]:
    """Of ``[[model.version]]``, in the order of the file."""
    value = entry.data.get("version", [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise entry.wrong("version", "must be written as [[model.version]], once for each version")
    found: dict[str, ModelVersionDoc] = {}
    for at, one in enumerate(value):
        inner = TomlEntry(entry.file, (*entry.at, "version", at), "a version", one, entry.doubts)
        doc = _version(inner)
        if doc["version"] in found:
            raise inner.wrong("version", f"the version {doc['version']!r} is declared twice; keep one of them")
        found[doc["version"]] = doc
    return tuple(found.values())


def _version(entry: TomlEntry) -> ModelVersionDoc:
    version = _name(entry, "version")
    if not version:
        raise entry.file.error('this version has no version; write version = "..." in it', *entry.at)
    entry.known(VERSION_KEYS)
    doc: dict[str, Any] = {"version": version, "aliases": [], "origin": entry.origin()}
    for key, (field, read) in _VERSION.items():
        if entry.said(key):
            doc[field] = read(entry, key)
    days = [field for key, (field, _) in _VERSION.items() if field.endswith("_ms") and is_day(entry.data.get(key))]
    if days:
        doc["whole_days"] = days
    return doc  # type: ignore[return-value]


def is_day(value: object) -> bool:
    """Whether a date has no time of day, so that it means that whole day."""
    if isinstance(value, datetime):
        return False
    return isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value) is not None)


def _name(entry: TomlEntry, key: str) -> str:
    """A version as text; one may be written as a whole number."""
    value = entry.data.get(key, "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return entry.text(key) or ""


def _metrics(entry: TomlEntry, key: str) -> dict[str, float]:
    value = entry.data[key]
    if not isinstance(value, dict):
        raise entry.wrong(key, "must be numbers by name, as { quality = 0.91 }")
    found = {}
    for name, number in value.items():
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
            raise entry.wrong(key, f"{entry.checked(key, name)} must be a number, as 0.91")
        found[entry.checked(key, name)] = float(number)
    return found


_OF_VERSIONS = ("versions", TomlEntry.text)
FIELDS: Mapping[str, tuple[str, Read]] = {
    "owner": ("owner", TomlEntry.text),
    "on_call": ("on_call", TomlEntry.text),
    "production": ("production", _name),
    "inputs": ("inputs", TomlEntry.text_or_texts),
    "jobs": ("jobs", TomlEntry.jobs),
    "retrain_every": ("retrain_every_s", TomlEntry.seconds),
    "evaluation_max_age": ("evaluation_max_age_s", TomlEntry.seconds),
    "rollout": ("rollout_s", TomlEntry.seconds),
}
_VERSION: Mapping[str, tuple[str, Read]] = {
    "trained": ("trained_ms", TomlEntry.moment),
    "evaluated": ("evaluated_ms", TomlEntry.moment),
    "promoted": ("promoted_ms", TomlEntry.moment),
    "evaluated_on": ("evaluated_on", TomlEntry.text),
    "stage": ("stage", TomlEntry.text),
    "metrics": ("metrics", _metrics),
    "inputs": ("inputs", TomlEntry.text_or_texts),
}
KEYS = ("name", *FIELDS, "version")
VERSION_KEYS = ("version", *_VERSION)
