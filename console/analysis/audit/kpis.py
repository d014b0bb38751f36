"""Rules K1 to K7: whether anybody said how good is good enough, whether that is measured, kept and looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from console.analysis.audit.facts import Action, AuditFacts, Incident, ModelFacts
from console.analysis.audit.judgement import Judgement, On, evidence
from console.analysis.audit.ownership import NO_TAPE
from console.analysis.audit.rules import DAY_S
from console.format import age, moment
from console.governance.auditshapes import EvidenceDoc
from console.governance.modelnames import same_model
from console.governance.shapes import KpiDoc
from console.naming import job_name, unplaced
from console.signals import EntityKind, EntityRef

_DECLARE = "declare KPIs where the catalog finds them: OpenSLO files or kpis.toml"
_SATURDAY = 5
_STALE_MS = 20 * 60_000  # a KPI's state is repeated each 15 minutes, so one that is older was not measured since


def no_output_kpi(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """K1."""
    output = _of(facts, model, "model output")
    if output:
        return on.passed()
    if "files" not in facts.read and not facts.kpis:
        return on.unknown(f"nothing was read that could declare a KPI of {model.name}", todo=_DECLARE)
    loose = [name for name, doc in facts.kpis.items() if doc["about"] == "model output" and not doc["subject"]]
    if loose:
        told = [_declared(facts, name) for name in loose]
        todo = "say which model it is about"
        return on.unknown(f"{loose[0]} is about a model's output and does not say which model", told, todo=todo)
    told = [_declared(facts, name) for name in _of(facts, model, "system")]
    told += [evidence(f"{model.name} is declared here", model.doc["origin"])] if model.doc else []
    return on.failed(f"no KPI says how good the answers of {model.name} must be", told)


def system_only(on: On, facts: AuditFacts, model: ModelFacts) -> Judgement | None:
    """K2. Only for a model whose system has objectives."""
    system = _of(facts, model, "system")
    if not system:
        return None
    if _of(facts, model, "model output"):
        return on.passed()
    if any(doc["about"] == "model output" and not doc["subject"] for doc in facts.kpis.values()):
        todo = "say which model each KPI about output is for"
        return on.unknown(f"nobody can say whether a KPI is about the output of {model.name}", todo=todo)
    told = [_declared(facts, name) for name in system]
    return on.failed(f"{model.name} has objectives for its system and none for its output", told)


def _of(facts: AuditFacts, model: ModelFacts, about: str) -> list[str]:
    """The KPIs about a model, its jobs or services that are called as they are."""
    jobs = {unplaced(one.job) for one in model.running if one.job}
    names = {job_name(job) for job in jobs}

    def mine(subject: str) -> bool:
        kind, _, name = subject.partition(":")
        if kind == EntityKind.MODEL:
            return same_model(name.partition("@")[0], model.name)
        if kind == EntityKind.JOB:
            return unplaced(name) in jobs
        return kind == EntityKind.SERVICE and job_name(name) in names

    return [name for name, doc in facts.kpis.items() if doc["about"] == about and mine(doc["subject"])]


def _declared(facts: AuditFacts, name: str) -> EvidenceDoc:
    return evidence(f"{name}: {facts.kpis[name]['about']}", facts.kpis[name]["origin"])


def no_data(on: On, facts: AuditFacts, name: str, kpi: KpiDoc) -> Judgement | None:
    """K3."""
    unread = kpi["indicator"].get("unread")
    if unread:
        todo = "give its indicator a query for Prometheus"
        return on.unknown(f"{name} cannot be measured here: {unread}", [evidence(name, kpi["origin"])], todo=todo)
    measured = kpi.get("measured")
    if measured is None:
        trouble = facts.trouble.get("kpis")
        why = f": {trouble}" if trouble else ""
        return on.unknown(f"{name} was not measured yet{why}", [evidence(name, kpi["origin"])],
                          todo="name Prometheus (PROMETHEUS_URL) and let the recorder run")  # fmt: skip
    old = _too_old(facts, kpi)
    if old:
        told = [evidence(f"measured {moment(measured['at_ms'])}", kpi["origin"], measured["at_ms"])]
        return on.unknown(f"{name} {old}", told, todo="see what keeps Prometheus from answering: fourthsignal doctor")
    if measured["attainment"] is not None:
        return on.passed()
    told = [evidence(measured["why"] or "no answer", kpi["origin"], measured["at_ms"])]
    if measured["coverage"] == 0:
        return on.failed(f"the indicator of {name} returns no data", told)
    return on.unknown(f"too little was seen of {name} to tell", told, todo="let the recorder run, or see what hid it")


def kpi_not_reviewed(on: On, facts: AuditFacts, name: str, kpi: KpiDoc) -> Judgement | None:
    """K4."""
    every_s = kpi.get("review_every_s") or on.rule.limit * DAY_S
    review = facts.kpi_reviews.get(name)
    last_ms = max(kpi.get("last_review_ms") or 0, review.at_ms if review else 0)
    if not last_ms and "journal" not in facts.read:
        told = [evidence("names no review", kpi["origin"])]
        return on.unknown(f"no file names a review of {name}, and no tape was read", told, todo=NO_TAPE)
    if not last_ms:
        return on.failed(f"{name} was never reviewed", [evidence("names no review", kpi["origin"])])
    since_s = (facts.at_ms - last_ms) / 1000
    if since_s <= every_s:
        return on.passed()
    told = [evidence(f"last reviewed {moment(last_ms)}, due every {age(every_s)}", kpi["origin"], last_ms)]
    return on.failed(f"{name} was last reviewed {age(since_s)} ago", told)


def broken(on: On, facts: AuditFacts, name: str, kpi: KpiDoc) -> Judgement | None:
    """K5: less was kept than promised, and since then nobody declared an incident or acknowledged it."""
    measured = kpi.get("measured")
    old = _too_old(facts, kpi)
    if measured is None or measured["attainment"] is None or old:
        why = f"it {old}" if old else measured["why"] if measured else "it was not measured yet"
        todo = "see K3: a KPI that is not measured cannot be held"
        return on.unknown(f"nobody can say whether {name} is kept: {why}", todo=todo)
    if measured["attainment"] >= kpi["target"]:
        return on.passed()
    if any(one.closed_ms is None for one in facts.journal.incidents):
        return on.passed("an incident is open")
    acked = facts.journal.acks.get(EntityRef(EntityKind.KPI, name))
    if acked is not None and acked >= measured["from_ms"]:
        return on.passed("somebody acknowledged it")
    got = f"{measured['attainment']:.2%} of {kpi['target']:.2%}"
    told = [evidence(f"{got} kept since {moment(measured['from_ms'])}", kpi["origin"], measured["at_ms"])]
    return on.failed(f"{name} is broken: {got}, and nobody has taken it on", told)


def _too_old(facts: AuditFacts, kpi: KpiDoc) -> str:
    """That it was not measured for so long that nobody can say how it stands; empty otherwise."""
    measured = kpi.get("measured")
    old_ms = facts.at_ms - measured["at_ms"] if measured else 0
    return f"was last measured {age(old_ms / 1000)} ago" if old_ms > _STALE_MS else ""


KPI_RULES: Mapping[str, Callable[[On, AuditFacts, str, KpiDoc], Judgement | None]] = {
    "K3": no_data,
    "K4": kpi_not_reviewed,
    "K5": broken,
}


def overdue(on: On, facts: AuditFacts, action: Action) -> Judgement | None:
    """K6."""
    if action.due_ms > facts.at_ms:
        return on.passed()
    late = age((facts.at_ms - action.due_ms) / 1000)
    told = [evidence(f"due {moment(action.due_ms)}, promised by {action.owner or 'nobody'}", at_ms=action.due_ms)]
    return on.failed(f"{action.text} is {late} overdue", told, notify=action.owner)


def incident_not_reviewed(on: On, facts: AuditFacts, incident: Incident) -> Judgement | None:
    """K7. Only for incidents that are closed."""
    if incident.closed_ms is None:
        return None
    if incident.reviewed_ms is not None:
        return on.passed()
    due_ms = after_business_days(incident.closed_ms, round(on.rule.limit))
    if due_ms > facts.at_ms:
        return on.passed()
    told = [evidence(f"closed {moment(incident.closed_ms)}, review due {moment(due_ms)}", at_ms=incident.closed_ms)]
    return on.failed(f"{incident.id} was closed {age((facts.at_ms - incident.closed_ms) / 1000)} ago and has no review",
                     told, notify=incident.owner)  # fmt: skip


def after_business_days(at_ms: int, days: int) -> int:
    """The same time of day so many business days later. Saturdays and Sundays (UTC) are none; holidays count."""
    then = datetime.fromtimestamp(at_ms / 1000, UTC)
    while days > 0:
        then += timedelta(days=1)
        days -= then.weekday() < _SATURDAY
    return round(then.timestamp() * 1000)
