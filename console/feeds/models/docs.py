"""A registered model as it was read -> what MLflow says of it, as governance puts sources together. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from console.feeds.models.answers import Version
from console.feeds.models.reading import Deep, Model
from console.feeds.models.when import times_of
from console.governance.models import REGISTRY, ModelSaid
from console.governance.shapes import DoubtDoc, ModelVersionDoc, SaidDoc
from console.governance.units import Ambiguous, duration_s
from console.naming import items
from console.plain import plain

WHOLE = 10  # of so many versions, and of those that an alias names, metrics and tags are kept
_MOST = 40
_LONGEST = 200
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "owner": ("fourthsignal.io/owner", "owner", "team", "owner_team"),
    "on_call": ("fourthsignal.io/on-call", "on_call", "oncall"),
}
_LISTS: Mapping[str, tuple[str, ...]] = {
    "inputs": ("fourthsignal.io/inputs", "inputs"),
    "jobs": ("fourthsignal.io/jobs", "jobs"),
}
_DURATIONS: Mapping[str, tuple[str, ...]] = {
    "retrain_every_s": ("fourthsignal.io/retrain-every", "retrain_every"),
    "evaluation_max_age_s": ("fourthsignal.io/evaluation-max-age", "evaluation_max_age"),
    "rollout_s": ("fourthsignal.io/rollout", "rollout"),
}


def said_by_registry(model: Model, address: str) -> ModelSaid:
    """What MLflow says of a model. ``address`` is its, without credentials."""
    origin = f"{address}/#/models/{quote(model.entry.name, safe='')}"
    doubts: list[DoubtDoc] = [{"field": "versions", "why": plain(why), "origin": origin} for why in model.problems]
    said: dict[str, SaidDoc] = {}
    for field, value in _of_tags(model.entry.tags, origin, doubts).items():
        said[field] = {"value": value, "origin": origin, "via": REGISTRY, "read_ms": model.read_ms}
    named = {*model.entry.aliases.values()}
    aliases: dict[str, list[str]] = {}
    for alias, version in sorted(model.entry.aliases.items()):
        aliases.setdefault(version, []).append(alias)
    versions = [
        _version(
            one,
            model.deep.get(one.version),
            aliases.get(one.version, []),
            origin,
            doubts,
            at < WHOLE or one.version in named,
        )
        for at, one in enumerate(model.versions)
    ]
    missing = sorted(named - {one.version for one in model.versions})
    for version in missing:
        why = f"the alias {', '.join(aliases[version])} names version {version}, which the registry does not have"
        doubts.append({"field": "aliases", "why": why, "origin": origin})
    return ModelSaid(
        model.entry.name, REGISTRY, origin, said, versions, dict(model.entry.aliases), doubts, model.read_ms
    )  # fmt: skip


def _version(
    one: Version, deep: Deep | None, aliases: list[str], origin: str, doubts: list[DoubtDoc], whole: bool
) -> ModelVersionDoc:
    where = f"{origin}/versions/{quote(one.version, safe='')}"
    deep = deep or Deep()
    times = times_of(one, deep.run, deep.logged, deep.evaluation)
    doubts += [
        {"field": "versions", "why": plain(f"version {one.version}: {why}"), "origin": where}
        for why in (*times.doubts, *deep.problems)
    ]
    optional: dict[str, Any] = {
        "created_ms": one.created_ms,
        "status": one.status,
        "stage": one.stage.casefold(),
        "run": one.run,
        "by": one.by or (deep.run.tags.get("mlflow.user", "") if deep.run else ""),
        "trained_ms": times.trained_ms,
        "evaluated_ms": times.evaluated_ms,
        "promoted_ms": times.promoted_ms,
        "evaluated_on": plain(times.evaluated_on, _LONGEST),
        "whole_days": list(times.whole_days),
        "inputs": list(deep.columns[:_MOST]),
    }
    if whole:
        optional["metrics"] = dict(list(times.metrics.items())[-_MOST:])
        optional["tags"] = {plain(k, _LONGEST): plain(v, _LONGEST) for k, v in sorted(one.tags.items())[:_MOST]}
    doc: dict[str, Any] = {"version": one.version, "aliases": aliases, "origin": where}
    doc.update({field: value for field, value in optional.items() if value})
    return doc  # type: ignore[return-value]


def _of_tags(tags: Mapping[str, str], origin: str, doubts: list[DoubtDoc]) -> dict[str, Any]:
    """The plain fields that a registered model's tags give."""
    found: dict[str, Any] = {}
    for field, keys in _TEXTS.items():
        if given := _first(tags, keys):
            found[field] = plain(given, _LONGEST)
    for field, keys in _LISTS.items():
        if given := _first(tags, keys):
            found[field] = [plain(item, _LONGEST) for item in items(given)][:_MOST]
    for field, keys in _DURATIONS.items():
        if given := _first(tags, keys):
            seconds = duration_s(given)
            if isinstance(seconds, Ambiguous):
                key = next(key for key in keys if tags.get(key))
                doubts.append({"field": field, "why": f"tag {key}: {seconds.why}", "origin": origin})
            else:
                found[field] = seconds
    return found


def _first(tags: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((given for key in keys if (given := tags.get(key, "").strip())), "")
