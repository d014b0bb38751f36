"""The order of a model's life: what is in order raises nothing, whatever lies between; what is not is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.governance.lifecycle import (
    Backlog,
    DataChange,
    Deploy,
    LifecycleFacts,
    Promotion,
    Violation,
    lifecycle,
)
from console.governance.running import Running
from console.governance.shapes import FlowDoc, ModelDoc, ModelVersionDoc

MODEL, JOB, FLOW = "answer-8b", "llm-prod/answerer", "docs.price"
HOUR = 3_600_000
BASE = 1_795_000_000_123


def version(number: str, **times: Any) -> ModelVersionDoc:
    return {"version": number, "aliases": [], "origin": f"mlflow/{number}", **times}  # type: ignore[typeddict-item]


def model(*versions: ModelVersionDoc, production: str | None = None) -> ModelDoc:
    return {"owner": None, "production": production, "aliases": {}, "versions": list(versions), "origin": "mlflow"}


def schema(at_ms: int, flow: str = FLOW) -> DataChange:
    return DataChange(flow, "schema change", at_ms, f"{flow} changed its schema", "contract.yaml:3")


def deploy(number: str, at_ms: int, job: str = JOB, job_version: int = 1, **more: Any) -> Deploy:
    return Deploy(job, job_version, number, at_ms, f"Nomad: {job}", **more)


def runs(number: str, **more: Any) -> Running:
    return Running(MODEL, number, JOB, None, f"job meta of {JOB}", **more)


def found(**facts: Any) -> Sequence[Violation]:
    given: dict[str, Any] = {"model": MODEL, "now_ms": BASE + 1000 * HOUR, "doc": None, **facts}
    return lifecycle(LifecycleFacts(**given)).violations


def rules(**facts: Any) -> list[str]:
    return [one.rule for one in found(**facts)]


@st.composite
def ordered(draw: st.DrawFn) -> LifecycleFacts:
    """Versions one after the other, each in its order; between them whatever does not matter to that order."""
    at = BASE
    versions: list[ModelVersionDoc] = []
    changes: list[DataChange] = []
    promotions: list[Promotion] = []
    deploys: list[Deploy] = []
    busy: list[int] = []
    count = draw(st.integers(1, 4))
    for number in range(1, count + 1):
        steps = draw(st.lists(st.integers(1, 50 * HOUR), min_size=6, max_size=6))
        times = []
        for step in steps:
            at += step
            times.append(at)
        changed, trained, evaluated, promoted, deployed, again = times
        if draw(st.booleans()):
            changes += [schema(changed, flow) for flow in draw(st.sampled_from([[FLOW], [FLOW, "docs.stock"]]))]
        later = {"evaluations_ms": [evaluated, again]} if draw(st.booleans()) else {}
        newest = again if later else evaluated
        versions.insert(0, version(str(number), trained_ms=trained, evaluated_ms=newest, **later))
        promotions.append(Promotion(str(number), "production", promoted, "mlflow", before=str(number - 1 or "")))
        deploys.append(deploy(str(number), deployed, job_version=number, healthy_ms=deployed + 1))
        busy.append(deployed)
    now = at + HOUR
    # What has nothing to do with the order: a job that does not say what it serves, backlogs while nothing goes out,
    # new versions of contracts, a version that nobody uses.
    unnamed = draw(st.lists(st.integers(BASE, now), max_size=3))
    deploys += [deploy("", moment, "llm-prod/gateway") for moment in unnamed]
    busy += unnamed
    backlogs = [
        Backlog(FLOW, start, start + long, f"{FLOW} was behind", "lag")
        for start, long in draw(st.lists(st.tuples(st.integers(BASE, now), st.integers(0, 20 * HOUR)), max_size=4))
        if not any(start <= moment <= start + long for moment in busy)
    ]
    changes += [
        DataChange(FLOW, "contract", moment, "contract 1 -> 2", "contract.yaml:1")
        for moment in draw(st.lists(st.integers(BASE, now), max_size=3))
    ]
    moments = draw(st.lists(st.integers(BASE, now), min_size=2, max_size=2))
    versions.append(version("unused", trained_ms=moments[0], evaluated_ms=moments[1]))
    return LifecycleFacts(
        MODEL,
        now,
        model(*versions, production=str(count)),
        changes=draw(st.permutations(changes)),
        backlogs=backlogs,
        promotions=draw(st.permutations(promotions)),
        deploys=draw(st.permutations(deploys)),
        running=[runs(str(count))],
    )


@given(ordered())
def test_an_ordered_history_has_no_violation_whatever_lies_between(facts: LifecycleFacts) -> None:
    assert lifecycle(facts).violations == []


def shifted(facts: LifecycleFacts, by: int) -> LifecycleFacts:
    """The same history at another time."""

    def moved(one: Any) -> Any:
        times = {key: value + by for key, value in one._asdict().items() if key.endswith("_ms") and value is not None}
        return one._replace(**{key: value for key, value in times.items() if key != "unsure_ms"})

    assert facts.doc is not None
    versions: list[Any] = [
        {
            key: value + by if key.endswith("_ms") and isinstance(value, int) else value
            for key, value in {**one, "evaluations_ms": [at + by for at in one.get("evaluations_ms", [])]}.items()
        }
        for one in facts.doc["versions"]
    ]
    return facts._replace(
        now_ms=facts.now_ms + by,
        doc={**facts.doc, "versions": versions},
        changes=[moved(one) for one in facts.changes],
        backlogs=[moved(one) for one in facts.backlogs],
        promotions=[moved(one) for one in facts.promotions],
        deploys=[moved(one) for one in facts.deploys],
    )


@st.composite
def anyhow(draw: st.DrawFn) -> LifecycleFacts:
    """A history without any order."""
    moment = st.integers(BASE, BASE + 40 * HOUR)
    numbers = ("1", "2", "3")
    versions = [
        version(
            number,
            trained_ms=draw(moment),
            evaluated_ms=draw(moment),
            whole_days=draw(st.lists(st.sampled_from(["trained_ms", "evaluated_ms"]), unique=True)),
        )
        for number in numbers
    ]
    number = st.sampled_from(numbers)
    return LifecycleFacts(
        MODEL,
        BASE + 50 * HOUR,
        model(*versions, production=draw(number)),
        changes=[schema(at) for at in draw(st.lists(moment, max_size=3))],
        backlogs=[Backlog(FLOW, at, at + HOUR, "behind", "lag") for at in draw(st.lists(moment, max_size=3))],
        promotions=[
            Promotion(draw(number), "production", at, "mlflow", unsure_ms=draw(st.integers(0, HOUR)))
            for at in draw(st.lists(moment, max_size=3))
        ],
        deploys=[deploy(draw(number), at) for at in draw(st.lists(moment, max_size=4))],
        running=[runs(draw(number))],
    )


@given(anyhow(), st.integers(-400 * 24 * HOUR, 400 * 24 * HOUR))
def test_moved_in_time_it_says_the_same(facts: LifecycleFacts, by: int) -> None:
    here, there = lifecycle(facts), lifecycle(shifted(facts, by))
    assert [one.text for one in there.violations] == [one.text for one in here.violations]
    assert [one._replace(at_ms=one.at_ms + by) for one in here.stages if one.until_ms is None] == [
        one for one in there.stages if one.until_ms is None
    ]


@given(anyhow())
def test_each_violation_names_stages_that_are_on_the_axis(facts: LifecycleFacts) -> None:
    told = lifecycle(facts)
    assert [one.at_ms for one in told.stages] == sorted(one.at_ms for one in told.stages)
    for one in told.violations:
        assert one.later in told.stages or one.rule == "never promoted"
        assert one.earlier is None or one.earlier in told.stages


# Each rule, said and not said


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
