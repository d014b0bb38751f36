"""The order of a model's life: what is in order raises nothing, whatever lies between, and no clock is looked at."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.governance.lifecycle import Backlog, DataChange, Deploy, LifecycleFacts, Promotion, lifecycle
from console.governance.shapes import ModelVersionDoc
from tests.governance.lives import BASE, FLOW, HOUR, MODEL, deploy, model, runs, schema, version


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
