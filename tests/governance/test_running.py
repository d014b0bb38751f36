"""Which model runs, by the meta of jobs and by the servers' own metrics."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.documents import AllocationDoc, JobDoc
from console.governance.modelnames import same_model, same_version, served, served_by_meta, version_named
from console.governance.running import Running, disagreements, running
from console.governance.shapes import ModelDoc
from console.signals import EntityKind, EntityRef, Pane, Signal

JOB = "llm-prod/answerer"


def job(meta: dict[str, str], **more: Any) -> JobDoc:
    doc = {
        **{"namespace": "llm-prod", "job": "answerer", "type": "service", "status": "running", "version": 7},
        **{"submitted_ms": 700, "stopped": False, "groups": {}, "meta": meta},
    }
    return {**doc, **more}  # type: ignore[typeddict-item]


def allocation(version: int, group: str = "answerer", status: str = "running", started_ms: int = 0) -> AllocationDoc:
    doc = {
        **{"name": f"{group}[0]", "namespace": "llm-prod", "job": "answerer", "group": group, "version": version},
        **{"node": "n1", "node_id": "1", "desired": "run", "status": status, "healthy": True, "created_ms": 1},
        **{"restarts": 0, "oom_kills": 0, "tasks": {"t": {"started_ms": started_ms}} if started_ms else {}},
    }
    return doc  # type: ignore[return-value]


def version(number: int, serves: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"version": number, "submitted_ms": number * 100, "text": "", "serves": serves, **more}


def measured(entity: str, nomad_job: str = "answerer", **labels: str) -> Signal:
    kind, _, name = entity.partition(":")
    placed = {"namespace": "llm-prod", "nomad_job": nomad_job} if nomad_job else {}
    return Signal(
        f"{entity}{nomad_job}{labels}", "n", EntityRef(EntityKind(kind), name), Pane.MODELS, labels={**placed, **labels}
    )


def said(found: list[Running]) -> list[tuple[str, str, str, str]]:
    return [(one.model, one.version, one.job, one.said_by) for one in found]


META = {"model": "answer-8b", "model_version": "2026-10-r4"}


def test_by_the_meta_of_a_job_since_it_was_submitted() -> None:
    (one,) = running({JOB: job(META)}, [])
    assert one == Running("answer-8b", "2026-10-r4", JOB, 700, f"job meta of {JOB}", "", 7)


@pytest.mark.parametrize(
    "doc",
    [job(META, stopped=True), job(META, status="dead"), job(META, parent="answerer"), job({"owner": "answers"})],
    ids=["stopped", "dead", "a run of another job", "no model"],
)
def test_what_does_not_run_or_serves_nothing(doc: JobDoc) -> None:
    assert running({JOB: doc}, []) == []


def test_metrics_that_say_the_same_confirm_it_and_others_stand_beside_it() -> None:
    same = measured("model:answer-8b@2026-10-r4")
    (one,) = running({JOB: job(META)}, [same])
    assert one.measured
    found = running({JOB: job(META)}, [measured("model:answer-8b@2026-09-r1")])
    assert said(found) == [
        ("answer-8b", "2026-09-r1", JOB, f"metrics of {JOB}"),
        ("answer-8b", "2026-10-r4", JOB, f"job meta of {JOB}"),
    ]
    ((meta, metrics),) = disagreements(found)
    assert (meta.version, metrics.version) == ("2026-10-r4", "2026-09-r1")
    assert disagreements([one]) == []


def test_an_evaluator_that_measures_a_model_does_not_run_it() -> None:
    other = measured("model:answer-8b@2026-09-r1", nomad_job="evaluator")
    assert [one.said_by for one in running({JOB: job(META)}, [other])] == [f"job meta of {JOB}"]


def test_metrics_alone_are_believed_whoever_has_them() -> None:
    found = running(
        {}, [measured("model:answer-8b@3"), measured("job:llm-prod/answerer", model_name="rank", model_version="1")]
    )
    assert said(found) == [
        ("answer-8b", "3", JOB, f"metrics of {JOB}"),
        ("rank", "1", JOB, f"metrics of {JOB}"),
    ]
    assert running({}, [measured("job:llm-prod/answerer", model="rank")]) == []


def test_a_rollout_has_the_new_and_the_last_stable_version() -> None:
    versions = [version(7, {"": "answer-8b@4"}), version(6, {"": "answer-8b@3"}, stable=True)]
    doc = job(META, versions=versions, deployment={"status": "running", "version": 7})
    found = running({JOB: doc}, [])
    assert [(one.version, one.job_version, one.rollout) for one in found] == [("3", 6, True), ("4", 7, True)]
    over = job(META, versions=versions, deployment={"status": "successful", "version": 7})
    assert [one.version for one in running({JOB: over}, [])] == ["4"]


def test_allocations_tell_what_really_runs() -> None:
    versions = [version(7, {"": "answer-8b@4"}), version(6, {"": "answer-8b@3"}, stable=True)]
    doc = job(META, versions=versions, deployment={"status": "successful", "version": 7})
    alive = [
        allocation(7, started_ms=50),
        allocation(7, started_ms=40),
        allocation(6),
        allocation(6, status="complete"),
    ]
    found = running({JOB: doc}, [], alive)
    assert [(one.version, one.allocations, one.since_ms, one.rollout) for one in found] == [
        ("3", 1, 1, False),
        ("4", 2, 40, False),
    ]


def test_groups_may_serve_models_of_their_own() -> None:
    doc = job({}, versions=[version(7, {"small": "answer-1b@2", "large": "answer-8b@4"})])
    assert [(one.model, one.group) for one in running({JOB: doc}, [])] == [
        ("answer-1b", "small"),
        ("answer-8b", "large"),
    ]
    found = running({JOB: doc}, [], [allocation(7, "large")])
    assert [(one.model, one.group, one.allocations) for one in found] == [("answer-8b", "large", 1)]


def test_places_are_told_apart() -> None:
    doc = job({}, versions=[version(7, {"": "answer-8b@4"})], cluster="eu")
    other: Any = {**allocation(7), "cluster": "us"}
    (one,) = running({"llm-prod@eu/answerer": doc}, [], [other])
    assert one.allocations is None
    mine: Any = {**allocation(7), "cluster": "eu"}
    (one,) = running({"llm-prod@eu/answerer": doc}, [], [mine])
    assert one.allocations == 1


def test_names() -> None:
    assert served("answer-8b@r4") == ("answer-8b", "r4")
    assert served("answer-8b@r4", "r5") == ("answer-8b", "r5")
    assert served_by_meta({"Model-Name": "answer-8b", "MODEL_VERSION": " 4 "}) == ("answer-8b", "4")
    assert served_by_meta({"model": ""}) is None
    assert same_model("acme/answer-8b", "Answer-8B")
    assert not same_model("my-answer-8b", "answer-8b")


@given(st.integers(0, 10**6))
def test_a_count_is_the_same_with_and_without_its_letter(number: int) -> None:
    assert same_version(f"v{number}", str(number))
    assert same_version(f"Version {number}", str(number))
    assert not same_version(str(number + 1), str(number))


def test_a_version_is_found_by_number_tag_run_or_alias_and_never_guessed() -> None:
    doc: ModelDoc = {
        "owner": None,
        "production": "4",
        "aliases": {},
        "origin": "",
        "versions": [
            {"version": "5", "aliases": ["next"], "origin": "", "run": "abc", "tags": {"release": "r5"}},
            {"version": "4", "aliases": [], "origin": "", "tags": {"release": "r4", "other": "x"}},
            {"version": "3", "aliases": [], "origin": "", "tags": {"release": "r4"}},
        ],
    }
    for name, number in (("v5", "5"), ("r5", "5"), ("abc", "5"), ("next", "5"), ("4", "4")):
        one = version_named(doc, name)
        assert one is not None and one["version"] == number, name
    assert version_named(doc, "r4") is None, "two versions call themselves so"
    assert version_named(doc, "x") is None
    assert version_named(doc, "") is None
    assert version_named(None, "4") is None
