"""A model in words: what runs where, what the registry says, its KPIs, its inputs, who owns it."""

from __future__ import annotations

from collections.abc import Iterator

from console.format import duration, number
from console.governance.lifefacts import inputs_of, jobs_of
from console.governance.modeldisagree import model_disagreements
from console.governance.modelnames import same_version, version_named
from console.governance.running import Running, disagreements
from console.governance.shapes import ModelDoc, ModelVersionDoc
from console.inventory.shapes import Cell, Column, Fact, Line, Section, Sheet
from console.inventory.words import ago, many
from console.naming import job_name
from console.ownership import by_meta
from console.panes.rows import SEVERITY, worst
from console.panes.sheets.register import Known
from console.panes.sheets.wording import (
    SAID,
    doubts_section,
    findings_section,
    kpi_problems,
    kpis_section,
    on_call_lines,
    owner_line,
    plain_line,
    review_section,
    value_text,
)
from console.signals import EntityKind, EntityRef, Health

_MOST_VERSIONS = 40
_MOST_METRICS = 3


def sheet(known: Known, model: str) -> Sheet | None:
    """All that is known of a model; ``model`` may have its version. None where nobody has heard of it."""
    name = model.partition("@")[0]
    doc = known.register.models.get(name)
    jobs = jobs_of(name, doc, known.register.jobs)
    if doc is None and not known.running and not jobs:
        return None
    entity = EntityRef(EntityKind.MODEL, name)
    subjects = [str(entity), *(str(EntityRef(EntityKind.JOB, job)) for job in jobs)]
    problems = sorted(_problems(known, doc, subjects), key=lambda one: SEVERITY[one[0]])
    return Sheet(
        entity=entity,
        name=name,
        health=worst([Health.OK, *(health for health, _ in problems)]),
        word=problems[0][1] if problems else _well(doc),
        facts=tuple(fact for fact in _facts(known, name, doc) if fact.text),
        parts=tuple(_parts(known, entity, doc, jobs, subjects)),
        job=EntityRef(EntityKind.JOB, jobs[0]) if jobs and jobs[0] in known.register.jobs else None,
        why="; ".join(text for _, text in problems),
    )


def _well(doc: ModelDoc | None) -> str:
    return f"runs what {doc['origin']} calls production" if doc is not None and doc["production"] else ""


def _problems(known: Known, doc: ModelDoc | None, subjects: list[str]) -> Iterator[tuple[Health, str]]:
    if doc is None:
        yield Health.WARN, "no registry and no file declares it"
    else:
        if not doc["owner"]:
            yield Health.WARN, "NO OWNER"
        wrong = [one for one in known.running if one.version and doc["production"] and not _is_production(doc, one)]
        if wrong:
            runs = ", ".join(dict.fromkeys(one.version for one in wrong))
            yield Health.BAD, f"{runs} runs, the registry calls {doc['production']} production"
        if known.running and not any(one.version for one in known.running):
            yield Health.WARN, "nobody says which version runs"
        if apart := model_disagreements(doc):
            yield Health.WARN, f"sources disagree: {', '.join(one.word for one in apart)}"
    for said, other in disagreements(known.running):
        yield Health.BAD, f"{said.said_by} says {said.version}, {other.said_by} say {other.version}"
    yield from kpi_problems(known, subjects)
    if known.life is not None and known.life.violations:
        count = len(known.life.violations)
        yield Health.WARN, f"{many(count, 'stage')} of its life out of order"


def _is_production(doc: ModelDoc, one: Running) -> bool:
    found = version_named(doc, one.version)
    production = doc["production"] or ""
    return (found is not None and found["version"] == production) or same_version(one.version, production)


def _facts(known: Known, name: str, doc: ModelDoc | None) -> Iterator[Fact]:
    if doc is None:
        return
    aliases = ", ".join(f"{alias} {version}" for alias, version in sorted(doc["aliases"].items()))
    yield Fact("production", doc["production"] or "none is called so", None if doc["production"] else Health.WARN)
    yield Fact("aliases", aliases)
    for label, field in (("retrain every", "retrain_every_s"), ("evaluation lasts", "evaluation_max_age_s"),
                         ("roll-out may take", "rollout_s")):  # fmt: skip
        seconds = doc.get(field)
        yield Fact(label, duration(seconds) if isinstance(seconds, int | float) else "")
    yield Fact("said by", doc["origin"])
    if known.life is not None:
        for one in known.life.violations:
            yield Fact("out of order", one.text, Health.BAD)


def _parts(
    known: Known, entity: EntityRef, doc: ModelDoc | None, jobs: list[str], subjects: list[str]
) -> Iterator[Section]:
    runs = (Column("Where", left=True, cells=12), Column("Since"), Column("Said by", left=True, cells=10))
    yield Section("Runs", runs, tuple(_runs(known, doc)), "Nobody says that it runs anywhere.")
    yield _versions(known, doc)
    yield kpis_section(known, subjects, "No KPI is about it.")
    yield Section("Who answers", SAID, tuple(_answers(known, doc, jobs)))
    around = (Column("Owner", left=True, cells=10), Column("", left=True, cells=8))
    yield Section("Answers from", around, tuple(_inputs(known, entity.id, doc, jobs)), "No input of it is known.")
    yield findings_section(known, [str(entity), *(f"{entity}@{one.version}" for one in known.running if one.version)])
    yield review_section(known, entity, None, None)
    if doc is not None:
        fields = (Column("Says", left=True, cells=12), Column("By", left=True, cells=8), Column("Read"),
                  Column("Where", left=True, cells=12))  # fmt: skip
        yield Section("Fields, each with who says so", fields, tuple(_fields(known, doc)))
        yield doubts_section(doc.get("doubts") or ())


def _runs(known: Known, doc: ModelDoc | None) -> Iterator[Line]:
    for at, one in enumerate(known.running):
        wrong = doc is not None and doc["production"] and one.version and not _is_production(doc, one)
        health = Health.BAD if wrong else Health.OK if one.version else Health.WARN
        word = f"not {doc['production']}" if doc is not None and wrong else "" if one.version else "no version is said"
        said = f"{one.said_by}{', and by its metrics' if one.measured else ''}"
        count = f"{many(one.allocations, 'allocation')}, " if one.allocations is not None else ""
        cells = (
            Cell(f"{one.job}{f' {one.group}' if one.group else ''}"),
            Cell(ago(one.since_ms, known.now_ms) if one.since_ms else ""),
            Cell(f"{count}{said}{', rolling out' if one.rollout else ''}"),
        )
        opens = EntityRef(EntityKind.JOB, one.job) if one.job in known.register.jobs else None
        yield Line(f"runs:{at}", opens, health, one.version or "some version", word, cells)


def _versions(known: Known, doc: ModelDoc | None) -> Section:
    columns = (
        Column("Alias", left=True, cells=10),
        Column("Trained"),
        Column("Evaluated"),
        Column("Status", left=True),
        Column("Metrics", left=True),
        Column("On data", left=True),
    )
    if doc is None:
        return Section("Versions", columns, (), "No registry and no file lists its versions.")
    running = {found["version"] for one in known.running if (found := version_named(doc, one.version)) is not None}
    lines = tuple(_version(known, doc, one, runs=one["version"] in running) for one in doc["versions"][:_MOST_VERSIONS])
    more = f", the newest {_MOST_VERSIONS} of {len(doc['versions'])}" if len(doc["versions"]) > _MOST_VERSIONS else ""
    return Section(f"Versions{more}", columns, lines, "The registry has no version of it.")


def _version(known: Known, doc: ModelDoc, one: ModelVersionDoc, *, runs: bool) -> Line:
    production = one["version"] == doc["production"]
    word = ", ".join(part for part in ("RUNS" if runs else "", "production" if production else "") if part)
    status = one.get("status") or ""
    trained, evaluated = one.get("trained_ms"), one.get("evaluated_ms")
    metrics = [f"{key} {number(value, '1') if abs(value) < 10 else number(value)}"
               for key, value in sorted((one.get("metrics") or {}).items())]  # fmt: skip
    old = trained is not None and evaluated is not None and evaluated < trained
    cells = (
        Cell(", ".join([*one["aliases"], *([one["stage"]] if one.get("stage") else [])])),
        Cell(ago(trained, known.now_ms) if trained else "not said", Health.OK if trained else Health.UNKNOWN),
        Cell(ago(evaluated, known.now_ms) if evaluated else "not said",
             Health.WARN if old else Health.OK if evaluated else Health.UNKNOWN),
        Cell(status, Health.WARN if status not in ("", "READY") else Health.OK),
        Cell(", ".join(metrics[:_MOST_METRICS])),
        Cell(one.get("evaluated_on") or ""),
    )  # fmt: skip
    health = Health.WARN if runs and not production and doc["production"] else Health.OK
    by = f"by {one['by']}" if one.get("by") else ""
    note = " · ".join(part for part in (by, f"run {one['run']}" if one.get("run") else "", one["origin"]) if part)
    return Line(f"version {one['version']}", None, health, one["version"], word, cells, note)


def _answers(known: Known, doc: ModelDoc | None, jobs: list[str]) -> Iterator[Line]:
    """Who owns it; where nobody does, who answers for the jobs that serve it."""
    said = (doc.get("said") or {}).get("owner") if doc is not None else None
    origin = said[0]["origin"] if said else doc["origin"] if doc is not None else ""
    owner = doc["owner"] if doc is not None else None
    yield owner_line(known, owner, origin)
    for job in () if owner else jobs:
        answer = by_meta(known.register.jobs.get(job))
        if answer.owner:
            called = f"on call {answer.on_call}" if answer.on_call else ""
            yield plain_line(f"lead:{job}", f"{job_name(job)} serves it", answer.owner, called,
                             opens=EntityRef(EntityKind.JOB, job))  # fmt: skip
    yield from on_call_lines(known, doc.get("on_call") if doc is not None else None)


def _inputs(known: Known, name: str, doc: ModelDoc | None, jobs: list[str]) -> Iterator[Line]:
    flows = known.register.flows
    documents = {one: flow.doc for one, flow in flows.items()}
    for one in inputs_of(name, doc, documents, jobs):
        found = flows.get(one)
        owner = found.doc["owner"] if found is not None else None
        contract = found.doc["contract"] if found is not None else None
        health = Health.BAD if not owner else Health.OK if contract else Health.WARN
        missing = [] if found is not None else ["nobody declares it"]
        missing += [f"contract {contract}"] if contract else ["no contract"]
        cells = (Cell(owner or "NO OWNER", Health.OK if owner else Health.BAD),
                 Cell(", ".join(missing), Health.OK if contract else Health.WARN))  # fmt: skip
        entity = EntityRef(EntityKind.FLOW, one)
        yield Line(str(entity), entity, health, one, cells=cells)


def _fields(known: Known, doc: ModelDoc) -> Iterator[Line]:
    apart = {one.field for one in model_disagreements(doc)}
    for field, items in sorted((doc.get("said") or {}).items()):
        health, word = (Health.WARN, "disputed") if field in apart else (Health.OK, "")
        for at, one in enumerate(items):
            read = ago(one["read_ms"], known.now_ms)
            cells = (Cell(value_text(field, one["value"])), Cell(one["via"]), Cell(read), Cell(one["origin"]))
            name = field.removesuffix("_s").removesuffix("_ms").replace("_", " ")
            yield Line(f"field:{field}:{at}", None, health, name, "also" if at else word, cells)
    if not doc.get("said"):
        yield plain_line("field", "all of it", "", doc["origin"])
