"""Who answers for a flow, who is to hear of it, and how a flow reaches people: evidence in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from console.analysis.audit.facts import AuditFacts, FlowFacts, Way
from console.analysis.audit.judgement import evidence
from console.governance.auditshapes import EvidenceDoc
from console.governance.fields import folded_owner
from console.governance.shapes import FlowDoc, OwnerDoc
from console.ownership import by_meta

CATALOG = "the catalog"
"""What is said to have been read where files were."""
_META = "job meta"
_MOST_WAYS = 3


def by_folded_name(owners: Mapping[str, OwnerDoc]) -> dict[str, str]:
    """The ids of owners by their names and titles, folded; a name counts more than a title."""
    found: dict[str, str] = {}
    live = {name: doc for name, doc in owners.items() if not doc.get("removed")}
    for name in live:
        found.setdefault(folded_owner(name), name)
    for name, doc in live.items():
        if doc.get("title"):
            found.setdefault(folded_owner(doc["title"]), name)
    return found


def notify_of(flow: FlowFacts, facts: AuditFacts) -> str:
    """Who should hear of a flow: its owner, else those who take its data, else whoever deployed its producer last."""
    if flow.doc["owner"]:
        return str(flow.doc["owner"])
    consumers = dict.fromkeys(by_meta(facts.jobs.get(job)).owner for job in flow.consumers)
    named = [owner for owner in consumers if owner]
    if named:
        return ", ".join(named)
    job = facts.jobs.get(flow.producer or "")
    return job.get("by", "") if job else ""


def said_of(doc: FlowDoc, field: str, word: str) -> list[EvidenceDoc]:
    """What each source says of a field; of a document that does not tell its sources what it says itself."""
    found = [
        evidence(f"{word}: {_shown(one['value'])}", one["origin"], one["read_ms"] or None)
        for one in (doc.get("said") or {}).get(field, ())
    ]
    value = doc.get(field)
    return found or ([evidence(f"{word}: {_shown(value)}", doc["origin"])] if value else [])


def silence(flow: FlowFacts, what: str) -> list[EvidenceDoc]:
    """What was read and says nothing of it."""
    found, declared = [], flow.doc["origin"]
    if declared and not declared.startswith(_META):
        found.append(evidence(f"its declaration names no {what}", declared, flow.oldest_ms))
    elif CATALOG in flow.asked:
        found.append(evidence(f"{CATALOG} does not declare it", at_ms=flow.oldest_ms))
    if flow.producer and flow.guessed:
        found.append(evidence(f"{flow.producer} is taken for its producer: {flow.guessed}, and nobody says so"))
    if flow.producer and f"the meta of {flow.producer}" in flow.asked:
        origin = f"{_META} of {flow.producer}"
        found.append(evidence(f"the meta of {flow.producer} names no {what}", origin, flow.oldest_ms))
    return found


def ways(flow: FlowFacts) -> list[EvidenceDoc]:
    """How it reaches the models that it feeds."""
    found = [evidence(_way(way)) for way in flow.ways[:_MOST_WAYS]]
    more = len(flow.ways) - len(found)
    return [*found, evidence(f"and {more} more model{'s' if more > 1 else ''}")] if more > 0 else found


def _way(way: Way) -> str:
    by = f" by way of {', '.join(way.through)}" if way.through else ""
    return f"it feeds {way.model}{by}" + (f" (a guess: {way.why})" if way.guessed else "")


def leads(flow: FlowFacts, facts: AuditFacts) -> Iterator[EvidenceDoc]:
    """Of a flow that nobody owns: who deployed its producer last, and who takes its data."""
    job = facts.jobs.get(flow.producer or "")
    if job and job.get("by"):
        yield evidence(f"{flow.producer} was last registered by token {job['by']}", at_ms=job["submitted_ms"])
    for consumer in flow.consumers:
        answer = by_meta(facts.jobs.get(consumer))
        if answer.owner:
            called = f", on call {answer.on_call}" if answer.on_call else ""
            yield evidence(f"{consumer} takes its data: {answer.owner}{called}", f"job meta of {consumer}")


def is_unread(flow: FlowFacts) -> bool:
    """Whether it names a contract whose text nobody has read: what that promises is not known."""
    said = (flow.doc.get("said") or {}).get("contract", ())
    return bool(flow.doc["contract"]) and flow.contract is None and not any(one["via"] == "odcs" for one in said)


def _shown(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(one) for one in value) or "none"
    return str(value)
