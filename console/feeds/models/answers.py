"""MLflow's answers, read: registered models, their versions, runs and logged models. Pure, and tolerant.

The shapes are those of MLflow's REST API, versions 2 and 3: lists of ``{key, value}`` for tags, times in unix ms
(numbers, or text in older servers). What is missing or of another kind is left out; only an answer that is no
object at all, or a list that is none, is an error.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from console.plain import plain

_LONGEST = 200
_LOGGED_MODEL = re.compile(r"(?:^models:|/models)/(m-[0-9a-f]{8,64})(?:/artifacts)?/?$")  # in a version's source
_HISTORY = "mlflow.log-model.history"


class Metric(NamedTuple):
    """The last value of a metric, when it was logged (unix ms, 0 unknown), and of which run and data it is."""

    name: str
    value: float
    at_ms: int
    run: str = ""
    dataset: str = ""
    digest: str = ""


class Run(NamedTuple):
    """One run of an experiment. ``models`` are the ids of what it logged as models."""

    id: str
    status: str
    ended_ms: int
    metrics: tuple[Metric, ...]
    tags: Mapping[str, str]
    models: tuple[str, ...]


class Logged(NamedTuple):
    """A logged model of MLflow 3: whatever run measured it, its metrics come here."""

    id: str
    run: str
    metrics: tuple[Metric, ...]


class Version(NamedTuple):
    """One version of a registered model. ``stage`` is empty where it has none."""

    version: str
    created_ms: int
    updated_ms: int
    status: str
    stage: str
    by: str
    run: str
    model_id: str
    tags: Mapping[str, str]


class Registered(NamedTuple):
    """One registered model as the list of them has it. ``raw`` tells whether anything in it changed."""

    name: str
    updated_ms: int
    aliases: Mapping[str, str]
    tags: Mapping[str, str]
    latest: tuple[Version, ...]
    raw: str


def registered_models(data: Any) -> tuple[list[Registered], str]:
    """A page of ``registered-models/search``, and the token of the next one. Raises ValueError."""
    page = [_registered(entry) for entry in _entries(data, "registered_models") if _text(entry.get("name"))]
    return page, _text(data.get("next_page_token"))


def model_versions(data: Any) -> tuple[list[Version], str]:
    """A page of ``model-versions/search``, and the token of the next one. Raises ValueError."""
    found = [one for entry in _entries(data, "model_versions") if (one := _version(entry)).version]
    return found, _text(data.get("next_page_token"))


def one_version(data: Any) -> Version | None:
    """The answer of ``model-versions/get``."""
    entry = data.get("model_version") if isinstance(data, dict) else None
    version = _version(entry) if isinstance(entry, dict) else None
    return version if version is not None and version.version else None


def one_run(data: Any) -> Run | None:
    """The answer of ``runs/get``."""
    run = data.get("run") if isinstance(data, dict) else None
    if not isinstance(run, dict):
        return None
    info, content, outputs = _object(run, "info"), _object(run, "data"), _object(run, "outputs")
    identity = _text(info.get("run_id")) or _text(info.get("run_uuid"))
    return Run(
        identity,
        _text(info.get("status")),
        _number(info.get("end_time")),
        tuple(_metrics(content.get("metrics"), identity)),
        _pairs(content.get("tags")),
        tuple(one for entry in _list(outputs.get("model_outputs")) if (one := _text(entry.get("model_id")))),
    )


def one_logged(data: Any) -> Logged | None:
    """The answer of ``logged-models/<id>``."""
    model = data.get("model") if isinstance(data, dict) else None
    if not isinstance(model, dict):
        return None
    info = _object(model, "info")
    metrics = tuple(_metrics(_object(model, "data").get("metrics"), ""))
    return Logged(_text(info.get("model_id")), _text(info.get("source_run_id")), metrics)


def columns_in(inputs: Any) -> list[str]:
    """The names of the columns in a signature's inputs, which are JSON in a text; none where it has tensors only."""
    try:
        entries = json.loads(inputs) if isinstance(inputs, str) else inputs
    except (ValueError, RecursionError):
        return []
    return [name for entry in _list(entries) if (name := _text(entry.get("name")))]


def columns_of_history(tags: Mapping[str, str]) -> list[str]:
    """The input columns by a run's tag ``mlflow.log-model.history``, which servers before 3 have."""
    try:
        history = json.loads(tags.get(_HISTORY, "[]"))
    except (ValueError, RecursionError):
        return []
    signatures = [_object(entry, "signature") for entry in _list(history)]
    return next((columns for one in reversed(signatures) if (columns := columns_in(one.get("inputs")))), [])


def _registered(entry: Mapping[str, Any]) -> Registered:
    aliases = {
        alias: version
        for one in _list(entry.get("aliases"))
        if (alias := _text(one.get("alias"))) and (version := _text(one.get("version")))
    }
    latest = tuple(one for item in _list(entry.get("latest_versions")) if (one := _version(item)).version)
    raw = json.dumps(entry, sort_keys=True)
    return Registered(
        _text(entry.get("name"), 500), _number(entry.get("last_updated_timestamp")), aliases,
        _pairs(entry.get("tags")), latest, raw,
    )  # fmt: skip


def _version(entry: Mapping[str, Any]) -> Version:
    stage, source = _text(entry.get("current_stage")), _text(entry.get("source"), 2000)
    model_id = _text(entry.get("model_id"))
    if not model_id and (logged := _LOGGED_MODEL.search(source)):
        model_id = logged[1]
    return Version(
        _text(entry.get("version")),
        _number(entry.get("creation_timestamp")),
        _number(entry.get("last_updated_timestamp")),
        _text(entry.get("status")),
        "" if stage == "None" else stage,
        _text(entry.get("user_id")),
        _text(entry.get("run_id")),
        model_id,
        _pairs(entry.get("tags")),
    )


def _metrics(entries: Any, run: str) -> Iterator[Metric]:
    for entry in _list(entries):
        value = entry.get("value")
        try:
            number = float(value) if isinstance(value, (int, float, str)) else math.nan
        except ValueError:
            number = math.nan
        name = _text(entry.get("key"))
        if name and math.isfinite(number):
            yield Metric(
                name, number, _number(entry.get("timestamp")), _text(entry.get("run_id")) or run,
                _text(entry.get("dataset_name")), _text(entry.get("dataset_digest")),
            )  # fmt: skip


def _entries(data: Any, key: str) -> list[dict[str, Any]]:
    """The list under a key; a server leaves an empty one out."""
    if not isinstance(data, dict) or not isinstance(data.get(key, []), list):
        raise ValueError(key)
    return _list(data.get(key, []))


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _object(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _pairs(entries: Any) -> dict[str, str]:
    """Tags. A text that is long is kept whole for whoever knows its key."""
    return {
        key: value
        for one in _list(entries)
        if (key := _text(one.get("key"))) and isinstance(value := one.get("value"), str)
    }


def _text(value: Any, longest: int = _LONGEST) -> str:
    return plain(str(value), longest) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _number(value: Any) -> int:
    """Unix ms; 0 where there is none."""
    try:
        return max(0, int(value)) if isinstance(value, (int, str)) and not isinstance(value, bool) else 0
    except ValueError:
        return 0
