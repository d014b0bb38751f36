"""What is known of a model as stages on one axis: those of its data, of the model, and of the jobs that serve it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from console.governance.lifeshapes import LifecycleFacts, Stage
from console.governance.modelnames import version_named
from console.governance.shapes import ModelVersionDoc

WHOLE_DAY_MS = 86_399_999
_SAME_MS = 1000  # two sources tell of one change of a schema, one of them in whole seconds


def stages_of(facts: LifecycleFacts) -> Sequence[Stage]:
    """All stages up to ``facts.now_ms``, in order of time."""
    found = [*_data(facts), *_model(facts), *_promotions(facts), *_operations(facts)]
    return sorted((one for one in found if one.at_ms <= facts.now_ms), key=lambda one: (one.at_ms, one.what, one.text))


def version_of(facts: LifecycleFacts, said: str) -> str:
    """How the registry calls the version that a job calls ``said``; as it is said where nothing else is known."""
    found = version_named(facts.doc, said)
    return found["version"] if found is not None else said


def called(facts: LifecycleFacts, version: str) -> str:
    """``answer-8b v4``."""
    shown = f"v{version}" if version[:1].isdecimal() and version.isdecimal() else version
    return f"{facts.model} {shown}".rstrip()


def _data(facts: LifecycleFacts) -> Iterator[Stage]:
    for one in facts.changes:
        yield Stage("data", one.what, one.at_ms, None, one.text, one.origin, one.flow, unsure_ms=one.unsure_ms)
    for name, doc in facts.flows.items():
        at_ms = doc.get("schema_changed_ms")
        if at_ms is None or any(_tells(one.flow, one.what, one.at_ms, name, at_ms) for one in facts.changes):
            continue
        yield Stage("data", "schema change", at_ms, None, f"{name} changed its schema", doc["origin"], name)
    for backlog in facts.backlogs:
        until_ms = backlog.until_ms if backlog.until_ms is not None else facts.now_ms
        goes_on = backlog.until_ms is None or backlog.until_ms > facts.now_ms
        until_ms = min(until_ms, facts.now_ms)
        yield Stage(
            "data", "backlog", backlog.from_ms, until_ms, backlog.text, backlog.origin, backlog.flow, open=goes_on
        )  # fmt: skip


def _tells(flow: str, what: str, told_ms: int, name: str, at_ms: int) -> bool:
    return flow == name and what == "schema change" and abs(told_ms - at_ms) <= _SAME_MS


def _model(facts: LifecycleFacts) -> Iterator[Stage]:
    for doc in facts.doc["versions"] if facts.doc else ():
        version, name = doc["version"], called(facts, doc["version"])
        if "trained_ms" in doc:
            yield _of_version(doc, "trained", doc["trained_ms"], f"{name} trained", "trained_ms")
        on = f" on {doc['evaluated_on']}" if doc.get("evaluated_on") else ""
        for at_ms in evaluations(doc):
            newest = at_ms == doc.get("evaluated_ms")
            yield _of_version(
                doc, "evaluated", at_ms, f"{name} evaluated{on if newest else ''}", "evaluated_ms" if newest else ""
            )  # fmt: skip
        if "promoted_ms" in doc and not any(_seen(facts, one.version, version) for one in facts.promotions):
            yield _of_version(doc, "promoted", doc["promoted_ms"], f"{name} promoted", "promoted_ms")


def evaluations(doc: ModelVersionDoc) -> list[int]:
    """When a version was evaluated, as far as anybody knows, oldest first."""
    newest = [doc["evaluated_ms"]] if "evaluated_ms" in doc else []
    return sorted({*doc.get("evaluations_ms", ()), *newest})


def _seen(facts: LifecycleFacts, said: str, version: str) -> bool:
    return version_of(facts, said) == version


def _of_version(
    doc: ModelVersionDoc, what: Literal["trained", "evaluated", "promoted"], at_ms: int, text: str, field: str
) -> Stage:
    unsure_ms = WHOLE_DAY_MS if field in doc.get("whole_days", ()) else 0
    version = doc["version"]
    return Stage("model", what, at_ms, None, text, doc["origin"], version, version, unsure_ms)


def _promotions(facts: LifecycleFacts) -> Iterator[Stage]:
    for one in facts.promotions:
        version = version_of(facts, one.version)
        was = f", before that v{one.before}" if one.before.isdecimal() else f", before that {one.before}"
        by = f" by {one.by}" if one.by else ""
        text = f"{called(facts, version)} promoted to {one.alias}{by}{was if one.before else ''}"
        yield Stage("model", "promoted", one.at_ms, None, text, one.origin, version, version, one.unsure_ms)


def _operations(facts: LifecycleFacts) -> Iterator[Stage]:
    for one in facts.deploys:
        version = version_of(facts, one.version)
        what = f"{one.job} version {one.job_version}" + (f" ({called(facts, version)})" if version else "")
        if one.back_to is None:
            yield Stage("operations", "deployed", one.at_ms, None, f"{what} deployed", one.origin, one.job, version)
        else:
            text = f"{what} rolled back to version {one.back_to}"
            yield Stage("operations", "rolled back", one.at_ms, None, text, one.origin, one.job, version)
        if one.healthy_ms is not None:
            yield Stage("operations", "healthy", one.healthy_ms, None, f"{what} healthy", one.origin, one.job, version)
        if one.failed_ms is not None:
            yield Stage("operations", "failed", one.failed_ms, None, f"{what} failed", one.origin, one.job, version)
