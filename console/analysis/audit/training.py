"""Rules L4 to L8 and L15: how a running version was made and tried, on which data, by whom."""

from __future__ import annotations

from console.analysis.audit.facts import AuditFacts, ModelFacts
from console.analysis.audit.judgement import Judgement, On, evidence
from console.analysis.audit.rules import DAY_S
from console.analysis.audit.versions import PASSED, Part, no_registry, of_running, shown, written
from console.format import age, moment
from console.governance.running import Running
from console.governance.shapes import FlowDoc, ModelVersionDoc

_DAY_MS = round(DAY_S * 1000)
_FEEDS = "name the flows it answers from: inputs in models.toml, or feeds of the flows"


def not_evaluated(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L4."""

    def tried(one: Running, doc: ModelVersionDoc) -> Part:
        if doc.get("evaluated_ms") is not None or doc.get("metrics"):
            return PASSED
        text = f"{model.name} {shown(doc['version'])} was never evaluated"
        return Part(False, text, (written(doc, "no metrics and no time of evaluation"),))

    return of_running(on, model, facts, tried)


def evaluated_before_schema(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L5: of every flow that the model answers from, and of what these are made of."""
    flows = {name: facts.flows[name].doc for name in model.flows if name in facts.flows}

    def after(one: Running, doc: ModelVersionDoc) -> Part:
        tried_ms = doc.get("evaluated_ms")
        if tried_ms is None:
            text = f"nobody says when {model.name} {shown(doc['version'])} was evaluated"
            return Part(None, text, (), "record when it was evaluated in the registry, its card or models.toml")
        if not flows:
            return Part(None, f"nobody says which flows {model.name} answers from", (), _FEEDS)
        return _held_against(model, doc, tried_ms, flows)

    return of_running(on, model, facts, after)


def _held_against(model: ModelFacts, doc: ModelVersionDoc, tried_ms: int, flows: dict[str, FlowDoc]) -> Part:
    """A time that is known to the day may be any of that day."""
    last_ms = tried_ms + (_DAY_MS if "evaluated_ms" in doc.get("whole_days", ()) else 0)
    changed = {name: flow.get("schema_changed_ms") for name, flow in flows.items()}
    tried = written(doc, f"evaluated {moment(tried_ms)}")
    for name, at_ms in changed.items():
        if at_ms is not None and at_ms > last_ms:
            text = f"{model.name} {shown(doc['version'])} was evaluated before {name} changed its schema"
            said = evidence(f"{name} changed its schema {moment(at_ms)}", flows[name]["origin"], at_ms)
            return Part(False, text, (tried, said))
    for name, at_ms in changed.items():
        if at_ms is not None and at_ms > tried_ms:
            text = f"{model.name} {shown(doc['version'])} was evaluated on the day on which {name} changed its schema"
            return Part(None, text, (tried,), "record the hour of the evaluation, too")
    silent = [name for name, at_ms in changed.items() if at_ms is None]
    if silent:
        text = f"nobody knows when {', '.join(silent[:3])}{' and more' if len(silent) > 3 else ''} changed the schema"
        return Part(None, text, (tried,), "say when in the contract or in flows.toml, or keep the contract in git")
    return PASSED


def evaluation_old(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L6."""
    own_s = model.doc.get("evaluation_max_age_s") if model.doc else None
    most_s = own_s or on.rule.limit * DAY_S

    def fresh(one: Running, doc: ModelVersionDoc) -> Part:
        name = f"{model.name} {shown(doc['version'])}"
        tried_ms = doc.get("evaluated_ms")
        if tried_ms is None and not doc.get("metrics"):
            return Part(None, f"{name} has no evaluation that is known", (), "evaluate it and record that")
        if tried_ms is not None and facts.at_ms - tried_ms > most_s * 1000:
            since = age((facts.at_ms - tried_ms) / 1000)
            told = written(doc, f"evaluated {moment(tried_ms)}, due every {age(most_s)}")
            return Part(False, f"{name} was last evaluated {since} ago", (told,))
        if not doc.get("evaluated_on"):
            told = written(doc, "no revision of the data it was evaluated on")
            return Part(False, f"nobody can say on which data {name} was evaluated", (told,))
        if tried_ms is None:
            return Part(None, f"nobody says when {name} was evaluated", (), "record when it was evaluated")
        return PASSED

    return of_running(on, model, facts, fresh)


def training_overdue(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L7, by the cadence that the model itself declares."""
    every_s = model.doc.get("retrain_every_s") if model.doc else None

    def current(one: Running, doc: ModelVersionDoc) -> Part:
        name = f"{model.name} {shown(doc['version'])}"
        if not every_s:
            todo = "say how often: tag retrain_every in the registry, or in models.toml"
            return Part(None, f"nobody says how often {model.name} is to be trained anew", (), todo)
        ended_ms = doc.get("trained_ms")
        if ended_ms is None:
            return Part(None, f"nobody says when {name} was trained", (), "name its run, or say trained in models.toml")
        since_s = (facts.at_ms - ended_ms) / 1000
        if since_s <= every_s:
            return PASSED
        told = written(doc, f"trained {moment(ended_ms)}, due every {age(every_s)}")
        return Part(False, f"{name} was trained {age(since_s)} ago", (told,))

    return of_running(on, model, facts, current)


def no_model_owner(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L8."""
    told = [evidence(f"{job} belongs to {who}", f"job meta of {job}") for job, who in model.job_owners.items()]
    if model.doc is None:
        found = no_registry(on, model, facts)
        return found._replace(evidence=tuple(told))
    if model.doc["owner"]:
        return on.passed()
    return on.failed(f"nobody owns {model.name}", [evidence("names no owner", model.doc["origin"]), *told])


def reads_more(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """L15."""
    flows = [facts.flows[name] for name in model.flows if name in facts.flows]
    required = {field.casefold() for flow in flows for field in flow.doc.get("required", ())}
    silent = [flow.name for flow in flows if not flow.doc.get("required")]

    def covered(one: Running, doc: ModelVersionDoc) -> Part:
        name = f"{model.name} {shown(doc['version'])}"
        if not doc.get("inputs"):
            todo = "log the model with its signature, or list its inputs in models.toml"
            return Part(None, f"nobody says which fields {name} reads", (), todo)
        if not flows:
            return Part(None, f"nobody says which flows {model.name} answers from", (), _FEEDS)
        missing = [field for field in doc["inputs"] if field.casefold() not in required]
        if not missing:
            return PASSED
        told = written(doc, f"reads {', '.join(missing[:8])}{' and more' if len(missing) > 8 else ''}")
        if silent:
            text = f"nobody says which fields the contract of {', '.join(silent[:3])} requires"
            return Part(None, text, (told,), "list the required properties in the contract's schema")
        return Part(False, f"{name} reads {', '.join(missing[:3])}, which no contract of its flows requires", (told,))

    return of_running(on, model, facts, covered)
