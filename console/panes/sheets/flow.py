"""A data flow in words: who answers for it, its contract and promises, every field with who said it, where it goes."""

from __future__ import annotations

from collections.abc import Iterator

from console.format import count
from console.governance.fields import doubt_text
from console.governance.flows import Flow, disagreements, synonyms
from console.inventory.shapes import Column, Fact, Section, Sheet
from console.inventory.words import ago, when
from console.panes.rows import SEVERITY, worst
from console.panes.sheets.flowparts import (
    ENDING,
    answer_lines,
    around_lines,
    contract_lines,
    field_lines,
    leads,
    promise_lines,
)
from console.panes.sheets.register import Known
from console.panes.sheets.wording import (
    SAID,
    doubts_section,
    findings_section,
    kpi_problems,
    kpis_section,
    review_section,
)
from console.signals import EntityKind, EntityRef, Health

_MEASURED = ("freshness", "completeness")
_LOSES = 0.05  # from which share on a loss is bad, and not only to be looked at


def sheet(known: Known, name: str) -> Sheet | None:
    """All that is known of a flow; None where nobody has heard of it."""
    flow = known.register.flow(name)
    if flow is None:
        return None
    entity = EntityRef(EntityKind.FLOW, flow.name)
    problems = sorted(_problems(known, flow), key=lambda one: SEVERITY[one[0]])
    producer = flow.producer if flow.producer in known.register.jobs else None
    return Sheet(
        entity=entity,
        name=flow.name,
        health=worst([Health.OK, *(health for health, _, _ in problems)]),
        word=problems[0][1] if problems else "owned, and nothing that it promises is known to be broken",
        facts=tuple(fact for fact in _facts(known, flow) if fact.text),
        parts=tuple(_parts(known, flow, entity)),
        job=EntityRef(EntityKind.JOB, producer) if producer else None,
        why="; ".join(text for _, _, text in problems),
    )


def _problems(known: Known, flow: Flow) -> Iterator[tuple[Health, str, str]]:
    """What is wrong with it: health, a word, and in more words."""
    doc = flow.doc
    if not doc["owner"]:
        lead = "; ".join(f"{line.name}: {line.cells[0].text}" for line in leads(known, flow))
        yield Health.BAD, "NO OWNER", f"NO OWNER{f' ({lead})' if lead else ''}"
    broken = [line.name for line in promise_lines(known, doc) if line.health is Health.BAD]
    if broken:
        yield Health.BAD, f"{' and '.join(broken)} not kept", f"{' and '.join(broken)} not kept"
    for health, text in (*_losses(known), *kpi_problems(known, _subjects(flow))):
        yield health, text, text
    if not doc["on_call"]:
        yield Health.WARN, "no on-call", "no on-call"
    if not doc["contract"]:
        yield Health.WARN, "no contract", "no contract"
    ends = doc.get("contract_ends_ms")
    if ends is not None and ends <= known.now_ms:
        yield Health.WARN, "contract ended", f"its contract ended {ago(ends, known.now_ms)}"
    apart = disagreements(doc, synonyms(known.register.owners, known.register.schedules.items()))
    if apart:
        words = ", ".join(one.word for one in apart)
        yield Health.WARN, f"sources disagree: {words}", f"its sources disagree about its {words}"
    for doubt in doc.get("doubts") or ():
        yield Health.UNKNOWN, f"in doubt: {doubt_text(doubt)}", f"in doubt: {doubt_text(doubt)}"
    unseen = [
        line.name for line in promise_lines(known, doc) if line.health is Health.UNKNOWN and line.name in _MEASURED
    ]
    if unseen:
        said = f"not seen whether {' and '.join(unseen)} {'is' if len(unseen) == 1 else 'are'} kept"
        yield Health.UNKNOWN, said, said


def _losses(known: Known) -> Iterator[tuple[Health, str]]:
    """What did not go on in the time that was looked at: stages whose counts differ, and what is counted as lost."""
    seen = known.integrity
    if seen is None:
        return
    for stage in seen.mismatches:
        ratio = stage.lost.ratio if stage.lost is not None else None
        if ratio is not None and ratio > 0 and not stage.shared:
            yield (Health.BAD if ratio >= _LOSES else Health.WARN), f"{stage.name} loses {ratio:.1%} of what comes in"
    counted = [f"{count(value)} {kind}" for kind, value in seen.losses.items() if value]
    if counted:
        yield Health.WARN, ", ".join(counted)


def _subjects(flow: Flow) -> list[str]:
    """All by which findings and KPIs may mean it."""
    return [str(EntityRef(EntityKind.FLOW, name)) for name in flow.names]


def _facts(known: Known, flow: Flow) -> Iterator[Fact]:
    doc = flow.doc
    guessed = " (a guess, by its name)" if flow.guessed else ""
    yield Fact("produced by", f"{flow.producer}{guessed}" if flow.producer else "nobody is known to",
               None if flow.producer else Health.WARN)  # fmt: skip
    yield Fact("also called", ", ".join(one for one in flow.names if one != flow.name))
    yield Fact("lifecycle", doc.get("lifecycle") or "", ENDING.get(doc.get("lifecycle") or ""))
    yield Fact("tier", doc.get("tier") or "")
    yield Fact("runbook", doc.get("runbook") or "")
    changed = doc.get("schema_changed_ms")
    yield Fact("schema changed", when(changed, known.now_ms) if changed else "")
    yield Fact("requires", ", ".join(doc.get("required") or ()))
    yield Fact("declared in", doc["origin"] if flow.declared else "no file and no lineage",
               None if flow.declared else Health.WARN)  # fmt: skip


def _parts(known: Known, flow: Flow, entity: EntityRef) -> Iterator[Section]:
    doc = flow.doc
    subjects = _subjects(flow)
    yield Section("Who answers", SAID, tuple(answer_lines(known, flow)))
    yield Section("Contract", SAID, tuple(contract_lines(known, doc)))
    promises = (Column("Promised"), Column("Measured"), Column("", left=True, cells=8))
    yield Section("Promises", promises, tuple(promise_lines(known, doc)))
    fields = (Column("Says", left=True, cells=12), Column("By", left=True, cells=8), Column("Read"),
              Column("Where", left=True, cells=12))  # fmt: skip
    yield Section(
        "Fields, each with who says so", fields, tuple(field_lines(known, doc)), "No source says anything of it."
    )
    yield doubts_section(doc.get("doubts") or ())
    around = (Column("", left=True, cells=8), Column("", left=True))
    yield Section("From and to", around, tuple(around_lines(known, flow)), "Nobody is known to make it or to take it.")
    yield kpis_section(known, subjects, "")
    yield findings_section(known, subjects)
    yield review_section(known, entity, doc.get("last_review_ms"), doc.get("review_every_s"))
