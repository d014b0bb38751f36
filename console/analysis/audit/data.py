"""Rules D1 and D2: what was promised of a flow beside what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from console.analysis.audit.facts import AuditFacts, FlowFacts
from console.analysis.audit.judgement import Judgement, On, evidence
from console.analysis.audit.people import said_of, ways
from console.format import count, duration
from console.governance.integrity import Integrity, Lost
from console.governance.shapes import EvidenceDoc

_READ = "read the metrics of its queues and jobs (PROMETHEUS_URL)"


def not_fresh(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """D1. Only where a freshness is promised."""
    promise_s = flow.doc.get("freshness_s")
    if not promise_s:
        return None
    told = said_of(flow.doc, "freshness_s", "freshness in seconds")
    seen = flow.integrity
    if seen is None or seen.freshness_s is None:
        text = f"{flow.name} promises to be no older than {duration(promise_s)}, and no signal tells how old it is"
        return on.unknown(text, told, todo=_READ)
    if seen.is_fresh:
        return on.passed()
    age = evidence(f"its newest data is {duration(seen.freshness_s)} old", at_ms=seen.to_ms)
    text = f"{flow.name} is {duration(seen.freshness_s)} old, and {duration(promise_s)} is promised"
    return on.failed(text, [*told, age, *ways(flow)])


def loses(on: On, facts: AuditFacts, flow: FlowFacts) -> Judgement | None:
    """D2: held against the promised completeness, and where none is promised against what goes in."""
    seen, promise = flow.integrity, flow.doc.get("completeness")
    told = said_of(flow.doc, "completeness", "completeness")
    if promise is not None:
        if seen is None or seen.is_complete is None:
            text = f"{flow.name} promises to be complete to {promise:.2%}, and its stages are not counted"
            return on.unknown(text, told, todo=_READ)
        if seen.is_complete:
            return on.passed()
        text = f"{seen.complete or 0:.1%} of {flow.name} arrives, and {promise:.2%} is promised"
        return on.failed(text, [*told, *_losses(seen), *ways(flow)])
    if seen is None or not seen.seen:
        return None
    lossy = list(_lossy(seen))
    if not lossy:
        return on.passed()
    where, worst = max(lossy, key=lambda one: one[1].things)
    text = f"{count(worst.things)} of {count(worst.ins)} went into {where} of {flow.name} and have not come out"
    return on.failed(text, [*_losses(seen), *ways(flow)])


def _lossy(seen: Integrity) -> Iterator[tuple[str, Lost]]:
    for stage in seen.stages:
        if stage.lost is not None and not stage.shared and not stage.lost.matches and stage.lost.things > 0:
            yield stage.name, stage.lost
    for hop in seen.hops:
        if not hop.lost.matches and hop.lost.things > 0:
            yield f"{hop.sender} to {hop.receiver}", hop.lost


def _losses(seen: Integrity) -> list[EvidenceDoc]:
    over = duration((seen.to_ms - seen.from_ms) / 1000)
    told = [
        evidence(f"{where}: {count(lost.ins)} in, {count(lost.outs)} out in {over}", at_ms=seen.to_ms)
        for where, lost in _lossy(seen)
    ]
    return [*told, *(evidence(f"{kind}: {count(many)} in {over}", at_ms=seen.to_ms)
                     for kind, many in seen.losses.items() if many > 0)]  # fmt: skip
