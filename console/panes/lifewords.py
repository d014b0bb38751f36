"""What a model's row says of its life, worst first: what runs against what a registry calls production, and whether it
was evaluated and trained when it should have been. Where no registry and no file knows the model nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from console.format import age
from console.governance.lifecycle import LifecycleFacts, lifecycle
from console.governance.modelnames import same_version, version_named
from console.governance.running import Running
from console.governance.shapes import FlowDoc, ModelDoc, ModelVersionDoc
from console.panes.rows import SEVERITY
from console.signals import Health

_NEVER = float("inf")
_DATED: tuple[Literal["evaluated_ms", "trained_ms"], ...] = ("evaluated_ms", "trained_ms")
_SHORT = 13  # cells of a word that every list has room for
_STALE_DATA = {"evaluated before schema change": "eval outdated", "trained before schema change": "train outdated"}


class LifeWord(NamedTuple):
    """One thing that is out of order: a word for a narrow column, and a note, which may tell what runs as well.
    ``until_ms``: it may end by itself."""

    health: Health
    word: str
    note: str
    until_ms: float = _NEVER
    tells_version: bool = False


def life_words(
    model: str, doc: ModelDoc | None, runs: Sequence[Running], flows: Mapping[str, FlowDoc], now_ms: int
) -> list[LifeWord]:
    """All that is out of order with what runs, worst first. ``flows`` are those that the model answers from, as far as
    their schema has changed; the one that changed last will do."""
    if not runs:
        return []
    found = [*_mixed(runs)]
    if doc is not None:
        found += [*_not_production(doc, runs, now_ms), *_out_of_date(model, doc, runs, flows, now_ms)]
        for version in _known(doc, runs):
            found += [*_unfit(version), *_unevaluated(version), *_overdue(doc, version, now_ms)]
    return sorted(found, key=lambda one: SEVERITY[one.health])


def version_text(runs: Sequence[Running]) -> str:
    """What runs: ``7``, or ``7 + 8`` where several do; empty where nobody says a version."""
    return " + ".join(_versions(runs))


def next_ms(doc: ModelDoc | None, runs: Sequence[Running], now_ms: int) -> float:
    """When something of this is said that is not said now, although nothing new is seen."""
    if doc is None or not doc.get("retrain_every_s"):
        return _NEVER
    every_ms = (doc["retrain_every_s"] or 0) * 1000
    due = [version["trained_ms"] + every_ms for version in _known(doc, runs) if "trained_ms" in version]
    return min((at_ms + 1 for at_ms in due if at_ms >= now_ms), default=_NEVER)


def _versions(runs: Sequence[Running]) -> list[str]:
    found: list[str] = []
    for one in runs:
        if one.version and not any(same_version(one.version, other) for other in found):
            found.append(one.version)
    return found


def _known(doc: ModelDoc, runs: Sequence[Running]) -> list[ModelVersionDoc]:
    """The versions that run, as the registry has them."""
    named = [version_named(doc, one) for one in _versions(runs)]
    return [one for at, one in enumerate(named) if one is not None and one not in named[:at]]


def _mixed(runs: Sequence[Running]) -> Iterator[LifeWord]:
    versions = _versions(runs)
    if len(versions) > 1 and not any(one.rollout for one in runs):
        who = ", ".join(f"{one.version} by {one.said_by}" for one in runs if one.version)
        yield LifeWord(Health.WARN, "mixed versions", who, tells_version=True)


def _not_production(doc: ModelDoc, runs: Sequence[Running], now_ms: int) -> Iterator[LifeWord]:
    """Old and new may run side by side for as long as the model's document allows after a promotion."""
    production = doc["production"]
    if not production:
        return
    versions = _versions(runs)
    if not versions:
        yield LifeWord(Health.UNKNOWN, "no version", f"nobody says which version runs, registry says {production}")
        return
    for said in versions:
        known = version_named(doc, said)
        if known is not None and known["version"] == production:
            continue
        ends_ms = _rollout_ends_ms(doc, production)
        rolling = any(one.rollout for one in runs if same_version(one.version, said))
        if rolling or now_ms < ends_ms:
            yield LifeWord(Health.OK, "", f"runs {said}, {production} is being rolled out", ends_ms, True)
            continue
        unknown = "" if known is not None else ", which the registry does not know"
        note = f"runs {said}{unknown}, registry says {production}"
        word = f"runs {said} not {production}"
        yield LifeWord(Health.BAD, word if len(word) <= _SHORT else "unapproved", note, tells_version=True)


def _rollout_ends_ms(doc: ModelDoc, production: str) -> float:
    version = version_named(doc, production)
    promoted_ms = version.get("promoted_ms") if version is not None else None
    return 0 if promoted_ms is None else promoted_ms + (doc.get("rollout_s") or 0) * 1000


def _out_of_date(
    model: str, doc: ModelDoc, runs: Sequence[Running], flows: Mapping[str, FlowDoc], now_ms: int
) -> Iterator[LifeWord]:
    known = _known(doc, runs)
    changed_ms = max((flow.get("schema_changed_ms") or 0 for flow in flows.values()), default=0)
    if not any(min(version.get(at, changed_ms) for at in _DATED) < changed_ms for version in known):
        return
    running = {version["version"] for version in known}
    for one in lifecycle(LifecycleFacts(model, now_ms, doc, flows, running=runs)).violations:
        if one.rule in _STALE_DATA and one.later.version in running:
            yield LifeWord(Health.WARN, _STALE_DATA[one.rule], one.text)


def _unfit(version: ModelVersionDoc) -> Iterator[LifeWord]:
    """What a registry has put away, or what never was ready, should not answer anybody."""
    status, stage = version.get("status") or "READY", (version.get("stage") or "").casefold()
    if status.upper() != "READY":
        yield LifeWord(Health.WARN, "not ready", f"the registry calls {version['version']} {status}")
    if stage == "archived":
        yield LifeWord(Health.WARN, "archived", f"the registry calls {version['version']} archived")


def _unevaluated(version: ModelVersionDoc) -> Iterator[LifeWord]:
    if "evaluated_ms" not in version and not version.get("metrics"):
        yield LifeWord(Health.WARN, "not evaluated", f"no evaluation of {version['version']} is known")


def _overdue(doc: ModelDoc, version: ModelVersionDoc, now_ms: int) -> Iterator[LifeWord]:
    every_s, trained_ms = doc.get("retrain_every_s"), version.get("trained_ms")
    if every_s and trained_ms is not None and now_ms > trained_ms + every_s * 1000:
        late = age((now_ms - trained_ms) / 1000 - every_s)
        yield LifeWord(
            Health.WARN, "retraining due", f"trained {age((now_ms - trained_ms) / 1000)} ago, {late} overdue"
        )
