"""Model cards as Hugging Face has them: the front matter of a README, and results in ``.eval_results/*.yaml``.

    ---
    model-index:
    - name: answer-8b
      results:
      - task: {type: text-generation}
        dataset: {type: acme/golden, name: Golden, split: test, revision: 5503434}
        metrics: [{type: accuracy, value: 0.91, verified: true}]
    base_model: meta-llama/Llama-3.1-8B
    datasets: [acme/docs]
    license: apache-2.0
    version: 2026-10-r4          # ours: the version that the card is of; model_version and revision do as well
    owner: answers               # ours, as are trained and evaluated (dates)
    ---

A card is of a model: it names one in its ``model-index``, else by ``model_name``, else by the folder that it lies in. A
card that does not say of which version it is has a version without a name, and a doubt. Cards are written by hand, so
what is not of its kind is left out with a doubt, and never makes the card unreadable. The shapes are those of
https://github.com/huggingface/hub-docs (``modelcard.md``, ``docs/hub/eval-results.md``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from console.declared.modelsfile import is_day
from console.declared.shapes import Contents, ModelPart, Told
from console.declared.yamlfile import YamlDocument
from console.governance.shapes import DoubtDoc, ModelVersionDoc
from console.governance.units import Ambiguous, doubt, moment_ms
from console.plain import plain
from console.tomlfile import KeyPath

VIA = "model card"
RESULTS_FOLDER = ".eval_results"
WORD = re.compile(r"^(?:model-index|base_model|library_name|pipeline_tag|model_name)[ \t]*:", re.MULTILINE)

_MARKS = ("model-index", "base_model", "library_name", "pipeline_tag", "model_name")
_VERSIONS = ("version", "model_version", "revision")
_NUMBER = re.compile(r"\s*([+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)")
_LONGEST = 200


def is_card(data: Mapping[str, Any]) -> bool:
    """Whether a front matter is that of a model's card; a data set's has none of these."""
    return any(mark in data for mark in _MARKS)


def contents_of(document: YamlDocument, path: Path) -> Contents:
    """The model of one card."""
    doubts: list[DoubtDoc] = []
    data = document.data
    index = [entry for entry in _list(data.get("model-index")) if isinstance(entry, dict)]
    names = [_text(entry.get("name")) for entry in index]
    name = next((one for one in (*names, _text(data.get("model_name"))) if one), "") or _by_folder(path)
    version_key = next((key for key in _VERSIONS if document.text(key)), "")
    doc: dict[str, Any] = {"version": _text(document.text(version_key)) if version_key else "", "aliases": []}
    doc["origin"] = document.origin(version_key) if version_key else document.origin()
    if not version_key:
        why = "the card does not say which version it is of; write version: in its front matter"
        doubts.append(doubt("versions", why, document.origin()))
    results: list[tuple[KeyPath, Mapping[str, Any]]] = [
        (("model-index", at, "results", place), result)
        for at, entry in enumerate(_list(data.get("model-index")))
        if isinstance(entry, dict) and _text(entry.get("name")) in ("", name)
        for place, result in enumerate(_list(entry.get("results")))
        if isinstance(result, dict)
    ]
    doc |= _measured(document, results, doubts)
    doc |= _dates(document, (("trained", "trained_ms"), ("evaluated", "evaluated_ms")), doubts)
    if tags := {**_tags(document), **doc.pop("tags", {})}:
        doc["tags"] = tags
    owner = _text(data.get("owner"))
    fields = {"owner": Told(owner, document.line_of("owner"))} if owner else {}
    version: ModelVersionDoc = doc  # type: ignore[assignment]
    return Contents(models=[ModelPart(name, VIA, document.line, fields, (version,), tuple(doubts))])


def results_of(documents: Sequence[YamlDocument], path: Path) -> Contents:
    """The results of one file of ``.eval_results``: a list, of the model whose folder that lies in."""
    found: dict[str, Any] = {}
    doubts: list[DoubtDoc] = []
    for document in documents:
        entries = [(at, one) for at, one in enumerate(_list(document.data)) if isinstance(one, dict)]
        for at, one in entries:
            data = one["dataset"] if isinstance(one.get("dataset"), dict) else {}
            name = " ".join(_text(data.get(key)) for key in ("id", "task_id") if _text(data.get(key)))
            number = _number(one.get("value"))
            if not name or number is None:
                why = "this is no result; it needs dataset.id and a number as value"
                doubts.append(doubt("versions", why, document.origin(at)))
                continue
            found.setdefault("origin", document.origin(at))
            found.setdefault("metrics", {})[plain(name, _LONGEST)] = number
            found.setdefault("revisions", {})[_text(data.get("revision"))] = True
            if one.get("verifyToken"):
                found.setdefault("verified", {})[plain(name, _LONGEST)] = True
            newest = _dates(document, (("date", "evaluated_ms"),), doubts, (at,))
            if newest.get("evaluated_ms", 0) > found.get("evaluated_ms", 0):
                found.pop("whole_days", None)
                found |= newest
    if not found:
        return Contents()
    revisions = [one for one in found.pop("revisions") if one]
    if revisions:
        found["evaluated_on"] = ", ".join(revisions)
    if verified := found.pop("verified", None):
        found["tags"] = {"verified": ", ".join(verified)}
    version: ModelVersionDoc = {"version": "", "aliases": [], **found}  # type: ignore[typeddict-item]
    part = ModelPart(_by_folder(path), VIA, documents[0].line, {}, (version,), tuple(doubts))
    return Contents(models=[part])


def _by_folder(path: Path) -> str:
    """The name of a model by where its card lies: a README by its folder, another file by its own name."""
    folder = path.parent.parent if path.parent.name == RESULTS_FOLDER else path.parent
    if path.parent.name == RESULTS_FOLDER or path.stem.casefold() in ("readme", "model_card", "modelcard", "card"):
        return folder.name or path.stem
    return path.stem


def _measured(
    document: YamlDocument, results: list[tuple[KeyPath, Mapping[str, Any]]], doubts: list[DoubtDoc]
) -> dict[str, Any]:
    """Metrics, the revisions of the data that they are of, and which of them somebody else verified."""
    metrics: dict[str, float] = {}
    revisions: dict[str, None] = {}
    verified: dict[str, None] = {}
    for at, result in results:
        dataset = result.get("dataset")
        revision = document.text(*at, "dataset", "revision") if isinstance(dataset, dict) else None
        if revision:
            revisions[_text(revision)] = None
        for place, metric in enumerate(_list(result.get("metrics"))):
            where = (*at, "metrics", place)
            named = _metric(metric, dataset, set(metrics))
            number = _number(metric.get("value")) if isinstance(metric, dict) else None
            if named is None or number is None:
                doubts.append(doubt("versions", "a metric needs a type and a number as value", document.origin(*where)))
                continue
            metrics[named] = number
            if metric.get("verified") is True or metric.get("verifyToken"):
                verified[named] = None
    found: dict[str, Any] = {"metrics": metrics} if metrics else {}
    if revisions:
        found["evaluated_on"] = ", ".join(revisions)
    if verified:
        found["tags"] = {"verified": ", ".join(verified)}
    return found


def _metric(metric: object, dataset: object, known: set[str]) -> str | None:
    """``accuracy``, with its data set where two results have one."""
    if not isinstance(metric, dict):
        return None
    name = _text(metric.get("type")) or _text(metric.get("name"))
    if name in known and isinstance(dataset, dict):
        name = f"{name} on {_text(dataset.get('name')) or _text(dataset.get('type'))}"
    return plain(name, _LONGEST) or None


def _tags(document: YamlDocument) -> dict[str, str]:
    """What a card says of where the model comes from, as tags."""
    found = {}
    for key in ("license", "base_model", "datasets", "library_name", "pipeline_tag"):
        value = document.data.get(key)
        text = ", ".join(filter(None, (_text(one) for one in value))) if isinstance(value, list) else _text(value)
        if text:
            found[key] = plain(text, _LONGEST)
    return found


def _dates(
    document: YamlDocument, keys: Sequence[tuple[str, str]], doubts: list[DoubtDoc], at: KeyPath = ()
) -> dict[str, Any]:
    """The moments that are given, by field, with those that are known to the day."""
    found: dict[str, Any] = {}
    for key, field in keys:
        given = document.text(*at, key)
        if given is None:
            continue
        moment = moment_ms(given)
        if isinstance(moment, Ambiguous):
            doubts.append(doubt("versions", f"{key}: {moment.why}", document.origin(*at, key)))
            continue
        if moment.doubt:
            doubts.append(doubt("versions", f"{key}: {moment.doubt}", document.origin(*at, key)))
        found[field] = moment.at_ms
        if is_day(given):
            found.setdefault("whole_days", []).append(field)
    return found


def _number(value: object) -> float | None:
    """A metric's number; ``20.0 ± 1.2`` is 20."""
    if isinstance(value, str):
        begins = _NUMBER.match(value)
        value = float(begins[1]) if begins else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return plain(str(value).strip(), _LONGEST) if isinstance(value, (str, int, float)) else ""
