"""What registries, files and cards say of one model, put together: each field with who said it, disagreements kept.

Of versions, aliases and what is in production a registry knows best, then ``models.toml``, then a card; of who answers
for a model, what it answers from, which jobs serve it and how often it is to be trained and evaluated ``models.toml``
does, as it is written for this. A version that several sources know is one version: its times and metrics are those of
the first that gives them, but for evaluations, of which the newest counts. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from console.governance.modelnames import PRODUCTION_ALIASES, same_model, version_named
from console.governance.shapes import DoubtDoc, ModelDoc, ModelVersionDoc, SaidDoc

REGISTRY, MODELS_FILE, CARD = "mlflow", "models.toml", "model card"

_OF_REGISTRY = (REGISTRY, MODELS_FILE, CARD)
_OF_FILES = (MODELS_FILE, REGISTRY, CARD)
_ORDERS: Mapping[str, Sequence[str]] = {"production": _OF_REGISTRY, "aliases": _OF_REGISTRY}
_FIELDS = (
    "owner",
    "on_call",
    "production",
    "inputs",
    "jobs",
    "retrain_every_s",
    "evaluation_max_age_s",
    "rollout_s",
)
_COMPARED = ("trained_ms", "evaluated_on", "stage")
"""Fields of a version of which two sources must say the same; evaluations add up, and metrics may be other ones."""
_PRODUCTION = "production"
_IN_REGISTRY = "/#/models/"  # in the address of a model's page


class ModelSaid(NamedTuple):
    """What one source says of one model. ``said`` has the plain fields of ModelDoc, each at most once."""

    name: str
    via: str
    origin: str
    said: Mapping[str, SaidDoc]
    versions: Sequence[ModelVersionDoc] = ()
    aliases: Mapping[str, str] = {}
    doubts: Sequence[DoubtDoc] = ()
    read_ms: int = 0


def by_model(parts: Iterable[ModelSaid]) -> dict[str, list[ModelSaid]]:
    """The parts of each model, by the name that its first source gives it. A card's ``acme/answer-8b`` is ``answer-8b``
    where just one model is called so."""
    found: dict[str, list[ModelSaid]] = {}
    folded: dict[str, str] = {}
    for part in sorted(parts, key=lambda part: _rank(_OF_REGISTRY, part.via)):
        name = folded.get(part.name.casefold())
        if name is None and part.via == CARD:
            alike = [one for one in found if same_model(one, part.name)]
            name = alike[0] if len(alike) == 1 else None
        if name is None:
            name = part.name
            folded[name.casefold()] = name
        found.setdefault(name, []).append(part)
    return found


def merged_model(parts: Sequence[ModelSaid]) -> ModelDoc:
    """The document of a model by all of its parts, at least one."""
    ordered = sorted(parts, key=lambda part: _rank(_OF_REGISTRY, part.via))
    said: dict[str, list[SaidDoc]] = {}
    for field in _FIELDS:
        items = [part.said[field] for part in parts if field in part.said]
        if items:
            order = _ORDERS.get(field, _OF_FILES)
            said[field] = sorted(items, key=lambda item: _rank(order, item["via"]))
    versions, of_versions = _versions(ordered)
    aliases: dict[str, str] = {}
    for part in reversed(ordered):
        aliases.update(part.aliases)
    productions = [item for part in ordered for item in _production_by(part)] + said.pop(_PRODUCTION, [])
    if productions:
        productions.sort(key=lambda item: _rank(_OF_REGISTRY, item["via"]))
        said[_PRODUCTION] = productions
    doc: dict[str, Any] = {
        "owner": None,
        **{field: items[0]["value"] for field, items in said.items()},
        "aliases": aliases,
        "versions": versions,
        "origin": ordered[0].origin,
        "said": {**said, **of_versions},
    }
    named = version_named(cast(ModelDoc, doc), str(doc.get(_PRODUCTION) or ""))
    doc[_PRODUCTION] = named["version"] if named else doc.get(_PRODUCTION)
    doubts = [*(doubt for part in ordered for doubt in part.doubts), *_unclear(ordered)]
    if doubts:
        doc["doubts"] = [doubt for at, doubt in enumerate(doubts) if doubt not in doubts[:at]]
    return cast(ModelDoc, doc)


def removed_model(before: ModelDoc) -> ModelDoc:
    """The last document of a model that no source names any more."""
    return {
        "owner": None,
        "production": None,
        "aliases": {},
        "versions": [],
        "origin": before["origin"],
        "removed": True,
    }


def comparable(doc: ModelDoc | None) -> Any:
    """A document without when it was read, so that reading the same again is no change."""
    if doc is None:
        return None
    said = {
        field: [{**item, "read_ms": 0} for item in items] for field, items in doc.get("said", {}).items()
    }  # fmt: skip
    return {**doc, "said": said}


def by_registry(doc: ModelDoc | None) -> bool:
    """Whether a registry is among the sources of a document."""
    if doc is None:
        return False
    said = [item["via"] for items in doc.get("said", {}).values() for item in items]
    return REGISTRY in said or _IN_REGISTRY in doc["origin"]


def _rank(order: Sequence[str], via: str) -> int:
    return order.index(via) if via in order else len(order)


def _production_by(part: ModelSaid) -> list[SaidDoc]:
    """What the aliases and the stages of a source call production: one item for each of the two ways."""
    found: list[SaidDoc] = []
    by_alias = {alias.casefold(): (alias, version) for alias, version in part.aliases.items()}
    first = next((by_alias[alias] for alias in PRODUCTION_ALIASES if alias in by_alias), None)
    if first:
        origin = f"{part.origin}, alias {first[0]}"
        found.append({"value": first[1], "origin": origin, "via": part.via, "read_ms": part.read_ms})
    staged = next((one for one in part.versions if one.get("stage", "").casefold() == _PRODUCTION), None)
    if staged and "production" not in part.said:
        origin = f"{staged['origin']}, stage {staged.get('stage')}"
        found.append({"value": staged["version"], "origin": origin, "via": part.via, "read_ms": part.read_ms})
    return found


def _unclear(parts: Sequence[ModelSaid]) -> list[DoubtDoc]:
    """Several versions in the stage Production: the newest is in force, and that is told."""
    found: list[DoubtDoc] = []
    for part in parts:
        staged = [one["version"] for one in part.versions if one.get("stage", "").casefold() == _PRODUCTION]
        if len(staged) > 1:
            why = f"{len(staged)} versions are in the stage Production: {', '.join(staged[:5])}; {staged[0]} is newest"
            found.append({"field": _PRODUCTION, "why": why, "origin": part.origin})
    return found


def _versions(parts: Sequence[ModelSaid]) -> tuple[list[ModelVersionDoc], dict[str, list[SaidDoc]]]:
    """All versions, the registry's first, and of the fields that several sources give who says what."""
    found: dict[str, ModelVersionDoc] = {}
    said: dict[str, list[SaidDoc]] = {}
    for place, part in enumerate(parts):
        for version in part.versions:
            # One source never calls one version by two names, so only the next ones are compared by more than these.
            known = found.get(version["version"]) or (_known(found, version["version"]) if place else None)
            name = version["version"] if known is None else known["version"]
            _note(said, version, name, part)
            found[name] = version if known is None else _together(known, version)
    several = {field: items for field, items in said.items() if len(items) > 1}
    return sorted(found.values(), key=lambda one: one["version"] == ""), several


def _known(versions: Mapping[str, ModelVersionDoc], said: str) -> ModelVersionDoc | None:
    doc: Any = {"versions": list(versions.values())}
    return version_named(doc, said)


def _note(said: dict[str, list[SaidDoc]], version: ModelVersionDoc, name: str, part: ModelSaid) -> None:
    for field in _COMPARED:
        if field in version:
            item: SaidDoc = {
                "value": version[field],  # type: ignore[literal-required]
                "origin": version["origin"],
                "via": part.via,
                "read_ms": part.read_ms,
            }
            said.setdefault(f"{name}.{field}", []).append(item)


def _together(first: ModelVersionDoc, second: ModelVersionDoc) -> ModelVersionDoc:
    """One version by two sources, the first one's word in force."""
    both: ModelVersionDoc = {**second, **first}
    days = {*first.get("whole_days", ())} | {one for one in second.get("whole_days", ()) if one not in first}
    newest = max(first, second, key=lambda one: one.get("evaluated_ms", -1))
    if "evaluated_ms" in newest:
        both["evaluated_ms"] = newest["evaluated_ms"]
        both["evaluations_ms"] = sorted({*_evaluations(first), *_evaluations(second)})
        days.discard("evaluated_ms")
        days |= {"evaluated_ms"} & {*newest.get("whole_days", ())}
        if "evaluated_on" in newest:
            both["evaluated_on"] = newest["evaluated_on"]
    if "metrics" in first and "metrics" in second:
        both["metrics"] = {**second["metrics"], **first["metrics"]}
    if "tags" in first and "tags" in second:
        both["tags"] = {**second["tags"], **first["tags"]}
    both["whole_days"] = sorted(days)
    if not days:
        del both["whole_days"]
    return both


def _evaluations(version: ModelVersionDoc) -> list[int]:
    return [*version.get("evaluations_ms", ()), *([version["evaluated_ms"]] if "evaluated_ms" in version else [])]
