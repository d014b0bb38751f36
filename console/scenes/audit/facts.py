"""A tape as of any time -> what the audit judges. Nothing later has any influence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.analysis.audit.facts import AuditFacts, Bump, Deploy, FlowFacts, ModelFacts, Source, Way
from console.analysis.audit.facts import Step as StepUp
from console.governance.belonging import Belongings
from console.governance.disagree import synonyms
from console.governance.flows import Flow
from console.governance.flowwords import is_age
from console.governance.reviews import last_reviews
from console.governance.running import Running
from console.governance.shapes import KpiDoc
from console.scenes.audit.backlogs import Limit, backlogs_of
from console.scenes.audit.deploys import deploys_of
from console.scenes.audit.flows import FlowMaker, flows_of
from console.scenes.audit.journal import journal_of
from console.scenes.audit.known import Known, known_at
from console.scenes.audit.levels import Levels, levels_at
from console.scenes.audit.links import links_of
from console.scenes.audit.models import model_facts, models_of, running_at, serving_jobs
from console.scenes.audit.refusals import Compared, Refusals, bumps_of
from console.scenes.audit.ways import Step, Ways, way_of
from console.signals import EntityKind, EntityRef
from console.tape.store import Store

_AGREED_MS = 86_400_000


def facts_at(store: Store, at_ms: int, refusals: Refusals | None = None, *, people: bool = True) -> AuditFacts:
    """All that was known at a time, read in one consistent view. ``refusals`` remembers what it compared before.

    ``people`` says whether what people say is on this tape; on one that was made for a single look nobody wrote.
    Raises TapeError.
    """
    with store.reading():
        facts = _facts(store, at_ms, refusals or Refusals())
    return facts._replace(read={**facts.read, "journal": at_ms}) if people else facts


def _facts(store: Store, at_ms: int, refusals: Refusals) -> AuditFacts:
    known, levels = known_at(store, at_ms), levels_at(store, at_ms)
    flows = flows_of(known, levels)
    runs = models_of(known, running_at(store, known, levels))
    serving = {model: serving_jobs(known, model, of) for model, of in runs.items()}
    links = links_of(known, levels.signals, flows, serving)
    ways = Ways(links)
    reached = {model: ways.upstream(_ends(ways, model, serving[model])) for model in runs}
    journal, reviews = journal_of(known.journal), last_reviews(known.journal)
    backlogs = backlogs_of(levels, _promised(known, levels, flows))
    deploys = deploys_of(known, links, ways, flows, serving, backlogs, journal)
    compared = refusals.of(store, deploys, ways, at_ms)
    steps = _steps(compared, flows)
    kpis: dict[str, KpiDoc] = known.docs(EntityKind.KPI)
    owners = known.docs(EntityKind.OWNER)
    return AuditFacts(
        at_ms=at_ms,
        from_ms=levels.from_ms,
        flows=_flows(known, levels, ways, flows, runs, reached),
        owners=owners,
        names=synonyms(owners, known.docs(EntityKind.ONCALL).items()),
        models=_models(store, known, flows, runs, serving, reached),
        kpis=kpis,
        kpi_reviews={one.id: review for one, review in reviews.items() if one.kind is EntityKind.KPI},
        jobs=known.docs(EntityKind.JOB),
        deploys=[one._replace(compared=one.job in compared and compared[one.job].seen) for one in deploys],
        backlogs=backlogs,
        steps=steps,
        bumps=_bumps(store, steps, deploys, at_ms),
        journal=journal,
        waivers=list(known.docs(EntityKind.WAIVER).values()),
        read=_read(known, levels),
        trouble=known.trouble(),
    )


def _steps(compared: Mapping[str, Compared], flows: Sequence[Flow]) -> list[StepUp]:
    """All that rose, each with the flow as it is called here."""
    names = {name: flow.name for flow in flows for name in flow.names}
    return [step._replace(flow=names.get(step.flow or "")) for one in compared.values() for step in one.steps]


def _bumps(store: Store, steps: Sequence[StepUp], deploys: Sequence[Deploy], at_ms: int) -> list[Bump]:
    """The new versions of the contracts of what rose, or of all that its job takes."""
    jobs = {step.job for step in steps}
    mine = [one for one in deploys if one.job in jobs]
    if not mine:
        return []
    concerned = dict.fromkeys([*(step.flow for step in steps if step.flow), *(f for one in mine for f in one.consumes)])
    return bumps_of(store, list(concerned), min(one.at_ms for one in mine) - _AGREED_MS, at_ms)


def _ends(ways: Ways, model: str, jobs: Sequence[str]) -> list[EntityRef]:
    """What stands for a model in the links: its name, its versions, the jobs that serve it."""
    mine = [one for one in ways.entities(EntityKind.MODEL) if one.id.partition("@")[0] == model]
    return [EntityRef(EntityKind.MODEL, model), *mine, *(EntityRef(EntityKind.JOB, job) for job in jobs)]


def _flows(
    known: Known,
    levels: Levels,
    ways: Ways,
    flows: Sequence[Flow],
    runs: Mapping[str, Sequence[Running]],
    reached: Mapping[str, Mapping[EntityRef, Step]],
) -> dict[str, FlowFacts]:
    maker = FlowMaker(known, levels, ways, last_reviews(known.journal))
    found = {}
    for flow in flows:
        entity = EntityRef(EntityKind.FLOW, flow.name)
        to_models = [way_of(model, entity, reached[model]) for model, of in runs.items() if of]
        found[flow.name] = maker.facts(flow, sorted((one for one in to_models if one is not None), key=_surest))
    return found


def _surest(way: Way) -> tuple[bool, int, str]:
    return way.guessed, len(way.through), way.model


def _models(
    store: Store,
    known: Known,
    flows: Sequence[Flow],
    runs: Mapping[str, Sequence[Running]],
    serving: Mapping[str, Sequence[str]],
    reached: Mapping[str, Mapping[EntityRef, Step]],
) -> dict[str, ModelFacts]:
    entities = {flow.name: EntityRef(EntityKind.FLOW, flow.name) for flow in flows}
    found = {}
    for model, of in runs.items():
        steps = reached[model]
        near = [name for name, entity in entities.items() if entity in steps and not steps[entity].guessed]
        found[model] = model_facts(store, known, model, of, serving[model], flows, near)
    return found


def _promised(known: Known, levels: Levels, flows: Sequence[Flow]) -> dict[str, Limit]:
    """What was promised of how old the newest data may be, for the signals that tell it of one flow."""
    promising = [flow for flow in flows if flow.doc.get("freshness_s")]
    if not promising:
        return {}
    belongings = Belongings(levels.behind, known.docs(EntityKind.FLOW), known.docs(EntityKind.JOB))
    found: dict[str, Limit] = {}
    for flow in promising:
        limit = Limit(flow.doc.get("freshness_s") or 0.0, f"the promise of {flow.name}")
        for one in belongings.of(flow.name):
            if is_age(one.signal) and not one.shared:
                held = found.get(one.signal.key)
                found[one.signal.key] = limit if held is None or limit.value < held.value else held
    return found


def _read(known: Known, levels: Levels) -> dict[Source, int]:
    read = known.read()
    if levels.newest_ms is not None:
        read["signals"] = levels.newest_ms
    else:
        read.pop("signals", None)
    return read
