"""Which versions of a model run, and what its registry or its files say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from console.analysis.audit.facts import AuditFacts, ModelFacts
from console.analysis.audit.judgement import Judgement, On, evidence
from console.governance.auditshapes import EvidenceDoc
from console.governance.modelnames import same_version, version_named
from console.governance.running import Running
from console.governance.shapes import ModelDoc, ModelVersionDoc

DECLARE = "name its registry (MLFLOW_TRACKING_URI), or declare it in models.toml or a model card"
TAG = "tag the version in the registry with what the job calls it (tag version)"


class Part(NamedTuple):
    """What a rule finds of one running version. ``ok`` None: nobody can tell."""

    ok: bool | None
    text: str = ""
    evidence: tuple[EvidenceDoc, ...] = ()
    todo: str = ""


PASSED = Part(True)


def shown(version: str) -> str:
    """``v4`` of a version that is a number, as it is otherwise."""
    return f"v{version}" if version.isdecimal() else version


def told(one: Running) -> EvidenceDoc:
    """Who says that a version runs."""
    version = shown(one.version) if one.version else "no version"
    count = f" in {one.allocations} allocation{'s' if one.allocations != 1 else ''}" if one.allocations else ""
    if one.job or one.said_by.startswith("metrics"):
        return evidence(f"{one.job or one.model} runs {version}{count}", one.said_by, one.since_ms)
    return evidence(f"{version} is called production", one.said_by)


def written(doc: ModelVersionDoc, what: str) -> EvidenceDoc:
    """What a registry or a file says of a version."""
    return evidence(f"{shown(doc['version'])}: {what}", doc["origin"])


def by_key(model: ModelFacts) -> dict[str, list[Running]]:
    """What runs by its version, however each source calls it; what names none is left out."""
    found: dict[str, list[Running]] = {}
    for one in model.running:
        if one.version:
            known = version_named(model.doc, one.version)
            key = known["version"] if known else next((k for k in found if same_version(k, one.version)), one.version)
            found.setdefault(key, []).append(one)
    return found


def is_production(doc: ModelDoc, said: str) -> bool | None:
    """Whether a version that runs is the one called production; None where the two cannot be compared.

    A release name (``2026-10-r4``) that no version of a counting registry carries as a tag says nothing about which of
    them it is; a number that it does not know is another one.
    """
    production = doc["production"] or ""
    known = version_named(doc, said)
    if same_version(production, said) or (known is not None and same_version(known["version"], production)):
        return True
    if known is not None:
        return False
    return False if _counts(said) == _counts(production) else None


def _counts(version: str) -> bool:
    return version.lstrip("vV").isdecimal()


def in_rollout(facts: AuditFacts, model: ModelFacts) -> bool:
    """Whether old and new may run side by side: a deployment is under way, or the time that was declared for it."""
    if any(one.rollout for one in model.running):
        return True
    rollout_s = model.doc.get("rollout_s") if model.doc else None
    promoted_ms = promoted(model)
    return bool(rollout_s) and promoted_ms is not None and facts.at_ms - promoted_ms <= (rollout_s or 0) * 1000


def promoted(model: ModelFacts) -> int | None:
    """When what is called production now came to be called so, the latest that it may have been."""
    if model.doc is None or not model.doc["production"]:
        return None
    mine = [one for one in model.promotions if same_version(one.version, model.doc["production"])]
    if mine:
        return mine[-1].at_ms + mine[-1].unsure_ms
    known = version_named(model.doc, model.doc["production"])
    return known.get("promoted_ms") if known else None


def no_registry(on: On, model: ModelFacts, facts: AuditFacts) -> Judgement:
    """Nothing but the jobs or their metrics tells of the model."""
    trouble = facts.trouble.get("registry")
    if trouble:
        return on.unknown(f"the registry could not be read: {trouble}", todo="see: fourthsignal doctor")
    return on.unknown(f"no registry and no file tells of {model.name}", todo=DECLARE)


def of_running(
    on: On, model: ModelFacts, facts: AuditFacts, rule: Callable[[Running, ModelVersionDoc], Part]
) -> Judgement:
    """A rule held against the document of each version that runs: the worst counts."""
    if model.doc is None:
        return no_registry(on, model, facts)
    runs = model.running or [_production(model.doc, model.name)]
    return worst(on, list(_parts(model, runs, model.doc, rule)))


def _production(doc: ModelDoc, model: str) -> Running:
    """What is called production stands in where nothing is known to run."""
    return Running(model, doc["production"] or "", "", None, doc["origin"])


def nobody_looked(on: On, model: ModelFacts, facts: AuditFacts) -> Judgement | None:
    """Of a model that nothing says to run: unknown where nothing was read that could; None otherwise."""
    if "jobs" in facts.read or "signals" in facts.read:
        return None
    todo = "read the jobs (NOMAD_ADDR), or the metrics of the servers (PROMETHEUS_URL)"
    return on.unknown(f"nothing was read that could say whether {model.name} runs", todo=todo)


def _parts(
    model: ModelFacts, runs: Sequence[Running], doc: ModelDoc, rule: Callable[[Running, ModelVersionDoc], Part]
) -> Iterator[Part]:
    for one in runs:
        known = version_named(doc, one.version)
        if known is not None:
            found = rule(one, known)
            yield found._replace(evidence=(told(one), *found.evidence))
        elif one.version:
            text = f"nothing says anything of {model.name} {shown(one.version)} but its name"
            yield Part(None, text, (told(one),), TAG if doc["versions"] else DECLARE)
        else:
            todo = f"say model_version in the meta of {one.job or 'the job that serves it'}"
            yield Part(None, f"nobody says which version of {model.name} runs", (told(one),), todo)


def worst(on: On, parts: list[Part]) -> Judgement:
    """A failure counts more than what is unknown, and that more than what is fine."""
    failed = [one for one in parts if one.ok is False]
    open_ = [one for one in parts if one.ok is None]
    first = next(iter([*failed, *open_]), None)
    if first is None:
        return on.passed()
    those = failed or open_
    seen = list({str(part): part for one in those for part in one.evidence}.values())
    return on.failed(first.text, seen, todo=first.todo) if failed else on.unknown(first.text, seen, todo=first.todo)
