"""Rules D1 and D2: what was promised of a flow beside what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from console.analysis.audit.facts import AuditFacts, FlowFacts
from console.analysis.audit.judgement import Judgement, On, evidence
from console.analysis.audit.people import said_of, ways
from console.format import count, duration
from console.governance.auditshapes import EvidenceDoc
from console.governance.integrity import Integrity, Lost

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
        arrives = "some" if seen.complete is None else f"{seen.complete:.1%}"
        text = f"{arrives} of {flow.name} arrives, and {promise:.2%} is promised"
        return on.failed(text, [*told, *_losses(seen), *ways(flow)])
    if seen is None or not seen.seen:
        return None
    lossy = list(_lossy(seen))
    gone = [(*stage.gone, stage) for stage in seen.stages if stage.gone and not stage.shared]
    if gone:  # a stage that counts what it loses says more than two counts that differ
        many, kind, stage = max(gone, key=lambda one: one[0])
        of = f" of {count(stage.ins)}" if stage.ins else ""
        text = f"{count(many)}{of} that went into {stage.name} of {flow.name} are {kind}"
    elif lossy:
        where, worst = max(lossy, key=lambda one: one[1].things)
        text = f"{count(worst.things)} of {count(worst.ins)} went into {where} of {flow.name} and have not come out"
    else:
        return _no_loss(on, flow, seen)
    return on.failed(text, [*_losses(seen), *ways(flow)])


def _no_loss(on: On, flow: FlowFacts, seen: Integrity) -> Judgement | None:
    """Where nothing is known to be lost: that is so, or nobody can tell. What is not counted is not judged."""
    compared = [*_compared(seen)]
    doubtful = [(where, lost) for where, lost in compared if lost.matches is None]
    if doubtful:
        where, lost = max(doubtful, key=lambda one: one[1].unaccounted)
        text = f"{count(lost.unaccounted)} went into {where} of {flow.name} while nobody saw what came out"
        return on.unknown(text, [], todo=_READ)
    return on.passed() if compared or any(stage.losses for stage in seen.stages) else None


def _compared(seen: Integrity) -> Iterator[tuple[str, Lost]]:
    """Where what went in is held against what came out, but for stages that count other flows as well."""
    for stage in seen.stages:
        if stage.lost is not None and not stage.shared:
            yield stage.name, stage.lost
    for hop in seen.hops:
        yield f"{hop.sender} to {hop.receiver}", hop.lost


def _lossy(seen: Integrity) -> Iterator[tuple[str, Lost]]:
    return ((where, lost) for where, lost in _compared(seen) if lost.matches is False and lost.things > 0)


def _losses(seen: Integrity) -> list[EvidenceDoc]:
    over = duration((seen.to_ms - seen.from_ms) / 1000)
    told = [
        evidence(f"{where}: {count(lost.ins)} in, {count(lost.outs)} out in {duration(lost.seen_s)}", at_ms=seen.to_ms)
        for where, lost in _lossy(seen)
    ]
    return [*told, *(evidence(f"{kind}: {count(many)} in {over}", at_ms=seen.to_ms)
                     for kind, many in seen.losses.items() if many > 0)]  # fmt: skip
