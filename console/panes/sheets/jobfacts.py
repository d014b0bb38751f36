"""Who answers for a job of Nomad's, beyond what its own meta says."""

from __future__ import annotations

from collections.abc import Iterator

from console.inventory.shapes import Fact
from console.ownership import by_meta
from console.panes.sheets.register import Known
from console.panes.sheets.wording import findings_of, on_call_lines, owner_ref
from console.signals import EntityKind, EntityRef, Health

_SERVING = ("service", "system")  # a batch job ends by itself, and is not asked for an owner


def job_facts(known: Known, job: str) -> Iterator[Fact]:
    """That nobody owns it, who is on call for it now and who comes next, whether its owner is anybody, the flows that
    it makes, what the audit finds of it."""
    register = known.register
    doc = register.jobs.get(job)
    answer = by_meta(doc)
    if doc is not None and not answer.owner and doc.get("type") in _SERVING:
        yield Fact("owner", "NO OWNER", Health.BAD if _touches_data(known, job) else Health.WARN)
    if answer.owner and register.owners and owner_ref(known, answer.owner) is None:
        yield Fact("its owner", f"{answer.owner}: nothing says who that is", Health.WARN)
    if answer.on_call and register.schedules:
        for line in on_call_lines(known, answer.on_call):
            name = "on call now" if line.name == "on call" else "on call next"
            loud = None if line.health is Health.OK else line.health
            yield Fact(name, " · ".join(cell.text for cell in line.cells if cell.text), loud)
    for flow in register.flows.values():
        if flow.declared and flow.producer == job:
            owner = flow.doc["owner"]
            yield Fact("makes flow", f"{flow.name}, {f'owner {owner}' if owner else 'NO OWNER'}",
                       None if owner else Health.BAD)  # fmt: skip
    for _, one in findings_of(known, [str(EntityRef(EntityKind.JOB, job))]):
        loud = Health.BAD if one["severity"] == "critical" else Health.WARN
        yield Fact(f"audit {one['rule']}", one["text"], loud if one["status"] == "fail" else Health.UNKNOWN)


def _touches_data(known: Known, job: str) -> bool:
    meta = known.register.jobs[job].get("meta") or {}
    if meta.get("produces") or meta.get("consumes"):
        return True
    return any(job == flow.producer or job in flow.doc["consumers"] for flow in known.register.flows.values())
