"""What came of an action, step by step, from Nomad's own objects; and what is looked at for it."""

from __future__ import annotations

from typing import Any

import pytest

from console.nomadactions.outcome import Deed, Report, reads, report
from console.nomadactions.planning import plan
from console.nomadactions.shapes import Asked
from console.signals import EntityKind, EntityRef
from tests.nomadactions.making import DEPLOYMENT, FIRST, JOB, NODES, NOW_MS, SECOND, cluster, deployment, job

S = 1_000_000_000
BEFORE = {"TaskStates": {"answerer": {"State": "running", "Events": [{"Type": "Started", "Time": 10 * S}]}}}


def deed(action: str, *words: str, before: Any = None, answer: Any = None, **tables: Any) -> Deed:
    docs = cluster(**{"deployments": {DEPLOYMENT: deployment()}, **tables})
    return Deed(plan(Asked(action, None, words), docs, NOW_MS), before or {}, answer or {})


def restarted(*kinds: str, state: str = "running") -> dict[str, Any]:
    events = [*BEFORE["TaskStates"]["answerer"]["Events"], *(
        {"Type": kind, "Time": (20 + at) * S, "DisplayMessage": f"said {kind}"} for at, kind in enumerate(kinds)
    )]  # fmt: skip
    return {"TaskStates": {"answerer": {"State": state, "Events": events}}}


def said(report: Report) -> list[str]:
    return [step.text for step in report.steps]


def test_a_restart_step_by_step() -> None:
    done = deed("restart", "3f2a", before=BEFORE)
    assert reads(done, {}) == {"allocation": ("allocation", FIRST)}
    assert report(done, {"allocation": BEFORE}) == Report()
    asked = report(done, {"allocation": restarted("Restart Signaled")})
    assert said(asked) == ["the client restarts 1 task (answerer)"] and asked.happened and not asked.settled
    again = report(done, {"allocation": restarted("Restart Signaled", "Terminated", "Restarting", "Started")})
    assert said(again)[-1] == "answerer[0] runs again" and again.settled and again.well
    assert not report(done, {"allocation": restarted("Restart Signaled", "Restarting", state="pending")}).settled


def test_a_restart_waits_for_checks_that_are_as_new() -> None:
    done = deed("restart", "3f2a", before=BEFORE)
    now = restarted("Restart Signaled", "Started")
    assert "checks" in reads(done, {"allocation": now})
    for checks, settled, last in (
        ({"a": {"Status": "success", "Timestamp": 5}}, False, "answerer[0] runs again"),
        ({"a": {"Status": "pending", "Timestamp": 30}}, False, "answerer[0] runs again"),
        ({"a": {"Status": "success", "Timestamp": 30}}, True, "healthy"),
        ({}, True, "answerer[0] runs again"),
        (None, True, "answerer[0] runs again"),
    ):
        told = report(done, {"allocation": now, "checks": checks})
        assert (told.settled, said(told)[-1]) == (settled, last)


def test_a_restart_that_does_not_come_back() -> None:
    done = deed("restart", "3f2a", before=BEFORE)
    told = report(done, {"allocation": restarted("Restart Signaled", "Terminated", "Not Restarting", state="dead")})
    assert told.settled and not told.well and told.happened
    assert said(told) == ["task answerer does not come back: said Not Restarting"]
    gone = report(done, {"allocation": None})
    assert gone.settled and not gone.well and said(gone) == ["answerer[0] is no longer there"]


def test_a_stop_until_its_replacement_runs() -> None:
    done = deed("stop", "3f2a", answer={"EvalID": "e1"})
    old: dict[str, Any] = {"DesiredStatus": "stop", "ClientStatus": "running"}
    assert set(reads(done, {"allocation": old})) == {"allocation", "evaluation"}
    assert said(report(done, {"allocation": old})) == ["Nomad stops answerer[0]"]
    over = {**old, "ClientStatus": "complete", "NextAllocation": SECOND}
    assert reads(done, {"allocation": over})["next"] == ("allocation", SECOND)
    fresh = {"ID": SECOND, "NodeName": "fra1-cpu-01", "ClientStatus": "pending"}
    assert not report(done, {"allocation": over, "next": fresh}).settled
    runs = report(done, {"allocation": over, "next": {**fresh, "ClientStatus": "running"}})
    assert runs.settled and said(runs)[-1] == "3f2b0000 on fra1-cpu-01, which took its place, runs"
    waits = {**fresh, "ClientStatus": "running", "DeploymentID": "d"}
    assert not report(done, {"allocation": over, "next": waits}).settled
    sick = report(done, {"allocation": over, "next": {**waits, "DeploymentStatus": {"Healthy": False}}})
    assert sick.settled and not sick.well and said(sick)[-1] == "found unhealthy"
    failed = report(done, {"allocation": over, "next": {**fresh, "ClientStatus": "failed"}})
    assert failed.settled and not failed.well


def test_a_stop_without_a_replacement() -> None:
    old = {"DesiredStatus": "stop", "ClientStatus": "complete"}
    blocked = {"FailedTGAllocs": {"answerer": {"NodesEvaluated": 4}}}
    told = report(deed("stop", "3f2a"), {"allocation": old, "evaluation": blocked})
    assert told.settled and not told.well
    assert said(told)[-1] == "no room for another one: none of 4 nodes fits answerer"
    ended = deed("stop", "3f2a", jobs={JOB: job(stopped=True)})
    assert report(ended, {"allocation": old}).settled
    assert not report(deed("stop", "3f2a"), {"allocation": old}).settled


def test_a_revert_until_its_deployment_ends() -> None:
    done = deed("revert", "answerer", "5", before={"Version": 7}, answer={"EvalID": "e1"})
    assert report(done, {"job": {"Version": 7}}) == Report()
    assert reads(done, {})["deployment"] == ("job", "answerer", "deployment")
    assert reads(done, {"evaluation": {"DeploymentID": "d1"}})["deployment"] == ("deployment", "d1")
    older = {"ID": "d0", "JobVersion": 7, "Status": "successful"}
    seen: dict[str, Any] = {"job": {"Version": 8, "Type": "service"}, "deployment": older}
    assert said(report(done, seen)) == ["answerer is version 8 now"] and not report(done, seen).settled
    groups = {"answerer": {"HealthyAllocs": 1, "DesiredTotal": 3}}
    seen["deployment"] = {"ID": DEPLOYMENT, "JobVersion": 8, "Status": "running", "TaskGroups": groups}
    assert said(report(done, seen))[1:] == ["deployment dddddddd is running", "1 of 3 healthy"]
    seen["deployment"] = {**seen["deployment"], "Status": "failed", "StatusDescription": "progress deadline"}
    told = report(done, seen)
    assert told.settled and not told.well
    assert said(told)[-1] == "deployment dddddddd is failed, 1 of 3 healthy: progress deadline"
    batch: dict[str, Any] = {"job": {"Version": 8, "Type": "batch"}, "evaluation": {"Status": "complete"}}
    assert report(done, batch).settled and report(done, batch).well


@pytest.mark.parametrize(("back", "last"), [(None, "the deployment is failed: by hand"),
                                            (4, "its job goes back to version 4")])  # fmt: skip
def test_failing_and_promoting(back: int | None, last: str) -> None:
    failing = deed("fail", "dddd", answer={"RevertedJobVersion": back})
    assert report(failing, {"deployment": {"Status": "running"}}) == Report()
    told = report(failing, {"deployment": {"Status": "failed", "StatusDescription": "by hand"}})
    assert told.settled and told.well and said(told)[-1] == last
    promoting = deed("promote", "dddd")
    groups = {"answerer": {"Promoted": False, "HealthyAllocs": 1, "DesiredTotal": 3}}
    now: dict[str, Any] = {"ID": DEPLOYMENT, "Status": "running", "TaskGroups": groups}
    assert report(promoting, {"deployment": now}) == Report()
    groups["answerer"]["Promoted"] = True
    assert said(report(promoting, {"deployment": now}))[0] == "the canaries are promoted"
    assert report(promoting, {"deployment": {**now, "Status": "successful"}}).settled


def test_eligibility_is_settled_at_once() -> None:
    docs = cluster()
    done = Deed(plan(Asked("eligibility", EntityRef(EntityKind.NODE, NODES[0]), ("off",)), docs, NOW_MS), {}, {})
    assert report(done, {"node": {"SchedulingEligibility": "eligible"}}) == Report()
    told = report(done, {"node": {"SchedulingEligibility": "ineligible"}})
    assert told.settled and said(told) == ["fra1-cpu-00 is ineligible"]
