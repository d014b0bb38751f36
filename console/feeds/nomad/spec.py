"""What a version of a job asks for, small enough to keep, and how two versions differ, in words without values.

Environment values, templates and driver configuration may hold secrets: they are only ever compared by digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from sys import intern
from typing import Any, NamedTuple

from console.governance.modelnames import served_by_meta

_NONE: Mapping[str, str] = {}
_NOT_SPEC = frozenset(
    (
        "Version",
        "CreateIndex",
        "ModifyIndex",
        "JobModifyIndex",
        "SubmitTime",
        "Stable",
        "Status",
        "StatusDescription",
        "Stop",
        "NomadTokenID",
        "VersionTag",
        "Dispatched",
        "DispatchIdempotencyToken",
        "VaultToken",
        "ConsulToken",
    )
)


class Spec(NamedTuple):
    """``parts`` maps a place (``indexer/env/RELEASE``) to a short digest. Images and counts are kept readable, and so
    are the models that meta names: by group, under an empty one for the whole job."""

    counts: Mapping[str, int]
    images: Mapping[str, str]
    parts: Mapping[str, str]
    digest: str
    serves: Mapping[str, str] = _NONE


def read_spec(job: Mapping[str, Any]) -> Spec:
    """From a whole job as Nomad gives it."""
    counts: dict[str, int] = {}
    images: dict[str, str] = {}
    parts: dict[str, str] = {}
    for group in job.get("TaskGroups") or ():
        name = str(group["Name"])
        counts[name] = int(group.get("Count") or 0)
        _part(parts, f"group {name}", {k: v for k, v in group.items() if k not in ("Name", "Count", "Tasks")})
        for task in group.get("Tasks") or ():
            where = str(task["Name"])
            config = task.get("Config") or {}
            image = config.get("image") if isinstance(config, dict) else None
            if isinstance(image, str):
                images[f"{name}/{where}"] = image
            for variable, value in (task.get("Env") or {}).items():
                _part(parts, f"env {variable}", value)
            _part(parts, f"config of {where}", {k: v for k, v in config.items() if k != "image"})
            _part(parts, f"resources of {where}", task.get("Resources"))
            rest = {k: v for k, v in task.items() if k not in ("Name", "Config", "Env", "Resources")}
            _part(parts, f"task {where}", rest)
    for key, value in (job.get("Meta") or {}).items():
        _part(parts, f"meta {key}", value)
    _part(parts, "job", {k: v for k, v in job.items() if k not in _NOT_SPEC | {"TaskGroups", "Meta"}})
    digest = _digest([sorted(counts.items()), sorted(images.items()), sorted(parts.items())])
    return Spec(counts, images, parts, digest, _serves(job))


def _serves(job: Mapping[str, Any]) -> dict[str, str]:
    """Tasks serve what their group does, and groups what their job does, but for what they say themselves."""
    whole = served_by_meta(job.get("Meta"))
    found = {"": whole}
    for group in job.get("TaskGroups") or ():
        of_group = served_by_meta(group.get("Meta"), whole)
        of_tasks = [served_by_meta(task.get("Meta"), of_group) for task in group.get("Tasks") or ()]
        own = [model for model in (*of_tasks, of_group) if model != whole]
        if own:
            found[str(group["Name"])] = own[0]
    return {where: "@".join(filter(None, model)) for where, model in found.items() if model is not None}


def _part(parts: dict[str, str], where: str, value: Any) -> None:
    parts[intern(where)] = _digest([parts.get(where, ""), value])


def _digest(value: Any) -> str:
    return hashlib.blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=8).hexdigest()


class Difference(NamedTuple):
    """``text`` in words; ``scale`` when counts are all that changed."""

    text: str
    scale: bool


def difference(before: Spec, after: Spec) -> Difference:
    """What a new version changed, most telling first: images, counts, environment (names only), the rest."""
    said: list[str] = []
    for where, image in after.images.items():
        if before.images.get(where) != image:
            said.append(f"image {_tag(before.images.get(where, 'none'))} → {_tag(image)}")
    scaled = []
    for group in dict.fromkeys((*before.counts, *after.counts)):
        old, new = before.counts.get(group), after.counts.get(group)
        if old != new:
            scaled.append(f"count of {group} {0 if old is None else old} → {0 if new is None else new}")
    changed = sorted(k for k in {*before.parts, *after.parts} if before.parts.get(k) != after.parts.get(k))
    only_counts = bool(scaled) and not said and not changed
    said += scaled
    variables = [k.removeprefix("env ") for k in changed if k.startswith("env ")]
    if variables:
        said.append(f"env {', '.join(variables[:4])}{' and more' if len(variables) > 4 else ''} changed")
    said += [f"{k} changed" for k in changed if not k.startswith("env ")][:3]
    return Difference("; ".join(said[:5]), only_counts)


def _tag(image: str) -> str:
    return image.rsplit("/", 1)[-1]
