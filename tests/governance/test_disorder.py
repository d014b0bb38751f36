"""Each rule of the order of a model's life: where it speaks, and where it has nothing to say."""

from __future__ import annotations

from typing import Any

from console.governance.lifecycle import Backlog, LifecycleFacts, Promotion, lifecycle
from console.governance.shapes import FlowDoc
from tests.governance.lives import BASE, FLOW, HOUR, MODEL, deploy, found, model, rules, runs, schema, version


def test_evaluated_before_the_schema_changed() -> None:
    doc = model(version("4", trained_ms=BASE, evaluated_ms=BASE + HOUR), production="4")
    (violation,) = [
        one
        for one in found(doc=doc, changes=[schema(BASE + 3 * HOUR)], running=[runs("v4")])
        if one.rule == "evaluated before schema change"
    ]
    assert violation.text == "answer-8b v4 was evaluated 2h00m before docs.price changed its schema"
    assert violation.earlier is not None
    assert (violation.earlier.what, violation.later.what) == ("schema change", "evaluated")
    again = {**doc, "versions": [version("4", trained_ms=BASE, evaluated_ms=BASE + 4 * HOUR)]}
    assert rules(doc=again, changes=[schema(BASE + 3 * HOUR)], running=[runs("4")]) == []


def test_a_version_that_is_long_gone_is_not_held_against_what_changed_since() -> None:
    old = version("3", trained_ms=BASE, evaluated_ms=BASE + HOUR)
    new = version("4", trained_ms=BASE + 30 * HOUR, evaluated_ms=BASE + 31 * HOUR)
    out = [deploy("3", BASE + 2 * HOUR), deploy("4", BASE + 33 * HOUR)]
    doc = model(new, old, production="4")
    assert rules(doc=doc, changes=[schema(BASE + 20 * HOUR)], deploys=out, running=[runs("4")]) == []


def test_what_is_known_to_the_day_counts_as_the_whole_day() -> None:
    day = BASE - BASE % (24 * HOUR)
    doc = model(version("4", trained_ms=day + 14 * HOUR, evaluated_ms=day, whole_days=["evaluated_ms"]), production="4")
    assert rules(doc=doc, changes=[schema(day + 10 * HOUR)]) == []
    exact = model(version("4", trained_ms=day + 14 * HOUR, evaluated_ms=day), production="4")
    assert rules(doc=exact) == ["evaluated before trained"]


def test_deployed_during_a_backlog_that_goes_on() -> None:
    behind = Backlog(FLOW, BASE, None, "docs.price is behind", "lag")
    doc = model(version("4"))
    (violation,) = found(doc=doc, backlogs=[behind], deploys=[deploy("4", BASE + 180_000)])
    assert violation.text == "answer-8b v4 was deployed in llm-prod/answerer 3m00s into a backlog of docs.price"
    assert violation.earlier is not None
    assert violation.earlier.open
    assert rules(doc=doc, backlogs=[behind._replace(until_ms=BASE + 1)], deploys=[deploy("4", BASE + 180_000)]) == []


def test_deployed_and_promoted_before_it_was_evaluated() -> None:
    doc = model(version("4", evaluated_ms=BASE + 5 * HOUR))
    out, up = [deploy("4", BASE + 2 * HOUR)], [Promotion("4", "production", BASE + HOUR, "mlflow")]
    texts = [one.text for one in found(doc=doc, deploys=out, promotions=up)]
    assert texts == [
        "answer-8b v4 was promoted 4h00m before its first known evaluation",
        "answer-8b v4 was deployed in llm-prod/answerer 3h00m before its first known evaluation",
    ]
    before = model(version("4", evaluated_ms=BASE + 5 * HOUR, evaluations_ms=[BASE, BASE + 5 * HOUR]))
    assert rules(doc=before, deploys=out, promotions=up) == []


def test_deployed_before_it_was_promoted_unless_the_alias_had_been_there() -> None:
    doc, out = model(version("4")), [deploy("4", BASE)]
    up = Promotion("4", "production", BASE + HOUR, "mlflow", before="3")
    assert rules(doc=doc, deploys=out, promotions=[up]) == ["deployed before promoted"]
    unsure = up._replace(at_ms=BASE - HOUR, unsure_ms=3 * HOUR)
    assert rules(doc=doc, deploys=out, promotions=[unsure]) == []
    down = Promotion("5", "production", BASE + HOUR - 1, "mlflow", before="4")
    assert rules(doc=doc, deploys=out, promotions=[down, up]) == []


def test_running_what_was_never_promoted() -> None:
    doc = model(version("5"), version("4"), production="4")
    (violation,) = found(doc=doc, running=[runs("5")], deploys=[deploy("5", BASE + 998 * HOUR)])
    assert violation.earlier is None
    assert violation.text == (
        "answer-8b v5 runs in llm-prod/answerer and was never promoted: production is answer-8b v4, "
        "and it was deployed 2h00m ago"
    )
    assert rules(doc=doc, running=[runs("5", rollout=True)]) == []
    assert rules(doc=doc, running=[runs("4")]) == []
    assert rules(doc=doc, running=[runs("5")], promotions=[Promotion("5", "production", BASE, "mlflow")]) == []
    assert rules(doc=model(version("5")), running=[runs("5")]) == []


def test_a_release_that_a_job_names_is_the_version_whose_tag_says_so() -> None:
    tagged = version("4", trained_ms=BASE, evaluated_ms=BASE + HOUR, tags={"release": "2026-10-r4"})
    told = found(doc=model(tagged), changes=[schema(BASE + 2 * HOUR)], running=[runs("2026-10-r4")])
    assert {one.later.version for one in told} == {"4"}


def test_roll_backs_and_failures_are_stages() -> None:
    out = [deploy("4", BASE, failed_ms=BASE + 5), deploy("3", BASE + 10, back_to=1, healthy_ms=BASE + 20)]
    told = lifecycle(LifecycleFacts(MODEL, BASE + HOUR, None, deploys=out))
    assert [(one.clock, one.what) for one in told.stages] == [
        ("operations", "deployed"),
        ("operations", "failed"),
        ("operations", "rolled back"),
        ("operations", "healthy"),
    ]


def test_what_lies_after_now_is_not_known_yet() -> None:
    doc = model(version("4", trained_ms=BASE, evaluated_ms=BASE + HOUR), production="4")
    told = found(doc=doc, changes=[schema(BASE + 3 * HOUR)], running=[runs("4")], now_ms=BASE + 2 * HOUR)
    assert told == []


def test_an_evaluation_after_it_went_does_not_excuse_that_it_went() -> None:
    old = version("3", evaluated_ms=BASE + 50 * HOUR, evaluations_ms=[BASE, BASE + 50 * HOUR])
    doc = model(version("4"), old, production="4")
    facts: dict[str, Any] = {"doc": doc, "changes": [schema(BASE + HOUR)], "deploys": [deploy("3", BASE + 2 * HOUR)]}
    assert rules(**facts, running=[runs("4")]) == ["evaluated before schema change"]
    assert rules(**facts, running=[runs("3", rollout=True)]) == [], "it runs, and has been evaluated meanwhile"


def test_a_change_that_a_document_and_the_tape_tell_of_is_one_stage() -> None:
    flow: FlowDoc = {
        "owner": None,
        "on_call": None,
        "contract": None,
        "producer": None,
        "consumers": [],
        "origin": "c.yaml:1",
        "schema_changed_ms": BASE - BASE % 1000,
    }
    facts = LifecycleFacts(MODEL, BASE + HOUR, None, {FLOW: flow}, [schema(BASE)])
    assert len(lifecycle(facts).stages) == 1
    other = facts._replace(changes=[schema(BASE - HOUR), schema(BASE, "docs.stock")])
    assert len(lifecycle(other).stages) == 3


def test_where_nobody_says_which_version_went_out_only_that_is_held_against_it() -> None:
    behind = Backlog(FLOW, BASE, BASE + HOUR, "behind", "lag")
    facts: dict[str, Any] = {"backlogs": [behind], "changes": [schema(BASE + 2 * HOUR)], "running": [runs("")]}
    out = [deploy("", BASE + 60_000)]
    (violation,) = found(doc=None, deploys=out, **facts)
    assert violation.text == "answer-8b was deployed in llm-prod/answerer 1m00s into a backlog of docs.price"
    unnamed = version("", evaluated_ms=BASE)
    assert rules(doc=model(version("4"), unnamed, production="4"), deploys=out, **facts) == ["deployed during backlog"]
    alone = rules(doc=model(unnamed), deploys=out, **facts)
    assert alone == ["evaluated before schema change", "deployed during backlog"]
