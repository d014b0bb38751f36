"""All rules held against all that was known at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from console.analysis.audit.data import loses, not_fresh
from console.analysis.audit.deploys import during_backlog, stricter, unannounced
from console.analysis.audit.facts import AuditFacts, Deploy, FlowFacts, ModelFacts
from console.analysis.audit.judgement import Audited, Judgement, On
from console.analysis.audit.kpis import KPI_RULES, incident_not_reviewed, no_output_kpi, overdue, system_only
from console.analysis.audit.ownership import FLOW_RULES
from console.analysis.audit.people import notify_of
from console.analysis.audit.rules import RULES, SEVERITIES
from console.analysis.audit.serving import archived, mixed, no_way_back, not_deployed, other_version, unpinned
from console.analysis.audit.training import (
    evaluated_before_schema,
    evaluation_old,
    no_model_owner,
    not_evaluated,
    reads_more,
    training_overdue,
)
from console.analysis.audit.waiving import doubts, waived
from console.ownership import by_meta

_FLOWS: Mapping[str, Callable[[On, AuditFacts, FlowFacts], Judgement | None]] = {
    **FLOW_RULES,
    "D1": not_fresh,
    "D2": loses,
}
_MODELS: Mapping[str, Callable[[On, AuditFacts, ModelFacts], Judgement | None]] = {
    "L1": other_version,
    "L2": unpinned,
    "L3": mixed,
    "L4": not_evaluated,
    "L5": evaluated_before_schema,
    "L6": evaluation_old,
    "L7": training_overdue,
    "L8": no_model_owner,
    "L12": not_deployed,
    "L13": archived,
    "L14": no_way_back,
    "L15": reads_more,
    "K1": no_output_kpi,
    "K2": system_only,
}
_DEPLOYS: Mapping[str, Callable[[On, AuditFacts, Deploy], Judgement | None]] = {
    "L9": during_backlog,
    "L10": unannounced,
    "L11": stricter,
}
_STATUSES = ("fail", "unknown", "waived", "pass")
_PLACES = {rule: place for place, rule in enumerate(RULES)}


def audit(facts: AuditFacts) -> Audited:
    """Judge. Every rule is held against every subject that it is about; O(rules x subjects)."""
    found = [one for judge in _JUDGES for one in judge(facts) if one is not None]
    aliases = {f"flow:{flow.name}": flow.aliases for flow in facts.flows.values()}
    said = list(dict.fromkeys(doubts(found, facts.waivers, facts.at_ms, aliases)))
    return Audited(facts.at_ms, sorted(waived(found, facts.waivers, facts.at_ms, aliases), key=_order), said)


def _order(one: Judgement) -> tuple[int, int, int, str]:
    """Worst first: what fails before what nobody can tell, before what is accepted, before what is fine."""
    return (_STATUSES.index(one.status), SEVERITIES.index(one.severity), _PLACES[one.rule], one.name)


def _flows(facts: AuditFacts) -> Iterator[Judgement | None]:
    for flow in facts.flows.values():
        notify = notify_of(flow, facts)
        for rule, judge in _FLOWS.items():
            yield judge(On(RULES[rule], f"flow:{flow.name}", flow.called, notify, flow.oldest_ms), facts, flow)


def _models(facts: AuditFacts) -> Iterator[Judgement | None]:
    for model in facts.models.values():
        owners = dict.fromkeys(model.job_owners.values())
        notify = (model.doc["owner"] if model.doc else "") or ", ".join(owners)
        for rule, judge in _MODELS.items():
            yield judge(On(RULES[rule], f"model:{model.name}", model.name, notify, model.oldest_ms), facts, model)


def _deploys(facts: AuditFacts) -> Iterator[Judgement | None]:
    for deploy in facts.deploys:
        notify = by_meta(facts.jobs.get(deploy.job)).owner or deploy.by
        for rule, judge in _DEPLOYS.items():
            yield judge(On(RULES[rule], f"job:{deploy.job}", deploy.job, notify, deploy.oldest_ms), facts, deploy)


def _kpis(facts: AuditFacts) -> Iterator[Judgement | None]:
    for name, kpi in facts.kpis.items():
        measured = kpi.get("measured")
        for rule, judge in KPI_RULES.items():
            on = On(RULES[rule], f"kpi:{name}", kpi["title"] or name, kpi.get("owner") or "",
                    measured["at_ms"] if measured else None)  # fmt: skip
            yield judge(on, facts, name, kpi)


def _journal(facts: AuditFacts) -> Iterator[Judgement | None]:
    for action in facts.journal.actions:
        on = On(RULES["K6"], f"action:{action.id}", action.text, action.owner, None)
        yield overdue(on, facts, action)
    for incident in facts.journal.incidents:
        on = On(RULES["K7"], f"incident:{incident.id}", incident.id, incident.owner, None)
        yield incident_not_reviewed(on, facts, incident)


_JUDGES: tuple[Callable[[AuditFacts], Iterator[Judgement | None]], ...] = (_flows, _models, _deploys, _kpis, _journal)
