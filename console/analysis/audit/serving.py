"""Rules L1 to L3, L12 to L14: what runs beside what was released."""

from __future__ import annotations

from console.analysis.audit.facts import AuditFacts, ModelFacts
from console.analysis.audit.judgement import Judgement, On, evidence
from console.analysis.audit.versions import (
    PASSED,
    TAG,
    Part,
    by_key,
    in_rollout,
    is_production,
    no_registry,
    nobody_looked,
    of_running,
    promoted,
    shown,
    told,
    worst,
    written,
)
from console.format import age, moment
from console.governance.auditshapes import EvidenceDoc
from console.governance.modelnames import same_version
from console.governance.running import Running
from console.governance.shapes import ModelDoc, ModelVersionDoc

_LOOSE = ("latest", "current", "main", "master", "head", "newest", "default")
_BACK = ("previous", "rollback", "fallback", "last-good", "last_good", "stable")
_ALIAS = "give the version that is meant to run the alias production"
_HOUR_MS = 3_600_000


def other_version(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L1. Within a rollout old and new may run side by side."""
    if not model.running:
        return nobody_looked(on, model, facts)
    if model.doc is None:
        return no_registry(on, model, facts)
    if not model.doc["production"]:
        return on.unknown(f"{model.doc['origin']} calls no version of {model.name} production", todo=_ALIAS)
    found = worst(on, [_beside(model, model.doc, one) for one in model.running])
    return on.passed("a rollout is under way") if found.status == "fail" and in_rollout(facts, model) else found


def _beside(model: ModelFacts, doc: ModelDoc, one: Running) -> Part:
    production = doc["production"] or ""
    called = evidence(f"{shown(production)} is called production", doc["origin"])
    if not one.version:
        text = f"{one.job or model.name} does not say which version of {model.name} it runs"
        return Part(None, text, (told(one), called), "say model_version in the meta of the job that serves it")
    same = is_production(doc, one.version)
    if same is None:
        text = f"nobody can say which version of the registry {one.version} of {model.name} is"
        return Part(None, text, (told(one), called), TAG)
    if same:
        return PASSED
    text = f"{model.name} {shown(one.version)} runs, and {shown(production)} is called production"
    return Part(False, text, (told(one), called))


def unpinned(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L2."""
    if not model.running:
        return nobody_looked(on, model, facts)
    return worst(on, [_pinned(model, one) for one in model.running])


def _pinned(model: ModelFacts, one: Running) -> Part:
    if one.version.casefold() in _LOOSE:
        return Part(False, f"{one.job or model.name} runs {model.name} {one.version}, whatever that is", (told(one),))
    if one.version:
        return PASSED
    if one.said_by.startswith("job meta"):
        return Part(False, f"{one.job} runs {model.name} without saying which version", (told(one),))
    todo = "say model and model_version in the meta of the job that serves it"
    return Part(None, f"the metrics of {model.name} name no version, and no job's meta does", (told(one),), todo)


def mixed(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L3."""
    if not model.running:
        return nobody_looked(on, model, facts)
    found = by_key(model)
    if len(found) > 1 and not in_rollout(facts, model):
        seen = [told(one) for those in found.values() for one in those]
        return on.failed(f"{len(found)} versions of {model.name} run outside a rollout: "
                         f"{', '.join(shown(one) for one in found)}", seen)  # fmt: skip
    if len(found) <= 1 and any(not one.version for one in model.running) and len(model.running) > 1:
        todo = "say model_version in the meta of the jobs that serve it"
        return on.unknown(f"not everything that runs {model.name} says which version", _all_told(model), todo=todo)
    if not found:
        todo = "say model_version in the meta of the job that serves it"
        return on.unknown(f"nobody says which version of {model.name} runs", _all_told(model), todo=todo)
    return on.passed()


def _all_told(model: ModelFacts) -> list[EvidenceDoc]:
    """Who says what runs."""
    return [told(one) for one in model.running]


def not_deployed(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L12."""
    doc = model.doc
    if doc is None:
        return no_registry(on, model, facts)
    if not doc["production"]:
        return on.unknown(f"{doc['origin']} calls no version of {model.name} production", todo=_ALIAS)
    if not model.running and (found := nobody_looked(on, model, facts)) is not None:
        return found
    compared = [is_production(doc, one.version) if one.version else None for one in model.running]
    if True in compared:
        return on.passed()
    production = shown(doc["production"])
    seen = [told(one) for one in model.running] or [evidence(f"no job and no metric names {model.name}")]
    if None in compared:
        text = f"nobody can say whether {production} of {model.name} runs"
        return on.unknown(text, seen, todo=TAG)
    promoted_ms = promoted(model)
    if promoted_ms is None:
        text = f"{production} of {model.name} is called production and does not run; since when was not seen"
        todo = "keep recording: changes of aliases are noted from now on"
        return on.unknown(text, seen, todo=todo)
    since_ms = facts.at_ms - promoted_ms
    if since_ms <= on.rule.limit * _HOUR_MS:
        return on.passed()
    seen = [evidence(f"{production} was promoted {moment(promoted_ms)}", doc["origin"], promoted_ms), *seen]
    return on.failed(f"{production} of {model.name} was promoted {age(since_ms / 1000)} ago and does not run", seen)


def archived(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L13."""

    def state(one: Running, doc: ModelVersionDoc) -> Part:
        status, stage = doc.get("status", ""), doc.get("stage", "")
        if stage.casefold() == "archived" or status.casefold() not in ("", "ready"):
            word = "archived" if stage.casefold() == "archived" else status
            text = f"{model.name} {shown(doc['version'])} is in use, and the registry calls it {word}"
            return Part(False, text, (written(doc, word),))
        if status or stage or (model.doc and same_version(doc["version"], model.doc["production"] or "")):
            return PASSED
        text = f"{doc['origin']} does not say whether {model.name} {shown(doc['version'])} is ready or archived"
        return Part(None, text, (), "say its stage in the file, or name its registry (MLFLOW_TRACKING_URI)")

    return of_running(on, model, facts, state)


def no_way_back(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L14: by our own log of aliases, since registries keep none."""
    doc = model.doc
    if not model.running:
        return nobody_looked(on, model, facts)
    if doc is None:
        return no_registry(on, model, facts)
    now = {*by_key(model), doc["production"] or ""}
    others = [one for one in doc["versions"] if one.get("status", "READY").casefold() == "ready"
              and not any(same_version(one["version"], other) for other in now)]  # fmt: skip
    before = [version for one in model.promotions for version in (one.before, one.version) if version]
    good = [one for one in others if any(same_version(one["version"], version) for version in before)]
    good += [one for one in others if any(alias.casefold() in _BACK for alias in one["aliases"])]
    if good:
        return on.passed(f"{shown(good[-1]['version'])} was production before")
    if not others:
        return on.failed(f"{doc['origin']} has no version of {model.name} to go back to",
                         [evidence(f"versions: {', '.join(shown(one['version']) for one in doc['versions']) or 'none'}",
                                   doc["origin"])])  # fmt: skip
    since = f" since {moment(model.watched_ms)}" if model.watched_ms is not None else ""
    text = f"its production alias was not seen to move{since}, so nobody can say what {model.name} can go back to"
    return on.unknown(text, todo="give the version to go back to the alias previous")
