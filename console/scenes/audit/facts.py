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
from console.scenes.audit.asof import kpi_as_of
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
    serving = serving_jobs(known, runs)
    links = links_of(known, levels.signals, flows, serving)
    ways = Ways(links)
    reached = {model: ways.upstream(ends) for model, ends in _ends(ways, serving).items()}
    journal, reviews = journal_of(known.journal), last_reviews(known.journal)
    counted = [one for one in levels.signals if one.key in levels.series]
    belongings = Belongings(counted, known.docs(EntityKind.FLOW), known.docs(EntityKind.JOB))
    backlogs = backlogs_of(levels, _promised(belongings, flows))
    watched = [one.entity for one in levels.behind if one.key in levels.lately]
    deploys = deploys_of(known, links, ways, flows, backlogs, watched, journal)
    compared = refusals.of(store, deploys, ways, at_ms)
    steps = _steps(compared, flows)
    kpis: dict[str, KpiDoc] = {name: kpi_as_of(doc, at_ms) for name, doc in known.docs(EntityKind.KPI).items()}
    owners = known.docs(EntityKind.OWNER)
    return AuditFacts(
        at_ms=at_ms,
        flows=_flows(FlowMaker(known, levels, ways, reviews, belongings), flows, runs, reached),
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


def _ends(ways: Ways, serving: Mapping[str, Sequence[str]]) -> dict[str, list[EntityRef]]:
    """What stands for each model in the links: its name, its versions, the jobs that serve it."""
    found = {
        model: [EntityRef(EntityKind.MODEL, model), *(EntityRef(EntityKind.JOB, job) for job in jobs)]
        for model, jobs in serving.items()
    }
    for one in ways.entities(EntityKind.MODEL):
        if (mine := found.get(one.id.partition("@")[0])) is not None and one not in mine:
            mine.append(one)
    return found


def _flows(
    maker: FlowMaker,
    flows: Sequence[Flow],
    runs: Mapping[str, Sequence[Running]],
    reached: Mapping[str, Mapping[EntityRef, Step]],
) -> dict[str, FlowFacts]:
    to_models: dict[str, list[Way]] = {flow.name: [] for flow in flows}
    for model, steps in reached.items():
        for entity in steps if runs[model] else ():
            if entity.kind is EntityKind.FLOW and entity.id in to_models:
                way = way_of(model, entity, steps)
                to_models[entity.id] += [way] if way is not None else []
    return {flow.name: maker.facts(flow, sorted(to_models[flow.name], key=_surest)) for flow in flows}


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
    names = {flow.name for flow in flows}
    found = {}
    for model, of in runs.items():
        steps = reached[model].items()
        near = sorted(one.id for one, step in steps if one.kind is EntityKind.FLOW and not step.guessed)
        mine = [name for name in near if name in names]
        found[model] = model_facts(store, known, model, of, serving[model], mine)
    return found


def _promised(belongings: Belongings, flows: Sequence[Flow]) -> dict[str, Limit]:
    """What was promised of how old the newest data may be, for the signals that tell it of one flow."""
    found: dict[str, Limit] = {}
    for flow in flows:
        promise_s = flow.doc.get("freshness_s")
        if not promise_s:
            continue
        limit = Limit(promise_s, f"the promise of {flow.name}")
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
