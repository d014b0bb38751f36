"""Each rule: when it passes, when it fails, and when nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from console.analysis.audit.facts import Action, AuditFacts, Backlog, Bump, Incident, Intervention, Journal, Step
from console.analysis.audit.judge import audit
from console.analysis.audit.rules import RULES, SEVERITIES
from console.governance.integrity import Lost, StageCount
from console.governance.lifeshapes import Promotion
from console.signals import EntityKind, EntityRef
from tests.analysis.audit.making import (
    AT_MS,
    CONTRACT,
    DAY_MS,
    HOUR_MS,
    OWNER,
    counted,
    deploy,
    facts,
    flow,
    flow_doc,
    kpi_doc,
    model,
    model_doc,
    run,
    said,
    version,
    with_flow,
    with_kpi,
    with_model,
)

Made = Callable[[], AuditFacts]
INDEXER = EntityRef(EntityKind.JOB, "llm/indexer")
BEHIND = Backlog("pending", "DOCS/indexer pending", EntityRef(EntityKind.CONSUMER, "DOCS/indexer"),
                 AT_MS - 2 * HOUR_MS, None, "up to 700, more than is usual")  # fmt: skip
STEP = Step("llm/indexer", "rejected", "docs.price rejected", "docs.price", AT_MS - HOUR_MS + 60_000, 0.0, 4.0)
OPEN = Incident("INC-7", "answers are wrong", AT_MS - 2 * HOUR_MS, owner="ana")
CLOSED = OPEN._replace(closed_ms=AT_MS - 10 * DAY_MS, opened_ms=AT_MS - 11 * DAY_MS)
LATE = Action("a1", "declare the contract", "ben", AT_MS - DAY_MS, "flow:docs.price")


def unread(*sources: str) -> dict[str, Any]:
    """Facts in which some sources were never read."""
    return {"read": {key: value for key, value in facts().read.items() if key not in sources}}


def nothing_asked(**changes: Any) -> AuditFacts:
    """A flow that only its signals name."""
    doc = flow_doc(origin="", said={}, **changes)
    return with_flow(doc, asked=[], contract=None, owner=None, on_call=None)


def silent(**changes: Any) -> AuditFacts:
    """A flow whose sources say little; its contract, if it has one, was read."""
    return with_flow(flow_doc(**changes))


def unread_contract(**changes: Any) -> AuditFacts:
    """A flow that names a contract which nobody has read."""
    said_by_job = [{"value": "https://c/1", "origin": "job meta of llm/price-feed", "via": "job meta", "read_ms": 1}]
    doc = flow_doc(**({"said": {"contract": said_by_job}, "contract": "https://c/1"} | changes))
    return with_flow(doc, contract=None, owner=OWNER)


def twice(field: str, *values: Any) -> dict[str, Any]:
    return {field: [{"value": one, "origin": f"{at}.yaml:3", "via": "odcs", "read_ms": 1}
                    for at, one in enumerate(values)]}  # fmt: skip


PASSES: dict[str, Made] = dict.fromkeys(RULES, facts) | {
    "L9": lambda: facts(backlogs=[BEHIND._replace(until_ms=AT_MS - 1000)], deploys=[deploy(near={"pending": "own"})]),
    "L10": lambda: facts(journal=Journal([OPEN], [Intervention(AT_MS - HOUR_MS, INDEXER, "stricter checks", "ana")])),
    "K6": lambda: facts(journal=Journal(actions=[LATE._replace(due_ms=AT_MS + 1)])),
    "K7": lambda: facts(journal=Journal([CLOSED._replace(reviewed_ms=AT_MS - 9 * DAY_MS)])),
}

FAILS: dict[str, Made] = {
    "O1": lambda: silent(owner=None),
    "O2": lambda: with_flow(owner=None),
    "O3": lambda: silent(said=twice("owner", "pricing", "finance")),
    "O4": lambda: with_flow(on_call=flow().on_call._replace(who="", problem="nobody is on call")),  # type: ignore[union-attr]
    "O5": lambda: silent(channels=[{"name": "#news", "scope": "announcements"}]),
    "O6": lambda: silent(freshness_s=None, latency_s=None),
    "O7": lambda: silent(contract=None),
    "O8": lambda: silent(last_review_ms=AT_MS - 91 * DAY_MS),
    "O9": lambda: silent(retention_s=None),
    "L1": lambda: with_model(running=[run("6")]),
    "L2": lambda: with_model(running=[run("")]),
    "L3": lambda: with_model(running=[run("7"), run("6", job="llm/other")]),
    "L4": lambda: with_model(model_doc(versions=[version("7", evaluated_ms=None, metrics={}), version("6")])),
    "L5": lambda: with_model(model_doc(versions=[version("7", evaluated_ms=AT_MS - 40 * DAY_MS), version("6")])),
    "L6": lambda: with_model(model_doc(versions=[version("7", evaluated_on=""), version("6")])),
    "L7": lambda: with_model(model_doc(retrain_every_s=86_400.0)),
    "L8": lambda: with_model(model_doc(owner=None)),
    "L9": lambda: facts(backlogs=[BEHIND], deploys=[deploy(near={"pending": "its own"})]),
    "L10": lambda: facts(journal=Journal([OPEN])),
    "L11": lambda: facts(steps=[STEP]),
    "L12": lambda: with_model(running=[run("6")]),
    "L13": lambda: with_model(model_doc(versions=[version("7", stage="Archived"), version("6")])),
    "L14": lambda: with_model(model_doc(versions=[version("7")])),
    "L15": lambda: with_model(model_doc(versions=[version("7", inputs=["id", "colour"]), version("6")])),
    "K1": lambda: facts(kpis={}),
    "K2": lambda: facts(kpis={"latency": kpi_doc(about="system", subject="job:llm/answerer")}),
    "K3": lambda: with_kpi(measured=measured(attainment=None, coverage=0.0, why="no answer")),
    "K4": lambda: with_kpi(last_review_ms=None),
    "K5": lambda: with_kpi(measured=measured(attainment=0.9)),
    "K6": lambda: facts(journal=Journal(actions=[LATE])),
    "K7": lambda: facts(journal=Journal([CLOSED])),
    "D1": lambda: with_flow(integrity=counted(freshness_s=900.0, is_fresh=False)),
    "D2": lambda: with_flow(integrity=counted(complete=0.5, is_complete=False)),
}

UNKNOWN: dict[str, Made] = {
    "O1": lambda: nothing_asked(owner=None),
    "O2": lambda: with_flow(owner=None)._replace(owners={}),
    "O3": nothing_asked,
    "O4": lambda: with_flow(on_call=None),
    "O5": lambda: unread_contract(channels=[]),
    "O6": lambda: unread_contract(freshness_s=None, latency_s=None),
    "O7": unread_contract,
    "O8": lambda: silent(last_review_ms=None)._replace(**unread("journal")),
    "O9": lambda: unread_contract(retention_s=None),
    "L1": lambda: facts(models={"answer-8b": model()._replace(doc=None)}),
    "L2": lambda: with_model(running=[run("", said_by="metrics of llm/answerer")]),
    "L3": lambda: with_model(running=[run("")]),
    "L4": lambda: facts(models={"answer-8b": model()._replace(doc=None)}),
    "L5": lambda: with_flow(flow_doc(schema_changed_ms=None)),
    "L6": lambda: with_model(model_doc(versions=[version("7", evaluated_ms=None, metrics={}), version("6")])),
    "L7": lambda: with_model(model_doc(retrain_every_s=None)),
    "L8": lambda: facts(models={"answer-8b": model()._replace(doc=None)}),
    "L9": lambda: facts(**unread("signals")),
    "L11": lambda: facts(deploys=[deploy(compared=False)]),
    "L12": lambda: with_model(running=[run("6")], promotions=[]),
    "L13": lambda: with_model(running=[run("2026-r4")]),
    "L14": lambda: with_model(promotions=[]),
    "L15": lambda: with_model(model_doc(versions=[version("7", inputs=[]), version("6")])),
    "K1": lambda: facts(kpis={}, **unread("files")),
    "K2": lambda: facts(kpis={"latency": kpi_doc(about="system", subject="job:llm/answerer"),
                              "quality": kpi_doc(subject="")}),
    "K3": lambda: with_kpi(measured=measured(attainment=None, coverage=0.01, why="too little was seen")),
    "K4": lambda: with_kpi(last_review_ms=None)._replace(**unread("journal")),
    "K5": lambda: with_kpi(measured=measured(attainment=None)),
    "D1": lambda: with_flow(integrity=None),
    "D2": lambda: with_flow(integrity=counted(is_complete=None)),
}  # fmt: skip
# People write both down themselves, or they are not there to be judged.
NEVER_UNKNOWN = {"L10", "K6", "K7"}


def measured(**changes: Any) -> dict[str, Any]:
    return {**kpi_doc()["measured"], **changes}


def of(rule: str, made: AuditFacts) -> str | None:
    """The status of the rule; of several KPIs that of the first."""
    found = [one for one in audit(made).judgements if one.rule == rule]
    return found[0].status if found else None


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_passes_where_all_is_well(rule: str) -> None:
    assert of(rule, PASSES[rule]()) == "pass"


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_fails_and_says_on_what_it_stands_and_what_to_do(rule: str) -> None:
    found = next(one for one in audit(FAILS[rule]()).judgements if one.rule == rule)
    assert found.status == "fail"
    assert found.severity in SEVERITIES and found.text and found.todo and found.evidence
    assert not found.text.endswith(".")


@pytest.mark.parametrize("rule", sorted(set(RULES) - NEVER_UNKNOWN))
def test_a_rule_says_what_is_missing_where_nobody_can_tell(rule: str) -> None:
    found = next(one for one in audit(UNKNOWN[rule]()).judgements if one.rule == rule)
    assert found.status == "unknown"
    assert found.text and found.todo


def test_the_tables_know_every_rule() -> None:
    assert set(FAILS) == set(RULES) == set(PASSES)
    assert set(UNKNOWN) == set(RULES) - NEVER_UNKNOWN


# -- what the tables do not show -------------------------------------------------------------------------------------


def test_a_flow_without_contract_is_critical_only_where_it_reaches_a_model_that_runs() -> None:
    reaches, alone = said("O7", silent(contract=None)), said("O7", with_flow(flow_doc(contract=None), ways=[]))
    assert reaches is not None and alone is not None
    assert (reaches.severity, alone.severity) == ("critical", "high")
    assert any("answer-8b" in part["text"] for part in reaches.evidence)


@pytest.mark.parametrize("status", ["draft", "proposed", "retired"])
def test_a_contract_that_is_not_in_force_is_none(status: str) -> None:
    found = said("O7", with_flow(contract={**CONTRACT, "body": {"status": status}}))
    assert found is not None and found.status == "fail" and status in found.text


def test_a_contract_that_has_ended_is_none() -> None:
    found = said("O7", silent(contract_ends_ms=AT_MS))
    assert found is not None and found.status == "fail"
    assert said("O7", silent(contract_ends_ms=AT_MS + 1)).status == "pass"  # type: ignore[union-attr]


def test_a_name_that_no_schedule_has_is_unknown_and_no_name_at_all_fails() -> None:
    assert said("O4", silent()).status == "pass"  # type: ignore[union-attr]
    found = said("O4", with_flow(flow_doc(on_call=None), on_call=None))
    assert found is not None and found.status == "fail"


def test_who_was_on_call_an_hour_ago_says_nothing_of_now() -> None:
    now = flow().on_call
    assert now is not None
    found = said("O4", with_flow(on_call=now._replace(read_ms=AT_MS - HOUR_MS)))
    assert found is not None and found.status == "unknown"


def test_a_flow_on_its_way_in_needs_nobody_on_call() -> None:
    assert said("O4", with_flow(flow_doc(lifecycle="draft", on_call=None), on_call=None)) is None


def test_all_people_of_a_team_have_left() -> None:
    gone = {**OWNER, "members": [{"name": "ana", "until_ms": AT_MS}, {"name": "ben", "until_ms": AT_MS - DAY_MS}]}
    found = said("O2", with_flow(owner=gone))
    assert found is not None and found.status == "fail" and "ana" in found.evidence[-1]["text"]


def test_who_has_not_begun_does_not_answer_yet() -> None:
    coming = {"name": "cy", "from_ms": AT_MS + DAY_MS}
    found = said("O2", with_flow(owner={**OWNER, "members": [{"name": "ben", "until_ms": AT_MS - DAY_MS}, coming]}))
    assert found is not None and found.status == "fail"
    assert [one["text"][:3] for one in found.evidence[-2:]] == ["ben", "cy "]
    assert said("O2", with_flow(owner={**OWNER, "members": [{**coming, "from_ms": AT_MS}]})).status == "pass"  # type: ignore[union-attr]


def test_a_person_who_left_owns_nothing() -> None:
    person = {"kind": "person", "members": [{"name": "ben", "until_ms": AT_MS - DAY_MS}], "origin": "price.yaml:3"}
    found = said("O2", with_flow(owner=person))
    assert found is not None and (found.status, found.text) == ("fail", "pricing, who owns docs.price, has left")
    assert said("O2", with_flow(owner={**person, "members": [{"name": "ben"}]})).status == "pass"  # type: ignore[union-attr]


def test_a_kpi_that_was_not_measured_lately_is_unknown() -> None:
    for attainment in (0.97, 0.5, None):
        old = {**kpi_doc()["measured"], "attainment": attainment, "at_ms": AT_MS - 2 * HOUR_MS}
        for rule in ("K3", "K5"):
            found = said(rule, with_kpi(measured=old))
            assert found is not None and found.status == "unknown" and "2h ago" in found.text


def test_a_backlog_that_is_no_longer_seen_has_not_drained() -> None:
    lost = Backlog("pending", "DOCS/indexer pending", EntityRef(EntityKind.CONSUMER, "DOCS/indexer"),
                   AT_MS - 3 * HOUR_MS, AT_MS - 2 * HOUR_MS, "up to 900", lost=True)  # fmt: skip
    near = {"pending": "its own"}
    for backlog, status in ((lost, "unknown"), (lost._replace(lost=False), "pass")):
        found = said("L9", facts(backlogs=[backlog], deploys=[deploy(near=near)]))
        assert found is not None and found.status == status


def test_promises_without_completeness_or_with_an_unclear_unit_are_medium() -> None:
    doubt = [{"field": "retention", "why": "3m may be minutes or months", "origin": "price.yaml:9"}]
    for changed in (silent(completeness=None), silent(doubts=doubt)):
        found = said("O6", changed)
        assert found is not None and (found.status, found.severity) == ("fail", "medium")


def test_a_review_that_somebody_recorded_counts_more_than_an_old_file() -> None:
    from console.governance.reviews import Review

    old = flow_doc(last_review_ms=AT_MS - 400 * DAY_MS)
    assert said("O8", with_flow(old, review=Review(AT_MS - DAY_MS, "ana", ""))).status == "pass"  # type: ignore[union-attr]


def test_a_flow_says_itself_how_often_it_is_reviewed() -> None:
    assert said("O8", silent(review_every_s=86_400.0)).status == "fail"  # type: ignore[union-attr]


def test_old_and_new_may_run_side_by_side_while_a_rollout_is_declared() -> None:
    lately = [Promotion("7", "production", AT_MS - HOUR_MS, "mlflow", before="6")]
    both = [run("7"), run("6", job="llm/other")]
    rolling = with_model(model_doc(rollout_s=2 * 3600.0), running=both, promotions=lately)
    assert of("L1", rolling) == of("L3", rolling) == "pass"
    late = with_model(model_doc(rollout_s=1800.0), running=both, promotions=lately)
    assert of("L1", late) == of("L3", late) == "fail"
    assert of("L3", with_model(running=[run("7", rollout=True), run("6", rollout=True)])) == "pass"


def test_a_release_name_that_the_registry_does_not_carry_cannot_be_compared_with_its_numbers() -> None:
    assert of("L1", with_model(running=[run("2026-r4")])) == "unknown"
    assert of("L1", with_model(running=[run("9")])) == "fail"
    tagged = [version("7", tags={"version": "2026-r4"}), version("6")]
    assert of("L1", with_model(model_doc(versions=tagged), running=[run("2026-r4")])) == "pass"


def test_an_evaluation_that_is_known_to_the_day_is_not_held_against_a_change_of_that_day() -> None:
    tried = version("7", evaluated_ms=AT_MS - DAY_MS, whole_days=["evaluated_ms"])
    changed = with_flow(flow_doc(schema_changed_ms=AT_MS - DAY_MS // 2))
    assert of("L5", changed._replace(models={"answer-8b": model(model_doc(versions=[tried]))})) == "unknown"


def test_what_takes_back_is_not_deployed_into_a_backlog_and_what_has_drained_is_over() -> None:
    near = {"pending": "its own"}
    assert said("L9", facts(backlogs=[BEHIND], deploys=[deploy(near=near, revert=True)])) is None
    assert of("L9", facts(backlogs=[BEHIND], deploys=[deploy()])) == "pass"  # it does not bear on that job
    before = facts(backlogs=[BEHIND._replace(from_ms=AT_MS - 60_000)], deploys=[deploy(near=near)])
    assert of("L9", before) == "pass"
    unseen = facts(backlogs=[BEHIND._replace(seen_from=False)], deploys=[deploy(near=near)])
    assert of("L9", unseen) == "unknown"


def test_stricter_checks_that_were_agreed_on_are_no_finding() -> None:
    agreed = [Bump("docs.price", AT_MS - 2 * HOUR_MS, "1.2.0", "1.3.0")]
    assert of("L11", facts(steps=[STEP], bumps=agreed)) == "pass"
    long_ago = [agreed[0]._replace(at_ms=AT_MS - 9 * DAY_MS)]
    assert of("L11", facts(steps=[STEP], bumps=long_ago)) == "fail"
    assert of("L11", facts(steps=[STEP], deploys=[deploy(first=True)])) is None
    unversioned = with_flow(flow_doc(contract_version=None))._replace(steps=[STEP])
    assert of("L11", unversioned) == "unknown"


def test_an_incident_that_is_open_takes_a_broken_promise_on() -> None:
    broken = with_kpi(measured=measured(attainment=0.9))
    assert of("K5", broken._replace(journal=Journal([OPEN]))) == "pass"
    acked = Journal(acks={EntityRef(EntityKind.KPI, "quality"): AT_MS - HOUR_MS})
    assert of("K5", broken._replace(journal=acked)) == "pass"


def test_a_weekend_is_no_business_day() -> None:
    from console.analysis.audit.kpis import after_business_days

    friday = AT_MS - 3 * DAY_MS
    assert after_business_days(friday, 1) == AT_MS  # a Monday
    assert after_business_days(AT_MS, 5) == AT_MS + 7 * DAY_MS


def test_without_a_promise_what_goes_in_must_come_out() -> None:
    stage = StageCount("indexer", 100.0, 60.0, {"rejects": 40.0}, 0.0, Lost(40.0, 2.0, 100.0, 60.0, 300.0))
    lossy = counted(stages=(stage,), losses={"rejects": 40.0}, is_complete=None)
    found = said("D2", with_flow(flow_doc(completeness=None), integrity=lossy))
    assert found is not None and found.status == "fail" and found.text.startswith("40 of 100 that went into indexer")
    assert found.text.endswith("are rejects")
    uncounted = counted(stages=(stage._replace(losses={}),), is_complete=None)
    told = said("D2", with_flow(flow_doc(completeness=None), integrity=uncounted))
    assert told is not None and "40 of 100 went into indexer" in told.text and "have not come out" in told.text
    shared = counted(stages=(stage._replace(shared=True),), is_complete=None)
    assert said("D2", with_flow(flow_doc(completeness=None), integrity=shared)).status == "pass"  # type: ignore[union-attr]


def test_dead_letters_are_a_loss_also_where_ins_and_outs_tell_nothing() -> None:
    """Everything that came in came out again somewhere, or nobody can tell: what is counted as gone is gone."""
    unclear = Lost(500.0, 600.0, 3_500.0, 3_000.0, 120.0, unaccounted=2_500.0)
    assert unclear.matches is None
    stage = StageCount("indexer", 3_500.0, 3_000.0, {"dead letters": 925.0, "rejects": 3_760.0}, 0.0, unclear)
    found = said("D2", with_flow(flow_doc(completeness=None), integrity=counted(stages=(stage,), is_complete=None)))
    assert found is not None and found.status == "fail" and "are dead letters" in found.text
    quiet = stage._replace(losses={})
    doubtful = said("D2", with_flow(flow_doc(completeness=None), integrity=counted(stages=(quiet,), is_complete=None)))
    assert doubtful is not None and doubtful.status == "unknown" and "2.5k went into indexer" in doubtful.text
    alone = stage._replace(lost=None, losses={})
    assert said("D2", with_flow(flow_doc(completeness=None), integrity=counted(stages=(alone,), hops=()))) is None


def test_nothing_that_runs_is_judged_by_what_is_called_production_where_no_server_was_read() -> None:
    alone = with_model(running=[])._replace(**unread("jobs", "signals"))
    assert [of(rule, alone) for rule in ("L1", "L2", "L3", "L12", "L14")] == ["unknown"] * 5
    assert [of(rule, alone) for rule in ("L4", "L5", "L7", "L13")] == ["pass"] * 4


def test_what_is_worst_stands_first() -> None:
    bad = with_flow(flow_doc(owner=None, retention_s=None, last_review_ms=None), owner=None)
    order = [(one.status, one.severity) for one in audit(bad).judgements]
    statuses = [status for status, _ in order]
    assert statuses == sorted(statuses, key=("fail", "unknown", "waived", "pass").index)
    failing = [severity for status, severity in order if status == "fail"]
    assert failing == sorted(failing, key=SEVERITIES.index)
