"""Rules L9 to L11: what was brought into production while its data was behind, or people were busy with an incident.

They are about the version of a job that runs now: what was taken back is gone, and so is what has drained.
"""

from __future__ import annotations

from console.analysis.audit.facts import AuditFacts, Backlog, Deploy
from console.analysis.audit.judgement import Judgement, On, evidence
from console.format import clock, duration, moment, number
from console.governance.auditshapes import EvidenceDoc

_BEFORE_MS = 3_600_000  # a fix that was announced so long before is still the one that was meant
_AFTER_MS = 600_000  # and one that was written down so soon after
_AGREED_MS = 86_400_000  # so long before a deployment the contract may have been brought up to it
_READ = "read the metrics of its queues (PROMETHEUS_URL)"


def during_backlog(on: On, facts: AuditFacts, deploy: Deploy) -> Judgement | None:
    """L9: a backlog that bears on the job, had begun before it was deployed, and lasts. Not for what takes back."""
    if deploy.revert:
        return None
    if "signals" not in facts.read:
        return on.unknown(f"nothing was read that could say whether the data of {deploy.job} is behind", todo=_READ)
    near = [one for one in facts.backlogs if one.signal in deploy.near]
    lasting = [one for one in near if one.until_ms is None]
    inside = [one for one in lasting if one.seen_from and one.from_ms < deploy.at_ms]
    if inside:
        first = min(inside, key=lambda one: one.from_ms)
        behind = duration((deploy.at_ms - first.from_ms) / 1000)
        text = f"{_called(deploy)} was deployed {behind} after {first.called} began to back up, and it still does"
        told = [_told(deploy), *(_backlog(one, deploy) for one in inside)]
        return on.failed(text, [*told, *([evidence(f"it was meant as a fix: {deploy.fix}")] if deploy.fix else [])])
    unseen = [one for one in lasting if not one.seen_from]
    if unseen:
        text = f"{unseen[0].called} is behind, and whether it was when {_called(deploy)} was deployed was not seen"
        told = [_told(deploy), *(_backlog(one, deploy) for one in unseen)]
        return on.unknown(text, told, todo="look at what was recorded before, or wait until the backlog has drained")
    lost = [one for one in near if one.lost and one.from_ms < deploy.at_ms]
    if lost:
        text = f"{lost[0].called} was behind when it was last seen, and nobody can say whether it still is"
        return on.unknown(text, [_told(deploy), *(_backlog(one, deploy) for one in lost)], todo=_READ)
    if not deploy.watched:
        return on.unknown(f"no signal tells whether the data of {deploy.job} is behind", [_told(deploy)], todo=_READ)
    return on.passed()


def _called(deploy: Deploy) -> str:
    return f"{deploy.job} version {deploy.version}"


def _told(deploy: Deploy) -> EvidenceDoc:
    by = f" by token {deploy.by}" if deploy.by else ""
    return evidence(f"{deploy.text}{by}, {moment(deploy.at_ms)}", f"Nomad: {deploy.job}", deploy.at_ms)


def _backlog(one: Backlog, deploy: Deploy) -> EvidenceDoc:
    since = f"since {clock(one.from_ms)}" if one.seen_from else f"since {clock(one.from_ms)} or before"
    how = deploy.near.get(one.signal)
    return evidence(f"{one.called}: {one.text}, {since}" + (f" ({how})" if how else ""), one.signal, one.from_ms)


def unannounced(on: On, facts: AuditFacts, deploy: Deploy) -> Judgement | None:
    """L10: only while an incident is open."""
    open_ = [one for one in facts.journal.incidents if one.closed_ms is None and one.opened_ms <= deploy.at_ms]
    if not open_:
        return None
    announced = [
        one
        for one in facts.journal.interventions
        if str(one.entity) == f"job:{deploy.job}" and -_BEFORE_MS <= one.at_ms - deploy.at_ms <= _AFTER_MS
    ]
    if announced:
        return on.passed(announced[0].text)
    incident = open_[-1]
    opened = evidence(f"{incident.id} is open since {clock(incident.opened_ms)}: {incident.text}",
                      at_ms=incident.opened_ms)  # fmt: skip
    text = f"{_called(deploy)} was deployed while {incident.id} was open, and nobody had written it down as a fix"
    return on.failed(text, [_told(deploy), opened], notify=incident.owner)


def stricter(on: On, facts: AuditFacts, deploy: Deploy) -> Judgement | None:
    """L11: what a consumer refuses rose within minutes of its deployment, and its contract is still the same."""
    if deploy.revert or deploy.first or not deploy.consumes:
        return None
    if "signals" not in facts.read:
        return on.unknown(f"nothing was read that could say what {deploy.job} refuses", todo=_READ)
    mine = [one for one in facts.steps if one.job == deploy.job]
    if not mine:
        if deploy.compared:
            return on.passed()
        text = (
            f"what {deploy.job} refused before version {deploy.version} and since was not seen, so nobody can compare"
        )
        return on.unknown(text, [_told(deploy)], todo="keep recording: the next deployment can be compared")
    flows = dict.fromkeys(one.flow for one in mine if one.flow) or dict.fromkeys(deploy.consumes)
    bumps = [one for one in facts.bumps if one.flow in flows and one.at_ms >= deploy.at_ms - _AGREED_MS]
    if bumps:
        return on.passed(f"the contract of {bumps[-1].flow} got version {bumps[-1].after}")
    rises = [
        evidence(f"{one.called} went from {_rate(one.before)} to {_rate(one.after)}", one.signal, one.at_ms)
        for one in mine
    ]
    told = [_told(deploy), *rises]
    unread = [name for name in flows if (flow := facts.flows.get(name)) and _unversioned(flow.doc)]
    if unread:
        text = (
            f"{_called(deploy)} refuses more than before, and the version of the contract of {unread[0]} is not known"
        )
        return on.unknown(text, told, todo="put the contract's file where the catalog finds it (--catalog)")
    whose = next(iter(flows))
    flow = facts.flows.get(whose)
    version = flow.doc.get("contract_version") if flow else None
    stayed = f"the contract of {whose} stayed at {version}" if version else f"{whose} has no contract that says so"
    return on.failed(f"{_called(deploy)} refuses more than before, and {stayed}", told)


def _unversioned(doc: object) -> bool:
    """It names a contract, and nobody knows which version of it is in force."""
    return isinstance(doc, dict) and bool(doc.get("contract")) and not doc.get("contract_version")


def _rate(value: float | None) -> str:
    return "nothing" if value is None or value == 0 else number(value, "/s")
