"""What happened to models between two documents of them: registries keep no history of aliases, so this is it. Pure.

A registry does not tell when an alias moved: it was between the last look and this one, and the event says when the
last one was by ``since_ms``. Versions are told at the time at which they were made, all else at that of the look.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from console.feeds.models.reading import MOST_VERSIONS
from console.governance.lifefacts import ALIAS
from console.governance.modelnames import PRODUCTION_ALIASES
from console.governance.shapes import ModelDoc, ModelVersionDoc
from console.plain import plain
from console.signals import EntityKind, EntityRef, Pane, Record, RecordKind

SOURCE = "models"
PROMOTED_BY_TAGS = ("fourthsignal.io/promoted-by", "promoted_by")
_MOST = 20  # versions told of one model at once
_FIELDS = {
    "owner": "owner",
    "on_call": "on-call",
    "production": "production",
    "inputs": "inputs",
    "jobs": "jobs",
    "retrain_every_s": "retraining",
    "evaluation_max_age_s": "age of evaluations",
    "rollout_s": "rollout",
}


class Look(NamedTuple):
    """When this look was taken, when the one before it, and since when things are worth telling (all unix ms)."""

    now_ms: int
    last_ms: int
    horizon_ms: int


def changes(name: str, before: ModelDoc | None, after: ModelDoc, look: Look) -> Iterator[Record]:
    """The events between two documents. Of a model seen for the first time only versions made lately are told."""
    tell = _Teller(name, after, look)
    if after.get("removed"):
        yield tell.event("model removed", f"{plain(name)} is no longer declared or registered", "warn", look.now_ms)
        return
    yield from _versions(tell, before, after, look)
    if before is None or before.get("removed"):
        return
    yield from _aliases(tell, before, after)
    yield from _stages(tell, before, after, look)
    aliased = {"production"} if after["aliases"] != before["aliases"] else set()
    said = [
        f"{word} {_shown(before.get(field))} -> {_shown(after.get(field))}"
        for field, word in _FIELDS.items()
        if field not in aliased and before.get(field) != after.get(field)
    ]
    if said:
        yield tell.event("model changed", f"{plain(name)}: {', '.join(said)}", "info", look.now_ms)


class _Teller(NamedTuple):
    name: str
    doc: ModelDoc
    look: Look

    def event(self, what: str, text: str, severity: str, at_ms: int, once: str | None = None, **more: Any) -> Record:
        body = {
            "text": text, "severity": severity, "pane": str(Pane.MODELS), "origin": self.doc["origin"], **more
        }  # fmt: skip
        entity = EntityRef(EntityKind.MODEL, self.name)
        return Record(RecordKind.EVENT, SOURCE, entity, what, at_ms, self.look.now_ms, body, once)


def _aliases(tell: _Teller, before: ModelDoc, after: ModelDoc) -> Iterator[Record]:
    for alias in sorted({*before["aliases"], *after["aliases"]}):
        old, new = before["aliases"].get(alias, ""), after["aliases"].get(alias, "")
        if old == new:
            continue
        production = alias.casefold() in PRODUCTION_ALIASES
        moved = _by(after, new) if new else ""
        text = f"{plain(tell.name)}: {plain(alias)} {_version(old) or 'none'} -> {_version(new) or 'none'}"
        yield tell.event(
            ALIAS,
            f"{text}, by {moved}" if moved else text,
            "info" if new or not production else "warn",
            tell.look.now_ms,
            alias=alias,
            version=new,
            before=old,
            since_ms=min(tell.look.last_ms, tell.look.now_ms),
            **({"by": moved} if moved else {}),
        )


def _by(doc: ModelDoc, version: str) -> str:
    """Who promoted a version, where its tags say it; the registry itself does not."""
    tags = next((one.get("tags", {}) for one in doc["versions"] if one["version"] == version), {})
    return next((plain(tags[tag], 80) for tag in PROMOTED_BY_TAGS if tags.get(tag)), "")


def _versions(tell: _Teller, before: ModelDoc | None, after: ModelDoc, look: Look) -> Iterator[Record]:
    """New versions. One that is known from a file says when it was trained, if anything, and is told as the file is."""
    known = {one["version"] for one in before["versions"]} if before else set()
    new = [one for one in after["versions"] if one["version"] not in known and "created_ms" in one]
    for one in reversed(new[:_MOST]):
        if one["created_ms"] < look.horizon_ms and before is None:
            continue
        by = f" by {plain(one['by'], 80)}" if one.get("by") else ""
        text = f"{plain(tell.name)} {_version(one['version'])} registered{by}"
        at_ms = min(one["created_ms"], look.now_ms)
        once = f"version:{tell.name}:{one['version']}:{one['created_ms']}"
        yield tell.event("version registered", text, "info", at_ms, once, version=one["version"])
    left = {one["version"] for one in after["versions"]}
    gone = [one["version"] for one in before["versions"] if one["version"] not in left] if before else []
    if gone and before and len(before["versions"]) < MOST_VERSIONS:  # of more than are read some drop out of sight
        text = f"{plain(tell.name)}: {', '.join(map(_version, gone[:5]))} no longer declared or registered"
        yield tell.event("version removed", text, "warn", look.now_ms)


def _stages(tell: _Teller, before: ModelDoc, after: ModelDoc, look: Look) -> Iterator[Record]:
    known = {one["version"]: one for one in before["versions"]}
    for one in after["versions"]:
        old = known.get(one["version"])
        if old is None:
            continue
        said = [f"{word} {was} -> {now}" for word, was, now in _differences(old, one) if was != now]
        if said:
            text = f"{plain(tell.name)} {_version(one['version'])}: {', '.join(said)}"
            failed = one.get("status", "").startswith("FAILED")
            yield tell.event(
                "version changed", text, "bad" if failed else "info", look.now_ms, version=one["version"]
            )  # fmt: skip


def _differences(old: ModelVersionDoc, new: ModelVersionDoc) -> Iterator[tuple[str, str, str]]:
    yield "stage", plain(old.get("stage", "none")), plain(new.get("stage", "none"))
    yield "status", plain(old.get("status", "none")), plain(new.get("status", "none"))


def _version(version: str) -> str:
    return f"v{version}" if version.isdecimal() else plain(version, 80)


def _shown(value: Any) -> str:
    return plain(", ".join(map(str, value)) if isinstance(value, list) else str(value), 80) if value else "none"
