"""How jobs, registries and servers call a model and its versions, and when two of them mean the same. Pure.

A registry counts its versions (``4``), a job's meta says ``v4`` or a release of its own (``2026-10-r4``), a server
``answer-8b@2026-10-r4``, ``acme/answer-8b`` or the path that it loaded from. Nothing here guesses: two names are the
same when one rule below says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from console.governance.shapes import ModelDoc, ModelVersionDoc

MODEL_KEYS = ("model", "model_name")
VERSION_KEYS = ("model_version", "model_revision")
PRODUCTION_ALIASES = ("production", "prod", "champion", "live")
"""Aliases by which a registry says what production runs, the first that is there."""
RELEASE_TAGS = ("fourthsignal.io/version", "version", "model_version", "release", "revision")
"""Tags by which a version of a registry may say how it is called where it runs."""

_COUNTED = re.compile(r"[vV](?:ersion)?[ ._-]?(\d[\w.-]*)")


class Served(NamedTuple):
    """A model and its version, empty where nobody says one."""

    model: str
    version: str


def served(name: str, version: str = "") -> Served:
    """``answer-8b@2026-10-r4`` apart; a version that is said on its own counts more than one in the name."""
    model, _, inside = name.strip().partition("@")
    return Served(model, version.strip() or inside)


def served_by_meta(meta: Mapping[str, object] | None, around: Served | None = None) -> Served | None:
    """The model that the meta of a job, a group or a task names, whatever the case of its keys; None where none is.

    ``around`` is what the meta around it names: a group that gives a version only means another one of the same model.
    """
    lower = {str(key).casefold().replace("-", "_"): str(value).strip() for key, value in (meta or {}).items() if value}
    name = next((lower[key] for key in MODEL_KEYS if lower.get(key)), "")
    version = next((lower[key] for key in VERSION_KEYS if lower.get(key)), "")
    if name:
        return served(name, version)
    return around._replace(version=version) if around and version else around


def same_model(one: str, other: str) -> bool:
    """Whether two names mean one model: alike but for case, or one is the last part of the other's path."""
    first, second = one.casefold().rstrip("/"), other.casefold().rstrip("/")
    return first == second or first.endswith("/" + second) or second.endswith("/" + first)


def same_version(one: str, other: str) -> bool:
    """Whether two versions are alike: ``4``, ``v4`` and ``V4`` are."""
    return _bare(one) == _bare(other) != ""


def _bare(version: str) -> str:
    text = version.strip().casefold()
    counted = _COUNTED.fullmatch(text)
    return counted[1] if counted else text


def version_named(doc: ModelDoc | None, said: str) -> ModelVersionDoc | None:
    """The version of a registry or file that somebody means by ``said``; None where there is none, or several.

    By its number or name first, then by a tag that says how it is called where it runs, by its run, by an alias.
    """
    if doc is None or not said.strip():
        return None
    rules = (
        lambda one: same_version(one["version"], said),
        lambda one: any(same_version(value, said) for key, value in one.get("tags", {}).items() if key in RELEASE_TAGS),
        lambda one: one.get("run") == said,
        lambda one: said in one["aliases"],
    )
    for rule in rules:
        found = [one for one in doc["versions"] if rule(one)]
        if found:
            return found[0] if len(found) == 1 else None
    return None
