"""The parts of a data flow's sheet: who answers, contract, promises, fields, where it comes from and goes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.format import NOTHING, duration
from console.governance.fields import FIELDS, doubt_text
from console.governance.flows import Flow, disagreements, synonyms
from console.governance.shapes import FlowDoc, SaidDoc
from console.inventory.shapes import Cell, Line
from console.inventory.words import ago, when
from console.naming import job_name
from console.ownership import by_meta
from console.panes.sheets.register import Known
from console.panes.sheets.wording import (
    channel_lines,
    findings_of,
    on_call_lines,
    owner_line,
    owner_ref,
    plain_line,
    value_text,
)
from console.signals import EntityKind, EntityRef, Health

_MOST_ESCALATION = 4
_NO_OWNER = "O1"  # the rule of the audit that names whom to tell of a flow that nobody owns
ENDING = {"deprecated": Health.WARN, "retired": Health.BAD}
"""How a contract's status stands that is about to end, or has."""


# -- who answers -------------------------------------------------------------------------------------------------------


def answer_lines(known: Known, flow: Flow) -> Iterator[Line]:
    """Who owns it, who is on call, who comes then, and by which channels they are reached."""
    doc = flow.doc
    yield owner_line(known, doc["owner"], _origin(doc, "owner"))
    if not doc["owner"]:
        yield from leads(known, flow)
    yield from on_call_lines(known, doc["on_call"])
    for at, one in enumerate((doc.get("escalation") or ())[:_MOST_ESCALATION], start=1):
        now = known.register.on_call(one, known.now_ms)
        who = f"now {now.who}" if now is not None and now.who else ""
        yield plain_line(f"escalation:{at}", f"then {at}", one, who)
    yield from channel_lines(doc.get("channels") or ())


def leads(known: Known, flow: Flow) -> Iterator[Line]:
    """Whom to ask about a flow that nobody owns: who deployed its producer last, who takes its data."""
    jobs = known.register.jobs
    job = jobs.get(flow.producer or "")
    if job is not None and job.get("by"):
        deployed = when(job["submitted_ms"], known.now_ms)
        yield plain_line("lead:by", "deployed last by", f"token {job['by'][:8]}", deployed,
                         opens=EntityRef(EntityKind.JOB, flow.producer or ""))  # fmt: skip
    for _, found in findings_of(known, (str(EntityRef(EntityKind.FLOW, name)) for name in flow.names)):
        if found["rule"] == _NO_OWNER and found["notify"]:
            yield plain_line("lead:notify", "whom to ask", found["notify"], "nearest to it, by the audit",
                             opens=owner_ref(known, found["notify"]))  # fmt: skip
    for consumer in flow.doc["consumers"]:
        takes = next((one for one in jobs if one == consumer or job_name(one) == job_name(consumer)), None)
        answer = by_meta(jobs.get(takes or ""))
        if answer.owner:
            called = f"on call {answer.on_call}" if answer.on_call else ""
            yield plain_line(f"lead:{consumer}", f"{job_name(consumer)} takes it", answer.owner, called,
                             opens=EntityRef(EntityKind.JOB, takes or consumer))  # fmt: skip


def _origin(doc: FlowDoc, field: str) -> str:
    said = (doc.get("said") or {}).get(field)
    return said[0]["origin"] if said else ""


# -- contract and promises ---------------------------------------------------------------------------------------------


def contract_lines(known: Known, doc: FlowDoc) -> Iterator[Line]:
    """Its contract with version, status and end; loudly where there is none."""
    contract = doc["contract"]
    if not contract:
        yield plain_line("contract", "contract", "NONE", "nothing is promised of it by anybody", Health.BAD)
        return
    found = known.register.contracts.get(contract)
    opens = EntityRef(EntityKind.CONTRACT, contract) if found is not None else None
    where = found["origin"] if found is not None else _origin(doc, "contract")
    yield plain_line("contract", "contract", contract, where, opens=opens)
    status = (str(found["body"].get("status") or "") if found is not None else "") or doc.get("lifecycle") or ""
    version = doc.get("contract_version") or ""
    if version or status:
        told = f"v{version}".replace("vv", "v") if version else "no version"
        yield plain_line("version", "version", told, status, ENDING.get(status, Health.OK))
    ends = doc.get("contract_ends_ms")
    if ends is not None:
        over = ends <= known.now_ms
        word = "ENDED" if over else "in force"
        yield plain_line("ends", "ends", word, when(ends, known.now_ms), Health.BAD if over else Health.OK)


def promise_lines(known: Known, doc: FlowDoc) -> Iterator[Line]:
    """Each promise beside what is measured now: kept, not kept, not seen, or never given."""
    seen = known.integrity
    fresh = None if seen is None or seen.freshness_s is None else duration(seen.freshness_s)
    line = _promise("freshness", _of(doc.get("freshness_s")), fresh, None if seen is None else seen.is_fresh)
    late = doc.get("freshness_s") is None and doc.get("latency_s") is None  # nobody says how old it may be
    yield _doubted(doc, line._replace(health=Health.WARN) if late else line)
    yield _doubted(doc, _promise("latency", _of(doc.get("latency_s")), None, None))
    share = doc.get("completeness")
    complete = None
    if seen is not None and seen.complete is not None:
        doubt = f" ±{seen.complete_bound:.1%}" if seen.complete_bound and seen.complete_bound >= 0.0005 else ""
        complete = f"{seen.complete:.1%}{doubt}"
    line = _promise("completeness", value_text("completeness", share) if share is not None else "", complete,
                    None if seen is None else seen.is_complete)  # fmt: skip
    yield _doubted(doc, line)
    yield _doubted(doc, _promise("retention", _of(doc.get("retention_s")), None, None))


def _doubted(doc: FlowDoc, line: Line) -> Line:
    """What is promised, but can be read in two ways, is neither nothing nor something."""
    said = [one for one in doc.get("doubts") or () if one["field"].removesuffix("_s") == line.name]
    if not said or line.cells[0].text != NOTHING:
        return line
    why = doubt_text(said[0]).partition(": ")[2]
    cells = (Cell("in doubt", Health.UNKNOWN), line.cells[1], Cell(why, Health.UNKNOWN))
    return line._replace(health=Health.UNKNOWN, cells=cells)


def _of(seconds: float | None) -> str:
    return "" if seconds is None else duration(seconds)


def _promise(name: str, promised: str, measured: str | None, kept: bool | None) -> Line:
    if not promised:
        health, word = Health.STALE, "nothing is promised"
    elif kept is None:
        health, word = Health.UNKNOWN, "not seen, so not known to be kept"
    else:
        health, word = (Health.OK, "kept") if kept else (Health.BAD, "NOT KEPT")
    shown = Cell(measured or ("not seen" if promised else ""), health)
    return Line(f"promise:{name}", None, health, name, cells=(Cell(promised or NOTHING), shown, Cell(word, health)))


# -- fields ------------------------------------------------------------------------------------------------------------


def field_lines(known: Known, doc: FlowDoc) -> Iterator[Line]:
    """What every source says, the one in force first; where they disagree, all of them stand below each other."""
    apart = {one.field for one in disagreements(doc, synonyms(known.register.owners, known.register.schedules.items()))}
    said = doc.get("said") or {}
    for field in sorted(said, key=lambda one: (one not in apart, list(FIELDS).index(one) if one in FIELDS else 99)):
        word = FIELDS[field].word if field in FIELDS else field
        for at, one in enumerate(said[field]):
            differs = one["value"] != said[field][0]["value"]
            yield _field(known, field, word, one, at, disagrees=field in apart, differs=differs)


def _field(known: Known, field: str, word: str, one: SaidDoc, at: int, *, disagrees: bool, differs: bool) -> Line:
    health = Health.WARN if disagrees else Health.OK
    told = ("in force" if at == 0 else "another" if differs else "the same") if disagrees else "also" if at else ""
    read = ago(one["read_ms"], known.now_ms)
    cells = (Cell(value_text(field, one["value"]), health), Cell(one["via"]), Cell(read), Cell(one["origin"]))
    return Line(f"field:{field}:{at}", None, health, word, told, cells)


# -- where it comes from and goes --------------------------------------------------------------------------------------


def around_lines(known: Known, flow: Flow) -> Iterator[Line]:
    """What makes it, what it is made of, who takes it, which models it feeds."""
    doc, register = flow.doc, known.register
    if flow.producer:
        yield from _jobs(known, [flow.producer], "made by")
    for name in doc.get("upstream") or ():
        yield _flow_line(known, name, "made of")
    for one in register.flows.values():
        if flow.name in (one.doc.get("upstream") or ()):
            yield _flow_line(known, one.name, "goes into")
    yield from _jobs(known, doc["consumers"], "taken by")
    for model in doc.get("feeds") or ():
        found = register.models.get(model)
        owner = found["owner"] if found is not None else None
        cells = (
            Cell("feeds model"),
            Cell(f"owner {owner}" if owner else "NO OWNER", Health.OK if owner else Health.WARN),
        )
        yield Line(f"model:{model}", EntityRef(EntityKind.MODEL, model), Health.OK, model, cells=cells)


def _jobs(known: Known, names: Iterable[str], word: str) -> Iterator[Line]:
    jobs = known.register.jobs
    for name in names:
        found = name if name in jobs else next((one for one in jobs if job_name(one) == job_name(name)), None)
        owner = by_meta(jobs.get(found or "")).owner
        told = f"owner {owner}" if owner else "not known here" if found is None else "no owner in its meta"
        health = Health.OK if found is not None else Health.UNKNOWN
        opens = EntityRef(EntityKind.JOB, found) if found is not None else None
        yield Line(f"job:{word}:{name}", opens, health, job_name(name), cells=(Cell(word), Cell(told)))


def _flow_line(known: Known, name: str, word: str) -> Line:
    found = known.register.flow(name)
    owner = found.doc["owner"] if found is not None else None
    told = f"owner {owner}" if owner else "NO OWNER" if found is not None else "nobody declares it"
    health = Health.OK if owner else Health.BAD if found is not None else Health.UNKNOWN
    entity = EntityRef(EntityKind.FLOW, found.name if found is not None else name)
    return Line(f"{word}:{name}", entity, health, name, cells=(Cell(word), Cell(told, health)))
