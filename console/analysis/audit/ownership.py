"""Rules O1 to O9: who answers for a flow, who can be called, what was promised, who last looked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.analysis.audit.facts import AuditFacts, FlowFacts
from console.analysis.audit.judgement import Judgement, On, evidence
from console.analysis.audit.people import is_unread, leads, said_of, silence, ways
from console.analysis.audit.rules import DAY_S
from console.format import age, moment
from console.governance.auditshapes import Severity
from console.governance.disagree import disagreements
from console.governance.oncall import STALE_MS
from console.governance.shapes import ChannelDoc, MemberDoc

_REACHES = ("interactive", "issues", "")  # a channel of which nobody says what it is for may be for this
_EARLY = ("proposed", "draft", "experimental", "development", "retired")
NO_TAPE = "name the tape on which reviews are recorded (--tape), or say last_review where it is declared"
_READ_IT = "put the contract's file where the catalog finds it (--catalog)"
_ASK = "read the jobs (NOMAD_ADDR) or a catalog (--catalog)"


def _not_asked(on: On, flow: FlowFacts, what: str) -> Judgement:
    return on.unknown(f"nothing was read that could name {what} of {flow.name}", todo=_ASK)


def no_owner(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """O1."""
    if flow.doc["owner"]:
        return on.passed()
    if not flow.asked:
        return _not_asked(on, flow, "the owner")
    told = [*silence(flow, "owner"), *ways(flow), *leads(flow, facts)]
    return on.failed(f"nobody owns {flow.name}", told)


def unknown_owner(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """O2. Only where an owner is named."""
    name = flow.doc["owner"]
    if not name:
        return None
    told = said_of(flow.doc, "owner", "owner")
    owner = flow.owner
    if owner is None and (not facts.owners or "owners" not in facts.read):
        todo = "add teams and people to the catalog: Group and User (Backstage), or the team of a contract"
        return on.unknown(f"no list of teams was read, so nobody can say who {name} is", told, todo=todo)
    if owner is None:
        return on.failed(f"{flow.name} is owned by {name}, and no list of teams knows {name}", told)
    if not owner["members"] and owner["kind"] == "person":
        return on.passed()
    if not owner["members"]:
        todo = f"name the people of {name} in {owner['origin']}"
        return on.unknown(f"the list of teams names nobody in {name}", [evidence(name, owner["origin"])], todo=todo)
    left = [one for one in owner["members"] if one.get("until_ms", facts.at_ms + 1) <= facts.at_ms]
    coming = [one for one in owner["members"] if one.get("from_ms", 0) > facts.at_ms]
    if len(left) + len(coming) < len(owner["members"]):
        return on.passed()
    gone = [f"{one['name']} left {moment(one.get('until_ms'))}" for one in sorted(left, key=_until_ms)[-1:]]
    gone += [f"{one['name']} begins {moment(one.get('from_ms'))}" for one in sorted(coming, key=_from_ms)[:1]]
    told = [*told, *(evidence(text, owner["origin"]) for text in gone)]
    if owner["kind"] == "person":
        return on.failed(f"{name}, who owns {flow.name}, {'has left' if left else 'is not there yet'}", told)
    rest = "have left, or have not begun" if coming else "have left"
    return on.failed(f"all people of {name}, who own {flow.name}, {rest}", told)


def _until_ms(member: MemberDoc) -> int:
    return member.get("until_ms", 0)


def _from_ms(member: MemberDoc) -> int:
    return member.get("from_ms", 0)


def sources_disagree(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """O3."""
    found = disagreements(flow.doc, facts.names)
    if found:
        words = " and ".join(one.word for one in found[:3]) + (" and more" if len(found) > 3 else "")
        told = [part for one in found for part in said_of(flow.doc, one.field, one.word)]
        return on.failed(f"the sources of {flow.name} disagree about its {words}", told)
    return on.passed() if flow.asked or flow.doc.get("said") else _not_asked(on, flow, "anything")


def nobody_on_call(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """O4. Only for flows in production: what runs, unless it is declared to be on its way in or out."""
    stage = (flow.doc.get("lifecycle") or "").casefold()
    nobody_looked = "jobs" not in facts.read and "signals" not in facts.read
    if stage in _EARLY or not (flow.live or stage or nobody_looked):
        return None
    ref = flow.doc["on_call"] or (flow.owner.get("on_call") if flow.owner else None)
    if not ref:
        if not flow.asked:
            return _not_asked(on, flow, "who is on call")
        return on.failed(f"{flow.name} names nobody to call", [*silence(flow, "on-call"), *ways(flow)])
    told = said_of(flow.doc, "on_call", "on-call")
    now = flow.on_call
    if now is None:
        todo = f"name the schedule that {ref} means: a rota file, or the API of its provider"
        return on.unknown(f"{flow.name} names {ref}, and no schedule of that name was read", told, todo=todo)
    answer = evidence(f"{now.schedule}: {now.who or 'nobody'}" + (f"; {now.problem}" if now.problem else ""),
                      now.id, now.read_ms)  # fmt: skip
    if facts.at_ms - now.read_ms > STALE_MS:
        old = age((facts.at_ms - now.read_ms) / 1000)
        todo = "see what keeps its provider from answering: fourthsignal doctor"
        return on.unknown(f"who is on call for {flow.name} was last known {old} ago", [*told, answer], todo=todo)
    if now.who:
        return on.passed()
    return on.failed(f"nobody is on call for {flow.name}", [*told, answer])


def unreachable(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """O5."""
    channels: list[ChannelDoc] = [*flow.doc.get("channels", ())]
    channels += flow.owner.get("channels", ()) if flow.owner else ()
    if flow.doc.get("escalation") or any(one.get("scope", "") in _REACHES for one in channels):
        return on.passed()
    if is_unread(flow):
        return _unread(on, flow, "how to reach its owner")
    if not flow.asked:
        return _not_asked(on, flow, "a channel")
    told = [evidence(f"{one['name']} is for {one.get('scope')}") for one in channels]
    return on.failed(f"{flow.name} names no channel for questions and no escalation", told or silence(flow, "channel"))


def no_promises(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """O6: high without freshness and latency, medium without completeness or where a unit can mean two things."""
    doc = flow.doc
    missing = [] if doc.get("freshness_s") or doc.get("latency_s") else ["freshness or latency"]
    # A rule of rows or fields is a promise too, even where it gives no share of what must get through.
    missing += [] if doc.get("completeness") is not None or doc.get("completeness_rules") else ["completeness"]
    unclear = [one for one in doc.get("doubts", ()) if one["field"] in _PROMISES]
    if not missing and not unclear:
        return on.passed()
    if missing and is_unread(flow):
        return _unread(on, flow, f"whether it promises {' and '.join(missing)}")
    if missing and not flow.asked:
        return _not_asked(on, flow, "the promises")
    severity: Severity = "high" if "freshness or latency" in missing else "medium"
    said = [f"promises no {' and no '.join(missing)}"] if missing else []
    said += [f"can be read in two ways: {unclear[0]['field'].removesuffix('_s')}"] if unclear else []
    told = [evidence(one["why"], one["origin"]) for one in unclear]
    return on.failed(f"{flow.name} {' and '.join(said)}", told or silence(flow, "promise"), severity=severity)


_PROMISES = {"freshness", "freshness_s", "latency", "latency_s", "completeness", "retention", "retention_s"}


def no_contract(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """O7: critical where the flow reaches a model that runs."""
    severity: Severity = "critical" if flow.ways else "high"
    doc, told = flow.doc, said_of(flow.doc, "contract", "contract")
    if not doc["contract"]:
        if not flow.asked:
            return _not_asked(on, flow, "the contract")
        return on.failed(f"{flow.name} has no data contract", [*silence(flow, "contract"), *ways(flow)],
                         severity=severity)  # fmt: skip
    ends_ms = doc.get("contract_ends_ms")
    if ends_ms is not None and ends_ms <= facts.at_ms:
        told = [*told, evidence(f"it ended {moment(ends_ms)}", doc["origin"]), *ways(flow)]
        return on.failed(f"the contract of {flow.name} has ended", told, severity=severity)
    status = str((flow.contract or {"body": {}})["body"].get("status") or "").casefold()
    if status in ("proposed", "draft", "retired"):
        told = [*told, evidence(f"its status is {status}", flow.contract["origin"] if flow.contract else None)]
        return on.failed(f"the contract of {flow.name} is not in force: {status}", [*told, *ways(flow)],
                         severity=severity)  # fmt: skip
    return _unread(on, flow, "whether it is in force") if is_unread(flow) else on.passed()


def not_reviewed(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """O8."""
    every_s = flow.doc.get("review_every_s") or on.rule.limit * DAY_S
    last_ms = max(flow.doc.get("last_review_ms") or 0, flow.review.at_ms if flow.review else 0)
    if not last_ms and "journal" not in facts.read:
        return on.unknown(f"no file names a review of {flow.name}, and no tape was read", todo=NO_TAPE)
    if not last_ms:
        told = [evidence("nobody recorded a review, and no file names one", at_ms=facts.at_ms)]
        return on.failed(f"{flow.name} was never reviewed", told)
    since_s = (facts.at_ms - last_ms) / 1000
    if since_s <= every_s:
        return on.passed()
    by = f" by {flow.review.by}" if flow.review and flow.review.at_ms == last_ms and flow.review.by else ""
    told = [evidence(f"last reviewed{by} {moment(last_ms)}, due every {age(every_s)}", at_ms=last_ms)]
    return on.failed(f"{flow.name} was last reviewed {age(since_s)} ago", told)


def no_retention(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """O9."""
    if flow.doc.get("retention_s"):
        return on.passed()
    if is_unread(flow):
        return _unread(on, flow, "whether it promises a retention")
    if not flow.asked:
        return _not_asked(on, flow, "the retention")
    return on.failed(f"{flow.name} promises no retention", silence(flow, "retention"))


def _unread(on: On, flow: FlowFacts, what: str) -> Judgement:
    told = said_of(flow.doc, "contract", "contract")
    return on.unknown(f"the contract of {flow.name} was not read, so nobody can say {what}", told, todo=_READ_IT)


FLOW_RULES: Mapping[str, Callable[[On, AuditFacts, FlowFacts], Judgement | None]] = {
    "O1": no_owner,
    "O2": unknown_owner,
    "O3": sources_disagree,
    "O4": nobody_on_call,
    "O5": unreachable,
    "O6": no_promises,
    "O7": no_contract,
    "O8": not_reviewed,
    "O9": no_retention,
}
